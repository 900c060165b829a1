//! A stack of the environment's own region is lost with it.

use innovate_aws::{
    backup::BackupVault,
    keys::{Backup, Key},
};
use innovate_core::{Prod, RecoveryRegion, Stack};

fn vault(stack: &mut Stack<Prod>, key: &Key<Backup>) {
    stack.add("Vault", BackupVault::<RecoveryRegion>::builder().key(key).build());
}

fn main() {}
