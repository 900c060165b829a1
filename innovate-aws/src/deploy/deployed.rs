//! What is deployed of a program's stacks.

use std::collections::BTreeMap;

use aws_sdk_cloudformation::{
    Client,
    types::{Stack, TemplateStage},
};
use innovate_core::diff::{Snapshot, StackId, StackSnapshot};
use serde_json::Value;
use tokio::{sync::Semaphore, task::JoinSet};

use super::{Access, AwsError, Standing, remote::is_absent};

/// How many stacks are asked about at once.
const AT_ONCE: usize = 8;

/// What is deployed of a program's stacks.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Deployed {
    /// The stacks that are there, in the order in which they were asked for.
    pub snapshot: Snapshot,
    /// Where each stack stands.
    pub standings: BTreeMap<StackId, Standing>,
}

impl Deployed {
    /// Asks for these stacks, several at once.
    ///
    /// # Errors
    ///
    /// If AWS can't be asked about one of them, or if one's template can't be read.
    pub async fn read(access: &Access, stacks: &[StackId]) -> Result<Self, AwsError> {
        static GATE: Semaphore = Semaphore::const_new(AT_ONCE);
        let mut asked = JoinSet::new();
        for (position, stack) in stacks.iter().enumerate() {
            let (access, stack) = (access.clone(), stack.clone());
            asked.spawn(async move {
                let _turn = GATE.acquire().await;
                let read = one(&access, &stack).await;
                (position, stack, read)
            });
        }
        let mut answers = BTreeMap::new();
        while let Some(answer) = asked.join_next().await {
            let (position, stack, read) = answer
                .map_err(|error| AwsError::new("ask AWS about the stacks", error.to_string()))?;
            answers.insert(position, (stack, read));
        }
        let mut deployed = Self::default();
        for (stack, read) in answers.into_values() {
            let (standing, snapshot) = read?;
            deployed.standings.insert(stack, standing);
            if let Some(snapshot) = snapshot {
                deployed.snapshot.push(snapshot);
            }
        }
        Ok(deployed)
    }
}

async fn one(access: &Access, id: &StackId) -> Result<(Standing, Option<StackSnapshot>), AwsError> {
    let client = access.client(id).await?;
    let Some(stack) = described(&client, id).await? else { return Ok((Standing::Absent, None)) };
    let standing = stack.stack_status().map_or(Standing::Unknown, Standing::of);
    if !standing.has_resources() {
        return Ok((standing, None));
    }
    let template = template(&client, id).await?;
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
    Ok((standing, Some(snapshot)))
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
