//! What is deployed, and how it changes: the only part of this crate that talks to AWS, behind the
//! feature `deploy`.
//!
//! * [`Access`]: who asks: credentials, accounts and regions,
//! * [`Deployed`]: what is deployed of a program's stacks; [`DeployedStack`], what CloudFormation says of
//!   one, and [`Recent`], what happened to it lately,
//! * [`bootstrap`]: the stack of the bucket for templates that are too large for a request,
//! * `upload`: how templates get there,
//! * [`policy`]: stack policies, which keep what holds data from updates that would lose it,
//! * [`Standing`]: what a stack's status means, and what may be done with it,
//! * [`Deployer`]: deploys a program; a [`Deployment`] is one that has begun, and [`Stop`] stops it,
//! * [`Destroyer`]: deletes a program's stacks; a [`Destruction`] says what that would do,
//! * [`Event`]: what happens on the way, and [`Outcome`], how it ends with a stack,
//! * [`Drift`]: whether what is deployed is still as it was deployed,
//! * [`Importer`]: makes existing resources a stack's own; an [`Importing`] says which,
//! * [`Failure`]: why a stack is not as it should be, the first cause first,
//! * [`AwsError`]: what AWS refused or did not answer.
//!
//! How it is done: `schedule` says which stack's turn it is, and `converge` brings one from where it stands
//! to its `target`, by a `change_set` that is looked at in `review`, while `guard` keeps its stack
//! policy; `refactor` moves resources before that. `remote` is a stack in AWS, `watch` follows an operation on it and `stack_set` those of its
//! StackSets, and `pace` says how fast AWS is asked.

mod access;
pub mod bootstrap;
mod change_set;
mod converge;
mod deployed;
mod deployed_stack;
mod deployer;
mod destroy;
mod drift;
mod error;
mod event;
mod failure;
mod guard;
mod import;
mod operation;
mod pace;
pub mod policy;
mod recent;
mod refactor;
mod remote;
mod review;
mod schedule;
mod stack_set;
mod standing;
mod stop;
mod target;
mod upload;
mod watch;

pub use access::{Access, Profile};
pub use deployed::Deployed;
pub use deployed_stack::{DeployedOutput, DeployedStack, LastDrift};
pub use deployer::{Deployer, Deployment, Events, StackSummary, Summary};
pub use destroy::{Destroyer, Destruction};
pub use drift::{
    Detection, Difference, Drift, PropertyDrift, ResourceDrift, ResourceState, StackDrift,
};
pub use error::AwsError;
pub use event::{Event, Operation, Outcome, PlannedChange, Progress};
pub use failure::{Failure, FailureCause};
pub use import::{ImportedResource, Importer, Importing};
pub use recent::Recent;
pub use standing::Standing;
pub use stop::Stop;
