//! One alarm.

use innovate_cfn::{cloudwatch, kind::AlarmArn};
use innovate_core::{AnyStack, Construct, MAIN, ResourceRef, Scope, Str, Text, Value};

use super::{Condition, Datapoints, MissingData, NoRecipient, Period, Recipients, Signal, Topics};
use crate::{name::name_of, observability::TopicHandle};

/// An alarm: what it watches, when it goes off, and who is told, then and when it is over.
///
/// It looks at periods of five minutes and goes off when one is bad, unless told otherwise. Without
/// [`notify`](Self::notify) it can't be added to a stack.
///
/// ```
/// use innovate_aws::{
///     database::{AuroraCluster, AuroraMetric},
///     observability::{Alarm, Condition, Datapoints, MissingData, TopicHandle},
/// };
/// use innovate_core::{Prod, Stack};
///
/// fn watch(monitoring: &mut Stack<Prod>, database: &AuroraCluster, topic: &TopicHandle) {
///     let deadlocks = database.metric(AuroraMetric::Deadlocks).average();
///     monitoring.add(
///         "Deadlocks",
///         Alarm::when(deadlocks, Condition::Above(0.1), MissingData::NotBreaching)
///             .datapoints(Datapoints::any(2, 3))
///             .describe("Transactions wait for each other: look at the order in which they lock")
///             .notify(topic),
///     );
/// }
/// ```
///
/// Source: "Using Amazon CloudWatch alarms", Amazon CloudWatch User Guide.
#[derive(Clone, Debug)]
#[must_use]
pub struct Alarm<R = NoRecipient> {
    signal: Signal,
    condition: Condition,
    missing: MissingData,
    period: Period,
    datapoints: Datapoints,
    description: Option<Str>,
    recipients: R,
}

impl Alarm {
    /// An alarm that goes off when the condition is true of the signal.
    pub fn when(signal: impl Into<Signal>, condition: Condition, missing: MissingData) -> Self {
        Self {
            signal: signal.into(),
            condition,
            missing,
            period: Period::FiveMinutes,
            datapoints: Datapoints::in_a_row(1),
            description: None,
            recipients: NoRecipient,
        }
    }
}

impl<R> Alarm<R> {
    /// How long values are put together. Five minutes by default.
    pub const fn period(mut self, period: Period) -> Self {
        self.period = period;
        self
    }

    /// How many periods must be bad. One by default.
    pub const fn datapoints(mut self, datapoints: Datapoints) -> Self {
        self.datapoints = datapoints;
        self
    }

    /// Tells who gets it what it means and what to do. Nothing by default.
    pub fn describe(mut self, description: impl Into<Str>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// Tells a topic of the alarm's own region when it goes off, and when it is over.
    pub fn notify(self, topic: &TopicHandle) -> Alarm<Topics>
    where
        R: Recipients,
    {
        let Self { signal, condition, missing, period, datapoints, description, recipients } = self;
        let recipients = recipients.and(topic);
        Alarm { signal, condition, missing, period, datapoints, description, recipients }
    }

    /// The same, with these topics told and no other.
    pub(super) fn told(self, topics: &[TopicHandle]) -> Alarm<Topics> {
        let Self { signal, condition, missing, period, datapoints, description, .. } = self;
        let recipients = Topics(topics.to_vec());
        Alarm { signal, condition, missing, period, datapoints, description, recipients }
    }

    pub(super) const fn with_number(mut self, number: f64) -> Self {
        self.condition = self.condition.with_number(number);
        self
    }
}

impl<R: Recipients> Construct for Alarm<R> {
    type Handle = AlarmHandle;
    type Needs = R::Needs<AnyStack>;

    fn build(self, scope: &mut Scope<'_>) -> AlarmHandle {
        let name = name_of(scope);
        let actions: Vec<_> = self.recipients.topics().iter().map(TopicHandle::arn).collect();
        let mut alarm = cloudwatch::Alarm::new()
            .alarm_name(name.clone())
            .alarm_actions(actions.clone())
            .ok_actions(actions)
            .evaluation_periods(self.datapoints.of)
            .datapoints_to_alarm(self.datapoints.bad)
            .treat_missing_data(self.missing.treatment());
        if let Some(description) = self.description {
            alarm = alarm.alarm_description(description);
        }
        let alarm = self.signal.watch(alarm, self.condition, self.period);
        let region = scope.site().region().to_owned();
        AlarmHandle { alarm: scope.add(MAIN, alarm), name, region }
    }
}

/// An alarm that is in a stack.
#[derive(Clone, Debug)]
pub struct AlarmHandle {
    alarm: cloudwatch::AlarmRef,
    name: String,
    region: String,
}

impl AlarmHandle {
    pub(super) const fn new(alarm: cloudwatch::AlarmRef, name: String, region: String) -> Self {
        Self { alarm, name, region }
    }

    /// The region that it is in.
    pub fn region(&self) -> &str {
        &self.region
    }

    /// Its name, known before deployment.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its ARN.
    pub fn arn(&self) -> Value<AlarmArn> {
        self.alarm.arn()
    }

    /// Its name, for what must wait for it.
    pub fn alarm_name(&self) -> Value<Text> {
        self.alarm.reference()
    }
}

impl AsRef<ResourceRef> for AlarmHandle {
    fn as_ref(&self) -> &ResourceRef {
        self.alarm.as_ref()
    }
}
