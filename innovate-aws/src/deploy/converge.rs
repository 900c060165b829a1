//! Bringing one stack from where it stands to what it shall be.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_cloudformation::types::{ChangeSetType, Stack, StackStatus, TemplateStage};
use innovate_cfn::schema;
use innovate_core::{check::Registry, diff::StackSnapshot};

use super::{
    AwsError, Event, Failure, FailureCause, Operation, Outcome, Recent, Standing,
    bootstrap::template_url,
    change_set::{ChangeSet, Made, Wish},
    guard,
    operation::{failure_of, goes_on},
    remote::{Remote, outputs},
    review,
    target::Target,
    watch::Watched,
};
use crate::plan::Allowed;

/// How often a stack is looked at anew because it isn't as it was a moment ago.
const ROUNDS: u32 = 20;

/// The longest template that fits into a request, in bytes.
///
/// Source: "Understand CloudFormation quotas", AWS CloudFormation User Guide.
pub(super) const INLINE: usize = 51_200;

/// What may be done with a stack beside updating it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Permit {
    /// The resources that hold data and that may be lost.
    pub(super) losses: BTreeSet<String>,
    /// What a change set may do; anything that loses no data unless this says otherwise.
    pub(super) planned: Option<Allowed>,
    /// Whether a stack that holds data gets a stack policy, if it has none.
    pub(super) stack_policy: bool,
    /// Whether properties that were changed behind CloudFormation's back are changed back.
    pub(super) revert_drift: bool,
    /// Whether a rollback that failed goes on, and which resources it leaves as they are.
    pub(super) continue_rollback: Option<BTreeSet<String>>,
    /// Whether resources that are there under the names that the template gives become the stack's own.
    pub(super) adopt: bool,
}

/// One stack, on its way to what it shall be.
#[derive(Debug)]
pub(super) struct Convergence<'a> {
    remote: &'a Remote,
    target: &'a Target,
    permit: &'a Permit,
    digest: String,
    /// The stack's ARN, once there is one: a stack that vanishes is not made again.
    arn: Option<String>,
    /// What ended well on the way.
    done: Option<Outcome>,
}

/// What follows a look at the stack.
enum Round {
    /// Look again.
    Again,
    End(Outcome),
}

impl<'a> Convergence<'a> {
    pub(super) fn new(remote: &'a Remote, target: &'a Target, permit: &'a Permit) -> Self {
        let digest = target.digest(permit.revert_drift);
        Self { remote, target, permit, digest, arn: None, done: None }
    }

    /// Brings the stack to what it shall be: how that ended, and the stack's outputs.
    pub(super) async fn run(mut self) -> (Outcome, BTreeMap<String, String>) {
        match self.rounds().await {
            Ok(ended) => ended,
            Err(error) => (Outcome::Failed { failure: error.into() }, BTreeMap::new()),
        }
    }

    async fn rounds(&mut self) -> Result<(Outcome, BTreeMap<String, String>), AwsError> {
        for _ in 0..ROUNDS {
            let stack = self.remote.describe().await?;
            let Round::End(outcome) = self.round(stack.as_ref()).await? else { continue };
            let outputs = match stack {
                Some(stack) if outcome == Outcome::Unchanged => outputs(&stack),
                _ if outcome.is_good() => {
                    self.remote.describe().await?.as_ref().map(outputs).unwrap_or_default()
                }
                _ => BTreeMap::new(),
            };
            return Ok((outcome, outputs));
        }
        let failure = Failure::new("it changed again and again while it was being looked at")
            .help("look who else deploys it, then run the same command again");
        Ok((Outcome::Failed { failure }, BTreeMap::new()))
    }

