//! All accounts: who asked for what, which action that is, and time that passes.

use std::collections::BTreeMap;

use crate::fault::Fault;
use crate::identity::{Caller, Session};
use crate::moment::Clock;
use crate::object::Object;
use crate::operation;
use crate::query::Query;
use crate::refactor::Refactor;
use crate::refusal::Refusal;
use crate::resource::Made;
use crate::script::Script;
use crate::stack::{Around, Stack, Stacks};
use crate::stack_set::StackSets;
use crate::xml::{self, Fields};

/// A request that arrived, whatever became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The action, `DescribeStacks` for one.
    pub action: String,
    /// The account that the access key belongs to; empty if there is none.
    pub account: String,
    /// The region that the request was signed for.
    pub region: String,
    /// The parameters as they came, `Action` and `Version` among them.
    pub parameters: BTreeMap<String, String>,
    /// What the script made of it.
    pub fault: Option<Fault>,
}

/// An answer that is to be sent.
#[derive(Debug, Default)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: String,
}

/// A call of an action, by whom and where.
pub(crate) struct Call<'a> {
    pub(crate) account: &'a str,
    pub(crate) region: &'a str,
    pub(crate) query: &'a Query,
}

/// What an action answers: a result, or that it was done, or a refusal.
pub(crate) type Answer = Result<Option<Fields>, Refusal>;

/// Everything that a fake knows.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) script: Script,
    pub(crate) clock: Clock,
    pub(crate) stacks: Stacks,
    pub(crate) count: u64,
    pub(crate) made: Vec<Made>,
    pub(crate) stack_sets: StackSets,
    pub(crate) refactors: Vec<Refactor>,
    pub(crate) requests: Vec<Request>,
    pub(crate) sessions: BTreeMap<String, Session>,
    pub(crate) objects: BTreeMap<String, Vec<Object>>,
}

impl World {
    pub(crate) fn new(script: Script) -> Self {
        Self {
            script,
            clock: Clock::default(),
            stacks: Stacks::new(),
            count: 0,
            made: Vec::new(),
            stack_sets: StackSets::default(),
            refactors: Vec::new(),
            requests: Vec::new(),
            sessions: BTreeMap::new(),
            objects: BTreeMap::new(),
        }
    }

    /// A request arrives: it is written down, and what it suffers is decided.
    pub(crate) fn arrived(&mut self, authorization: &str, query: &Query) -> Option<Fault> {
        let action = query.get("Action").unwrap_or_default().to_owned();
        let fault = self.script.plan.suffered(&action);
        let caller = self.caller(authorization).ok();
        self.requests.push(Request {
            action,
            account: caller.as_ref().map(|caller| caller.account.clone()).unwrap_or_default(),
            region: caller.map(|caller| caller.region).unwrap_or_default(),
            parameters: query.fields().clone(),
            fault,
        });
        self.tick();
        fault
    }

    /// A tick passes everywhere.
    pub(crate) fn tick(&mut self) {
        self.clock.tick();
        let busy: Vec<u64> = self
            .stacks
            .iter()
            .filter(|(_, stack)| stack.operation.is_some() || stack.is_planning())
            .map(|(number, _)| *number)
            .collect();
        for number in busy {
            self.alone(number, |stack, around| {
                stack.plan_change_sets(around);
                operation::advance(stack, around);
            });
        }
        self.advance_refactors();
        for stack in self.stacks.values_mut() {
            stack.drift.tick();
        }
    }

