//! What `innovate.lock` holds: the logical ids of the resources that hold data.
//!
//! CloudFormation replaces a resource whose logical id changes. A program that loses such an id, or
//! gives it to another type, is refused unless it says that the resource was moved, or the user
//! says that the loss is meant. Reading and writing the file is the command line's affair.

mod rename;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{
    app::App,
    check::{Diagnostic, Known, Registry},
    stack::{Move, Resource, StackModel},
};
use rename::{Lost, Renames};

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
    /// The resources of the lock that the program has under another id or in another stack, and says
    /// so. CloudFormation has to be told as well, by a stack refactor before the deployment; nothing
    /// if something is refused.
    pub moved: Vec<Move>,
}

impl Default for Lock {
    fn default() -> Self {
        Self { version: Self::VERSION, stacks: Vec::new() }
    }
}

impl Lock {
    /// The version of the file's form that is known here.
    pub const VERSION: u32 = 1;

    /// The version of its form.
    pub const fn version(&self) -> u32 {
        self.version
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
        let mut findings = current.claims();
        if losses == Losses::Refuse {
            findings.extend(self.losses(&current, program));
        }
        if !findings.is_empty() {
            return Update { lock: self.clone(), findings, moved: Vec::new() };
        }
        let others = self.stacks.iter().filter(|locked| {
            locked.program != program && !app.stack_models().iter().any(|made| is(locked, made))
        });
        let mut stacks: Vec<LockedStack> = others.cloned().collect();
        stacks.extend(current.locked(program));
        stacks.sort();
        let moved = self.moved(&current);
        Update { lock: Self { version: Self::VERSION, stacks }, findings, moved }
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
        let (mut findings, mut losses) = (Vec::new(), Vec::new());
        for locked in &self.stacks {
            let found = current.stacks.iter().find(|(stack, _)| is(locked, stack));
            let stack = found.map(|(stack, _)| *stack);
            if stack.is_none() && locked.program != program {
                continue;
            }
            let mut lost = Vec::new();
            let stateful = found.into_iter().flat_map(|(_, stateful)| stateful);
            let stateful: BTreeMap<&str, &Resource> =
                stateful.map(|found| (found.logical_id(), *found)).collect();
            for (id, type_name) in &locked.resources {
                let here = stateful.get(id.as_str()).copied();
                let here = here.or_else(|| stack?.resource(id));
                match here.or_else(|| current.moved_from(locked, id)) {
                    Some(resource) if resource.type_name() == type_name => {}
                    Some(resource) => findings.push(retyped(resource, id, type_name)),
                    None => lost.push((id.as_str(), type_name.as_str())),
                }
            }
            if !lost.is_empty() {
                losses.push(Lost { locked, stack, resources: lost });
            }
        }
        if !losses.is_empty() {
            let renames = Renames::of(&losses, &self.unknown(current));
            let each = losses.iter().enumerate();
            findings.extend(each.map(|(at, lost)| lost_from(lost, current, renames.of_stack(at))));
        }
        findings
    }

    /// What the program declares as moved, and has moved since the lock was written.
    fn moved(&self, current: &Current<'_>) -> Vec<Move> {
        let mut moved = Vec::new();
        for ((from, id), (stack, resource)) in &current.moved {
            let was = |locked: &&LockedStack| {
                let kind = locked.resources.get(*id).map(String::as_str);
                locked.name == *from
                    && can_move(locked, stack)
                    && kind == Some(resource.type_name())
            };
            let still = |(stack, _): &(&StackModel, Vec<&Resource>)| {
                stack.name() == *from && stack.resource(id).is_some()
            };
            if self.stacks.iter().any(|locked| was(&locked)) && !current.stacks.iter().any(still) {
                moved.push(Move::new((from, id), resource));
            }
        }
        moved
    }

    /// The stateful resources, by their stacks, that the lock doesn't have, under whatever id.
    fn unknown<'app>(
        &self,
        current: &Current<'app>,
    ) -> Vec<(&'app StackModel, Vec<&'app Resource>)> {
        let places = self
            .stacks
            .iter()
            .map(|locked| ((&*locked.name, &*locked.account, &*locked.region), &locked.resources));
        let places: BTreeMap<_, _> = places.collect();
        let each = |(stack, stateful): &(&'app StackModel, Vec<&'app Resource>)| {
            let (account, region) = (stack.site().account(), stack.site().region());
            let has = |stack: &str, id: &str| {
                places.get(&(stack, account, region)).is_some_and(|ids| ids.contains_key(id))
            };
            let known = |found: &Resource| {
                has(stack.name(), found.logical_id())
                    || found.former_ids().any(|(stack, id)| has(stack, id))
            };
            (*stack, stateful.iter().copied().filter(|found| !known(found)).collect())
        };
        current.stacks.iter().map(each).collect()
    }
}

