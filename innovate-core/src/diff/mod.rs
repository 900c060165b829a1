//! What changes between two sets of stacks: between two assemblies, or between what is deployed and
//! what a program yields.
//!
//! * [`Snapshot`]: stacks as they are at one moment,
//! * [`Diff`]: what becomes of each stack, resource and property, and what that does ([`Impact`]),
//! * `property`: where two properties differ,
//! * `reference`: what a part of a template refers to,
//! * `follow`: a resource that is replaced changes what refers to it, through outputs too,
//! * `moved`: resources that have another logical id, or another stack, than before,
//! * `deletion`: what becomes of stacks that are deleted, and in which order they go,
//! * [`Refactor`]: the stack refactors that move them before a deployment,
//! * `relocate`: templates after moves alone, with every reference following,
//! * `meaning`: what a part of a template stands for, whichever way it is written,
//! * `unmovable`: which moves CloudFormation would refuse,
//! * `refusal`: what must not be deployed without being asked for by name,
//! * `text`, `markdown`: a difference for people; it serializes to JSON for machines.
//!
//! No cloud is asked: what a change does is known from the registry's facts.

mod change;
mod deletion;
mod follow;
mod markdown;
mod meaning;
mod moved;
mod property;
mod refactor;
mod reference;
mod refusal;
mod relocate;
mod resource;
mod snapshot;
mod text;
mod unmovable;

pub use change::{
    Action, Cause, Diff, DueMove, Impact, OutputChange, PropertyChange, Refusal, ResourceChange,
    StackAction, StackChange,
};
pub use deletion::DeletionTurn;
pub use refactor::{Refactor, RefactoredStack};
pub use reference::{Source, sources};
pub use snapshot::{Snapshot, StackId, StackSnapshot};
