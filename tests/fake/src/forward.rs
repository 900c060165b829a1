//! Creating and updating: resources as their turn comes, in the order of what they need.

use std::mem;

use crate::change::{Difference, differences, drifted, has};
use crate::event::HookEvent;
use crate::operation::{Doomed, Job, Next, OnFailure, Operation, Phase, Purpose};
use crate::policy;
use crate::resource::{Policy, Resource, Wanted};
use crate::script::Step;
use crate::stack::{Around, Stack};
use crate::stack_set;
use crate::status::{Course, ResourceStatus, StackStatus, Verb};
use crate::template::{joined, plain};

const REPLACES: &str =
    "Requested update requires the creation of a new physical resource; hence creating one.";

impl Operation {
    pub(crate) fn forward(&mut self, stack: &mut Stack, around: &mut Around<'_>) -> Next {
        self.work(stack, around);
        let broken = !self.failed.is_empty();
        if self.cancelled || (broken && self.on_failure != OnFailure::Keep) {
            return self.give_up(stack, around, None);
        }
        self.start_ready(stack, around);
        let broken = !self.failed.is_empty();
        if broken && self.on_failure != OnFailure::Keep {
            return self.give_up(stack, around, None);
        }
        if !self.jobs.is_empty() {
            return Next::Going;
        }
        // With failures that are kept, what needs what failed is never begun.
        if broken { self.give_up(stack, around, None) } else { self.complete(stack, around) }
    }

    /// Begins all whose needs are met, those among them that have nothing to do included.
    fn start_ready(&mut self, stack: &mut Stack, around: &mut Around<'_>) {
        loop {
            let Some(goal) = stack.goal.clone() else { return };
            let ready: Vec<String> = self
                .waiting
                .iter()
                .filter(|id| {
                    goal.template.depends(id).iter().all(|need| {
                        !self.is_pending(need) && !self.failed.iter().any(|(id, _)| id == need)
                    })
                })
                .cloned()
                .collect();
            if ready.is_empty() {
                return;
            }
            for id in ready {
                self.waiting.remove(&id);
                let wanted = stack.resolver(&goal, around).wanted(&id);
                self.start(&id, wanted, stack, around);
            }
        }
    }

    fn start(
        &mut self,
        id: &str,
        wanted: Result<Wanted, String>,
        stack: &mut Stack,
        around: &mut Around<'_>,
    ) {
        let tags = stack.goal.as_ref().map(|goal| goal.tags.clone()).unwrap_or_default();
        let listed = stack.resources.get(id).cloned();
        let (known, remains) = match listed {
            Some(resource) if has(&resource) => (Some(resource), None),
            other => (None, other),
        };
        // What is left of a creation that failed is deleted, and the resource created anew.
        if let Some(resource) = remains.filter(|remains| !remains.physical_id.is_empty()) {
            stack.discarded.push(Doomed { resource, policy: Policy::Delete });
        }
        let verb = match (&known, self.imports.contains_key(id)) {
            (Some(_), _) => Verb::Update,
            (None, true) => Verb::Import,
            (None, false) => Verb::Create,
        };
        let (wanted, problem) = match wanted {
            Ok(wanted) => (wanted, None),
            Err(reason) => {
                let kind = stack.goal.as_ref().map(|goal| goal.template.kind(id).to_owned());
                let nothing = Wanted {
                    kind: kind.unwrap_or_default(),
                    properties: serde_json::Value::Null,
                    metadata: serde_json::Value::Null,
                    deletion: Policy::Delete,
                    replacing: Policy::Delete,
                    depends: std::collections::BTreeSet::new(),
                };
                (nothing, Some(reason))
            }
        };
        let status = ResourceStatus(verb, Course::InProgress);
        let mut resource = Resource {
            logical_id: id.to_owned(),
            physical_id: String::new(),
            tags,
            status,
            reason: None,
            updated: 0,
            actual: None,
            wanted,
        };
        let mut step = Step::Create;
        let mut replaces = None;
        let mut reason = None;
        if let Some(old) = known {
            let mut found = differences(&old, &resource.wanted, &resource.tags, around.script);
            if self.revert {
                found.extend(drifted(&old, &resource.wanted));
            }
            if problem.is_none() && !found.iter().any(Difference::matters) {
                if let Some(listed) = stack.resources.get_mut(id) {
                    listed.wanted = resource.wanted;
                }
                return;
            }
            resource.physical_id.clone_from(&old.physical_id);
            let replacing = found.iter().any(|difference| difference.replaces);
            let action = if replacing { "Update:Replace" } else { "Update:Modify" };
            if let Some(denied) =
                policy::denied(stack.policy.as_ref(), action, id, &resource.wanted.kind)
            {
                self.fail_at_once(&resource, Verb::Update, Step::Update, &denied, stack, around);
                return;
            }
            if replacing {
                resource.physical_id = String::new();
                replaces = Some(old);
                reason = Some(REPLACES);
            } else {
                step = Step::Update;
                resource.actual = if self.revert { None } else { overlaid(&old, &resource) };
            }
        } else if let Some(physical_id) = self.imports.get(id) {
            step = Step::Import;
            resource.physical_id.clone_from(physical_id);
            reason = Some("Resource import started.");
            stack.resources.insert(id.to_owned(), resource.clone());
        } else {
            stack.resources.insert(id.to_owned(), resource.clone());
        }
        if let Some(problem) = problem {
            self.fail_at_once(&resource, verb, step, &problem, stack, around);
            return;
        }
        let shown = replaces.as_ref().map_or(&resource, |old| old).clone();
        stack.tell(around.clock, &shown, status, reason);
        if let Some(reason) = hooked(&shown, status, stack, around) {
            self.fail_at_once(&resource, verb, step, &reason, stack, around);
            return;
        }
        if step == Step::Create
            && let Some(name) = name(&resource, around)
            && around.is_taken(stack, &resource.wanted.kind, &name)
        {
            let reason = format!("{name} already exists");
            self.fail_at_once(&resource, verb, step, &reason, stack, around);
            return;
        }
        let needed = around.script.duration(id, &resource.wanted.kind);
        let policy = Policy::Delete;
        self.jobs.push(Job { step, resource, replaces, policy, elapsed: 0, needed });
    }

