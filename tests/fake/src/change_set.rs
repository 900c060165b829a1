//! Change sets: made, planned as time passes, described, deleted.

use std::collections::BTreeMap;

use crate::change::{Change, plan};
use crate::event::ValidationEvent;
use crate::goal::{check_name, imports, no_other_type};
use crate::moment::{Moment, written};
use crate::refusal::Refusal;
use crate::resolve::{Identity, partition};
use crate::stack::{Around, Goal, Stack};
use crate::status::StackStatus;
use crate::template::joined;
use crate::world::{Answer, Call, World};
use crate::xml::{Fields, Xml};

const NO_CHANGES: &str = "The submitted information didn't contain changes. Submit different \
                          information to create a change set.";

/// What a change set is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Create,
    Update,
    Import,
}

/// A change set.
#[derive(Debug, Clone)]
pub(crate) struct ChangeSet {
    pub(crate) name: String,
    pub(crate) id: String,
    pub(crate) kind: Kind,
    pub(crate) status: &'static str,
    pub(crate) execution: &'static str,
    pub(crate) reason: Option<String>,
    pub(crate) goal: Goal,
    pub(crate) on_failure: Option<String>,
    pub(crate) revert: bool,
    /// Physical ids by logical ids.
    pub(crate) imports: BTreeMap<String, String>,
    token: Option<String>,
    description: Option<String>,
    created: Moment,
    operation: String,
    left: u64,
    changes: Vec<Change>,
    validates: bool,
}

impl World {
    pub(crate) fn create_change_set(&mut self, call: &Call<'_>) -> Answer {
        let query = call.query;
        let stack_name = query.required("StackName")?;
        let name = query.required("ChangeSetName")?.to_owned();
        check_name("changeSetName", &name, 128)?;
        let kind = match query.get("ChangeSetType").unwrap_or("UPDATE") {
            "CREATE" => Kind::Create,
            "IMPORT" => Kind::Import,
            _ => Kind::Update,
        };
        let found = self.find(call, stack_name);
        let present = found.and_then(|number| self.stacks.get(&number));
        let number = match (kind, present, found) {
            (Kind::Create | Kind::Import, None, _) => None,
            // An import makes a stack too.
            (Kind::Import, Some(stack), found) if stack.status == StackStatus::ReviewInProgress => {
                found
            }
            (Kind::Create, Some(stack), found) => {
                if stack.status != StackStatus::ReviewInProgress {
                    return Err(Refusal::invalid(format!(
                        "Stack [{stack_name}] already exists and cannot be created again with the \
                         changeSet [{name}]."
                    )));
                }
                found
            }
            (Kind::Update | Kind::Import, Some(stack), found) => {
                if !stack.status.is_updatable() {
                    return Err(Refusal::invalid(format!(
                        "Stack:{} is in {} state and can not be updated.",
                        stack.identity.stack_id, stack.status
                    )));
                }
                found
            }
            (Kind::Update, None, _) => {
                return Err(Refusal::invalid(format!("Stack [{stack_name}] does not exist")));
            }
        };
        if let Some(set) = present.and_then(|stack| {
            stack.change_sets.iter().find(|set| {
                set.name == name
                    && set.execution != "EXECUTE_COMPLETE"
                    && set.execution != "EXECUTE_FAILED"
            })
        }) {
            let stack_id = present.map(|stack| stack.identity.stack_id.clone());
            if set.token.is_some() && set.token.as_deref() == query.get("ClientToken") {
                return Ok(Some(Fields::new().text("Id", &set.id).some("StackId", stack_id)));
            }
            return Err(Refusal::new(
                400,
                "AlreadyExistsException",
                format!(
                    "ChangeSet {name} cannot be created due to a mismatch with existing attribute \
                     ClientToken"
                ),
            ));
        }
        let previous = present.and_then(|stack| stack.goal.clone());
        let goal = self.goal(query, previous.as_ref())?;
        if let Some(previous) = &previous {
            no_other_type(&previous.template, &goal.template)?;
        }
        let imports = imports(query, &goal)?;
        let on_failure = query.owned("OnStackFailure");
        if on_failure.as_deref() == Some("DELETE") && kind != Kind::Create {
            return Err(Refusal::invalid(
                "OnStackFailure DELETE is only valid for change sets of type CREATE",
            ));
        }
        let number = match number {
            Some(number) => number,
            None => self.review(call, stack_name)?,
        };
        let uuid = self.clock.uuid();
        let id = format!(
            "arn:{}:cloudformation:{}:{}:changeSet/{name}/{uuid}",
            partition(call.region),
            call.region,
            call.account
        );
        let set = ChangeSet {
            name: name.clone(),
            id: id.clone(),
            kind,
            status: "CREATE_PENDING",
            execution: "UNAVAILABLE",
            reason: None,
            goal,
            on_failure,
            revert: query.get("DeploymentMode") == Some("REVERT_DRIFT"),
            imports,
            token: query.owned("ClientToken"),
            description: query.owned("Description"),
            created: self.clock.now(),
            operation: self.clock.uuid(),
            left: self.script.planning,
            changes: Vec::new(),
            validates: query.flag("DisableValidation") != Some(true),
        };
        let stack = self.stacks.get_mut(&number).ok_or_else(|| Refusal::no_stack(stack_name))?;
        stack.change_sets.retain(|set| set.name != name);
        stack.change_sets.push(set);
        let stack_id = &stack.identity.stack_id;
        Ok(Some(Fields::new().text("Id", id).text("StackId", stack_id)))
    }

