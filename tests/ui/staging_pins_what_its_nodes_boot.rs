//! Outside of development, the image of nodes doesn't move by itself.

use innovate_aws::cluster::KarpenterHandle;
use innovate_core::Staging;
use innovate_k8s::{EC2NodeClass, LatestAmi, Manifests, object_name};

fn nodes(manifests: &mut Manifests<Staging>, karpenter: &KarpenterHandle) {
    let nodes = EC2NodeClass::builder()
        .name(object_name!("default"))
        .karpenter(karpenter)
        .ami(LatestAmi::Bottlerocket)
        .build();
    manifests.add(nodes);
}

fn main() {}
