//! Nodes and pods have no public addresses.

use innovate::{aws::network::VpcHandle, prelude::*};

fn nodes(vpc: &VpcHandle) {
    let _ = EksCluster::builder().network(vpc.public(), vpc.intra());
}

fn main() {}
