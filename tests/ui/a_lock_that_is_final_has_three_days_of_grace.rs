//! AWS Backup takes no less.

use innovate_aws::{
    backup::{IUnderstandThisCantBeUndone, VaultLock},
    days, retention_range,
};

fn lock() -> VaultLock {
    VaultLock::compliance(retention_range!(7..=400), days!(2), IUnderstandThisCantBeUndone)
}

fn main() {}
