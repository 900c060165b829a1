//! Alarms on what OpenTelemetry measures.

use innovate_cfn::cloudwatch::{self, alarm};
use innovate_core::{AnyStack, Construct, MAIN, Scope, Str};

use super::{AlarmHandle, NoRecipient, Period, Recipients, Topics};
use crate::{name::name_of, observability::TopicHandle};

/// An alarm on a query in PromQL, over the metrics that Container Insights collects with
/// OpenTelemetry. It goes off when the query has given something for as long as it is pending.
///
/// It looks every minute, is pending for five minutes and recovers after five, unless told otherwise.
///
/// Source: "Alarms on PromQL queries", Amazon CloudWatch User Guide.
#[derive(Clone, Debug)]
#[must_use]
pub struct PromQlAlarm<R = NoRecipient> {
    query: Str,
    pending: Period,
    recovery: Period,
    description: Option<Str>,
    recipients: R,
}

impl PromQlAlarm {
    /// An alarm on a query, which has the comparison in it:
    /// `sum by (namespace) (rate(container_restarts[5m])) > 1`.
    pub fn when(query: impl Into<Str>) -> Self {
        Self {
            query: query.into(),
            pending: Period::FiveMinutes,
            recovery: Period::FiveMinutes,
            description: None,
            recipients: NoRecipient,
        }
    }
}

impl<R> PromQlAlarm<R> {
    /// For how long the query must give something. Five minutes by default.
    pub const fn pending(mut self, period: Period) -> Self {
        self.pending = period;
        self
    }

    /// For how long it must give nothing until the alarm is over. Five minutes by default.
    pub const fn recovery(mut self, period: Period) -> Self {
        self.recovery = period;
        self
    }

    /// Tells who gets it what it means and what to do. Nothing by default.
    pub fn describe(mut self, description: impl Into<Str>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// Tells a topic of the alarm's own region when it goes off, and when it is over.
    pub fn notify(self, topic: &TopicHandle) -> PromQlAlarm<Topics>
    where
        R: Recipients,
    {
        let Self { query, pending, recovery, description, recipients } = self;
        PromQlAlarm { query, pending, recovery, description, recipients: recipients.and(topic) }
    }
}

impl<R: Recipients> Construct for PromQlAlarm<R> {
    type Handle = AlarmHandle;
    type Needs = R::Needs<AnyStack>;

    fn build(self, scope: &mut Scope<'_>) -> AlarmHandle {
        let name = name_of(scope);
        let actions: Vec<_> = self.recipients.topics().iter().map(TopicHandle::arn).collect();
        let criteria = alarm::AlarmPromQLCriteria::new()
            .query(self.query)
            .pending_period(self.pending.seconds())
            .recovery_period(self.recovery.seconds());
        let mut alarm = cloudwatch::Alarm::new()
            .alarm_name(name.clone())
            .alarm_actions(actions.clone())
            .ok_actions(actions)
            .evaluation_interval(Period::OneMinute.seconds())
            .evaluation_criteria(alarm::EvaluationCriteria::new().prom_ql_criteria(criteria));
        if let Some(description) = self.description {
            alarm = alarm.alarm_description(description);
        }
        let region = scope.site().region().to_owned();
        AlarmHandle::new(scope.add(MAIN, alarm), name, region)
    }
}
