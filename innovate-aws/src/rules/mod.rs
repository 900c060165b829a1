//! What a good program holds to: one policy a file.

pub mod template;

use innovate_core::Rule;

/// Every rule, in the order of their codes.
pub static RULES: &[&Rule] = &[
    &template::STATEFUL_RESOURCE_IS_KEPT,
    &template::SECRET_IS_NO_LITERAL,
    &template::MANDATORY_TAG_IS_PRESENT,
];
