//! Which moves CloudFormation would refuse.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    Refusal, Snapshot, StackId, StackSnapshot,
    moved::Due,
    refactor::groups,
    reference::{Source, each},
    refusal::importers,
    resource::type_of,
};
use crate::check::{Diagnostic, Registry};

/// How many stacks a refactor takes.
///
/// Source: "Stack refactoring", AWS CloudFormation User Guide.
const STACKS: usize = 5;

/// What has another value in another stack.
const OF_THE_STACK: [&str; 3] = ["AWS::NotificationARNs", "AWS::StackId", "AWS::StackName"];

/// Everything that stands against the moves.
pub(super) fn all(
    before: &Snapshot,
    relocated: &Snapshot,
    after: &Snapshot,
    due: &[Due<'_>],
    registry: &dyn Registry,
) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    for due in due {
        let findings = [
            type_refused(due, registry),
            refers_to_its_stack(due),
            lacks_what_it_refers_to(before, due),
            export_refused(before, due),
        ];
        refusals.extend(findings.into_iter().flatten().map(|found| refusal(found, due, after)));
    }
    for group in groups(due) {
        let Some(first) = due.iter().find(|due| group.contains(due.to)) else { continue };
        let findings = [too_many(&group), transforms(before, &group), circle(relocated, &group)];
        refusals.extend(findings.into_iter().flatten().map(|found| refusal(found, first, after)));
        for id in group {
            let emptied =
                relocated.stack(id).is_some_and(|stack| stack.resources().next().is_none());
            if let Some(due) = due.iter().find(|due| due.from.id == *id).filter(|_| emptied) {
                refusals.push(refusal(empties(id), due, after));
            }
        }
    }
    refusals
}

fn refusal(finding: Diagnostic, due: &Due<'_>, after: &Snapshot) -> Refusal {
    let finding = finding.in_stack(&due.to.name).or_on(&due.to.name, due.new_id);
    let place = after.stack(due.to).and_then(|stack| stack.places.get(due.new_id));
    Refusal {
        stack: due.to.clone(),
        logical_id: due.new_id.to_owned(),
        finding: match place {
            Some(place) => finding.at(place.clone()),
            None => finding,
        },
        by_name: false,
    }
}

fn finding(message: String) -> Diagnostic {
    Diagnostic::error("PLAN-09", message).setter("moved_from")
}

/// Source: "Stack refactoring", AWS CloudFormation User Guide: resource limitations.
fn type_refused(due: &Due<'_>, registry: &dyn Registry) -> Option<Diagnostic> {
    let type_name = due.from.resource(due.old_id).map(type_of).unwrap_or_default();
    if registry.is_movable(type_name) {
        return None;
    }
    Some(
        finding(format!(
            "`{}` can't be moved: CloudFormation takes no {type_name} in a stack refactor",
            due.moved.from
        ))
        .given(&due.moved.from)
        .help("leave it its stack and logical id; or leave the move out, and it is made anew"),
    )
}

/// Source: "Stack refactoring", AWS CloudFormation User Guide: considerations.
fn refers_to_its_stack(due: &Due<'_>) -> Option<Diagnostic> {
    if due.from.id == *due.to {
        return None;
    }
    let mut found = None;
    each(due.from.resource(due.old_id)?, &mut |source| {
        if let Source::Local { id, .. } = source {
            found = found.or_else(|| OF_THE_STACK.iter().find(|name| **name == id));
        }
    });
    found.map(|name| {
        finding(format!(
            "`{}` can't be moved to another stack: it refers to {name}, which has another value there",
            due.moved.from
        ))
        .given(*name)
        .help("first deploy it with the value itself, and move it then")
    })
}

/// A refactor changes no parameter, mapping or condition, and gives a new stack none.
///
/// Source: "Stack refactoring", AWS CloudFormation User Guide: considerations.
fn lacks_what_it_refers_to(before: &Snapshot, due: &Due<'_>) -> Option<Diagnostic> {
    if due.from.id == *due.to {
        return None;
    }
    let resource = due.from.resource(due.old_id)?;
    let there = before.stack(due.to);
    let entry = |stack: &'_ StackSnapshot, section: &str, id: &str| -> Option<Value> {
        stack.section(section).find(|(other, _)| *other == id).map(|(_, entry)| entry.clone())
    };
    let same = |section: &str, id: &str| {
        let value = |stack: &StackSnapshot| stack.parameter(id).map(str::to_owned);
        there.is_some_and(|there| {
            entry(there, section, id) == entry(due.from, section, id)
                && (section != "Parameters" || value(there) == value(due.from))
        })
    };
    let mut lacking = None;
    let mut look = |section: &'static str, id: &str| {
        if lacking.is_none() && entry(due.from, section, id).is_some() && !same(section, id) {
            lacking = Some((section, id.to_owned()));
        }
    };
    each(resource, &mut |source| match source {
        Source::Local { id, .. } => look("Parameters", id),
        Source::Mapping(id) => look("Mappings", id),
        Source::Condition(id) => look("Conditions", id),
        Source::Output { .. } | Source::Export(_) => {}
    });
    if let Some(Value::String(id)) = resource.get("Condition") {
        look("Conditions", id);
    }
    let (section, id) = lacking?;
    let kind = section.trim_end_matches('s').to_lowercase();
    let to = &due.to.name;
    Some(
        finding(format!(
            "`{}` can't be moved to `{to}`: it refers to the {kind} `{id}`, which that stack lacks, or has with another value",
            due.moved.from
        ))
        .given(&id)
        .help(match there {
            Some(_) => format!("first deploy `{to}` with that {kind}, and move the resource then; or let the program itself decide, in Rust"),
            None => format!("let the program itself decide, in Rust, and deploy that first; a stack that a refactor makes gets no {kind}"),
        }),
    )
}

