//! What StackSets hold to.

mod name_is_free_everywhere;
mod parameter_has_a_value;
mod rollout_can_fail;
mod target_is_deployed_to;
mod template_fits;
mod template_is_taken;

pub use name_is_free_everywhere::NAME_IS_FREE_EVERYWHERE;
pub use parameter_has_a_value::PARAMETER_HAS_A_VALUE;
pub use rollout_can_fail::ROLLOUT_CAN_FAIL;
pub use target_is_deployed_to::TARGET_IS_DEPLOYED_TO;
pub use template_fits::TEMPLATE_FITS;
pub use template_is_taken::TEMPLATE_IS_TAKEN;
