//! Roles of service accounts. `pod_identity` reads which have one.

mod agent_can_be_reached;
mod pod_identity;
mod role_meets_its_service_account;
mod store_takes_its_operators_role;

pub(super) use agent_can_be_reached::AGENT_CAN_BE_REACHED;
pub(super) use role_meets_its_service_account::ROLE_MEETS_ITS_SERVICE_ACCOUNT;
pub(super) use store_takes_its_operators_role::STORE_TAKES_ITS_OPERATORS_ROLE;
