//! What a test decides: how long things take, what fails, what is replaced.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::fault::{Fault, FaultPlan};

/// What is done to a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// It is made, for the first time or to replace another.
    Create,
    /// It is changed where it is.
    Update,
    /// It is deleted.
    Delete,
    /// It is brought back to what it was before an update that failed.
    Restore,
    /// It is taken into the stack.
    Import,
}

/// A step that fails.
#[derive(Debug, Clone)]
pub struct Failing {
    logical_id: String,
    stack: Option<String>,
    step: Step,
    reason: String,
    left: Option<u32>,
}

impl Failing {
    /// The step fails at the resource with that logical id, in every stack and every time.
    #[must_use]
    pub fn new(logical_id: &str, step: Step, reason: &str) -> Self {
        Self {
            logical_id: logical_id.to_owned(),
            stack: None,
            step,
            reason: reason.to_owned(),
            left: None,
        }
    }

    /// In the stack of that name only.
    #[must_use]
    pub fn stack(mut self, name: &str) -> Self {
        self.stack = Some(name.to_owned());
        self
    }

    /// So many times, then it succeeds.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.left = Some(times);
        self
    }
}

/// What the validation before a deployment finds in a change set.
#[derive(Debug, Clone)]
pub struct Finding {
    pub(crate) stack: String,
    pub(crate) logical_id: String,
    pub(crate) name: String,
    pub(crate) reason: String,
    pub(crate) path: String,
    pub(crate) fails: bool,
}

impl Finding {
    /// A finding at a resource of a stack that makes the change set fail: the validation's name
    /// (`NAME_CONFLICT_VALIDATION`, ..) and what it says.
    #[must_use]
    pub fn new(stack: &str, logical_id: &str, name: &str, reason: &str) -> Self {
        Self {
            stack: stack.to_owned(),
            logical_id: logical_id.to_owned(),
            name: name.to_owned(),
            reason: reason.to_owned(),
            path: format!("/Resources/{logical_id}"),
            fails: true,
        }
    }

    /// The path in the template that it is about; the resource, unless given.
    #[must_use]
    pub fn path(mut self, path: &str) -> Self {
        path.clone_into(&mut self.path);
        self
    }

    /// It warns, and the change set does not fail.
    #[must_use]
    pub fn warns(mut self) -> Self {
        self.fails = false;
        self
    }
}

/// A hook that looks at a resource before it is created or updated.
#[derive(Debug, Clone)]
pub struct Hook {
    pub(crate) logical_id: String,
    pub(crate) name: String,
    pub(crate) reason: String,
    pub(crate) fails: bool,
}

impl Hook {
    /// A hook of that type name that finds fault with the resource and keeps it from being created
    /// or updated.
    #[must_use]
    pub fn new(logical_id: &str, name: &str, reason: &str) -> Self {
        Self {
            logical_id: logical_id.to_owned(),
            name: name.to_owned(),
            reason: reason.to_owned(),
            fails: true,
        }
    }

    /// It warns, and the resource is created or updated.
    #[must_use]
    pub fn warns(mut self) -> Self {
        self.fails = false;
        self
    }
}

/// What a test decides about a [`crate::Fake`].
#[derive(Debug, Clone)]
pub struct Script {
    pub(crate) plan: FaultPlan,
    pub(crate) findings: Vec<Finding>,
    pub(crate) hooks: Vec<Hook>,
    pub(crate) detailed: bool,
    pub(crate) firing: BTreeSet<String>,
    pub(crate) page: usize,
    pub(crate) planning: u64,
    undetectable: BTreeSet<String>,
    undetected: BTreeMap<String, String>,
    existing: BTreeMap<String, Value>,
    ticks: u64,
    durations: BTreeMap<String, u64>,
    failing: Vec<Failing>,
    replaced: BTreeMap<String, BTreeSet<String>>,
    named: BTreeMap<String, String>,
    attributes: BTreeMap<(String, String), Value>,
    pub(crate) keys: BTreeMap<String, String>,
    pub(crate) denied: BTreeSet<String>,
    units: BTreeMap<String, Vec<String>>,
    failing_instances: BTreeMap<(String, String), String>,
    pub(crate) buckets: BTreeMap<String, (String, String)>,
}

