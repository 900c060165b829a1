//! Moving resources between stacks, or to other logical ids, without touching them.

use std::collections::{BTreeMap, BTreeSet};

use crate::change::has;
use crate::query::Query;
use crate::refusal::Refusal;
use crate::resolve::{Identity, Resolver, partition};
use crate::resource::Resource;
use crate::stack::{Goal, Stack};
use crate::status::StackStatus;
use crate::template::Template;
use crate::world::{Answer, Call, World};
use crate::xml::{Fields, Xml};

/// A resource's place: its stack's name and its logical id.
type Place = (String, String);

/// A stack refactor.
#[derive(Debug, Clone)]
pub(crate) struct Refactor {
    id: String,
    account: String,
    region: String,
    description: Option<String>,
    definitions: Vec<(String, Template)>,
    mappings: BTreeMap<Place, Place>,
    creates: bool,
    status: &'static str,
    reason: Option<String>,
    execution: &'static str,
    execution_reason: Option<String>,
    left: u64,
    moves: Vec<Move>,
    new_stacks: Vec<String>,
}

#[derive(Debug, Clone)]
struct Move {
    from: Place,
    to: Place,
    physical_id: String,
    manual: bool,
}

/// What a refactor makes of the stacks: the resources of each.
#[derive(Debug, Default)]
struct Plan {
    resources: BTreeMap<String, BTreeMap<String, Resource>>,
    moves: Vec<Move>,
    new_stacks: Vec<String>,
}

impl World {
    pub(crate) fn create_stack_refactor(&mut self, call: &Call<'_>) -> Answer {
        let query = call.query;
        let mut definitions = Vec::new();
        for definition in query.members("StackDefinitions") {
            let name = definition.required("StackName")?;
            let name = name.split('/').nth(1).unwrap_or(name).to_owned();
            let body = match (definition.owned("TemplateBody"), definition.get("TemplateURL")) {
                (Some(body), _) => body,
                (None, Some(url)) => self.template_at(url)?,
                (None, None) => {
                    let (_, stack) = self.stack(call, &name)?;
                    let goal = stack.goal.as_ref();
                    goal.map(|goal| goal.template.body.clone()).unwrap_or_default()
                }
            };
            definitions.push((name, Template::parse(&body)?));
        }
        if definitions.is_empty() || definitions.len() > 5 {
            return Err(Refusal::invalid(
                "A stack refactor must have at least 1 and at most 5 stack definitions",
            ));
        }
        let place = |mapping: &Query, side: &str| -> Result<Place, Refusal> {
            let name = mapping.required(&format!("{side}.StackName"))?;
            let name = name.split('/').nth(1).unwrap_or(name).to_owned();
            Ok((name, mapping.required(&format!("{side}.LogicalResourceId"))?.to_owned()))
        };
        let mut mappings = BTreeMap::new();
        for mapping in query.members("ResourceMappings") {
            mappings.insert(place(&mapping, "Destination")?, place(&mapping, "Source")?);
        }
        let id = self.clock.uuid();
        self.refactors.push(Refactor {
            id: id.clone(),
            account: call.account.to_owned(),
            region: call.region.to_owned(),
            description: query.owned("Description"),
            definitions,
            mappings,
            creates: query.flag("EnableStackCreation") == Some(true),
            status: "CREATE_IN_PROGRESS",
            reason: None,
            execution: "UNAVAILABLE",
            execution_reason: None,
            left: self.script.planning,
            moves: Vec::new(),
            new_stacks: Vec::new(),
        });
        Ok(Some(Fields::new().text("StackRefactorId", id)))
    }

    fn refactor(&self, call: &Call<'_>) -> Result<(usize, &Refactor), Refusal> {
        let id = call.query.required("StackRefactorId")?;
        let mut all = self.refactors.iter().enumerate();
        all.find(|(_, refactor)| {
            refactor.id == id && refactor.account == call.account && refactor.region == call.region
        })
        .ok_or_else(|| {
            let message = format!("Stack Refactor {id} does not exist");
            Refusal::new(404, "StackRefactorNotFoundException", message)
        })
    }

