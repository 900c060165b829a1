//! Cluster: private API, nodes in private subnets, a few Graviton nodes for the cluster's own needs,
//! and what the controllers in it may do.

use innovate::{
    aws::{
        cluster::{Cluster, ExternalSecretsHandle, KarpenterHandle},
        network::VpcHandle,
    },
    prelude::*,
};

use super::{choices::Choices, keys::Keys};

pub(crate) struct Compute {
    pub(crate) eks: Cluster,
    pub(crate) karpenter: KarpenterHandle,
    pub(crate) secrets: ExternalSecretsHandle,
}

pub(crate) fn stack<S: Choices>(
    environment: &Environment<S>,
    keys: &Keys,
    vpc: &VpcHandle,
) -> (Stack<S>, Compute) {
    let mut compute = environment.stack("cluster");
    let eks = compute.add(
        "Cluster",
        EksCluster::builder()
            .version(KubernetesVersion::V1_35)
            .network(vpc.private(), vpc.intra())
            .endpoint(Endpoint::Private)
            .administrator(name!(RoleName: "innovate-eks-admin"))
            .secrets_key(&keys.cluster_secrets)
            .volume_key(&keys.volumes)
            .logs_key(&keys.logs)
            .build(),
    );
    let karpenter = compute.add("Karpenter", Karpenter::new(&eks));
    compute.add("LoadBalancerController", LoadBalancerController::new(&eks));
    let secrets = compute.add(
        "ExternalSecrets",
        ExternalSecrets::builder().cluster(&eks).key(&keys.secrets).build(),
    );
    (compute, Compute { eks, karpenter, secrets })
}