impl Default for Script {
    fn default() -> Self {
        Self {
            plan: FaultPlan::default(),
            findings: Vec::new(),
            hooks: Vec::new(),
            detailed: false,
            firing: BTreeSet::new(),
            page: 100,
            planning: 1,
            undetectable: BTreeSet::new(),
            undetected: BTreeMap::new(),
            existing: BTreeMap::new(),
            ticks: 1,
            durations: BTreeMap::new(),
            failing: Vec::new(),
            replaced: BTreeMap::new(),
            named: BTreeMap::new(),
            attributes: BTreeMap::new(),
            keys: BTreeMap::new(),
            denied: BTreeSet::new(),
            units: BTreeMap::new(),
            failing_instances: BTreeMap::new(),
            buckets: BTreeMap::new(),
        }
    }
}

impl Script {
    /// Everything takes a tick and succeeds; no change replaces a resource; pages of 100.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The n-th call of the action, counted from 1, suffers the fault; `*` counts all calls.
    #[must_use]
    pub fn fault(mut self, action: &str, n: u64, fault: Fault) -> Self {
        self.plan.nth(action, n, fault);
        self
    }

    /// So many of a hundred calls of the action (`*`: of all) suffer the fault; which, follows
    /// from the seed.
    #[must_use]
    pub fn fault_rate(mut self, action: &str, percent: u64, seed: u64, fault: Fault) -> Self {
        self.plan.percent(action, percent, seed, fault);
        self
    }

    /// How many ticks an operation on a resource takes; 1, unless said.
    #[must_use]
    pub fn ticks(mut self, ticks: u64) -> Self {
        self.ticks = ticks;
        self
    }

    /// How many ticks an operation on the resource with that logical id, or on each resource of
    /// that type, takes.
    #[must_use]
    pub fn takes(mut self, of: &str, ticks: u64) -> Self {
        self.durations.insert(of.to_owned(), ticks);
        self
    }

    /// Operations on that resource, or on resources of that type, never end.
    #[must_use]
    pub fn stuck(self, of: &str) -> Self {
        self.takes(of, u64::MAX)
    }

    /// How many ticks a change set, a refactor or the detection of drift is in each state before
    /// it is complete; 1, unless said.
    #[must_use]
    pub fn planning_takes(mut self, ticks: u64) -> Self {
        self.planning = ticks;
        self
    }

    /// The drift of resources of that type can't be detected: they are `NOT_CHECKED`.
    #[must_use]
    pub fn undetectable(mut self, kind: &str) -> Self {
        self.undetectable.insert(kind.to_owned());
        self
    }

    /// To detect the drift of the resource with that logical id fails, for that reason.
    #[must_use]
    pub fn undetected(mut self, logical_id: &str, reason: &str) -> Self {
        self.undetected.insert(logical_id.to_owned(), reason.to_owned());
        self
    }

    /// The resource of that physical id has these properties, whatever the template says that imports it.
    #[must_use]
    pub fn existing(mut self, physical_id: &str, properties: Value) -> Self {
        self.existing.insert(physical_id.to_owned(), properties);
        self
    }

    /// The step fails.
    #[must_use]
    pub fn failing(mut self, failing: Failing) -> Self {
        self.failing.push(failing);
        self
    }

    /// Nothing fails any longer.
    #[must_use]
    pub fn mended(mut self) -> Self {
        self.failing.clear();
        self.failing_instances.clear();
        self
    }

    /// The accounts of a unit of the organization, or of its root, to which StackSets deploy.
    #[must_use]
    pub fn unit(mut self, id: &str, accounts: &[&str]) -> Self {
        self.units.insert(id.to_owned(), accounts.iter().map(|it| (*it).to_owned()).collect());
        self
    }

    /// What StackSets do in that account and region fails.
    #[must_use]
    pub fn instance_fails(mut self, account: &str, region: &str, reason: &str) -> Self {
        self.failing_instances.insert((account.to_owned(), region.to_owned()), reason.to_owned());
        self
    }

    /// The hook finds fault.
    #[must_use]
    pub fn hook(mut self, hook: Hook) -> Self {
        self.hooks.push(hook);
        self
    }

    /// The alarm of that ARN goes off while a stack that watches it is created or updated, which
    /// rolls that back.
    #[must_use]
    pub fn firing(mut self, alarm: &str) -> Self {
        self.firing.insert(alarm.to_owned());
        self
    }

