//! Resources that had another id before.

use serde::{Deserialize, Serialize};

use super::Resource;

/// A resource that has another logical id, or is in another stack, than before. Both sides are
/// `Stack/LogicalId`.
///
/// Only a stack refactor (`aws cloudformation create-stack-refactor`) tells CloudFormation: its resource
/// mappings have the one as the source and the other as the destination, each as a stack name and a
/// logical id. A deployment without it makes the resource anew.
///
/// Source: "Stack refactoring", AWS CloudFormation User Guide.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Move {
    /// What it was.
    pub from: String,
    /// What it is.
    pub to: String,
}

impl Move {
    pub(crate) fn new((stack, id): (&str, &str), now: &Resource) -> Self {
        let to = now.address();
        Self { from: format!("{stack}/{id}"), to: format!("{}/{}", to.stack(), to.logical_id()) }
    }
}

impl Resource {
    /// The stacks and logical ids that it had before.
    pub(crate) fn former_ids(&self) -> impl Iterator<Item = (&str, &str)> {
        let stack = self.address.stack();
        self.moved_from().iter().map(move |id| id.split_once('/').unwrap_or((stack, id)))
    }

    /// The moves that the program declares for it, whether or not they are done.
    pub fn moves(&self) -> impl Iterator<Item = Move> {
        self.former_ids().map(|former| Move::new(former, self))
    }
}
