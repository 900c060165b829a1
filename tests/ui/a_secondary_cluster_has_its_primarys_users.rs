//! Users and databases of a secondary cluster are those of its primary.

use innovate::prelude::*;

use innovate::aws::database::GlobalDatabaseHandle;

fn follow(global: &GlobalDatabaseHandle) {
    let _ = AuroraSecondary::builder()
        .global(global)
        .size(SecondarySize::headless())
        .master_user(MasterUser::iam());
}

fn main() {}
