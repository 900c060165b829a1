//! What must not be deployed, or only if it is asked for by name.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{
    Action, Impact, Refusal, ResourceChange, Snapshot, StackAction, StackChange, StackSnapshot,
    property::dotted,
    reference::{Source, each},
};
use crate::check::{Diagnostic, Registry, ReplacementOrder};

/// Everything that stands against a deployment.
pub(super) fn all(
    stacks: &[StackChange],
    before: &Snapshot,
    after: &Snapshot,
    registry: &dyn Registry,
) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    let importers = importers(before);
    for stack in stacks {
        let old = before.stack(&stack.id);
        for found in &stack.resources {
            let refusal = |finding: Diagnostic, by_name: bool| Refusal {
                stack: stack.id.clone(),
                logical_id: found.logical_id.clone(),
                finding: placed(finding, stack, found),
                by_name,
            };
            if let Some(finding) = type_changed(found) {
                refusals.push(refusal(finding, false));
                continue;
            }
            if let Some(finding) = name_taken(found, after, stack, registry) {
                refusals.push(refusal(finding, false));
            }
            if found.stateful {
                refusals.extend(loss(stack, found, stacks).map(|finding| refusal(finding, true)));
            }
        }
        // A stack that the program has no more stays as it is.
        let old = old.filter(|_| stack.action != StackAction::Leave);
        refusals.extend(old.into_iter().flat_map(|old| exports(old, stack, after, &importers)));
    }
    refusals
}

fn placed(finding: Diagnostic, stack: &StackChange, found: &ResourceChange) -> Diagnostic {
    let finding = finding.in_stack(&stack.id.name).or_on(&stack.id.name, &found.logical_id);
    match &found.place {
        Some(place) => finding.at(place.clone()),
        None => finding,
    }
}

/// What a resource that holds data loses.
fn loss(stack: &StackChange, found: &ResourceChange, stacks: &[StackChange]) -> Option<Diagnostic> {
    let (id, type_name) = (&found.logical_id, &found.type_name);
    match found.action {
        Action::Replace => {
            let finding = Diagnostic::error(
                "PLAN-01",
                format!("`{id}` holds data, and the deployment would replace it by an empty one"),
            );
            let reasons: Vec<String> = found
                .properties
                .iter()
                .filter(|property| property.impact == Impact::Replace)
                .map(|property| dotted(&property.path))
                .collect();
            Some(
                finding
                    .property(reasons.first().cloned().unwrap_or_default())
                    .given(reasons.join(", "))
                    .help(format!("leave the property as it is; or make a second {type_name} beside it, move the data, and let this one go")),
            )
        }
        Action::Delete | Action::Retain => {
            let successor = successor(stack, found, stacks);
            let goes = match found.action {
                Action::Delete => "delete it",
                _ => "forget it: it stays in the account, in no stack",
            };
            let finding = match &successor {
                Some(new) => Diagnostic::error(
                    "PLAN-02",
                    format!("`{id}` holds data and has another logical id now: the deployment would make `{new}` empty, and {goes}"),
                )
                .given(new)
                .help(format!("write `.moved_from(\"{}\")` on that resource, or `stack.moved(\"{0}\", ..)` if a construct makes it", old_name(stack, id, new))),
                None => Diagnostic::error(
                    "PLAN-03",
                    format!("`{id}` holds data and isn't in the program any more: the deployment would {goes}"),
                ),
            };
            Some(finding)
        }
        Action::Update if found.impact == Impact::Destroy => Some(
            Diagnostic::error(
                "PLAN-03",
                format!("`{id}` holds data, and the condition under which it is there may hold no more: the deployment would delete it"),
            )
            .help("leave the condition as it is, or take it from the resource"),
        ),
        Action::Create | Action::Update => None,
    }
}

/// How a resource of the stack of `new` names what it was.
fn old_name(stack: &StackChange, id: &str, new: &str) -> String {
    if new.contains('/') { format!("{}/{id}", stack.id.name) } else { id.to_owned() }
}

/// The new resource that the one that goes may have become: of its type, in its stack or else in
/// another one of its account and region.
fn successor(stack: &StackChange, lost: &ResourceChange, stacks: &[StackChange]) -> Option<String> {
    let new = |found: &&ResourceChange| {
        found.action == Action::Create
            && found.type_name == lost.type_name
            && found.moved_from.is_none()
    };
    let alike = |found: &&ResourceChange| {
        let same = |pair: &(char, char)| pair.0 == pair.1;
        let (one, other) = (&found.logical_id, &lost.logical_id);
        let begin = one.chars().zip(other.chars()).take_while(same).count();
        begin + one.chars().rev().zip(other.chars().rev()).take_while(same).count()
    };
    if let Some(found) = stack.resources.iter().filter(new).max_by_key(alike) {
        return Some(found.logical_id.clone());
    }
    let near = stacks.iter().filter(|other| {
        other.id != stack.id
            && other.id.account == stack.id.account
            && other.id.region == stack.id.region
            && matches!(other.action, StackAction::Create | StackAction::Update | StackAction::Keep)
    });
    let mut found =
        near.flat_map(|other| other.resources.iter().filter(new).map(move |found| (other, found)));
    let same_id =
        |(_, found): &(&StackChange, &ResourceChange)| found.logical_id == lost.logical_id;
    found.find(same_id).map(|(other, found)| format!("{}/{}", other.id.name, found.logical_id))
}

