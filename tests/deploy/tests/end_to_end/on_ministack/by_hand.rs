//! Stacks made through the SDK alone.

use std::time::Duration;

use aws_sdk_cloudformation::{
    Client,
    types::{Capability, ChangeSetStatus, ChangeSetType, Stack, StackEvent},
};
use serde_json::Value;

/// How long until something is asked for again.
const PAUSE: Duration = Duration::from_millis(20);

/// Makes a change set, and waits until it has its changes: its status and the reason for it.
pub(super) async fn change(
    client: &Client,
    stack: &str,
    template: &Value,
    kind: ChangeSetType,
) -> (ChangeSetStatus, String) {
    if kind == ChangeSetType::Update {
        // One that was executed keeps its name.
        let old = client.delete_change_set().stack_name(stack).change_set_name("by-hand");
        old.send().await.unwrap();
    }
    client
        .create_change_set()
        .stack_name(stack)
        .change_set_name("by-hand")
        .change_set_type(kind)
        .template_body(template.to_string())
        .capabilities(Capability::CapabilityNamedIam)
        .send()
        .await
        .unwrap();
    loop {
        let set = client.describe_change_set().stack_name(stack).change_set_name("by-hand");
        let set = set.send().await.unwrap();
        let status = set.status().unwrap().clone();
        if ![ChangeSetStatus::CreatePending, ChangeSetStatus::CreateInProgress].contains(&status) {
            return (status, set.status_reason().unwrap_or_default().to_owned());
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Executes the change set, and waits until the stack is at rest.
pub(super) async fn execute(client: &Client, stack: &str) -> Stack {
    let request = client.execute_change_set().stack_name(stack).change_set_name("by-hand");
    request.disable_rollback(false).send().await.unwrap();
    at_rest(client, stack).await
}

/// A stack with this template.
pub(super) async fn deploy(client: &Client, stack: &str, template: &Value) -> Stack {
    let there = client.describe_stacks().stack_name(stack).send().await;
    let kind = if there.is_ok() { ChangeSetType::Update } else { ChangeSetType::Create };
    let (status, reason) = change(client, stack, template, kind).await;
    assert_eq!(status, ChangeSetStatus::CreateComplete, "{reason}");
    execute(client, stack).await
}

/// The stack, once nothing is under way.
pub(super) async fn at_rest(client: &Client, stack: &str) -> Stack {
    loop {
        let answer = client.describe_stacks().stack_name(stack).send().await.unwrap();
        let found = answer.stacks.unwrap().remove(0);
        if !found.stack_status().unwrap().as_str().ends_with("_IN_PROGRESS") {
            return found;
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// What happened to a stack, the oldest first.
pub(super) async fn events(client: &Client, stack: &str) -> Vec<StackEvent> {
    let answer = client.describe_stack_events().stack_name(stack).send().await.unwrap();
    answer.stack_events.unwrap_or_default().into_iter().rev().collect()
}

/// The events as `Queue UPDATE_COMPLETE`, the oldest first.
pub(super) fn told(events: &[StackEvent]) -> Vec<String> {
    let tell = |event: &StackEvent| {
        let id = event.logical_resource_id().unwrap_or_default();
        format!("{id} {}", event.resource_status().unwrap().as_str())
    };
    events.iter().map(tell).collect()
}
