//! The construct makes the group for its own version, so that none of another family can be named.

use innovate::prelude::*;

fn main() {
    let _ = AuroraServerless::builder()
        .engine(AuroraPostgres::V17)
        .parameters("default.aurora-postgresql16");
    let _ = RdsPostgres::<innovate::aws::database::MultiAz>::builder()
        .engine(PostgresVersion::V17)
        .parameter_group("postgres16");
}