    async fn round(&mut self, stack: Option<&Stack>) -> Result<Round, AwsError> {
        let arn = stack.and_then(Stack::stack_id).map(str::to_owned);
        if let (Some(before), None) = (&self.arn, &arn) {
            let failure = Failure::new(format!("somebody deleted it meanwhile ({before})"))
                .help("run the same command again to make it anew, once that is what is wanted");
            return Ok(Round::End(Outcome::Failed { failure }));
        }
        self.arn.clone_from(&arn);
        let standing = Remote::standing(stack);
        let status = stack.and_then(Stack::stack_status).map_or("", StackStatus::as_str);
        match (standing, stack, arn) {
            (Standing::Absent | Standing::Review, stack, _) => {
                self.change(stack, ChangeSetType::Create).await
            }
            (Standing::Ready | Standing::Halted, Some(stack), _) => {
                self.change(Some(stack), ChangeSetType::Update).await
            }
            (Standing::Busy, Some(_), Some(arn)) => self.busy(&arn, status).await,
            (Standing::Ruined, Some(_), Some(arn)) => self.ruined(&arn, status).await,
            (Standing::Stuck, Some(stack), Some(arn)) => self.stuck(stack, &arn).await,
            _ => {
                let (why, help) = standing.obstacle().unwrap_or(("it can't be told why", ""));
                let message = format!("it can't be deployed to: {why} ({status})");
                let failure = Failure::new(message).help(help);
                Ok(Round::End(Outcome::Failed { failure }))
            }
        }
    }

    /// Makes a change set, looks at it, executes it and watches what it does.
    async fn change(
        &mut self,
        stack: Option<&Stack>,
        kind: ChangeSetType,
    ) -> Result<Round, AwsError> {
        if let Some(done) = self.as_wanted(stack, &kind).await? {
            return Ok(Round::End(done));
        }
        let name = format!("innovate-{}-{}", self.digest, generation(stack, &kind));
        let mut wish = match self.wish(&name, stack, kind.clone()) {
            Ok(wish) => wish,
            Err(failure) => return Ok(Round::End(Outcome::Failed { failure })),
        };
        if self.target.body.len() > INLINE {
            match template_url(self.remote, self.target).await {
                Ok(url) => wish.template_url = Some(url),
                Err(failure) => return Ok(Round::End(Outcome::Failed { failure })),
            }
        }
        let set = match self.remote.change_set(&wish).await? {
            Made::Ready(set) => set,
            Made::NoChanges if kind == ChangeSetType::Create => {
                let failure = Failure::new("CloudFormation finds nothing to make in the template")
                    .help("look at the stack's change sets in the console");
                return Ok(Round::End(Outcome::Failed { failure }));
            }
            Made::NoChanges if Remote::standing(stack) == Standing::Halted => {
                let status = stack.and_then(Stack::stack_status).map_or("", StackStatus::as_str);
                let failure = Failure::new(format!(
                    "its last operation failed and was not rolled back ({status}), and the program changes nothing of what failed"
                ))
                .help(format!(
                    "change what failed; or roll it back: `aws cloudformation rollback-stack --stack-name {}`",
                    self.remote.id.name
                ));
                return Ok(Round::End(Outcome::Failed { failure }));
            }
            Made::NoChanges => {
                self.protect(stack).await?;
                return Ok(Round::End(self.done.clone().unwrap_or(Outcome::Unchanged)));
            }
            Made::Refused(failure) => return Ok(Round::End(Outcome::Failed { failure })),
            Made::Moved => {
                self.remote.run.pace.pause(0).await;
                return Ok(Round::Again);
            }
        };
        let lost = review::losses(&set.changes, &self.permit.losses);
        if !lost.is_empty() {
            self.remote.delete_change_set(&set.name).await?;
            return Ok(Round::End(Outcome::Failed {
                failure: review::refused(lost, &self.remote.id.name),
            }));
        }
        if let Some(planned) = &self.permit.planned {
            let unplanned = review::unplanned(&set.changes, planned);
            if !unplanned.is_empty() {
                self.remote.delete_change_set(&set.name).await?;
                let failure = Failure::new(
                    "CloudFormation would do what the saved plan doesn't have: nothing was changed",
                )
                .help("plan again, and look at what has come to it")
                .causes(unplanned);
                return Ok(Round::End(Outcome::Failed { failure }));
            }
        }
        self.remote.run.tell(Event::Reviewed {
            stack: self.remote.id.clone(),
            change_set: set.name.clone(),
            changes: set.changes.clone(),
        });
        if self.remote.run.stop.is_asked() {
            return Ok(Round::End(Outcome::NotBegun));
        }
        // The name of a first change set says nothing of the stack that it is for.
        let token = match kind {
            ChangeSetType::Create => format!("innovate-{}-{}", self.digest, last_part(&set.stack)),
            _ => name.clone(),
        };
        if kind == ChangeSetType::Update {
            guard::open(self.remote, self.target, &set.changes, &self.permit.losses).await?;
        }
        self.execute(&set, &token, kind).await
    }

