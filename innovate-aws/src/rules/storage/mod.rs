//! What buckets hold to.
//!
//! Each safeguard has a code of its own, so that doing without one hides nothing about the others.
//!
//! * `policy`: the policies of a bucket, and who writes to it.

mod access_is_logged;
mod bucket_has_one_policy;
mod bucket_is_encrypted;
mod bucket_is_named_once;
mod bucket_is_private;
mod bucket_is_reached_by_tls_alone;
mod bucket_is_tidied_up;
mod bucket_is_versioned;
mod bucket_owns_its_objects;
mod copies_are_watched_where_they_are;
mod lock_can_hold;
pub(crate) mod policy;
mod policy_can_be_changed;
mod policy_names_who_may;
mod replica_is_elsewhere;
mod writer_can_encrypt;

pub use access_is_logged::ACCESS_IS_LOGGED;
pub use bucket_has_one_policy::BUCKET_HAS_ONE_POLICY;
pub use bucket_is_encrypted::BUCKET_IS_ENCRYPTED;
pub use bucket_is_named_once::BUCKET_IS_NAMED_ONCE;
pub use bucket_is_private::BUCKET_IS_PRIVATE;
pub use bucket_is_reached_by_tls_alone::BUCKET_IS_REACHED_BY_TLS_ALONE;
pub use bucket_is_tidied_up::BUCKET_IS_TIDIED_UP;
pub use bucket_is_versioned::BUCKET_IS_VERSIONED;
pub use bucket_owns_its_objects::BUCKET_OWNS_ITS_OBJECTS;
pub use copies_are_watched_where_they_are::COPIES_ARE_WATCHED_WHERE_THEY_ARE;
pub use lock_can_hold::LOCK_CAN_HOLD;
pub use policy_can_be_changed::POLICY_CAN_BE_CHANGED;
pub use policy_names_who_may::POLICY_NAMES_WHO_MAY;
pub use replica_is_elsewhere::REPLICA_IS_ELSEWHERE;
pub use writer_can_encrypt::WRITER_CAN_ENCRYPT;
