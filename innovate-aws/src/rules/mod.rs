//! What a good program holds to: one policy a file.

pub mod identity;
pub mod template;

use innovate_core::Rule;

/// Every rule, in the order of their codes.
pub static RULES: &[&Rule] = &[
    &identity::PERMISSION_IS_SCOPED,
    &identity::SERVICE_TRUST_NAMES_ITS_SOURCE,
    &identity::POLICY_FITS_ITS_QUOTA,
    &identity::ACTION_EXISTS,
    &identity::SERVICE_PRINCIPAL_EXISTS,
    &template::STATEFUL_RESOURCE_IS_KEPT,
    &template::SECRET_IS_NO_LITERAL,
    &template::MANDATORY_TAG_IS_PRESENT,
];
