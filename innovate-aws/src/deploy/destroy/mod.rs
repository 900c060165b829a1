//! Deleting a program's stacks.
//!
//! * [`Destroyer`]: which stacks, and what is known of them,
//! * `look`: what is there of each,
//! * [`Destruction`]: what would be deleted, and what stands against it; it begins once all of that is
//!   answered for,
//! * `undo`: one stack, on its way to being gone.

mod look;
mod undo;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use innovate_cfn::schema::Registry;
use innovate_core::{
    App, Synthesis,
    assembly::StackEntry,
    check::Diagnostic,
    diff::{DeletionTurn, Diff, Refusal, Snapshot, StackId, StackSnapshot},
};
use tokio::{
    sync::{Semaphore, mpsc::UnboundedReceiver, mpsc::unbounded_channel},
    task::JoinSet,
};

use super::{
    Access, AwsError, Deployment, Event, Outcome, Standing, Stop,
    deployer::{AT_ONCE, begin},
    pace::Pace,
    remote::{Remote, Run},
    schedule::Step,
    target::Places,
};
use crate::plan::{PhysicalIds, Remnant, protected, remnants};
use look::Look;
use undo::Doomed;

/// Deletes a program's stacks: what reads from a stack before it, independent ones at once, in all its
/// accounts and regions.
///
/// What is deployed is [looked at](Self::look) first. Nothing is deleted as long as something stands
/// against it that nobody answered for: resources that hold data, protected stacks, exports that others
/// import. A program with findings can be destroyed too.
///
/// ```no_run
/// # use innovate_aws::deploy::{Access, AwsError, Destroyer, Profile};
/// # async fn destroy(synthesis: innovate_core::Synthesis) -> Result<(), AwsError> {
/// let access = Access::load(Profile::default()).await;
/// let destruction = Destroyer::new(access, &synthesis).look().await?;
/// for remnant in destruction.remnants() {
///     // .. show it ..
///     # let _ = remnant;
/// }
/// let mut deployment = destruction.start()?;
/// while let Some(event) = deployment.events().next().await {
///     // .. show it ..
///     # let _ = event;
/// }
/// let summary = deployment.finish().await;
/// # let _ = summary;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Destroyer {
    access: Access,
    /// In the order of their deployment.
    stacks: Vec<StackId>,
    /// What the program itself knows: a stack, and one that it waits for.
    links: Vec<(StackId, StackId)>,
    wanted: Vec<StackId>,
    retained: BTreeSet<(StackId, String)>,
    places: Places,
    at_once: usize,
    pace: Pace,
}

impl Destroyer {
    /// Destroys the stacks of this program.
    pub fn new(access: Access, synthesis: &Synthesis) -> Self {
        let (stacks, links) = match &synthesis.assembly {
            Some(assembly) => ordered(&assembly.index().stacks),
            None => (declared(&synthesis.app), Vec::new()),
        };
        let blank = |id: &StackId| StackSnapshot::new(id.clone(), serde_json::Value::Null);
        let placed = Snapshot::new(stacks.iter().map(blank)).with_places(&synthesis.app);
        let places =
            placed.stacks().map(|stack| (stack.id.clone(), stack.places.clone())).collect();
        Self {
            access,
            stacks,
            links,
            wanted: Vec::new(),
            retained: BTreeSet::new(),
            places,
            at_once: AT_ONCE,
            pace: Pace::default(),
        }
    }

    /// Destroys only this stack, and those that read from it; may be said several times. By default all
    /// of the program.
    #[must_use]
    pub fn only(mut self, stack: &StackId) -> Self {
        self.wanted.push(stack.clone());
        self
    }

    /// Leaves a resource in the account that could not be deleted. CloudFormation takes that only for
    /// a stack whose deletion has failed.
    #[must_use]
    pub fn retain(mut self, stack: &StackId, logical_id: impl Into<String>) -> Self {
        self.retained.insert((stack.clone(), logical_id.into()));
        self
    }

    /// How many stacks are worked on at once; 20 by default.
    #[must_use]
    pub const fn at_once(mut self, stacks: usize) -> Self {
        self.at_once = stacks;
        self
    }

    /// How long to wait between two questions about a stack, as [`Deployer::poll_every`] has it.
    ///
    /// [`Deployer::poll_every`]: super::Deployer::poll_every
    #[must_use]
    pub fn poll_every(mut self, pause: Duration) -> Self {
        self.pace = Pace::new(pause);
        self
    }

