//! Answers about stacks, their templates, resources and events.

use crate::moment::written;
use crate::refusal::Refusal;
use crate::resource::Resource;
use crate::stack::{Goal, Stack};
use crate::world::{Answer, Call, World};
use crate::xml::{Fields, Xml};

impl World {
    pub(crate) fn describe_stacks(&self, call: &Call<'_>) -> Answer {
        let stacks = match call.query.get("StackName") {
            Some(name) => vec![Xml::from(self.stack(call, name)?.1.xml())],
            None => self
                .of(call)
                .filter(|stack| stack.deleted.is_none())
                .map(|stack| stack.xml().into())
                .collect(),
        };
        let (stacks, next) = self.page(call, stacks)?;
        Ok(Some(Fields::new().list("Stacks", stacks).some("NextToken", next)))
    }

    pub(crate) fn list_stacks(&self, call: &Call<'_>) -> Answer {
        let wanted = call.query.strings("StackStatusFilter");
        let summaries = self
            .of(call)
            .filter(|stack| {
                wanted.is_empty() || wanted.iter().any(|status| status == stack.status.as_str())
            })
            .map(|stack| stack.summary().into())
            .collect();
        let (summaries, next) = self.page(call, summaries)?;
        Ok(Some(Fields::new().list("StackSummaries", summaries).some("NextToken", next)))
    }

    pub(crate) fn get_template(&self, call: &Call<'_>) -> Answer {
        let body = if call.query.get("ChangeSetName").is_some() {
            let (_, _, set) = self.change_set(call)?;
            set.goal.template.body.clone()
        } else {
            let (_, stack) = self.stack(call, call.query.required("StackName")?)?;
            stack.goal.as_ref().map(|goal| goal.template.body.clone()).unwrap_or_default()
        };
        let stages = ["Original", "Processed"].map(str::to_owned);
        let answer = Fields::new().text("TemplateBody", body);
        Ok(Some(answer.strings("StagesAvailable", &stages)))
    }

    pub(crate) fn describe_stack_events(&self, call: &Call<'_>) -> Answer {
        let name = call.query.required("StackName")?;
        let (_, stack) = self
            .stack(call, name)
            .map_err(|_| Refusal::invalid(format!("Stack [{name}] does not exist")))?;
        let (id, name) = (&stack.identity.stack_id, stack.name());
        let events = stack.events.iter().rev().map(|event| event.of_stack(id, name)).collect();
        let (events, next) = self.page(call, events)?;
        Ok(Some(Fields::new().list("StackEvents", events).some("NextToken", next)))
    }

    pub(crate) fn describe_events(&self, call: &Call<'_>) -> Answer {
        let query = call.query;
        let failed_only = query.flag("Filters.FailedEvents") == Some(true);
        let set = query
            .get("ChangeSetName")
            .filter(|name| name.starts_with("arn:") || query.get("StackName").is_some());
        let (stack, operation) = if set.is_some() {
            let (_, stack, set) = self.change_set(call)?;
            (stack, Some(set.operation().to_owned()))
        } else if let Some(name) = query.get("StackName") {
            (self.stack(call, name)?.1, query.owned("OperationId"))
        } else if let Some(operation) = query.get("OperationId") {
            let of = self.of(call).find(|stack| {
                stack.events.iter().any(|event| event.operation == operation)
                    || stack.validations.iter().any(|event| event.operation == operation)
            });
            let stack = of.ok_or_else(|| {
                Refusal::invalid(format!("Operation [{operation}] does not exist"))
            })?;
            (stack, Some(operation.to_owned()))
        } else {
            return Err(Refusal::invalid(
                "One of ChangeSetName, OperationId or StackName must be specified",
            ));
        };
        let id = &stack.identity.stack_id;
        let is_wanted = |of: &str| operation.as_deref().is_none_or(|operation| operation == of);
        let mut events: Vec<(u64, Xml)> = stack
            .events
            .iter()
            .filter(|event| is_wanted(&event.operation))
            .filter(|event| !failed_only || event.is_failure())
            .map(|event| (event.at, event.of_operation(id)))
            .collect();
        let validations = stack.validations.iter().filter(|event| is_wanted(&event.operation));
        events.extend(validations.map(|event| (event.at, event.xml(id))));
        events.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
        let events = events.into_iter().map(|(_, event)| event).collect();
        let (events, next) = self.page(call, events)?;
        Ok(Some(Fields::new().list("OperationEvents", events).some("NextToken", next)))
    }

    pub(crate) fn describe_stack_resources(&self, call: &Call<'_>) -> Answer {
        let (_, stack) = self.stack(call, call.query.required("StackName")?)?;
        let only = call.query.get("LogicalResourceId");
        let resources = stack
            .resources
            .values()
            .filter(|resource| only.is_none_or(|only| only == resource.logical_id))
            .take(100)
            .map(|resource| {
                let fields = Fields::new()
                    .text("StackName", stack.name())
                    .text("StackId", &stack.identity.stack_id);
                let fields = resource.fields(fields).text("Timestamp", written(resource.updated));
                fields.nested("DriftInformation", stack.drift.of_resource(resource)).into()
            })
            .collect();
        Ok(Some(Fields::new().list("StackResources", resources)))
    }