    async fn execute(
        &mut self,
        set: &ChangeSet,
        token: &str,
        kind: ChangeSetType,
    ) -> Result<Round, AwsError> {
        let executed = self.remote.execute(set, token).await?;
        // If the answer to a request was lost, the next one is refused although the first one did it.
        let begun = executed || self.remote.last_token(&set.stack).await?.as_deref() == Some(token);
        if !begun {
            return Ok(Round::Again);
        }
        self.arn = Some(set.stack.clone());
        let operation = match kind {
            ChangeSetType::Create => Operation::Create,
            ChangeSetType::Import => Operation::Import,
            _ => Operation::Update,
        };
        let under_way = self.remote.begin(operation, false);
        let watched = self.remote.watch(&set.stack, token).await.map_err(goes_on)?;
        drop(under_way);
        self.ended(&watched).await
    }

    /// An operation is under way: one of ours is watched, another's is not disturbed.
    async fn busy(&mut self, arn: &str, status: &str) -> Result<Round, AwsError> {
        let token = self.remote.last_token(arn).await?;
        let ours = format!("innovate-{}-", self.digest);
        match token.filter(|token| token.starts_with(&ours)) {
            Some(token) => {
                let continues = token.starts_with(&format!("{ours}continue-"));
                let operation =
                    if continues { Operation::ContinueRollback } else { operation_of(status) };
                let under_way = self.remote.begin(operation, true);
                let watched = self.remote.watch(arn, &token).await.map_err(goes_on)?;
                drop(under_way);
                if continues && Standing::of(&watched.status) == Standing::Ready {
                    return Ok(Round::Again);
                }
                self.ended(&watched).await
            }
            None => {
                // It may have ended between the two questions.
                let now = self.remote.describe().await?;
                if Remote::standing(now.as_ref()) != Standing::Busy {
                    return Ok(Round::Again);
                }
                let failure = Failure::new(format!("another deployment is under way ({status})"))
                    .help("wait until it has ended, look at what it changes with `plan`, then run the same command again");
                Ok(Round::End(Outcome::Failed { failure }))
            }
        }
    }

    /// Its creation failed: nothing of it is in use. It is deleted, and made anew.
    async fn ruined(&mut self, arn: &str, status: &str) -> Result<Round, AwsError> {
        let lost = self.left(arn).await?;
        if !lost.is_empty() {
            let name = &self.remote.id.name;
            let failure = Failure::new(format!(
                "its creation failed and left resources that hold data ({status}): to deploy it anew, they would be deleted"
            ))
            .help(format!("if that is meant: {}", review::named_deletions(name, &lost)))
            .causes(lost);
            return Ok(Round::End(Outcome::Failed { failure }));
        }
        self.remote
            .warn(None, format!("its creation failed ({status}): it is deleted, and made anew"));
        let token = format!("innovate-{}-delete-{}", self.digest, last_part(arn));
        let watched = self.remote.delete(arn, &token, &[]).await?;
        if watched.status != StackStatus::DeleteComplete {
            return Ok(Round::End(Outcome::Failed { failure: failure_of(&watched) }));
        }
        self.arn = None;
        Ok(Round::Again)
    }

