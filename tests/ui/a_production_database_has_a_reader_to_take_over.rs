//! Without one as large as the writer, the loss of a zone is the loss of the database for minutes.

use innovate::prelude::*;

use innovate::aws::{
    database::{PromotionTier, Redundancy},
    network::VpcHandle,
};

fn database<R: Redundancy>(
    vpc: &VpcHandle,
    key: &Key<Rds>,
    readers: Readers<R>,
) -> AuroraServerless<innovate::aws::database::AlwaysOn, R> {
    AuroraServerless::builder()
        .engine(AuroraPostgres::V17)
        .network(vpc.data())
        .key(key)
        .capacity(capacity!(1..=64))
        .readers(readers)
        .build()
}

fn add(data: &mut Stack<Prod>, vpc: &VpcHandle, key: &Key<Rds>) {
    data.add("Alone", database(vpc, key, Readers::none()));
    let smaller = Readers::none().and(Reader::scaling(PromotionTier::T2));
    data.add("WithSmallerReader", database(vpc, key, smaller));
}

fn main() {}
