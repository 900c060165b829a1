//! A copy in the primary's own region is lost with it, and RDS refuses it.

use innovate::prelude::*;

use innovate::aws::{
    database::GlobalDatabaseHandle,
    keys::{Key, Rds},
    network::VpcHandle,
};

fn follow(data: &mut Stack<Prod>, global: &GlobalDatabaseHandle, vpc: &VpcHandle, key: &Key<Rds>) {
    data.add(
        "Copy",
        AuroraSecondary::builder()
            .global(global)
            .size(SecondarySize::headless())
            .network(vpc.data())
            .key(key)
            .build(),
    );
}

fn main() {}
