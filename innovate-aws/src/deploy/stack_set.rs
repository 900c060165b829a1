//! Watching the StackSets of a stack: in which accounts and regions they are, and what failed there.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_cloudformation::{
    primitives::DateTime,
    types::{CallAs, StackEvent, StackSetOperationStatus, StackSetOperationSummary},
};

use super::{AwsError, Event, FailureCause, remote::Remote};

/// The type of the resources that are StackSets.
const TYPE: &str = "AWS::CloudFormation::StackSet";

/// How many pages of operations are read at a time. The newest come first, and those of one resource are few.
const OPERATION_PAGES: usize = 3;

/// How many pages of results are read at a time, each of up to 100.
const RESULT_PAGES: usize = 100;

/// How many answers about the stack there are between two questions about its StackSets.
const ROUNDS: u32 = 3;

/// The StackSets on which a stack's operation works.
#[derive(Debug, Default)]
pub(super) struct StackSets {
    by_id: BTreeMap<String, StackSet>,
    rounds: u32,
}

/// One of them.
#[derive(Debug)]
struct StackSet {
    /// Its name and number, as CloudFormation's API knows it; none until it is begun.
    id: Option<String>,
    /// When the stack began with it: operations before are none of ours.
    since: DateTime,
    call_as: CallAs,
    /// What was told of an instance, by operation, account and region.
    told: BTreeMap<(String, String, String), String>,
    /// The operations of which everything was told.
    over: BTreeSet<String>,
    /// The instances that failed, in the order in which that was seen.
    failed: Vec<FailureCause>,
    /// Whether the stack goes on working on it.
    running: bool,
    /// Whether nobody may ask about it.
    silent: bool,
}

impl StackSets {
    /// Notes what events say about StackSets, and whether something is to be asked before they are told: one that
    /// has ended says only that it failed.
    pub(super) fn note(&mut self, news: &[StackEvent], token: &str) -> bool {
        let mut ended = false;
        let own = news.iter().filter(|event| event.client_request_token() == Some(token));
        for event in own.filter(|event| event.resource_type() == Some(TYPE)) {
            let id = event.logical_resource_id().unwrap_or_default();
            let status = event.resource_status().map_or("", |status| status.as_str());
            let set = self.by_id.entry(id.to_owned()).or_insert_with(|| StackSet {
                id: None,
                since: event.timestamp().copied().unwrap_or(DateTime::from_secs(0)),
                call_as: CallAs::SelfValue,
                told: BTreeMap::new(),
                over: BTreeSet::new(),
                failed: Vec::new(),
                running: true,
                silent: false,
            });
            if let Some(id) = event.physical_resource_id().filter(|id| !id.is_empty()) {
                set.id = Some(id.to_owned());
            }
            set.running = status.ends_with("_IN_PROGRESS");
            ended |= !set.running;
        }
        ended
    }

    /// Whether it is time to ask about those that are worked on.
    pub(super) fn are_due(&mut self) -> bool {
        if !self.by_id.values().any(|set| set.running && !set.silent) {
            return false;
        }
        self.rounds += 1;
        self.rounds % ROUNDS == 1
    }

    /// What failed in a StackSet of the stack, by account and region.
    pub(super) fn causes(&self, logical_id: &str) -> &[FailureCause] {
        self.by_id.get(logical_id).map_or(&[], |set| &set.failed)
    }
}

impl Remote {
    /// Asks about the StackSets that are worked on, or were until now, and tells what is new about their
    /// instances: how much it was. What can't be asked is told once, and stops nothing.
    pub(super) async fn instances(&self, sets: &mut StackSets) -> usize {
        let mut told = 0;
        for (logical_id, set) in &mut sets.by_id {
            if set.silent {
                continue;
            }
            match self.instances_of(logical_id, set).await {
                Ok(count) => told += count,
                Err(error) if error.may_pass() => {}
                Err(error) => {
                    set.silent = true;
                    self.warn(Some(logical_id), format!("how far it is can't be told: {error}"));
                }
            }
            // What is over is asked about for the last time.
            if !set.running {
                set.silent = true;
            }
        }
        told
    }

