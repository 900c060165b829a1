//! A proxy keeps connections open, which would keep the database awake, and on the bill.

use innovate::prelude::*;

use innovate::aws::{
    database::{AuroraCluster, AutoPause},
    network::VpcHandle,
};

fn proxy(data: &mut Stack<Dev>, vpc: &VpcHandle, database: &AuroraCluster<AutoPause>) {
    data.add(
        "Proxy",
        RdsProxy::builder()
            .database(database)
            .network(vpc.data())
            .auth(ProxyAuth::iam([name!(DatabaseUser: "app")]))
            .build(),
    );
}

fn main() {}