/// What another stack imports can't change its stack.
fn export_refused(before: &Snapshot, due: &Due<'_>) -> Option<Diagnostic> {
    if due.from.id == *due.to {
        return None;
    }
    let importers = importers(before);
    due.from.section("Outputs").find_map(|(id, output)| {
        let name = output.pointer("/Export/Name").and_then(Value::as_str)?;
        let from = &due.from.id;
        let reader = importers.get(&(&*from.account, &*from.region, name))?;
        let mut refers = false;
        each(output.get("Value")?, &mut |source| {
            refers |= matches!(source, Source::Local { id, .. } if id == due.old_id);
        });
        refers.then(|| {
            finding(format!(
                "`{}` can't be moved to another stack: the stack `{reader}` imports it from the output `{id}` of `{}`",
                due.moved.from, from.name
            ))
            .given(name)
            .help("first deploy a program in which nobody imports it: references without `.strong()`")
        })
    })
}

fn too_many(group: &BTreeSet<&StackId>) -> Option<Diagnostic> {
    if group.len() <= STACKS {
        return None;
    }
    let names: Vec<&str> = group.iter().map(|id| &*id.name).collect();
    Some(
        finding(format!(
            "the moves link {} stacks, and CloudFormation takes {STACKS} in a stack refactor",
            group.len()
        ))
        .given(names.join(", "))
        .allowed(format!("{STACKS} stacks that moves link"))
        .help("deploy some of the moves first, and the rest after that"),
    )
}

/// Which resources such a template has is known to CloudFormation alone.
fn transforms(before: &Snapshot, group: &BTreeSet<&StackId>) -> Option<Diagnostic> {
    let transforms = |id: &&&StackId| {
        before.stack(id).is_some_and(|stack| stack.template.get("Transform").is_some())
    };
    let id = group.iter().find(transforms)?;
    Some(
        finding(format!(
            "the deployed template of `{}` transforms itself: what it refers to can't be followed through a move",
            id.name
        ))
        .given("Transform")
        .help("first deploy it without `Transform`"),
    )
}

/// Stacks that read each other's outputs can't be changed in any order.
fn circle(relocated: &Snapshot, group: &BTreeSet<&StackId>) -> Option<Diagnostic> {
    let reads = |id: &StackId| -> BTreeSet<&StackId> {
        let mut reads = BTreeSet::new();
        if let Some(stack) = relocated.stack(id) {
            each(&stack.template, &mut |source| {
                let named = |other: &&&StackId| match source {
                    Source::Output { stack, region: None, .. } => other.name == stack,
                    Source::Export(name) => relocated.stack(other).is_some_and(|stack| {
                        stack.section("Outputs").any(|(_, output)| {
                            output.pointer("/Export/Name").and_then(Value::as_str) == Some(name)
                        })
                    }),
                    _ => false,
                };
                reads.extend(group.iter().filter(|other| ***other != *id).find(named).copied());
            });
        }
        reads
    };
    for start in group {
        let mut seen: BTreeSet<&StackId> = BTreeSet::new();
        let mut open: Vec<&StackId> = reads(start).into_iter().collect();
        while let Some(next) = open.pop() {
            if next == *start {
                let others: Vec<&str> =
                    seen.iter().filter(|id| **id != *start).map(|id| &*id.name).collect();
                let names = others.join("`, `");
                return Some(
                    finding(format!(
                        "after the moves alone, `{}` and `{names}` would read from each other: CloudFormation could change neither first",
                        start.name
                    ))
                    .given(names)
                    .help("move what they read from each other too, or first deploy a program in which they don't"),
                );
            }
            if seen.insert(next) {
                open.extend(reads(next));
            }
        }
    }
    None
}

/// Source: "Stack refactoring", AWS CloudFormation User Guide: considerations.
fn empties(id: &StackId) -> Diagnostic {
    finding(format!(
        "the moves leave nothing in `{}`: CloudFormation has no empty stacks, and refuses",
        id.name
    ))
    .given(&id.name)
    .help(format!("first deploy a resource to `{}` that stays, such as an AWS::SSM::Parameter; once all else is moved, the stack can be destroyed", id.name))
}
