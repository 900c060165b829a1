//! Why a stack is not as it should be, the first cause first.

use std::fmt;

use innovate_core::check::Place;
use serde::Serialize;

use super::{AwsError, Progress};

/// Why a stack is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Failure {
    /// What happened, in a sentence.
    pub message: String,
    /// What failed first, then what failed beside it; what was only cancelled because of it is left out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub causes: Vec<FailureCause>,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

/// A resource that failed, or that CloudFormation refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FailureCause {
    /// Its logical id.
    pub logical_id: String,
    /// Its type; empty if CloudFormation doesn't say.
    #[serde(rename = "type", skip_serializing_if = "String::is_empty")]
    pub type_name: String,
    /// Its status, such as `CREATE_FAILED`, or the name of the validation that failed.
    pub status: String,
    /// CloudFormation's words.
    pub reason: String,
    /// The line of the program that makes it, if it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
}

impl Failure {
    /// A failure that no resource is the cause of.
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), causes: Vec::new(), help: None }
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub(super) fn causes(mut self, causes: Vec<FailureCause>) -> Self {
        self.causes = causes;
        self
    }
}

impl From<AwsError> for Failure {
    fn from(error: AwsError) -> Self {
        let help = error.help_text().map(str::to_owned);
        Self { message: error.to_string(), causes: Vec::new(), help }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// What failed of its own accord among what an operation did, in the order in which it failed. Each
/// resource is named once, for its first failure.
pub(super) fn causes(progress: &[Progress]) -> Vec<FailureCause> {
    let mut causes: Vec<FailureCause> = Vec::new();
    for step in progress {
        let reason = step.reason.as_deref().unwrap_or_default();
        let known = causes.iter().any(|cause| cause.logical_id == step.logical_id);
        if step.status.ends_with("_FAILED") && !is_consequence(reason) && !known {
            causes.push(FailureCause {
                logical_id: step.logical_id.clone(),
                type_name: step.type_name.clone(),
                status: step.status.clone(),
                reason: if reason.is_empty() { "CloudFormation gave no reason" } else { reason }
                    .to_owned(),
                place: step.place.clone(),
            });
        }
    }
    causes
}

/// Whether CloudFormation says that a resource failed only because another one did.
///
/// Source: "Troubleshooting CloudFormation", AWS CloudFormation User Guide; the messages are the service's.
fn is_consequence(reason: &str) -> bool {
    reason.starts_with("Resource creation cancelled")
        || reason.starts_with("Resource update cancelled")
        || reason.starts_with("Resource deletion cancelled")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(logical_id: &str, status: &str, reason: &str) -> Progress {
        Progress {
            logical_id: logical_id.to_owned(),
            physical_id: None,
            type_name: "AWS::SQS::Queue".to_owned(),
            status: status.to_owned(),
            reason: (!reason.is_empty()).then(|| reason.to_owned()),
            time: 0.0,
            place: None,
        }
    }

    #[test]
    fn what_was_cancelled_is_no_cause_and_a_resource_is_named_once() {
        let steps = [
            step("Queue", "CREATE_IN_PROGRESS", ""),
            step("Topic", "CREATE_FAILED", "the name is taken"),
            step("Queue", "CREATE_FAILED", "Resource creation cancelled"),
            step("Key", "CREATE_FAILED", ""),
            step("Topic", "DELETE_FAILED", "it is in use"),
        ];
        let causes = causes(&steps);
        let named: Vec<(&str, &str)> =
            causes.iter().map(|cause| (&*cause.logical_id, &*cause.reason)).collect();
        assert_eq!(
            named,
            [("Topic", "the name is taken"), ("Key", "CloudFormation gave no reason")]
        );
    }
}
