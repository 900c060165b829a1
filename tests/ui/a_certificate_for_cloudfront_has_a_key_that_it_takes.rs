//! CloudFront doesn't know the elliptic curve P-384.

use innovate_aws::{
    edge::{Certificate, HostedZoneHandle, KeyAlgorithm},
    security::CloudFront,
};

fn certificate(zone: &HostedZoneHandle) -> Certificate<CloudFront> {
    let builder = Certificate::<CloudFront>::builder().zone(zone);
    builder.key_algorithm(KeyAlgorithm::EC_SECP384R1).build()
}

fn main() {}
