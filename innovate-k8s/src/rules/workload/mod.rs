//! Pods, how many there are, and how they are kept up.

mod autoscaler_stands_alone;
mod budget_can_be_met;
mod container_is_restricted;
mod container_states_its_resources;
mod destination_lets_pods_in;
mod image_has_its_repository;
mod image_is_pinned;
pub(super) mod node_group;
mod probes_differ;
mod replicas_are_a_range;
mod security_context;
mod telemetry_is_taken;

pub(super) use autoscaler_stands_alone::AUTOSCALER_STANDS_ALONE;
pub(super) use budget_can_be_met::BUDGET_CAN_BE_MET;
pub(super) use container_is_restricted::CONTAINER_IS_RESTRICTED;
pub(super) use container_states_its_resources::CONTAINER_STATES_ITS_RESOURCES;
pub(super) use destination_lets_pods_in::DESTINATION_LETS_PODS_IN;
pub(super) use image_has_its_repository::IMAGE_HAS_ITS_REPOSITORY;
pub(super) use image_is_pinned::IMAGE_IS_PINNED;
pub(super) use probes_differ::PROBES_DIFFER;
pub(super) use replicas_are_a_range::REPLICAS_ARE_A_RANGE;
pub(super) use telemetry_is_taken::TELEMETRY_IS_TAKEN;