/// CloudFormation takes no other type under the same logical id.
///
/// Source: "Update of resource type is not permitted", the message of AWS CloudFormation.
fn type_changed(found: &ResourceChange) -> Option<Diagnostic> {
    let change = found.attributes.iter().find(|change| change.path == "Type")?;
    let was = change.before.as_ref().and_then(Value::as_str).unwrap_or_default();
    Some(
        Diagnostic::error(
            "PLAN-04",
            format!(
                "`{}` has another type than before: CloudFormation refuses that",
                found.logical_id
            ),
        )
        .given(&found.type_name)
        .allowed(format!("`{was}`, as it is deployed"))
        .help("give the new one another logical id"),
    )
}

/// A resource with a name of the program's own can't be replaced: the new one would be made while the
/// old one has the name.
///
/// Source: "Name type", AWS CloudFormation User Guide.
fn name_taken(
    found: &ResourceChange,
    after: &Snapshot,
    stack: &StackChange,
    registry: &dyn Registry,
) -> Option<Diagnostic> {
    if found.action != Action::Replace
        || registry.replacement_order(&found.type_name) == ReplacementOrder::DeleteFirst
    {
        return None;
    }
    let names = registry.own_name(&found.type_name);
    let resource = after.stack(&stack.id)?.resource(&found.logical_id)?;
    let given = |name: &str| resource.get("Properties")?.get(name)?.as_str();
    let values: Vec<&str> = names.iter().filter_map(|name| given(name)).collect();
    let renamed = found
        .properties
        .iter()
        .any(|change| names.iter().any(|name| change.path.split('/').next() == Some(name)));
    if names.is_empty() || values.len() < names.len() || renamed {
        return None;
    }
    Some(
        Diagnostic::error(
            "PLAN-05",
            format!("`{}` would be replaced under the name that it has: CloudFormation makes the new one first, and refuses", found.logical_id),
        )
        .property(names.join(", "))
        .given(values.join(", "))
        .help("give it another name with this change, or leave the property that replaces it as it is"),
    )
}

/// An export, by the place that it is in and its name.
pub(super) type Exported<'a> = (&'a str, &'a str, &'a str);

/// What is imported, and by which stacks.
pub(super) fn importers(before: &Snapshot) -> BTreeMap<Exported<'_>, &str> {
    let mut importers = BTreeMap::new();
    for stack in before.stacks() {
        let readers = stack.resources().chain(stack.section("Outputs"));
        for (_, reader) in readers {
            each(reader, &mut |source| {
                if let Source::Export(name) = source {
                    let place = (&*stack.id.account, &*stack.id.region, name);
                    importers.entry(place).or_insert(&*stack.id.name);
                }
            });
        }
    }
    importers
}

/// An output that another stack imports can't go or change.
///
/// Source: "Get exported outputs from a deployed CloudFormation stack", AWS CloudFormation User Guide.
fn exports(
    old: &StackSnapshot,
    stack: &StackChange,
    after: &Snapshot,
    importers: &BTreeMap<Exported<'_>, &str>,
) -> Vec<Refusal> {
    let export =
        |output: &Value| output.pointer("/Export/Name").and_then(Value::as_str).map(str::to_owned);
    let replaced = |output: &Value| {
        let mut replaced = false;
        each(output, &mut |source| {
            if let Source::Local { id, .. } = source {
                let is_it = |found: &&ResourceChange| found.logical_id == id;
                let found = stack.resources.iter().find(is_it);
                replaced |= found.is_some_and(|found| found.action == Action::Replace);
            }
        });
        replaced
    };
    let new = after.stack(&stack.id);
    let mut refusals = Vec::new();
    for (id, output) in old.section("Outputs") {
        let Some(name) = export(output) else { continue };
        let place = (&*old.id.account, &*old.id.region, &*name);
        let Some(reader) = importers.get(&place) else { continue };
        let is = new.and_then(|new| new.section("Outputs").find(|(other, _)| *other == id));
        let kept = is.is_some_and(|(_, is)| {
            export(is).as_deref() == Some(&*name)
                && is.get("Value") == output.get("Value")
                && !replaced(is)
        });
        if !kept {
            refusals.push(Refusal {
                stack: old.id.clone(),
                logical_id: id.to_owned(),
                finding: Diagnostic::error(
                    "PLAN-06",
                    format!("the output `{id}` is imported by the stack `{reader}`: CloudFormation refuses to change it or to let it go"),
                )
                .in_stack(&old.id.name)
                .given(name)
                .help("first deploy a program in which both the old export and the new value are there and nobody imports the old one, then let it go"),
                by_name: false,
            });
        }
    }
    refusals
}
