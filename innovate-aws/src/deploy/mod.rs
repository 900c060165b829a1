//! What is deployed, and how it changes: the only part of this crate that talks to AWS, behind the
//! feature `deploy`.
//!
//! * [`Access`]: who asks: credentials, accounts and regions,
//! * [`Deployed`]: what is deployed of a program's stacks,
//! * [`Standing`]: what a stack's status means, and what may be done with it,
//! * [`Event`]: what happens on the way, and [`Outcome`], how it ends with a stack,
//! * [`Failure`]: why a stack is not as it should be, the first cause first,
//! * [`AwsError`]: what AWS refused or did not answer.

mod access;
mod deployed;
mod error;
mod event;
#[allow(dead_code, reason = "the deployer, which speaks in these words, follows")]
mod failure;
mod standing;

pub use access::{Access, Profile};
pub use deployed::Deployed;
pub use error::AwsError;
pub use event::{Event, Operation, Outcome, PlannedChange, Progress};
pub use failure::{Failure, FailureCause};
pub use standing::Standing;
