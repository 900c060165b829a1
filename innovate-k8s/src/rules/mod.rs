//! What good manifests hold to: one policy a file.

use innovate_core::Rule;

/// Every rule, in the order of their codes.
pub static RULES: &[&Rule] = &[];
