//! What `innovate.lock` holds: the logical ids of the resources that hold data.
//!
//! CloudFormation replaces a resource whose logical id changes. A program that loses such an id, or
//! gives it to another type, is refused unless it says that the resource was moved, or the user
//! says that the loss is meant. Reading and writing the file is the command line's affair.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{
    app::App,
    check::{Diagnostic, Registry},
    stack::{Resource, StackModel},
};

/// The form of the file that this version writes and reads.
const VERSION: u32 = 1;

/// The stateful resources of every program that shares the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lock {
    version: u32,
    #[serde(default, rename = "stack")]
    stacks: Vec<LockedStack>,
}

/// The stateful resources of one stack.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LockedStack {
    /// Its name in AWS.
    pub name: String,
    /// Its account.
    pub account: String,
    /// Its region.
    pub region: String,
    /// The program that makes it.
    pub program: String,
    /// The resources' types by their logical ids.
    pub resources: BTreeMap<String, String>,
}

/// What to do about stateful resources that a program has no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Losses {
    /// Each is a finding.
    Refuse,
    /// They leave the file: `--update-lock`.
    Accept,
}

/// What became of a lock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Update {
    /// The lock as it should be written; as it was if something is refused.
    pub lock: Lock,
    /// What is refused.
    pub findings: Vec<Diagnostic>,
}

impl Default for Lock {
    fn default() -> Self {
        Self { version: VERSION, stacks: Vec::new() }
    }
}

impl Lock {
    /// The version of the form, if it isn't the one that is known here.
    pub const fn unknown_version(&self) -> Option<u32> {
        if self.version == VERSION { None } else { Some(self.version) }
    }

    /// The stacks, sorted by name, account and region.
    pub fn stacks(&self) -> &[LockedStack] {
        &self.stacks
    }

    /// How many resources it holds.
    pub fn resources(&self) -> usize {
        self.stacks.iter().map(|stack| stack.resources.len()).sum()
    }

    /// Compares with what the program makes now. Stacks that another program made, and that this
    /// one doesn't have, stay as they are.
    pub fn update(
        &self,
        app: &App,
        registry: &dyn Registry,
        program: &str,
        losses: Losses,
    ) -> Update {
        let current = Current::of(app, registry);
        let findings = match losses {
            Losses::Refuse => self.losses(&current, program),
            Losses::Accept => Vec::new(),
        };
        if !findings.is_empty() {
            return Update { lock: self.clone(), findings };
        }
        let others = self.stacks.iter().filter(|locked| {
            locked.program != program && !app.stack_models().iter().any(|made| is(locked, made))
        });
        let mut stacks: Vec<LockedStack> = others.cloned().collect();
        stacks.extend(current.locked(program));
        stacks.sort();
        Update { lock: Self { version: VERSION, stacks }, findings }
    }

    /// A finding if `--locked` forbids what `update` would write.
    pub fn forbid_change(&self, update: &Update) -> Option<Diagnostic> {
        let ids = |lock: &Self| -> BTreeSet<String> {
            let each = |stack: &LockedStack| {
                let of = |id: &String| format!("{}/{id}", stack.name);
                stack.resources.keys().map(of).collect::<Vec<_>>()
            };
            lock.stacks.iter().flat_map(each).collect()
        };
        if update.lock == *self || !update.findings.is_empty() {
            return None;
        }
        let (before, after) = (ids(self), ids(&update.lock));
        let changed: Vec<&str> =
            before.symmetric_difference(&after).map(String::as_str).take(5).collect();
        let finding =
            Diagnostic::error("LOCK-03", "the lock file must change, and `--locked` forbids it")
                .help("run `synth` without `--locked`, and commit the lock file with the change");
        Some(if changed.is_empty() { finding } else { finding.given(changed.join(", ")) })
    }

    fn losses(&self, current: &Current<'_>, program: &str) -> Vec<Diagnostic> {
        let mut findings = Vec::new();
        for locked in &self.stacks {
            let stack =
                current.stacks.iter().map(|(stack, _)| *stack).find(|stack| is(locked, stack));
            if stack.is_none() && locked.program != program {
                continue;
            }
            let mut lost = Vec::new();
            for (id, type_name) in &locked.resources {
                let here = stack.and_then(|stack| stack.resource(id));
                match here.or_else(|| current.moved_from(&locked.name, id)) {
                    Some(resource) if resource.type_name() == type_name => {}
                    Some(resource) => findings.push(retyped(resource, id, type_name)),
                    None => lost.push((id.as_str(), type_name.as_str())),
                }
            }
            match stack {
                Some(stack) => {
                    let finding = |(id, kind)| self.lost(current, stack, id, kind);
                    findings.extend(lost.into_iter().map(finding));
                }
                None if !lost.is_empty() => findings.push(stack_gone(locked, &lost)),
                None => {}
            }
        }
        findings
    }

