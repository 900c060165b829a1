//! Route 53 signs with keys of us-east-1 alone.

use innovate_aws::edge::{HostedZoneHandle, ZoneSigning};
use innovate_core::{HomeRegion, Prod, Stack};

fn sign(stack: &mut Stack<Prod, HomeRegion>, zone: &HostedZoneHandle) {
    stack.add("Signing", ZoneSigning::of(zone));
}

fn main() {}
