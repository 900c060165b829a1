//! Change sets: made, waited for, looked at, executed.

use aws_sdk_cloudformation::{
    error::ProvideErrorMetadata,
    operation::describe_change_set::DescribeChangeSetOutput,
    types::{
        Capability, Change, ChangeSetStatus, ChangeSetType, DeploymentMode, EventType,
        ExecutionStatus, HookFailureMode, OperationEvent, Parameter, ResourceToImport, Tag,
    },
};

use super::{
    AwsError, Failure, FailureCause, PlannedChange,
    remote::{Remote, says},
    target::Target,
};

/// How often a change set is asked for anew, if one that can't be executed has its name.
const ATTEMPTS: u32 = 3;

/// How often a change set that CloudFormation still plans is looked at: for about an hour.
const LOOKS: u32 = 450;

/// A change set that may be executed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ChangeSet {
    pub(super) name: String,
    pub(super) arn: String,
    /// The stack's ARN.
    pub(super) stack: String,
    /// What it does, in CloudFormation's order.
    pub(super) changes: Vec<PlannedChange>,
}

/// What became of a request for a change set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Made {
    /// It may be executed.
    Ready(ChangeSet),
    /// The stack is as it should be.
    NoChanges,
    /// CloudFormation can't do it.
    Refused(Failure),
    /// The stack isn't as it was when it was looked at: look again.
    Moved,
}

/// What to ask for.
#[derive(Clone, Debug)]
pub(super) struct Wish<'a> {
    pub(super) target: &'a Target,
    pub(super) name: &'a str,
    pub(super) kind: ChangeSetType,
    /// Where the template is, if it is too large for the request.
    pub(super) template_url: Option<String>,
    /// The parameters that keep their value.
    pub(super) kept_parameters: Vec<String>,
    pub(super) revert_drift: bool,
    /// The existing resources that become the stack's own, of an import alone.
    pub(super) imports: Vec<ResourceToImport>,
    /// Whether resources that are there under the names that the template gives become the stack's own.
    pub(super) adopt: bool,
}

impl Remote {
    /// Makes the change set, or finds the one of the name, and waits until it is ready.
    ///
    /// # Errors
    ///
    /// If AWS can't be asked, or refuses the request.
    pub(super) async fn change_set(&self, wish: &Wish<'_>) -> Result<Made, AwsError> {
        for _ in 0..ATTEMPTS {
            if !self.create_change_set(wish).await? {
                return Ok(Made::Moved);
            }
            let Some(found) = self.planned(wish.name).await? else { return Ok(Made::Moved) };
            match found.execution_status() {
                Some(ExecutionStatus::Available) => {
                    return self.ready(found).await.map(Made::Ready);
                }
                // It was executed by a run before this one, or by the request whose answer was lost.
                Some(ExecutionStatus::ExecuteInProgress | ExecutionStatus::ExecuteComplete) => {
                    return Ok(Made::Moved);
                }
                _ => {}
            }
            let reason =
                found.status_reason().unwrap_or("CloudFormation gave no reason").to_owned();
            let failed = found.status() == Some(&ChangeSetStatus::Failed);
            let refusal = if failed && !is_no_change(&reason) {
                let arn = found.change_set_id().unwrap_or_default();
                let (causes, _) = self.validation(arn).await?;
                Some(refused(&reason, causes))
            } else {
                None
            };
            // Whatever is wrong with it may be mended before the next time, and the name is the same.
            self.delete_change_set(wish.name).await?;
            match refusal {
                Some(failure) => return Ok(Made::Refused(failure)),
                None if failed => return Ok(Made::NoChanges),
                None => {}
            }
        }
        Ok(Made::Moved)
    }