    /// A stack that is to be created, in review.
    fn review(&mut self, call: &Call<'_>, name: &str) -> Result<u64, Refusal> {
        check_name("stackName", name, 128)?;
        self.count += 1;
        let identity = Identity {
            account: call.account.to_owned(),
            region: call.region.to_owned(),
            partition: partition(call.region),
            stack_name: name.to_owned(),
            stack_id: format!(
                "arn:{}:cloudformation:{}:{}:stack/{name}/{}",
                partition(call.region),
                call.region,
                call.account,
                self.clock.uuid()
            ),
        };
        let mut stack = Stack::new(identity, &mut self.clock);
        stack.enter(&mut self.clock, StackStatus::ReviewInProgress, Some("User Initiated"));
        self.stacks.insert(self.count, stack);
        Ok(self.count)
    }

    /// The change set, by its name and its stack's, or by its ARN.
    pub(crate) fn change_set(&self, call: &Call<'_>) -> Result<(u64, &Stack, &ChangeSet), Refusal> {
        let name = call.query.required("ChangeSetName")?;
        let by_arn = name.starts_with("arn:");
        if !by_arn {
            let Some(stack) = call.query.get("StackName") else {
                return Err(Refusal::invalid(
                    "StackName must be specified if ChangeSetName is not specified as an ARN.",
                ));
            };
            if self.find(call, stack).is_none() {
                return Err(Refusal::new(
                    404,
                    "ChangeSetNotFound",
                    format!("Stack [{stack}] does not exist"),
                ));
            }
        }
        let only = call.query.get("StackName").and_then(|stack| self.find(call, stack));
        self.stacks
            .iter()
            .filter(|(number, _)| by_arn || Some(**number) == only)
            .flat_map(|(number, stack)| {
                stack.change_sets.iter().map(move |set| (*number, stack, set))
            })
            .find(|(_, _, set)| if by_arn { set.id == name } else { set.name == name })
            .ok_or_else(|| Refusal::no_change_set(name))
    }

    pub(crate) fn describe_change_set(&self, call: &Call<'_>) -> Answer {
        let (_, stack, set) = self.change_set(call)?;
        let values = call.query.flag("IncludePropertyValues") == Some(true);
        let changes = set.changes.iter().map(|change| change.xml(values)).collect();
        let (changes, next) = self.page(call, changes)?;
        let answer = set.summary(stack).some("OnStackFailure", set.on_failure.as_ref());
        let answer = crate::describe::goal_fields(answer, &set.goal)
            .some("DeploymentMode", set.revert.then_some("REVERT_DRIFT"))
            .list("Changes", changes)
            .some("NextToken", next);
        Ok(Some(answer))
    }

    pub(crate) fn list_change_sets(&self, call: &Call<'_>) -> Answer {
        let name = call.query.required("StackName")?;
        let (_, stack) = self
            .stack(call, name)
            .map_err(|_| Refusal::invalid(format!("Stack [{name}] does not exist")))?;
        let listed = stack.change_sets.iter().filter(|set| !set.execution.starts_with("EXECUTE"));
        let summaries = listed.map(|set| Xml::from(set.summary(stack))).collect();
        let (summaries, next) = self.page(call, summaries)?;
        Ok(Some(Fields::new().list("Summaries", summaries).some("NextToken", next)))
    }

    pub(crate) fn delete_change_set(&mut self, call: &Call<'_>) -> Answer {
        let (number, id, execution) = match self.change_set(call) {
            Ok((number, _, set)) => (number, set.id.clone(), set.execution),
            // What is not there needs no deletion; a stack that is not there is another matter.
            Err(refusal) if refusal.message.starts_with("ChangeSet [") => {
                return Ok(Some(Fields::new()));
            }
            Err(refusal) => return Err(refusal),
        };
        if execution == "EXECUTE_IN_PROGRESS" {
            return Err(Refusal::new(
                400,
                "InvalidChangeSetStatus",
                format!("ChangeSet [{id}] cannot be deleted in execution status {execution}"),
            ));
        }
        if let Some(stack) = self.stacks.get_mut(&number) {
            stack.change_sets.retain(|set| set.id != id);
        }
        Ok(Some(Fields::new()))
    }
}

