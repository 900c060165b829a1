//! What holds for every resource, whatever its service.

mod mandatory_tag_is_present;
mod secret_is_no_literal;
mod stateful_resource_is_kept;

pub use mandatory_tag_is_present::MANDATORY_TAG_IS_PRESENT;
pub use secret_is_no_literal::{SECRET_IS_NO_LITERAL, secret_in};
pub use stateful_resource_is_kept::STATEFUL_RESOURCE_IS_KEPT;
