//! Nodes and pods are in private subnets, databases in those of the data tier.

use innovate_aws::{
    capacity,
    database::{AuroraPostgres, AuroraServerless, Readers},
    keys::{Key, Rds},
    network::VpcHandle,
};
use innovate_core::{Prod, Stack};

fn database(data: &mut Stack<Prod>, vpc: &VpcHandle, key: &Key<Rds>) {
    data.add(
        "Database",
        AuroraServerless::builder()
            .engine(AuroraPostgres::V17)
            .network(vpc.private())
            .key(key)
            .capacity(capacity!(1..=64))
            .readers(Readers::failover())
            .build(),
    );
}

fn main() {}
