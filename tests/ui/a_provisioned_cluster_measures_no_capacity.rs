//! An alarm on what isn't measured would never go off.

use innovate::aws::database::{AuroraCluster, Provisioned, ServerlessMetric};

fn watch(database: &AuroraCluster<Provisioned>) {
    let _ = database.metric(ServerlessMetric::AcuUtilization);
}

fn main() {}
