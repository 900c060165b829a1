//! Nodes that come and go with the load: what Karpenter may launch.
//!
//! * [`EC2NodeClass`]: how a node is made: image, network, volumes, identity,
//! * [`NodePool`]: which nodes may be made, how many, and when they are taken away,
//! * [`Ami`], [`LatestAmi`]: what a node boots,
//! * [`Budget`], [`Consolidation`]: how many nodes may be taken away at once, and why.

mod ami;
mod disruption;
mod node_class;
mod node_pool;
mod requirement;

pub use ami::{Ami, AmiError, AmiFamily, LatestAmi, NodeImage};
pub use disruption::{Budget, Consolidation, DisruptionReason};
pub use node_class::{EC2NodeClass, EC2NodeClassRef};
pub use node_pool::{InstanceCategory, Limits, NodePool, NodePoolRef, Purchase};

/// By this label Karpenter names a node's pool.
pub(crate) const NODE_POOL: &str = "karpenter.sh/nodepool";
/// By this label Karpenter names how a node is paid for.
pub(crate) const CAPACITY_TYPE: &str = "karpenter.sh/capacity-type";
/// The API version of node pools.
pub(crate) const POOL_API: &str = "karpenter.sh/v1";
/// The API version of node classes.
pub(crate) const CLASS_API: &str = "karpenter.k8s.aws/v1";
/// Their API group.
pub(crate) const CLASS_GROUP: &str = "karpenter.k8s.aws";
