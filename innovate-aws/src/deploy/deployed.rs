//! What is deployed of a program's stacks.

use std::{collections::BTreeMap, sync::Arc};

use aws_sdk_cloudformation::{
    Client,
    types::{Stack, TemplateStage},
};
use innovate_core::{
    check::Place,
    diff::{Snapshot, StackId, StackSnapshot},
};
use serde_json::Value;
use tokio::{sync::Semaphore, task::JoinSet};

use super::{Access, AwsError, DeployedStack, Recent, Standing, remote::is_absent};
use crate::plan::Stamp;

/// How many stacks are asked about at once.
const AT_ONCE: usize = 8;

/// What is deployed of a program's stacks.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Deployed {
    /// The stacks that are there, in the order in which they were asked for.
    pub snapshot: Snapshot,
    /// Where each stack stands.
    pub standings: BTreeMap<StackId, Standing>,
    /// What CloudFormation says of those that are there, with or without resources.
    pub stacks: BTreeMap<StackId, DeployedStack>,
}

/// The lines of the program that make a stack's resources, by logical id.
type Places = BTreeMap<String, Place>;

impl Deployed {
    /// Asks for these stacks, several at once.
    ///
    /// # Errors
    ///
    /// If AWS can't be asked about one of them, or if one's template can't be read.
    pub async fn read(access: &Access, stacks: &[StackId]) -> Result<Self, AwsError> {
        Self::ask(access, stacks, true).await
    }

    /// Asks for these stacks, several at once, but not for their templates: there is no snapshot.
    ///
    /// # Errors
    ///
    /// If AWS can't be asked about one of them.
    pub async fn without_templates(access: &Access, stacks: &[StackId]) -> Result<Self, AwsError> {
        Self::ask(access, stacks, false).await
    }

    /// What tells the stacks from others of their names, and what was done with them last.
    pub fn stamps(&self) -> BTreeMap<StackId, Stamp> {
        let stamp = |(id, stack): (&StackId, &DeployedStack)| {
            let DeployedStack { arn, status, created, updated, .. } = stack;
            let updated = updated.clone().or_else(|| created.clone()).unwrap_or_default();
            (id.clone(), Stamp { arn: arn.clone(), status: status.clone(), updated })
        };
        self.stacks.iter().map(stamp).collect()
    }

    async fn ask(access: &Access, stacks: &[StackId], templates: bool) -> Result<Self, AwsError> {
        let ask = |stack: &StackId| {
            let (access, stack) = (access.clone(), stack.clone());
            async move { one(&access, &stack, templates).await }
        };
        let mut deployed = Self::default();
        for (stack, read) in stacks.iter().zip(each(stacks.iter().map(ask)).await?) {
            deployed.standings.insert(stack.clone(), read.standing);
            deployed.stacks.extend(read.stack.map(|found| (stack.clone(), found)));
            if let Some(snapshot) = read.snapshot {
                deployed.snapshot.push(snapshot);
            }
        }
        Ok(deployed)
    }

    /// What happened lately to those of the stacks whose status says more than that all went well. The
    /// program says which of its lines make what.
    ///
    /// # Errors
    ///
    /// If AWS can't be asked about one of them.
    pub async fn recent(
        &self,
        access: &Access,
        program: &Snapshot,
    ) -> Result<BTreeMap<StackId, Recent>, AwsError> {
        const GOOD: [&str; 3] = ["CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE"];
        let asked: Vec<(&StackId, &DeployedStack)> =
            self.stacks.iter().filter(|(_, stack)| !GOOD.contains(&&*stack.status)).collect();
        let ask = |(id, stack): &(&StackId, &DeployedStack)| {
            let (access, id, arn) = (access.clone(), (*id).clone(), stack.arn.clone());
            let places = program.stack(&id).map_or_else(Places::new, |stack| stack.places.clone());
            async move { Recent::read(&access, &id, &arn, &places).await }
        };
        let answers = each(asked.iter().map(ask)).await?;
        Ok(asked.iter().map(|(id, _)| (*id).clone()).zip(answers).collect())
    }
}

