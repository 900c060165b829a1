//! Watching an operation to its end.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use aws_sdk_cloudformation::types::{StackEvent, StackStatus};
use tokio::time::Instant;

use super::{AwsError, Event, Progress, Standing, remote::Remote, stack_set::StackSets};

/// After how long without news somebody should know.
const PATIENCE: Duration = Duration::from_secs(30 * 60);

/// How many answers in a row may fail while an operation goes on without us.
const LOST_ANSWERS: u32 = 10;

/// After how many looks without news the stack itself is asked for its status.
const DOUBT: u32 = 5;

/// How many pages of events are read in search of an operation's first one.
const PAGES: u32 = 20;

/// How an operation ended.
#[derive(Debug)]
pub(super) struct Watched {
    /// The stack's status; one with something under way if another operation took over.
    pub(super) status: StackStatus,
    /// Why, if CloudFormation says so.
    pub(super) reason: Option<String>,
    /// What failed, in the order in which it did.
    pub(super) failed: Vec<Progress>,
    /// Whether events told of it. Else the stack rests, and that is all that is known.
    pub(super) heard: bool,
    /// What became of its StackSets.
    pub(super) sets: StackSets,
}

impl Remote {
    /// Watches the operation of that token to its end, and tells what happens.
    ///
    /// # Errors
    ///
    /// If AWS can't be asked for long.
    pub(super) async fn watch(&self, arn: &str, token: &str) -> Result<Watched, AwsError> {
        let mut seen = Seen::default();
        let (mut quiet, mut lost) = (0, 0);
        let mut last_news = Instant::now();
        let mut rests = None;
        loop {
            match self.look(arn, token, &mut seen).await {
                Ok((_, Some(watched))) => return Ok(watched),
                Ok((0, None)) => {
                    (quiet, lost) = (quiet + 1, 0);
                    // It rests, and the look after that told nothing of it either.
                    if let Some(status) = rests.take() {
                        return Ok(seen.watched(status, None));
                    }
                    if quiet % DOUBT == 0 {
                        rests = self.resting(arn).await?;
                    }
                }
                Ok((_, None)) => {
                    (quiet, lost, last_news) = (0, 0, Instant::now());
                    rests = None;
                }
                Err(error) if error.may_pass() && lost < LOST_ANSWERS => lost += 1,
                Err(error) => return Err(error),
            }
            if last_news.elapsed() >= PATIENCE {
                last_news = Instant::now();
                self.warn(None, seen.stuck());
            }
            self.run.pace.pause(quiet + lost).await;
        }
    }

    /// Looks once: how much is new, and how the operation ended if it did.
    async fn look(
        &self,
        arn: &str,
        token: &str,
        seen: &mut Seen,
    ) -> Result<(usize, Option<Watched>), AwsError> {
        let news = self.news(arn, token, seen).await?;
        let mut count = news.len();
        // What failed in which account is told before the StackSet that failed of it.
        let ended = seen.sets.note(&news, token);
        if ended {
            count += self.instances(&mut seen.sets).await;
        }
        let watched = self.take(arn, token, news, seen);
        match &watched {
            Some(watched) => self.tell_tolerated(&watched.sets, &watched.failed),
            None if !ended && seen.sets.are_due() => {
                count += self.instances(&mut seen.sets).await;
            }
            None => {}
        }
        Ok((count, watched))
    }

    /// The stack's status, if nothing is under way on it.
    async fn resting(&self, arn: &str) -> Result<Option<StackStatus>, AwsError> {
        let stack = self.describe_by(arn).await;
        let stack = match stack {
            Err(error) if error.may_pass() => return Ok(None),
            stack => stack?,
        };
        // What is deleted is forgotten some time.
        let Some(stack) = stack else { return Ok(Some(StackStatus::DeleteComplete)) };
        let resting = !matches!(Self::standing(Some(&stack)), Standing::Busy);
        Ok(stack.stack_status.filter(|_| resting))
    }

