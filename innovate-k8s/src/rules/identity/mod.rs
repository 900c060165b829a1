//! Roles of service accounts.

mod agent_can_be_reached;
mod role_meets_its_service_account;

pub(super) use agent_can_be_reached::AGENT_CAN_BE_REACHED;
pub(super) use role_meets_its_service_account::ROLE_MEETS_ITS_SERVICE_ACCOUNT;
