//! What was changed behind CloudFormation's back, and finding it.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::change::has;
use crate::moment::{Moment, written};
use crate::refusal::Refusal;
use crate::resource::Resource;
use crate::stack::Stack;
use crate::template::plain;
use crate::world::{Answer, Call, World};
use crate::xml::{Fields, Xml};

/// What is known of a stack's drift.
#[derive(Debug, Default)]
pub(crate) struct Drift {
    detections: BTreeMap<String, Detection>,
    found: BTreeMap<String, &'static str>,
    checked: Option<Moment>,
}

/// A detection of drift that was asked for.
#[derive(Debug)]
struct Detection {
    left: u64,
    at: Moment,
    found: BTreeMap<String, &'static str>,
}

impl Drift {
    /// A tick passes for detections that are under way.
    pub(crate) fn tick(&mut self) {
        for detection in self.detections.values_mut().filter(|detection| detection.left > 0) {
            detection.left -= 1;
            if detection.left == 0 {
                self.found.clone_from(&detection.found);
                self.checked = Some(detection.at);
            }
        }
    }

    pub(crate) fn of_stack(&self) -> Fields {
        let status = match self.checked {
            None => "NOT_CHECKED",
            Some(_) => overall(&self.found),
        };
        Fields::new()
            .text("StackDriftStatus", status)
            .some("LastCheckTimestamp", self.checked.map(written))
    }

    pub(crate) fn of_resource(&self, resource: &Resource) -> Fields {
        let status = self.found.get(&resource.logical_id).copied().unwrap_or("NOT_CHECKED");
        Fields::new()
            .text("StackResourceDriftStatus", status)
            .some("LastCheckTimestamp", self.checked.map(written))
    }
}

fn overall(found: &BTreeMap<String, &'static str>) -> &'static str {
    if found.values().any(|status| *status != "IN_SYNC") { "DRIFTED" } else { "IN_SYNC" }
}

/// How the resource is, compared with how it should be.
fn status(resource: &Resource) -> &'static str {
    match &resource.actual {
        None => "IN_SYNC",
        Some(Value::Null) => "DELETED",
        Some(actual) if differences(&resource.wanted.properties, actual).is_empty() => "IN_SYNC",
        Some(_) => "MODIFIED",
    }
}

/// A difference: where, what it should be, and what it is.
type Drifted = (String, Option<Value>, Option<Value>);

/// Only what the template says is compared, but for what was added below it.
fn differences(expected: &Value, actual: &Value) -> Vec<Drifted> {
    let mut found = Vec::new();
    compare(String::new(), expected, actual, &mut found);
    found
}

fn compare(path: String, expected: &Value, actual: &Value, found: &mut Vec<Drifted>) {
    if expected == actual {
        return;
    }
    let (Some(from), Some(to)) = (expected.as_object(), actual.as_object()) else {
        found.push((path, Some(expected.clone()), Some(actual.clone())));
        return;
    };
    for (name, value) in from {
        let path = format!("{path}/{name}");
        match to.get(name) {
            Some(other) => compare(path, value, other, found),
            None => found.push((path, Some(value.clone()), None)),
        }
    }
    if path.is_empty() {
        return;
    }
    for (name, value) in to.iter().filter(|(name, _)| !from.contains_key(*name)) {
        found.push((format!("{path}/{name}"), None, Some(value.clone())));
    }
}

impl World {
    pub(crate) fn detect_stack_drift(&mut self, call: &Call<'_>) -> Answer {
        let (number, stack) = self.stack(call, call.query.required("StackName")?)?;
        if stack.status.is_busy() || !stack.status.is_updatable() {
            return Err(Refusal::invalid(format!(
                "Drift detection cannot be performed on stack [{}] in {} state",
                stack.identity.stack_id, stack.status
            )));
        }
        let found = stack
            .resources
            .values()
            .filter(|resource| has(resource))
            .map(|resource| (resource.logical_id.clone(), status(resource)))
            .collect();
        let (id, at, left) = (self.clock.uuid(), self.clock.now(), self.script.planning + 1);
        if let Some(stack) = self.stacks.get_mut(&number) {
            stack.drift.detections.insert(id.clone(), Detection { left, at, found });
        }
        Ok(Some(Fields::new().text("StackDriftDetectionId", id)))
    }

