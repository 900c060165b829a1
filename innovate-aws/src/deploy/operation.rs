//! Operations that need no change set, and what one that ended badly tells.

use std::collections::BTreeSet;

use aws_sdk_cloudformation::types::StackStatus;

use super::{
    AwsError, Failure, Operation, Standing,
    failure::causes,
    remote::{Remote, says},
    watch::Watched,
};

impl Remote {
    /// Deletes the stack of that ARN, and watches that to its end.
    ///
    /// # Errors
    ///
    /// If AWS can't be asked, or refuses.
    pub(super) async fn delete(
        &self,
        arn: &str,
        token: &str,
        retained: &[String],
    ) -> Result<Watched, AwsError> {
        self.turn().await;
        let retained = (!retained.is_empty()).then(|| retained.to_vec());
        self.client
            .delete_stack()
            .stack_name(arn)
            .client_request_token(token)
            .set_retain_resources(retained)
            .send()
            .await
            .map_err(|error| AwsError::of(format!("delete the stack {}", self.id), &error))?;
        let under_way = self.begin(Operation::Delete, false);
        let watched = self.watch(arn, token).await.map_err(goes_on)?;
        drop(under_way);
        Ok(watched)
    }

    /// Continues a rollback: whether it goes on now. Else the stack isn't as it was.
    pub(super) async fn continue_rollback(
        &self,
        arn: &str,
        token: &str,
        skip: &BTreeSet<String>,
    ) -> Result<bool, AwsError> {
        self.turn().await;
        let request = self
            .client
            .continue_update_rollback()
            .stack_name(arn)
            .client_request_token(token)
            .set_resources_to_skip((!skip.is_empty()).then(|| skip.iter().cloned().collect()));
        match request.send().await {
            Ok(_) => Ok(true),
            Err(error) if says(&error, "ValidationError", "can not continue") => Ok(false),
            Err(error) => {
                let what = format!("continue the rollback of the stack {}", self.id);
                Err(AwsError::of(what, &error))
            }
        }
    }
}

/// What an operation that ended badly tells.
pub(super) fn failure_of(watched: &Watched) -> Failure {
    let status = watched.status.as_str();
    let (message, help) = match &watched.status {
        StackStatus::RollbackComplete => (
            "its creation failed and was rolled back",
            "mend the cause, then run the same command again: what is left of the stack is deleted first",
        ),
        StackStatus::RollbackFailed => (
            "its creation failed, and not all of it could be rolled back",
            "mend the causes, then run the same command again: what is left of the stack is deleted first",
        ),
        StackStatus::UpdateRollbackComplete => (
            "its update failed and was rolled back: it is as it was before",
            "mend the cause, then run the same command again",
        ),
        StackStatus::UpdateRollbackFailed => (
            "its update failed, and so did the rollback on the way",
            "mend what failed, then run the same command with `--continue-rollback`",
        ),
        StackStatus::ImportRollbackComplete => (
            "the import failed and was rolled back: it is as it was before",
            "mend the cause, then run the same command again",
        ),
        StackStatus::ImportRollbackFailed => (
            "the import failed, and so did the rollback on the way",
            "look at its events, and continue the rollback in the console",
        ),
        StackStatus::DeleteFailed => (
            "its deletion failed on the way",
            "mend the cause, then run `destroy` again; `--retain` leaves a resource that can't be deleted",
        ),
        StackStatus::DeleteComplete => {
            ("somebody deleted it meanwhile", "run the same command again")
        }
        status if Standing::of(status) == Standing::Busy => (
            "somebody else ended the operation by another one",
            "wait until that has ended, then run the same command again",
        ),
        _ => ("it did not end well", "look at its events, then run the same command again"),
    };
    let message = match watched.reason.as_deref().filter(|_| watched.failed.is_empty()) {
        Some(reason) => format!("{message} ({status}): {reason}"),
        None => format!("{message} ({status})"),
    };
    let mut all = Vec::new();
    for cause in causes(&watched.failed) {
        // A StackSet says only that it failed: what failed in which account comes first.
        all.extend_from_slice(watched.sets.causes(&cause.logical_id));
        all.push(cause);
    }
    Failure::new(message).help(help).causes(all)
}

/// Who can't watch any longer should know that the operation doesn't end with that.
pub(super) fn goes_on(error: AwsError) -> AwsError {
    error.help(
        "the operation goes on in CloudFormation; run the same command again to see how it ends",
    )
}
