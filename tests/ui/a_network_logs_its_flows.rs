//! Without flow logs nobody can say afterwards who was connected to what.

use innovate::prelude::*;

fn network() -> Vpc {
    Vpc::builder()
        .cidr(vpc_cidr!("10.30.0.0/16"))
        .zones(zones!(EuWest1: az1, az2, az3))
        .build()
}

fn main() {}