    /// Whether there is a change set of the name now; else the stack isn't as it was.
    async fn create_change_set(&self, wish: &Wish<'_>) -> Result<bool, AwsError> {
        let target = wish.target;
        let tag = |(key, value): (&String, &String)| Tag::builder().key(key).value(value).build();
        let given = target.parameters.iter().map(|(key, value)| {
            Parameter::builder().parameter_key(key).parameter_value(value).build()
        });
        let kept = wish
            .kept_parameters
            .iter()
            .map(|key| Parameter::builder().parameter_key(key).use_previous_value(true).build());
        let capabilities = target.capabilities().into_iter().map(Capability::from);
        let mode = wish.revert_drift.then_some(DeploymentMode::RevertDrift);
        // An import changes no tags: without any in the request those of the stack stay.
        let importing = !wish.imports.is_empty();
        let tags = (!importing).then(|| target.tags.iter().map(tag).collect());
        let imports = importing.then(|| wish.imports.clone());
        let mut request = self
            .client
            .create_change_set()
            .stack_name(&self.id.name)
            .change_set_name(wish.name)
            .change_set_type(wish.kind.clone())
            // Its name keeps it from being made twice. A token that CloudFormation remembers of one that
            // was deleted would keep it from being made again.
            .client_token(format!("innovate-{:016x}", fastrand::u64(..)))
            .set_tags(tags)
            .set_resources_to_import(imports)
            .set_parameters(Some(given.chain(kept).collect()))
            .set_capabilities(Some(capabilities.collect()))
            .set_import_existing_resources(wish.adopt.then_some(true))
            .set_deployment_mode(mode);
        request = match &wish.template_url {
            Some(url) => request.template_url(url),
            None => request.template_body(&target.body),
        };
        self.turn().await;
        match request.send().await {
            Ok(_) => Ok(true),
            Err(error) if error.code() == Some("AlreadyExistsException") => Ok(true),
            Err(error) if stack_moved(&error) => Ok(false),
            Err(error) => {
                Err(AwsError::of(format!("make a change set for the stack {}", self.id), &error))
            }
        }
    }

    /// The change set once CloudFormation has planned it; nothing if there is none of the name.
    async fn planned(&self, name: &str) -> Result<Option<DescribeChangeSetOutput>, AwsError> {
        let mut asked = 0;
        loop {
            let Some(found) = self.describe_change_set(name, None).await? else { return Ok(None) };
            let under_way = [
                ChangeSetStatus::CreatePending,
                ChangeSetStatus::CreateInProgress,
                ChangeSetStatus::DeletePending,
                ChangeSetStatus::DeleteInProgress,
            ];
            if found.status().is_none_or(|status| !under_way.contains(status)) {
                return Ok(Some(found));
            }
            if asked == LOOKS {
                let status = found.status().map_or("", |status| status.as_str());
                let what = format!("plan the change set {name} of the stack {}", self.id);
                return Err(AwsError::new(what, format!("it stays {status}"))
                    .help("look at it in the console, then run the same command again"));
            }
            self.run.pace.pause(asked).await;
            asked += 1;
        }
    }

    async fn describe_change_set(
        &self,
        name: &str,
        page: Option<String>,
    ) -> Result<Option<DescribeChangeSetOutput>, AwsError> {
        self.turn().await;
        let request = self
            .client
            .describe_change_set()
            .stack_name(&self.id.name)
            .change_set_name(name)
            .set_next_token(page);
        match request.send().await {
            Ok(found) => Ok(Some(found)),
            Err(error) if error.code() == Some("ChangeSetNotFound") => Ok(None),
            Err(error) => {
                let what = format!("look at the change set {name} of the stack {}", self.id);
                Err(AwsError::of(what, &error))
            }
        }
    }

    /// All that the change set does, with what its validation warns of told.
    async fn ready(&self, mut page: DescribeChangeSetOutput) -> Result<ChangeSet, AwsError> {
        let name = page.change_set_name().unwrap_or_default().to_owned();
        let arn = page.change_set_id().unwrap_or_default().to_owned();
        let stack = page.stack_id().unwrap_or_default().to_owned();
        let mut changes = Vec::new();
        loop {
            changes.extend(page.changes().iter().filter_map(|change| self.change(change)));
            let Some(next) = page.next_token().map(str::to_owned) else { break };
            let Some(found) = self.describe_change_set(&arn, Some(next)).await? else { break };
            page = found;
        }
        let (_, warnings) = self.validation(&arn).await?;
        for FailureCause { logical_id, status, reason, .. } in warnings {
            let about = (!logical_id.is_empty()).then_some(&*logical_id);
            self.warn(about, format!("{status}: {reason}"));
        }
        Ok(ChangeSet { name, arn, stack, changes })
    }

    fn change(&self, change: &Change) -> Option<PlannedChange> {
        let resource = change.resource_change()?;
        let logical_id = resource.logical_resource_id()?.to_owned();
        let owned = |text: &str| text.to_owned();
        Some(PlannedChange {
            type_name: resource.resource_type().unwrap_or_default().to_owned(),
            action: resource.action().map_or_else(String::new, |action| owned(action.as_str())),
            replacement: resource.replacement().map(|it| owned(it.as_str())),
            policy_action: resource.policy_action().map(|it| owned(it.as_str())),
            place: self.run.place(&self.id, &logical_id),
            logical_id,
        })
    }

