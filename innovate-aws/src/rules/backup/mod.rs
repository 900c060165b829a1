//! What backups and the recovery region hold to.

mod recovery_region_is_another;

pub use recovery_region_is_another::RECOVERY_REGION_IS_ANOTHER;
