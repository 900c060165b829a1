//! A paused database makes its first caller wait for half a minute.

use innovate::prelude::*;

use innovate::aws::{database::Idle, network::VpcHandle};

fn database(data: &mut Stack<Prod>, vpc: &VpcHandle, key: &Key<Rds>, idle: Idle) {
    data.add(
        "Database",
        AuroraServerless::builder()
            .engine(AuroraPostgres::V17)
            .network(vpc.data())
            .key(key)
            .capacity(Capacity::auto_pause(acu!(8), idle))
            .readers(Readers::failover())
            .build(),
    );
}

fn main() {}
