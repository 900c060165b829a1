//! A stack: what it is made of, and what is done to it.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::change_set::ChangeSet;
use crate::event::{Event, HookEvent, ValidationEvent};
use crate::moment::{Clock, Moment};
use crate::operation::{Acting, Doomed, Job, Operation};
use crate::resolve::{Identity, Resolver};
use crate::resource::{Fate, Made, Resource};
use crate::script::Script;
use crate::stack_set::StackSets;
use crate::status::{ResourceStatus, StackStatus};
use crate::template::Template;

/// All stacks by the order in which they were made, those that were deleted among them.
pub(crate) type Stacks = BTreeMap<u64, Stack>;

/// An output of a stack.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Output {
    pub(crate) value: String,
    pub(crate) description: Option<String>,
    pub(crate) export: Option<String>,
}

/// What a change set gives a stack besides resources.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Goal {
    pub(crate) template: Template,
    pub(crate) parameters: BTreeMap<String, String>,
    pub(crate) tags: Vec<(String, String)>,
    pub(crate) capabilities: Vec<String>,
    pub(crate) notifications: Vec<String>,
    pub(crate) role: Option<String>,
    /// The alarms that an update watches, as ARN and type, and for how many minutes.
    pub(crate) alarms: Vec<(String, String)>,
    pub(crate) monitored: Option<String>,
}

/// A stack.
#[derive(Debug)]
pub(crate) struct Stack {
    pub(crate) identity: Identity,
    pub(crate) status: StackStatus,
    pub(crate) reason: Option<String>,
    pub(crate) created: Moment,
    pub(crate) updated: Option<Moment>,
    pub(crate) deleted: Option<Moment>,
    /// What the last change set that was executed gave; `None` while in review.
    pub(crate) goal: Option<Goal>,
    pub(crate) outputs: BTreeMap<String, Output>,
    pub(crate) resources: BTreeMap<String, Resource>,
    pub(crate) events: Vec<Event>,
    pub(crate) validations: Vec<ValidationEvent>,
    pub(crate) change_sets: Vec<ChangeSet>,
    pub(crate) executed: Option<String>,
    pub(crate) operation: Option<Operation>,
    /// The operation that is under way, or that was the last.
    pub(crate) acting: Option<Acting>,
    /// What is deleted once an update, or its rollback, is complete.
    pub(crate) discarded: Vec<Doomed>,
    pub(crate) termination_protection: bool,
    pub(crate) rollback_disabled: bool,
    pub(crate) retain_except_on_create: bool,
    pub(crate) policy: Option<Value>,
    /// What each client request token was used for.
    pub(crate) tokens: BTreeMap<String, String>,
    /// What an update returns to, if it fails.
    pub(crate) stable: Option<Stable>,
    pub(crate) drift: crate::drift::Drift,
}

/// What a stack was when its last operation had succeeded.
#[derive(Debug, Clone)]
pub(crate) struct Stable {
    pub(crate) goal: Option<Goal>,
    pub(crate) resources: BTreeMap<String, Resource>,
    pub(crate) outputs: BTreeMap<String, Output>,
}

/// What is around a stack while time passes for it.
pub(crate) struct Around<'a> {
    pub(crate) others: &'a Stacks,
    pub(crate) script: &'a mut Script,
    pub(crate) clock: &'a mut Clock,
    pub(crate) made: &'a mut Vec<Made>,
    pub(crate) stack_sets: &'a mut StackSets,
}

impl Around<'_> {
    /// A tick passes for a job on a StackSet: whether it has ended, and how.
    pub(crate) fn deploy(&mut self, job: &Job, stack: &Stack) -> Option<Result<(), String>> {
        self.stack_sets.work(job, &stack.identity, self.script, self.clock)
    }
}

impl Stack {
    pub(crate) fn new(identity: Identity, clock: &mut Clock) -> Self {
        Self {
            identity,
            status: StackStatus::ReviewInProgress,
            reason: Some("User Initiated".to_owned()),
            created: clock.now(),
            updated: None,
            deleted: None,
            goal: None,
            outputs: BTreeMap::new(),
            resources: BTreeMap::new(),
            events: Vec::new(),
            validations: Vec::new(),
            change_sets: Vec::new(),
            executed: None,
            operation: None,
            acting: None,
            discarded: Vec::new(),
            termination_protection: false,
            rollback_disabled: false,
            retain_except_on_create: false,
            policy: None,
            tokens: BTreeMap::new(),
            stable: None,
            drift: crate::drift::Drift::default(),
        }
    }

    pub(crate) fn name(&self) -> &str {
        &self.identity.stack_name
    }

