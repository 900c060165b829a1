//! Bringing one stack to what it shall be: with existing resources as its own.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use aws_sdk_cloudformation::{
    Client,
    types::{ChangeSetType, ResourceToImport, Stack, StackStatus},
};
use innovate_core::{
    assembly::digest,
    diff::{Snapshot, StackId},
};
use serde_json::json;

use super::{
    super::{
        Access, AwsError, Event, Failure, FailureCause, Operation, Outcome, Standing,
        change_set::{ChangeSet, Made, Wish},
        converge::{INLINE, generation, last_part},
        deployed::{described, template as deployed_template},
        operation::{failure_of, goes_on},
        pace::Pace,
        remote::{Remote, Run, outputs},
        target::Target,
        watch::Watched,
    },
    template::{Before, Import, import},
};

/// How often a stack is looked at anew because it isn't as it was a moment ago.
const ROUNDS: u32 = 20;

/// What is deployed of a stack; nothing if it isn't there, or has no resources yet.
///
/// # Errors
///
/// If AWS can't be asked, or if nothing can be imported into the stack as it is.
pub(super) async fn look(
    access: &Access,
    pace: &Pace,
    id: &StackId,
) -> Result<Option<Before>, Failure> {
    let client = access.client(id).await?;
    pace.turn(id).await;
    let stack = described(&client, id).await?;
    match Remote::standing(stack.as_ref()) {
        Standing::Absent | Standing::Review => Ok(None),
        // An import of ours may be under way: it is waited for when it is begun.
        Standing::Ready | Standing::Busy => Ok(Some(before(&client, pace, id).await?)),
        other => Err(obstacle(stack.as_ref(), other)),
    }
}

fn obstacle(stack: Option<&Stack>, standing: Standing) -> Failure {
    let status = stack.and_then(Stack::stack_status).map_or("", StackStatus::as_str);
    let (why, help) = standing
        .obstacle()
        .unwrap_or(("its last operation failed and was not rolled back", "deploy it first"));
    Failure::new(format!("nothing can be imported into it: {why} ({status})")).help(help)
}

async fn before(client: &Client, pace: &Pace, id: &StackId) -> Result<Before, AwsError> {
    pace.turn(id).await;
    let template = deployed_template(client, id).await?;
    let (mut physical, mut page) = (BTreeMap::new(), None);
    loop {
        pace.turn(id).await;
        let request = client.list_stack_resources().stack_name(&id.name).set_next_token(page);
        let answer = request.send().await.map_err(|error| {
            AwsError::of(format!("list the resources of the stack {id}"), &error)
        })?;
        for resource in answer.stack_resource_summaries() {
            if let (Some(logical), Some(id)) =
                (resource.logical_resource_id(), resource.physical_resource_id())
            {
                physical.insert(logical.to_owned(), id.to_owned());
            }
        }
        page = answer.next_token().map(str::to_owned);
        if page.is_none() {
            return Ok(Before { template, physical });
        }
    }
}

/// How it ended with a stack, and the stack's outputs.
type Ended = (Outcome, BTreeMap<String, String>);

/// Brings the stack there.
pub(super) async fn bring(
    run: Arc<Run>,
    program: &Snapshot,
    id: &StackId,
    wanted: &BTreeMap<String, String>,
) -> Ended {
    let ended = match Remote::new(id.clone(), run).await {
        Ok(remote) => Arrival { remote: &remote, program, wanted, done: false }.rounds().await,
        Err(error) => Err(error.into()),
    };
    ended.unwrap_or_else(|failure| (Outcome::Failed { failure }, BTreeMap::new()))
}

/// Resources on their way into a stack.
struct Arrival<'a> {
    remote: &'a Remote,
    program: &'a Snapshot,
    wanted: &'a BTreeMap<String, String>,
    /// Whether an import ended well on the way.
    done: bool,
}

