//! Asks CloudFormation to look at stacks, and waits for what it finds.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use aws_sdk_cloudformation::{
    Client,
    types::{StackDriftDetectionStatus, StackResourceDrift, StackResourceSummary},
};
use innovate_core::diff::StackId;
use tokio::{sync::Semaphore, task::JoinSet, time::Instant};

use super::{
    super::{
        Access, AwsError, Failure, Standing,
        deployed::{described, template},
        pace::Pace,
        remote::says,
    },
    Detection, Drift, StackDrift, read,
};

/// How many stacks are looked at together.
const AT_ONCE: usize = 8;

/// How long is waited for one stack: a detection takes minutes, and nobody says how many.
const LONGEST: Duration = Duration::from_secs(30 * 60);

impl Drift {
    /// Looks at these stacks, several at once: has CloudFormation compare every resource with the stack's
    /// template, and waits until it has. `pause` is the time between two questions whether it has, such as
    /// two seconds; it becomes longer while nothing happens, and a twentieth of it lies between requests to
    /// one account and region.
    ///
    /// Nothing is changed in AWS. What can't be looked at is said of its stack ([`Detection::Failed`]), and
    /// keeps no other stack from being looked at. To drop the future is to wait no longer; what
    /// CloudFormation has begun, it ends.
    pub async fn detect(access: &Access, stacks: &[StackId], pause: Duration) -> Self {
        let gate = Arc::new(Semaphore::new(AT_ONCE));
        let pace = Arc::new(Pace::new(pause));
        let mut asked = JoinSet::new();
        for (position, stack) in stacks.iter().enumerate() {
            let (access, stack) = (access.clone(), stack.clone());
            let (gate, pace) = (Arc::clone(&gate), Arc::clone(&pace));
            asked.spawn(async move {
                let _turn = gate.acquire().await;
                let found = one(&access, &stack, &pace).await;
                (position, found)
            });
        }
        let mut found = BTreeMap::new();
        while let Some(answer) = asked.join_next().await {
            if let Ok((position, stack)) = answer {
                found.insert(position, stack);
            }
        }
        // What ended without an answer is no stack that is as it should be.
        let stack = |(position, stack): (usize, &StackId)| {
            found.remove(&position).unwrap_or_else(|| {
                let failure = Failure::new(format!("can't look at the stack {stack}"));
                StackDrift::of(stack.clone(), Detection::Failed { failure })
            })
        };
        Self { stacks: stacks.iter().enumerate().map(stack).collect() }
    }
}

async fn one(access: &Access, stack: &StackId, pace: &Pace) -> StackDrift {
    match looked_at(access, stack, pace).await {
        Ok(found) => found,
        Err(failure) => StackDrift::of(stack.clone(), Detection::Failed { failure }),
    }
}

async fn looked_at(access: &Access, stack: &StackId, pace: &Pace) -> Result<StackDrift, Failure> {
    let nothing = |reason: &str| {
        Ok(StackDrift::of(stack.clone(), Detection::Nothing { reason: reason.to_owned() }))
    };
    let client = access.client(stack).await?;
    pace.turn(stack).await;
    let missing = || StackDrift::of(stack.clone(), Detection::Missing);
    let Some(there) = described(&client, stack).await? else { return Ok(missing()) };
    match there.stack_status().map_or(Standing::Unknown, Standing::of) {
        Standing::Absent => return Ok(missing()),
        Standing::Review => {
            return nothing("a change set would create it: it has no resources yet");
        }
        Standing::Ruined => return nothing("its creation failed: it has nothing that is in use"),
        Standing::Busy => {
            let status = there.stack_status().map_or("", |status| status.as_str());
            return Err(Failure::new(format!(
                "can't look at the stack {stack}: an operation is under way ({status})"
            ))
            .help("look again when it has ended"));
        }
        // Whether it can be looked at then is CloudFormation's decision.
        Standing::Ready
        | Standing::Halted
        | Standing::Stuck
        | Standing::Undeleted
        | Standing::Unknown => {}
    }
    let asked = Asked { client: &client, stack, pace, until: Instant::now() + LONGEST };
    let detection = asked.end_of(&asked.begin().await?).await?;
    let drifts = asked.drifts().await?;
    let listed = asked.listed().await?;
    // The template tells which values are secrets: it is needed if there are values to be shown.
    let template = match drifts.iter().any(|drift| !drift.property_differences().is_empty()) {
        true => Some(template(&client, stack).await?),
        false => None,
    };
    let (resources, in_sync) = read::resources(&drifts, &listed, template.as_ref());
    Ok(StackDrift { stack: stack.clone(), detection, resources, in_sync })
}

