//! StackSets: what a resource of a stack deploys to accounts and regions, and the operations that do.
//!
//! The stacks in the accounts are not made: an instance says what would have become of its own.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::moment::{Clock, Moment};
use crate::operation::Job;
use crate::resolve::Identity;
use crate::resource::Resource;
use crate::script::{Script, Step};

/// The type of the resources that are StackSets.
pub(crate) const KIND: &str = "AWS::CloudFormation::StackSet";

/// An account and a region.
pub(crate) type Place = (String, String);

/// What an account and region has of a StackSet.
#[derive(Debug, Clone)]
pub(crate) struct Instance {
    pub(crate) unit: Option<String>,
    pub(crate) stack_id: String,
    pub(crate) current: bool,
    pub(crate) detailed: &'static str,
    pub(crate) reason: Option<String>,
    pub(crate) operation: String,
}

/// What became of an instance in an operation.
#[derive(Debug, Clone)]
pub(crate) struct Outcome {
    pub(crate) account: String,
    pub(crate) region: String,
    pub(crate) unit: Option<String>,
    pub(crate) status: &'static str,
    pub(crate) reason: Option<String>,
    left: u64,
}

/// An operation on instances of a StackSet.
#[derive(Debug, Clone)]
pub(crate) struct Operation {
    pub(crate) id: String,
    pub(crate) action: &'static str,
    pub(crate) status: &'static str,
    pub(crate) begun: Moment,
    pub(crate) ended: Option<Moment>,
    pub(crate) outcomes: Vec<Outcome>,
}

/// A StackSet.
#[derive(Debug, Clone)]
pub(crate) struct StackSet {
    pub(crate) identity: Identity,
    pub(crate) id: String,
    pub(crate) properties: Value,
    pub(crate) instances: BTreeMap<Place, Instance>,
    /// The newest last.
    pub(crate) operations: Vec<Operation>,
    /// What the resource's handler has yet to begin.
    planned: Vec<(&'static str, Vec<Place>)>,
    pub(crate) deleted: bool,
}

/// All StackSets, in the order in which they were made.
#[derive(Debug, Default)]
pub(crate) struct StackSets(pub(crate) Vec<StackSet>);

impl StackSets {
    /// A tick passes for a job on a resource that is a StackSet: whether the job has ended, and how.
    pub(crate) fn work(
        &mut self,
        job: &Job,
        identity: &Identity,
        script: &mut Script,
        clock: &mut Clock,
    ) -> Option<Result<(), String>> {
        let resource = &job.resource;
        if job.elapsed == 1 {
            self.begin(job, identity, script);
        }
        let set = self.0.iter_mut().find(|set| set.id == resource.physical_id)?;
        if let Some(ended) = set.step(resource, script, clock) {
            set.deleted = job.step == Step::Delete && ended.is_ok();
            return Some(ended);
        }
        None
    }

    fn begin(&mut self, job: &Job, identity: &Identity, script: &Script) {
        let resource = &job.resource;
        let wanted = &resource.wanted.properties;
        if !self.0.iter().any(|set| set.id == resource.physical_id) {
            self.0.push(StackSet {
                identity: identity.clone(),
                id: resource.physical_id.clone(),
                properties: wanted.clone(),
                instances: BTreeMap::new(),
                operations: Vec::new(),
                planned: Vec::new(),
                deleted: false,
            });
        }
        let Some(set) = self.0.iter_mut().find(|set| set.id == resource.physical_id) else {
            return;
        };
        let targets = match job.step {
            Step::Delete => BTreeMap::new(),
            _ => targets(wanted, script),
        };
        let (mut made, mut changed) = (Vec::new(), Vec::new());
        for (place, unit) in &targets {
            match set.instances.get_mut(place) {
                Some(_) => changed.push(place.clone()),
                None => {
                    made.push(place.clone());
                    set.instances.insert(place.clone(), Instance::new(unit.clone()));
                }
            }
        }
        let gone = set.instances.keys().filter(|place| !targets.contains_key(*place));
        let gone: Vec<Place> = gone.cloned().collect();
        let same = ["TemplateBody", "TemplateURL", "Parameters", "Tags"]
            .iter()
            .all(|name| set.properties.get(name) == wanted.get(name));
        let outdated = |place: &Place| set.instances.get(place).is_some_and(|it| !it.current);
        if same && job.step != Step::Restore {
            changed.retain(outdated);
        }
        set.properties = wanted.clone();
        set.planned = [("UPDATE", changed), ("DELETE", gone), ("CREATE", made)]
            .into_iter()
            .filter(|(_, places)| !places.is_empty())
            .collect();
    }
}

impl Instance {
    fn new(unit: Option<String>) -> Self {
        let (stack_id, reason, operation) = (String::new(), None, String::new());
        Self { unit, stack_id, current: false, detailed: "PENDING", reason, operation }
    }
}

impl StackSet {
    /// The name that the program gave it.
    pub(crate) fn name(&self) -> &str {
        self.id.split(':').next().unwrap_or_default()
    }

