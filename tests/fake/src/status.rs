//! The states of stacks and resources.

use std::fmt;

macro_rules! statuses {
    ($($name:ident = $text:literal, $doc:literal;)*) => {
        /// The state of a stack, as the API reference of CloudFormation lists them.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum StackStatus { $(#[doc = $doc] $name,)* }

        impl StackStatus {
            /// AWS's name of the state.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

statuses! {
    ReviewInProgress = "REVIEW_IN_PROGRESS", "Has a change set that would create it.";
    CreateInProgress = "CREATE_IN_PROGRESS", "Being created.";
    CreateComplete = "CREATE_COMPLETE", "Created.";
    CreateFailed = "CREATE_FAILED", "Creation failed, and what was made is kept.";
    RollbackInProgress = "ROLLBACK_IN_PROGRESS", "Creation failed; what was made is deleted.";
    RollbackComplete = "ROLLBACK_COMPLETE", "Creation failed, what was made is deleted.";
    RollbackFailed = "ROLLBACK_FAILED", "Creation failed, and so did deleting what was made.";
    UpdateInProgress = "UPDATE_IN_PROGRESS", "Being updated.";
    UpdateCompleteCleanupInProgress = "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
        "Updated; what was replaced or removed is deleted.";
    UpdateComplete = "UPDATE_COMPLETE", "Updated.";
    UpdateFailed = "UPDATE_FAILED", "The update failed, and what it did is kept.";
    UpdateRollbackInProgress = "UPDATE_ROLLBACK_IN_PROGRESS",
        "The update failed; what was there is restored.";
    UpdateRollbackCompleteCleanupInProgress = "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
        "Restored; what the update made is deleted.";
    UpdateRollbackComplete = "UPDATE_ROLLBACK_COMPLETE", "Restored after an update that failed.";
    UpdateRollbackFailed = "UPDATE_ROLLBACK_FAILED", "The update failed, and so did restoring.";
    ImportInProgress = "IMPORT_IN_PROGRESS", "Taking resources in.";
    ImportComplete = "IMPORT_COMPLETE", "Took resources in.";
    ImportRollbackInProgress = "IMPORT_ROLLBACK_IN_PROGRESS",
        "Taking resources in failed; those that came are let go.";
    ImportRollbackComplete = "IMPORT_ROLLBACK_COMPLETE", "Let go of what it took in.";
    ImportRollbackFailed = "IMPORT_ROLLBACK_FAILED", "Could not let go of what it took in.";
    DeleteInProgress = "DELETE_IN_PROGRESS", "Being deleted.";
    DeleteComplete = "DELETE_COMPLETE", "Deleted; found by its id only.";
    DeleteFailed = "DELETE_FAILED", "Deleting failed; what could not be deleted is there.";
}

impl StackStatus {
    /// Whether an operation is under way.
    #[must_use]
    pub fn is_busy(self) -> bool {
        self != Self::ReviewInProgress && self.as_str().ends_with("_IN_PROGRESS")
    }

    /// Whether an update may begin: the states that a change set of type UPDATE may be executed in.
    #[must_use]
    pub fn is_updatable(self) -> bool {
        matches!(
            self,
            Self::CreateComplete
                | Self::UpdateComplete
                | Self::UpdateRollbackComplete
                | Self::ImportComplete
                | Self::ImportRollbackComplete
                | Self::CreateFailed
                | Self::UpdateFailed
        )
    }
}

impl fmt::Display for StackStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What happens to a resource: the first half of its state's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verb {
    Create,
    Update,
    Delete,
    Import,
}

/// How far it is: the second half.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Course {
    InProgress,
    Complete,
    Failed,
    Skipped,
}

/// The state of a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ResourceStatus(pub(crate) Verb, pub(crate) Course);

impl fmt::Display for ResourceStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verb = match self.0 {
            Verb::Create => "CREATE",
            Verb::Update => "UPDATE",
            Verb::Delete => "DELETE",
            Verb::Import => "IMPORT",
        };
        let course = match self.1 {
            Course::InProgress => "IN_PROGRESS",
            Course::Complete => "COMPLETE",
            Course::Failed => "FAILED",
            Course::Skipped => "SKIPPED",
        };
        write!(f, "{verb}_{course}")
    }
}
