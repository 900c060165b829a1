//! A logically air-gapped vault takes nothing that it would keep for less than 7 days.

use innovate_aws::{air_gapped_retention, backup::AirGappedRetention};

fn retention() -> AirGappedRetention {
    air_gapped_retention!(3..=90)
}

fn main() {}
