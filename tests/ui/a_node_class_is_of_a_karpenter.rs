//! Node role, discovery tag and queue are those of the AWS side, by one value and not by their names.

use innovate::prelude::*;

fn without() {
    let _ = EC2NodeClass::builder()
        .name(object_name!("default"))
        .ami(ami!("bottlerocket@v1.53.0"))
        .build();
}

fn by_name() {
    let _ = EC2NodeClass::builder().karpenter("innovate-prod-karpenter-node");
}

fn main() {}
