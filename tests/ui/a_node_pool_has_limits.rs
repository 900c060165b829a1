//! Without limits a mistake in a manifest buys nodes without end.

use innovate::prelude::*;

use innovate::k8s::EC2NodeClassRef;

fn pool(nodes: &EC2NodeClassRef) -> NodePool {
    NodePool::builder()
        .name(object_name!("arm64"))
        .node_class(nodes)
        .arch(Architecture::Arm64)
        .purchase(Purchase::SpotThenOnDemand)
        .build()
}

fn main() {}
