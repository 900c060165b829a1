//! Cold storage is charged for 90 days, whenever a recovery point is deleted.

use innovate_aws::{backup::Lifecycle, lifecycle};

fn yearly() -> Lifecycle {
    lifecycle!(100 days, cold after 30)
}

fn main() {}
