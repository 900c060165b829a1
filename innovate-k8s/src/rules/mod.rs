//! What good manifests hold to: one policy a file.
//!
//! * `object`: what the API server asks of every object, and what refers to what,
//! * `workload`: pods, how many there are, how they are kept up, and what they connect to,
//! * `node`: the nodes that Karpenter may make, and whether every workload finds one,
//! * `ingress`: load balancers,
//! * `identity`: roles of service accounts.

mod identity;
mod ingress;
mod node;
mod object;
mod workload;

use innovate_core::{Rule, check::Model};

use crate::view::Objects;

/// Every rule, in the order of their codes.
pub static RULES: &[&Rule] = &[
    &ingress::INGRESS_IS_ENCRYPTED,
    &ingress::TARGET_GROUP_IS_BOUND_ONCE,
    &identity::STORE_TAKES_ITS_OPERATORS_ROLE,
    &identity::ROLE_MEETS_ITS_SERVICE_ACCOUNT,
    &workload::IMAGE_HAS_ITS_REPOSITORY,
    &workload::IMAGE_IS_PINNED,
    &object::OBJECT_IS_NAMED,
    &object::VALUE_IS_WELL_FORMED,
    &object::SELECTOR_MATCHES,
    &object::REFERENCE_RESOLVES,
    &workload::AUTOSCALER_STANDS_ALONE,
    &workload::REPLICAS_ARE_A_RANGE,
    &workload::BUDGET_CAN_BE_MET,
    &workload::CONTAINER_STATES_ITS_RESOURCES,
    &workload::CONTAINER_IS_RESTRICTED,
    &object::API_IS_SERVED,
    &ingress::GROUP_AGREES,
    &object::FIELD_EXISTS,
    &workload::PROBES_DIFFER,
    &ingress::CLASS_ADMITS_NAMESPACE,
    &object::CHOICE_EXISTS,
    &object::VOLUME_IS_ENCRYPTED,
    &workload::TELEMETRY_IS_TAKEN,
    &identity::AGENT_CAN_BE_REACHED,
    &ingress::CERTIFICATE_IS_FOUND,
    &object::DEFAULT_IS_ONE,
    &object::DRIVER_IS_INSTALLED,
    &node::POOL_IS_BOUNDED,
    &node::POOL_SAYS_WHICH_NODES,
    &node::POOLS_EXCLUDE_EACH_OTHER,
    &node::AMI_IS_PINNED,
    &node::WORKLOAD_FINDS_A_NODE,
    &node::POOL_AND_CLASS_ARE_ACCEPTED,
    &node::NODE_CLASS_IS_HARDENED,
    &node::AMI_RUNS_THE_CLUSTERS_VERSION,
    &node::NODE_CLASS_FINDS_SUBNETS,
    &workload::DESTINATION_LETS_PODS_IN,
    &ingress::POD_LETS_ITS_LOAD_BALANCER_IN,
    &ingress::ACCESS_LOGS_CAN_BE_WRITTEN,
    &object::SECRET_IS_NO_LITERAL,
    &ingress::WEB_ACL_EXISTS,
];

fn clusters<'app>(model: &Model<'app>) -> impl Iterator<Item = Objects<'app>> + use<'app> {
    model.manifests().iter().map(Objects::new)
}
