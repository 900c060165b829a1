//! CloudFront takes none from another region.

use innovate_aws::{
    edge::{Certificate, HostedZoneHandle},
    security::CloudFront,
};
use innovate_core::{HomeRegion, Prod, Stack};

fn certificate(stack: &mut Stack<Prod, HomeRegion>, zone: &HostedZoneHandle) {
    stack.add("Certificate", Certificate::<CloudFront>::builder().zone(zone).build());
}

fn main() {}
