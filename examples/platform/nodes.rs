//! Nodes: Graviton first, x86_64 second; Spot while there is any, on demand otherwise.

use innovate::prelude::*;

use super::{choices::Choices, cluster::Compute};

pub(crate) fn add<S: Choices>(manifests: &mut Manifests<S>, cluster: &Compute) {
    let nodes = manifests.add(
        EC2NodeClass::builder()
            .name(object_name!("default"))
            .karpenter(&cluster.karpenter)
            .ami(ami!("bottlerocket@v1.53.0"))
            .build(),
    );
    for (name, architecture, weight) in [
        (object_name!("arm64"), Architecture::Arm64, 100),
        (object_name!("amd64"), Architecture::Amd64, 10),
    ] {
        manifests.add(
            NodePool::builder()
                .name(name)
                .node_class(&nodes)
                .arch(architecture)
                .purchase(Purchase::SpotThenOnDemand)
                .limits(S::NODES)
                .weight(weight)
                .build(),
        );
    }

    // Volumes that pods claim: gp3, encrypted with the cluster's key.
    let volumes = StorageClass::builder().name(object_name!("gp3")).cluster(&cluster.eks);
    manifests.add(volumes.default_class().build());
}
