//! What is deployed, and how it changes: the only part of this crate that talks to AWS, behind the
//! feature `deploy`.
//!
//! * [`Access`]: who asks: credentials, accounts and regions,
//! * [`Deployed`]: what is deployed of a program's stacks,
//! * [`Standing`]: what a stack's status means, and what may be done with it,
//! * [`AwsError`]: what AWS refused or did not answer.

mod access;
mod deployed;
mod error;
mod standing;

pub use access::{Access, Profile};
pub use deployed::Deployed;
pub use error::AwsError;
pub use standing::Standing;