    /// What the validation before deployment found: what fails, and what only warns.
    async fn validation(
        &self,
        arn: &str,
    ) -> Result<(Vec<FailureCause>, Vec<FailureCause>), AwsError> {
        let (mut fails, mut warns) = (Vec::new(), Vec::new());
        let mut page = None;
        loop {
            self.turn().await;
            let request = self.client.describe_events().change_set_name(arn).set_next_token(page);
            let answer = request.send().await.map_err(|error| {
                let what = format!("read what CloudFormation finds in a change set of {}", self.id);
                AwsError::of(what, &error)
            })?;
            for event in answer.operation_events() {
                if event.event_type() == Some(&EventType::ValidationError) {
                    let warning = event.validation_failure_mode() == Some(&HookFailureMode::Warn);
                    let into = if warning { &mut warns } else { &mut fails };
                    into.push(self.finding(event));
                }
            }
            page = answer.next_token().map(str::to_owned);
            if page.is_none() {
                break;
            }
        }
        fails.reverse();
        warns.reverse();
        Ok((fails, warns))
    }

    fn finding(&self, event: &OperationEvent) -> FailureCause {
        let logical_id = event.logical_resource_id().unwrap_or_default().to_owned();
        let reason = event.validation_status_reason().unwrap_or("CloudFormation gave no reason");
        let reason = match event.validation_path() {
            Some(path) if !path.is_empty() => format!("{reason} (at {path})"),
            _ => reason.to_owned(),
        };
        FailureCause {
            type_name: event.resource_type().unwrap_or_default().to_owned(),
            status: event.validation_name().unwrap_or("validation").to_owned(),
            reason,
            place: self.run.place(&self.id, &logical_id),
            logical_id,
        }
    }

    /// Deletes a change set; that there is none is no failure.
    pub(super) async fn delete_change_set(&self, name: &str) -> Result<(), AwsError> {
        self.turn().await;
        let request =
            self.client.delete_change_set().stack_name(&self.id.name).change_set_name(name);
        match request.send().await {
            Ok(_) => Ok(()),
            // It is being executed, or its stack is gone: nothing to delete.
            Err(error)
                if matches!(
                    error.code(),
                    Some("InvalidChangeSetStatus" | "ChangeSetNotFound" | "ValidationError")
                ) =>
            {
                Ok(())
            }
            Err(error) => {
                let what = format!("delete the change set {name} of the stack {}", self.id);
                Err(AwsError::of(what, &error))
            }
        }
    }

    /// Executes a change set: whether it is executed now. Else the stack isn't as it was, or a request
    /// whose answer was lost has begun it.
    ///
    /// # Errors
    ///
    /// If AWS can't be asked, or refuses.
    pub(super) async fn execute(&self, set: &ChangeSet, token: &str) -> Result<bool, AwsError> {
        self.turn().await;
        let request = self
            .client
            .execute_change_set()
            .change_set_name(&set.arn)
            .client_request_token(token)
            .disable_rollback(false)
            .retain_except_on_create(true);
        match request.send().await {
            Ok(_) => Ok(true),
            Err(error)
                if matches!(
                    error.code(),
                    Some(
                        "InvalidChangeSetStatus"
                            | "ChangeSetNotFound"
                            | "TokenAlreadyExistsException"
                    )
                ) || stack_moved(&error) =>
            {
                Ok(false)
            }
            Err(error) => {
                let what = format!("execute the change set {} of the stack {}", set.name, self.id);
                Err(AwsError::of(what, &error))
            }
        }
    }
}

/// Whether AWS refuses because the stack is gone, is there already, or is busy.
fn stack_moved<E: ProvideErrorMetadata, R>(
    error: &aws_sdk_cloudformation::error::SdkError<E, R>,
) -> bool {
    ["does not exist", "already exists and cannot be created", "state and can not be updated"]
        .iter()
        .any(|words| says(error, "ValidationError", words))
}

/// CloudFormation has no code of its own for a change set without changes.
fn is_no_change(reason: &str) -> bool {
    reason.contains("didn't contain changes") || reason.contains("No updates are to be performed")
}

fn refused(reason: &str, causes: Vec<FailureCause>) -> Failure {
    if causes.is_empty() {
        return Failure::new(format!("CloudFormation can't do it: {reason}"));
    }
    let count = if causes.len() == 1 { "a mistake" } else { "mistakes" };
    Failure::new(format!("CloudFormation finds {count} before the deployment: nothing was changed"))
        .causes(causes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_set_without_changes_is_known_by_both_of_its_texts() {
        assert!(is_no_change("The submitted information didn't contain changes. Submit different"));
        assert!(is_no_change("No updates are to be performed."));
        assert!(!is_no_change("Transform failed"));
    }
}