impl ChangeSet {
    fn summary(&self, stack: &Stack) -> Fields {
        Fields::new()
            .text("ChangeSetName", &self.name)
            .text("ChangeSetId", &self.id)
            .text("StackId", &stack.identity.stack_id)
            .text("StackName", stack.name())
            .some("Description", self.description.as_ref())
            .text("CreationTime", written(self.created))
            .text("ExecutionStatus", self.execution)
            .text("Status", self.status)
            .some("StatusReason", self.reason.as_ref())
            .text("IncludeNestedStacks", false)
            .text("ImportExistingResources", false)
    }

    pub(crate) fn operation(&self) -> &str {
        &self.operation
    }

    fn fail(&mut self, reason: String) {
        self.status = "FAILED";
        self.execution = "UNAVAILABLE";
        self.reason = Some(reason);
    }
}

impl Stack {
    /// Whether a change set is being planned.
    pub(crate) fn is_planning(&self) -> bool {
        self.change_sets
            .iter()
            .any(|set| set.status.starts_with("CREATE_") && set.status != "CREATE_COMPLETE")
    }

    /// A tick passes for change sets that are being planned.
    pub(crate) fn plan_change_sets(&mut self, around: &mut Around<'_>) {
        let mut sets = std::mem::take(&mut self.change_sets);
        for set in &mut sets {
            if set.left > 1 {
                set.left -= 1;
                continue;
            }
            set.left = around.script.planning;
            match set.status {
                "CREATE_PENDING" => set.status = "CREATE_IN_PROGRESS",
                "CREATE_IN_PROGRESS" => self.plan_one(set, around),
                _ => {}
            }
        }
        self.change_sets = sets;
    }

    fn plan_one(&mut self, set: &mut ChangeSet, around: &mut Around<'_>) {
        let planned = plan(self, &set.goal, &set.imports, set.revert, around);
        let changes = match planned {
            Ok(changes) => changes,
            Err(reason) => return set.fail(reason),
        };
        set.changes = changes;
        if set.kind != Kind::Create && set.changes.is_empty() && self.is_same(&set.goal, around) {
            return set.fail(NO_CHANGES.to_owned());
        }
        if set.kind == Kind::Import {
            let others = set.changes.iter().any(|change| change.action != "Import");
            let outputs = |goal: &Goal| goal.template.section("Outputs").clone();
            let has = self.goal.as_ref().map(outputs).unwrap_or_default();
            if others || has != outputs(&set.goal) {
                return set.fail(
                    "You cannot modify or add [Outputs], or modify resources, in an import \
                     operation"
                        .to_owned(),
                );
            }
        }
        let mut failed = Vec::new();
        let findings = around.script.findings.clone();
        let name = self.name().to_owned();
        let here = findings.into_iter().filter(|finding| finding.stack == name);
        for finding in here.filter(|_| set.validates) {
            if finding.fails {
                failed.push(match finding.name.as_str() {
                    "NAME_CONFLICT_VALIDATION" => "AWS::EarlyValidation::ResourceExistenceCheck",
                    _ => "AWS::EarlyValidation::PropertyValidation",
                });
            }
            self.validations.push(ValidationEvent {
                id: around.clock.uuid(),
                operation: set.operation.clone(),
                at: around.clock.now(),
                resource_type: set.goal.template.kind(&finding.logical_id).to_owned(),
                finding,
            });
        }
        failed.sort_unstable();
        failed.dedup();
        if !failed.is_empty() {
            return set.fail(format!(
                "The following hook(s)/validation failed: [{}]. To troubleshoot Early Validation \
                 errors, use the DescribeEvents API for detailed failure information.",
                joined(failed)
            ));
        }
        set.status = "CREATE_COMPLETE";
        set.execution = "AVAILABLE";
    }

    /// Whether the goal gives the stack nothing but what it has, resources aside.
    fn is_same(&self, goal: &Goal, around: &Around<'_>) -> bool {
        let Some(has) = &self.goal else { return false };
        let outputs = self.resolver(goal, around).outputs();
        has.tags == goal.tags
            && has.notifications == goal.notifications
            && has.alarms == goal.alarms
            && outputs.is_ok_and(|outputs| outputs == self.outputs)
    }

    /// An operation is over: the change set that began it says how it ended.
    pub(crate) fn closed(&mut self) {
        let succeeded = matches!(
            self.status,
            StackStatus::CreateComplete | StackStatus::UpdateComplete | StackStatus::ImportComplete
        );
        for set in &mut self.change_sets {
            if set.execution == "EXECUTE_IN_PROGRESS" {
                set.execution = if succeeded { "EXECUTE_COMPLETE" } else { "EXECUTE_FAILED" };
            }
        }
        if succeeded || self.status == StackStatus::UpdateRollbackComplete {
            self.stable = None;
            self.discarded.clear();
        }
    }
}
