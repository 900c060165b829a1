//! What protects a stack: stack policies, set around a deployment, and termination protection.

use std::collections::BTreeSet;

use aws_sdk_cloudformation::types::TemplateStage;
use innovate_cfn::schema::Registry;
use innovate_core::{check::Registry as _, diff::StackSnapshot};
use serde_json::Value;

use super::{AwsError, PlannedChange, policy, remote::Remote, target::Target};

/// Sets the policy that a stack has between deployments, if it holds data: when that is asked for, and
/// where it was before. A policy that somebody else has set stays.
///
/// # Errors
///
/// If AWS can't be asked, or refuses.
pub(super) async fn guard(remote: &Remote, target: &Target, asked: bool) -> Result<(), AwsError> {
    let stateful = |kind: &String| Registry.facts(kind).is_some_and(|facts| facts.stateful);
    if !target.types.values().any(stateful) {
        return Ok(());
    }
    let wanted = policy::standing([&parsed(&target.body)], &Registry);
    match current(remote).await? {
        None if !asked => Ok(()),
        Some(has) if policy::is_same(&has, &wanted) || !policy::is_ours(&has) => Ok(()),
        _ => set(remote, wanted).await,
    }
}

/// Lets an update lose what is named, of what it changes, and nothing else that holds data. If the stack
/// has no policy, or another's, nothing is set.
///
/// # Errors
///
/// If AWS can't be asked, or refuses.
pub(super) async fn open(
    remote: &Remote,
    target: &Target,
    changes: &[PlannedChange],
    named: &BTreeSet<String>,
) -> Result<(), AwsError> {
    let lossy = |change: &PlannedChange| {
        change.action == "Remove" || change.replacement.as_deref().is_some_and(|it| it != "False")
    };
    let lost = changes.iter().filter(|change| lossy(change));
    let lost: BTreeSet<String> =
        lost.map(|change| change.logical_id.clone()).filter(|id| named.contains(id)).collect();
    if lost.is_empty() || !current(remote).await?.is_some_and(|has| policy::is_ours(&has)) {
        return Ok(());
    }
    let deployed = deployed(remote).await?;
    set(remote, policy::during(&deployed, &parsed(&target.body), &lost, &Registry)).await
}

impl Remote {
    /// Sets whether the stack is protected against deletion.
    pub(super) async fn set_termination_protection(&self, on: bool) -> Result<(), AwsError> {
        self.turn().await;
        self.client
            .update_termination_protection()
            .stack_name(&self.id.name)
            .enable_termination_protection(on)
            .send()
            .await
            .map(drop)
            .map_err(|error| {
                AwsError::of(
                    format!("set the termination protection of the stack {}", self.id),
                    &error,
                )
            })
    }
}

fn parsed(body: &str) -> Value {
    StackSnapshot::parse(body).unwrap_or_default()
}

async fn deployed(remote: &Remote) -> Result<Value, AwsError> {
    remote.turn().await;
    let request = remote.client.get_template().stack_name(&remote.id.name);
    let answer = request.template_stage(TemplateStage::Original).send().await;
    let answer = answer.map_err(|error| {
        AwsError::of(format!("read the template of the stack {}", remote.id), &error)
    })?;
    Ok(answer.template_body().map(parsed).unwrap_or_default())
}

/// The stack's policy, if it has one.
async fn current(remote: &Remote) -> Result<Option<String>, AwsError> {
    remote.turn().await;
    let answer = remote.client.get_stack_policy().stack_name(&remote.id.name).send().await;
    let answer = answer.map_err(|error| {
        AwsError::of(format!("read the stack policy of the stack {}", remote.id), &error)
    })?;
    Ok(answer.stack_policy_body.filter(|body| !body.is_empty()))
}

async fn set(remote: &Remote, body: String) -> Result<(), AwsError> {
    remote.turn().await;
    let request = remote.client.set_stack_policy().stack_name(&remote.id.name);
    request.stack_policy_body(body).send().await.map(drop).map_err(|error| {
        AwsError::of(format!("set the stack policy of the stack {}", remote.id), &error)
    })
}