    /// A property that is a text.
    pub(crate) fn property(&self, name: &str) -> Option<&str> {
        self.properties.get(name).and_then(Value::as_str)
    }

    fn step(
        &mut self,
        resource: &Resource,
        script: &mut Script,
        clock: &mut Clock,
    ) -> Option<Result<(), String>> {
        let under_way = self.operations.last().is_some_and(|last| last.ended.is_none());
        if !under_way {
            if self.planned.is_empty() {
                return Some(Ok(()));
            }
            let (action, places) = self.planned.remove(0);
            let operation = self.operation(action, &places, resource, script, clock);
            self.operations.push(operation);
            return None;
        }
        let rules = Preferences::read(&self.properties);
        let operation = self.operations.last_mut()?;
        operation.advance(&rules, script);
        for done in operation.outcomes.iter().filter(|done| is_over(done.status)) {
            let place = (done.account.clone(), done.region.clone());
            if operation.action == "DELETE" && done.status == "SUCCEEDED" {
                self.instances.remove(&place);
            } else if let Some(instance) = self.instances.get_mut(&place) {
                instance.current = done.status == "SUCCEEDED";
                (instance.detailed, instance.reason) = (done.status, done.reason.clone());
                instance.operation.clone_from(&operation.id);
                if instance.stack_id.is_empty() {
                    let name = self.id.split(':').next().unwrap_or_default();
                    instance.stack_id = format!(
                        "arn:aws:cloudformation:{}:{}:stack/StackSet-{name}-{}/{}",
                        done.region,
                        done.account,
                        clock.uuid(),
                        clock.uuid()
                    );
                }
            }
        }
        let over = ["SUCCEEDED", "FAILED", "STOPPED"].contains(&operation.status);
        if !over {
            return None;
        }
        operation.ended = Some(clock.now());
        if operation.status == "SUCCEEDED" {
            return self.planned.is_empty().then_some(Ok(()));
        }
        self.planned.clear();
        Some(Err(format!(
            "Resource handler returned message: \"Stack set operation [{}] was unexpectedly stopped or \
             failed\" (RequestToken: {}, HandlerErrorCode: InternalFailure)",
            operation.id,
            clock.uuid()
        )))
    }