    fn fail_at_once(
        &mut self,
        resource: &Resource,
        verb: Verb,
        step: Step,
        reason: &str,
        stack: &mut Stack,
        around: &mut Around<'_>,
    ) {
        let status = ResourceStatus(verb, Course::Failed);
        stack.tell(around.clock, resource, status, Some(reason));
        if let Some(listed) = stack.resources.get_mut(&resource.logical_id) {
            listed.status = status;
            listed.reason = Some(reason.to_owned());
        }
        self.failed.push((resource.logical_id.clone(), step));
    }

    /// The service has begun to make the resource: it has a physical id.
    pub(crate) fn initiate(job: &mut Job, stack: &mut Stack, around: &mut Around<'_>) {
        let resource = &mut job.resource;
        let set = resource.wanted.properties.get("StackSetName");
        let set = set.filter(|_| resource.wanted.kind == stack_set::KIND).map(plain);
        let set = set.map(|name| format!("{name}:{}", around.clock.uuid()));
        resource.physical_id = set.or_else(|| name(resource, around)).unwrap_or_else(|| {
            let stack = stack.name().chars().take(24).collect::<String>();
            format!("{stack}-{}-{}", resource.logical_id, around.clock.suffix())
        });
        around.made(stack, resource);
        let verb = if job.replaces.is_some() { Verb::Update } else { Verb::Create };
        if job.replaces.is_none()
            && let Some(listed) = stack.resources.get_mut(&resource.logical_id)
        {
            listed.physical_id.clone_from(&resource.physical_id);
        }
        let status = ResourceStatus(verb, Course::InProgress);
        stack.tell(around.clock, resource, status, Some("Resource creation Initiated"));
    }

    /// A resource is as it was wanted.
    pub(crate) fn made(mut job: Job, stack: &mut Stack, around: &mut Around<'_>) {
        let (verb, reason) = match (job.step, &job.replaces) {
            (Step::Import, _) => (Verb::Import, Some("Resource import completed.")),
            (Step::Create, None) => (Verb::Create, None),
            _ => (Verb::Update, None),
        };
        if job.step == Step::Import {
            job.resource.actual = around.script.actual(&job.resource.physical_id).cloned();
            around.made(stack, &job.resource);
        }
        if let Some(old) = job.replaces.take() {
            stack.discarded.push(Doomed { policy: job.resource.wanted.replacing, resource: old });
        }
        stack.resources.insert(job.resource.logical_id.clone(), job.resource.clone());
        if around.script.detailed && job.step == Step::Create {
            let status = ResourceStatus(verb, Course::InProgress);
            let reason = Some("Eventual consistency check initiated");
            stack.tell(around.clock, &job.resource, status, reason);
            stack.adds(Some("CONFIGURATION_COMPLETE"), None);
        }
        stack.tell(around.clock, &job.resource, ResourceStatus(verb, Course::Complete), reason);
    }

