//! Each environment has a block of addresses of its own, so that any two of them can be peered.

use innovate::{aws::network::VpcCidr, prelude::*};

const STAGING: VpcCidr = vpc_cidr!("10.20.0.0/16");
const PROD: VpcCidr = vpc_cidr!("10.20.128.0/17");
disjoint!(STAGING, PROD);

fn main() {}
