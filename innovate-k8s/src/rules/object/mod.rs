//! What the API server asks of every object, and what refers to what.

mod api_is_served;
mod choice_exists;
mod default_is_one;
mod definition;
mod driver_is_installed;
mod field_exists;
mod object_is_named;
mod reference_resolves;
mod secret_is_no_literal;
mod selector_matches;
mod value_is_well_formed;
mod volume_is_encrypted;

pub(super) use api_is_served::API_IS_SERVED;
pub(super) use choice_exists::CHOICE_EXISTS;
pub(super) use default_is_one::DEFAULT_IS_ONE;
pub(super) use driver_is_installed::DRIVER_IS_INSTALLED;
pub(super) use field_exists::FIELD_EXISTS;
pub(super) use object_is_named::OBJECT_IS_NAMED;
pub(super) use reference_resolves::REFERENCE_RESOLVES;
pub(super) use secret_is_no_literal::SECRET_IS_NO_LITERAL;
pub(super) use selector_matches::SELECTOR_MATCHES;
pub(super) use value_is_well_formed::VALUE_IS_WELL_FORMED;
pub(super) use volume_is_encrypted::VOLUME_IS_ENCRYPTED;