impl Arrival<'_> {
    async fn rounds(&mut self) -> Result<Ended, Failure> {
        for _ in 0..ROUNDS {
            let stack = self.remote.describe().await?;
            if let Some(outcome) = self.round(stack.as_ref()).await? {
                let outputs = stack.as_ref().map(outputs).unwrap_or_default();
                return Ok((outcome, outputs));
            }
        }
        Err(Failure::new("it changed again and again while it was being looked at")
            .help("look who else deploys it, then run the same command again"))
    }

    /// What is wanted, as sixteen hexadecimal digits: the same for two runs that want the same.
    fn digest(&self) -> String {
        let id = &self.remote.id;
        let resources = self.program.stack(id).and_then(|stack| stack.template.get("Resources"));
        let declared: Vec<_> =
            self.wanted.keys().map(|logical| resources.and_then(|all| all.get(logical))).collect();
        let wanted = json!(["import", id.name, id.account, id.region, self.wanted, declared]);
        digest(&wanted.to_string()).chars().take(16).collect()
    }

    /// How it ended; nothing if it has to be looked at anew.
    async fn round(&mut self, stack: Option<&Stack>) -> Result<Option<Outcome>, Failure> {
        let remote = self.remote;
        let before = match Remote::standing(stack) {
            Standing::Absent | Standing::Review => None,
            Standing::Ready => Some(before(&remote.client, &remote.run.pace, &remote.id).await?),
            Standing::Busy => return self.busy(stack).await,
            other => return Err(obstacle(stack, other)),
        };
        let import = import(self.program, &remote.id, self.wanted, before.as_ref())?;
        if import.plan.resources.is_empty() {
            return Ok(Some(if self.done { Outcome::Imported } else { Outcome::Unchanged }));
        }
        // What came about in review is as new as what isn't there.
        let generation = generation(stack.filter(|_| before.is_some()), &ChangeSetType::Import);
        let name = format!("innovate-{}-{generation}", self.digest());
        let target = target(&import, stack);
        if import.plan.new
            && let Some(open) = target.open_parameters.iter().next()
        {
            let failure = Failure::new(format!("the parameter `{open}` has no value"));
            return Err(
                failure.help("deploy the stack without these resources first, then import them")
            );
        }
        if target.body.len() > INLINE {
            let bytes = target.body.len();
            return Err(Failure::new(format!(
                "the template of the import has {bytes} bytes, and a request takes {INLINE}"
            )));
        }
        let wish = Wish {
            target: &target,
            name: &name,
            kind: ChangeSetType::Import,
            template_url: None,
            kept_parameters: kept_parameters(&import, stack),
            revert_drift: false,
            imports: to_import(&import),
            adopt: false,
        };
        match remote.change_set(&wish).await? {
            Made::Ready(set) => {
                // The name of a first change set says nothing of the stack that it is for.
                let token = match import.plan.new {
                    true => format!("innovate-{}-{}", self.digest(), last_part(&set.stack)),
                    false => name.clone(),
                };
                self.execute(&import, &set, &token).await
            }
            Made::Refused(failure) => Err(failure),
            Made::NoChanges => {
                Err(Failure::new("CloudFormation finds nothing to import in the change set"))
            }
            Made::Moved => {
                remote.run.pace.pause(0).await;
                Ok(None)
            }
        }
    }

    /// Executes a change set that imports these resources and does nothing else.
    async fn execute(
        &mut self,
        import: &Import,
        set: &ChangeSet,
        token: &str,
    ) -> Result<Option<Outcome>, Failure> {
        let remote = self.remote;
        let wanted: BTreeSet<&str> =
            import.plan.resources.iter().map(|resource| &*resource.logical_id).collect();
        let others: Vec<FailureCause> = set
            .changes
            .iter()
            .filter(|change| change.action != "Import" || !wanted.contains(&*change.logical_id))
            .map(|change| FailureCause {
                logical_id: change.logical_id.clone(),
                type_name: change.type_name.clone(),
                status: change.action.clone(),
                reason: "it is not what is imported".to_owned(),
                place: change.place.clone(),
            })
            .collect();
        if !others.is_empty() {
            remote.delete_change_set(&set.name).await?;
            let message = "CloudFormation would do more than import: nothing was changed";
            return Err(Failure::new(message).causes(others));
        }
        remote.run.tell(Event::Reviewed {
            stack: remote.id.clone(),
            change_set: set.name.clone(),
            changes: set.changes.clone(),
        });
        if remote.run.stop.is_asked() {
            return Ok(Some(Outcome::NotBegun));
        }
        let executed = remote.execute(set, token).await?;
        // If the answer to a request was lost, the next one is refused although the first one did it.
        let begun = executed || remote.last_token(&set.stack).await?.as_deref() == Some(token);
        if !begun {
            return Ok(None);
        }
        let under_way = remote.begin(Operation::Import, false);
        let watched = remote.watch(&set.stack, token).await.map_err(goes_on)?;
        drop(under_way);
        self.watched(&watched)
    }

    /// An operation is under way: an import of ours is watched, another's is not disturbed.
    async fn busy(&mut self, stack: Option<&Stack>) -> Result<Option<Outcome>, Failure> {
        let remote = self.remote;
        let Some(arn) = stack.and_then(Stack::stack_id) else { return Ok(None) };
        let ours = format!("innovate-{}-", self.digest());
        let token = remote.last_token(arn).await?;
        let Some(token) = token.filter(|token| token.starts_with(&ours)) else {
            // It may have ended between the two questions.
            let now = remote.describe().await?;
            if Remote::standing(now.as_ref()) != Standing::Busy {
                return Ok(None);
            }
            return Err(obstacle(now.as_ref(), Standing::Busy));
        };
        let under_way = remote.begin(Operation::Import, true);
        let watched = remote.watch(arn, &token).await.map_err(goes_on)?;
        drop(under_way);
        self.watched(&watched)
    }

    /// An import has ended: if well, what is deployed says whether all is there.
    fn watched(&mut self, watched: &Watched) -> Result<Option<Outcome>, Failure> {
        if watched.status != StackStatus::ImportComplete {
            return Err(failure_of(watched));
        }
        self.done = true;
        Ok(None)
    }
}

/// What the stack shall be after the import. Nothing that is no resource changes.
fn target(import: &Import, stack: Option<&Stack>) -> Target {
    let protected = stack.and_then(Stack::enable_termination_protection).unwrap_or(false);
    Target::of_template(import.plan.stack.clone(), import.template.clone(), protected)
}

/// The parameters that keep their value: all that the stack has.
fn kept_parameters(import: &Import, stack: Option<&Stack>) -> Vec<String> {
    if import.plan.new {
        return Vec::new();
    }
    let known = stack.into_iter().flat_map(Stack::parameters);
    known.filter_map(|known| known.parameter_key().map(str::to_owned)).collect()
}

fn to_import(import: &Import) -> Vec<ResourceToImport> {
    let resources = import.plan.resources.iter().map(|resource| {
        let mut wanted = ResourceToImport::builder()
            .logical_resource_id(&resource.logical_id)
            .resource_type(&resource.type_name);
        for (key, value) in &resource.identifier {
            wanted = wanted.resource_identifier(key, value);
        }
        wanted.build()
    });
    resources.collect()
}
