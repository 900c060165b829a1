//! What a difference consists of.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::{
    Refactor, Snapshot, StackId, follow, meaning::World, moved, refactor, refusal,
    relocate::relocated, resource, unmovable,
};
use crate::check::{Diagnostic, Place, Registry, Replacement};

/// What a change does to a resource, the worst last.
///
/// Source: "Update behaviors of stack resources", AWS CloudFormation User Guide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Impact {
    /// Nothing happens to the resource itself: what changes is how CloudFormation treats it, or
    /// which stack has it.
    Nothing,
    /// It is made.
    Create,
    /// It is changed in place.
    Update,
    /// It is changed in place with an interruption, or replaced: that depends on the old and the new
    /// value.
    MayInterrupt,
    /// A new one is made in its place, with another physical id.
    Replace,
    /// It is deleted.
    Destroy,
}

/// What becomes of a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// It is new.
    Create,
    /// It changes.
    Update,
    /// A new one takes its place. What becomes of the old one, `UpdateReplacePolicy` says.
    Replace,
    /// It leaves the stack and is deleted.
    Delete,
    /// It leaves the stack and stays in the account, by its `DeletionPolicy`.
    Retain,
}

/// What becomes of a stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum StackAction {
    /// It is new.
    Create,
    /// It changes.
    Update,
    /// It stays as it is.
    Keep,
    /// The program doesn't have it any more. A deployment leaves it alone.
    Leave,
    /// It is deleted, as somebody asked.
    Delete,
}

/// Why a property changes although the program says the same of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Cause {
    /// The stack of what it refers to.
    pub stack: String,
    /// What it refers to: a resource's logical id, or an output's or parameter's name.
    pub id: String,
    /// Whether that is certain to change.
    pub certain: bool,
}

/// A property that changes.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PropertyChange {
    /// Where, with slashes between names and positions: `Tags/0/Value`.
    pub path: String,
    /// What it was; nothing if it is new.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Value>,
    /// What it will be; nothing if it goes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Value>,
    /// What that does to the resource.
    pub impact: Impact,
    /// What it refers to that changes; empty if the program itself changes it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub causes: Vec<Cause>,
}

/// What becomes of one resource.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ResourceChange {
    /// Its id in the new template; in the old one if it isn't in the new one.
    pub logical_id: String,
    /// Its type.
    #[serde(rename = "type")]
    pub type_name: String,
    /// What becomes of it.
    pub action: Action,
    /// The worst that happens to it.
    pub impact: Impact,
    /// Whether it holds data that is lost with it.
    pub stateful: bool,
    /// What it was before, as `Stack/LogicalId`, if it has moved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moved_from: Option<String>,
    /// The properties that change, by path.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub properties: Vec<PropertyChange>,
    /// What changes beside the properties: `DeletionPolicy`, `DependsOn`, `Metadata`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attributes: Vec<PropertyChange>,
    /// What CloudFormation does with the physical resource that goes: `Delete`, `Snapshot`, `Retain`.
    /// Nothing if none goes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old_resource: Option<&'static str>,
    /// The line of the program that makes it, if it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
}

/// An output that changes.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OutputChange {
    /// Its name.
    pub name: String,
    /// What it was; nothing if it is new.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Value>,
    /// What it will be; nothing if it goes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Value>,
}

/// What becomes of one stack.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StackChange {
    /// Which one.
    #[serde(flatten)]
    pub id: StackId,
    /// What becomes of it.
    pub action: StackAction,
    /// Its resources that change, by logical id.
    pub resources: Vec<ResourceChange>,
    /// Its outputs that change, by name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub outputs: Vec<OutputChange>,
    /// What else changes, by path: parameters, conditions, mappings, the stack's own tags.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub settings: Vec<PropertyChange>,
}

/// A resource that keeps what it holds under another logical id, or in another stack: to be done by a
/// stack refactor before the deployment.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DueMove {
    /// The account of both stacks.
    pub account: String,
    /// The region of both stacks.
    pub region: String,
    /// What it was, as `Stack/LogicalId`.
    pub from: String,
    /// What it will be, in the same form.
    pub to: String,
}

/// Something that must not be deployed unless it is asked for by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The stack.
    pub stack: StackId,
    /// The resource's logical id, as it is deployed.
    pub logical_id: String,
    /// What is wrong, at the line of the program if there is one.
    pub finding: Diagnostic,
    /// Whether it may be done all the same when somebody names the resource. Else CloudFormation
    /// would refuse it.
    pub by_name: bool,
}

