//! What clusters, their nodes and their service accounts hold to.

mod addons_and_nodes_are_ordered;
mod api_is_private;
mod cluster_has_administrator;
mod cluster_is_protected;
mod control_plane_logs_are_kept;
mod controller_has_its_role;
mod core_nodes_survive;
mod interruption_queue_is_complete;
mod irsa_trust_is_exact;
mod node_template_is_hardened;
mod nodes_are_private;
mod service_account_has_one_role;
mod service_block_is_allowed;
mod version_is_supported;

use innovate_core::{Node, Resource};

use super::read::text;

pub use addons_and_nodes_are_ordered::ADDONS_AND_NODES_ARE_ORDERED;
pub use api_is_private::API_IS_PRIVATE;
pub use cluster_has_administrator::CLUSTER_HAS_ADMINISTRATOR;
pub use cluster_is_protected::CLUSTER_IS_PROTECTED;
pub use control_plane_logs_are_kept::CONTROL_PLANE_LOGS_ARE_KEPT;
pub use controller_has_its_role::CONTROLLER_HAS_ITS_ROLE;
pub use core_nodes_survive::CORE_NODES_SURVIVE;
pub use interruption_queue_is_complete::INTERRUPTION_QUEUE_IS_COMPLETE;
pub use irsa_trust_is_exact::IRSA_TRUST_IS_EXACT;
pub use node_template_is_hardened::NODE_TEMPLATE_IS_HARDENED;
pub use nodes_are_private::NODES_ARE_PRIVATE;
pub use service_account_has_one_role::SERVICE_ACCOUNT_HAS_ONE_ROLE;
pub use service_block_is_allowed::SERVICE_BLOCK_IS_ALLOWED;
pub use version_is_supported::VERSION_IS_SUPPORTED;

const CLUSTER: &str = "AWS::EKS::Cluster";
const NODE_GROUP: &str = "AWS::EKS::Nodegroup";
const ADDON: &str = "AWS::EKS::Addon";

/// Whether the property `ClusterName` of a resource means a cluster: by reference or by name.
fn is_of(resource: &Resource, cluster: &Resource) -> bool {
    match resource.properties().get("ClusterName") {
        Some(Node::Text(name)) => text(cluster, "Name") == Some(name),
        Some(node) => node.as_reference().is_some_and(|found| found.target == *cluster.address()),
        None => false,
    }
}

/// Whether a resource waits for another of its stack: by `DependsOn` or by a reference.
fn waits_for(resource: &Resource, other: &Resource) -> bool {
    let mut refers = resource.depends_on().contains(other.address());
    for (_, node) in resource.properties().entries() {
        node.visit_references(&mut |reference| refers |= reference.target == *other.address());
    }
    refers
}

/// Whether two resources are in one stack, so that one can wait for the other.
fn share_a_stack(one: &Resource, other: &Resource) -> bool {
    one.address().stack() == other.address().stack()
}
