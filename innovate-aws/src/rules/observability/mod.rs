//! What observability holds to.

mod log_group_is_kept_and_encrypted;

pub use log_group_is_kept_and_encrypted::LOG_GROUP_IS_KEPT_AND_ENCRYPTED;
