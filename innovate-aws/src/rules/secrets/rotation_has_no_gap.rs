//! `SEC-03`: a rotation that is declared takes place, and often enough.

use std::collections::BTreeMap;

use innovate_core::{
    Diagnostic, Node, Resource, Rule,
    check::{Check, Findings, Model},
    stack::Address,
};

use super::SCHEDULE;
use crate::rules::read::{number, target, text};

/// `SEC-03`.
pub static ROTATION_HAS_NO_GAP: Rule = Rule {
    code: "SEC-03",
    title: "a rotation has a function, a schedule and at most 90 days between two",
    explanation: "A schedule without a function rotates nothing, and one without a rule has no time at \
which to. Secrets Manager takes either a number of days, 1 to 1,000, or an expression, and at the most \
one rotation in four hours; a secret has one schedule. Security Hub asks for a rotation in 90 days.\n\n\
A secret for which there is no function needs no schedule: `Generated::generation` has the deployment \
replace its value.\n\nSource: \"AWS::SecretsManager::RotationSchedule\", AWS CloudFormation Template \
Reference Guide; \"RotationRulesType\", AWS Secrets Manager API Reference; control SecretsManager.4, AWS \
Security Hub User Guide.",
    check: Check::Model(check),
};

const FUNCTIONS: [&str; 3] =
    ["RotationLambdaARN", "HostedRotationLambda", "ExternalSecretRotationRoleArn"];

fn check(model: &Model<'_>, findings: &mut Findings) {
    let mut scheduled: BTreeMap<&Address, &Resource> = BTreeMap::new();
    for schedule in model.resources_of(SCHEDULE) {
        findings.extend(function(schedule));
        findings.extend(interval(schedule));
        let Some(secret) = target(schedule, "SecretId") else { continue };
        if let Some(first) = scheduled.insert(secret, schedule) {
            findings.report(
                Diagnostic::error("SEC-03", "a secret has two schedules of rotation")
                    .on(schedule)
                    .property("SecretId")
                    .given(format!("`{}`", secret.logical_id()))
                    .related(first.location(), "the first is made here")
                    .help("keep one of them: the second replaces the first"),
            );
        }
    }
}

fn function(schedule: &Resource) -> Option<Diagnostic> {
    let has = |name: &&str| schedule.properties().at(name).is_some();
    (!FUNCTIONS.iter().any(has)).then(|| {
        Diagnostic::error("SEC-03", "a schedule of rotation has nothing that rotates")
            .on(schedule)
            .given("no function")
            .allowed(FUNCTIONS.join(", or "))
            .help("name the function, or leave the schedule out")
    })
}

/// How long it is between two rotations, in hours.
enum Interval {
    Hours(i64),
    /// By a calendar, or known only at deployment.
    Unknown,
}

fn interval(schedule: &Resource) -> Option<Diagnostic> {
    let finding = |message: &str| Diagnostic::error("SEC-03", message).on(schedule);
    let properties = schedule.properties();
    let days = properties.at("RotationRules/AutomaticallyAfterDays");
    let expression = properties.at("RotationRules/ScheduleExpression");
    let (property, interval) = match (days, expression) {
        (Some(_), Some(_)) => {
            return Some(
                finding("a schedule of rotation has two intervals")
                    .property("RotationRules")
                    .allowed("AutomaticallyAfterDays or ScheduleExpression, not both")
                    .help("leave one of them out"),
            );
        }
        (None, None) => {
            return Some(
                finding("a schedule of rotation has no interval")
                    .property("RotationRules")
                    .allowed("AutomaticallyAfterDays or ScheduleExpression")
                    .help("say in how many days: `.automatically_after_days(30)`"),
            );
        }
        (Some(days), None) => ("AutomaticallyAfterDays", of_days(days)),
        (None, Some(_)) => ("ScheduleExpression", of_expression(schedule)),
    };
    let Interval::Hours(hours) = interval else { return None };
    let property = format!("RotationRules/{property}");
    let given =
        if hours % 24 == 0 { format!("{} days", hours / 24) } else { format!("{hours} hours") };
    if !(4..=24_000).contains(&hours) {
        return Some(
            finding("a secret can't be rotated at this interval")
                .property(property)
                .given(given)
                .allowed("4 hours to 1,000 days"),
        );
    }
    (hours > 90 * 24).then(|| {
        Diagnostic::warning("SEC-03", "a secret is rotated less often than every 90 days")
            .on(schedule)
            .property(property)
            .given(given)
            .allowed("up to 90 days")
            .help("shorten the interval, or suppress the finding with the reason")
    })
}

fn of_days(days: &Node) -> Interval {
    number(days).map_or(Interval::Unknown, |days| Interval::Hours(days.saturating_mul(24)))
}

/// `rate(30 days)` or `rate(12 hours)`.
fn of_expression(schedule: &Resource) -> Interval {
    let read = || {
        let text = text(schedule, "RotationRules/ScheduleExpression")?;
        let (count, unit) =
            text.strip_prefix("rate(")?.strip_suffix(')')?.trim().split_once(' ')?;
        let count: i64 = count.parse().ok()?;
        Some(if unit.trim().starts_with("hour") { count } else { count.saturating_mul(24) })
    };
    read().map_or(Interval::Unknown, Interval::Hours)
}
