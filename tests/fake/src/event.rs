//! Events of a stack.

use crate::moment::{Moment, written};
use crate::script::{Finding, Hook};
use crate::xml::{Fields, Xml};

/// Something that happened to a stack or to a resource of it.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    pub(crate) id: String,
    pub(crate) operation: String,
    pub(crate) operation_kind: &'static str,
    pub(crate) logical_id: String,
    pub(crate) physical_id: String,
    pub(crate) kind: String,
    pub(crate) at: Moment,
    pub(crate) status: String,
    pub(crate) reason: Option<String>,
    pub(crate) token: Option<String>,
    pub(crate) properties: Option<String>,
    pub(crate) detailed: Option<&'static str>,
    pub(crate) hook: Option<HookEvent>,
}

/// What an event says about a hook.
#[derive(Debug, Clone)]
pub(crate) struct HookEvent {
    pub(crate) hook: Hook,
    pub(crate) status: &'static str,
}

impl HookEvent {
    fn fields(of: Option<&Self>, fields: Fields) -> Fields {
        let Some(Self { hook, status }) = of else { return fields };
        let over = *status != "HOOK_IN_PROGRESS";
        fields
            .text("HookType", &hook.name)
            .text("HookStatus", status)
            .some("HookStatusReason", over.then_some(&hook.reason))
            .text("HookInvocationPoint", "PRE_PROVISION")
            .text("HookFailureMode", if hook.fails { "FAIL" } else { "WARN" })
    }
}

impl Event {
    fn failed(&self) -> bool {
        self.status.ends_with("_FAILED")
    }

    /// As `DescribeStackEvents` has it.
    pub(crate) fn of_stack(&self, stack_id: &str, stack_name: &str) -> Xml {
        let fields = Fields::new()
            .text("StackId", stack_id)
            .text("EventId", &self.id)
            .text("StackName", stack_name)
            .text("OperationId", &self.operation)
            .text("LogicalResourceId", &self.logical_id)
            .text("PhysicalResourceId", &self.physical_id)
            .text("ResourceType", &self.kind)
            .text("Timestamp", written(self.at))
            .text("ResourceStatus", &self.status)
            .some("ResourceStatusReason", self.reason.as_ref())
            .some("ResourceProperties", self.properties.as_ref())
            .some("ClientRequestToken", self.token.as_ref())
            .some("DetailedStatus", self.detailed);
        HookEvent::fields(self.hook.as_ref(), fields).into()
    }

    /// As `DescribeEvents` has it.
    pub(crate) fn of_operation(&self, stack_id: &str) -> Xml {
        let is_stack = self.kind == "AWS::CloudFormation::Stack" && self.physical_id == stack_id;
        let kind = match (is_stack, self.failed()) {
            _ if self.hook_failed() => "HOOK_INVOCATION_ERROR",
            (true, _) => "STACK_EVENT",
            (false, true) => "PROVISIONING_ERROR",
            (false, false) => "PROGRESS_EVENT",
        };
        let fields = Fields::new()
            .text("EventId", &self.id)
            .text("StackId", stack_id)
            .text("OperationId", &self.operation)
            .text("OperationType", self.operation_kind)
            .text("EventType", kind)
            .text("LogicalResourceId", &self.logical_id)
            .text("PhysicalResourceId", &self.physical_id)
            .text("ResourceType", &self.kind)
            .text("Timestamp", written(self.at))
            .text("ResourceStatus", &self.status)
            .some("ResourceStatusReason", self.reason.as_ref())
            .some("ResourceProperties", self.properties.as_ref())
            .some("ClientRequestToken", self.token.as_ref())
            .some("DetailedStatus", self.detailed);
        HookEvent::fields(self.hook.as_ref(), fields).into()
    }

    /// Whether `DescribeEvents` gives it when asked for failures only.
    pub(crate) fn is_failure(&self) -> bool {
        self.failed() || self.hook_failed()
    }

    fn hook_failed(&self) -> bool {
        self.hook.as_ref().is_some_and(|hook| hook.status == "HOOK_COMPLETE_FAILED")
    }
}

/// What the validation of a change set found, as `DescribeEvents` has it.
#[derive(Debug, Clone)]
pub(crate) struct ValidationEvent {
    pub(crate) id: String,
    pub(crate) operation: String,
    pub(crate) at: Moment,
    pub(crate) finding: Finding,
    pub(crate) resource_type: String,
}

impl ValidationEvent {
    pub(crate) fn xml(&self, stack_id: &str) -> Xml {
        Fields::new()
            .text("EventId", &self.id)
            .text("StackId", stack_id)
            .text("OperationId", &self.operation)
            .text("OperationType", "CREATE_CHANGESET")
            .text("EventType", "VALIDATION_ERROR")
            .text("LogicalResourceId", &self.finding.logical_id)
            .text("PhysicalResourceId", "")
            .text("ResourceType", &self.resource_type)
            .text("Timestamp", written(self.at))
            .text("ValidationFailureMode", if self.finding.fails { "FAIL" } else { "WARN" })
            .text("ValidationName", &self.finding.name)
            .text("ValidationStatus", "FAILED")
            .text("ValidationStatusReason", &self.finding.reason)
            .text("ValidationPath", &self.finding.path)
            .into()
    }
}