    pub(crate) fn describe_stack_refactor(&self, call: &Call<'_>) -> Answer {
        let (_, refactor) = self.refactor(call)?;
        let of = Call { account: call.account, region: call.region, query: call.query };
        let ids: Vec<String> = refactor
            .definitions
            .iter()
            .filter_map(|(name, _)| Some(self.stack(&of, name).ok()?.1.identity.stack_id.clone()))
            .collect();
        Ok(Some(
            Fields::new()
                .some("Description", refactor.description.as_ref())
                .text("StackRefactorId", &refactor.id)
                .strings("StackIds", &ids)
                .text("ExecutionStatus", refactor.execution)
                .some("ExecutionStatusReason", refactor.execution_reason.as_ref())
                .text("Status", refactor.status)
                .some("StatusReason", refactor.reason.as_ref()),
        ))
    }

    pub(crate) fn list_stack_refactors(&self, call: &Call<'_>) -> Answer {
        let only = call.query.strings("ExecutionStatusFilter");
        let own = self.refactors.iter().rev().filter(|refactor| {
            refactor.account == call.account
                && refactor.region == call.region
                && (only.is_empty() || only.iter().any(|status| *status == refactor.execution))
        });
        let summary = |refactor: &Refactor| {
            Fields::new()
                .text("StackRefactorId", &refactor.id)
                .some("Description", refactor.description.as_ref())
                .text("ExecutionStatus", refactor.execution)
                .some("ExecutionStatusReason", refactor.execution_reason.as_ref())
                .text("Status", refactor.status)
                .some("StatusReason", refactor.reason.as_ref())
                .into()
        };
        let summaries: Vec<Xml> = own.map(summary).collect();
        let (summaries, next) = self.page(call, summaries)?;
        Ok(Some(Fields::new().list("StackRefactorSummaries", summaries).some("NextToken", next)))
    }

    pub(crate) fn list_stack_refactor_actions(&self, call: &Call<'_>) -> Answer {
        let (_, refactor) = self.refactor(call)?;
        let stacks = refactor.new_stacks.iter().map(|name| {
            Fields::new()
                .text("Action", "CREATE")
                .text("Entity", "STACK")
                .text("Description", format!("Stack {name} will be created"))
                .into()
        });
        let moves = refactor.moves.iter().map(|one| {
            let place = |(stack, id): &Place| {
                Fields::new().text("StackName", stack).text("LogicalResourceId", id)
            };
            let mapping = Fields::new()
                .nested("Source", place(&one.from))
                .nested("Destination", place(&one.to));
            Fields::new()
                .text("Action", "MOVE")
                .text("Entity", "RESOURCE")
                .text("PhysicalResourceId", &one.physical_id)
                .text("Detection", if one.manual { "MANUAL" } else { "AUTO" })
                .nested("ResourceMapping", mapping)
                .into()
        });
        let actions: Vec<Xml> = stacks.chain(moves).collect();
        let (actions, next) = self.page(call, actions)?;
        Ok(Some(Fields::new().list("StackRefactorActions", actions).some("NextToken", next)))
    }

    pub(crate) fn execute_stack_refactor(&mut self, call: &Call<'_>) -> Answer {
        let (at, refactor) = self.refactor(call)?;
        if refactor.execution != "AVAILABLE" {
            return Err(Refusal::invalid(format!(
                "Stack Refactor {} cannot be executed in execution status {}",
                refactor.id, refactor.execution
            )));
        }
        let left = self.script.planning;
        if let Some(refactor) = self.refactors.get_mut(at) {
            refactor.execution = "EXECUTE_IN_PROGRESS";
            refactor.left = left;
        }
        Ok(None)
    }

