//! An operation on a stack: what it waits for, what is under way, and how it goes on at each tick.

use std::collections::{BTreeMap, BTreeSet};
use std::mem;

use crate::resource::{Policy, Resource};
use crate::script::Step;
use crate::stack::{Around, Stack};
use crate::stack_set;
use crate::status::{Course, ResourceStatus, Verb};

/// Who an event belongs to: an operation's kind, identifier and client request token.
#[derive(Debug, Clone)]
pub(crate) struct Acting {
    pub(crate) id: String,
    pub(crate) kind: &'static str,
    pub(crate) token: Option<String>,
}

/// What an operation is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    Create,
    Update,
    Import,
    Delete,
}

/// What happens if something fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OnFailure {
    Rollback,
    Keep,
    Delete,
}

/// Where an operation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Resources are created and updated.
    Forward,
    /// Resources are brought back to what they were.
    Restore,
    /// What is no longer needed is deleted; failures leave it behind.
    Cleanup,
    /// The stack's resources are deleted.
    Remove,
    /// What was imported is let go.
    LetGo,
}

/// A resource that is to be deleted.
#[derive(Debug, Clone)]
pub(crate) struct Doomed {
    pub(crate) resource: Resource,
    pub(crate) policy: Policy,
}

/// Something under way with a resource.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) step: Step,
    /// What the resource will be.
    pub(crate) resource: Resource,
    /// The resource that it replaces.
    pub(crate) replaces: Option<Resource>,
    pub(crate) policy: Policy,
    pub(crate) elapsed: u64,
    pub(crate) needed: u64,
}

/// An operation that is under way.
#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) purpose: Purpose,
    pub(crate) phase: Phase,
    pub(crate) on_failure: OnFailure,
    /// Logical ids whose turn has not come.
    pub(crate) waiting: BTreeSet<String>,
    pub(crate) jobs: Vec<Job>,
    pub(crate) doomed: Vec<Doomed>,
    /// What failed, in the order in which it did.
    pub(crate) failed: Vec<(String, Step)>,
    /// Physical ids by logical ids of what is imported.
    pub(crate) imports: BTreeMap<String, String>,
    /// Whether the user asked for the end of the update.
    pub(crate) cancelled: bool,
    /// Whether what can't be deleted is let go.
    pub(crate) force: bool,
    /// Whether what was changed behind CloudFormation's back is taken back.
    pub(crate) revert: bool,
}

/// Whether an operation goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    Going,
    Over,
}

impl Operation {
    pub(crate) fn new(purpose: Purpose, phase: Phase) -> Self {
        Self {
            purpose,
            phase,
            on_failure: OnFailure::Rollback,
            waiting: BTreeSet::new(),
            jobs: Vec::new(),
            doomed: Vec::new(),
            failed: Vec::new(),
            imports: BTreeMap::new(),
            cancelled: false,
            force: false,
            revert: false,
        }
    }

    /// Whether something with that logical id is yet to be done or under way.
    pub(crate) fn is_pending(&self, logical_id: &str) -> bool {
        self.waiting.contains(logical_id)
            || self.jobs.iter().any(|job| job.resource.logical_id == logical_id)
    }

    /// A tick passes for everything that is under way.
    pub(crate) fn work(&mut self, stack: &mut Stack, around: &mut Around<'_>) {
        for mut job in mem::take(&mut self.jobs) {
            job.elapsed += 1;
            if job.elapsed == 1 && matches!(job.step, Step::Create) {
                Self::initiate(&mut job, stack, around);
            }
            let of_set = (job.resource.wanted.kind == stack_set::KIND && job.step != Step::Import)
                .then(|| around.deploy(&job, stack));
            match of_set {
                Some(None) => {
                    self.jobs.push(job);
                    continue;
                }
                Some(Some(Err(reason))) => {
                    self.broke(job, stack, around, &reason);
                    continue;
                }
                Some(Some(Ok(()))) => {}
                None if job.elapsed < job.needed => {
                    self.jobs.push(job);
                    continue;
                }
                None => {}
            }
            match around.script.failure(stack.name(), &job.resource.logical_id, job.step) {
                Some(reason) => self.broke(job, stack, around, &reason),
                None => self.done(job, stack, around),
            }
        }
    }

    fn done(&mut self, job: Job, stack: &mut Stack, around: &mut Around<'_>) {
        match job.step {
            Step::Create | Step::Update | Step::Import => Self::made(job, stack, around),
            Step::Restore => Self::restored(&job.resource, stack, around),
            Step::Delete => Self::deleted(&job, stack, around),
        }
    }

    fn broke(&mut self, job: Job, stack: &mut Stack, around: &mut Around<'_>, reason: &str) {
        let failed = |verb| ResourceStatus(verb, Course::Failed);
        let logical_id = job.resource.logical_id.clone();
        match job.step {
            Step::Delete => {
                self.not_deleted(job, stack, around, reason);
                return;
            }
            Step::Create if job.replaces.is_none() => {
                stack.tell(around.clock, &job.resource, failed(Verb::Create), Some(reason));
            }
            Step::Import => {
                stack.tell(around.clock, &job.resource, failed(Verb::Import), Some(reason));
            }
            Step::Create | Step::Update | Step::Restore => {
                // The stack goes on listing what it had; what was to replace it is cleaned up.
                if job.step == Step::Create {
                    let made = Doomed { resource: job.resource.clone(), policy: Policy::Delete };
                    stack.discarded.push(made);
                }
                stack.tell(around.clock, &job.resource, failed(Verb::Update), Some(reason));
                if let Some(listed) = stack.resources.get_mut(&logical_id) {
                    listed.status = failed(Verb::Update);
                    listed.reason = Some(reason.to_owned());
                }
            }
        }
        self.failed.push((logical_id, job.step));
    }

    /// What failed, in AWS's words.
    pub(crate) fn failures(&self) -> String {
        let of = |verb: &str, steps: &[Step]| {
            let mut ids: Vec<&str> = self
                .failed
                .iter()
                .filter(|(_, step)| steps.contains(step))
                .map(|(id, _)| id.as_str())
                .collect();
            ids.sort_unstable();
            if ids.is_empty() {
                return String::new();
            }
            format!("The following resource(s) failed to {verb}: [{}]. ", ids.join(", "))
        };
        [
            of("create", &[Step::Create]),
            of("update", &[Step::Update, Step::Restore]),
            of("import", &[Step::Import]),
            of("delete", &[Step::Delete]),
        ]
        .concat()
    }
}

/// A tick passes for the stack's operation, if there is one.
pub(crate) fn advance(stack: &mut Stack, around: &mut Around<'_>) {
    let Some(mut operation) = stack.operation.take() else { return };
    let next = match operation.phase {
        Phase::Forward => operation.forward(stack, around),
        Phase::Restore => operation.restore(stack, around),
        Phase::Cleanup | Phase::Remove => operation.remove(stack, around),
        Phase::LetGo => operation.let_go(stack, around),
    };
    if next == Next::Going {
        stack.operation = Some(operation);
    } else {
        stack.closed();
    }
}
