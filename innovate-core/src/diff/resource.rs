//! What becomes of a stack's resources, as far as the program changes them itself.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    Action, Impact, OutputChange, PropertyChange, ResourceChange, Snapshot, StackAction,
    StackChange, StackSnapshot,
    meaning::World,
    moved::Due,
    property::{below, differences},
    reference::is_function,
};
use crate::check::{Registry, Replacement};

/// What a program's stacks are compared with.
#[derive(Clone, Copy)]
pub(super) struct Compare<'a> {
    /// The stacks as they are.
    pub(super) before: &'a Snapshot,
    /// The stacks once all is moved that is to be moved.
    pub(super) relocated: &'a Snapshot,
    pub(super) due: &'a [Due<'a>],
    /// Where the references of both sides are looked up.
    pub(super) worlds: (World<'a>, World<'a>),
    pub(super) registry: &'a dyn Registry,
}

impl Compare<'_> {
    /// What becomes of a stack that the program has.
    pub(super) fn stack(self, new: &StackSnapshot) -> StackChange {
        let is_new = self.before.stack(&new.id).is_none();
        let old = self.relocated.stack(&new.id);
        let mut resources = Vec::new();
        for (id, resource) in new.resources() {
            let due = self.due.iter().find(|due| *due.to == new.id && due.new_id == id);
            let was = old.and_then(|old| Some((old, old.resource(id)?)));
            let change = match was {
                Some((old, was)) => self.changed(id, (old, was), (new, resource)),
                None => Some(created(id, resource, self.registry)),
            };
            // What has only moved is a change too.
            let change = change.or_else(|| due.map(|_| same(id, resource, self.registry)));
            resources.extend(change.map(|change| ResourceChange {
                moved_from: due.map(|due| due.moved.from.clone()),
                place: new.places.get(id).cloned(),
                ..change
            }));
        }
        for (id, resource) in old.into_iter().flat_map(StackSnapshot::resources) {
            if new.resource(id).is_none() {
                resources.push(leaving(id, resource, self.registry));
            }
        }
        let old = old.filter(|_| !is_new);
        StackChange {
            id: new.id.clone(),
            action: if is_new { StackAction::Create } else { StackAction::Keep },
            resources,
            outputs: old.map(|old| outputs(old, new)).unwrap_or_default(),
            settings: old.map(|old| settings(old, new)).unwrap_or_default(),
        }
    }

    fn changed(
        self,
        id: &str,
        (there, old): (&StackSnapshot, &Value),
        (here, new): (&StackSnapshot, &Value),
    ) -> Option<ResourceChange> {
        let (was, is) = self.worlds;
        if old == new {
            return None;
        }
        let mut change = same(id, new, self.registry);
        let type_name = type_of(new);
        let mut found = Vec::new();
        differences("", old.get("Properties"), new.get("Properties"), &mut found);
        change.properties = found
            .into_iter()
            .map(|(path, before, after)| PropertyChange {
                impact: match (before, after) {
                    // It says the same in other words, such as after a move.
                    (Some(old), Some(new)) if was.same((there, old), is, (here, new)) => {
                        Impact::Nothing
                    }
                    _ => Impact::of(worst(type_name, &path, before, after, self.registry)),
                },
                path,
                before: before.cloned(),
                after: after.cloned(),
                causes: Vec::new(),
            })
            .collect();
        let keys = |resource: &Value| -> BTreeSet<String> {
            let map = resource.as_object().into_iter().flatten();
            map.map(|(key, _)| key.clone()).filter(|key| key != "Properties").collect()
        };
        for key in keys(old).union(&keys(new)) {
            let mut found = Vec::new();
            differences(key, old.get(key), new.get(key), &mut found);
            change.attributes.extend(found.into_iter().map(|(path, before, after)| {
                PropertyChange {
                    // Another type is another resource; a condition may hold no more.
                    impact: match key.as_str() {
                        "Type" => Impact::Replace,
                        "Condition" if after.is_some() => Impact::Destroy,
                        _ => Impact::Nothing,
                    },
                    path,
                    before: before.cloned(),
                    after: after.cloned(),
                    causes: Vec::new(),
                }
            }));
        }
        change.impact =
            change.attributes.iter().map(|found| found.impact).max().unwrap_or(Impact::Nothing);
        Some(change)
    }
}

/// A stack that the program has no more.
pub(super) fn left(old: &StackSnapshot) -> StackChange {
    StackChange {
        id: old.id.clone(),
        action: StackAction::Leave,
        resources: Vec::new(),
        outputs: Vec::new(),
        settings: Vec::new(),
    }
}

/// A stack that is deleted.
pub(super) fn destroyed(old: &StackSnapshot, registry: &dyn Registry) -> StackChange {
    let resource = |(id, resource)| ResourceChange {
        place: old.places.get(id).cloned(),
        ..leaving(id, resource, registry)
    };
    let mut resources: Vec<ResourceChange> = old.resources().map(resource).collect();
    resources.sort_by(|a, b| a.logical_id.cmp(&b.logical_id));
    StackChange {
        id: old.id.clone(),
        action: StackAction::Delete,
        resources,
        outputs: Vec::new(),
        settings: Vec::new(),
    }
}

pub(super) fn type_of(resource: &Value) -> &str {
    resource.get("Type").and_then(Value::as_str).unwrap_or_default()
}