    /// The resources of a failed creation that are still there, hold data, and that nobody named.
    async fn left(&self, arn: &str) -> Result<Vec<FailureCause>, AwsError> {
        let mut left = Vec::new();
        let mut page = None;
        loop {
            self.remote.turn().await;
            let request = self.remote.client.list_stack_resources().stack_name(arn);
            let answer = request.set_next_token(page).send().await.map_err(|error| {
                AwsError::of(format!("list the resources of the stack {}", self.remote.id), &error)
            })?;
            for resource in answer.stack_resource_summaries() {
                let status = resource.resource_status().map_or("", |status| status.as_str());
                let gone = matches!(status, "DELETE_COMPLETE" | "DELETE_SKIPPED")
                    || resource.physical_resource_id().is_none_or(str::is_empty);
                let type_name = resource.resource_type().unwrap_or_default();
                let stateful = schema::Registry.facts(type_name).is_some_and(|it| it.stateful);
                let logical_id = resource.logical_resource_id().unwrap_or_default();
                if !gone && stateful && !self.permit.losses.contains(logical_id) {
                    left.push(FailureCause {
                        logical_id: logical_id.to_owned(),
                        type_name: type_name.to_owned(),
                        status: status.to_owned(),
                        reason: "it holds data, and would be deleted".to_owned(),
                        place: self.remote.run.place(&self.remote.id, logical_id),
                    });
                }
            }
            page = answer.next_token().map(str::to_owned);
            if page.is_none() {
                return Ok(left);
            }
        }
    }

    /// A rollback failed on the way: it goes on if that is asked for.
    async fn stuck(&mut self, stack: &Stack, arn: &str) -> Result<Round, AwsError> {
        let status = stack.stack_status().map_or("", StackStatus::as_str);
        let name = &self.remote.id.name;
        let Some(skip) = &self.permit.continue_rollback else {
            let run = &self.remote.run;
            let places = run.places(&self.remote.id);
            let recent = Recent::read(&run.access, &self.remote.id, arn, &places).await?;
            let skip: Vec<String> = recent
                .rollback_causes
                .iter()
                .map(|cause| format!("--skip {name}/{}", cause.logical_id))
                .collect();
            let skip = if skip.is_empty() { format!("--skip {name}/ID") } else { skip.join(" ") };
            // What keeps the rollback from its end comes first: it is what has to be mended.
            let causes = recent.rollback_causes.into_iter().chain(recent.causes).collect();
            let failure = Failure::new(format!("a rollback failed on the way ({status})"))
                .help(format!(
                    "mend what failed, then add `--continue-rollback`; what can't be rolled back is left as it is with `{skip}`"
                ))
                .causes(causes);
            return Ok(Round::End(Outcome::Failed { failure }));
        };
        // One attempt after another has another token, or the second would count as the first.
        let last = self.remote.last_event(arn).await?;
        let token = format!("innovate-{}-continue-{last}", self.digest);
        let begun = self.remote.continue_rollback(arn, &token, skip).await?;
        if !begun {
            return Ok(Round::Again);
        }
        let under_way = self.remote.begin(Operation::ContinueRollback, false);
        let watched = self.remote.watch(arn, &token).await.map_err(goes_on)?;
        drop(under_way);
        if Standing::of(&watched.status) == Standing::Ready {
            return Ok(Round::Again);
        }
        Ok(Round::End(Outcome::Failed { failure: failure_of(&watched) }))
    }

    /// An operation of ours has ended.
    async fn ended(&mut self, watched: &Watched) -> Result<Round, AwsError> {
        if !watched.heard && watched.status != StackStatus::DeleteComplete {
            return Ok(Round::Again);
        }
        self.done = match watched.status {
            StackStatus::CreateComplete => Some(Outcome::Created),
            StackStatus::UpdateComplete => Some(Outcome::Updated),
            StackStatus::ImportComplete => Some(Outcome::Imported),
            // A deletion that made room for the stack, by a run before this one.
            StackStatus::DeleteComplete => {
                self.arn = None;
                return Ok(Round::Again);
            }
            _ => {
                if !self.permit.losses.is_empty()
                    && Standing::of(&watched.status) == Standing::Ready
                {
                    guard::guard(self.remote, self.target, self.permit.stack_policy).await?;
                }
                return Ok(Round::End(Outcome::Failed { failure: failure_of(watched) }));
            }
        };
        if let Some(reason) =
            watched.reason.as_deref().filter(|it| it.contains("could not be deleted"))
        {
            self.remote.warn(None, reason);
        }
        let stack = self.remote.describe().await?;
        self.protect(stack.as_ref()).await?;
        Ok(Round::End(self.done.clone().unwrap_or(Outcome::Unchanged)))
    }

