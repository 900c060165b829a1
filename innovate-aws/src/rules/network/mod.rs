//! What a network holds to: where its addresses are, where its routes lead, and who may connect.
//!
//! The rules read resources, not constructs, so they hold for whatever a program adds beside a
//! [`Vpc`](crate::network::Vpc) too.

mod acl_lets_replies_back;
mod acl_lets_stores_be_reached;
mod admission;
mod block_is_disjoint;
mod endpoint_is_private;
pub(super) mod firewall;
mod flow_is_logged;
mod group_says_what_it_is_for;
mod internet_does_not_reach_data;
mod isolated_cluster_reaches_its_services;
mod nat_serves_its_own_zone;
mod only_load_balancers_face_the_internet;
pub(super) mod passage;
mod route_leads_where_its_tier_may;
mod rule_is_in_its_groups_region;
mod s3_is_reached_without_nat;
pub(super) mod store;
mod subnet_is_tagged_for_controllers;
mod tier_spans_three_zones;
mod topology;
mod zones_are_of_the_stacks_region;

pub use acl_lets_replies_back::ACL_LETS_REPLIES_BACK;
pub use acl_lets_stores_be_reached::ACL_LETS_STORES_BE_REACHED;
pub use admission::{Admissions, Caller};
pub use block_is_disjoint::BLOCK_IS_DISJOINT;
pub use endpoint_is_private::ENDPOINT_IS_PRIVATE;
pub use flow_is_logged::FLOW_IS_LOGGED;
pub use group_says_what_it_is_for::GROUP_SAYS_WHAT_IT_IS_FOR;
pub use internet_does_not_reach_data::INTERNET_DOES_NOT_REACH_DATA;
pub use isolated_cluster_reaches_its_services::ISOLATED_CLUSTER_REACHES_ITS_SERVICES;
pub(super) use isolated_cluster_reaches_its_services::SERVICES_OF_NODES;
pub use nat_serves_its_own_zone::NAT_SERVES_ITS_OWN_ZONE;
pub use only_load_balancers_face_the_internet::ONLY_LOAD_BALANCERS_FACE_THE_INTERNET;
pub use route_leads_where_its_tier_may::{
    DATA_HAS_NO_DEFAULT_ROUTE, ROUTE_LEADS_WHERE_ITS_TIER_MAY,
};
pub use rule_is_in_its_groups_region::RULE_IS_IN_ITS_GROUPS_REGION;
pub use s3_is_reached_without_nat::S3_IS_REACHED_WITHOUT_NAT;
pub use subnet_is_tagged_for_controllers::SUBNET_IS_TAGGED_FOR_CONTROLLERS;
pub use tier_spans_three_zones::TIER_SPANS_THREE_ZONES;
pub use zones_are_of_the_stacks_region::ZONES_ARE_OF_THE_STACKS_REGION;
