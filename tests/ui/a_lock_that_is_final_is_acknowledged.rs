//! Nobody can remove a lock in compliance mode, so nobody sets one without saying that they know.

use innovate_aws::{backup::VaultLock, days, retention_range};

fn lock() -> VaultLock {
    VaultLock::compliance(retention_range!(7..=400), days!(14))
}

fn main() {}