    /// Whether the stack is as it should be, as far as can be said without a change set.
    async fn as_wanted(
        &self,
        stack: Option<&Stack>,
        kind: &ChangeSetType,
    ) -> Result<Option<Outcome>, AwsError> {
        let Some(stack) = stack.filter(|_| *kind == ChangeSetType::Update) else { return Ok(None) };
        let target = self.target;
        let ready = Remote::standing(Some(stack)) == Standing::Ready;
        if !ready || !target.is_self_contained || self.permit.revert_drift {
            return Ok(None);
        }
        let tags: BTreeMap<&str, &str> =
            stack.tags().iter().filter_map(|tag| Some((tag.key()?, tag.value()?))).collect();
        let same_tags = tags.len() == target.tags.len()
            && target.tags.iter().all(|(key, value)| tags.get(&**key) == Some(&&**value));
        if !same_tags || !stack.parameters().is_empty() {
            return Ok(None);
        }
        self.remote.turn().await;
        let what = || format!("read the template of the stack {}", self.remote.id);
        let request = self.remote.client.get_template().stack_name(&self.remote.id.name);
        let answer = request
            .template_stage(TemplateStage::Original)
            .send()
            .await
            .map_err(|error| AwsError::of(what(), &error))?;
        let deployed = answer.template_body().map(StackSnapshot::parse);
        let wanted = StackSnapshot::parse(&target.body);
        if !matches!((deployed, wanted), (Some(Ok(is)), Ok(shall)) if is == shall) {
            return Ok(None);
        }
        self.protect(Some(stack)).await?;
        Ok(Some(self.done.clone().unwrap_or(Outcome::Unchanged)))
    }

    fn wish<'b>(
        &'b self,
        name: &'b str,
        stack: Option<&Stack>,
        kind: ChangeSetType,
    ) -> Result<Wish<'b>, Failure> {
        let target = self.target;
        let mut kept_parameters = Vec::new();
        for parameter in
            target.open_parameters.iter().filter(|it| !target.parameters.contains_key(*it))
        {
            let has = |stack: &Stack| {
                stack.parameters().iter().any(|known| known.parameter_key() == Some(parameter))
            };
            if kind != ChangeSetType::Update || !stack.is_some_and(has) {
                return Err(Failure::new(format!("the parameter `{parameter}` has no value"))
                    .help(format!(
                        "give it one: `--parameter {}/{parameter}=VALUE`",
                        target.id.name
                    )));
            }
            kept_parameters.push(parameter.clone());
        }
        Ok(Wish {
            target,
            name,
            kind,
            template_url: None,
            kept_parameters,
            revert_drift: self.permit.revert_drift,
            imports: Vec::new(),
            adopt: self.permit.adopt,
        })
    }

    /// Sets what is no part of a change set: the protection against deletion, and against updates that
    /// lose data.
    async fn protect(&self, stack: Option<&Stack>) -> Result<(), AwsError> {
        let wanted = self.target.termination_protection;
        let has = stack.and_then(Stack::enable_termination_protection).unwrap_or(false);
        if has != wanted {
            self.remote.set_termination_protection(wanted).await?;
        }
        guard::guard(self.remote, self.target, self.permit.stack_policy).await
    }
}

/// What tells an operation on a stack from those before it: the time of the last one.
pub(super) fn generation(stack: Option<&Stack>, kind: &ChangeSetType) -> String {
    let stack = stack.filter(|_| *kind != ChangeSetType::Create);
    let time = stack.and_then(|stack| stack.last_updated_time().or(stack.creation_time()));
    time.map_or_else(
        || "new".to_owned(),
        |time| format!("{}-{}", time.secs(), time.subsec_nanos() / 1_000_000),
    )
}

pub(super) fn last_part(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or_default()
}

fn operation_of(status: &str) -> Operation {
    match status.split('_').next() {
        Some("CREATE" | "ROLLBACK") => Operation::Create,
        Some("DELETE") => Operation::Delete,
        Some("IMPORT") => Operation::Import,
        _ => Operation::Update,
    }
}
