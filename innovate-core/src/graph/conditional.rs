//! Resources that exist under a condition, and are used where it may not hold.
//!
//! Source: "Condition functions", AWS CloudFormation Template Reference Guide; the message of
//! CloudFormation is `Unresolved resource dependencies`.

use std::collections::BTreeSet;

use crate::{
    check::{Diagnostic, Findings},
    stack::{Address, Resource, StackModel},
    value::{Intrinsic, Node, Str},
};

/// Finds such uses within a stack.
pub(super) fn check(stack: &StackModel, findings: &mut Findings) {
    if stack.resources().iter().all(|resource| resource.condition().is_none()) {
        return;
    }
    for resource in stack.resources() {
        let mut walk = Walk::new(stack);
        walk.within(resource.condition().map(|condition| (condition, true)), |walk| {
            let parts = resource.properties().entries().iter().chain(resource.metadata().entries());
            let parts = parts.map(|(name, node)| (Some(name), node));
            let policies = [resource.creation_policy(), resource.update_policy()];
            for (name, node) in parts.chain(policies.into_iter().flatten().map(|it| (None, it))) {
                walk.node(node, &mut |target| uses(resource, name, target));
            }
            for target in resource.depends_on() {
                walk.target(target, &mut |target| uses(resource, None, target));
            }
        });
        findings.extend(walk.found);
    }
    for (id, output) in stack.outputs() {
        let mut walk = Walk::new(stack);
        walk.node(&output.value, &mut |target| {
            uses_it(&format!("the output `{id}`"), target)
                .on_stack(stack)
                .help("use it within `intrinsic::if_` on that condition")
        });
        findings.extend(walk.found);
    }
}

/// A finding if another stack reads what may not exist: an output has no condition.
pub(super) fn read(from: &Resource, target: &Resource) -> Option<Diagnostic> {
    target.condition()?;
    Some(uses_it(&format!("`{}`", from.logical_id()), target).on(from).help(
        "what other stacks read is an output, which must have a value in any case: leave the condition out, or use it in its own stack",
    ))
}

fn uses(resource: &Resource, property: Option<&Str>, target: &Resource) -> Diagnostic {
    let id = resource.logical_id();
    let finding = uses_it(&format!("`{id}`"), target).on(resource).help(format!(
        "use it within `intrinsic::if_` on that condition, or give `{id}` the condition as well"
    ));
    match property {
        Some(property) => finding.property(property.clone()),
        None => finding,
    }
}

fn uses_it(what: &str, target: &Resource) -> Diagnostic {
    let (id, condition) = (target.logical_id(), target.condition().unwrap_or_default());
    let message =
        format!("{what} uses `{id}`, which only exists if the condition `{condition}` holds");
    Diagnostic::error("REF-09", message).related(target.location(), format!("`{id}` is made here"))
}