    /// All resources are as they were wanted.
    fn complete(&mut self, stack: &mut Stack, around: &mut Around<'_>) -> Next {
        let Some(goal) = stack.goal.clone() else { return Next::Over };
        let resolved = stack.resolver(&goal, around).outputs();
        let present = stack.resolver(&goal, around).present().unwrap_or_default();
        let outputs = match resolved {
            Ok(outputs) => outputs,
            Err(reason) => return self.give_up(stack, around, Some(reason)),
        };
        if let Some(reason) = crate::export::conflict(stack, &outputs, around) {
            return self.give_up(stack, around, Some(reason));
        }
        let removed = stack.resources.values().filter(|it| !present.contains(&it.logical_id));
        let denied = removed.clone().find_map(|it| {
            let policy = stack.policy.as_ref();
            policy::denied(policy, "Update:Delete", &it.logical_id, &it.wanted.kind)
        });
        if denied.is_some() && self.purpose == Purpose::Update {
            return self.give_up(stack, around, denied);
        }
        let alarm = goal.alarms.iter().find(|(arn, _)| around.script.firing.contains(arn));
        if let Some((arn, _)) = alarm.filter(|_| self.purpose != Purpose::Import) {
            let reason = format!("Rollback Triggers: [{arn}] is in state ALARM. ");
            return self.give_up(stack, around, Some(reason));
        }
        stack.outputs = outputs;
        match self.purpose {
            Purpose::Create => {
                stack.enter(around.clock, StackStatus::CreateComplete, None);
                Next::Over
            }
            Purpose::Import => {
                stack.enter(around.clock, StackStatus::ImportComplete, None);
                Next::Over
            }
            Purpose::Update | Purpose::Delete => {
                self.phase = Phase::Cleanup;
                self.doomed = mem::take(&mut stack.discarded);
                let gone = stack
                    .resources
                    .values()
                    .filter(|resource| !present.contains(&resource.logical_id));
                self.doomed.extend(gone.map(|resource| Doomed {
                    policy: resource.wanted.deletion,
                    resource: resource.clone(),
                }));
                let status = StackStatus::UpdateCompleteCleanupInProgress;
                stack.enter(around.clock, status, None);
                Next::Going
            }
        }
    }
}

/// Hooks look at the resource: why one of them keeps it from being made, if one does.
fn hooked(
    resource: &Resource,
    status: ResourceStatus,
    stack: &mut Stack,
    around: &mut Around<'_>,
) -> Option<String> {
    let hooks = around.script.hooks.iter().filter(|hook| hook.logical_id == resource.logical_id);
    let mut failed = Vec::new();
    for hook in hooks.cloned().collect::<Vec<_>>() {
        for course in ["HOOK_IN_PROGRESS", "HOOK_COMPLETE_FAILED"] {
            stack.tell(around.clock, resource, status, None);
            stack.adds(None, Some(HookEvent { hook: hook.clone(), status: course }));
        }
        if hook.fails {
            failed.push(hook.name);
        }
    }
    (!failed.is_empty()).then(|| format!("The following hook(s) failed: [{}]", joined(failed)))
}

/// The name that the resource's properties give it, if its type has one.
fn name(resource: &Resource, around: &Around<'_>) -> Option<String> {
    let property = around.script.name_property(&resource.wanted.kind)?;
    resource.wanted.properties.get(property).map(crate::template::plain)
}

/// What the resource is in truth once its properties are changed: what they did not touch stays.
fn overlaid(old: &Resource, new: &Resource) -> Option<serde_json::Value> {
    let mut actual = old.actual.clone()?;
    let fields = new.wanted.properties.as_object().into_iter().flatten();
    for (name, value) in
        fields.filter(|(name, value)| old.wanted.properties.get(*name) != Some(*value))
    {
        if let Some(actual) = actual.as_object_mut() {
            actual.insert(name.clone(), value.clone());
        }
    }
    Some(actual)
}
