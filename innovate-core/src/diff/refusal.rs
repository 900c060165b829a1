//! What must not be deployed, or only if it is asked for by name.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{
    Action, Impact, Refusal, ResourceChange, Snapshot, StackAction, StackChange, StackSnapshot,
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
        refusals.extend(old.into_iter().flat_map(|old| exports(old, stack, before)));
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
                .map(|property| property.path.replace('/', "."))
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

/// An output that another stack imports can't go or change.
///
/// Source: "Get exported outputs from a deployed CloudFormation stack", AWS CloudFormation User Guide.
fn exports(old: &StackSnapshot, stack: &StackChange, before: &Snapshot) -> Vec<Refusal> {
    let export =
        |output: &Value| output.pointer("/Export/Name").and_then(Value::as_str).map(str::to_owned);
    let mut importers: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for other in before.stacks() {
        let near = other.id.account == old.id.account && other.id.region == old.id.region;
        for (_, resource) in other.resources().filter(|_| near) {
            each(resource, &mut |source| {
                if let Source::Export(name) = source {
                    importers.entry(name).or_default().push(&other.id.name);
                }
            });
        }
    }
    let gone = stack.outputs.iter().filter_map(|change| {
        let name = change.before.as_ref().and_then(export)?;
        let kept = change.after.as_ref().and_then(export).as_deref() == Some(name.as_str())
            && change.before.as_ref().and_then(|old| old.get("Value"))
                == change.after.as_ref().and_then(|new| new.get("Value"));
        let readers = importers.get(name.as_str()).filter(|_| !kept)?;
        let reader = (*readers.first()?).to_owned();
        Some((change.name.clone(), name, reader))
    });
    gone.map(|(output, name, reader)| Refusal {
        stack: old.id.clone(),
        logical_id: output.clone(),
        finding: Diagnostic::error(
            "PLAN-06",
            format!("the output `{output}` is imported by the stack `{reader}`: CloudFormation refuses to change it or to let it go"),
        )
        .in_stack(&old.id.name)
        .given(name)
        .help("first deploy a program in which both the old export and the new value are there and nobody imports the old one, then let it go"),
        by_name: false,
    })
    .collect()
}
