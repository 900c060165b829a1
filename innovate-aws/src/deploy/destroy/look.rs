//! What is there of a stack.

use std::collections::BTreeMap;

use aws_sdk_cloudformation::types::{Stack, StackResourceSummary};
use innovate_core::diff::StackSnapshot;
use serde_json::{Map, Value, json};

use crate::deploy::{
    AwsError, Standing,
    deployed::{snapshot, template},
    remote::{Remote, says},
};

/// What is there of a stack.
#[derive(Clone, Debug)]
pub(super) struct Look {
    pub(super) standing: Standing,
    /// Nothing if there is no such stack.
    pub(super) arn: Option<String>,
    /// The id of the last thing that happened to it.
    pub(super) last_event: Option<String>,
    /// Its template with the resources that are there. Nothing if it never had any.
    pub(super) snapshot: Option<StackSnapshot>,
    /// The ids of its resources in AWS, by logical id.
    pub(super) ids: BTreeMap<String, String>,
    /// The stacks that import its exports, by the exports' names.
    pub(super) importers: BTreeMap<String, Vec<String>>,
}

/// # Errors
///
/// If AWS can't be asked, or if the template can't be read.
pub(super) async fn look(remote: &Remote) -> Result<Look, AwsError> {
    let stack = remote.describe().await?;
    let standing = Remote::standing(stack.as_ref());
    let mut look = Look {
        standing,
        arn: None,
        last_event: None,
        snapshot: None,
        ids: BTreeMap::new(),
        importers: BTreeMap::new(),
    };
    let Some(stack) = stack.filter(|_| standing != Standing::Absent) else { return Ok(look) };
    let Some(arn) = stack.stack_id() else {
        return Err(AwsError::new(format!("describe the stack {}", remote.id), "AWS gave no ARN"));
    };
    look.arn = Some(arn.to_owned());
    // Before all else is asked: what happens from now on is seen when the stack's turn has come.
    look.last_event = last_event(remote, arn).await?;
    if standing == Standing::Review {
        let mut empty = snapshot(&remote.id, &stack, json!({ "Resources": {} }));
        empty.places = BTreeMap::new();
        look.snapshot = Some(empty);
        return Ok(look);
    }
    remote.turn().await;
    let template = template(&remote.client, &remote.id).await?;
    let resources = resources(remote, arn).await?;
    let mut seen = snapshot(&remote.id, &stack, there(template, &resources));
    let logical_ids = resources.iter().filter_map(StackResourceSummary::logical_resource_id);
    seen.places = logical_ids
        .filter_map(|id| Some((id.to_owned(), remote.run.place(&remote.id, id)?)))
        .collect();
    look.snapshot = Some(seen);
    for resource in resources.iter().filter(|resource| is_there(resource)) {
        if let (Some(logical_id), Some(id)) =
            (resource.logical_resource_id(), resource.physical_resource_id())
        {
            look.ids.insert(logical_id.to_owned(), id.to_owned());
        }
    }
    look.importers = importers(remote, &stack).await?;
    Ok(look)
}

/// The id of the last thing that happened to the stack.
pub(super) async fn last_event(remote: &Remote, arn: &str) -> Result<Option<String>, AwsError> {
    let (events, _) = remote.events(arn, None).await?;
    Ok(events.into_iter().next().and_then(|event| event.event_id))
}

async fn resources(remote: &Remote, arn: &str) -> Result<Vec<StackResourceSummary>, AwsError> {
    let mut all = Vec::new();
    let mut page = None;
    loop {
        remote.turn().await;
        let request = remote.client.list_stack_resources().stack_name(arn).set_next_token(page);
        let answer = request.send().await.map_err(|error| {
            AwsError::of(format!("list the resources of the stack {}", remote.id), &error)
        })?;
        all.extend(answer.stack_resource_summaries.unwrap_or_default());
        page = answer.next_token;
        if page.is_none() {
            return Ok(all);
        }
    }
}

/// Whether there is something in AWS that a deletion would find. What a deletion skipped once it may
/// find again.
fn is_there(resource: &StackResourceSummary) -> bool {
    let status = resource.resource_status().map_or("", |status| status.as_str());
    status != "DELETE_COMPLETE" && resource.physical_resource_id().is_some_and(|id| !id.is_empty())
}

/// The template with the resources that are there, and no others: a condition, a failure or a deletion
/// may have left some out, and a transform may have added some.
fn there(mut template: Value, resources: &[StackResourceSummary]) -> Value {
    let there: BTreeMap<&str, &str> = resources
        .iter()
        .filter(|resource| is_there(resource))
        .filter_map(|resource| Some((resource.logical_resource_id()?, resource.resource_type()?)))
        .collect();
    let known = template.get_mut("Resources").map(Value::take);
    let mut known = match known {
        Some(Value::Object(known)) => known,
        _ => Map::new(),
    };
    known.retain(|id, _| there.contains_key(&**id));
    for (id, type_name) in there {
        known.entry(id).or_insert_with(|| json!({ "Type": type_name }));
    }
    if let Value::Object(template) = &mut template {
        template.insert("Resources".to_owned(), Value::Object(known));
        return Value::Object(std::mem::take(template));
    }
    json!({ "Resources": known })
}

/// The stacks that import the stack's exports.
async fn importers(
    remote: &Remote,
    stack: &Stack,
) -> Result<BTreeMap<String, Vec<String>>, AwsError> {
    let mut importers: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for export in stack.outputs().iter().filter_map(|output| output.export_name()) {
        let mut page = None;
        loop {
            remote.turn().await;
            let request = remote.client.list_imports().export_name(export).set_next_token(page);
            let answer = match request.send().await {
                Ok(answer) => answer,
                Err(error) if says(&error, "ValidationError", "is not imported") => break,
                Err(error) => {
                    let what = format!("list who imports `{export}` of the stack {}", remote.id);
                    return Err(AwsError::of(what, &error));
                }
            };
            importers.entry(export.to_owned()).or_default().extend(answer.imports().to_vec());
            page = answer.next_token;
            if page.is_none() {
                break;
            }
        }
    }
    Ok(importers)
}
