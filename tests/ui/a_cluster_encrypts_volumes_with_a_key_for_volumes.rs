//! Auto Scaling and EC2 may use the key for volumes alone.

use innovate_aws::{
    cluster::{EksCluster, KubernetesVersion},
    keys::{EksSecrets, Key, Logs},
    name,
    network::VpcHandle,
};

fn cluster(vpc: &VpcHandle, secrets: &Key<EksSecrets>, logs: &Key<Logs>) -> EksCluster {
    EksCluster::builder()
        .version(KubernetesVersion::V1_35)
        .network(vpc.private(), vpc.intra())
        .administrator(name!(RoleName: "innovate-eks-admin"))
        .secrets_key(secrets)
        .volume_key(secrets)
        .logs_key(logs)
        .build()
}

fn main() {}
