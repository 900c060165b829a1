//! Stack refactors: resources get other logical ids, or another stack, before anything is deployed.
//!
//! A refactor is made, looked at, executed and watched. Requests for one have no token, so what names
//! it is its description: a run after a crash finds the unfinished one of the same moves, and goes on
//! with it. One that is done is seen from the stacks' templates: nothing is left to move.

use std::{collections::BTreeSet, sync::Arc};

use aws_sdk_cloudformation::{
    error::{ProvideErrorMetadata, SdkError},
    operation::{
        describe_stack_refactor::DescribeStackRefactorOutput,
        list_stack_refactors::ListStackRefactorsOutput,
    },
    types::{
        ResourceLocation, ResourceMapping, StackDefinition, StackRefactorAction,
        StackRefactorActionEntity, StackRefactorActionType,
        StackRefactorExecutionStatus as Execution, StackRefactorStatus as Status,
    },
};
use innovate_core::diff::{DueMove, Refactor, RefactoredStack};

use super::{
    AwsError, Failure, FailureCause, Operation, Standing,
    converge::INLINE,
    remote::{Remote, Run},
};

/// How often a refactor is looked for anew because it isn't as it was a moment ago.
const ROUNDS: u32 = 5;

/// What every refactor of a program is called by, before what tells it from others.
const NAME: &str = "innovate-";

/// A refactor, and what it takes to do it.
struct Work<'a> {
    refactor: &'a Refactor,
    description: String,
    /// One of its stacks: all are of one account and region.
    remote: Remote,
    run: &'a Arc<Run>,
}

/// Whether a refactor was executed.
enum Ended {
    Done,
    /// It isn't as it was a moment ago: look again.
    Moved,
    Failed(Failure),
}

/// Does what is to be moved before the deployment: whether nothing stands against going on. Nothing is
/// begun once somebody asked to stop.
///
/// # Errors
///
/// If AWS can't be asked, or refuses.
pub(super) async fn refactor(
    run: &Arc<Run>,
    refactor: &Refactor,
) -> Result<Option<Failure>, AwsError> {
    let Some(first) = refactor.stacks.first() else { return Ok(None) };
    let remote = Remote::new(first.id.clone(), Arc::clone(run)).await?;
    let description = format!("{NAME}{}", refactor.digest());
    Work { refactor, description, remote, run }.all().await
}

