//! Roles of service accounts.

mod role_meets_its_service_account;

pub(super) use role_meets_its_service_account::ROLE_MEETS_ITS_SERVICE_ACCOUNT;
