//! A copy in the region of the original is lost with it.

use innovate_aws::{
    backup::{BackupRule, Vault},
    lifecycle,
};
use innovate_core::HomeRegion;

fn rule(vault: &Vault<HomeRegion>) -> BackupRule {
    BackupRule::daily(lifecycle!(35 days)).copy_to(vault)
}

fn main() {}
