//! Names within one stack: each is one that CloudFormation takes, and stands for one thing.

use std::collections::BTreeSet;

use crate::{
    check::{Diagnostic, Findings},
    stack::{Resource, StackModel},
    value::Str,
};

/// The most characters of a stack's name.
const STACK_NAME: usize = 128;
/// The most characters of a logical id.
const LOGICAL_ID: usize = 255;
/// The most bytes of a stack's description.
const DESCRIPTION: usize = 1_024;

/// Source: "Template Reference" and "Understand CloudFormation quotas", AWS CloudFormation User
/// Guide.
pub(super) fn check(stack: &StackModel, findings: &mut Findings) {
    stack_name(stack, findings);
    descriptions(stack, findings);
    for resource in stack.resources() {
        logical_id(resource, findings);
    }
    let kinds: [(&'static str, Vec<&Str>); 4] = [
        ("parameters", stack.parameters.iter().map(|(id, _)| id).collect()),
        ("conditions", stack.conditions.iter().map(|(id, _)| id).collect()),
        ("mappings", stack.mappings.iter().map(|(id, _)| id).collect()),
        ("outputs", stack.outputs.iter().map(|(id, _)| id).collect()),
    ];
    for (kind, ids) in &kinds {
        one_each(stack, kind, ids, findings);
    }
    parameters_beside_resources(stack, findings);
}

fn stack_name(stack: &StackModel, findings: &mut Findings) {
    let name = stack.name();
    let begins = name.starts_with(|first: char| first.is_ascii_alphabetic());
    let rest = name.chars().all(|character| character.is_ascii_alphanumeric() || character == '-');
    if !begins || !rest || name.len() > STACK_NAME {
        findings.report(
            Diagnostic::error("STK-05", "CloudFormation takes no stack of this name")
                .on_stack(stack)
                .given(name)
                .allowed(format!(
                    "a letter, then letters, digits and hyphens; at most {STACK_NAME} characters"
                ))
                .firm(),
        );
    }
}

fn descriptions(stack: &StackModel, findings: &mut Findings) {
    let own = stack.description.iter().map(|text| ("the stack".to_owned(), text));
    let outputs = stack.outputs.iter().filter_map(|(id, output)| {
        Some((format!("the output `{id}`"), output.description.as_ref()?))
    });
    for (what, text) in own.chain(outputs).filter(|(_, text)| text.len() > DESCRIPTION) {
        findings.report(
            Diagnostic::error("LIM-07", format!("the description of {what} is too long"))
                .on_stack(stack)
                .given(format!("{} bytes", text.len()))
                .allowed(format!("at most {DESCRIPTION} bytes"))
                .firm(),
        );
    }
}

fn logical_id(resource: &Resource, findings: &mut Findings) {
    let id = resource.logical_id();
    if id.is_empty() || id.len() > LOGICAL_ID {
        findings.report(
            Diagnostic::error("STK-05", "CloudFormation takes no resource of this id")
                .on(resource)
                .given(if id.is_empty() { resource.address().path() } else { id })
                .allowed(format!("1 to {LOGICAL_ID} letters and digits"))
                .help("a logical id is made of the letters and digits of the ids on the way to it")
                .firm(),
        );
    }
}

fn one_each(stack: &StackModel, kind: &str, ids: &[&Str], findings: &mut Findings) {
    let mut seen = BTreeSet::new();
    for id in ids {
        if id.is_empty() || id.len() > LOGICAL_ID {
            findings.report(
                Diagnostic::error("STK-05", format!("the id of one of the {kind} can't be used"))
                    .on_stack(stack)
                    .given(id)
                    .allowed(format!("1 to {LOGICAL_ID} letters and digits"))
                    .firm(),
            );
        }
        if !seen.insert(*id) {
            let message = format!("two {kind} of the stack `{}` have the id `{id}`", stack.name());
            findings.report(
                Diagnostic::error("STK-03", message)
                    .on_stack(stack)
                    .help("give one of them another id")
                    .firm(),
            );
        }
    }
}

/// `Ref` finds both by their id alone.
fn parameters_beside_resources(stack: &StackModel, findings: &mut Findings) {
    for (id, _) in &stack.parameters {
        if let Some(resource) = stack.resource(id) {
            let message = format!("a parameter and a resource have the id `{id}`");
            findings.report(
                Diagnostic::error("STK-03", message)
                    .on(resource)
                    .help("give the parameter another id")
                    .firm(),
            );
        }
    }
}
