//! A node in a public subnet is one address away from the internet.

use innovate_aws::{
    cluster::{EksCluster, KubernetesVersion},
    keys::{Ebs, EksSecrets, Key, Logs},
    name,
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
        .network(vpc.public(), vpc.intra())
        .administrator(name!(RoleName: "innovate-eks-admin"))
        .secrets_key(secrets)
        .volume_key(volumes)
        .logs_key(logs)
        .build()
}

fn with_its_api_in_public_subnets(vpc: &VpcHandle) {
    let _ = EksCluster::builder().network(vpc.private(), vpc.public());
}

fn main() {}