impl Work<'_> {
    async fn all(&self) -> Result<Option<Failure>, AwsError> {
        let large = self.refactor.stacks.iter().find(|it| it.template.to_string().len() > INLINE);
        if let Some(stack) = large {
            return Ok(Some(Failure::new(format!(
                "the template of `{}` has more than {INLINE} bytes after the moves, and a request takes no more",
                stack.id.name
            ))));
        }
        for _ in 0..ROUNDS {
            let known = self.unfinished().await?;
            let resumed = known.is_some();
            let id = match known {
                Some(id) => id,
                None => {
                    if let Some(failure) = self.obstacle().await? {
                        return Ok(Some(failure));
                    }
                    self.create().await?
                }
            };
            match self.execute(&id, resumed).await? {
                Ended::Done => return Ok(None),
                Ended::Moved => {}
                Ended::Failed(failure) => return Ok(Some(failure)),
            }
        }
        Ok(Some(
            Failure::new("the stack refactor changed again and again while it was looked at")
                .help("look who else refactors these stacks, then run the same command again"),
        ))
    }

    /// Why the stacks can't be refactored.
    ///
    /// Source: "Stack refactoring", AWS CloudFormation User Guide: considerations.
    async fn obstacle(&self) -> Result<Option<Failure>, AwsError> {
        for stack in self.refactor.stacks.iter().filter(|stack| !stack.is_new) {
            let remote = Remote::new(stack.id.clone(), Arc::clone(self.run)).await?;
            let found = remote.describe().await?;
            let standing = Remote::standing(found.as_ref());
            if standing != Standing::Ready {
                let status = found.as_ref().and_then(|found| found.stack_status());
                let status = status.map_or("it is gone", |status| status.as_str());
                let (_, help) = standing.obstacle().unwrap_or(("", "run the same command again"));
                let message =
                    format!("resources of `{}` can't be moved now ({status})", stack.id.name);
                return Ok(Some(Failure::new(message).help(help)));
            }
            remote.turn().await;
            let policy = remote.client.get_stack_policy().stack_name(&stack.id.name).send().await;
            let policy = policy.map_err(|error| {
                AwsError::of(format!("read the stack policy of the stack {}", stack.id), &error)
            })?;
            if policy.stack_policy_body().is_some_and(|body| !body.trim().is_empty()) {
                let name = &stack.id.name;
                return Ok(Some(
                    Failure::new(format!(
                        "`{name}` has a stack policy: CloudFormation refactors no stack that has one, whatever it allows"
                    ))
                    .help("leave `moved_from` and the new id or stack out: a stack policy can't be taken away again"),
                ));
            }
        }
        Ok(None)
    }

    /// A refactor that does the same and that an earlier run has not brought to its end.
    async fn unfinished(&self) -> Result<Option<String>, AwsError> {
        let ours = list(&self.remote, &self.description).await?;
        Ok(ours.into_iter().next())
    }

    async fn create(&self) -> Result<String, AwsError> {
        let stacks = &self.refactor.stacks;
        let definitions = stacks.iter().map(definition);
        let mappings = self.refactor.moves.iter().map(mapping);
        self.remote.turn().await;
        let answer = self
            .remote
            .client
            .create_stack_refactor()
            .description(&self.description)
            .enable_stack_creation(stacks.iter().any(|stack| stack.is_new))
            .set_stack_definitions(Some(definitions.collect()))
            .set_resource_mappings(Some(mappings.collect()))
            .send()
            .await
            .map_err(|error| AwsError::of(self.what("make"), &error))?;
        Ok(answer.stack_refactor_id().unwrap_or_default().to_owned())
    }

    fn what(&self, verb: &str) -> String {
        let names: Vec<&str> = self.refactor.stacks.iter().map(|stack| &*stack.id.name).collect();
        format!("{verb} a stack refactor of {}", names.join(", "))
    }

    async fn describe(&self, id: &str) -> Result<DescribeStackRefactorOutput, AwsError> {
        self.remote.turn().await;
        let request = self.remote.client.describe_stack_refactor().stack_refactor_id(id);
        request.send().await.map_err(|error| AwsError::of(self.what("look at"), &error))
    }

    /// Waits until the refactor can be executed, looks at it, executes it and watches that to its end.
    async fn execute(&self, id: &str, resumed: bool) -> Result<Ended, AwsError> {
        let mut asked = 0;
        let planned = loop {
            let found = self.describe(id).await?;
            match found.status() {
                Some(Status::CreateInProgress) | None => {}
                Some(Status::CreateComplete) => break found,
                Some(Status::CreateFailed) => return Ok(Ended::Failed(self.refused(&found))),
                Some(_) => return Ok(Ended::Moved),
            }
            self.run.pace.pause(asked).await;
            asked += 1;
        };
        if planned.execution_status() == Some(&Execution::Available) {
            let surplus = self.surplus(id).await?;
            if !surplus.is_empty() {
                let failure =
                    Failure::new("CloudFormation would do more than the moves: nothing was moved")
                        .help("plan again: the stacks may have changed since")
                        .causes(surplus);
                return Ok(Ended::Failed(failure));
            }
            if self.run.stop.is_asked() {
                return Ok(Ended::Failed(Failure::new(
                    "nothing was moved: somebody asked to stop",
                )));
            }
            self.remote.turn().await;
            let request = self.remote.client.execute_stack_refactor().stack_refactor_id(id);
            match request.send().await {
                Ok(_) => {}
                // A request whose answer was lost may have begun it: what became of it is seen below.
                Err(error) if not_available(&error) => {}
                Err(error) => return Err(AwsError::of(self.what("execute"), &error)),
            }
        }
        let mut remotes = Vec::new();
        for stack in &self.refactor.stacks {
            remotes.push(Remote::new(stack.id.clone(), Arc::clone(self.run)).await?);
        }
        let under_way: Vec<_> =
            remotes.iter().map(|remote| remote.begin(Operation::Refactor, resumed)).collect();
        let ended = self.watch(id).await.map_err(super::operation::goes_on)?;
        if matches!(ended, Ended::Done) {
            for remote in &remotes {
                settled(remote).await?;
            }
        }
        drop(under_way);
        Ok(ended)
    }

    async fn watch(&self, id: &str) -> Result<Ended, AwsError> {
        let mut asked = 0;
        loop {
            let found = self.describe(id).await?;
            match found.execution_status() {
                Some(Execution::ExecuteComplete) => return Ok(Ended::Done),
                Some(Execution::ExecuteInProgress | Execution::RollbackInProgress) => {}
                Some(
                    status @ (Execution::ExecuteFailed
                    | Execution::RollbackComplete
                    | Execution::RollbackFailed),
                ) => return Ok(Ended::Failed(self.failed(&found, status))),
                // Another one was executed, or this one not yet.
                _ => return Ok(Ended::Moved),
            }
            self.run.pace.pause(asked).await;
            asked += 1;
        }
    }

    /// What the refactor would do beside the moves, and the moves that it would not do.
    async fn surplus(&self, id: &str) -> Result<Vec<FailureCause>, AwsError> {
        let mut actions = Vec::new();
        let mut page = None;
        loop {
            self.remote.turn().await;
            let request = self.remote.client.list_stack_refactor_actions().stack_refactor_id(id);
            let answer = request
                .set_next_token(page)
                .send()
                .await
                .map_err(|error| AwsError::of(self.what("look into"), &error))?;
            actions.extend(answer.stack_refactor_actions().iter().cloned());
            page = answer.next_token().map(str::to_owned);
            if page.is_none() {
                break;
            }
        }
        let mut wanted: BTreeSet<(String, String)> =
            self.refactor.moves.iter().map(|it| (it.from.clone(), it.to.clone())).collect();
        let makes = self.refactor.stacks.iter().any(|stack| stack.is_new);
        let mut surplus = Vec::new();
        for action in &actions {
            let is = |entity: &StackRefactorActionEntity| action.entity() == Some(entity);
            let does = |kind: &StackRefactorActionType| action.action() == Some(kind);
            let expected = match moved(action) {
                Some(pair) if does(&StackRefactorActionType::Move) => {
                    // What only stays where it is may be listed too.
                    pair.0 == pair.1 || wanted.remove(&pair)
                }
                _ => {
                    is(&StackRefactorActionEntity::Stack)
                        && does(&StackRefactorActionType::Create)
                        && makes
                }
            };
            if !expected {
                surplus.push(self.cause(action));
            }
        }
        surplus.extend(wanted.into_iter().map(|(from, to)| FailureCause {
            logical_id: from,
            type_name: String::new(),
            status: "MOVE".to_owned(),
            reason: format!("it would not be moved to {to}"),
            place: None,
        }));
        Ok(surplus)
    }

    fn cause(&self, action: &StackRefactorAction) -> FailureCause {
        let kind = action.action().map_or("", |kind| kind.as_str());
        let reason = match moved(action) {
            Some((from, to)) => format!("it would be moved from {from} to {to}"),
            None => action.description().unwrap_or("nobody asked for it").to_owned(),
        };
        let id = moved(action).map(|(from, _)| from);
        FailureCause {
            logical_id: id.or(action.physical_resource_id().map(str::to_owned)).unwrap_or_default(),
            type_name: String::new(),
            status: kind.to_owned(),
            reason,
            place: None,
        }
    }

    /// The moves, as causes with the lines of the program that make what is moved.
    fn moves(&self, reason: &str) -> Vec<FailureCause> {
        let moves = self.refactor.moves.iter();
        let each = moves.map(|due| {
            let (stack, id) = due.to.split_once('/').unwrap_or_default();
            let home = self.refactor.stacks.iter().find(|it| it.id.name == stack);
            FailureCause {
                logical_id: id.to_owned(),
                type_name: String::new(),
                status: format!("from {}", due.from),
                reason: reason.to_owned(),
                place: home.and_then(|home| self.run.place(&home.id, id)),
            }
        });
        // What CloudFormation names, if it names any.
        let (named, others): (Vec<_>, Vec<_>) = each.partition(|cause| {
            let old = cause.status.rsplit('/').next().unwrap_or_default();
            reason.contains(&*cause.logical_id) || reason.contains(old)
        });
        if named.is_empty() { others } else { named }
    }

    fn refused(&self, found: &DescribeStackRefactorOutput) -> Failure {
        let reason = found.status_reason().unwrap_or("CloudFormation gave no reason");
        Failure::new(format!("CloudFormation refuses the moves: {reason}"))
            .help("nothing was moved; `.strong()` makes a reference across stacks one that a stack refactor certainly takes")
            .causes(self.moves(reason))
    }

    fn failed(&self, found: &DescribeStackRefactorOutput, status: &Execution) -> Failure {
        let reason = found.execution_status_reason().unwrap_or("CloudFormation gave no reason");
        let (message, help) = match status {
            Execution::RollbackComplete => (
                "the stack refactor failed and was rolled back",
                "all is where it was: mend the cause, then run the same command again",
            ),
            Execution::RollbackFailed => (
                "the stack refactor failed, and so did its rollback",
                "look at the stacks' events; `--continue-rollback` goes on with the rollback of a stack",
            ),
            _ => (
                "the stack refactor failed",
                "mend the cause, then run the same command again: it sees what was moved",
            ),
        };
        Failure::new(format!("{message}: {reason}")).help(help).causes(self.moves(reason))
    }
}