/// One finding a stack, however much of it is lost.
fn lost_from(lost: &Lost<'_>, current: &Current<'_>, renamed: &rename::ByStack<'_>) -> Diagnostic {
    let Lost { locked, stack, resources } = lost;
    let LockedStack { name, account, region, .. } = locked;
    let one = match &**resources {
        [(id, _)] => Some(id),
        _ => None,
    };
    let message = match (stack, one) {
        (Some(_), Some(id)) => format!("`{name}` loses its stateful resource `{id}`"),
        (Some(_), None) => format!("`{name}` loses {} stateful resources", resources.len()),
        (None, _) => {
            format!("the stack `{name}` in {account}/{region} is gone, with its stateful resources")
        }
    };
    let named = resources.iter().take(SHOWN).map(|(id, kind)| format!("{id} ({kind})"));
    let mut given = format!("the lock file has {}", named.collect::<Vec<_>>().join(", "));
    if let Some(more) = beyond(resources.len()) {
        given.push_str(&format!(" and {more} more"));
    }
    let mut finding = Diagnostic::error("LOCK-01", message).given(given);
    finding = match stack {
        Some(stack) => finding.on_stack(stack),
        None => finding.in_stack(name),
    };
    for (id, _) in resources {
        if let Some((stack, resource)) = current.moved.get(&(name.as_str(), *id)) {
            finding = moved_too_far(finding, locked, stack, resource);
        }
    }
    for (to, renamed) in renamed {
        for (_, new) in renamed.iter().take(SHOWN) {
            let what = format!("`{}` is new, and of that type", new.logical_id());
            finding = finding.related(new.location(), what);
        }
        finding = finding.help(rename::how_to_say(name, to, renamed));
    }
    if !renamed.is_empty() {
        finding = finding.help(
            "that tells the lock file alone: before the deployment, move what is deployed with a stack refactor (`aws cloudformation create-stack-refactor`)",
        );
    }
    finding.help(meant(one.is_some()))
}

/// How many resources a finding names.
const SHOWN: usize = 3;

/// How many more there are than a finding names, if there are more.
const fn beyond(count: usize) -> Option<usize> {
    match count.saturating_sub(SHOWN) {
        0 => None,
        more => Some(more),
    }
}

fn is(locked: &LockedStack, stack: &StackModel) -> bool {
    locked.name == stack.name() && can_move(locked, stack)
}

/// Whether CloudFormation can move a resource from one stack to the other.
///
/// Source: "Stack refactoring", AWS CloudFormation User Guide.
fn can_move(locked: &LockedStack, stack: &StackModel) -> bool {
    let site = stack.site();
    locked.account == site.account() && locked.region == site.region()
}

fn meant(one: bool) -> &'static str {
    if one {
        "if it is meant to go, with all that it holds, run `synth --update-lock` once"
    } else {
        "if they are meant to go, with all that they hold, run `synth --update-lock` once"
    }
}

fn moved_too_far(
    finding: Diagnostic,
    locked: &LockedStack,
    stack: &StackModel,
    resource: &Resource,
) -> Diagnostic {
    let (site, id) = (stack.site(), resource.logical_id());
    finding
        .related(resource.location(), format!("`{id}` says that it was moved from there"))
        .help(format!(
            "CloudFormation moves resources within one account and region, and `{id}` is in {}/{}, not in {}/{}: move what it holds, then let the old one go",
            site.account(), site.region(), locked.account, locked.region,
        ))
}

fn retyped(resource: &Resource, id: &str, type_name: &str) -> Diagnostic {
    Diagnostic::error("LOCK-02", format!("the stateful resource `{id}` becomes another type"))
        .on(resource)
        .given(resource.type_name())
        .allowed(format!("{type_name}, as the lock file says"))
        .help("give the new resource another id, and move the data before the old one goes")
        .help(meant(true))
}

/// What the program makes now.
struct Current<'app> {
    /// The stacks, each with its stateful resources.
    stacks: Vec<(&'app StackModel, Vec<&'app Resource>)>,
    /// The resources that say where they were, by stack and old id.
    moved: BTreeMap<(&'app str, &'app str), (&'app StackModel, &'app Resource)>,
    /// Those that say so of what another has said it was.
    again: Vec<(&'app Resource, &'app Resource, &'app str)>,
}

impl<'app> Current<'app> {
    fn of(app: &'app App, registry: &dyn Registry) -> Self {
        let mut current = Self { stacks: Vec::new(), moved: BTreeMap::new(), again: Vec::new() };
        let mut known = Known::new(registry);
        for stack in app.stack_models() {
            let mut stateful = Vec::new();
            for resource in stack.resources() {
                for (id, old) in resource.moved_from().iter().zip(resource.former_ids()) {
                    match current.moved.get(&old) {
                        Some((_, first)) if first.address() != resource.address() => {
                            current.again.push((first, resource, id));
                        }
                        _ => drop(current.moved.insert(old, (stack, resource))),
                    }
                }
                if known.is_stateful(resource) {
                    stateful.push(resource);
                }
            }
            current.stacks.push((stack, stateful));
        }
        current
    }

    /// A finding for each resource that says it was what another says it was.
    fn claims(&self) -> Vec<Diagnostic> {
        let finding = |(first, second, id): &(&Resource, &Resource, &str)| {
            Diagnostic::error("LOCK-04", format!("two resources say that they were `{id}`"))
                .on(second)
                .given(format!("{} and {}", first.logical_id(), second.logical_id()))
                .related(first.location(), format!("`{}` says so here", first.logical_id()))
                .help("CloudFormation can move a resource to one place only: leave out `moved_from` or `moved` for the other")
        };
        self.again.iter().map(finding).collect()
    }

    fn moved_from(&self, locked: &LockedStack, id: &str) -> Option<&'app Resource> {
        let (stack, resource) = self.moved.get(&(locked.name.as_str(), id))?;
        can_move(locked, stack).then_some(*resource)
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
