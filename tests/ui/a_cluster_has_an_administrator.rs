//! Nobody can use a cluster without an access entry, not even who creates it.

use innovate_aws::{
    cluster::{EksCluster, KubernetesVersion},
    keys::{Ebs, EksSecrets, Key, Logs},
    network::VpcHandle,
};

fn cluster(
    vpc: &VpcHandle,
    secrets: &Key<EksSecrets>,
    volumes: &Key<Ebs>,
    logs: &Key<Logs>,
) -> EksCluster {
    EksCluster::builder()
        .version(KubernetesVersion::V1_35)
        .network(vpc.private(), vpc.intra())
        .secrets_key(secrets)
        .volume_key(volumes)
        .logs_key(logs)
        .build()
}

fn main() {}
