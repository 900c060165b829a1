//! Deploying a program.

use std::{
    collections::{BTreeMap, BTreeSet},
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use futures_core::Stream;
use innovate_core::{
    App,
    assembly::Assembly,
    diff::{Refactor, StackId},
};
use serde::Serialize;
use tokio::{
    runtime::Handle,
    sync::mpsc::{UnboundedReceiver, unbounded_channel},
    task::{JoinHandle, JoinSet},
    time::Instant,
};

use super::{
    Access, AwsError, Event, Failure, Outcome, Stop,
    converge::{Convergence, Permit},
    pace::Pace,
    refactor::refactor,
    remote::{Remote, Run},
    schedule::{self, Step},
    target::{Places, Target, places},
};
use crate::plan::SavedPlan;

/// How many stacks are worked on at once, unless said.
pub(super) const AT_ONCE: usize = 20;

/// Deploys a program's stacks: each after those that it reads from, the others at once, in all its
/// accounts and regions.
///
/// Each stack is brought to what the program says from wherever it stands, by change sets that are
/// looked at before they are executed: no resource that holds data is deleted or replaced unless it is
/// [named](Self::lose). Every step may be repeated: whoever runs the same program again after a crash
/// goes on where it was, and watches what is under way.
///
/// ```no_run
/// # use innovate_aws::deploy::{Access, AwsError, Deployer, Profile};
/// # async fn deploy(synthesis: innovate_core::Synthesis) -> Result<(), AwsError> {
/// # let assembly = synthesis.assembly.as_ref().ok_or(()).map_err(|()| unreachable!())?;
/// let access = Access::load(Profile::default()).await;
/// let mut deployment = Deployer::new(access, assembly, &synthesis.app)?.start()?;
/// while let Some(event) = deployment.events().next().await {
///     // .. show it ..
/// }
/// let summary = deployment.finish().await;
/// # let _ = summary;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Deployer {
    access: Access,
    targets: Vec<Target>,
    places: Places,
    permits: BTreeMap<StackId, Permit>,
    refactors: Vec<Refactor>,
    at_once: usize,
    pace: Pace,
}

impl Deployer {
    /// Deploys the stacks of this assembly; the program says which of its lines make what.
    ///
    /// # Errors
    ///
    /// If a template of the assembly can't be read.
    pub fn new(access: Access, assembly: &Assembly, program: &App) -> Result<Self, AwsError> {
        let unread = |reason| AwsError::new("read the program's templates", reason);
        let targets = Target::all(assembly).map_err(unread)?;
        let places = places(assembly, program).map_err(unread)?;
        let permits = targets.iter().map(|target| (target.id.clone(), Permit::default())).collect();
        Ok(Self {
            access,
            targets,
            places,
            permits,
            refactors: Vec::new(),
            at_once: AT_ONCE,
            pace: Pace::default(),
        })
    }

    /// Moves these resources before anything is deployed: the refactors of the plan.
    #[must_use]
    pub fn refactors(mut self, refactors: Vec<Refactor>) -> Self {
        self.refactors = refactors;
        self
    }

    /// Does nothing that this plan doesn't have: whatever else a change set would do is a failure of its
    /// stack. By default only losses of data are.
    #[must_use]
    pub fn only(mut self, plan: &SavedPlan) -> Self {
        for (stack, permit) in &mut self.permits {
            permit.planned = Some(plan.allowed(stack));
        }
        self
    }

    /// Lets a resource that holds data be deleted or replaced.
    #[must_use]
    pub fn lose(mut self, stack: &StackId, logical_id: impl Into<String>) -> Self {
        self.permits.entry(stack.clone()).or_default().losses.insert(logical_id.into());
        self
    }

    /// Gives a parameter of a stack a value. By default it has its template's default, or if there is
    /// none the value that it has.
    #[must_use]
    pub fn parameter(
        mut self,
        stack: &StackId,
        name: impl Into<String>,
        value: impl Into<String>,
    ) -> Self {
        if let Some(target) = self.targets.iter_mut().find(|target| target.id == *stack) {
            target.parameters.insert(name.into(), value.into());
        }
        self
    }

    /// Also changes back what was changed behind CloudFormation's back. By default only what differs
    /// from the template that was deployed last is changed.
    #[must_use]
    pub fn revert_drift(mut self) -> Self {
        self.permits.values_mut().for_each(|permit| permit.revert_drift = true);
        self
    }

    /// Gives each stack that holds data a stack policy, which keeps every update, whoever makes it, from
    /// deleting or replacing what holds it. By default none gets one; one that a stack has is kept up to
    /// date, and lifted for what may be [lost](Self::lose). CloudFormation refactors no stack that has a
    /// policy, and can't take one away again: resources of the stack can't be moved any more.
    ///
    /// Source: "Stack refactoring", AWS CloudFormation User Guide.
    #[must_use]
    pub fn stack_policies(mut self) -> Self {
        self.permits.values_mut().for_each(|permit| permit.stack_policy = true);
        self
    }