    /// Looks at what is deployed, and says what would be deleted. Nothing is deleted yet.
    ///
    /// # Errors
    ///
    /// If AWS can't be asked, if a template can't be read, or if a resource is to be retained of a stack
    /// that is not there or whose deletion hasn't failed.
    pub async fn look(self) -> Result<Destruction, AwsError> {
        let Self { access, stacks, links, wanted, retained, places, at_once, pace } = self;
        let (sender, events) = unbounded_channel();
        let stop = Stop::default();
        let run = Arc::new(Run::new(access, pace, stop, sender, places));
        let mut looks = looks(&run, &stacks, at_once).await?;
        for (id, logical_id) in &retained {
            retain(looks.get_mut(id), id, logical_id)?;
        }
        let seen = looks.values().filter_map(|look| look.snapshot.clone());
        let deployed = Snapshot::new(seen);
        let turns = deployed.deletion_order(&stacks, &links, &wanted);
        let there = |id: &StackId| looks.get(id).is_some_and(|look| look.arn.is_some());
        let ids = turns.iter().map(|turn| turn.stack.clone()).filter(|id| there(id));
        let mut diff = Diff::destroying(&deployed, ids, &Registry);
        let physical: PhysicalIds =
            looks.iter().map(|(id, look)| (id.clone(), look.ids.clone())).collect();
        let remnants = remnants(&deployed, &diff, &physical);
        diff.refusals.extend(protected(&deployed, &diff));
        diff.refusals.extend(imported(&looks, &turns));
        let doomed = turns.iter().map(|turn| {
            let look = looks.get(&turn.stack);
            let retained = retained.iter().filter(|(id, _)| *id == turn.stack);
            Doomed {
                arn: look.and_then(|look| look.arn.clone()),
                last_event: look.and_then(|look| look.last_event.clone()),
                retained: retained.map(|(_, logical_id)| logical_id.clone()).collect(),
                unprotect: false,
            }
        });
        let doomed = doomed.collect();
        Ok(Destruction {
            run,
            events,
            turns,
            doomed,
            diff,
            remnants,
            answered: BTreeSet::new(),
            at_once,
        })
    }
}

/// What the deletion of stacks would do, and what stands against it.
#[derive(Debug)]
pub struct Destruction {
    run: Arc<Run>,
    events: UnboundedReceiver<Event>,
    turns: Vec<DeletionTurn>,
    /// One for each turn.
    doomed: Vec<Doomed>,
    diff: Diff,
    remnants: Vec<Remnant>,
    /// What was answered for: the codes of refusals with their stacks and resources.
    answered: BTreeSet<(&'static str, StackId, String)>,
    at_once: usize,
}

impl Destruction {
    /// What becomes of each stack that is there, in the order of their deletion, and of its resources.
    pub const fn diff(&self) -> &Diff {
        &self.diff
    }

    /// What the deletion runs into or leaves behind, and CloudFormation doesn't know of.
    pub fn remnants(&self) -> &[Remnant] {
        &self.remnants
    }

    /// Whether there is nothing to delete.
    pub fn is_empty(&self) -> bool {
        self.doomed.iter().all(|doomed| doomed.arn.is_none())
    }

    /// Lets a resource that holds data be deleted.
    #[must_use]
    pub fn lose(self, stack: &StackId, logical_id: &str) -> Self {
        self.answer("PLAN-03", stack, logical_id)
    }

    /// Lifts the protection of a stack against its deletion, once its turn has come.
    #[must_use]
    pub fn unprotect(self, stack: &StackId) -> Self {
        self.answer("PLAN-07", stack, "")
    }

    /// Takes the protection of a resource for lifted, though its template says otherwise.
    #[must_use]
    pub fn lifted(self, stack: &StackId, logical_id: &str) -> Self {
        self.answer("PLAN-08", stack, logical_id)
    }

    fn answer(mut self, code: &'static str, stack: &StackId, logical_id: &str) -> Self {
        self.answered.insert((code, stack.clone(), logical_id.to_owned()));
        self
    }

    /// What stands against it, and nobody answered for.
    pub fn refusals(&self) -> impl Iterator<Item = &Refusal> {
        self.diff.refusals.iter().filter(|refusal| {
            let Refusal { stack, logical_id, finding, by_name } = refusal;
            let key = (finding.code(), stack.clone(), logical_id.clone());
            !(*by_name && self.answered.contains(&key))
        })
    }

