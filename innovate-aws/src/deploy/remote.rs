//! A stack in AWS, and what it takes to ask about it.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
};

use aws_sdk_cloudformation::{
    Client,
    error::{ProvideErrorMetadata, SdkError},
    types::{Stack, StackEvent},
};
use innovate_core::{assembly::digest, check::Place, diff::StackId};
use tokio::sync::mpsc::UnboundedSender;

use super::{
    Access, AwsError, Event, Operation, Standing, Stop, bootstrap::Bootstrap, pace::Pace,
    target::Places,
};

/// What all stacks of a run share.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) access: Access,
    pub(super) pace: Pace,
    pub(super) stop: Stop,
    pub(super) bootstrap: Bootstrap,
    events: UnboundedSender<Event>,
    places: Places,
    under_way: Mutex<BTreeSet<StackId>>,
}

impl Run {
    pub(super) fn new(
        access: Access,
        pace: Pace,
        stop: Stop,
        events: UnboundedSender<Event>,
        places: Places,
    ) -> Self {
        Self {
            access,
            pace,
            stop,
            bootstrap: Bootstrap::default(),
            events,
            places,
            under_way: Mutex::default(),
        }
    }

    /// Tells whoever listens; that nobody does is no failure.
    pub(super) fn tell(&self, event: Event) {
        let _heard = self.events.send(event);
    }

    /// The line of the program that makes a resource, if it is known.
    pub(super) fn place(&self, stack: &StackId, logical_id: &str) -> Option<Place> {
        self.places.get(stack)?.get(logical_id).cloned()
    }

    /// The lines of the program that make a stack's resources, by logical id.
    pub(super) fn places(&self, stack: &StackId) -> BTreeMap<String, Place> {
        self.places.get(stack).cloned().unwrap_or_default()
    }

    /// The stacks on which operations are under way.
    pub(super) fn under_way(&self) -> Vec<StackId> {
        let stacks = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        stacks.iter().cloned().collect()
    }
}

/// A stack in AWS, and what it takes to ask about it and to act on it.
#[derive(Clone, Debug)]
pub(super) struct Remote {
    pub(super) id: StackId,
    pub(super) client: Client,
    pub(super) run: Arc<Run>,
}

impl Remote {
    /// # Errors
    ///
    /// If there are no credentials for the stack's account.
    pub(super) async fn new(id: StackId, run: Arc<Run>) -> Result<Self, AwsError> {
        let client = run.access.client(&id).await?;
        Ok(Self { id, client, run })
    }

    /// Waits until a request may be sent.
    pub(super) async fn turn(&self) {
        self.run.pace.turn(&self.id).await;
    }

    /// The stack, if there is one of its name.
    ///
    /// # Errors
    ///
    /// If AWS can't be asked.
    pub(super) async fn describe(&self) -> Result<Option<Stack>, AwsError> {
        self.describe_by(&self.id.name).await
    }

    /// The stack of that name or ARN. By its ARN one that is deleted is found too.
    ///
    /// # Errors
    ///
    /// If AWS can't be asked.
    pub(super) async fn describe_by(&self, name: &str) -> Result<Option<Stack>, AwsError> {
        self.turn().await;
        let answer = self.client.describe_stacks().stack_name(name).send().await;
        match answer {
            Ok(answer) => Ok(answer.stacks.unwrap_or_default().into_iter().next()),
            Err(error) if is_absent(&error) => Ok(None),
            Err(error) => Err(AwsError::of(format!("describe the stack {}", self.id), &error)),
        }
    }

    /// Where the stack stands.
    pub(super) fn standing(stack: Option<&Stack>) -> Standing {
        let Some(stack) = stack else { return Standing::Absent };
        stack.stack_status().map_or(Standing::Unknown, Standing::of)
    }

    /// A page of the stack's events, the newest first, and the token of the page before it in time.
    /// The stack is named by its ARN, so that one that is deleted can be asked about too.
    ///
    /// # Errors
    ///
    /// If AWS can't be asked.
    pub(super) async fn events(
        &self,
        arn: &str,
        page: Option<String>,
    ) -> Result<(Vec<StackEvent>, Option<String>), AwsError> {
        self.turn().await;
        let what = || format!("read the events of the stack {}", self.id);
        let request = self.client.describe_stack_events().stack_name(arn).set_next_token(page);
        let answer = request.send().await.map_err(|error| AwsError::of(what(), &error))?;
        Ok((answer.stack_events.unwrap_or_default(), answer.next_token))
    }

    /// The token of the last operation that was begun on the stack; nothing if it has none.
    ///
    /// # Errors
    ///
    /// If AWS can't be asked.
    pub(super) async fn last_token(&self, arn: &str) -> Result<Option<String>, AwsError> {
        let (events, _) = self.events(arn, None).await?;
        Ok(events.into_iter().next().and_then(|event| event.client_request_token))
    }

    /// What tells the last event of the stack from all others, as sixteen hexadecimal digits.
    ///
    /// # Errors
    ///
    /// If AWS can't be asked.
    pub(super) async fn last_event(&self, arn: &str) -> Result<String, AwsError> {
        let (events, _) = self.events(arn, None).await?;
        let id = events.first().and_then(|event| event.event_id()).unwrap_or_default();
        Ok(digest(id).chars().take(16).collect())
    }

    /// Says that an operation is under way, and what for.
    pub(super) fn begin(&self, operation: Operation, resumed: bool) -> UnderWay<'_> {
        let mut stacks = self.run.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        stacks.insert(self.id.clone());
        drop(stacks);
        self.run.tell(Event::Begun { stack: self.id.clone(), operation, resumed });
        UnderWay(self)
    }

    /// Says what somebody should know.
    pub(super) fn warn(&self, logical_id: Option<&str>, message: impl Into<String>) {
        self.run.tell(Event::Warning {
            stack: self.id.clone(),
            logical_id: logical_id.map(str::to_owned),
            message: message.into(),
            place: logical_id.and_then(|id| self.run.place(&self.id, id)),
        });
    }
}

/// An operation is under way for as long as this is kept.
#[derive(Debug)]
pub(super) struct UnderWay<'a>(&'a Remote);

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        let Remote { id, run, .. } = self.0;
        run.under_way.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
    }
}

/// The outputs of a stack, by name.
pub(super) fn outputs(stack: &Stack) -> BTreeMap<String, String> {
    let pair = |output: &aws_sdk_cloudformation::types::Output| {
        Some((output.output_key()?.to_owned(), output.output_value()?.to_owned()))
    };
    stack.outputs().iter().filter_map(pair).collect()
}

/// CloudFormation has no code of its own for a stack that isn't there.
pub(super) fn is_absent<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> bool {
    says(error, "ValidationError", "does not exist")
}

/// Whether AWS refused with that code, and with words among its own.
pub(super) fn says<E: ProvideErrorMetadata, R>(
    error: &SdkError<E, R>,
    code: &str,
    words: &str,
) -> bool {
    let meta = error.as_service_error().map(ProvideErrorMetadata::meta);
    meta.is_some_and(|meta| {
        meta.code() == Some(code) && meta.message().is_some_and(|message| message.contains(words))
    })
}
