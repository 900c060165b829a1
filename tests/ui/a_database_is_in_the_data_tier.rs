//! Nodes and pods are in private subnets, databases in those of the data tier.

use innovate_aws::{
    capacity,
    database::{AuroraPostgres, AuroraServerless, MultiAz, RdsPostgres, RdsProxy, Readers},
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

fn instance(vpc: &VpcHandle) {
    let _ = RdsPostgres::<MultiAz>::builder().network(vpc.public());
}

fn proxy(vpc: &VpcHandle) {
    let _ = RdsProxy::builder().network(vpc.private());
}

fn main() {}