    /// Does something with one stack, while it is apart from the others.
    pub(crate) fn alone<T>(
        &mut self,
        number: u64,
        what: impl FnOnce(&mut Stack, &mut Around<'_>) -> T,
    ) -> Option<T> {
        let mut stack = self.stacks.remove(&number)?;
        let mut around = Around {
            others: &self.stacks,
            script: &mut self.script,
            clock: &mut self.clock,
            made: &mut self.made,
            stack_sets: &mut self.stack_sets,
        };
        let done = what(&mut stack, &mut around);
        self.stacks.insert(number, stack);
        Some(done)
    }

    /// The number of the stack of that name, or with that id; a deleted one only by its id.
    pub(crate) fn find(&self, call: &Call<'_>, name: &str) -> Option<u64> {
        let of = self.stacks.iter().filter(|(_, stack)| {
            stack.identity.account == call.account && stack.identity.region == call.region
        });
        of.filter(|(_, stack)| {
            stack.identity.stack_id == name || (stack.deleted.is_none() && stack.name() == name)
        })
        .map(|(number, _)| *number)
        .next_back()
    }

    /// The stack of that name.
    ///
    /// # Errors
    /// If there is none.
    pub(crate) fn stack(&self, call: &Call<'_>, name: &str) -> Result<(u64, &Stack), Refusal> {
        let number = self.find(call, name).ok_or_else(|| Refusal::no_stack(name))?;
        let stack = self.stacks.get(&number).ok_or_else(|| Refusal::no_stack(name))?;
        Ok((number, stack))
    }

    /// Processes a request.
    pub(crate) fn answer(&mut self, authorization: &str, query: &Query) -> Reply {
        let action = query.get("Action").unwrap_or_default();
        let answered = match self.caller(authorization) {
            Ok(caller) => self.act(action, &caller, query),
            Err(refusal) => Err(refusal),
        };
        let request = self.clock.uuid();
        match answered {
            Ok(result) => {
                let body = xml::answer(action, result.as_ref(), &request);
                Reply { status: 200, body, ..Reply::default() }
            }
            Err(refusal) => {
                let body = xml::refusal(&refusal, &request);
                Reply { status: refusal.status, body, ..Reply::default() }
            }
        }
    }

    /// Refuses a request without processing it.
    pub(crate) fn refuse(&mut self, refusal: &Refusal) -> Reply {
        let request = self.clock.uuid();
        let body = xml::refusal(refusal, &request);
        Reply { status: refusal.status, body, ..Reply::default() }
    }

    fn act(&mut self, action: &str, caller: &Caller, query: &Query) -> Answer {
        let call = &Call { account: &caller.account, region: &caller.region, query };
        match action {
            "GetCallerIdentity" => Ok(Some(caller.xml())),
            "AssumeRole" => self.assume_role(call),
            "DescribeStacks" => self.describe_stacks(call),
            "ListStacks" => self.list_stacks(call),
            "GetTemplate" => self.get_template(call),
            "DescribeStackEvents" => self.describe_stack_events(call),
            "DescribeEvents" => self.describe_events(call),
            "DescribeStackResources" => self.describe_stack_resources(call),
            "ListStackResources" => self.list_stack_resources(call),
            "ListExports" => self.list_exports(call),
            "ListImports" => self.list_imports(call),
            "CreateChangeSet" => self.create_change_set(call),
            "DescribeChangeSet" => self.describe_change_set(call),
            "ListChangeSets" => self.list_change_sets(call),
            "DeleteChangeSet" => self.delete_change_set(call),
            "ExecuteChangeSet" => self.execute_change_set(call),
            "UpdateTerminationProtection" => self.update_termination_protection(call),
            "SetStackPolicy" => self.set_stack_policy(call),
            "GetStackPolicy" => self.get_stack_policy(call),
            "ContinueUpdateRollback" => self.continue_update_rollback(call),
            "RollbackStack" => self.rollback_stack(call),
            "CancelUpdateStack" => self.cancel_update_stack(call),
            "DeleteStack" => self.delete_stack(call),
            "CreateStackRefactor" => self.create_stack_refactor(call),
            "DescribeStackRefactor" => self.describe_stack_refactor(call),
            "ListStackRefactors" => self.list_stack_refactors(call),
            "ListStackRefactorActions" => self.list_stack_refactor_actions(call),
            "ExecuteStackRefactor" => self.execute_stack_refactor(call),
            "ListStackSets" => self.list_stack_sets(call),
            "DescribeStackSet" => self.describe_stack_set(call),
            "ListStackSetOperations" => self.list_stack_set_operations(call),
            "DescribeStackSetOperation" => self.describe_stack_set_operation(call),
            "ListStackSetOperationResults" => self.list_stack_set_operation_results(call),
            "ListStackInstances" => self.list_stack_instances(call),
            "StopStackSetOperation" => self.stop_stack_set_operation(call),
            "DetectStackDrift" => self.detect_stack_drift(call),
            "DescribeStackDriftDetectionStatus" => self.describe_drift_detection(call),
            "DescribeStackResourceDrifts" => self.describe_resource_drifts(call),
            _ => Err(Refusal::new(
                400,
                "InvalidAction",
                format!("Could not find operation {action} for version 2010-05-15"),
            )),
        }
    }

    /// One page of the items, and the token of the next one.
    ///
    /// # Errors
    /// If the token is none that was given.
    pub(crate) fn page<T>(
        &self,
        call: &Call<'_>,
        items: Vec<T>,
    ) -> Result<(Vec<T>, Option<String>), Refusal> {
        let start: usize = match call.query.get("NextToken") {
            None => 0,
            Some(token) => token
                .strip_prefix("page-")
                .and_then(|number| number.parse().ok())
                .ok_or_else(|| Refusal::invalid("Invalid NextToken"))?,
        };
        let end = start.saturating_add(self.script.page);
        let next = (items.len() > end).then(|| format!("page-{end}"));
        Ok((items.into_iter().skip(start).take(self.script.page).collect(), next))
    }
}
