//! Database: Aurora PostgreSQL that scales with its load; only the cluster may connect.

use innovate::{
    aws::{database::AuroraCluster, network::VpcHandle},
    prelude::*,
};

use super::{choices::Choices, cluster::Compute, keys::Keys};

pub(crate) fn stack<S: Choices>(
    environment: &Environment<S>,
    keys: &Keys,
    vpc: &VpcHandle,
    cluster: &Compute,
) -> (Stack<S>, AuroraCluster<S::Pausing>) {
    let mut data = environment.stack("data");
    let database = data.add(
        "Database",
        AuroraServerless::builder()
            .engine(AuroraPostgres::V17)
            .network(vpc.data())
            .key(&keys.database)
            .logs_key(&keys.logs)
            .capacity(S::CAPACITY)
            .readers(S::readers())
            .backup_retention(S::backups())
            .build(),
    );
    data.allow(&cluster.eks, Port::POSTGRES, &database);
    (data, database)
}
