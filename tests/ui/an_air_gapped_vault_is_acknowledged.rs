//! Nobody can unlock a logically air-gapped vault, so nobody makes one without saying that they know.

use innovate_aws::{air_gapped_retention, backup::LogicallyAirGappedVault};
use innovate_core::HomeRegion;

fn vault() -> LogicallyAirGappedVault<HomeRegion> {
    LogicallyAirGappedVault::<HomeRegion>::builder()
        .retention(air_gapped_retention!(7..=90))
        .build()
}

fn main() {}
