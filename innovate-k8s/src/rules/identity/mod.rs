//! Roles of service accounts.

mod service_account_has_one_role;

pub(super) use service_account_has_one_role::SERVICE_ACCOUNT_HAS_ONE_ROLE;
