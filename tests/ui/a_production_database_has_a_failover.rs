//! With one instance a failing zone takes the database with it.

use innovate::prelude::*;

use innovate::aws::network::VpcHandle;

fn database(data: &mut Stack<Prod>, vpc: &VpcHandle, key: &Key<Rds>) {
    data.add(
        "Database",
        AuroraServerless::builder()
            .engine(AuroraPostgres::V17)
            .network(vpc.data())
            .key(key)
            .capacity(capacity!(1..=64))
            .readers(Readers::none())
            .build(),
    );
}

fn main() {}