    /// Creations pass through the detailed status `CONFIGURATION_COMPLETE`, which AWS gives for
    /// some types and not for others; unless said, none does.
    #[must_use]
    pub fn configuration_complete(mut self) -> Self {
        self.detailed = true;
        self
    }

    /// The validation before a deployment finds that.
    #[must_use]
    pub fn finding(mut self, finding: Finding) -> Self {
        self.findings.push(finding);
        self
    }

    /// A change of the property (`Name`, or a path such as `Config/Version`) replaces a resource
    /// of the type.
    #[must_use]
    pub fn replaced_by(mut self, kind: &str, property: &str) -> Self {
        self.replaced.entry(kind.to_owned()).or_default().insert(property.to_owned());
        self
    }

    /// The property names a resource of the type: it is the physical id, no two may have the same,
    /// and another name replaces the resource.
    #[must_use]
    pub fn named_by(mut self, kind: &str, property: &str) -> Self {
        self.named.insert(kind.to_owned(), property.to_owned());
        self.replaced_by(kind, property)
    }

    /// What `Fn::GetAtt` gives for the attribute of each resource of the type. Unless said: the
    /// property of that name; else an ARN for a name that ends with `Arn`, and a URL for one that
    /// ends with `Url`; else the physical id and the attribute, with a dot between them.
    #[must_use]
    pub fn attribute(mut self, kind: &str, name: &str, value: Value) -> Self {
        self.attributes.insert((kind.to_owned(), name.to_owned()), value);
        self
    }

    /// How many items an answer has at most; 100, unless said.
    #[must_use]
    pub fn page(mut self, items: usize) -> Self {
        self.page = items.max(1);
        self
    }

    /// The account of an access key; unless said, the twelve digits that it ends with.
    #[must_use]
    pub fn key(mut self, access_key: &str, account: &str) -> Self {
        self.keys.insert(access_key.to_owned(), account.to_owned());
        self
    }

    /// The role of that ARN may not be assumed.
    #[must_use]
    pub fn denied(mut self, role: &str) -> Self {
        self.denied.insert(role.to_owned());
        self
    }

    /// There is a bucket of that name, in that account and region, beside those that stacks have made.
    #[must_use]
    pub fn bucket(mut self, name: &str, account: &str, region: &str) -> Self {
        self.buckets.insert(name.to_owned(), (account.to_owned(), region.to_owned()));
        self
    }

    /// Counts a step: why it fails, if it does.
    pub(crate) fn failure(&mut self, stack: &str, logical_id: &str, step: Step) -> Option<String> {
        let failing = self.failing.iter_mut().find(|failing| {
            failing.logical_id == logical_id
                && failing.step == step
                && failing.stack.as_deref().is_none_or(|of| of == stack)
                && failing.left != Some(0)
        })?;
        failing.left = failing.left.map(|left| left - 1);
        Some(failing.reason.clone())
    }

    pub(crate) fn actual(&self, physical_id: &str) -> Option<&Value> {
        self.existing.get(physical_id)
    }

    pub(crate) fn is_detectable(&self, kind: &str) -> bool {
        !self.undetectable.contains(kind)
    }

    /// Why the drift of a resource can't be detected, if it can't.
    pub(crate) fn detection_failure(&self, logical_id: &str) -> Option<&str> {
        self.undetected.get(logical_id).map(String::as_str)
    }

    pub(crate) fn members(&self, unit: &str) -> impl Iterator<Item = &String> {
        self.units.get(unit).into_iter().flatten()
    }

    pub(crate) fn instance_failure(&self, account: &str, region: &str) -> Option<String> {
        self.failing_instances.get(&(account.to_owned(), region.to_owned())).cloned()
    }

    pub(crate) fn duration(&self, logical_id: &str, kind: &str) -> u64 {
        let said = self.durations.get(logical_id).or_else(|| self.durations.get(kind));
        said.copied().unwrap_or(self.ticks)
    }

    /// The properties, as paths below `Properties`, whose change replaces a resource of the type.
    pub(crate) fn create_only(&self, kind: &str) -> impl Iterator<Item = &str> {
        self.replaced.get(kind).into_iter().flatten().map(String::as_str)
    }

    pub(crate) fn name_property(&self, kind: &str) -> Option<&str> {
        self.named.get(kind).map(String::as_str)
    }

    pub(crate) fn given_attribute(&self, kind: &str, name: &str) -> Option<&Value> {
        self.attributes.get(&(kind.to_owned(), name.to_owned()))
    }
}
