//! What policies of IAM hold to.

mod action_exists;
mod permission_is_scoped;
mod policy_fits_its_quota;
mod service_principal_exists;
mod service_trust_names_its_source;

pub use action_exists::ACTION_EXISTS;
pub use permission_is_scoped::PERMISSION_IS_SCOPED;
pub use policy_fits_its_quota::POLICY_FITS_ITS_QUOTA;
pub use service_principal_exists::SERVICE_PRINCIPAL_EXISTS;
pub use service_trust_names_its_source::SERVICE_TRUST_NAMES_ITS_SOURCE;
