//! Whether what is deployed is still what was deployed, or somebody changed it since.
//!
//! * [`Drift`]: what was found in all stacks, a [`StackDrift`] each,
//! * `detect`: asks CloudFormation to look, and waits for what it finds,
//! * `read`: what its answers mean,
//! * `hidden`: which values may be secrets,
//! * `text`: what was found, for a terminal; it serializes to JSON for machines.

mod detect;
mod hidden;
mod read;
mod text;

use innovate_cfn::schema::setter_name;
use innovate_core::{
    check::{Diagnostic, Place, Sources},
    diff::{Snapshot, StackId},
};
use serde::Serialize;
use serde_json::Value;

use super::Failure;

/// Whether stacks are still as they were deployed.
///
/// CloudFormation compares what the template of the last deployment says with what is there. What a
/// template doesn't say, and what a service doesn't give back, can't be compared.
///
/// Source: "Detect unmanaged configuration changes to stacks and resources with drift detection", AWS
/// CloudFormation User Guide.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Drift {
    /// The stacks, in the order in which they were asked for.
    pub stacks: Vec<StackDrift>,
}

/// Whether a stack is still as it was deployed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StackDrift {
    /// The stack.
    pub stack: StackId,
    /// How far it was looked at.
    #[serde(flatten)]
    pub detection: Detection,
    /// The resources that differ, and those that were not looked at, by logical id.
    pub resources: Vec<ResourceDrift>,
    /// How many others were looked at: they are as they were deployed.
    pub in_sync: usize,
}

/// How far a stack was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "detection", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Detection {
    /// All resources were looked at that can be.
    Complete,
    /// It failed for some resources.
    Incomplete {
        /// CloudFormation's words.
        reason: String,
    },
    /// The stack has no resources to look at.
    Nothing {
        /// Why.
        reason: String,
    },
    /// There is no such stack: it was never deployed, or somebody deleted it.
    Missing,
    /// The stack was not looked at.
    Failed {
        /// Why.
        failure: Failure,
    },
}

/// A resource that is not as it was deployed, or of which that isn't known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ResourceDrift {
    /// Its logical id.
    pub logical_id: String,
    /// Its physical id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub physical_id: Option<String>,
    /// Its type.
    #[serde(rename = "type")]
    pub type_name: String,
    /// What became of it.
    pub state: ResourceState,
    /// CloudFormation's words, if it has any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Whether it holds data.
    pub stateful: bool,
    /// The properties that differ, by path.
    pub properties: Vec<PropertyDrift>,
    /// The line of the program that makes it, if it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
}

/// What became of a resource since it was deployed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ResourceState {
    /// Properties differ.
    Modified,
    /// It is gone.
    Deleted,
    /// CloudFormation tried to look at it and could not.
    Failed,
    /// It was not looked at: CloudFormation can't detect the drift of its type, or a rollback left it out.
    NotLookedAt,
}

/// A property that is not as it was deployed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PropertyDrift {
    /// Its path in the template, below `Properties`: slashes between names.
    pub path: String,
    /// In which way it differs.
    pub difference: Difference,
    /// What the template says, if it says something; a text, an object or a list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<Value>,
    /// What is there, if something is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actual: Option<Value>,
    /// Whether neither is told, since they may be secrets.
    pub hidden: bool,
    /// The line of the program that sets it, if it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
}

/// In which way a property differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Difference {
    /// Something was added to a list or map.
    Added,
    /// It was removed.
    Removed,
    /// It has another value.
    Changed,
}

impl Drift {
    /// All resources that differ, and those that were not looked at, with their stacks.
    pub fn resources(&self) -> impl Iterator<Item = (&StackId, &ResourceDrift)> {
        self.stacks
            .iter()
            .flat_map(|found| found.resources.iter().map(move |resource| (&found.stack, resource)))
    }

    /// The stacks that aren't there.
    pub fn missing(&self) -> impl Iterator<Item = &StackId> {
        let missing = self.stacks.iter().filter(|found| found.detection == Detection::Missing);
        missing.map(|found| &found.stack)
    }

    /// Whether some resource was changed or deleted, or a whole stack isn't there.
    pub fn is_drifted(&self) -> bool {
        self.missing().next().is_some() || self.resources().any(|(_, found)| found.state.is_drift())
    }

    /// Whether everything was looked at that CloudFormation can look at.
    pub fn is_complete(&self) -> bool {
        let looked = |found: &StackDrift| {
            matches!(
                found.detection,
                Detection::Complete | Detection::Nothing { .. } | Detection::Missing
            )
        };
        self.stacks.iter().all(looked)
            && self.resources().all(|(_, found)| found.state != ResourceState::Failed)
    }

    /// The same, with the lines of the program: where it makes a resource, and where it sets a property, if
    /// a builder method of that name is called there.
    #[must_use]
    pub fn located(mut self, program: &Snapshot, sources: &dyn Sources) -> Self {
        for found in &mut self.stacks {
            let Some(stack) = program.stack(&found.stack) else { continue };
            for resource in &mut found.resources {
                let Some(place) = stack.places.get(&resource.logical_id) else { continue };
                resource.place = Some(place.clone());
                for property in &mut resource.properties {
                    property.place = setter_place(place, &property.path, sources);
                }
            }
        }
        self
    }
}

/// Where the statement at a place calls the builder method of a property, if it does.
fn setter_place(place: &Place, path: &str, sources: &dyn Sources) -> Option<Place> {
    let property = path.split('/').next()?;
    let finding = Diagnostic::note("", "").at(place.clone());
    let resource = finding.resolved_place(sources)?;
    let setter = finding.setter(setter_name(property)).resolved_place(sources)?;
    (setter != resource).then_some(setter)
}

impl StackDrift {
    /// What is said of a stack without any of its resources.
    const fn of(stack: StackId, detection: Detection) -> Self {
        Self { stack, detection, resources: Vec::new(), in_sync: 0 }
    }
}

impl ResourceState {
    /// Whether somebody changed or deleted the resource.
    pub const fn is_drift(self) -> bool {
        matches!(self, Self::Modified | Self::Deleted)
    }
}
