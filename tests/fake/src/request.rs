//! Actions that begin an operation, or change what a stack is besides its resources.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::change::has;
use crate::change_set::Kind;
use crate::operation::{Acting, Doomed, OnFailure, Operation, Phase, Purpose};
use crate::refusal::Refusal;
use crate::resource::{Fate, Policy};
use crate::rollback::is_there;
use crate::stack::{Stable, Stack};
use crate::status::{Course, ResourceStatus, StackStatus, Verb};
use crate::world::{Answer, Call, World};
use crate::xml::Fields;

impl World {
    pub(crate) fn execute_change_set(&mut self, call: &Call<'_>) -> Answer {
        let (number, stack, set) = self.change_set(call)?;
        let token = call.query.get("ClientRequestToken");
        let used = format!("ExecuteChangeSet {}", set.id);
        if stack.repeats(token, &used)? {
            return Ok(Some(Fields::new()));
        }
        if set.status != "CREATE_COMPLETE" || set.execution != "AVAILABLE" {
            let status = if set.status == "CREATE_COMPLETE" { set.execution } else { set.status };
            return Err(Refusal::new(
                400,
                "InvalidChangeSetStatus",
                format!(
                    "ChangeSet [{}] cannot be executed in its current status of [{status}]",
                    set.id
                ),
            ));
        }
        let disabled = call.query.flag("DisableRollback");
        if set.on_failure.is_some() && disabled.is_some() {
            return Err(Refusal::invalid(
                "DisableRollback cannot be specified when OnStackFailure was specified for the \
                 change set",
            ));
        }
        let ready = stack.status.is_updatable() || stack.status == StackStatus::ReviewInProgress;
        if !ready || stack.operation.is_some() {
            return Err(Refusal::invalid(format!(
                "Stack:{} is in {} state and can not be updated.",
                stack.identity.stack_id, stack.status
            )));
        }
        let on_failure = match (set.on_failure.as_deref(), disabled) {
            (Some("DELETE"), _) => OnFailure::Delete,
            (Some("DO_NOTHING"), _) | (None, Some(true)) => OnFailure::Keep,
            _ => OnFailure::Rollback,
        };
        let set = set.clone();
        let (purpose, status, kind) = match set.kind {
            Kind::Create => (Purpose::Create, StackStatus::CreateInProgress, "CREATE_STACK"),
            Kind::Update => (Purpose::Update, StackStatus::UpdateInProgress, "UPDATE_STACK"),
            Kind::Import => (Purpose::Import, StackStatus::ImportInProgress, "UPDATE_STACK"),
        };
        let retain = call.query.flag("RetainExceptOnCreate") == Some(true);
        let token = token.map(str::to_owned);
        self.alone(number, |stack, around| {
            stack.uses(token.as_deref(), used);
            stack.acting = Some(Acting { id: around.clock.uuid(), kind, token });
            let mut operation = Operation::new(purpose, Phase::Forward);
            operation.on_failure = on_failure;
            operation.imports = set.imports.clone();
            operation.revert = set.revert;
            if purpose != Purpose::Create && stack.stable.is_none() {
                stack.stable = Some(Stable {
                    goal: stack.goal.clone(),
                    // What never came to be is no state to return to.
                    resources: stack
                        .resources
                        .iter()
                        .filter(|(_, resource)| has(resource))
                        .map(|(id, resource)| (id.clone(), resource.clone()))
                        .collect(),
                    outputs: stack.outputs.clone(),
                });
            }
            // Executing one change set deletes the others; the one that is executed stays.
            stack.change_sets.retain(|other| other.id == set.id);
            for executed in &mut stack.change_sets {
                executed.execution = "EXECUTE_IN_PROGRESS";
            }
            stack.executed = Some(set.id.clone());
            stack.rollback_disabled = on_failure == OnFailure::Keep;
            stack.retain_except_on_create = retain;
            stack.updated = Some(around.clock.now());
            let present = stack.resolver(&set.goal, around).present().unwrap_or_default();
            operation.waiting = present.into_iter().collect();
            stack.goal = Some(set.goal);
            stack.enter(around.clock, status, Some("User Initiated"));
            stack.operation = Some(operation);
        });
        Ok(Some(Fields::new()))
    }