    /// Begins.
    ///
    /// # Errors
    ///
    /// If something stands against it that nobody answered for, or if it isn't called within a Tokio
    /// runtime.
    pub fn start(self) -> Result<Deployment, AwsError> {
        if let Some(refusal) = self.refusals().next() {
            return Err(AwsError::new("destroy the stacks", refusal.finding.message()));
        }
        let Self { run, events, turns, doomed, answered, at_once, .. } = self;
        let position = |id: &StackId| turns.iter().position(|turn| turn.stack == *id);
        let steps: Vec<Step> = turns
            .iter()
            .map(|turn| Step {
                id: turn.stack.clone(),
                after: turn.after.iter().filter_map(position).collect(),
            })
            .collect();
        let doomed = turns.iter().zip(doomed).map(|(turn, doomed)| {
            let lifted = ("PLAN-07", turn.stack.clone(), String::new());
            Arc::new(Doomed { unprotect: answered.contains(&lifted), ..doomed })
        });
        let doomed: Vec<Arc<Doomed>> = doomed.collect();
        begin(run, events, steps, at_once, move |remote, at| {
            let doomed = doomed.get(at).cloned();
            async move {
                let outcome = match doomed {
                    Some(doomed) => undo::undo(&remote, &doomed).await,
                    None => Outcome::Unchanged,
                };
                (outcome, BTreeMap::new())
            }
        })
    }
}

/// The stacks of an assembly, and what each waits for.
fn ordered(entries: &[StackEntry]) -> (Vec<StackId>, Vec<(StackId, StackId)>) {
    let id = |entry: &StackEntry| StackId {
        name: entry.name.clone(),
        account: entry.account.clone(),
        region: entry.region.clone(),
    };
    let mut links = Vec::new();
    for entry in entries {
        for name in &entry.depends_on {
            let read = entries.iter().filter(|read| read.name == *name);
            links.extend(read.map(|read| (id(entry), id(read))));
        }
    }
    (entries.iter().map(id).collect(), links)
}

/// The stacks of a program, in the order in which it adds them.
fn declared(app: &App) -> Vec<StackId> {
    let stacks = app.stack_models().iter().map(|model| StackId {
        name: model.name().to_owned(),
        account: model.site().account().to_owned(),
        region: model.site().region().to_owned(),
    });
    stacks.collect()
}

/// Looks at all stacks, several at once.
async fn looks(
    run: &Arc<Run>,
    stacks: &[StackId],
    at_once: usize,
) -> Result<BTreeMap<StackId, Look>, AwsError> {
    let gate = Arc::new(Semaphore::new(at_once.max(1)));
    let mut asked = JoinSet::new();
    for id in stacks {
        let (run, id, gate) = (Arc::clone(run), id.clone(), Arc::clone(&gate));
        asked.spawn(async move {
            let _turn = gate.acquire_owned().await;
            let remote = Remote::new(id.clone(), run).await?;
            Ok((id, look::look(&remote).await?))
        });
    }
    let mut looks = BTreeMap::new();
    while let Some(answer) = asked.join_next().await {
        let answer: Result<_, AwsError> =
            answer.map_err(|error| AwsError::new("ask AWS about the stacks", error.to_string()))?;
        let (id, look) = answer?;
        looks.insert(id, look);
    }
    Ok(looks)
}

/// Has a resource stay that could not be deleted.
fn retain(look: Option<&mut Look>, stack: &StackId, logical_id: &str) -> Result<(), AwsError> {
    let what = format!("retain `{}/{logical_id}`", stack.name);
    let refuse = |why: &str| AwsError::new(what.clone(), why);
    let look = look.ok_or_else(|| refuse("the program has no such stack"))?;
    let resource = (look.snapshot.as_mut()).and_then(|stack| {
        stack.template.get_mut("Resources")?.get_mut(logical_id)?.as_object_mut()
    });
    match (look.standing, resource) {
        (Standing::Undeleted | Standing::Busy, Some(resource)) => {
            resource.insert("DeletionPolicy".to_owned(), "Retain".into());
            Ok(())
        }
        (Standing::Undeleted, None) => Err(refuse("the stack has no such resource any more")),
        // It is gone, or on its way: the same command may be repeated.
        (Standing::Absent | Standing::Busy, _) => Ok(()),
        _ => Err(refuse("CloudFormation takes that only for a stack whose deletion has failed")
            .help("set its `DeletionPolicy` to `Retain` and deploy that, then destroy")),
    }
}

/// Exports that stacks import which aren't deleted too: CloudFormation refuses to delete theirs.
fn imported(looks: &BTreeMap<StackId, Look>, turns: &[DeletionTurn]) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    for (id, look) in looks.iter().filter(|(id, _)| turns.iter().any(|turn| turn.stack == **id)) {
        for (export, importers) in &look.importers {
            let stays = |name: &&String| {
                let importer = StackId { name: (*name).clone(), ..id.clone() };
                !turns.iter().any(|turn| turn.stack == importer)
            };
            let stay: Vec<&str> = importers.iter().filter(stays).map(String::as_str).collect();
            if stay.is_empty() {
                continue;
            }
            let finding = Diagnostic::error(
                "PLAN-06",
                format!(
                    "the stack `{}` exports `{export}`, which is imported by {}: CloudFormation refuses to delete it",
                    id.name,
                    stay.join(", "),
                ),
            );
            refusals.push(Refusal {
                stack: id.clone(),
                logical_id: String::new(),
                finding: finding
                    .help("delete those stacks first, or deploy them without the import"),
                by_name: false,
            });
        }
    }
    refusals
}
