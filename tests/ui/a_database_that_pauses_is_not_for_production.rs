//! The first user after a pause would wait.

use innovate_aws::{
    acu,
    database::{AuroraPostgres, AuroraServerless, Capacity, Idle, Readers},
    keys::{Key, Rds},
    network::VpcHandle,
};
use innovate_core::{Prod, Stack};

fn database(data: &mut Stack<Prod>, vpc: &VpcHandle, key: &Key<Rds>) {
    data.add(
        "Database",
        AuroraServerless::builder()
            .engine(AuroraPostgres::V17)
            .network(vpc.data())
            .key(key)
            .capacity(Capacity::auto_pause(acu!(64), Idle::ONE_HOUR))
            .readers(Readers::failover())
            .build(),
    );
}

fn main() {}
