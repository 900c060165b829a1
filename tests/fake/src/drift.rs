//! What was changed behind CloudFormation's back, and finding it.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::change::has;
use crate::moment::{Moment, written};
use crate::refusal::Refusal;
use crate::resource::Resource;
use crate::stack::Stack;
use crate::status::StackStatus;
use crate::template::plain;
use crate::world::{Answer, Call, World};
use crate::xml::{Fields, Xml};

/// What is known of a stack's drift.
#[derive(Debug, Default)]
pub(crate) struct Drift {
    detections: BTreeMap<String, Detection>,
    found: Found,
    checked: Option<Moment>,
}

/// A detection of drift that was asked for.
#[derive(Debug)]
struct Detection {
    left: u64,
    at: Moment,
    found: Found,
}

/// What was found of each resource that was looked at, by logical id.
type Found = BTreeMap<String, Finding>;

/// A status, and why it is that.
#[derive(Debug, Clone)]
struct Finding {
    status: &'static str,
    reason: Option<String>,
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
        let found = self.found.get(&resource.logical_id);
        let status = found.map_or("NOT_CHECKED", |found| found.status);
        Fields::new()
            .text("StackResourceDriftStatus", status)
            .some("LastCheckTimestamp", self.checked.map(written))
    }
}

fn overall(found: &Found) -> &'static str {
    let some = |status: &str| found.values().any(|found| found.status == status);
    if some("MODIFIED") || some("DELETED") {
        "DRIFTED"
    } else if some("UNKNOWN") {
        "UNKNOWN"
    } else {
        "IN_SYNC"
    }
}

/// Why a detection failed, if it did for some resource.
fn failure(found: &Found) -> Option<String> {
    let failed = found.iter().filter_map(|(id, found)| Some((id, found.reason.as_ref()?)));
    let reasons: Vec<_> = failed
        .map(|(id, reason)| format!("Failed to detect drift on resource [{id}]: {reason}"))
        .collect();
    (!reasons.is_empty()).then(|| reasons.join("; "))
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
    if let (Some(from), Some(to)) = (expected.as_array(), actual.as_array()) {
        for at in 0..from.len().max(to.len()) {
            let path = format!("{path}/{at}");
            match (from.get(at), to.get(at)) {
                (Some(from), Some(to)) => compare(path, from, to, found),
                (from, to) => found.push((path, from.cloned(), to.cloned())),
            }
        }
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
        // The user guide lists the first four; it advises a detection after an import.
        let can = matches!(
            stack.status,
            StackStatus::CreateComplete
                | StackStatus::UpdateComplete
                | StackStatus::UpdateRollbackComplete
                | StackStatus::UpdateRollbackFailed
                | StackStatus::ImportComplete
                | StackStatus::ImportRollbackComplete
        );
        if !can {
            return Err(Refusal::invalid(format!(
                "Drift detection cannot be performed on stack [{}] in {} state",
                stack.identity.stack_id, stack.status
            )));
        }
        if stack.drift.detections.values().any(|detection| detection.left > 0) {
            return Err(Refusal::invalid(format!(
                "Drift detection is already in progress for stack [{}]",
                stack.identity.stack_id
            )));
        }
        let finding =
            |resource: &Resource| match self.script.detection_failure(&resource.logical_id) {
                Some(reason) => Finding { status: "UNKNOWN", reason: Some(reason.to_owned()) },
                None => Finding { status: status(resource), reason: None },
            };
        let found = stack
            .resources
            .values()
            .filter(|resource| has(resource) && self.script.is_detectable(&resource.wanted.kind))
            .map(|resource| (resource.logical_id.clone(), finding(resource)))
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
        let failure = failure(&detection.found).filter(|_| over);
        let status = match (over, &failure) {
            (false, _) => "DETECTION_IN_PROGRESS",
            (true, Some(_)) => "DETECTION_FAILED",
            (true, None) => "DETECTION_COMPLETE",
        };
        let is_drifted = |found: &&Finding| matches!(found.status, "MODIFIED" | "DELETED");
        let drifted = detection.found.values().filter(is_drifted).count();
        Ok(Some(
            Fields::new()
                .text("StackId", &stack.identity.stack_id)
                .text("StackDriftDetectionId", id)
                .text("DetectionStatus", status)
                .some("DetectionStatusReason", failure)
                .some("StackDriftStatus", over.then(|| overall(&detection.found)))
                .some(
                    "DriftedStackResourceCount",
                    (status == "DETECTION_COMPLETE").then_some(drifted),
                )
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
            .filter(|(_, found)| wanted.is_empty() || wanted.iter().any(|of| of == found.status))
            .filter_map(|(id, found)| Some(stack.resource_drift(stack.resources.get(id)?, found)))
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
    fn resource_drift(&self, resource: &Resource, finding: &Finding) -> Xml {
        let status = finding.status;
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
            .some("ExpectedProperties", (status != "DELETED").then_some(expected))
            .some("ActualProperties", Some(actual).filter(|actual| !actual.is_null()))
            .list("PropertyDifferences", found.collect())
            .text("StackResourceDriftStatus", status)
            .some("DriftStatusReason", finding.reason.as_ref())
            .text("Timestamp", written(self.drift.checked.unwrap_or_default()))
            .into()
    }
}
