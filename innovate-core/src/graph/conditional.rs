//! Resources that exist under a condition, and are used where it may not hold.
//!
//! Source: "Condition functions", AWS CloudFormation Template Reference Guide; the message of
//! CloudFormation is `Unresolved resource dependencies`.

use std::collections::{BTreeMap, BTreeSet};

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
    let circumstances = Circumstances::of(stack);
    for resource in stack.resources() {
        let mut walk = Walk::new(stack, &circumstances);
        walk.within(resource.condition().unwrap_or_default(), true, |walk| {
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
        let mut walk = Walk::new(stack, &circumstances);
        walk.node(&output.value, &mut |target| {
            uses_it(&format!("the output `{id}`"), target)
                .on_stack(stack)
                .help("use it within `intrinsic::if_` on that condition")
        });
        findings.extend(walk.found);
    }
}

/// Whether there are circumstances under which two resources of a stack both exist.
pub(crate) fn may_both_exist(stack: &StackModel, one: &Resource, other: &Resource) -> bool {
    if one.condition().is_none() && other.condition().is_none() {
        return true;
    }
    let circumstances = Circumstances::of(stack);
    // What there are too many circumstances for, and what no condition decides, may exist.
    let exists = |resource: &Resource, at: usize| {
        let truths = resource.condition().and_then(|it| circumstances.truths.get(it));
        truths.is_none_or(|truths| truths.get(at).copied().unwrap_or(true))
    };
    (0..circumstances.count.max(1)).any(|at| exists(one, at) && exists(other, at))
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

/// A walk through values that knows under which circumstances it is where it is.
struct Walk<'a> {
    stack: &'a StackModel,
    circumstances: &'a Circumstances<'a>,
    /// Under which of the circumstances what it looks at exists.
    here: Vec<bool>,
    /// The positions of the resources that a finding is about.
    targets: BTreeSet<usize>,
    found: Vec<Diagnostic>,
}

type Report<'r> = &'r mut dyn FnMut(&Resource) -> Diagnostic;

impl<'a> Walk<'a> {
    fn new(stack: &'a StackModel, circumstances: &'a Circumstances<'a>) -> Self {
        let here = vec![true; circumstances.count];
        Self { stack, circumstances, here, targets: BTreeSet::new(), found: Vec::new() }
    }

    /// Goes on where a condition holds, or where it doesn't.
    fn within(&mut self, condition: &str, holds: bool, go_on: impl FnOnce(&mut Self)) {
        let before = self.here.clone();
        if let Some(truths) = self.circumstances.truths.get(condition) {
            let each = self.here.iter_mut().zip(truths);
            each.for_each(|(here, truth)| *here &= *truth == holds);
        }
        go_on(self);
        self.here = before;
    }

    fn node(&mut self, node: &'a Node, report: Report<'_>) {
        match node {
            Node::List(items) => items.iter().for_each(|item| self.node(item, report)),
            Node::Map(entries) => entries.iter().for_each(|(_, item)| self.node(item, report)),
            Node::Intrinsic(intrinsic) => match &**intrinsic {
                Intrinsic::Reference(reference) => self.target(&reference.target, report),
                Intrinsic::If { condition, then, otherwise } => {
                    for (branch, holds) in [(then, true), (otherwise, false)] {
                        self.within(condition, holds, |walk| walk.node(branch, report));
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
        let truths = resource.condition().and_then(|it| self.circumstances.truths.get(it));
        let Some(truths) = truths else { return };
        let lacks = self.here.iter().zip(truths).any(|(here, truth)| *here && !truth);
        if lacks && self.targets.insert(target.position()) {
            self.found.push(report(resource));
        }
    }
}

/// How many circumstances are looked at, at most.
const MOST: usize = 4_096;

/// Every combination of what the values can be that conditions compare, and which conditions hold in
/// each.
struct Circumstances<'a> {
    count: usize,
    /// By the condition's name, whether it holds under each. Empty if there are too many.
    truths: BTreeMap<&'a str, Vec<bool>>,
}

/// A value that conditions compare.
struct Compared<'a> {
    value: &'a Node,
    /// What it is compared with. It can be each of these, or something else.
    texts: Vec<&'a str>,
}

impl<'a> Circumstances<'a> {
    fn of(stack: &'a StackModel) -> Self {
        let conditions = Conditions::of(stack);
        let sizes = conditions.compared.iter().map(|compared| compared.texts.len() + 1);
        let count = sizes.fold(1, usize::saturating_mul);
        if count > MOST {
            return Self { count: 0, truths: BTreeMap::new() };
        }
        let mut truths: BTreeMap<&str, Vec<bool>> = BTreeMap::new();
        for at in 0..count {
            let mut decided = Decided::new();
            for (name, definition) in &stack.conditions {
                let holds = conditions.decide(name, definition, at, &mut decided);
                truths.entry(name).or_default().push(holds);
            }
        }
        Self { count, truths }
    }
}

/// Whether conditions hold under some circumstances, by their names.
type Decided<'a> = BTreeMap<&'a str, bool>;

/// The conditions of a stack, and what they compare.
struct Conditions<'a> {
    stack: &'a StackModel,
    compared: Vec<Compared<'a>>,
}

/// Stands for the truth of what can't be looked into.
const TRUE: &str = "true";

impl<'a> Conditions<'a> {
    fn of(stack: &'a StackModel) -> Self {
        let mut conditions = Self { stack, compared: Vec::new() };
        stack.conditions.iter().for_each(|(_, definition)| conditions.collect(definition));
        conditions
    }

    fn definition(&self, condition: &str) -> Option<&'a Node> {
        self.stack.conditions.iter().find(|(id, _)| id == condition).map(|(_, node)| node)
    }

    fn collect(&mut self, condition: &'a Node) {
        match condition.as_intrinsic() {
            Some(Intrinsic::And(all) | Intrinsic::Or(all)) => {
                all.iter().for_each(|inner| self.collect(inner));
            }
            Some(Intrinsic::Not(inner)) => self.collect(inner),
            Some(Intrinsic::Condition(name)) if self.definition(name).is_some() => {}
            Some(Intrinsic::Equals(left, right)) => match (left.as_text(), right.as_text()) {
                (Some(_), Some(_)) => {}
                (None, Some(text)) => self.compare(left, text),
                (Some(text), None) => self.compare(right, text),
                (None, None) => self.compare(condition, TRUE),
            },
            _ => self.compare(condition, TRUE),
        }
    }

    fn compare(&mut self, value: &'a Node, text: &'a str) {
        match self.compared.iter_mut().find(|known| known.value == value) {
            Some(known) if known.texts.contains(&text) => {}
            Some(known) => known.texts.push(text),
            None => self.compared.push(Compared { value, texts: vec![text] }),
        }
    }

    /// Whether a condition holds under the circumstances with this number; each is decided once.
    fn decide(
        &self,
        name: &'a str,
        definition: &'a Node,
        at: usize,
        decided: &mut Decided<'a>,
    ) -> bool {
        if let Some(holds) = decided.get(name) {
            return *holds;
        }
        // Those of a mistaken program may refer to each other.
        decided.insert(name, false);
        let holds = self.holds(definition, at, decided);
        decided.insert(name, holds);
        holds
    }

    fn holds(&self, condition: &'a Node, at: usize, decided: &mut Decided<'a>) -> bool {
        match condition.as_intrinsic() {
            Some(Intrinsic::And(all)) => all.iter().all(|inner| self.holds(inner, at, decided)),
            Some(Intrinsic::Or(all)) => all.iter().any(|inner| self.holds(inner, at, decided)),
            Some(Intrinsic::Not(inner)) => !self.holds(inner, at, decided),
            Some(Intrinsic::Condition(name)) => match self.definition(name) {
                Some(definition) => self.decide(name, definition, at, decided),
                None => self.is(condition, TRUE, at),
            },
            Some(Intrinsic::Equals(left, right)) => match (left.as_text(), right.as_text()) {
                (Some(one), Some(other)) => one == other,
                (None, Some(text)) => self.is(left, text, at),
                (Some(text), None) => self.is(right, text, at),
                (None, None) => left == right || self.is(condition, TRUE, at),
            },
            _ => self.is(condition, TRUE, at),
        }
    }

    /// Whether a value is a text under the circumstances with this number: its digits, as it were,
    /// say which text each value is.
    fn is(&self, value: &Node, text: &str, at: usize) -> bool {
        let mut rest = at;
        for Compared { value: known, texts } in &self.compared {
            let size = texts.len() + 1;
            if *known == value {
                return texts.get(rest % size) == Some(&text);
            }
            rest /= size;
        }
        false
    }
}
