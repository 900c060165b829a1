//! What happened to a stack lately.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_cloudformation::types::StackEvent;
use innovate_core::{check::Place, diff::StackId};
use serde::Serialize;

use super::{Access, AwsError, FailureCause, Progress, deployed_stack::written, failure::causes};

/// How many pages of events are read, of a hundred each.
const PAGES: usize = 20;

/// What happened in a stack's last operation, of which a rollback is a part.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Recent {
    /// When the stack came to its status, as a time of RFC 3339 in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// The resources on which something is under way, by logical id.
    pub under_way: Vec<Progress>,
    /// What failed, the first failure first; what was only cancelled because of it is left out.
    pub causes: Vec<FailureCause>,
    /// What failed in the rollback that followed, in its last attempt.
    pub rollback_causes: Vec<FailureCause>,
    /// Whether all events of the operation were read. Of one with more than 2,000 only the last are.
    pub complete: bool,
}

impl Recent {
    /// Reads the events of the last operation on the stack of this ARN. `places` are the lines of the
    /// program that make its resources, by logical id.
    ///
    /// # Errors
    ///
    /// If AWS can't be asked.
    pub async fn read(
        access: &Access,
        stack: &StackId,
        arn: &str,
        places: &BTreeMap<String, Place>,
    ) -> Result<Self, AwsError> {
        let client = access.client(stack).await?;
        let (mut events, mut page, mut complete) = (Vec::new(), None, false);
        for _ in 0..PAGES {
            let request = client.describe_stack_events().stack_name(arn).set_next_token(page);
            let answer = request.send().await.map_err(|error| {
                AwsError::of(format!("read the events of the stack {stack}"), &error)
            })?;
            for event in answer.stack_events.unwrap_or_default() {
                complete = begins(&event, arn);
                events.push(event);
                if complete {
                    break;
                }
            }
            page = answer.next_token;
            // A stack whose oldest events are gone has no beginning any more.
            complete |= page.is_none();
            if complete {
                break;
            }
        }
        Ok(Self { complete, ..Self::of(&events, arn, places) })
    }

    /// `events` are the newest first.
    fn of(events: &[StackEvent], arn: &str, places: &BTreeMap<String, Place>) -> Self {
        let rollback = events.iter().position(|event| {
            status_of(event).ends_with("ROLLBACK_IN_PROGRESS") && is_stack(event, arn)
        });
        let (after, before) = events.split_at_checked(rollback.unwrap_or(0)).unwrap_or_default();
        let steps = |events: &[StackEvent]| -> Vec<Progress> {
            let resources = events.iter().rev().filter(|event| !is_stack(event, arn));
            resources.map(|event| progress(event, places)).collect()
        };
        let (forward, back) = (steps(before), steps(after));
        let mut known = BTreeSet::new();
        let latest = back.iter().rev().chain(forward.iter().rev());
        let latest = latest.filter(|step| known.insert(step.logical_id.as_str()));
        let mut under_way: Vec<Progress> =
            latest.filter(|step| step.status.ends_with("_IN_PROGRESS")).cloned().collect();
        under_way.sort_by(|a, b| a.logical_id.cmp(&b.logical_id));
        let own = events.iter().find(|event| is_stack(event, arn));
        Self {
            since: own.and_then(|event| event.timestamp()).and_then(written),
            under_way,
            causes: causes(&forward),
            rollback_causes: causes(&back),
            complete: true,
        }
    }
}

fn is_stack(event: &StackEvent, arn: &str) -> bool {
    event.physical_resource_id() == Some(arn)
}

fn status_of(event: &StackEvent) -> &str {
    event.resource_status().map_or("", |status| status.as_str())
}

/// Whether an operation begins with an event: a rollback or a cleanup only goes on with one.
fn begins(event: &StackEvent, arn: &str) -> bool {
    is_stack(event, arn)
        && matches!(
            status_of(event),
            "CREATE_IN_PROGRESS"
                | "UPDATE_IN_PROGRESS"
                | "DELETE_IN_PROGRESS"
                | "IMPORT_IN_PROGRESS"
                | "REVIEW_IN_PROGRESS"
        )
}

fn progress(event: &StackEvent, places: &BTreeMap<String, Place>) -> Progress {
    let logical_id = event.logical_resource_id().unwrap_or_default().to_owned();
    let physical_id = event.physical_resource_id().filter(|id| !id.is_empty());
    Progress {
        physical_id: physical_id.map(str::to_owned),
        type_name: event.resource_type().unwrap_or_default().to_owned(),
        status: status_of(event).to_owned(),
        reason: event.resource_status_reason().map(str::to_owned),
        time: event.timestamp().map_or(0.0, |time| time.as_secs_f64()),
        place: places.get(&logical_id).cloned(),
        logical_id,
    }
}