/// The unfinished refactors of that description.
async fn list(remote: &Remote, description: &str) -> Result<Vec<String>, AwsError> {
    let mut found = Vec::new();
    let mut page = None;
    loop {
        let answer = page_of(remote, page).await?;
        for it in answer.stack_refactor_summaries() {
            let open = match (it.status(), it.execution_status()) {
                (Some(Status::CreateInProgress), _) => true,
                (Some(Status::CreateComplete), Some(execution)) => matches!(
                    execution,
                    Execution::Available
                        | Execution::ExecuteInProgress
                        | Execution::RollbackInProgress
                ),
                _ => false,
            };
            if open && it.description() == Some(description) {
                found.extend(it.stack_refactor_id().map(|id| {
                    let begun = it.execution_status() == Some(&Execution::ExecuteInProgress);
                    (!begun, id.to_owned())
                }));
            }
        }
        page = answer.next_token().map(str::to_owned);
        if page.is_none() {
            break;
        }
    }
    // One that is being executed before one that only may be.
    found.sort_by_key(|(later, _)| *later);
    Ok(found.into_iter().map(|(_, id)| id).collect())
}

async fn page_of(
    remote: &Remote,
    page: Option<String>,
) -> Result<ListStackRefactorsOutput, AwsError> {
    remote.turn().await;
    let request = remote.client.list_stack_refactors().set_next_token(page);
    request.send().await.map_err(|error| {
        let place = &remote.id;
        let what = format!("list the stack refactors of {} in {}", place.account, place.region);
        AwsError::of(what, &error)
    })
}

