//! Operations of a service that EventBridge Scheduler calls.

use innovate_cfn::{
    iam,
    kind::RoleArn,
    policy::{Condition, PolicyDocument, Principal, Statement},
    scheduler::{Schedule, schedule},
};
use innovate_core::{Scope, Str, Value, value::json_text};

use super::{Recurrence, TimeZone};

/// The role that calls, and when all of its calls are meant.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    role: Value<RoleArn>,
    zone: TimeZone,
}

/// One operation, and when it is called.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) description: String,
    pub(crate) at: Recurrence,
    /// As in `rds:stopDBCluster`.
    pub(crate) operation: &'static str,
    /// The parameters, by the names that AWS's SDKs have for them.
    pub(crate) input: Vec<(&'static str, String)>,
}

impl Caller {
    /// How long a call that fails is tried again: not until the database that was to be stopped is in use
    /// the next morning, as it would be by default.
    const GIVE_UP_AFTER_SECONDS: u16 = 900;
    const RETRIES: u8 = 3;

    /// Makes the role, which only this account's schedules may have.
    ///
    /// Source: "Confused deputy prevention in EventBridge Scheduler", EventBridge Scheduler User Guide.
    pub(crate) fn new(
        may: impl IntoIterator<Item = Statement>,
        zone: TimeZone,
        scope: &mut Scope<'_>,
    ) -> Self {
        let account = scope.site().account().to_owned();
        let trust = PolicyDocument::new([Statement::allow(["sts:AssumeRole"])
            .to(Principal::service("scheduler.amazonaws.com"))
            .when(Condition::string_equals("aws:SourceAccount", account))]);
        let policy = iam::role::Policy::new(PolicyDocument::new(may), "Call");
        let role = iam::Role::new(trust)
            .description("Schedules, for the operations that they call")
            .policies([policy]);
        Self { role: scope.add("Role", role).arn(), zone }
    }

    /// Has a call made at its time, to the minute.
    ///
    /// Source: "Using universal targets in EventBridge Scheduler", EventBridge Scheduler User Guide.
    pub(crate) fn add(&self, id: impl Into<Str>, call: Call, scope: &mut Scope<'_>) {
        let retries = schedule::RetryPolicy::new()
            .maximum_event_age_in_seconds(Self::GIVE_UP_AFTER_SECONDS)
            .maximum_retry_attempts(Self::RETRIES);
        let input = call.input.into_iter().map(|(name, value)| (name.to_owned(), value.into()));
        let arn = format!("arn:aws:scheduler:::aws-sdk:{}", call.operation);
        let target = schedule::Target::new(arn, &self.role)
            .input(json_text(serde_json::Value::Object(input.collect())))
            .retry_policy(retries);
        let to_the_minute =
            schedule::FlexibleTimeWindow::new(schedule::FlexibleTimeWindowMode::OFF);
        let schedule = Schedule::new(to_the_minute, call.at.expression(), target)
            .schedule_expression_timezone(self.zone)
            .description(call.description);
        scope.add(id, schedule);
    }
}
