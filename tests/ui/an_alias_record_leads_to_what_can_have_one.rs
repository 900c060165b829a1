//! A bucket has no name of its own for users.

use innovate_aws::{
    edge::{AliasRecord, HostedZoneHandle},
    storage::SiteBucketHandle,
};

fn record(zone: &HostedZoneHandle, site: &SiteBucketHandle) -> AliasRecord {
    AliasRecord::new(zone, zone.domain(), site)
}

fn main() {}