    /// Continues rollbacks that failed on the way before anything else. By default a stack with one is a
    /// failure. The resources that are named are left as they are, and their stacks take them for
    /// rolled back.
    #[must_use]
    pub fn continue_rollback(mut self, skip: &BTreeSet<(StackId, String)>) -> Self {
        for (stack, permit) in &mut self.permits {
            let own = skip.iter().filter(|(of, _)| of == stack);
            permit.continue_rollback = Some(own.map(|(_, id)| id.clone()).collect());
        }
        self
    }

    /// How many stacks are worked on at once; 20 by default.
    #[must_use]
    pub const fn at_once(mut self, stacks: usize) -> Self {
        self.at_once = stacks;
        self
    }

    /// How long to wait between two questions about a stack; two seconds by default, and up to four
    /// times as long while nothing happens. A twentieth of it lies between requests to one account and
    /// region. Shorter pauses are for what only stands for AWS.
    #[must_use]
    pub fn poll_every(mut self, pause: Duration) -> Self {
        self.pace = Pace::new(pause);
        self
    }

    /// Begins.
    ///
    /// # Errors
    ///
    /// If it isn't called within a Tokio runtime.
    pub fn start(self) -> Result<Deployment, AwsError> {
        let runtime = Handle::try_current()
            .map_err(|error| AwsError::new("begin to deploy", error.to_string()))?;
        let (sender, receiver) = unbounded_channel();
        let stop = Stop::default();
        let Self { access, targets, places, permits, refactors, at_once, pace } = self;
        let run = Arc::new(Run::new(access, pace, stop.clone(), sender, places));
        let work = runtime.spawn(deploy(run, targets, permits, refactors, at_once));
        Ok(Deployment { events: Events(receiver), stop, work })
    }
}

/// A deployment that has begun. If it is dropped, nothing more begins; what CloudFormation does goes on.
#[derive(Debug)]
pub struct Deployment {
    events: Events,
    stop: Stop,
    work: JoinHandle<Summary>,
}

impl Deployment {
    /// Work that has begun, and what it tells.
    pub(super) const fn of(
        events: UnboundedReceiver<Event>,
        stop: Stop,
        work: JoinHandle<Summary>,
    ) -> Self {
        Self { events: Events(events), stop, work }
    }

    /// What happens, as it happens. It ends when all has ended.
    pub const fn events(&mut self) -> &mut Events {
        &mut self.events
    }

    /// What asks it to stop, from elsewhere too.
    pub fn stop(&self) -> Stop {
        self.stop.clone()
    }

    /// Waits for the end.
    pub async fn finish(mut self) -> Summary {
        (&mut self.work).await.unwrap_or_else(|_| Summary {
            stacks: Vec::new(),
            failure: Some(
                Failure::new("the work ended without saying how")
                    .help("run the same command again: it finds out what became of the stacks"),
            ),
        })
    }
}

impl Drop for Deployment {
    fn drop(&mut self) {
        self.work.abort();
    }
}

/// What happens, as it happens: a stream that ends when all has ended.
#[derive(Debug)]
pub struct Events(UnboundedReceiver<Event>);

impl Events {
    /// The next event; nothing when all has ended.
    pub async fn next(&mut self) -> Option<Event> {
        self.0.recv().await
    }
}

impl Stream for Events {
    type Item = Event;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Event>> {
        self.0.poll_recv(context)
    }
}

/// How it ended with all stacks.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Summary {
    /// The stacks, in the order of their deployment.
    pub stacks: Vec<StackSummary>,
    /// Why it can't be told how it ended, if it can't.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
}

/// How it ended with one stack.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StackSummary {
    /// Which one.
    #[serde(flatten)]
    pub id: StackId,
    /// How it ended.
    #[serde(flatten)]
    pub outcome: Outcome,
}

impl Summary {
    /// Whether every stack is as it should be.
    pub fn is_good(&self) -> bool {
        self.failure.is_none() && self.stacks.iter().all(|stack| stack.outcome.is_good())
    }
}

async fn deploy(
    run: Arc<Run>,
    targets: Vec<Target>,
    permits: BTreeMap<StackId, Permit>,
    refactors: Vec<Refactor>,
    at_once: usize,
) -> Summary {
    let unmoved = Arc::new(refactored(&run, refactors).await);
    let steps: Vec<Step> = targets
        .iter()
        .map(|target| Step { id: target.id.clone(), after: target.depends_on.clone() })
        .collect();
    let all: Vec<Arc<(Target, Permit)>> = targets
        .into_iter()
        .map(|target| {
            let permit = permits.get(&target.id).cloned().unwrap_or_default();
            Arc::new((target, permit))
        })
        .collect();
    let work = |at: usize| {
        let (run, own) = (Arc::clone(&run), all.get(at).cloned());
        let unmoved = Arc::clone(&unmoved);
        async move {
            let Some(own) = own else { return Outcome::Unchanged };
            if let Some(failure) = unmoved.get(&own.0.id) {
                let outcome = Outcome::Failed { failure: failure.clone() };
                run.tell(Event::Ended {
                    stack: own.0.id.clone(),
                    outcome: outcome.clone(),
                    seconds: 0.0,
                    outputs: BTreeMap::new(),
                });
                return outcome;
            }
            bring(run, &own.0, &own.1).await
        }
    };
    work_through(Arc::clone(&run), steps, at_once, work).await
}