    pub(crate) fn delete_stack(&mut self, call: &Call<'_>) -> Answer {
        let query = call.query;
        let name = query.required("StackName")?;
        // What is not there, or no longer there, needs no deletion.
        let Ok((number, stack)) = self.stack(call, name) else { return Ok(None) };
        if stack.deleted.is_some() {
            return Ok(None);
        }
        let token = query.get("ClientRequestToken");
        let used = format!("DeleteStack {}", stack.identity.stack_id);
        if stack.repeats(token, &used)? || stack.status == StackStatus::DeleteInProgress {
            return Ok(None);
        }
        if stack.termination_protection {
            return Err(Refusal::invalid(format!(
                "Stack [{}] cannot be deleted while TerminationProtection is enabled",
                stack.name()
            )));
        }
        if stack.status.is_busy() && stack.status != StackStatus::CreateInProgress {
            return Err(Refusal::invalid(format!(
                "Stack [{}] cannot be deleted while in status {}",
                stack.name(),
                stack.status
            )));
        }
        let retained: BTreeSet<String> = query.strings("RetainResources").into_iter().collect();
        let force = query.get("DeletionMode") == Some("FORCE_DELETE_STACK");
        if stack.status != StackStatus::DeleteFailed && (force || !retained.is_empty()) {
            let what = if force { "FORCE_DELETE_STACK" } else { "RetainResources" };
            return Err(Refusal::invalid(format!(
                "Invalid operation on stack [{}]. {what} can only be specified when the stack is \
                 in the DELETE_FAILED state.",
                stack.name()
            )));
        }
        let users = crate::export::held(stack, &self.stacks, &self.script);
        let token = token.map(str::to_owned);
        self.alone(number, |stack, around| {
            stack.uses(token.as_deref(), used);
            stack.acting = Some(Acting { id: around.clock.uuid(), kind: "DELETE_STACK", token });
            let before = stack.status;
            stack.enter(around.clock, StackStatus::DeleteInProgress, Some("User Initiated"));
            if let Some(reason) = users {
                stack.enter(around.clock, before, Some(&reason));
                return;
            }
            let mut operation = Operation::new(Purpose::Delete, Phase::Remove);
            operation.force = force;
            operation.doomed = doomed(stack, &retained);
            stack.discarded.clear();
            stack.stable = None;
            stack.operation = Some(operation);
        });
        Ok(None)
    }

    pub(crate) fn continue_update_rollback(&mut self, call: &Call<'_>) -> Answer {
        let query = call.query;
        let (number, stack) = self.stack(call, query.required("StackName")?)?;
        let token = query.get("ClientRequestToken");
        let used = format!("ContinueUpdateRollback {}", stack.identity.stack_id);
        if stack.repeats(token, &used)? {
            return Ok(Some(Fields::new()));
        }
        if stack.status != StackStatus::UpdateRollbackFailed {
            return Err(Refusal::invalid(format!(
                "Stack:{} is in {} state and can not continue rolling back.",
                stack.identity.stack_id, stack.status
            )));
        }
        let skipped: BTreeSet<String> = query.strings("ResourcesToSkip").into_iter().collect();
        let failed = ResourceStatus(Verb::Update, Course::Failed);
        let other = skipped
            .iter()
            .find(|id| stack.resources.get(*id).is_none_or(|resource| resource.status != failed));
        if let Some(other) = other {
            return Err(Refusal::invalid(format!(
                "The following resource is not in UPDATE_FAILED state and can not be skipped: \
                 [{other}]"
            )));
        }
        let token = token.map(str::to_owned);
        self.alone(number, |stack, around| {
            stack.uses(token.as_deref(), used);
            let id = around.clock.uuid();
            stack.acting = Some(Acting { id, kind: "CONTINUE_ROLLBACK", token });
            let status = StackStatus::UpdateRollbackInProgress;
            stack.enter(around.clock, status, Some("User Initiated"));
            let mut operation = Operation::new(Purpose::Update, Phase::Restore);
            operation.begin_restore(stack);
            for id in &skipped {
                operation.waiting.remove(id);
                let Some(resource) = stack.resources.get(id).cloned() else { continue };
                // The stack takes it for restored, whatever it is; what it was is nobody's.
                let stable = stack.stable.as_ref().and_then(|stable| stable.resources.get(id));
                if let Some(before) = stable.filter(|it| it.physical_id != resource.physical_id) {
                    around.fate(stack, before, Fate::Lost);
                }
                stack.discarded.retain(|doomed| doomed.resource.logical_id != *id);
                let done = ResourceStatus(Verb::Update, Course::Complete);
                stack.tell(around.clock, &resource, done, Some("Resource was skipped"));
            }
            stack.operation = Some(operation);
        });
        Ok(Some(Fields::new()))
    }

