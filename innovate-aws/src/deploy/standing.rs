//! What a stack's status means, and what may be done with it.

use aws_sdk_cloudformation::types::StackStatus;
use serde::Serialize;

/// Where a stack stands.
///
/// Source: "Understand CloudFormation stack creation events" and "Stack status codes", AWS CloudFormation User Guide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// There is none, or it was deleted. It can be created.
    Absent,
    /// A change set to create it was made and never executed: it has no resources. It can be created.
    Review,
    /// Its last operation ended, well or rolled back. It can be updated.
    Ready,
    /// Its last operation failed and was not rolled back, by choice. It can be updated or rolled back.
    Halted,
    /// Its creation failed, and what was made is gone, or stuck on its way. It can only be deleted.
    Ruined,
    /// A rollback failed on the way. It must be continued before anything else.
    Stuck,
    /// A deletion failed on the way. It must be deleted again.
    Undeleted,
    /// Something is under way.
    Busy,
    /// A status that this version doesn't know. Nothing is done with it.
    Unknown,
}

impl Standing {
    /// What a status means.
    pub fn of(status: &StackStatus) -> Self {
        match status {
            StackStatus::DeleteComplete => Self::Absent,
            StackStatus::ReviewInProgress => Self::Review,
            StackStatus::CreateComplete
            | StackStatus::UpdateComplete
            | StackStatus::UpdateRollbackComplete
            | StackStatus::ImportComplete
            | StackStatus::ImportRollbackComplete => Self::Ready,
            StackStatus::CreateFailed | StackStatus::UpdateFailed => Self::Halted,
            StackStatus::RollbackComplete | StackStatus::RollbackFailed => Self::Ruined,
            StackStatus::UpdateRollbackFailed | StackStatus::ImportRollbackFailed => Self::Stuck,
            StackStatus::DeleteFailed => Self::Undeleted,
            StackStatus::CreateInProgress
            | StackStatus::DeleteInProgress
            | StackStatus::ImportInProgress
            | StackStatus::ImportRollbackInProgress
            | StackStatus::RollbackInProgress
            | StackStatus::UpdateInProgress
            | StackStatus::UpdateCompleteCleanupInProgress
            | StackStatus::UpdateRollbackInProgress
            | StackStatus::UpdateRollbackCompleteCleanupInProgress => Self::Busy,
            _ => Self::Unknown,
        }
    }

    /// Whether the stack has resources that a plan compares with.
    pub const fn has_resources(self) -> bool {
        !matches!(self, Self::Absent | Self::Review | Self::Ruined)
    }

    /// Why a deployment can't begin with it, and what to do; nothing if it can.
    pub const fn obstacle(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Absent | Self::Review | Self::Ready | Self::Halted => None,
            Self::Ruined => Some((
                "its creation failed",
                "it has nothing that is in use: delete it, then deploy again",
            )),
            Self::Stuck => Some((
                "a rollback failed on the way",
                "mend what its events name, then continue the rollback, or skip the resources that can't be rolled back",
            )),
            Self::Undeleted => Some((
                "a deletion failed on the way",
                "mend what its events name, then delete it again",
            )),
            Self::Busy => Some(("another operation is under way", "wait until it has ended")),
            Self::Unknown => Some((
                "its status isn't known here",
                "look at it in the console; a newer version may know it",
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_that_the_sdk_knows_has_a_standing() {
        for name in StackStatus::values() {
            let standing = Standing::of(&StackStatus::from(*name));
            assert_ne!(standing, Standing::Unknown, "{name}");
            let busy = name.ends_with("IN_PROGRESS") && *name != "REVIEW_IN_PROGRESS";
            assert_eq!(standing == Standing::Busy, busy, "{name}");
        }
        assert_eq!(Standing::of(&StackStatus::from("NEWS")), Standing::Unknown);
    }

    #[test]
    fn what_can_not_be_deployed_to_says_why() {
        for name in StackStatus::values() {
            let standing = Standing::of(&StackStatus::from(*name));
            let free = matches!(
                standing,
                Standing::Absent | Standing::Review | Standing::Ready | Standing::Halted
            );
            assert_eq!(standing.obstacle().is_none(), free, "{name}");
        }
    }
}
