//! The nodes that Karpenter may make, and whether every workload finds one.

mod ami_is_pinned;
mod ami_runs_the_clusters_version;
mod node_class_finds_subnets;
mod node_class_is_hardened;
mod pool_and_class_are_accepted;
mod pool_is_bounded;
mod pool_says_which_nodes;
mod pools_exclude_each_other;
mod workload_finds_a_node;

pub(super) use ami_is_pinned::AMI_IS_PINNED;
pub(super) use ami_runs_the_clusters_version::AMI_RUNS_THE_CLUSTERS_VERSION;
pub(super) use node_class_finds_subnets::NODE_CLASS_FINDS_SUBNETS;
pub(super) use node_class_is_hardened::NODE_CLASS_IS_HARDENED;
pub(super) use pool_and_class_are_accepted::POOL_AND_CLASS_ARE_ACCEPTED;
pub(super) use pool_is_bounded::POOL_IS_BOUNDED;
pub(super) use pool_says_which_nodes::POOL_SAYS_WHICH_NODES;
pub(super) use pools_exclude_each_other::POOLS_EXCLUDE_EACH_OTHER;
pub(super) use workload_finds_a_node::WORKLOAD_FINDS_A_NODE;