/// CloudFormation calls a refactor done a few seconds before its stacks are.
async fn settled(remote: &Remote) -> Result<(), AwsError> {
    let mut asked = 0;
    while Remote::standing(remote.describe().await?.as_ref()) == Standing::Busy {
        remote.run.pace.pause(asked).await;
        asked += 1;
    }
    Ok(())
}

fn definition(stack: &RefactoredStack) -> StackDefinition {
    let body = stack.template.to_string();
    StackDefinition::builder().stack_name(&stack.id.name).template_body(body).build()
}

fn mapping(due: &DueMove) -> ResourceMapping {
    let place = |address: &str| {
        let (stack, id) = address.split_once('/').unwrap_or_default();
        ResourceLocation::builder().stack_name(stack).logical_resource_id(id).build()
    };
    ResourceMapping::builder().source(place(&due.from)).destination(place(&due.to)).build()
}

/// From where to where, as `Stack/LogicalId`. CloudFormation names stacks by their ARNs.
fn moved(action: &StackRefactorAction) -> Option<(String, String)> {
    let mapping = action.resource_mapping()?;
    let place = |place: Option<&ResourceLocation>| {
        let place = place?;
        let stack = place.stack_name()?;
        let stack = stack.split('/').nth(1).unwrap_or(stack);
        Some(format!("{stack}/{}", place.logical_resource_id()?))
    };
    Some((place(mapping.source())?, place(mapping.destination())?))
}

fn not_available<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> bool {
    error.code() == Some("ValidationError")
}
