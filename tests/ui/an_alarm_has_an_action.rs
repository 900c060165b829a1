//! An alarm that tells nobody can't be added to a stack.

use innovate_aws::database::AuroraCluster;
use innovate_core::{Prod, Stack};

fn watch(monitoring: &mut Stack<Prod>, database: &AuroraCluster) {
    monitoring.add("Database", database.alarms());
}

fn main() {}