    /// A tick passes for refactors that are being planned or executed.
    pub(crate) fn advance_refactors(&mut self) {
        let mut refactors = std::mem::take(&mut self.refactors);
        for refactor in &mut refactors {
            let planning = refactor.status == "CREATE_IN_PROGRESS";
            if !planning && refactor.execution != "EXECUTE_IN_PROGRESS" {
                continue;
            }
            refactor.left = refactor.left.saturating_sub(1);
            if refactor.left > 0 {
                continue;
            }
            match (self.planned(refactor), planning) {
                (Ok(plan), true) => {
                    refactor.status = "CREATE_COMPLETE";
                    refactor.execution = "AVAILABLE";
                    refactor.moves = plan.moves;
                    refactor.new_stacks = plan.new_stacks;
                }
                (Err(reason), true) => {
                    refactor.status = "CREATE_FAILED";
                    refactor.reason = Some(reason);
                }
                (Ok(plan), false) => {
                    self.apply(refactor, plan);
                    refactor.execution = "EXECUTE_COMPLETE";
                }
                (Err(reason), false) => {
                    refactor.execution = "EXECUTE_FAILED";
                    refactor.execution_reason = Some(reason);
                }
            }
        }
        self.refactors = refactors;
    }

    /// Where each resource goes.
    fn planned(&self, refactor: &Refactor) -> Result<Plan, String> {
        let query = Query::default();
        let call = Call { account: &refactor.account, region: &refactor.region, query: &query };
        let mut plan = Plan::default();
        let mut left: BTreeMap<Place, Resource> = BTreeMap::new();
        for (name, _) in &refactor.definitions {
            let Ok((_, stack)) = self.stack(&call, name) else {
                if !refactor.creates {
                    return Err(format!("Stack {name} does not exist"));
                }
                plan.new_stacks.push(name.clone());
                continue;
            };
            if !stack.status.is_updatable() {
                return Err(format!("Stack {name} is in {} state", stack.status));
            }
            if stack.policy.is_some() {
                return Err(format!("Stack {name} has a stack policy"));
            }
            for resource in stack.resources.values().filter(|resource| has(resource)) {
                left.insert((name.clone(), resource.logical_id.clone()), resource.clone());
            }
        }
        let mut places: Vec<(Place, &str)> = Vec::new();
        for (name, template) in &refactor.definitions {
            if template.section("Resources").is_empty() {
                return Err(format!("Stack {name} would have no resources"));
            }
            for id in template.section("Resources").keys() {
                places.push(((name.clone(), id.clone()), template.kind(id)));
            }
        }
        let mapped: BTreeSet<&Place> = refactor.mappings.values().collect();
        let wanted: BTreeSet<Place> = places.iter().map(|(place, _)| place.clone()).collect();
        for (to, kind) in &places {
            let manual = refactor.mappings.get(to);
            let stays = Some(to).filter(|to| left.contains_key(*to) && !mapped.contains(to));
            // One of the same type that nobody else claims.
            let alone = || {
                let mut like = left.iter().filter(|(from, resource)| {
                    resource.wanted.kind == *kind
                        && !mapped.contains(from)
                        && !wanted.contains(*from)
                });
                like.next().map(|(from, _)| from).filter(|_| like.next().is_none())
            };
            let from = manual.or(stays).or_else(alone).cloned();
            let found = from.and_then(|from| Some((from.clone(), left.remove(&from)?)));
            let Some((from, mut resource)) = found else {
                return Err(format!(
                    "Stack Refactor does not support the creation of resources: {} in stack {}",
                    to.1, to.0
                ));
            };
            if resource.wanted.kind != *kind {
                return Err(format!("Resource {} would change its type", to.1));
            }
            if from != *to {
                plan.moves.push(Move {
                    from,
                    to: to.clone(),
                    physical_id: resource.physical_id.clone(),
                    manual: manual.is_some(),
                });
            }
            resource.logical_id.clone_from(&to.1);
            plan.resources.entry(to.0.clone()).or_default().insert(to.1.clone(), resource);
        }
        if let Some((stack, id)) = left.keys().next() {
            return Err(format!(
                "Stack Refactor does not support the deletion of resources: {id} in stack {stack}"
            ));
        }
        if plan.moves.is_empty() {
            return Err("Stack Refactor has no resource to move".to_owned());
        }
        self.unchanged(refactor, &plan)?;
        Ok(plan)
    }

