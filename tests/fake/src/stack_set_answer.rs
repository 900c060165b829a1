//! Answers about StackSets, their operations and instances.

use crate::moment::written;
use crate::refusal::Refusal;
use crate::stack_set::{Operation, StackSet};
use crate::world::{Answer, Call, World};
use crate::xml::Fields;

impl World {
    pub(crate) fn list_stack_sets(&self, call: &Call<'_>) -> Answer {
        let wanted = call.query.get("Status");
        let sets = self.sets(call);
        let summaries = sets
            .filter(|set| wanted.is_none_or(|status| status == state(set)))
            .map(|set| set.fields().into())
            .collect();
        let (summaries, next) = self.page(call, summaries)?;
        Ok(Some(Fields::new().list("Summaries", summaries).some("NextToken", next)))
    }

    pub(crate) fn describe_stack_set(&self, call: &Call<'_>) -> Answer {
        let set = self.set(call)?;
        let identity = &set.identity;
        let arn = format!(
            "arn:{}:cloudformation:{}:{}:stackset/{}",
            identity.partition, identity.region, identity.account, set.id
        );
        let described = set
            .fields()
            .text("StackSetARN", arn)
            .some("TemplateBody", set.property("TemplateBody"))
            .some("AdministrationRoleARN", set.property("AdministrationRoleARN"))
            .some("ExecutionRoleName", set.property("ExecutionRoleName"));
        Ok(Some(Fields::new().nested("StackSet", described)))
    }

    pub(crate) fn list_stack_set_operations(&self, call: &Call<'_>) -> Answer {
        let operations = self.set(call)?.operations.iter().rev();
        let summaries = operations.map(|operation| operation.fields().into()).collect();
        let (summaries, next) = self.page(call, summaries)?;
        Ok(Some(Fields::new().list("Summaries", summaries).some("NextToken", next)))
    }

    pub(crate) fn describe_stack_set_operation(&self, call: &Call<'_>) -> Answer {
        let set = self.set(call)?;
        let operation = self.set_operation(call)?.fields().text("StackSetId", &set.id);
        Ok(Some(Fields::new().nested("StackSetOperation", operation)))
    }

    pub(crate) fn list_stack_set_operation_results(&self, call: &Call<'_>) -> Answer {
        let filters = call.query.members("Filters");
        let wanted: Vec<&str> = filters
            .iter()
            .filter(|filter| filter.get("Name") == Some("OPERATION_RESULT_STATUS"))
            .filter_map(|filter| filter.get("Values"))
            .collect();
        let outcomes = self.set_operation(call)?.outcomes.iter();
        let summaries = outcomes
            .filter(|outcome| wanted.is_empty() || wanted.contains(&outcome.status))
            .map(|outcome| {
                Fields::new()
                    .text("Account", &outcome.account)
                    .text("Region", &outcome.region)
                    .text("Status", outcome.status)
                    .some("StatusReason", outcome.reason.as_ref())
                    .some("OrganizationalUnitId", outcome.unit.as_ref())
                    .into()
            })
            .collect();
        let (summaries, next) = self.page(call, summaries)?;
        Ok(Some(Fields::new().list("Summaries", summaries).some("NextToken", next)))
    }

    pub(crate) fn list_stack_instances(&self, call: &Call<'_>) -> Answer {
        let set = self.set(call)?;
        let (account, region) =
            (call.query.get("StackInstanceAccount"), call.query.get("StackInstanceRegion"));
        let summaries = set
            .instances
            .iter()
            .filter(|((of, _), _)| account.is_none_or(|account| account == of))
            .filter(|((_, of), _)| region.is_none_or(|region| region == of))
            .map(|((account, region), instance)| {
                let status = if instance.current { "CURRENT" } else { "OUTDATED" };
                let detailed = Fields::new().text("DetailedStatus", instance.detailed);
                Fields::new()
                    .text("StackSetId", &set.id)
                    .text("Account", account)
                    .text("Region", region)
                    .some("StackId", Some(&instance.stack_id).filter(|id| !id.is_empty()))
                    .text("Status", status)
                    .some("StatusReason", instance.reason.as_ref())
                    .nested("StackInstanceStatus", detailed)
                    .some("OrganizationalUnitId", instance.unit.as_ref())
                    .some("LastOperationId", Some(&instance.operation).filter(|id| !id.is_empty()))
                    .into()
            })
            .collect();
        let (summaries, next) = self.page(call, summaries)?;
        Ok(Some(Fields::new().list("Summaries", summaries).some("NextToken", next)))
    }

    pub(crate) fn stop_stack_set_operation(&mut self, call: &Call<'_>) -> Answer {
        let (set, id) = (self.set(call)?.id.clone(), self.set_operation(call)?.id.clone());
        let sets = self.stack_sets.0.iter_mut().filter(|it| it.id == set);
        let mut operations = sets.flat_map(|set| &mut set.operations);
        match operations.find(|operation| operation.id == id) {
            Some(operation) if operation.ended.is_none() => {
                operation.status = "STOPPING";
                Ok(Some(Fields::new()))
            }
            _ => Err(Refusal::new(
                400,
                "InvalidOperationException",
                format!("Operation [{id}] is not running"),
            )),
        }
    }

    fn sets<'a>(&'a self, call: &Call<'_>) -> impl Iterator<Item = &'a StackSet> {
        let (account, region) = (call.account.to_owned(), call.region.to_owned());
        let call_as = call.query.get("CallAs").unwrap_or("SELF").to_owned();
        self.stack_sets.0.iter().filter(move |set| {
            let by = set.property("CallAs").unwrap_or("SELF");
            set.identity.account == account && set.identity.region == region && by == call_as
        })
    }

    /// The StackSet that is asked for, by its name or id; one that is deleted by its id.
    fn set(&self, call: &Call<'_>) -> Result<&StackSet, Refusal> {
        let name = call.query.required("StackSetName")?;
        let found =
            self.sets(call).find(|set| set.id == name || (!set.deleted && set.name() == name));
        found.ok_or_else(|| {
            Refusal::new(404, "StackSetNotFoundException", format!("StackSet {name} not found"))
        })
    }

    fn set_operation(&self, call: &Call<'_>) -> Result<&Operation, Refusal> {
        let set = self.set(call)?;
        let id = call.query.required("OperationId")?;
        set.operations.iter().find(|operation| operation.id == id).ok_or_else(|| {
            Refusal::new(404, "OperationNotFoundException", format!("Operation {id} not found"))
        })
    }
}

fn state(set: &StackSet) -> &'static str {
    if set.deleted { "DELETED" } else { "ACTIVE" }
}

impl StackSet {
    fn fields(&self) -> Fields {
        Fields::new()
            .text("StackSetName", self.name())
            .text("StackSetId", &self.id)
            .text("Status", state(self))
            .some("Description", self.property("Description"))
            .some("PermissionModel", self.property("PermissionModel"))
    }
}

impl Operation {
    fn fields(&self) -> Fields {
        let failed = self.outcomes.iter().filter(|outcome| outcome.status == "FAILED").count();
        Fields::new()
            .text("OperationId", &self.id)
            .text("Action", self.action)
            .text("Status", self.status)
            .text("CreationTimestamp", written(self.begun))
            .some("EndTimestamp", self.ended.map(written))
            .nested("StatusDetails", Fields::new().text("FailedStackInstancesCount", failed))
    }
}