/// Does the refactors, all at once: the stacks that can't be deployed since one failed, and why.
async fn refactored(run: &Arc<Run>, refactors: Vec<Refactor>) -> BTreeMap<StackId, Failure> {
    let lost = || {
        Failure::new("the work on what is to be moved ended without saying how")
            .help("run the same command again: it finds out what became of it")
    };
    let stacks = |one: &Refactor| -> Vec<StackId> {
        one.stacks.iter().map(|stack| stack.id.clone()).collect()
    };
    let all = refactors.iter().flat_map(stacks);
    let mut failures: BTreeMap<StackId, Failure> = all.map(|id| (id, lost())).collect();
    let mut work = JoinSet::new();
    for one in refactors {
        let run = Arc::clone(run);
        work.spawn(async move {
            let failure = match refactor(&run, &one).await {
                Ok(failure) => failure,
                Err(error) => Some(Failure::from(error)),
            };
            (one, failure)
        });
    }
    while let Some(ended) = work.join_next().await {
        let Ok((one, failure)) = ended else { continue };
        for id in stacks(&one) {
            match &failure {
                Some(failure) => failures.insert(id, failure.clone()),
                None => failures.remove(&id),
            };
        }
    }
    failures
}

async fn bring(run: Arc<Run>, target: &Target, permit: &Permit) -> Outcome {
    let begun = Instant::now();
    let (outcome, outputs) = match Remote::new(target.id.clone(), Arc::clone(&run)).await {
        Ok(remote) => Convergence::new(&remote, target, permit).run().await,
        Err(error) => (Outcome::Failed { failure: Failure::from(error) }, BTreeMap::new()),
    };
    run.tell(Event::Ended {
        stack: target.id.clone(),
        outcome: outcome.clone(),
        seconds: begun.elapsed().as_secs_f64(),
        outputs,
    });
    outcome
}

/// Begins work on stacks, a step each, that says how it ended and what the stack's outputs are.
///
/// # Errors
///
/// If it isn't called within a Tokio runtime.
pub(super) fn begin<W, F>(
    run: Arc<Run>,
    events: UnboundedReceiver<Event>,
    steps: Vec<Step>,
    at_once: usize,
    work: W,
) -> Result<Deployment, AwsError>
where
    W: Fn(Remote, usize) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Ended> + Send + 'static,
{
    let runtime = Handle::try_current()
        .map_err(|error| AwsError::new("begin with the stacks", error.to_string()))?;
    let stop = run.stop.clone();
    let ids: Vec<StackId> = steps.iter().map(|step| step.id.clone()).collect();
    let shared = Arc::clone(&run);
    let each = move |at: usize| {
        let (run, id, work) = (Arc::clone(&shared), ids.get(at).cloned(), work.clone());
        async move {
            match id {
                Some(id) => one(run, id, at, work).await,
                None => Outcome::Unchanged,
            }
        }
    };
    let work = runtime.spawn(work_through(run, steps, at_once, each));
    Ok(Deployment::of(events, stop, work))
}

/// How it ended with a stack, and its outputs.
pub(super) type Ended = (Outcome, BTreeMap<String, String>);

async fn one<W, F>(run: Arc<Run>, id: StackId, at: usize, work: W) -> Outcome
where
    W: Fn(Remote, usize) -> F,
    F: Future<Output = Ended>,
{
    let begun = Instant::now();
    let (outcome, outputs) = match Remote::new(id.clone(), Arc::clone(&run)).await {
        Ok(remote) => work(remote, at).await,
        Err(error) => (Outcome::Failed { failure: Failure::from(error) }, BTreeMap::new()),
    };
    run.tell(Event::Ended {
        stack: id,
        outcome: outcome.clone(),
        seconds: begun.elapsed().as_secs_f64(),
        outputs,
    });
    outcome
}

/// Does the work of all steps, and tells which were left out.
async fn work_through<W, F>(run: Arc<Run>, steps: Vec<Step>, at_once: usize, work: W) -> Summary
where
    W: Fn(usize) -> F,
    F: Future<Output = Outcome> + Send + 'static,
{
    let skipped = |at: usize, outcome: &Outcome| {
        if let Some(step) = steps.get(at) {
            run.tell(Event::Ended {
                stack: step.id.clone(),
                outcome: outcome.clone(),
                seconds: 0.0,
                outputs: BTreeMap::new(),
            });
        }
    };
    let stop = run.stop.clone();
    let asked = async {
        stop.asked().await;
        run.tell(Event::Stopping { under_way: run.under_way() });
        std::future::pending::<Vec<Outcome>>().await
    };
    let outcomes = tokio::select! {
        outcomes = schedule::each(&steps, at_once, &run.stop, work, skipped) => outcomes,
        outcomes = asked => outcomes,
    };
    let stacks = steps.into_iter().zip(outcomes);
    Summary {
        failure: None,
        stacks: stacks.map(|(step, outcome)| StackSummary { id: step.id, outcome }).collect(),
    }
}
