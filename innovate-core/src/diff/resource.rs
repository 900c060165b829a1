//! What becomes of a stack's resources, as far as the program changes them itself.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    Action, Impact, OutputChange, PropertyChange, ResourceChange, Snapshot, StackAction,
    StackChange, StackSnapshot,
    moved::Due,
    property::{below, differences},
    reference::is_function,
};
use crate::check::{Registry, Replacement};

/// What becomes of a stack that the program has.
pub(super) fn stack(
    before: &Snapshot,
    new: &StackSnapshot,
    moves: &[Due<'_>],
    registry: &dyn Registry,
) -> StackChange {
    let old = before.stack(&new.id);
    let mut resources = Vec::new();
    for (id, resource) in new.resources() {
        let due = moves.iter().find(|due| *due.to == new.id && due.new_id == id);
        let was = match due {
            Some(due) if due.from.id != new.id => due.from.resource(due.old_id),
            // What has another id in its own stack has it there already: see `moved::renamed`.
            _ => old.and_then(|old| old.resource(id)).filter(|_| !leaves(moves, new, id)),
        };
        let change = match was {
            Some(was) => changed(id, was, resource, registry),
            None => Some(created(id, resource, registry)),
        };
        // What has only moved is a change too.
        let change = change.or_else(|| due.map(|_| same(id, resource, registry)));
        resources.extend(change.map(|change| ResourceChange {
            moved_from: due.map(|due| due.moved.from.clone()),
            place: new.places.get(id).cloned(),
            ..change
        }));
    }
    for (id, resource) in old.into_iter().flat_map(StackSnapshot::resources) {
        if !leaves(moves, new, id) && new.resource(id).is_none() {
            resources.push(leaving(id, resource, registry));
        }
    }
    StackChange {
        id: new.id.clone(),
        action: if old.is_some() { StackAction::Keep } else { StackAction::Create },
        resources,
        outputs: old.map(|old| outputs(old, new)).unwrap_or_default(),
        settings: old.map(|old| settings(old, new)).unwrap_or_default(),
    }
}

/// Whether a resource of the stack goes to another one.
fn leaves(moves: &[Due<'_>], stack: &StackSnapshot, id: &str) -> bool {
    moves.iter().any(|due| due.from.id == stack.id && *due.to != stack.id && due.old_id == id)
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

fn changed(id: &str, old: &Value, new: &Value, registry: &dyn Registry) -> Option<ResourceChange> {
    if old == new {
        return None;
    }
    let mut change = same(id, new, registry);
    let type_name = type_of(new);
    let mut found = Vec::new();
    differences("", old.get("Properties"), new.get("Properties"), &mut found);
    change.properties = found
        .into_iter()
        .map(|(path, before, after)| PropertyChange {
            impact: Impact::of(worst(type_name, &path, before, after, registry)),
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
        change.attributes.extend(found.into_iter().map(|(path, before, after)| PropertyChange {
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
        }));
    }
    change.impact =
        change.attributes.iter().map(|found| found.impact).max().unwrap_or(Impact::Nothing);
    Some(change)
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