/// The answers to several questions in their order, a few asked at once.
async fn each<A: Send + 'static>(
    questions: impl Iterator<Item = impl Future<Output = Result<A, AwsError>> + Send + 'static>,
) -> Result<Vec<A>, AwsError> {
    let gate = Arc::new(Semaphore::new(AT_ONCE));
    let mut asked = JoinSet::new();
    for (position, question) in questions.enumerate() {
        let gate = Arc::clone(&gate);
        asked.spawn(async move {
            let _turn = gate.acquire().await;
            (position, question.await)
        });
    }
    let mut answers = BTreeMap::new();
    while let Some(answer) = asked.join_next().await {
        let (position, answer) =
            answer.map_err(|error| AwsError::new("ask AWS about the stacks", error.to_string()))?;
        answers.insert(position, answer);
    }
    answers.into_values().collect()
}

/// What was read of one stack.
struct Read {
    standing: Standing,
    stack: Option<DeployedStack>,
    snapshot: Option<StackSnapshot>,
}

async fn one(access: &Access, id: &StackId, with_template: bool) -> Result<Read, AwsError> {
    let client = access.client(id).await?;
    let absent = Read { standing: Standing::Absent, stack: None, snapshot: None };
    let Some(stack) = described(&client, id).await? else { return Ok(absent) };
    let standing = stack.stack_status().map_or(Standing::Unknown, Standing::of);
    let told = Some(DeployedStack::from(&stack));
    if !standing.has_resources() || !with_template {
        return Ok(Read { standing, stack: told, snapshot: None });
    }
    let template = match template(&client, id).await {
        Ok(template) => template,
        // It may be deleted between the two questions.
        Err(error) => {
            let stack = described(&client, id).await?;
            return if stack.is_none() { Ok(absent) } else { Err(error) };
        }
    };
    let snapshot = Some(snapshot(id, &stack, template));
    Ok(Read { standing, stack: told, snapshot })
}

/// A stack with its template, as it is described.
pub(super) fn snapshot(id: &StackId, stack: &Stack, template: Value) -> StackSnapshot {
    let mut snapshot = StackSnapshot::new(id.clone(), template);
    snapshot.termination_protection = stack.enable_termination_protection().unwrap_or(false);
    for parameter in stack.parameters() {
        if let (Some(key), Some(value)) = (parameter.parameter_key(), parameter.parameter_value()) {
            snapshot.parameters.insert(key.to_owned(), value.to_owned());
        }
    }
    for tag in stack.tags() {
        if let (Some(key), Some(value)) = (tag.key(), tag.value()) {
            snapshot.tags.insert(key.to_owned(), value.to_owned());
        }
    }
    snapshot
}

/// The stack, if there is one of the name.
pub(super) async fn described(client: &Client, id: &StackId) -> Result<Option<Stack>, AwsError> {
    let answer = client.describe_stacks().stack_name(&id.name).send().await;
    match answer {
        Ok(answer) => Ok(answer.stacks.unwrap_or_default().into_iter().next()),
        Err(error) if is_absent(&error) => Ok(None),
        Err(error) => Err(AwsError::of(format!("describe the stack {id}"), &error)),
    }
}

/// The template as it was deployed, before transforms.
pub(super) async fn template(client: &Client, id: &StackId) -> Result<Value, AwsError> {
    let what = || format!("read the template of the stack {id}");
    let answer = client
        .get_template()
        .stack_name(&id.name)
        .template_stage(TemplateStage::Original)
        .send()
        .await
        .map_err(|error| AwsError::of(what(), &error))?;
    let body = answer.template_body().unwrap_or_default();
    StackSnapshot::parse(body).map_err(|reason| AwsError::new(what(), reason))
}