    pub(crate) fn list_stack_resources(&self, call: &Call<'_>) -> Answer {
        let (_, stack) = self.stack(call, call.query.required("StackName")?)?;
        let summaries = stack
            .resources
            .values()
            .map(|resource| {
                let fields = resource.fields(Fields::new());
                let fields = fields.text("LastUpdatedTimestamp", written(resource.updated));
                fields.nested("DriftInformation", stack.drift.of_resource(resource)).into()
            })
            .collect();
        let (summaries, next) = self.page(call, summaries)?;
        Ok(Some(Fields::new().list("StackResourceSummaries", summaries).some("NextToken", next)))
    }

    /// The stacks of the caller's account and region, the newest first as AWS gives them.
    fn of(&self, call: &Call<'_>) -> impl Iterator<Item = &Stack> {
        let (account, region) = (call.account.to_owned(), call.region.to_owned());
        self.stacks.values().rev().filter(move |stack| {
            stack.identity.account == account && stack.identity.region == region
        })
    }
}

impl Resource {
    fn fields(&self, fields: Fields) -> Fields {
        fields
            .text("LogicalResourceId", &self.logical_id)
            .some("PhysicalResourceId", Some(&self.physical_id).filter(|id| !id.is_empty()))
            .text("ResourceType", &self.wanted.kind)
            .text("ResourceStatus", self.status)
            .some("ResourceStatusReason", self.reason.as_ref())
    }
}

impl Stack {
    fn xml(&self) -> Fields {
        let outputs = self.outputs.iter().map(|(key, output)| {
            Fields::new()
                .text("OutputKey", key)
                .text("OutputValue", &output.value)
                .some("Description", output.description.as_ref())
                .some("ExportName", output.export.as_ref())
                .into()
        });
        let stack = Fields::new()
            .text("StackId", &self.identity.stack_id)
            .text("StackName", self.name())
            .some("ChangeSetId", self.executed.as_ref())
            .some("Description", self.goal.as_ref().and_then(|goal| goal.template.description()))
            .text("CreationTime", written(self.created))
            .some("DeletionTime", self.deleted.map(written))
            .some("LastUpdatedTime", self.updated.map(written))
            .text("StackStatus", self.status)
            .some("StackStatusReason", self.reason.as_ref())
            .text("DisableRollback", self.rollback_disabled)
            .text("EnableTerminationProtection", self.termination_protection)
            .text("RetainExceptOnCreate", self.retain_except_on_create)
            .some("RoleARN", self.goal.as_ref().and_then(|goal| goal.role.as_ref()))
            .list("Outputs", outputs.collect())
            .nested("DriftInformation", self.drift.of_stack());
        let stack = match &self.acting {
            Some(acting) => {
                let operation = Fields::new()
                    .text("OperationType", acting.kind)
                    .text("OperationId", &acting.id);
                stack.list("LastOperations", vec![operation.into()])
            }
            None => stack,
        };
        match &self.goal {
            Some(goal) => goal_fields(stack, goal),
            None => stack,
        }
    }

    fn summary(&self) -> Fields {
        Fields::new()
            .text("StackId", &self.identity.stack_id)
            .text("StackName", self.name())
            .some(
                "TemplateDescription",
                self.goal.as_ref().and_then(|goal| goal.template.description()),
            )
            .text("CreationTime", written(self.created))
            .some("LastUpdatedTime", self.updated.map(written))
            .some("DeletionTime", self.deleted.map(written))
            .text("StackStatus", self.status)
            .some("StackStatusReason", self.reason.as_ref())
            .nested("DriftInformation", self.drift.of_stack())
    }
}

/// What stacks and change sets say alike about what was given.
pub(crate) fn goal_fields(fields: Fields, goal: &Goal) -> Fields {
    let parameters = goal.parameters.iter().map(|(key, value)| {
        let declared = goal.template.section("Parameters").get(key);
        let hidden = declared
            .and_then(|of| of.get("NoEcho"))
            .is_some_and(|of| of.as_bool() == Some(true) || of.as_str() == Some("true"));
        let value = if hidden { "****" } else { value };
        Fields::new().text("ParameterKey", key).text("ParameterValue", value).into()
    });
    let tags = goal
        .tags
        .iter()
        .map(|(key, value)| Xml::from(Fields::new().text("Key", key).text("Value", value)));
    let triggers = goal
        .alarms
        .iter()
        .map(|(arn, kind)| Xml::from(Fields::new().text("Arn", arn).text("Type", kind)));
    let rollback = Fields::new()
        .list("RollbackTriggers", triggers.collect())
        .some("MonitoringTimeInMinutes", goal.monitored.as_ref());
    fields
        .list("Parameters", parameters.collect())
        .list("Tags", tags.collect())
        .strings("Capabilities", &goal.capabilities)
        .strings("NotificationARNs", &goal.notifications)
        .nested("RollbackConfiguration", rollback)
}
