//! A plan backs up what is in its own region.

use innovate_aws::backup::BackupPlan;
use innovate_core::{Prod, RecoveryRegion, Stack};

fn plan(stack: &mut Stack<Prod, RecoveryRegion>, plan: BackupPlan) {
    stack.add("Plan", plan);
}

fn main() {}