/// What becomes of all stacks.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Diff {
    /// The stacks in the order of their deployment, those that stay as they are among them; then
    /// those that the program has no more.
    pub stacks: Vec<StackChange>,
    /// The moves that are to be done, by stack refactors before the deployment.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub moves: Vec<DueMove>,
    /// The stack refactors that do the moves.
    #[serde(skip)]
    pub refactors: Vec<Refactor>,
    /// What must not be deployed, or only if it is asked for by name.
    #[serde(skip)]
    pub refusals: Vec<Refusal>,
}

impl Impact {
    /// What a change of a property does.
    pub(super) const fn of(replacement: Replacement) -> Self {
        match replacement {
            Replacement::Never => Self::Update,
            Replacement::Conditional => Self::MayInterrupt,
            Replacement::Always => Self::Replace,
        }
    }
}

impl Diff {
    /// What changes from one moment to the other.
    pub fn between(before: &Snapshot, after: &Snapshot, registry: &dyn Registry) -> Self {
        let due = moved::due(before, after);
        let relocated =
            if due.is_empty() { before.clone() } else { relocated(before, after, &due) };
        let worlds = (World::after(&relocated, before, &due), World::new(after));
        let compare =
            resource::Compare { before, relocated: &relocated, due: &due, worlds, registry };
        let mut stacks: Vec<StackChange> = after.stacks().map(|new| compare.stack(new)).collect();
        follow::references(&mut stacks, &relocated, after, worlds, registry);
        let gone = before.stacks().filter(|old| after.stack(&old.id).is_none());
        stacks.extend(gone.map(resource::left));
        stacks.iter_mut().for_each(StackChange::settle);
        let mut refusals = refusal::all(&stacks, &relocated, after, registry);
        refusals.extend(unmovable::all(before, &relocated, after, &due, registry));
        Self {
            moves: due.iter().map(DueMove::from).collect(),
            refactors: refactor::all(before, &relocated, &due),
            stacks,
            refusals,
        }
    }

    /// The resources that change, with their stacks.
    pub fn resources(&self) -> impl Iterator<Item = (&StackChange, &ResourceChange)> {
        self.stacks.iter().flat_map(|stack| stack.resources.iter().map(move |found| (stack, found)))
    }

    /// The worst that happens to a resource.
    pub fn impact(&self) -> Impact {
        self.resources().map(|(_, found)| found.impact).max().unwrap_or(Impact::Nothing)
    }

    /// Whether a deployment would do nothing.
    pub fn is_empty(&self) -> bool {
        let idle =
            |stack: &StackChange| matches!(stack.action, StackAction::Keep | StackAction::Leave);
        self.moves.is_empty() && self.stacks.iter().all(idle)
    }

    /// How many resources become what, over the stacks that are deployed.
    pub fn counts(&self) -> BTreeMap<Action, usize> {
        let mut counts = BTreeMap::new();
        let deployed = self.resources().filter(|(stack, _)| stack.action != StackAction::Leave);
        for (_, found) in deployed {
            *counts.entry(found.action).or_default() += 1;
        }
        counts
    }
}

impl StackChange {
    /// Sorts, and says what becomes of the stack now that all is known of its parts.
    fn settle(&mut self) {
        for found in &mut self.resources {
            found.settle();
        }
        self.resources.sort_by(|a, b| (&a.logical_id, a.action).cmp(&(&b.logical_id, b.action)));
        self.outputs.sort_by(|a, b| a.name.cmp(&b.name));
        let changes =
            !(self.resources.is_empty() && self.outputs.is_empty() && self.settings.is_empty());
        if self.action == StackAction::Keep && changes {
            self.action = StackAction::Update;
        }
    }
}

impl ResourceChange {
    fn settle(&mut self) {
        self.properties.sort_by(|a, b| a.path.cmp(&b.path));
        for property in self.properties.iter_mut().chain(&mut self.attributes) {
            property.causes.sort();
            property.causes.dedup();
        }
        if self.action == Action::Update {
            let worst = self.properties.iter().map(|property| property.impact).max();
            self.impact = self.impact.max(worst.unwrap_or(Impact::Nothing));
            let replaced = |change: &PropertyChange| change.impact == Impact::Replace;
            if self.properties.iter().chain(&self.attributes).any(replaced) {
                self.action = Action::Replace;
            }
        }
        if self.action != Action::Replace && self.impact < Impact::MayInterrupt {
            self.old_resource = self
                .old_resource
                .filter(|_| matches!(self.action, Action::Delete | Action::Retain));
        }
    }
}