    async fn instances_of(&self, logical_id: &str, set: &mut StackSet) -> Result<usize, AwsError> {
        let Some(id) = set.id.clone() else { return Ok(0) };
        let operations = match self.set_operations(&id, set).await {
            // One of an organization may be administered from another account than the management account's.
            Err(error) if set.call_as == CallAs::SelfValue && is_another_callers(&error) => {
                set.call_as = CallAs::DelegatedAdmin;
                self.set_operations(&id, set).await?
            }
            answer => answer?,
        };
        let mut told = 0;
        for operation in operations {
            let Some(number) = operation.operation_id() else { continue };
            told += self.results(logical_id, &id, number, set).await?;
            if operation.status().is_some_and(is_over) {
                set.over.insert(number.to_owned());
            }
        }
        Ok(told)
    }

    /// The operations of which not everything was told yet, the oldest first.
    async fn set_operations(
        &self,
        id: &str,
        set: &StackSet,
    ) -> Result<Vec<StackSetOperationSummary>, AwsError> {
        let (mut operations, mut page) = (Vec::new(), None);
        for _ in 0..OPERATION_PAGES {
            self.turn().await;
            let request = self.client.list_stack_set_operations().stack_set_name(id);
            let request = request.call_as(set.call_as.clone()).set_next_token(page);
            let answer = request.send().await.map_err(|error| {
                AwsError::of(format!("list the operations of the StackSet {id}"), &error)
            })?;
            let ours = answer.summaries.unwrap_or_default().into_iter().filter(|operation| {
                let begun = operation.creation_timestamp();
                let known = operation.operation_id().is_none_or(|id| set.over.contains(id));
                !known && begun.is_some_and(|begun| *begun >= set.since)
            });
            operations.extend(ours);
            page = answer.next_token;
            if page.is_none() {
                break;
            }
        }
        operations.sort_by_key(|operation| operation.creation_timestamp().copied());
        Ok(operations)
    }

    /// Tells what is new in an operation.
    async fn results(
        &self,
        logical_id: &str,
        id: &str,
        operation: &str,
        set: &mut StackSet,
    ) -> Result<usize, AwsError> {
        let (mut told, mut page) = (0, None);
        for _ in 0..RESULT_PAGES {
            self.turn().await;
            let request = self.client.list_stack_set_operation_results().stack_set_name(id);
            let request = request.operation_id(operation).call_as(set.call_as.clone());
            let answer = request.set_next_token(page).send().await.map_err(|error| {
                AwsError::of(format!("read the results of the StackSet {id}"), &error)
            })?;
            for result in answer.summaries.unwrap_or_default() {
                let (Some(account), Some(region), Some(status)) =
                    (result.account, result.region, result.status)
                else {
                    continue;
                };
                let status = status.as_str().to_owned();
                let key = (operation.to_owned(), account.clone(), region.clone());
                if status == "PENDING" || set.told.get(&key) == Some(&status) {
                    continue;
                }
                set.told.insert(key, status.clone());
                told += 1;
                let place = self.run.place(&self.id, logical_id);
                if status == "FAILED" {
                    let why = result.status_reason.as_deref().unwrap_or("it gave no reason");
                    set.failed.push(FailureCause {
                        logical_id: logical_id.to_owned(),
                        type_name: TYPE.to_owned(),
                        status: status.clone(),
                        reason: format!("account {account}, {region}: {why}"),
                        place: place.clone(),
                    });
                }
                self.run.tell(Event::Instance {
                    stack: self.id.clone(),
                    logical_id: logical_id.to_owned(),
                    account,
                    region,
                    status,
                    reason: result.status_reason,
                    place,
                });
            }
            page = answer.next_token;
            if page.is_none() {
                break;
            }
        }
        Ok(told)
    }

    /// Says which instances failed of StackSets that tolerated it.
    pub(super) fn tell_tolerated(&self, sets: &StackSets, failed: &[super::Progress]) {
        for (logical_id, set) in &sets.by_id {
            if failed.iter().any(|step| step.logical_id == *logical_id) {
                continue;
            }
            for cause in &set.failed {
                let message = format!("failed, and was tolerated: {}", cause.reason);
                self.warn(Some(logical_id), message);
            }
        }
    }
}

fn is_over(status: &StackSetOperationStatus) -> bool {
    use StackSetOperationStatus::{Failed, Stopped, Succeeded};
    matches!(status, Failed | Stopped | Succeeded)
}

/// Whether a StackSet may be there for who calls as a delegated administrator.
fn is_another_callers(error: &AwsError) -> bool {
    matches!(error.code(), Some("StackSetNotFoundException" | "ValidationError"))
}
