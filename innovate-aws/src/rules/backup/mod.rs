//! What backups and the recovery region hold to.
//!
//! * `plan`, `selection`: how they read plans with their vaults, and what plans select.

mod air_gapped_vault_takes_its_copies;
mod cold_storage_takes_what_is_sent;
pub(crate) mod plan;
mod recovery_point_fits_its_vault;
mod recovery_region_is_another;
pub(crate) mod selection;
mod selection_selects;
pub(crate) mod start_windows_do_not_meet;
mod vault_keeps_what_it_has;

pub use air_gapped_vault_takes_its_copies::AIR_GAPPED_VAULT_TAKES_ITS_COPIES;
pub use cold_storage_takes_what_is_sent::COLD_STORAGE_TAKES_WHAT_IS_SENT;
pub use recovery_point_fits_its_vault::RECOVERY_POINT_FITS_ITS_VAULT;
pub use recovery_region_is_another::RECOVERY_REGION_IS_ANOTHER;
pub use selection_selects::SELECTION_SELECTS;
pub use start_windows_do_not_meet::START_WINDOWS_DO_NOT_MEET;
pub use vault_keeps_what_it_has::VAULT_KEEPS_WHAT_IT_HAS;
