//! Without one, the loss of a zone is the loss of the database for minutes.

use innovate_aws::{
    capacity,
    database::{AuroraPostgres, AuroraServerless, PromotionTier, Reader, Readers},
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
            .capacity(capacity!(1..=64))
            .readers(Readers::none().and(Reader::scaling(PromotionTier::T2)))
            .build(),
    );
}

fn main() {}
