//! A network is no end of a connection.

use innovate::prelude::*;

use innovate::aws::network::{HasSecurityGroup, VpcHandle};

fn connect(data: &mut Stack<Prod>, from: &impl HasSecurityGroup, vpc: &VpcHandle) {
    data.allow(from, Port::POSTGRES, vpc);
}

fn main() {}
