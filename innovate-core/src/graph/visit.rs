//! One stack by itself: what its resources refer to, and whether the stack has it.

use std::collections::{BTreeMap, BTreeSet};

use super::cycle;
use crate::{
    check::{Diagnostic, Findings},
    stack::{Address, Resource, StackModel},
    value::{Intrinsic, Node, Reference},
};

/// What is found in one walk over everything in a stack.
pub(super) struct Visit<'a> {
    stack: &'a StackModel,
    pub(super) findings: Findings,
    /// For each resource, those of the same stack that it waits for.
    local: cycle::Edges,
    /// What leads to other stacks.
    pub(super) crossings: Vec<(&'a Resource, Crossing<'a>)>,
    /// Whether `Fn::ToJsonString` is used, which a transform of CloudFormation's brings.
    pub(super) needs_language_extensions: bool,
    /// Parameters, conditions, mappings and variables that aren't there, with the first resource
    /// that names each.
    missing: BTreeMap<(&'static str, &'a str), Option<&'a Resource>>,
    /// Conditions that refer to a resource.
    in_conditions: BTreeSet<(&'a str, &'a str)>,
}

/// How a resource leads to one of another stack.
pub(super) enum Crossing<'a> {
    /// By a value.
    Reference(&'a Reference),
    /// By order alone.
    DependsOn(&'a Address),
}

impl<'a> Visit<'a> {
    pub(super) fn of(stack: &'a StackModel) -> Self {
        let mut visit = Self {
            stack,
            findings: Findings::default(),
            local: vec![Vec::new(); stack.resources().len()],
            crossings: Vec::new(),
            needs_language_extensions: false,
            missing: BTreeMap::new(),
            in_conditions: BTreeSet::new(),
        };
        for (position, resource) in stack.resources().iter().enumerate() {
            visit.resource(position, resource);
        }
        for (id, output) in stack.outputs() {
            output.value.visit_intrinsics(&mut |intrinsic| match intrinsic {
                Intrinsic::Reference(reference) if reference.target.stack() != stack.name() => {
                    visit.findings.report(handed_on(stack, id, reference));
                }
                Intrinsic::Reference(Reference { target, .. }) if !has(stack, target) => {
                    let what = format!("the output `{id}` uses");
                    let finding = handle_of_another(stack, &what, target);
                    visit.findings.report(finding.on_stack(stack));
                }
                other => visit.function(other, None),
            });
        }
        for (id, condition) in &stack.conditions {
            condition.visit_intrinsics(&mut |intrinsic| match intrinsic {
                Intrinsic::Reference(reference) => {
                    visit.in_conditions.insert((id, reference.target.logical_id()));
                }
                other => visit.function(other, None),
            });
        }
        visit.report_names();
        for cycle in cycle::shortest_cycles(&visit.local) {
            let members: Vec<&Resource> =
                cycle.iter().filter_map(|&member| stack.resources().get(member)).collect();
            visit.report_cycle(&members);
        }
        visit
    }

    fn resource(&mut self, position: usize, resource: &'a Resource) {
        if let Some(condition) = resource.condition() {
            self.named("condition", condition, Some(resource));
        }
        let attributes = [resource.creation_policy(), resource.update_policy()];
        let properties =
            resource.properties().entries().iter().chain(resource.metadata().entries());
        let nodes = properties.map(|(_, node)| node).chain(attributes.into_iter().flatten());
        nodes.for_each(|node: &Node| {
            node.visit_intrinsics(&mut |intrinsic| match intrinsic {
                Intrinsic::Reference(reference) => {
                    let crossing = Crossing::Reference(reference);
                    self.target((position, resource), &reference.target, crossing);
                }
                other => self.function(other, Some(resource)),
            });
        });
        for target in resource.depends_on() {
            self.target((position, resource), target, Crossing::DependsOn(target));
        }
    }

    fn target(
        &mut self,
        (position, resource): (usize, &'a Resource),
        target: &Address,
        crossing: Crossing<'a>,
    ) {
        if target.stack() != self.stack.name() {
            self.crossings.push((resource, crossing));
        } else if exists(self.stack, resource, target, &mut self.findings)
            && let Some(edges) = self.local.get_mut(position)
        {
            edges.push(target.position());
        }
    }

    fn function(&mut self, intrinsic: &'a Intrinsic, by: Option<&'a Resource>) {
        match intrinsic {
            Intrinsic::Parameter(name) => self.named("parameter", name, by),
            Intrinsic::If { condition, .. } | Intrinsic::Condition(condition) => {
                self.named("condition", condition, by);
            }
            Intrinsic::FindInMap { mapping: Node::Text(mapping), .. } => {
                self.named("mapping", mapping, by);
            }
            Intrinsic::ToJsonString(_) => self.needs_language_extensions = true,
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
        }
    }

    fn named(&mut self, kind: &'static str, name: &'a str, by: Option<&'a Resource>) {
        let found = match kind {
            "condition" => self.stack.conditions.iter().any(|(id, _)| id == name),
            "mapping" => self.stack.mappings.iter().any(|(id, _)| id == name),
            _ => self.stack.parameters.iter().any(|(id, _)| id == name),
        };
        if !found {
            self.missing.entry((kind, name)).or_insert(by);
        }
    }

    fn report_names(&mut self) {
        let stack = self.stack;
        for ((kind, name), by) in std::mem::take(&mut self.missing) {
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
            self.findings.report(finding.help(help).firm());
        }
        for (condition, target) in std::mem::take(&mut self.in_conditions) {
            let message = format!("the condition `{condition}` depends on the resource `{target}`");
            self.findings.report(
                Diagnostic::error("REF-08", message)
                    .on_stack(stack)
                    .help("CloudFormation decides conditions before it makes anything: compare parameters, pseudo parameters and mappings")
                    .firm(),
            );
        }
    }

    fn report_cycle(&mut self, members: &[&Resource]) {
        let Some(first) = members.first() else { return };
        let mut names: Vec<&str> = members.iter().map(|member| member.logical_id()).collect();
        names.push(first.logical_id());
        let message = match members {
            [only] => format!("`{}` waits for itself", only.logical_id()),
            _ => "these resources wait for each other".to_owned(),
        };
        let mut diagnostic = Diagnostic::error("REF-05", message)
            .on(first)
            .given(names.join(" -> "))
            .firm()
            .help("CloudFormation creates one after another: make one of them without the other, for example a rule of a security group as a resource of its own");
        for member in members.iter().skip(1) {
            diagnostic = diagnostic
                .related(member.location(), format!("`{}` is made here", member.logical_id()));
        }
        self.findings.report(diagnostic);
    }
}

/// Whether the stack has the resource; that it hasn't is a finding.
pub(super) fn exists(
    stack: &StackModel,
    from: &Resource,
    target: &Address,
    findings: &mut Findings,
) -> bool {
    if has(stack, target) {
        return true;
    }
    let what = format!("`{}` uses", from.logical_id());
    findings.report(handle_of_another(stack, &what, target).on(from));
    false
}

/// Whether the stack has the resource itself, not only one of its name.
pub(super) fn has(stack: &StackModel, target: &Address) -> bool {
    stack.resources().get(target.position()).is_some_and(|found| found.address() == target)
}

pub(super) fn handle_of_another(stack: &StackModel, what: &str, target: &Address) -> Diagnostic {
    let (target, name) = (target.path(), stack.name());
    Diagnostic::error("REF-01", format!("{what} `{target}`, which is not in the stack `{name}`"))
        .help("its handle is of another `Stack` value with the same name: make the stack once, and add both to it")
        .firm()
}

fn handed_on(stack: &StackModel, id: &str, reference: &Reference) -> Diagnostic {
    let message = format!("the output `{id}` hands on a value of another stack");
    Diagnostic::error("REF-04", message)
        .on_stack(stack)
        .given(format!("`{}` of stack `{}`", reference.target.path(), reference.target.stack()))
        .help("read it from the stack that makes it")
        .firm()
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