    /// The stack is in that state from now on, and an event says so.
    pub(crate) fn enter(&mut self, clock: &mut Clock, status: StackStatus, reason: Option<&str>) {
        self.status = status;
        self.reason = reason.map(str::to_owned);
        if status == StackStatus::DeleteComplete {
            self.deleted = Some(clock.now());
        }
        let (name, id) = (self.identity.stack_name.clone(), self.identity.stack_id.clone());
        let kind = "AWS::CloudFormation::Stack";
        self.event(clock, &name, &id, kind, status.as_str().to_owned(), reason, None);
    }

    /// An event about a resource, which is in that state from now on if the stack lists it.
    pub(crate) fn tell(
        &mut self,
        clock: &mut Clock,
        resource: &Resource,
        status: ResourceStatus,
        reason: Option<&str>,
    ) {
        let properties = Some(resource.wanted.properties.to_string());
        self.event(
            clock,
            &resource.logical_id,
            &resource.physical_id,
            &resource.wanted.kind,
            status.to_string(),
            reason,
            properties,
        );
        let now = clock.now();
        if let Some(listed) = self.resources.get_mut(&resource.logical_id)
            && (listed.physical_id == resource.physical_id || listed.physical_id.is_empty())
        {
            listed.status = status;
            listed.reason = reason.map(str::to_owned);
            listed.updated = now;
        }
    }

    /// The event that was last says more.
    pub(crate) fn adds(&mut self, detailed: Option<&'static str>, hook: Option<HookEvent>) {
        if let Some(last) = self.events.last_mut() {
            last.detailed = detailed;
            last.hook = hook;
        }
    }

    #[expect(clippy::too_many_arguments, reason = "they are the fields of an event")]
    fn event(
        &mut self,
        clock: &mut Clock,
        logical_id: &str,
        physical_id: &str,
        kind: &str,
        status: String,
        reason: Option<&str>,
        properties: Option<String>,
    ) {
        let acting = self.acting.as_ref();
        self.events.push(Event {
            id: clock.uuid(),
            operation: acting.map(|acting| acting.id.clone()).unwrap_or_default(),
            operation_kind: acting.map_or("CREATE_CHANGESET", |acting| acting.kind),
            logical_id: logical_id.to_owned(),
            physical_id: physical_id.to_owned(),
            kind: kind.to_owned(),
            at: clock.now(),
            status,
            reason: reason.map(str::to_owned),
            token: acting.and_then(|acting| acting.token.clone()),
            properties,
            detailed: None,
            hook: None,
        });
    }

    /// What the stack's values may refer to.
    pub(crate) fn resolver<'a>(&'a self, goal: &'a Goal, around: &'a Around<'_>) -> Resolver<'a> {
        Resolver {
            template: &goal.template,
            parameters: &goal.parameters,
            resources: &self.resources,
            identity: &self.identity,
            others: around.others,
            script: around.script,
        }
    }

    /// Whether the token was used for that already.
    ///
    /// # Errors
    /// If it was used for something else.
    pub(crate) fn repeats(
        &self,
        token: Option<&str>,
        of: &str,
    ) -> Result<bool, crate::refusal::Refusal> {
        match token.and_then(|token| self.tokens.get(token).map(|used| (token, used))) {
            None => Ok(false),
            Some((_, used)) if used == of => Ok(true),
            Some((token, _)) => Err(crate::refusal::Refusal::token_in_use(token)),
        }
    }

    /// Remembers what the token is used for.
    pub(crate) fn uses(&mut self, token: Option<&str>, of: String) {
        if let Some(token) = token {
            self.tokens.insert(token.to_owned(), of);
        }
    }
}

impl Around<'_> {
    /// A physical resource is made.
    pub(crate) fn made(&mut self, stack: &Stack, resource: &Resource) {
        self.made.push(Made {
            account: stack.identity.account.clone(),
            region: stack.identity.region.clone(),
            stack: stack.name().to_owned(),
            logical_id: resource.logical_id.clone(),
            physical_id: resource.physical_id.clone(),
            kind: resource.wanted.kind.clone(),
            fate: Fate::Live,
        });
    }

    /// What becomes of a physical resource.
    pub(crate) fn fate(&mut self, stack: &Stack, resource: &Resource, fate: Fate) {
        let made = self.made.iter_mut().rev().find(|made| {
            made.physical_id == resource.physical_id
                && made.kind == resource.wanted.kind
                && made.account == stack.identity.account
                && made.region == stack.identity.region
        });
        if let Some(made) = made {
            made.fate = fate;
        }
    }

    /// Whether a resource of that type and name is there already.
    pub(crate) fn is_taken(&self, stack: &Stack, kind: &str, name: &str) -> bool {
        self.made.iter().any(|made| {
            made.kind == kind
                && made.physical_id == name
                && made.account == stack.identity.account
                && made.region == stack.identity.region
                && !matches!(made.fate, Fate::Deleted | Fate::Snapshotted)
        })
    }
}
