//! What happens on the way.

use std::collections::BTreeMap;

use innovate_core::{check::Place, diff::StackId};
use serde::Serialize;

use super::Failure;

/// Something that happened to a stack.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "event", rename_all = "kebab-case", rename_all_fields = "camelCase")]
#[non_exhaustive]
pub enum Event {
    /// An operation on the stack is under way, begun now or by a run before this one.
    Begun {
        /// The stack.
        stack: StackId,
        /// What is done with it.
        operation: Operation,
        /// Whether an earlier run began it.
        resumed: bool,
    },
    /// A change set was made and looked at: it does no more than the plan allows.
    Reviewed {
        /// The stack.
        stack: StackId,
        /// The change set's name.
        change_set: String,
        /// What it does, in CloudFormation's order.
        changes: Vec<PlannedChange>,
    },
    /// Something that stops nothing, but that somebody should know.
    Warning {
        /// The stack.
        stack: StackId,
        /// The resource that it is about, if it is about one.
        #[serde(skip_serializing_if = "Option::is_none")]
        logical_id: Option<String>,
        /// What to know.
        message: String,
        /// The line of the program that makes the resource, if it is known.
        #[serde(skip_serializing_if = "Option::is_none")]
        place: Option<Place>,
    },
    /// A resource began or ended something.
    Resource {
        /// The stack.
        stack: StackId,
        /// What CloudFormation says about it.
        #[serde(flatten)]
        progress: Progress,
    },
    /// A StackSet of the stack began or ended something in an account and region.
    Instance {
        /// The stack.
        stack: StackId,
        /// The StackSet's logical id.
        logical_id: String,
        /// The account.
        account: String,
        /// The region.
        region: String,
        /// `RUNNING`, `SUCCEEDED`, `FAILED` or `CANCELLED`.
        status: String,
        /// Why, if CloudFormation says so.
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        /// The line of the program that makes the StackSet, if it is known.
        #[serde(skip_serializing_if = "Option::is_none")]
        place: Option<Place>,
    },
    /// No operation on the stack is under way any more, or none was begun.
    Ended {
        /// The stack.
        stack: StackId,
        /// How it ended.
        #[serde(flatten)]
        outcome: Outcome,
        /// How long it took, in seconds, with what came before the operation.
        seconds: f64,
        /// The stack's outputs, by name.
        #[serde(skip_serializing_if = "BTreeMap::is_empty")]
        outputs: BTreeMap<String, String>,
    },
    /// Somebody asked to stop: no further operation begins.
    Stopping {
        /// The stacks on which operations are under way; CloudFormation ends them by itself.
        under_way: Vec<StackId>,
    },
}

/// What is done with a stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Operation {
    /// It is made.
    Create,
    /// It is changed.
    Update,
    /// It is deleted.
    Delete,
    /// Existing resources become its own.
    Import,
    /// A rollback that failed goes on.
    ContinueRollback,
    /// Its resources get other logical ids, or another stack.
    Refactor,
}

/// What a change set does to a resource, as CloudFormation says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PlannedChange {
    /// Its logical id.
    pub logical_id: String,
    /// Its type.
    #[serde(rename = "type")]
    pub type_name: String,
    /// `Add`, `Modify`, `Remove`, `Import` or `Dynamic`.
    pub action: String,
    /// `True`, `False` or `Conditional`, for what is modified.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replacement: Option<String>,
    /// What becomes of a physical resource that goes: `Delete`, `Retain`, `Snapshot`, `ReplaceAndDelete`,
    /// `ReplaceAndRetain` or `ReplaceAndSnapshot`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy_action: Option<String>,
    /// The line of the program that makes it, if it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
}

/// What CloudFormation says about a resource.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Progress {
    /// Its logical id.
    pub logical_id: String,
    /// Its physical id, once it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub physical_id: Option<String>,
    /// Its type.
    #[serde(rename = "type")]
    pub type_name: String,
    /// Its status, such as `CREATE_IN_PROGRESS`.
    pub status: String,
    /// Why, if CloudFormation says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// When, by CloudFormation's clock: the seconds since 1970.
    pub time: f64,
    /// The line of the program that makes it, if it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
}

/// How it ended with a stack.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "outcome", rename_all = "kebab-case", rename_all_fields = "camelCase")]
#[non_exhaustive]
pub enum Outcome {
    /// It was made.
    Created,
    /// It was changed.
    Updated,
    /// It was as it should be.
    Unchanged,
    /// It was deleted.
    Deleted,
    /// Existing resources became its own.
    Imported,
    /// It is not as it should be.
    Failed {
        /// Why.
        failure: Failure,
    },
    /// Nothing was done, since it depends on a stack that is not as it should be.
    Skipped {
        /// That stack.
        because: StackId,
    },
    /// Nothing was done, since somebody asked to stop.
    NotBegun,
    /// An operation is under way that nobody waited for any longer.
    Left,
}

impl Outcome {
    /// Whether the stack is as it should be.
    pub const fn is_good(&self) -> bool {
        matches!(
            self,
            Self::Created | Self::Updated | Self::Unchanged | Self::Deleted | Self::Imported
        )
    }
}

impl Event {
    /// The stack that it is about, if it is about one.
    pub const fn stack(&self) -> Option<&StackId> {
        match self {
            Self::Begun { stack, .. }
            | Self::Reviewed { stack, .. }
            | Self::Warning { stack, .. }
            | Self::Resource { stack, .. }
            | Self::Instance { stack, .. }
            | Self::Ended { stack, .. } => Some(stack),
            Self::Stopping { .. } => None,
        }
    }
}

impl Operation {
    /// In the words of a sentence: `create`, `continue the rollback of`.
    pub const fn verb(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::Import => "import into",
            Self::ContinueRollback => "continue the rollback of",
            Self::Refactor => "refactor",
        }
    }
}
