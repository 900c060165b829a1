//! Existing resources become a stack's own.
//!
//! * [`Importer`]: imports, by change sets that do nothing else,
//! * [`Importing`]: what would be imported into a stack, checked before AWS is asked to do it; `template` is how
//!   its template comes about, `identifier` what names an existing resource,
//! * `converge`: brings one stack from where it stands to what it shall be.

mod converge;
mod identifier;
mod template;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use innovate_core::{
    App,
    assembly::Assembly,
    check::Place,
    diff::{Snapshot, StackId},
};
use serde::Serialize;
use tokio::{runtime::Handle, sync::mpsc::unbounded_channel, time::Instant};

use super::{
    Access, AwsError, Deployment, Event, Failure, Outcome, StackSummary, Stop, Summary,
    pace::Pace,
    remote::Run,
    target::{Places, places},
};

/// Imports existing resources into a program's stacks: what somebody made by hand becomes a stack's own, as
/// the program declares it.
///
/// The template of the import is the one that is deployed and these resources, and nothing else changes in that
/// step; a stack that isn't there yet is made by it. CloudFormation takes what the template says for what is
/// there, and changes nothing about the resources: whether it is so, [`Drift`](super::Drift) tells afterwards.
///
/// Source: "Import AWS resources into a CloudFormation stack", AWS CloudFormation User Guide.
#[derive(Debug)]
pub struct Importer {
    access: Access,
    program: Snapshot,
    places: Places,
    wanted: BTreeMap<StackId, BTreeMap<String, String>>,
    pace: Pace,
}

/// What is imported into a stack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Importing {
    /// The stack.
    pub stack: StackId,
    /// Whether the import makes the stack.
    pub new: bool,
    /// The resources, by logical id.
    pub resources: Vec<ImportedResource>,
    /// Those that are the stack's own already.
    pub done: Vec<String>,
}

/// An existing resource, and what it becomes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ImportedResource {
    /// Its logical id.
    pub logical_id: String,
    /// Its type.
    #[serde(rename = "type")]
    pub type_name: String,
    /// What identifies it: the properties of the type's primary identifier, and their values.
    pub identifier: BTreeMap<String, String>,
    /// Whether it is kept if it leaves the stack, until the next deployment says otherwise: CloudFormation
    /// imports nothing without a deletion policy, and the program gives it none.
    pub retained_until_deployed: bool,
    /// The line of the program that declares it, if it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
}

impl Importer {
    /// Imports into the stacks of this assembly; the program says which of its lines declare what.
    ///
    /// # Errors
    ///
    /// If a template of the assembly can't be read.
    pub fn new(access: Access, assembly: &Assembly, program: &App) -> Result<Self, AwsError> {
        let unread = |reason| AwsError::new("read the program's templates", reason);
        let snapshot = Snapshot::of(assembly).map_err(unread)?.with_places(program);
        let places = places(assembly, program).map_err(unread)?;
        Ok(Self {
            access,
            program: snapshot,
            places,
            wanted: BTreeMap::new(),
            pace: Pace::default(),
        })
    }

    /// Imports a resource. `identifier` is the value of the property that identifies it, such as a bucket's
    /// name; if there are several, `Name=Value` for each with commas between.
    #[must_use]
    pub fn resource(
        mut self,
        stack: &StackId,
        logical_id: impl Into<String>,
        identifier: impl Into<String>,
    ) -> Self {
        let stack = self.wanted.entry(stack.clone()).or_default();
        stack.insert(logical_id.into(), identifier.into());
        self
    }

    /// How long to wait between two questions about a stack; two seconds by default.
    #[must_use]
    pub fn poll_every(mut self, pause: Duration) -> Self {
        self.pace = Pace::new(pause);
        self
    }

    /// What would be imported, in the order of the stacks' names: looks at what is deployed, and changes nothing.
    ///
    /// # Errors
    ///
    /// If AWS can't be asked, or if a resource can't be imported: each with its line and the reason.
    pub async fn plan(&self) -> Result<Vec<Importing>, Failure> {
        let mut plans = Vec::new();
        for (id, wanted) in &self.wanted {
            let looked = converge::look(&self.access, &self.pace, id).await?;
            plans.push(template::import(&self.program, id, wanted, looked.as_ref())?.plan);
        }
        Ok(plans)
    }

    /// Begins: one stack after another, and none after one that failed.
    ///
    /// # Errors
    ///
    /// If it isn't called within a Tokio runtime.
    pub fn start(self) -> Result<Deployment, AwsError> {
        let runtime = Handle::try_current()
            .map_err(|error| AwsError::new("begin to import", error.to_string()))?;
        let Self { access, program, places, wanted, pace } = self;
        let (sender, events) = unbounded_channel();
        let stop = Stop::default();
        let run = Arc::new(Run::new(access, pace, stop.clone(), sender, places));
        let work = runtime.spawn(async move {
            let asked = async {
                run.stop.asked().await;
                run.tell(Event::Stopping { under_way: run.under_way() });
                std::future::pending::<Summary>().await
            };
            tokio::select! {
                summary = all(&run, &program, wanted) => summary,
                summary = asked => summary,
            }
        });
        Ok(Deployment::of(events, stop, work))
    }
}

/// Imports into one stack after another, and into none after one that failed.
async fn all(
    run: &Arc<Run>,
    program: &Snapshot,
    wanted: BTreeMap<StackId, BTreeMap<String, String>>,
) -> Summary {
    let mut stacks: Vec<StackSummary> = Vec::new();
    for (id, wanted) in wanted {
        let begun = Instant::now();
        let goes_on = stacks.iter().all(|stack| stack.outcome.is_good()) && !run.stop.is_asked();
        let (outcome, outputs) = if goes_on {
            converge::bring(Arc::clone(run), program, &id, &wanted).await
        } else {
            (Outcome::NotBegun, BTreeMap::new())
        };
        run.tell(Event::Ended {
            stack: id.clone(),
            outcome: outcome.clone(),
            seconds: begun.elapsed().as_secs_f64(),
            outputs,
        });
        stacks.push(StackSummary { id, outcome });
    }
    Summary { stacks, failure: None }
}