    /// The stack's events since the last time, the oldest first: those of the operation, and what
    /// followed it. The first time no further back than the operation's first one.
    async fn news(
        &self,
        arn: &str,
        token: &str,
        seen: &mut Seen,
    ) -> Result<Vec<StackEvent>, AwsError> {
        let mut news = Vec::new();
        let (mut page, mut pages, mut found) = (None, 0, false);
        'pages: loop {
            let (events, next) = self.events(arn, page).await?;
            for event in events {
                let own = event.client_request_token() == Some(token);
                let known = event.event_id().is_none_or(|id| seen.events.contains(id));
                if known || (found && !own) {
                    break 'pages;
                }
                found |= own;
                news.push(event);
            }
            (page, pages) = (next, pages + 1);
            if page.is_none() || pages >= PAGES {
                break;
            }
        }
        seen.events.extend(news.iter().filter_map(|event| event.event_id().map(str::to_owned)));
        news.reverse();
        Ok(news)
    }

    fn take(
        &self,
        arn: &str,
        token: &str,
        news: Vec<StackEvent>,
        seen: &mut Seen,
    ) -> Option<Watched> {
        for event in news {
            let status = event.resource_status().map_or("", |status| status.as_str());
            let own = event.client_request_token() == Some(token);
            let is_stack = event.physical_resource_id() == Some(arn)
                && event.resource_type() == Some("AWS::CloudFormation::Stack");
            seen.begun |= own;
            if is_stack {
                let status = StackStatus::from(status);
                let rests = !matches!(Standing::of(&status), Standing::Busy | Standing::Review);
                // There is one operation at a time: another one that follows ended this one.
                if (own && rests) || (!own && seen.begun) {
                    let reason = event.resource_status_reason().map(str::to_owned);
                    return Some(seen.watched(status, reason));
                }
                continue;
            }
            if !own {
                continue;
            }
            let mut progress = self.progress(&event, status);
            match hook_finding(&event) {
                Some((message, true)) => seen.hook(&progress.logical_id, message),
                Some((message, false)) => self.warn(Some(&progress.logical_id), message),
                None => seen.explain(&mut progress),
            }
            seen.note(&progress);
            self.run.tell(Event::Resource { stack: self.id.clone(), progress });
        }
        None
    }

    fn progress(&self, event: &StackEvent, status: &str) -> Progress {
        let logical_id = event.logical_resource_id().unwrap_or_default().to_owned();
        let physical_id = event.physical_resource_id().filter(|id| !id.is_empty());
        Progress {
            physical_id: physical_id.map(str::to_owned),
            type_name: event.resource_type().unwrap_or_default().to_owned(),
            status: status.to_owned(),
            reason: event.resource_status_reason().map(str::to_owned),
            time: event.timestamp().map_or(0.0, |time| time.as_secs_f64()),
            place: self.run.place(&self.id, &logical_id),
            logical_id,
        }
    }
}

/// What was seen of an operation so far.
#[derive(Debug, Default)]
struct Seen {
    events: BTreeSet<String>,
    /// Whether one of them was the operation's own.
    begun: bool,
    /// The resources on which something is under way, with their status.
    running: BTreeMap<String, String>,
    failed: Vec<Progress>,
    /// What hooks found that stops a resource, by logical id.
    hooks: BTreeMap<String, Vec<String>>,
    sets: StackSets,
}

impl Seen {
    fn hook(&mut self, logical_id: &str, finding: String) {
        self.hooks.entry(logical_id.to_owned()).or_default().push(finding);
    }

    /// The event of a resource that a hook stopped names the hook alone: what the hook found is said too.
    fn explain(&self, progress: &mut Progress) {
        let found = self.hooks.get(&progress.logical_id);
        if let (true, Some(found)) = (progress.status.ends_with("_FAILED"), found) {
            let found = found.join("; ");
            progress.reason = Some(match &progress.reason {
                Some(reason) => format!("{reason}: {found}"),
                None => found,
            });
        }
    }

    fn note(&mut self, progress: &Progress) {
        if progress.status.ends_with("_IN_PROGRESS") {
            self.running.insert(progress.logical_id.clone(), progress.status.clone());
        } else {
            self.running.remove(&progress.logical_id);
        }
        if progress.status.ends_with("_FAILED") {
            self.failed.push(progress.clone());
        }
    }

    fn watched(&mut self, status: StackStatus, reason: Option<String>) -> Watched {
        let failed = std::mem::take(&mut self.failed);
        let sets = std::mem::take(&mut self.sets);
        Watched { status, reason, failed, heard: self.begun, sets }
    }

    fn stuck(&self) -> String {
        let minutes = PATIENCE.as_secs() / 60;
        let running: Vec<String> =
            self.running.iter().map(|(id, status)| format!("{id} ({status})")).collect();
        let on = if running.is_empty() {
            String::new()
        } else {
            format!("; still under way: {}", running.join(", "))
        };
        format!(
            "nothing was heard of it for {minutes} minutes{on}; CloudFormation ends it by itself once the resource's own time is up"
        )
    }
}

/// What a hook finds fault with, and whether that stops the resource.
///
/// Source: "StackEvent", AWS CloudFormation API Reference.
fn hook_finding(event: &StackEvent) -> Option<(String, bool)> {
    if event.hook_status()?.as_str() != "HOOK_COMPLETE_FAILED" {
        return None;
    }
    let stops = event.hook_failure_mode().is_none_or(|mode| mode.as_str() != "WARN");
    let (hook, reason) = (event.hook_type()?, event.hook_status_reason().unwrap_or_default());
    Some((format!("the hook {hook} finds fault: {reason}"), stops))
}
