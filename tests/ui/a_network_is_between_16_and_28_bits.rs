//! A VPC has a block of /16 to /28; the plan of tiers needs one that holds them.

use innovate::prelude::*;

fn main() {
    let _ = vpc_cidr!("10.0.0.0/8");
    let _ = vpc_cidr!("10.0.0.0/24");
}
