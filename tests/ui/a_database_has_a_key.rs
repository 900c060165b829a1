//! A database without a customer-managed key can't be written.

use innovate_aws::{
    capacity,
    database::{AuroraPostgres, AuroraServerless, Readers},
    network::VpcHandle,
};
use innovate_core::{Prod, Stack};

fn database(data: &mut Stack<Prod>, vpc: &VpcHandle) {
    data.add(
        "Database",
        AuroraServerless::builder()
            .engine(AuroraPostgres::V17)
            .network(vpc.data())
            .capacity(capacity!(1..=64))
            .readers(Readers::failover())
            .build(),
    );
}

fn main() {}
