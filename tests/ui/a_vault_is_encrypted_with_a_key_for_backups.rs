//! The policy of another key doesn't let AWS Backup in.

use innovate_aws::{
    backup::BackupVault,
    keys::{Key, Rds},
};
use innovate_core::HomeRegion;

fn vault(key: &Key<Rds>) -> BackupVault<HomeRegion> {
    BackupVault::<HomeRegion>::builder().key(key).build()
}

fn main() {}
