//! StackSets: one template in many accounts and regions.
//!
//! * [`StackSet`]: the construct, and [`StackSetHandle`],
//! * [`Targets`]: [`OrganizationTargets`] or [`AccountTargets`], each with the permissions that it takes,
//! * [`Rollout`]: in how many accounts and regions at once, and how many may fail.

mod check;
mod construct;
mod rollout;
mod target;

pub use construct::{StackSet, StackSetHandle, Template};
pub use rollout::{Accounts, Rollout};
pub use target::{AccountTargets, AutoDeployment, OrganizationTargets, Targets};