/// A resource of which nothing changes, yet.
pub(super) fn same(id: &str, resource: &Value, registry: &dyn Registry) -> ResourceChange {
    let type_name = type_of(resource);
    ResourceChange {
        logical_id: id.to_owned(),
        type_name: type_name.to_owned(),
        action: Action::Update,
        impact: Impact::Nothing,
        stateful: registry.facts(type_name).is_some_and(|facts| facts.stateful),
        moved_from: None,
        properties: Vec::new(),
        attributes: Vec::new(),
        old_resource: Some(replaced_by(resource)),
        place: None,
    }
}

fn created(id: &str, resource: &Value, registry: &dyn Registry) -> ResourceChange {
    ResourceChange {
        action: Action::Create,
        impact: Impact::Create,
        old_resource: None,
        ..same(id, resource, registry)
    }
}

fn leaving(id: &str, resource: &Value, registry: &dyn Registry) -> ResourceChange {
    let policy = deletion_policy(resource, registry);
    let (action, impact) = match policy {
        "Retain" => (Action::Retain, Impact::Nothing),
        _ => (Action::Delete, Impact::Destroy),
    };
    ResourceChange { action, impact, old_resource: Some(policy), ..same(id, resource, registry) }
}

/// What a change from one value to the other does: at the path, or at whatever differs below it.
pub(super) fn worst(
    type_name: &str,
    path: &str,
    before: Option<&Value>,
    after: Option<&Value>,
    registry: &dyn Registry,
) -> Replacement {
    let here = registry.replacement(type_name, path);
    if here == Replacement::Always || before == after {
        return if before == after { Replacement::Never } else { here };
    }
    if [before, after].into_iter().flatten().any(is_function) {
        let below = registry.replacement_below(type_name, path);
        return here.max(below.min(Replacement::Conditional));
    }
    let inside = |value: Option<&Value>, part: &str| -> Option<Value> {
        match value? {
            function if is_function(function) => None,
            Value::Object(map) => map.get(part).cloned(),
            Value::Array(items) => items.get(part.parse::<usize>().ok()?).cloned(),
            _ => None,
        }
    };
    let mut parts: BTreeSet<String> = BTreeSet::new();
    for value in [before, after].into_iter().flatten() {
        match value {
            function if is_function(function) => {}
            Value::Object(map) => parts.extend(map.keys().cloned()),
            Value::Array(items) => parts.extend((0..items.len()).map(|at| at.to_string())),
            _ => {}
        }
    }
    let each = parts.iter().map(|part| {
        let (before, after) = (inside(before, part), inside(after, part));
        worst(type_name, &below(path, part), before.as_ref(), after.as_ref(), registry)
    });
    each.max().unwrap_or(Replacement::Never).max(here)
}

/// What becomes of the resource when it leaves its stack.
pub(super) fn deletion_policy(resource: &Value, registry: &dyn Registry) -> &'static str {
    match resource.get("DeletionPolicy").and_then(Value::as_str) {
        Some("Retain" | "RetainExceptOnCreate") => "Retain",
        Some("Snapshot") => "Snapshot",
        Some(_) => "Delete",
        None => {
            let type_name = type_of(resource);
            registry.default_deletion_policy(type_name, resource.get("Properties")).name()
        }
    }
}

/// What becomes of the old one when the resource is replaced.
fn replaced_by(new: &Value) -> &'static str {
    match new.get("UpdateReplacePolicy").and_then(Value::as_str) {
        Some("Retain" | "RetainExceptOnCreate") => "Retain",
        Some("Snapshot") => "Snapshot",
        _ => "Delete",
    }
}

fn outputs(old: &StackSnapshot, new: &StackSnapshot) -> Vec<OutputChange> {
    let find = |stack: &StackSnapshot, name: &str| {
        stack.section("Outputs").find(|(other, _)| *other == name).map(|(_, output)| output.clone())
    };
    let names: BTreeSet<&str> =
        old.section("Outputs").chain(new.section("Outputs")).map(|(name, _)| name).collect();
    let change = |name: &str| {
        let (before, after) = (find(old, name), find(new, name));
        (before != after).then(|| OutputChange { name: name.to_owned(), before, after })
    };
    names.into_iter().filter_map(change).collect()
}

fn settings(old: &StackSnapshot, new: &StackSnapshot) -> Vec<PropertyChange> {
    let mut found = Vec::new();
    let change = |path: String, before: Option<Value>, after: Option<Value>| PropertyChange {
        path,
        before,
        after,
        impact: Impact::Nothing,
        causes: Vec::new(),
    };
    for section in ["Description", "Parameters", "Mappings", "Conditions", "Transform"] {
        let mut places = Vec::new();
        differences(section, old.template.get(section), new.template.get(section), &mut places);
        found.extend(
            places
                .into_iter()
                .map(|(path, before, after)| change(path, before.cloned(), after.cloned())),
        );
    }
    let keys: BTreeSet<&String> = old.tags.keys().chain(new.tags.keys()).collect();
    for key in keys {
        let text = |stack: &StackSnapshot| stack.tags.get(key).cloned().map(Value::String);
        if text(old) != text(new) {
            found.push(change(below("Tags", key), text(old), text(new)));
        }
    }
    if old.termination_protection != new.termination_protection {
        let truth = |stack: &StackSnapshot| Some(Value::Bool(stack.termination_protection));
        found.push(change("TerminationProtection".to_owned(), truth(old), truth(new)));
    }
    found
}