/// A stack that is looked at.
struct Asked<'a> {
    client: &'a Client,
    stack: &'a StackId,
    pace: &'a Pace,
    until: Instant,
}

impl Asked<'_> {
    fn what(&self) -> String {
        format!("detect the drift of the stack {}", self.stack)
    }

    /// Waits a little, the longer the more often it was waited.
    ///
    /// # Errors
    ///
    /// If it took too long already.
    async fn wait(&self, waited: u32) -> Result<(), Failure> {
        if Instant::now() >= self.until {
            let minutes = LONGEST.as_secs() / 60;
            let failure = Failure::new(format!(
                "can't {}: CloudFormation has not ended it within {minutes} minutes",
                self.what()
            ));
            return Err(failure.help("look again later: a detection goes on by itself"));
        }
        self.pace.pause(waited).await;
        self.pace.turn(self.stack).await;
        Ok(())
    }

    /// Begins a detection, and gives its id. A stack has one at a time: while it has another, which may
    /// be one of our own whose answer was lost, that one is waited for.
    async fn begin(&self) -> Result<String, Failure> {
        let mut waited = 0;
        self.pace.turn(self.stack).await;
        loop {
            let answer = self.client.detect_stack_drift().stack_name(&self.stack.name).send().await;
            match answer {
                Ok(answer) => match answer.stack_drift_detection_id {
                    Some(id) => return Ok(id),
                    None => return Err(AwsError::new(self.what(), "AWS named no detection").into()),
                },
                // It has no code of its own.
                Err(error)
                    if says(
                        &error,
                        "ValidationError",
                        "Drift detection is already in progress",
                    ) =>
                {
                    self.wait(waited).await?;
                    waited += 1;
                }
                Err(error) => return Err(AwsError::of(self.what(), &error).into()),
            }
        }
    }

    /// Waits for the end of a detection.
    async fn end_of(&self, id: &str) -> Result<Detection, Failure> {
        let mut waited = 0;
        loop {
            self.wait(waited).await?;
            waited += 1;
            let asked = self.client.describe_stack_drift_detection_status();
            let answer = asked.stack_drift_detection_id(id).send().await;
            let answer = answer.map_err(|error| AwsError::of(self.what(), &error))?;
            let reason = answer.detection_status_reason();
            match answer.detection_status() {
                Some(StackDriftDetectionStatus::DetectionInProgress) => {}
                Some(StackDriftDetectionStatus::DetectionComplete) => {
                    return Ok(Detection::Complete);
                }
                Some(StackDriftDetectionStatus::DetectionFailed) => {
                    let reason = reason.unwrap_or("CloudFormation gave no reason").to_owned();
                    return Ok(Detection::Incomplete { reason });
                }
                other => {
                    let status = other.map_or("none", |status| status.as_str());
                    let reason = format!("its status, {status}, isn't known here");
                    return Err(AwsError::new(self.what(), reason).into());
                }
            }
        }
    }

    /// What was found of every resource that was looked at.
    async fn drifts(&self) -> Result<Vec<StackResourceDrift>, Failure> {
        let (mut all, mut token) = (Vec::new(), None);
        loop {
            self.pace.turn(self.stack).await;
            let asked = self.client.describe_stack_resource_drifts().stack_name(&self.stack.name);
            let answer = asked.max_results(100).set_next_token(token).send().await;
            let answer = answer.map_err(|error| {
                AwsError::of(format!("read the drift of the stack {}", self.stack), &error)
            })?;
            all.extend(answer.stack_resource_drifts.unwrap_or_default());
            token = answer.next_token;
            if token.is_none() {
                return Ok(all);
            }
        }
    }

    /// All resources of the stack, those among them that were not looked at.
    async fn listed(&self) -> Result<Vec<StackResourceSummary>, Failure> {
        let (mut all, mut token) = (Vec::new(), None);
        loop {
            self.pace.turn(self.stack).await;
            let asked = self.client.list_stack_resources().stack_name(&self.stack.name);
            let answer = asked.set_next_token(token).send().await;
            let answer = answer.map_err(|error| {
                AwsError::of(format!("list the resources of the stack {}", self.stack), &error)
            })?;
            all.extend(answer.stack_resource_summaries.unwrap_or_default());
            token = answer.next_token;
            if token.is_none() {
                return Ok(all);
            }
        }
    }
}
