//! Resources that have another logical id, or another stack, than before.

use serde_json::{Map, Value};

use super::{Snapshot, StackId, StackSnapshot, reference::is_function};
use crate::stack::Move;

/// A move that is to be done, and where.
#[derive(Clone, Debug)]
pub(super) struct Due<'a> {
    pub(super) moved: &'a Move,
    /// The stack that has it now.
    pub(super) from: &'a StackSnapshot,
    /// Its logical id there.
    pub(super) old_id: &'a str,
    /// The stack that will have it.
    pub(super) to: &'a StackId,
    pub(super) new_id: &'a str,
}

/// The moves that the program declares and that are not done: the resource is there under its old id,
/// and there is none under the new one.
pub(super) fn due<'a>(before: &'a Snapshot, after: &'a Snapshot) -> Vec<Due<'a>> {
    let mut due: Vec<Due<'a>> = Vec::new();
    for stack in after.stacks() {
        let deployed = before.stack(&stack.id);
        for moved in &stack.moved {
            let (Some((from, old_id)), Some((_, new_id))) =
                (moved.from.split_once('/'), moved.to.split_once('/'))
            else {
                continue;
            };
            let from = StackId { name: from.to_owned(), ..stack.id.clone() };
            let Some(from) = before.stack(&from).filter(|from| from.resource(old_id).is_some())
            else {
                continue;
            };
            let done = deployed.is_some_and(|stack| stack.resource(new_id).is_some());
            let taken = due.iter().any(|other| {
                (other.from.id == from.id && other.old_id == old_id)
                    || (*other.to == stack.id && other.new_id == new_id)
            });
            if !done && !taken {
                due.push(Due { moved, from, old_id, to: &stack.id, new_id });
            }
        }
    }
    due
}

/// The stacks as they are once what has another logical id in its own stack has it: nothing else of
/// a resource changes by that, and neither does what refers to it.
pub(super) fn renamed(before: &Snapshot, due: &[Due<'_>]) -> Snapshot {
    let stacks = before.stacks().map(|stack| {
        let ids: Vec<(&str, &str)> = due
            .iter()
            .filter(|due| due.from.id == stack.id && *due.to == stack.id)
            .map(|due| (due.old_id, due.new_id))
            .collect();
        let mut stack = stack.clone();
        if !ids.is_empty() {
            rename_keys(&mut stack.template, &ids);
            rename(&mut stack.template, &ids);
        }
        stack
    });
    Snapshot::new(stacks)
}

fn new_id<'a>(ids: &[(&str, &'a str)], id: &str) -> Option<&'a str> {
    ids.iter().find(|(old, _)| *old == id).map(|(_, new)| *new)
}

fn rename_keys(template: &mut Value, ids: &[(&str, &str)]) {
    let Some(Value::Object(resources)) = template.get_mut("Resources") else { return };
    let renamed: Map<String, Value> = std::mem::take(resources)
        .into_iter()
        .map(|(id, resource)| (new_id(ids, &id).map_or(id, str::to_owned), resource))
        .collect();
    *resources = renamed;
    for resource in resources.values_mut() {
        match resource.get_mut("DependsOn") {
            Some(Value::String(id)) => rename_text(id, ids),
            Some(Value::Array(all)) => {
                for id in all {
                    if let Value::String(id) = id {
                        rename_text(id, ids);
                    }
                }
            }
            _ => {}
        }
    }
}

fn rename_text(id: &mut String, ids: &[(&str, &str)]) {
    if let Some(new) = new_id(ids, id) {
        new.clone_into(id);
    }
}

/// Renames in every function of the value.
fn rename(value: &mut Value, ids: &[(&str, &str)]) {
    let function = is_function(value);
    match value {
        Value::Object(map) => {
            for (name, argument) in map.iter_mut() {
                match (name.as_str(), &mut *argument) {
                    ("Ref", Value::String(id)) if function => rename_text(id, ids),
                    ("Fn::GetAtt", Value::String(path)) => {
                        if let Some((id, attribute)) = path.split_once('.')
                            && let Some(new) = new_id(ids, id)
                        {
                            *path = format!("{new}.{attribute}");
                        }
                    }
                    ("Fn::GetAtt", Value::Array(parts)) => {
                        if let Some(Value::String(id)) = parts.first_mut() {
                            rename_text(id, ids);
                        }
                    }
                    ("Fn::Sub", Value::String(text)) => substitute(text, ids),
                    ("Fn::Sub", Value::Array(parts)) => {
                        if let Some(Value::String(text)) = parts.first_mut() {
                            substitute(text, ids);
                        }
                    }
                    _ => {}
                }
                rename(argument, ids);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| rename(item, ids)),
        _ => {}
    }
}

fn substitute(text: &mut String, ids: &[(&str, &str)]) {
    for (old, new) in ids {
        for end in ["}", "."] {
            *text = text.replace(&format!("${{{old}{end}"), &format!("${{{new}{end}"));
        }
    }
}
