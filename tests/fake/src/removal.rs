//! Deleting: what depends on others first, and what may not be deleted left where it is.

use crate::operation::{Doomed, Job, Next, Operation, Phase};
use crate::resource::{Fate, Policy};
use crate::script::Step;
use crate::stack::{Around, Stack};
use crate::status::{Course, ResourceStatus, StackStatus, Verb};

/// What the end of a cleanup says that left something behind.
const LEFT_BEHIND: &str = "Update successful. One or more resources could not be deleted.";

impl Operation {
    pub(crate) fn remove(&mut self, stack: &mut Stack, around: &mut Around<'_>) -> Next {
        self.work(stack, around);
        while let Some(at) = self.next_to_go(stack) {
            let doomed = self.doomed.remove(at);
            self.send_off(doomed, stack, around);
        }
        if self.jobs.is_empty() { self.removed(stack, around) } else { Next::Going }
    }

    /// The place of the next one that nothing needs which is still there.
    fn next_to_go(&self, stack: &Stack) -> Option<usize> {
        let needed = |id: &str| {
            let left = self.doomed.iter().map(|doomed| &doomed.resource);
            let going = self.jobs.iter().map(|job| &job.resource);
            let failed = self
                .failed
                .iter()
                .filter(|_| self.phase == Phase::Remove)
                .filter_map(|(id, _)| stack.resources.get(id));
            left.chain(going)
                .chain(failed)
                .any(|other| other.logical_id != id && other.wanted.depends.contains(id))
        };
        let free = self.doomed.iter().position(|doomed| !needed(&doomed.resource.logical_id));
        // What needs each other, as old and new versions may, goes in any order.
        let stuck = free.is_none()
            && self.jobs.is_empty()
            && self.failed.is_empty()
            && !self.doomed.is_empty();
        if stuck { Some(0) } else { free }
    }

    fn send_off(&mut self, doomed: Doomed, stack: &mut Stack, around: &mut Around<'_>) {
        let Doomed { resource, policy } = doomed;
        if policy.keeps() {
            let status = ResourceStatus(Verb::Delete, Course::Skipped);
            stack.tell(around.clock, &resource, status, None);
            around.fate(stack, &resource, Fate::Retained);
            self.forget(&resource.logical_id, &resource.physical_id, stack);
            return;
        }
        if resource.physical_id.is_empty() {
            let status = ResourceStatus(Verb::Delete, Course::Complete);
            stack.tell(around.clock, &resource, status, None);
            self.forget(&resource.logical_id, "", stack);
            return;
        }
        let status = ResourceStatus(Verb::Delete, Course::InProgress);
        stack.tell(around.clock, &resource, status, None);
        let needed = around.script.duration(&resource.logical_id, &resource.wanted.kind);
        let step = Step::Delete;
        self.jobs.push(Job { step, resource, replaces: None, policy, elapsed: 0, needed });
    }

    /// A resource that is cleaned up is listed no longer.
    fn forget(&self, logical_id: &str, physical_id: &str, stack: &mut Stack) {
        let listed = stack.resources.get(logical_id);
        let same = listed.is_some_and(|listed| listed.physical_id == physical_id);
        if self.phase == Phase::Cleanup && same {
            stack.resources.remove(logical_id);
        }
    }

    pub(crate) fn deleted(job: &Job, stack: &mut Stack, around: &mut Around<'_>) {
        let status = ResourceStatus(Verb::Delete, Course::Complete);
        stack.tell(around.clock, &job.resource, status, None);
        let snapshot = job.policy == Policy::Snapshot;
        let fate = if snapshot { Fate::Snapshotted } else { Fate::Deleted };
        around.fate(stack, &job.resource, fate);
    }

    pub(crate) fn not_deleted(
        &mut self,
        job: Job,
        stack: &mut Stack,
        around: &mut Around<'_>,
        reason: &str,
    ) {
        let course = if self.force { Course::Skipped } else { Course::Failed };
        stack.tell(around.clock, &job.resource, ResourceStatus(Verb::Delete, course), Some(reason));
        if self.force {
            around.fate(stack, &job.resource, Fate::Retained);
            return;
        }
        if self.phase == Phase::Cleanup {
            around.fate(stack, &job.resource, Fate::Lost);
            self.forget(&job.resource.logical_id, &job.resource.physical_id, stack);
            self.failed.push((job.resource.logical_id, Step::Delete));
            return;
        }
        self.failed.push((job.resource.logical_id.clone(), Step::Delete));
        Self::put_back(Doomed { resource: job.resource, policy: job.policy }, stack);
    }

    /// What the stack does not list and could not delete is deleted with the stack, another time.
    fn put_back(doomed: Doomed, stack: &mut Stack) {
        let listed = stack.resources.get(&doomed.resource.logical_id);
        if listed.is_none_or(|listed| listed.physical_id != doomed.resource.physical_id) {
            stack.discarded.push(doomed);
        }
    }

    fn removed(&mut self, stack: &mut Stack, around: &mut Around<'_>) -> Next {
        let broken = !self.failed.is_empty();
        let what = self.failures();
        let (status, reason) = match (stack.status, broken) {
            (StackStatus::UpdateCompleteCleanupInProgress, false) => {
                (StackStatus::UpdateComplete, None)
            }
            (StackStatus::UpdateCompleteCleanupInProgress, true) => {
                (StackStatus::UpdateComplete, Some(LEFT_BEHIND))
            }
            (StackStatus::UpdateRollbackCompleteCleanupInProgress, _) => {
                (StackStatus::UpdateRollbackComplete, None)
            }
            (StackStatus::RollbackInProgress, false) => (StackStatus::RollbackComplete, None),
            (StackStatus::RollbackInProgress, true) => {
                (StackStatus::RollbackFailed, Some(what.as_str()))
            }
            (_, false) => (StackStatus::DeleteComplete, None),
            (_, true) => (StackStatus::DeleteFailed, Some(what.as_str())),
        };
        for doomed in std::mem::take(&mut self.doomed) {
            Self::put_back(doomed, stack);
        }
        if self.phase == Phase::Cleanup {
            // Those that were deleted in the course of a cleanup are listed no longer.
            stack.resources.retain(|_, resource| crate::rollback::is_there(resource));
        }
        stack.enter(around.clock, status, reason);
        Next::Over
    }
}
