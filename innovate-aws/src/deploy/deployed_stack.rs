//! What CloudFormation says of a stack, beside its template.

use std::collections::BTreeMap;

use aws_sdk_cloudformation::{
    primitives::{DateTime, DateTimeFormat},
    types::{Output, Stack},
};
use serde::Serialize;

/// What CloudFormation says of a stack that is there, beside its template.
///
/// Source: "Stack", AWS CloudFormation API Reference.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DeployedStack {
    /// Its ARN, which another stack of its name never has.
    pub arn: String,
    /// Its status, such as `UPDATE_COMPLETE`.
    pub status: String,
    /// Why, if CloudFormation says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// When it was created, or the change set that would create it: a time of RFC 3339 in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created: Option<String>,
    /// When its last update began, if it had one, in the same form.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated: Option<String>,
    /// Whether it is protected against deletion.
    pub termination_protection: bool,
    /// What the last detection of drift found.
    pub drift: LastDrift,
    /// Its outputs, by name.
    pub outputs: BTreeMap<String, DeployedOutput>,
}

/// What the last detection of drift found in a stack.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LastDrift {
    /// `DRIFTED`, `IN_SYNC`, `UNKNOWN` or `NOT_CHECKED`.
    pub status: String,
    /// When that was, as a time of RFC 3339 in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checked: Option<String>,
}

/// An output of a stack.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DeployedOutput {
    /// Its value.
    pub value: String,
    /// What the template says about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The name under which other stacks import it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub export_name: Option<String>,
}

impl From<&Stack> for DeployedStack {
    fn from(stack: &Stack) -> Self {
        let drift = stack.drift_information();
        let found = drift.and_then(|drift| drift.stack_drift_status());
        Self {
            arn: stack.stack_id().unwrap_or_default().to_owned(),
            status: stack.stack_status().map_or("", |status| status.as_str()).to_owned(),
            reason: stack.stack_status_reason().map(|reason| reason.trim().to_owned()),
            created: stack.creation_time().and_then(written),
            updated: stack.last_updated_time().and_then(written),
            termination_protection: stack.enable_termination_protection().unwrap_or(false),
            drift: LastDrift {
                status: found.map_or("NOT_CHECKED", |status| status.as_str()).to_owned(),
                checked: drift.and_then(|drift| drift.last_check_timestamp()).and_then(written),
            },
            outputs: stack.outputs().iter().filter_map(output).collect(),
        }
    }
}

fn output(output: &Output) -> Option<(String, DeployedOutput)> {
    let told = DeployedOutput {
        value: output.output_value()?.to_owned(),
        description: output.description().map(str::to_owned),
        export_name: output.export_name().map(str::to_owned),
    };
    Some((output.output_key()?.to_owned(), told))
}

/// Whole seconds: what CloudFormation does takes longer.
pub(super) fn written(time: &DateTime) -> Option<String> {
    DateTime::from_secs(time.secs()).fmt(DateTimeFormat::DateTime).ok()
}