    fn lost(
        &self,
        current: &Current<'_>,
        stack: &StackModel,
        id: &str,
        type_name: &str,
    ) -> Diagnostic {
        let finding = Diagnostic::error(
            "LOCK-01",
            format!("`{}` loses its stateful resource `{id}`", stack.name()),
        )
        .on_stack(stack)
        .given(format!("`{id}` ({type_name}) is in the lock file, and not in the program"));
        let mut new = current
            .stateful()
            .filter(|resource| resource.type_name() == type_name && !self.has(resource));
        let finding = match new.next() {
            Some(candidate) => {
                let new_id = candidate.logical_id();
                let old = if candidate.address().stack() == stack.name() {
                    id.to_owned()
                } else {
                    format!("{}/{id}", stack.name())
                };
                finding
                    .related(candidate.location(), format!("`{new_id}` is new, and of that type"))
                    .help(format!("if it is `{new_id}` now, write `.moved_from(\"{old}\")` on that resource, or `stack.moved(\"{old}\", \"{new_id}\")` if a construct makes it"))
            }
            None => finding,
        };
        finding.help(meant())
    }

    fn has(&self, resource: &Resource) -> bool {
        self.stacks.iter().any(|locked| {
            locked.name == resource.address().stack()
                && locked.resources.contains_key(resource.logical_id())
        })
    }
}

fn is(locked: &LockedStack, made: &StackModel) -> bool {
    let site = made.site();
    locked.name == made.name() && locked.account == site.account() && locked.region == site.region()
}

fn meant() -> &'static str {
    "if it is meant to go, with all that it holds, run `synth --update-lock` once"
}

fn retyped(resource: &Resource, id: &str, type_name: &str) -> Diagnostic {
    Diagnostic::error("LOCK-02", format!("the stateful resource `{id}` becomes another type"))
        .on(resource)
        .given(resource.type_name())
        .allowed(format!("{type_name}, as the lock file says"))
        .help("give the new resource another id, and move the data before the old one goes")
        .help(meant())
}

fn stack_gone(locked: &LockedStack, lost: &[(&str, &str)]) -> Diagnostic {
    let LockedStack { name, account, region, .. } = locked;
    let ids: Vec<String> = lost.iter().map(|(id, kind)| format!("{id} ({kind})")).collect();
    Diagnostic::error(
        "LOCK-01",
        format!("the stack `{name}` in {account}/{region} is gone, with its stateful resources"),
    )
    .in_stack(name)
    .given(ids.join(", "))
    .help(format!("if they are in another stack now, write `.moved_from(\"{name}/OldId\")` on each, or `stack.moved(\"{name}/OldId\", \"NewId\")`"))
    .help(meant())
}

/// What the program makes now.
struct Current<'app> {
    /// The stacks, each with its stateful resources.
    stacks: Vec<(&'app StackModel, Vec<&'app Resource>)>,
    /// The resources that say where they were, by stack and old id.
    moved: BTreeMap<(&'app str, &'app str), &'app Resource>,
}

impl<'app> Current<'app> {
    fn of(app: &'app App, registry: &dyn Registry) -> Self {
        let mut current = Self { stacks: Vec::new(), moved: BTreeMap::new() };
        for stack in app.stack_models() {
            let mut stateful = Vec::new();
            for resource in stack.resources() {
                for old in resource.moved_from() {
                    let old = old.split_once('/').unwrap_or((stack.name(), old));
                    current.moved.insert(old, resource);
                }
                if registry.facts(resource.type_name()).is_some_and(|facts| facts.stateful) {
                    stateful.push(resource);
                }
            }
            current.stacks.push((stack, stateful));
        }
        current
    }

    fn stateful(&self) -> impl Iterator<Item = &'app Resource> {
        self.stacks.iter().flat_map(|(_, stateful)| stateful.iter().copied())
    }

    fn moved_from(&self, stack: &str, id: &str) -> Option<&'app Resource> {
        self.moved.get(&(stack, id)).copied()
    }

    fn locked(&self, program: &str) -> impl Iterator<Item = LockedStack> {
        self.stacks.iter().filter_map(move |(stack, stateful)| {
            let resources: BTreeMap<String, String> = stateful
                .iter()
                .map(|found| (found.logical_id().to_owned(), found.type_name().to_owned()))
                .collect();
            (!resources.is_empty()).then(|| LockedStack {
                name: stack.name().to_owned(),
                account: stack.site().account().to_owned(),
                region: stack.site().region().to_owned(),
                program: program.to_owned(),
                resources,
            })
        })
    }
}
