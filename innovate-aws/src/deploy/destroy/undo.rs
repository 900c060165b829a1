//! One stack, on its way to being gone.

use aws_sdk_cloudformation::types::{Stack, StackStatus};
use innovate_core::assembly::digest;
use serde_json::json;

use super::look::last_event;
use crate::deploy::{
    AwsError, Failure, Operation, Outcome, Standing, failure::causes, operation::goes_on,
    remote::Remote, watch::Watched,
};

/// How often a stack is looked at anew because nothing is decided yet.
const ROUNDS: u32 = 30;

/// A stack as it was when its deletion was decided.
#[derive(Clone, Debug)]
pub(super) struct Doomed {
    /// Nothing if there was no such stack.
    pub(super) arn: Option<String>,
    /// The id of the last thing that had happened to it.
    pub(super) last_event: Option<String>,
    /// The resources that stay although nothing but their deletion's failure says so.
    pub(super) retained: Vec<String>,
    /// Whether its protection against deletion is lifted.
    pub(super) unprotect: bool,
}

/// Deletes the stack, or watches its deletion that an earlier run began.
pub(super) async fn undo(remote: &Remote, doomed: &Doomed) -> Outcome {
    let Some(arn) = &doomed.arn else { return Outcome::Unchanged };
    match (Undo { remote, doomed, arn }).rounds().await {
        Ok(outcome) => outcome,
        Err(error) => Outcome::Failed { failure: error.into() },
    }
}

struct Undo<'a> {
    remote: &'a Remote,
    doomed: &'a Doomed,
    arn: &'a str,
}

impl Undo<'_> {
    async fn rounds(&self) -> Result<Outcome, AwsError> {
        for _ in 0..ROUNDS {
            let stack = self.remote.describe_by(self.arn).await?;
            let status = stack.as_ref().and_then(Stack::stack_status).cloned();
            let status = status.unwrap_or(StackStatus::DeleteComplete);
            match Remote::standing(stack.as_ref()) {
                Standing::Absent => return Ok(Outcome::Deleted),
                Standing::Busy => match self.busy(&status).await? {
                    Some(outcome) => return Ok(outcome),
                    None => self.remote.run.pace.pause(0).await,
                },
                Standing::Unknown => {
                    let failure = Failure::new(format!("its status isn't known here ({status})"))
                        .help("look at it in the console; a newer version may know it");
                    return Ok(Outcome::Failed { failure });
                }
                _ => return self.delete(stack.as_ref()).await,
            }
        }
        let failure = Failure::new("it changed again and again while it was being looked at")
            .help("look who else deploys it, then run the same command again");
        Ok(Outcome::Failed { failure })
    }

    /// How the tokens of its deletion begin, whoever asks for the same.
    fn tokens(&self) -> String {
        let wanted = json!(["destroy", self.arn, self.doomed.retained]);
        let wanted: String = digest(&wanted.to_string()).chars().take(16).collect();
        format!("innovate-{wanted}-")
    }

    /// An operation is under way: a deletion of ours is watched, nothing else is disturbed.
    async fn busy(&self, status: &StackStatus) -> Result<Option<Outcome>, AwsError> {
        let token = self.remote.last_token(self.arn).await?;
        if let Some(token) = token.filter(|token| token.starts_with(&self.tokens())) {
            let under_way = self.remote.begin(Operation::Delete, true);
            let watched = self.remote.watch(self.arn, &token).await.map_err(goes_on)?;
            drop(under_way);
            return Ok(Some(self.ended(&watched)));
        }
        // It may have ended between the two questions.
        let now = self.remote.describe_by(self.arn).await?;
        if Remote::standing(now.as_ref()) != Standing::Busy {
            return Ok(None);
        }
        let failure = Failure::new(format!("another operation is under way ({status})"))
            .help("wait until it has ended, then run the same command again");
        Ok(Some(Outcome::Failed { failure }))
    }

    async fn delete(&self, stack: Option<&Stack>) -> Result<Outcome, AwsError> {
        let last = last_event(self.remote, self.arn).await?;
        if last != self.doomed.last_event {
            let failure = Failure::new("it changed since it was looked at: nothing was deleted")
                .help("run the same command again, and look at what it would delete");
            return Ok(Outcome::Failed { failure });
        }
        if self.remote.run.stop.is_asked() {
            return Ok(Outcome::NotBegun);
        }
        if stack.and_then(Stack::enable_termination_protection).unwrap_or(false) {
            if !self.doomed.unprotect {
                let failure = Failure::new("it is protected against deletion")
                    .help(format!("if that is meant: --unprotect {}", self.remote.id.name));
                return Ok(Outcome::Failed { failure });
            }
            self.remote.set_termination_protection(false).await?;
        }
        let generation: String = digest(&last.unwrap_or_default()).chars().take(8).collect();
        let token = format!("{}{generation}", self.tokens());
        self.remote.turn().await;
        let retained = &self.doomed.retained;
        let request = self.remote.client.delete_stack().stack_name(self.arn);
        request
            .client_request_token(&token)
            .set_retain_resources((!retained.is_empty()).then(|| retained.clone()))
            .send()
            .await
            .map_err(|error| {
                AwsError::of(format!("delete the stack {}", self.remote.id), &error)
            })?;
        let under_way = self.remote.begin(Operation::Delete, false);
        let outcome = self.follow(&token).await.map_err(goes_on);
        drop(under_way);
        outcome
    }

    /// Watches the deletion from its first event on. A stack that somebody else deletes at the same
    /// moment has none of ours.
    async fn follow(&self, token: &str) -> Result<Outcome, AwsError> {
        for quiet in 0..ROUNDS {
            if self.remote.last_token(self.arn).await?.as_deref() == Some(token) {
                let watched = self.remote.watch(self.arn, token).await?;
                return Ok(self.ended(&watched));
            }
            let now = self.remote.describe_by(self.arn).await?;
            if Remote::standing(now.as_ref()) == Standing::Absent {
                return Ok(Outcome::Deleted);
            }
            self.remote.run.pace.pause(quiet).await;
        }
        let failure = Failure::new("CloudFormation took the request, and nothing of it is seen")
            .help("look at the stack's events, then run the same command again");
        Ok(Outcome::Failed { failure })
    }

    fn ended(&self, watched: &Watched) -> Outcome {
        if watched.status == StackStatus::DeleteComplete {
            return Outcome::Deleted;
        }
        let causes = causes(&watched.failed);
        let status = watched.status.as_str();
        let mut message = match watched.status {
            StackStatus::DeleteFailed => format!("its deletion failed on the way ({status})"),
            _ => format!("CloudFormation did not delete it ({status})"),
        };
        if let Some(reason) = watched.reason.as_deref().filter(|_| causes.is_empty()) {
            message.push_str(": ");
            message.push_str(reason);
        }
        let name = &self.remote.id.name;
        let retain: Vec<String> =
            causes.iter().map(|cause| format!("--retain {name}/{}", cause.logical_id)).collect();
        let help = if retain.is_empty() || watched.status != StackStatus::DeleteFailed {
            "mend the cause, then run the same command again".to_owned()
        } else {
            format!(
                "mend what failed, then run the same command again; what can't be deleted stays in the account with {}",
                retain.join(" ")
            )
        };
        Outcome::Failed { failure: Failure::new(message).help(help).causes(causes) }
    }
}
