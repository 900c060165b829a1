//! What happens when something fails: giving up, and bringing back what was there.

use std::mem;

use crate::operation::{Doomed, Job, Next, OnFailure, Operation, Phase, Purpose};
use crate::resource::{Fate, Policy, Resource};
use crate::script::Step;
use crate::stack::{Around, Stack};
use crate::status::{Course, ResourceStatus, StackStatus, Verb};

impl Operation {
    /// The operation has failed: what is under way is cancelled, and what comes next follows from
    /// what was asked for.
    pub(crate) fn give_up(
        &mut self,
        stack: &mut Stack,
        around: &mut Around<'_>,
        reason: Option<String>,
    ) -> Next {
        for job in mem::take(&mut self.jobs) {
            Self::cancel(job, stack, around);
        }
        let clock = &mut *around.clock;
        let what = reason.unwrap_or_else(|| self.failures());
        let what = if self.cancelled { "User Initiated".to_owned() } else { what };
        self.failed.clear();
        match (self.purpose, self.on_failure) {
            (Purpose::Create, OnFailure::Keep) => {
                stack.enter(clock, StackStatus::CreateFailed, Some(&what));
                Next::Over
            }
            (_, OnFailure::Keep) if self.purpose != Purpose::Import => {
                stack.enter(clock, StackStatus::UpdateFailed, Some(&what));
                Next::Over
            }
            (Purpose::Create, OnFailure::Delete) => {
                let what = format!("{what}Delete requested by user.");
                stack.enter(clock, StackStatus::DeleteInProgress, Some(&what));
                self.remove_what_was_made(stack);
                Next::Going
            }
            (Purpose::Create, _) => {
                let what = format!("{what}Rollback requested by user.");
                stack.enter(clock, StackStatus::RollbackInProgress, Some(&what));
                self.remove_what_was_made(stack);
                Next::Going
            }
            (Purpose::Import, _) => {
                stack.enter(clock, StackStatus::ImportRollbackInProgress, Some(&what));
                self.phase = Phase::LetGo;
                Next::Going
            }
            (Purpose::Update | Purpose::Delete, _) => {
                stack.enter(clock, StackStatus::UpdateRollbackInProgress, Some(&what));
                self.begin_restore(stack);
                Next::Going
            }
        }
    }

    fn cancel(job: Job, stack: &mut Stack, around: &mut Around<'_>) {
        let (verb, reason) = match (job.step, &job.replaces) {
            (Step::Create, None) => (Verb::Create, "Resource creation cancelled"),
            (Step::Import, _) => (Verb::Import, "Resource import cancelled"),
            _ => (Verb::Update, "Resource update cancelled"),
        };
        let status = ResourceStatus(verb, Course::Failed);
        stack.tell(around.clock, &job.resource, status, Some(reason));
        if let Some(listed) = stack.resources.get_mut(&job.resource.logical_id) {
            listed.status = status;
        }
        if job.replaces.is_some() && !job.resource.physical_id.is_empty() {
            stack.discarded.push(Doomed { resource: job.resource, policy: Policy::Delete });
        }
    }

    /// What a creation made is deleted, but for what is to be retained even then.
    pub(crate) fn remove_what_was_made(&mut self, stack: &Stack) {
        self.phase = Phase::Remove;
        self.waiting.clear();
        self.doomed = stack
            .resources
            .values()
            .filter(|resource| is_there(resource))
            .map(|resource| Doomed {
                policy: on_create(resource, stack),
                resource: resource.clone(),
            })
            .collect();
    }