    pub(crate) fn describe_drift_detection(&self, call: &Call<'_>) -> Answer {
        let id = call.query.required("StackDriftDetectionId")?;
        let found = self
            .stacks
            .values()
            .filter(|stack| stack.identity.account == call.account)
            .filter(|stack| stack.identity.region == call.region)
            .find_map(|stack| Some((stack, stack.drift.detections.get(id)?)));
        let Some((stack, detection)) = found else {
            return Err(Refusal::invalid(format!("Drift detection with id {id} does not exist")));
        };
        let over = detection.left == 0;
        let drifted = detection.found.values().filter(|status| **status != "IN_SYNC").count();
        Ok(Some(
            Fields::new()
                .text("StackId", &stack.identity.stack_id)
                .text("StackDriftDetectionId", id)
                .text(
                    "DetectionStatus",
                    if over { "DETECTION_COMPLETE" } else { "DETECTION_IN_PROGRESS" },
                )
                .some("StackDriftStatus", over.then(|| overall(&detection.found)))
                .some("DriftedStackResourceCount", over.then_some(drifted))
                .text("Timestamp", written(detection.at)),
        ))
    }

    pub(crate) fn describe_resource_drifts(&self, call: &Call<'_>) -> Answer {
        let (_, stack) = self.stack(call, call.query.required("StackName")?)?;
        let wanted = call.query.strings("StackResourceDriftStatusFilters");
        let drifts = stack
            .drift
            .found
            .iter()
            .filter(|(_, status)| wanted.is_empty() || wanted.iter().any(|of| of == *status))
            .filter_map(|(id, status)| Some(stack.resource_drift(stack.resources.get(id)?, status)))
            .collect();
        let (drifts, next) = self.page(call, drifts)?;
        Ok(Some(Fields::new().list("StackResourceDrifts", drifts).some("NextToken", next)))
    }

    /// Somebody changes a resource, or deletes it, behind CloudFormation's back: whether there is
    /// such a resource.
    pub(crate) fn meddle(
        &mut self,
        number: u64,
        logical_id: &str,
        pointer: &str,
        value: Option<Value>,
    ) -> bool {
        let stack = self.stacks.get_mut(&number);
        let Some(resource) = stack.and_then(|stack| stack.resources.get_mut(logical_id)) else {
            return false;
        };
        let mut actual =
            resource.actual.clone().unwrap_or_else(|| resource.wanted.properties.clone());
        match (value, pointer.rsplit_once('/')) {
            (Some(value), Some((parent, name))) => {
                let parent = actual.pointer_mut(parent).and_then(Value::as_object_mut);
                let Some(parent) = parent else { return false };
                parent.insert(name.to_owned(), value);
            }
            _ => actual = Value::Null,
        }
        resource.actual = Some(actual);
        true
    }
}

impl Stack {
    fn resource_drift(&self, resource: &Resource, status: &str) -> Xml {
        let actual = resource.actual.as_ref().unwrap_or(&resource.wanted.properties);
        let expected = &resource.wanted.properties;
        let found = if status == "MODIFIED" { differences(expected, actual) } else { Vec::new() };
        let found = found.into_iter().map(|(path, expected, actual)| {
            let kind = match (&expected, &actual) {
                (None, _) => "ADD",
                (_, None) => "REMOVE",
                _ => "NOT_EQUAL",
            };
            let written = |value: Option<Value>| {
                value.as_ref().map(plain).unwrap_or_else(|| "null".to_owned())
            };
            Fields::new()
                .text("PropertyPath", path)
                .text("ExpectedValue", written(expected))
                .text("ActualValue", written(actual))
                .text("DifferenceType", kind)
                .into()
        });
        Fields::new()
            .text("StackId", &self.identity.stack_id)
            .text("LogicalResourceId", &resource.logical_id)
            .text("PhysicalResourceId", &resource.physical_id)
            .text("ResourceType", &resource.wanted.kind)
            .text("ExpectedProperties", expected)
            .some("ActualProperties", Some(actual).filter(|actual| !actual.is_null()))
            .list("PropertyDifferences", found.collect())
            .text("StackResourceDriftStatus", status)
            .text("Timestamp", written(self.drift.checked.unwrap_or_default()))
            .into()
    }
}
