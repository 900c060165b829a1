//! The internet reaches load balancers alone; all else is connected by security groups.

use innovate::{aws::network::HasSecurityGroup, prelude::*};

fn open(data: &mut Stack<Prod>, database: &impl HasSecurityGroup) {
    data.allow(&cidr!("0.0.0.0/0"), Port::POSTGRES, database);
}

fn main() {}
