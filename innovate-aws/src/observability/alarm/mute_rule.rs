//! Alarms that keep quiet for a while.

use innovate_cfn::cloudwatch::{self, alarm_mute_rule};
use innovate_core::{AnyStack, Construct, Diagnostic, MAIN, ResourceRef, Scope, Str, Text, Value};

use super::{AlarmHandle, CompositeAlarmHandle};
use crate::{
    database::MaintenanceWindow,
    name::name_of,
    schedule::{Recurrence, TimeZone},
};

/// How many alarms one may mute. Source: "PutAlarmMuteRule", Amazon CloudWatch API Reference.
const MOST: usize = 100;
/// The longest that it may mute them, in minutes: 15 days. Source: "Schedule", the same.
const LONGEST: u32 = 15 * 24 * 60;

/// Alarms that tell nobody while something planned goes on: the patches of a database's maintenance
/// window, or the nights in which an environment sleeps. They still look, change their state and stand in
/// dashboards.
///
/// Mute what the plan sets off, and no more: while an alarm is muted nobody is told of anything else that
/// it would have seen. A composite alarm is muted by itself, whatever becomes of its parts.
///
/// ```
/// use innovate_aws::{
///     database::{AuroraCluster, AuroraAlarm},
///     observability::{AlarmMuteRule, TopicHandle},
///     weekly_window,
/// };
/// use innovate_core::{Prod, Stack};
///
/// fn watch(monitoring: &mut Stack<Prod>, database: &AuroraCluster, topic: &TopicHandle) {
///     let alarms = monitoring.add("Database", database.alarms().notify(topic));
///     let patched = [AuroraAlarm::ReplicaLag, AuroraAlarm::CommitLatency];
///     let patched = patched.into_iter().filter_map(|kind| alarms.alarm(kind));
///     monitoring.add(
///         "DatabaseMaintenance",
///         AlarmMuteRule::during(weekly_window!("sun:04:00-sun:05:00")).alarms(patched),
///     );
/// }
/// ```
///
/// Sources: AWS::CloudWatch::AlarmMuteRule, AWS CloudFormation Template Reference Guide;
/// "PutAlarmMuteRule" and "Schedule", Amazon CloudWatch API Reference.
#[derive(Clone, Debug)]
#[must_use]
pub struct AlarmMuteRule {
    expression: String,
    minutes: u32,
    zone: &'static str,
    alarms: Vec<Muted>,
    description: Option<Str>,
}

#[derive(Clone, Debug)]
struct Muted {
    name: String,
    reference: Value<Text>,
    region: String,
}

impl AlarmMuteRule {
    /// Mutes alarms during a weekly window, which is in UTC, such as the one in which a database is
    /// patched.
    pub fn during(window: MaintenanceWindow) -> Self {
        let (day, time) = window.begin();
        let recurrence = Recurrence::weekly(day, time);
        Self::of(recurrence, "UTC", u32::from(window.length_in_minutes()))
    }

    /// Mutes alarms again and again, each time for so many minutes: at most 15 days, 21,600 minutes.
    pub fn every(recurrence: Recurrence, zone: TimeZone, minutes: u32) -> Self {
        Self::of(recurrence, zone.name(), minutes)
    }

    fn of(recurrence: Recurrence, zone: &'static str, minutes: u32) -> Self {
        let expression = recurrence.expression_of_alarms();
        Self { expression, minutes, zone, alarms: Vec::new(), description: None }
    }

    /// The alarms that keep quiet, of the rule's own region. May be called for each of several.
    pub fn alarms<'a>(mut self, alarms: impl IntoIterator<Item = &'a AlarmHandle>) -> Self {
        self.alarms.extend(alarms.into_iter().map(|alarm| Muted {
            name: alarm.name().to_owned(),
            reference: alarm.alarm_name(),
            region: alarm.region().to_owned(),
        }));
        self
    }

    /// A composite alarm that keeps quiet, too.
    pub fn composite(mut self, alarm: &CompositeAlarmHandle) -> Self {
        self.alarms.push(Muted {
            name: alarm.name().to_owned(),
            reference: alarm.alarm_name(),
            region: alarm.region().to_owned(),
        });
        self
    }

    /// Why. Nothing by default.
    pub fn describe(mut self, description: impl Into<Str>) -> Self {
        self.description = Some(description.into());
        self
    }

    fn check(&self, scope: &mut Scope<'_>) {
        let count = self.alarms.len();
        if count == 0 || count > MOST {
            scope.report(
                Diagnostic::error(
                    "ALM-03",
                    "CloudWatch mutes no such number of alarms by one rule",
                )
                .setter("alarms")
                .given(count)
                .allowed(format!("1 to {MOST} alarms")),
            );
        }
        if self.minutes == 0 || self.minutes > LONGEST {
            scope.report(
                Diagnostic::error("ALM-03", "alarms can't be muted for so long")
                    .setter("every")
                    .given(format!("{} minutes", self.minutes))
                    .allowed("1 minute to 15 days"),
            );
        }
        let own = scope.site().region().to_owned();
        if let Some(far) = self.alarms.iter().find(|alarm| alarm.region != own) {
            scope.report(
                Diagnostic::error("ALM-03", "a rule mutes alarms of its own region only")
                    .setter("alarms")
                    .given(format!("`{}` in {}", far.name, far.region))
                    .allowed(format!("alarms in {own}"))
                    .help(format!("add another rule to a stack in {}", far.region)),
            );
        }
    }
}

/// A length of time as ISO 8601 writes it.
fn iso(minutes: u32) -> String {
    let part = |number: u32, unit| match number {
        0 => String::new(),
        _ => format!("{number}{unit}"),
    };
    let (days, hours, rest) = (minutes / 1_440, minutes / 60 % 24, minutes % 60);
    let time = part(hours, "H") + &part(rest, "M");
    let separator = if time.is_empty() { "" } else { "T" };
    format!("P{}{separator}{time}", part(days, "D"))
}

impl Construct for AlarmMuteRule {
    type Handle = ResourceRef;
    type Needs = AnyStack;

    fn build(self, scope: &mut Scope<'_>) -> ResourceRef {
        self.check(scope);
        let name = name_of(scope);
        let schedule = alarm_mute_rule::RuleSchedule::new(iso(self.minutes), self.expression)
            .timezone(self.zone);
        let mut names: Vec<Value<Text>> = Vec::new();
        for alarm in self.alarms {
            if !names.contains(&alarm.reference) {
                names.push(alarm.reference);
            }
        }
        let mut rule = cloudwatch::AlarmMuteRule::new(alarm_mute_rule::Rule::new(schedule))
            .name(name)
            .mute_targets(alarm_mute_rule::MuteTargets::new(names));
        if let Some(description) = self.description {
            rule = rule.description(description);
        }
        AsRef::<ResourceRef>::as_ref(&scope.add(MAIN, rule)).clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_of_time_is_written_in_the_largest_units() {
        for (minutes, written) in [
            (1, "PT1M"),
            (60, "PT1H"),
            (90, "PT1H30M"),
            (1_440, "P1D"),
            (3_600, "P2DT12H"),
            (LONGEST, "P15D"),
        ] {
            assert_eq!(iso(minutes), written);
        }
    }
}