    /// What an update did is undone.
    pub(crate) fn begin_restore(&mut self, stack: &mut Stack) {
        self.phase = Phase::Restore;
        self.waiting.clear();
        let Some(stable) = stack.stable.clone() else { return };
        let is_stable = |resource: &Resource| {
            let before = stable.resources.get(&resource.logical_id);
            before.is_some_and(|before| before.physical_id == resource.physical_id)
        };
        stack.discarded.retain(|doomed| !is_stable(&doomed.resource));
        for current in stack.resources.values() {
            let Some(before) = stable.resources.get(&current.logical_id) else {
                let policy = on_create(current, stack);
                stack.discarded.push(Doomed { resource: current.clone(), policy });
                continue;
            };
            let failed = current.status == ResourceStatus(Verb::Update, Course::Failed);
            let same = before.physical_id == current.physical_id
                && before.wanted == current.wanted
                && before.tags == current.tags;
            if failed || !same {
                self.waiting.insert(current.logical_id.clone());
            }
            if before.physical_id != current.physical_id && !current.physical_id.is_empty() {
                let resource = current.clone();
                stack.discarded.push(Doomed { resource, policy: Policy::Delete });
            }
        }
        let mut seen = std::collections::BTreeSet::new();
        stack.discarded.retain(|doomed| {
            seen.insert((doomed.resource.logical_id.clone(), doomed.resource.physical_id.clone()))
        });
    }

    /// A tick of bringing back what was there.
    pub(crate) fn restore(&mut self, stack: &mut Stack, around: &mut Around<'_>) -> Next {
        self.work(stack, around);
        let Some(stable) = stack.stable.clone() else { return Next::Over };
        let ready: Vec<String> = self
            .waiting
            .iter()
            .filter(|id| {
                let before = stable.resources.get(*id);
                before.is_some_and(|before| {
                    before.wanted.depends.iter().all(|need| {
                        !self.is_pending(need) && !self.failed.iter().any(|(id, _)| id == need)
                    })
                })
            })
            .cloned()
            .collect();
        for id in ready {
            self.waiting.remove(&id);
            let Some(mut resource) = stable.resources.get(&id).cloned() else { continue };
            resource.actual = stack.resources.get(&id).and_then(|now| now.actual.clone());
            let status = ResourceStatus(Verb::Update, Course::InProgress);
            stack.tell(around.clock, &resource, status, None);
            let needed = around.script.duration(&id, &resource.wanted.kind);
            let (step, policy) = (Step::Restore, Policy::Delete);
            let job = Job { step, resource, replaces: None, policy, elapsed: 0, needed };
            self.jobs.push(job);
        }
        if !self.jobs.is_empty() {
            return Next::Going;
        }
        if !self.failed.is_empty() {
            let what = self.failures();
            stack.enter(around.clock, StackStatus::UpdateRollbackFailed, Some(&what));
            return Next::Over;
        }
        stack.goal = stable.goal;
        stack.outputs = stable.outputs;
        self.doomed = mem::take(&mut stack.discarded);
        self.phase = Phase::Cleanup;
        let status = StackStatus::UpdateRollbackCompleteCleanupInProgress;
        stack.enter(around.clock, status, None);
        Next::Going
    }

    /// A resource is what it was.
    pub(crate) fn restored(resource: &Resource, stack: &mut Stack, around: &mut Around<'_>) {
        stack.resources.insert(resource.logical_id.clone(), resource.clone());
        let status = ResourceStatus(Verb::Update, Course::Complete);
        stack.tell(around.clock, resource, status, None);
    }

    /// What was imported is let go: it stays where it is.
    pub(crate) fn let_go(&mut self, stack: &mut Stack, around: &mut Around<'_>) -> Next {
        for id in self.imports.keys() {
            if let Some(resource) = stack.resources.remove(id) {
                around.fate(stack, &resource, Fate::Retained);
            }
        }
        if let Some(stable) = &stack.stable {
            stack.goal.clone_from(&stable.goal);
        }
        stack.enter(around.clock, StackStatus::ImportRollbackComplete, None);
        Next::Over
    }
}

/// Whether there is something to delete, or to say about it.
pub(crate) fn is_there(resource: &Resource) -> bool {
    !matches!(resource.status, ResourceStatus(Verb::Delete, Course::Complete | Course::Skipped))
}

/// What happens to a resource when the operation that created it is rolled back.
fn on_create(resource: &Resource, stack: &Stack) -> Policy {
    let complete = resource.status == ResourceStatus(Verb::Create, Course::Complete);
    if resource.wanted.deletion == Policy::Retain && complete && !stack.retain_except_on_create {
        Policy::Retain
    } else {
        Policy::Delete
    }
}
