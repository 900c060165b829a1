//! Names within one stack: each is one that CloudFormation takes, stands for one thing, and is the
//! name of something.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    check::{Diagnostic, Findings},
    stack::{Resource, StackModel},
    value::{Intrinsic, Node, Str},
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
    Uses::of(stack).check(findings);
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
    if let Some(description) = stack.description.as_deref().filter(|it| it.len() > DESCRIPTION) {
        findings.report(
            Diagnostic::error("LIM-07", "the stack's description is too long")
                .on_stack(stack)
                .given(format!("{} bytes", description.len()))
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

/// What the parts of a stack name: parameters, conditions and mappings, and within conditions
/// whatever they must not name.
struct Uses<'a> {
    stack: &'a StackModel,
    /// What isn't there, with the first resource that names it.
    missing: BTreeMap<(&'static str, String), Option<&'a Resource>>,
    /// Conditions that refer to a resource.
    in_conditions: BTreeSet<(String, String)>,
}

impl<'a> Uses<'a> {
    fn of(stack: &'a StackModel) -> Self {
        let mut uses = Self { stack, missing: BTreeMap::new(), in_conditions: BTreeSet::new() };
        for resource in stack.resources() {
            if let Some(condition) = resource.condition() {
                uses.condition(condition, Some(resource));
            }
            let policies = [resource.creation_policy(), resource.update_policy()];
            let bags = [resource.properties(), resource.metadata()];
            let properties = bags.into_iter().flat_map(|bag| bag.entries()).map(|(_, node)| node);
            for node in properties.chain(policies.into_iter().flatten()) {
                uses.node(node, Some(resource));
            }
        }
        for (_, output) in &stack.outputs {
            uses.node(&output.value, None);
        }
        for (id, condition) in &stack.conditions {
            uses.node(condition, None);
            condition.visit_references(&mut |reference| {
                let target = reference.target.logical_id().to_owned();
                uses.in_conditions.insert((id.clone().into_owned(), target));
            });
        }
        uses
    }

    fn node(&mut self, node: &Node, by: Option<&'a Resource>) {
        node.visit_intrinsics(&mut |intrinsic| match intrinsic {
            Intrinsic::Parameter(name) => self.named("parameter", name, by),
            Intrinsic::If { condition, .. } => self.condition(condition, by),
            Intrinsic::Condition(condition) => self.condition(condition, by),
            Intrinsic::FindInMap { mapping: Node::Text(mapping), .. } => {
                self.named("mapping", mapping, by);
            }
            Intrinsic::Sub { template, variables } => {
                for name in names_in(template) {
                    let known = variables.iter().any(|(variable, _)| variable == name)
                        || name.starts_with("AWS::");
                    if !known {
                        self.named("variable or parameter", name, by);
                    }
                }
            }
            _ => {}
        });
    }

    fn condition(&mut self, name: &str, by: Option<&'a Resource>) {
        self.named("condition", name, by);
    }

    fn named(&mut self, kind: &'static str, name: &str, by: Option<&'a Resource>) {
        let found = match kind {
            "condition" => self.stack.conditions.iter().any(|(id, _)| id == name),
            "mapping" => self.stack.mappings.iter().any(|(id, _)| id == name),
            _ => self.stack.parameters.iter().any(|(id, _)| id == name),
        };
        if !found {
            self.missing.entry((kind, name.to_owned())).or_insert(by);
        }
    }

    fn check(self, findings: &mut Findings) {
        let stack = self.stack;
        for ((kind, name), by) in self.missing {
            let message = format!("the stack `{}` has no {kind} `{name}`", stack.name());
            let finding = Diagnostic::error("REF-07", message);
            let finding = match by {
                Some(resource) => finding.on(resource),
                None => finding.on_stack(stack),
            };
            let help = if kind == "variable or parameter" {
                "give `sub` a variable of this name, or write `${!Name}` for the text `${Name}`"
            } else {
                "parameters, conditions and mappings belong to one stack: make it in this one"
            };
            findings.report(finding.help(help).firm());
        }
        for (condition, target) in self.in_conditions {
            let message = format!("the condition `{condition}` depends on the resource `{target}`");
            findings.report(
                Diagnostic::error("REF-08", message)
                    .on_stack(stack)
                    .help("CloudFormation decides conditions before it makes anything: compare parameters, pseudo parameters and mappings")
                    .firm(),
            );
        }
    }
}

/// The names in an `Fn::Sub` template: what stands between `${` and `}`, unless it begins with `!`.
fn names_in(template: &str) -> impl Iterator<Item = &str> {
    template
        .split("${")
        .skip(1)
        .filter_map(|behind| behind.split_once('}'))
        .map(|(name, _)| name.trim())
        .filter(|name| !name.starts_with('!'))
}