/// A walk through values that knows which conditions hold where it is.
struct Walk<'a> {
    stack: &'a StackModel,
    /// What is known of conditions, as functions.
    known: Vec<(&'a Node, bool)>,
    /// What is known of conditions, by name.
    named: Vec<(&'a str, bool)>,
    /// The positions of the resources that a finding is about.
    targets: BTreeSet<usize>,
    found: Vec<Diagnostic>,
}

type Report<'r> = &'r mut dyn FnMut(&Resource) -> Diagnostic;

impl<'a> Walk<'a> {
    fn new(stack: &'a StackModel) -> Self {
        let (targets, found) = (BTreeSet::new(), Vec::new());
        Self { stack, known: Vec::new(), named: Vec::new(), targets, found }
    }

    /// Goes on where it is known whether a condition holds.
    fn within(&mut self, fact: Option<(&'a str, bool)>, go_on: impl FnOnce(&mut Self)) {
        let (known, named) = (self.known.len(), self.named.len());
        if let Some((condition, holds)) = fact {
            self.learn_named(condition, holds);
        }
        go_on(self);
        self.known.truncate(known);
        self.named.truncate(named);
    }

    fn definition(&self, condition: &str) -> Option<&'a Node> {
        self.stack.conditions.iter().find(|(id, _)| id == condition).map(|(_, node)| node)
    }

    fn learn_named(&mut self, condition: &'a str, holds: bool) {
        if self.named.contains(&(condition, holds)) {
            return;
        }
        self.named.push((condition, holds));
        if let Some(definition) = self.definition(condition) {
            self.learn(definition, holds);
        }
    }

    fn learn(&mut self, condition: &'a Node, holds: bool) {
        self.known.push((condition, holds));
        match (condition.as_intrinsic(), holds) {
            (Some(Intrinsic::Condition(name)), _) => self.learn_named(name, holds),
            (Some(Intrinsic::Not(inner)), _) => self.learn(inner, !holds),
            (Some(Intrinsic::And(all)), true) | (Some(Intrinsic::Or(all)), false) => {
                all.iter().for_each(|inner| self.learn(inner, holds));
            }
            _ => {}
        }
    }

    /// Whether a condition holds here, if that is known.
    fn holds(&self, condition: &str, depth: usize) -> Option<bool> {
        let named = self.named.iter().find(|(name, _)| *name == condition);
        match named {
            Some((_, holds)) => Some(*holds),
            // Those of a mistaken program may refer to each other.
            None if depth > self.stack.conditions.len() => None,
            None => self.node_holds(self.definition(condition)?, depth + 1),
        }
    }

    fn node_holds(&self, condition: &Node, depth: usize) -> Option<bool> {
        if let Some((_, holds)) = self.known.iter().find(|(known, _)| *known == condition) {
            return Some(*holds);
        }
        let each = |all: &[Node], decides: bool| {
            let mut open = false;
            for inner in all {
                match self.node_holds(inner, depth) {
                    Some(holds) if holds == decides => return Some(decides),
                    Some(_) => {}
                    None => open = true,
                }
            }
            (!open).then_some(!decides)
        };
        match condition.as_intrinsic()? {
            Intrinsic::Condition(name) => self.holds(name, depth),
            Intrinsic::Not(inner) => self.node_holds(inner, depth).map(|holds| !holds),
            Intrinsic::And(all) => each(all, false),
            Intrinsic::Or(all) => each(all, true),
            Intrinsic::Equals(left, right) => self.equal(left, right),
            _ => None,
        }
    }

    /// What is one text isn't another.
    fn equal(&self, left: &Node, right: &Node) -> Option<bool> {
        let text = right.as_text()?;
        if let Some(other) = left.as_text() {
            return Some(other == text);
        }
        let another = |(known, holds): &(&Node, bool)| match known.as_intrinsic() {
            Some(Intrinsic::Equals(one, other)) => {
                *holds && one == left && other.as_text().is_some_and(|other| other != text)
            }
            _ => false,
        };
        self.known.iter().any(another).then_some(false)
    }

    fn node(&mut self, node: &'a Node, report: Report<'_>) {
        match node {
            Node::List(items) => items.iter().for_each(|item| self.node(item, report)),
            Node::Map(entries) => entries.iter().for_each(|(_, item)| self.node(item, report)),
            Node::Intrinsic(intrinsic) => match &**intrinsic {
                Intrinsic::Reference(reference) => self.target(&reference.target, report),
                Intrinsic::If { condition, then, otherwise } => {
                    for (branch, holds) in [(then, true), (otherwise, false)] {
                        self.within(Some((condition, holds)), |walk| walk.node(branch, report));
                    }
                }
                other => other.each_child(&mut |child| self.node(child, report)),
            },
            _ => {}
        }
    }

    fn target(&mut self, target: &Address, report: Report<'_>) {
        let resource = self.stack.resources().get(target.position());
        let Some(resource) = resource.filter(|found| found.address() == target) else { return };
        let Some(condition) = resource.condition() else { return };
        if self.holds(condition, 0) != Some(true) && self.targets.insert(target.position()) {
            self.found.push(report(resource));
        }
    }
}
