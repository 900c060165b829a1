//! What CloudFormation's answers about drift mean.

use std::collections::BTreeMap;

use aws_sdk_cloudformation::types::{
    DifferenceType, PropertyDifference, StackResourceDrift, StackResourceDriftStatus,
    StackResourceSummary,
};
use innovate_cfn::schema::{ResourceFacts, resource_type};
use serde_json::Value;

use super::{Difference, PropertyDrift, ResourceDrift, ResourceState, hidden::Secrets};

/// The resources that differ or were not looked at, by logical id, and how many are as they should be.
/// What is among the `drifts` was looked at; what is only `listed` wasn't.
pub(super) fn resources(
    drifts: &[StackResourceDrift],
    listed: &[StackResourceSummary],
    template: Option<&Value>,
) -> (Vec<ResourceDrift>, usize) {
    let mut found: BTreeMap<&str, Option<ResourceDrift>> = BTreeMap::new();
    for resource in listed {
        let id = resource.logical_resource_id().unwrap_or_default();
        // What was deleted from the stack, or never made, isn't a resource of it.
        let is_there = resource.resource_status().is_none_or(|status| {
            !matches!(status.as_str(), "DELETE_COMPLETE" | "DELETE_SKIPPED" | "CREATE_FAILED")
        });
        if is_there {
            let type_name = resource.resource_type().unwrap_or_default();
            let physical_id = resource.physical_resource_id();
            let state = ResourceState::NotLookedAt;
            found.insert(id, Some(bare(id, physical_id, type_name, state)));
        }
    }
    for drift in drifts {
        found.insert(drift.logical_resource_id().unwrap_or_default(), looked_at(drift, template));
    }
    let in_sync = found.values().filter(|resource| resource.is_none()).count();
    (found.into_values().flatten().collect(), in_sync)
}

fn bare(
    logical_id: &str,
    physical_id: Option<&str>,
    type_name: &str,
    state: ResourceState,
) -> ResourceDrift {
    ResourceDrift {
        logical_id: logical_id.to_owned(),
        physical_id: physical_id.map(str::to_owned),
        type_name: type_name.to_owned(),
        state,
        reason: None,
        stateful: resource_type(type_name).is_some_and(ResourceFacts::is_stateful),
        properties: Vec::new(),
        place: None,
    }
}

/// Nothing if the resource is as it should be.
fn looked_at(drift: &StackResourceDrift, template: Option<&Value>) -> Option<ResourceDrift> {
    let state = match drift.stack_resource_drift_status() {
        Some(StackResourceDriftStatus::InSync) => return None,
        Some(StackResourceDriftStatus::Modified) => ResourceState::Modified,
        Some(StackResourceDriftStatus::Deleted) => ResourceState::Deleted,
        Some(StackResourceDriftStatus::NotChecked | StackResourceDriftStatus::Unsupported) => {
            ResourceState::NotLookedAt
        }
        // What isn't known here isn't known to be as it should be.
        _ => ResourceState::Failed,
    };
    let id = drift.logical_resource_id().unwrap_or_default();
    let type_name = drift.resource_type().unwrap_or_default();
    let mut resource = bare(id, drift.physical_resource_id(), type_name, state);
    resource.reason = drift.drift_status_reason().map(str::to_owned);
    let sides = [drift.expected_properties(), drift.actual_properties()];
    let secrets = Secrets::of(type_name, id, template, sides);
    let properties = drift.property_differences().iter();
    resource.properties = properties.map(|difference| property(difference, &secrets)).collect();
    resource.properties.sort_by(|a, b| a.path.cmp(&b.path));
    Some(resource)
}

fn property(found: &PropertyDifference, secrets: &Secrets<'_>) -> PropertyDrift {
    let path = found.property_path().unwrap_or_default();
    let path = path.strip_prefix('/').unwrap_or(path).to_owned();
    let difference = match found.difference_type() {
        Some(DifferenceType::Add) => Difference::Added,
        Some(DifferenceType::Remove) => Difference::Removed,
        _ => Difference::Changed,
    };
    let expected = value(found.expected_value()).filter(|_| difference != Difference::Added);
    let actual = value(found.actual_value()).filter(|_| difference != Difference::Removed);
    let hidden = secrets.hide(&path, [expected.as_ref(), actual.as_ref()]);
    let shown =
        |value: Option<Value>| value.filter(|_| !hidden).map(|value| secrets.without(&path, value));
    let (expected, actual) = (shown(expected), shown(actual));
    PropertyDrift { path, difference, expected, actual, hidden, place: None }
}

/// A value as CloudFormation writes it: objects and lists as JSON, everything else as its text.
fn value(written: Option<&str>) -> Option<Value> {
    let written = written.filter(|written| *written != "null")?;
    let is_composed = written.starts_with(['{', '[']);
    let composed = is_composed.then(|| serde_json::from_str(written).ok()).flatten();
    Some(composed.unwrap_or_else(|| Value::String(written.to_owned())))
}
