//! A lock that takes no retention at all would fail every job.

use innovate_aws::{backup::RetentionRange, retention_range};

fn range() -> RetentionRange {
    retention_range!(400..=7)
}

fn main() {}