    pub(crate) fn rollback_stack(&mut self, call: &Call<'_>) -> Answer {
        let query = call.query;
        let (number, stack) = self.stack(call, query.required("StackName")?)?;
        let stack_id = stack.identity.stack_id.clone();
        let token = query.get("ClientRequestToken");
        let used = format!("RollbackStack {stack_id}");
        if stack.repeats(token, &used)? {
            return Ok(Some(Fields::new().text("StackId", stack_id)));
        }
        let created = match stack.status {
            StackStatus::CreateFailed => true,
            StackStatus::UpdateFailed => false,
            other => {
                return Err(Refusal::invalid(format!(
                    "Stack:{stack_id} is in {other} state and can not be rolled back."
                )));
            }
        };
        let token = token.map(str::to_owned);
        let retain = query.flag("RetainExceptOnCreate") == Some(true);
        self.alone(number, |stack, around| {
            stack.uses(token.as_deref(), used);
            stack.acting = Some(Acting { id: around.clock.uuid(), kind: "ROLLBACK", token });
            stack.retain_except_on_create = retain;
            let mut operation = Operation::new(Purpose::Update, Phase::Restore);
            if created {
                operation.purpose = Purpose::Create;
                stack.enter(around.clock, StackStatus::RollbackInProgress, Some("User Initiated"));
                operation.remove_what_was_made(stack);
            } else {
                let status = StackStatus::UpdateRollbackInProgress;
                stack.enter(around.clock, status, Some("User Initiated"));
                operation.begin_restore(stack);
            }
            stack.operation = Some(operation);
        });
        Ok(Some(Fields::new().text("StackId", stack_id)))
    }

    pub(crate) fn cancel_update_stack(&mut self, call: &Call<'_>) -> Answer {
        let (number, stack) = self.stack(call, call.query.required("StackName")?)?;
        if stack.status != StackStatus::UpdateInProgress {
            return Err(Refusal::invalid(
                "CancelUpdateStack cannot be called from current stack status",
            ));
        }
        self.alone(number, |stack, _| {
            if let Some(operation) = &mut stack.operation {
                operation.cancelled = true;
                operation.on_failure = OnFailure::Rollback;
            }
        });
        Ok(None)
    }

    pub(crate) fn update_termination_protection(&mut self, call: &Call<'_>) -> Answer {
        let (number, stack) = self.stack(call, call.query.required("StackName")?)?;
        let stack_id = stack.identity.stack_id.clone();
        let enabled = call.query.required("EnableTerminationProtection")? == "true";
        self.alone(number, |stack, _| stack.termination_protection = enabled);
        Ok(Some(Fields::new().text("StackId", stack_id)))
    }

    pub(crate) fn set_stack_policy(&mut self, call: &Call<'_>) -> Answer {
        let (number, _) = self.stack(call, call.query.required("StackName")?)?;
        let body = call.query.required("StackPolicyBody")?;
        let policy: Value = serde_json::from_str(body)
            .map_err(|error| Refusal::invalid(format!("Error validating stack policy: {error}")))?;
        self.alone(number, |stack, _| stack.policy = Some(policy));
        Ok(None)
    }

    pub(crate) fn get_stack_policy(&self, call: &Call<'_>) -> Answer {
        let (_, stack) = self.stack(call, call.query.required("StackName")?)?;
        Ok(Some(Fields::new().some("StackPolicyBody", stack.policy.as_ref())))
    }
}

/// What the deletion of a stack deletes, and what it leaves: what it lists, and what an update that
/// did not end made or replaced.
fn doomed(stack: &Stack, retained: &BTreeSet<String>) -> Vec<Doomed> {
    let before = stack.stable.iter().flat_map(|stable| stable.resources.values());
    let known = stack
        .resources
        .values()
        .chain(before)
        .map(|resource| Doomed { policy: resource.wanted.deletion, resource: resource.clone() });
    let mut seen = BTreeSet::new();
    known
        .chain(stack.discarded.iter().cloned())
        .filter(|doomed| is_there(&doomed.resource))
        .filter(|Doomed { resource, .. }| {
            seen.insert((resource.logical_id.clone(), resource.physical_id.clone()))
        })
        .map(|mut doomed| {
            if retained.contains(&doomed.resource.logical_id) {
                doomed.policy = Policy::Retain;
            }
            doomed
        })
        .collect()
}