    fn operation(
        &self,
        action: &'static str,
        places: &[Place],
        resource: &Resource,
        script: &Script,
        clock: &mut Clock,
    ) -> Operation {
        let order = Preferences::read(&self.properties).order;
        let at = |region: &str| order.iter().position(|it| it == region).unwrap_or(usize::MAX);
        let mut places = places.to_vec();
        places.sort_by_key(|(account, region)| (at(region), region.clone(), account.clone()));
        let left = script.duration(&resource.logical_id, KIND).max(1);
        let outcomes = places.into_iter().map(|place| Outcome {
            unit: self.instances.get(&place).and_then(|instance| instance.unit.clone()),
            account: place.0,
            region: place.1,
            status: "PENDING",
            reason: None,
            left,
        });
        let managed = self.properties.pointer("/ManagedExecution/Active");
        let queued = managed.and_then(Value::as_bool) == Some(true);
        Operation {
            id: clock.uuid(),
            action,
            status: if queued { "QUEUED" } else { "RUNNING" },
            begun: clock.now(),
            ended: None,
            outcomes: outcomes.collect(),
        }
    }
}

impl Operation {
    fn advance(&mut self, rules: &Preferences, script: &mut Script) {
        if self.status == "QUEUED" {
            self.status = "RUNNING";
            return;
        }
        for running in self.outcomes.iter_mut().filter(|it| it.status == "RUNNING") {
            running.left = running.left.saturating_sub(1);
            if running.left == 0 {
                running.reason = match self.action {
                    "DELETE" => None,
                    _ => script.instance_failure(&running.account, &running.region),
                };
                running.status = if running.reason.is_some() { "FAILED" } else { "SUCCEEDED" };
            }
        }
        let mut regions: Vec<String> = Vec::new();
        for outcome in &self.outcomes {
            if !regions.contains(&outcome.region) {
                regions.push(outcome.region.clone());
            }
        }
        let mut broken = false;
        for region in regions {
            let of = |status: &str| {
                let there = self.outcomes.iter().filter(|it| it.region == region);
                there.filter(|it| status.is_empty() || it.status == status).count()
            };
            let (all, failed, running) = (of(""), of("FAILED"), of("RUNNING"));
            let tolerated = rules.tolerated.of(all);
            if failed > tolerated {
                broken = true;
            }
            let most = rules.concurrent.of(all).max(1);
            let most =
                if rules.soft { most } else { most.min((tolerated + 1).saturating_sub(failed)) };
            let stopping = broken || self.status == "STOPPING";
            let mut free = most.saturating_sub(running);
            for waiting in self.outcomes.iter_mut().filter(|it| it.region == region) {
                if waiting.status == "PENDING" && stopping {
                    waiting.status = "CANCELLED";
                    waiting.reason = Some(if broken {
                        "Cancelled since failure tolerance has exceeded".to_owned()
                    } else {
                        "Cancelled since the operation was stopped".to_owned()
                    });
                } else if waiting.status == "PENDING" && free > 0 {
                    waiting.status = "RUNNING";
                    free -= 1;
                }
            }
            let over = self.outcomes.iter().filter(|it| it.region == region);
            if !rules.at_once && !broken && !over.clone().all(|it| is_over(it.status)) {
                break;
            }
        }
        if self.outcomes.iter().all(|it| is_over(it.status)) {
            self.status = match self.status {
                "STOPPING" => "STOPPED",
                _ if broken => "FAILED",
                _ => "SUCCEEDED",
            };
        }
    }
}

fn is_over(status: &str) -> bool {
    !["PENDING", "RUNNING"].contains(&status)
}

/// So many accounts of a region, or a share of them.
#[derive(Debug, Clone, Copy)]
enum Accounts {
    Count(usize),
    Share(usize),
}

impl Accounts {
    fn of(self, all: usize) -> usize {
        match self {
            Self::Count(count) => count,
            Self::Share(percent) => all * percent / 100,
        }
    }
}

struct Preferences {
    concurrent: Accounts,
    tolerated: Accounts,
    soft: bool,
    at_once: bool,
    order: Vec<String>,
}

impl Preferences {
    fn read(properties: &Value) -> Self {
        let given = properties.get("OperationPreferences").unwrap_or(&Value::Null);
        let number = |name: &str| {
            let number = given.get(name).map(crate::template::plain);
            number.and_then(|number| number.parse().ok())
        };
        let accounts = |name: &str, default| {
            let share = number(&format!("{name}Percentage")).map(Accounts::Share);
            let count = number(&format!("{name}Count")).map(Accounts::Count);
            share.or(count).unwrap_or(Accounts::Count(default))
        };
        let says = |name: &str, value: &str| given.get(name).and_then(Value::as_str) == Some(value);
        Self {
            concurrent: accounts("MaxConcurrent", 1),
            tolerated: accounts("FailureTolerance", 0),
            soft: says("ConcurrencyMode", "SOFT_FAILURE_TOLERANCE"),
            at_once: says("RegionConcurrencyType", "PARALLEL"),
            order: texts(given.get("RegionOrder")),
        }
    }
}

fn texts(value: Option<&Value>) -> Vec<String> {
    let items = value.and_then(Value::as_array).into_iter().flatten();
    items.map(crate::template::plain).collect()
}

/// Where the StackSet is to be, with the unit that each account is there for.
fn targets(properties: &Value, script: &Script) -> BTreeMap<Place, Option<String>> {
    let mut targets = BTreeMap::new();
    let groups = properties.get("StackInstancesGroup").and_then(Value::as_array);
    for group in groups.into_iter().flatten() {
        let to = group.get("DeploymentTargets").unwrap_or(&Value::Null);
        let (named, units) = (texts(to.get("Accounts")), texts(to.get("OrganizationalUnitIds")));
        let filter = to.get("AccountFilterType").and_then(Value::as_str).unwrap_or("NONE");
        let mut accounts: Vec<(String, Option<String>)> = Vec::new();
        if units.is_empty() {
            accounts.extend(named.iter().map(|account| (account.clone(), None)));
        }
        for unit in units {
            let members = script.members(&unit).filter(|account| match filter {
                "INTERSECTION" => named.contains(account),
                "DIFFERENCE" => !named.contains(account),
                _ => true,
            });
            accounts.extend(members.map(|account| (account.clone(), Some(unit.clone()))));
        }
        for region in texts(group.get("Regions")) {
            for (account, unit) in &accounts {
                targets.insert((account.clone(), region.clone()), unit.clone());
            }
        }
    }
    targets
}
