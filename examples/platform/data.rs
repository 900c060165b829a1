//! Database: Aurora PostgreSQL that scales with its load; only the cluster may connect.

use innovate::{
    aws::{database::AuroraCluster, network::VpcHandle, secrets::SecretHandle},
    prelude::*,
};

use super::{choices::Choices, cluster::Compute, keys::Keys};

/// As whom the API logs in.
pub(crate) const USER: DatabaseUser = name!(DatabaseUser: "api");

pub(crate) struct Data<S: Choices> {
    pub(crate) database: AuroraCluster<S::Pausing>,
    /// Where it answers, for pods to read.
    pub(crate) connection: SecretHandle,
}

pub(crate) fn stack<S: Choices>(
    environment: &Environment<S>,
    keys: &Keys,
    vpc: &VpcHandle,
    cluster: &Compute,
) -> (Stack<S>, Data<S>) {
    let mut data = environment.stack("data");
    let database = data.add(
        "Database",
        AuroraServerless::builder()
            .engine(AuroraPostgres::V17)
            .network(vpc.data())
            .database_name("innovate")
            .key(&keys.database)
            .logs_key(&keys.logs)
            .capacity(S::CAPACITY)
            .readers(S::readers())
            .reader_scaling(S::READER_SCALING)
            .backup_retention(S::backups())
            .build(),
    );
    data.allow(&cluster.eks, Port::POSTGRES, &database);
    let zone = data.add("Zone", PrivateZone::builder().vpc(vpc).build());
    let host = PrivateRecord::cname(&zone, name!(HostLabel: "database"), database.endpoint());
    data.add("Name", host);
    let connection = data.add(
        "Connection",
        ConnectionSecret::builder()
            .path(name!(SecretPath: "database/connection"))
            .key(&keys.secrets)
            .facts(database.connection_facts().username(&USER))
            .build(),
    );
    (data, Data { database, connection })
}
