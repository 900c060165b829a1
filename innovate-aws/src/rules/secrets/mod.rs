//! What secrets in Secrets Manager hold to.

mod reference_finds_its_secret;
mod rotation_has_no_gap;
mod secret_has_its_own_key;
mod secret_has_its_own_name;
mod secret_is_not_public;
mod secret_is_rotated;
mod secret_survives_its_region;

pub use reference_finds_its_secret::REFERENCE_FINDS_ITS_SECRET;
pub use rotation_has_no_gap::ROTATION_HAS_NO_GAP;
pub use secret_has_its_own_key::SECRET_HAS_ITS_OWN_KEY;
pub use secret_has_its_own_name::SECRET_HAS_ITS_OWN_NAME;
pub use secret_is_not_public::SECRET_IS_NOT_PUBLIC;
pub use secret_is_rotated::SECRET_IS_ROTATED;
pub use secret_survives_its_region::SECRET_SURVIVES_ITS_REGION;

/// The type of a secret.
const SECRET: &str = "AWS::SecretsManager::Secret";
/// The type of a schedule of rotation.
const SCHEDULE: &str = "AWS::SecretsManager::RotationSchedule";