    /// Moving is all that happens: each resource has the values that it had.
    fn unchanged(&self, refactor: &Refactor, plan: &Plan) -> Result<(), String> {
        let query = Query::default();
        let call = Call { account: &refactor.account, region: &refactor.region, query: &query };
        for (name, template) in &refactor.definitions {
            let stack = self.stack(&call, name).ok().map(|(_, stack)| stack);
            let goal = stack.and_then(|stack| stack.goal.as_ref());
            let given = goal.map(|goal| goal.parameters.clone()).unwrap_or_default();
            let parameters = template.parameters(&given).map_err(|refusal| refusal.message)?;
            let identity = match stack {
                Some(stack) => stack.identity.clone(),
                None => new_identity(refactor, name, String::new()),
            };
            let none = BTreeMap::new();
            let resources = plan.resources.get(name).unwrap_or(&none);
            let (others, script) = (&self.stacks, &self.script);
            let identity = &identity;
            let parameters = &parameters;
            let resolver = Resolver { template, parameters, resources, identity, others, script };
            for (id, resource) in resources {
                // A reference to an output that the refactor itself makes is not there yet.
                let Ok(wanted) = resolver.wanted(id) else { continue };
                if wanted.properties != resource.wanted.properties {
                    return Err(format!(
                        "Stack Refactor does not support modifications to resources: {id} in stack \
                         {name}"
                    ));
                }
            }
        }
        Ok(())
    }

    fn apply(&mut self, refactor: &Refactor, plan: Plan) {
        let query = Query::default();
        for one in &plan.moves {
            let made = self.made.iter_mut().rev().find(|made| {
                made.physical_id == one.physical_id
                    && (&made.stack, &made.logical_id) == (&one.from.0, &one.from.1)
            });
            if let Some(made) = made {
                made.stack.clone_from(&one.to.0);
                made.logical_id.clone_from(&one.to.1);
            }
        }
        for (name, mut resources) in plan.resources {
            let definition = refactor.definitions.iter().find(|(of, _)| *of == name);
            let Some((_, template)) = definition else { continue };
            let call = Call { account: &refactor.account, region: &refactor.region, query: &query };
            let number = match self.find(&call, &name) {
                Some(number) => number,
                None => {
                    self.count += 1;
                    let identity = new_identity(refactor, &name, self.clock.uuid());
                    let stack = Stack::new(identity, &mut self.clock);
                    self.stacks.insert(self.count, stack);
                    self.count
                }
            };
            self.alone(number, |stack, around| {
                for (id, resource) in &mut resources {
                    resource.wanted.depends = template.depends(id);
                }
                stack.resources = resources;
                let goal = match stack.goal.take() {
                    Some(goal) => Goal { template: template.clone(), ..goal },
                    None => Goal {
                        parameters: template.parameters(&BTreeMap::new()).unwrap_or_default(),
                        template: template.clone(),
                        tags: Vec::new(),
                        capabilities: Vec::new(),
                        notifications: Vec::new(),
                        role: None,
                        alarms: Vec::new(),
                        monitored: None,
                    },
                };
                if let Ok(outputs) = stack.resolver(&goal, around).outputs() {
                    stack.outputs = outputs;
                }
                stack.goal = Some(goal);
                let status = match stack.status {
                    StackStatus::ReviewInProgress => StackStatus::CreateComplete,
                    _ => StackStatus::UpdateComplete,
                };
                stack.updated = Some(around.clock.now());
                stack.enter(around.clock, status, None);
            });
        }
    }
}

fn new_identity(refactor: &Refactor, name: &str, uuid: String) -> Identity {
    let Refactor { account, region, .. } = refactor;
    let partition = partition(region);
    Identity {
        account: account.clone(),
        region: region.clone(),
        partition,
        stack_name: name.to_owned(),
        stack_id: format!("arn:{partition}:cloudformation:{region}:{account}:stack/{name}/{uuid}"),
    }
}
