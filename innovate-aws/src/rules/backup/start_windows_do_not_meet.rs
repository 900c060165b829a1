//! `BKP-03`: the rules of a plan begin apart from one another.

use innovate_core::{
    Diagnostic, Node,
    check::{Check, Findings, Model},
};

use super::plan::{self, Rule};
use crate::{backup::Weekday, rules::read::number};

/// `BKP-03`.
pub static START_WINDOWS_DO_NOT_MEET: innovate_core::Rule = innovate_core::Rule {
    code: "BKP-03",
    title: "the rules of a plan have an hour or more to begin, and begin apart from one another",
    explanation: "Where the start windows of two rules of a plan meet, AWS Backup makes one backup, for the \
rule that keeps it for longer: the other's copies to the recovery region are never made on that day. A \
window under an hour is refused.\n\nGive each rule a window of its own: \
`.window(start_window!(\"20:00-21:00\"))`. Times are UTC.\n\nSource: \"Backup plan options and \
configuration\", AWS Backup Developer Guide.",
    check: Check::Model(check),
};

pub(crate) const DAY: i64 = 24 * 60;
pub(crate) const WEEK: i64 = 7 * DAY;
/// How long jobs have to begin where a rule doesn't say, in minutes.
const DEFAULT: i64 = 8 * 60;
const SHORTEST: i64 = 60;

/// When a rule begins.
#[derive(Clone, Copy)]
pub(crate) enum Days {
    Every,
    /// Counted from Monday.
    Week(i64),
    Month(i64),
}

#[derive(Clone, Copy)]
pub(crate) struct Window {
    pub(crate) days: Days,
    /// Minutes since midnight.
    pub(crate) start: i64,
    pub(crate) minutes: i64,
}

impl Window {
    /// When a rule begins, if its schedule names a time of certain days, in UTC.
    pub(crate) fn of(rule: &Rule<'_>) -> Option<Self> {
        let minutes = match rule.node.get("StartWindowMinutes") {
            Some(node) => number(node)?,
            None => DEFAULT,
        };
        let (days, start) = schedule(rule)?;
        Some(Self { days, start, minutes })
    }
}

fn check(model: &Model<'_>, findings: &mut Findings) {
    let mut earlier: Vec<(Rule<'_>, Window)> = Vec::new();
    for rule in plan::rules(model) {
        let minutes = rule.node.get("StartWindowMinutes").and_then(number);
        if let Some(minutes) = minutes.filter(|minutes| *minutes < SHORTEST) {
            let message = format!("the rule `{}` has too little time to begin", rule.name());
            findings.report(
                Diagnostic::error("BKP-03", message)
                    .on(rule.plan)
                    .setter("rules")
                    .property(rule.path("StartWindowMinutes"))
                    .given(format!("{minutes} minutes"))
                    .allowed(format!("{SHORTEST} minutes or more")),
            );
        }
        let Some(window) = Window::of(&rule) else { continue };
        let same_plan =
            |(other, _): &&(Rule<'_>, Window)| other.plan.address() == rule.plan.address();
        for (other, with) in earlier.iter().filter(same_plan) {
            if meet(window, *with) {
                findings.report(overlap(&rule, window, other, *with));
            }
        }
        earlier.push((rule, window));
    }
}

fn overlap(rule: &Rule<'_>, window: Window, other: &Rule<'_>, with: Window) -> Diagnostic {
    let (name, other_name) = (rule.name(), other.name());
    let message = format!("the rules `{name}` and `{other_name}` of a plan begin at the same time");
    Diagnostic::error("BKP-03", message)
        .on(rule.plan)
        .setter("rules")
        .property(rule.path("ScheduleExpression"))
        .given(shown(window))
        .allowed(format!("a window that doesn't meet {}", shown(with)))
        .help("give one of them another `.window(start_window!(\"..\"))`, in UTC")
}

/// `05:00-06:00`.
pub(crate) fn shown(window: Window) -> String {
    let moment = |at: i64| format!("{:02}:{:02}", at % DAY / 60, at % 60);
    format!("{}-{}", moment(window.start), moment(window.start + window.minutes))
}

/// When a rule begins, if its schedule names a time of certain days, in UTC.
fn schedule(rule: &Rule<'_>) -> Option<(Days, i64)> {
    let zone = rule.node.get("ScheduleExpressionTimezone").and_then(Node::as_text);
    if zone.is_some_and(|zone| !matches!(zone, "UTC" | "Etc/UTC")) {
        return None;
    }
    let text = rule.node.get("ScheduleExpression")?.as_text()?;
    let fields = text.strip_prefix("cron(")?.strip_suffix(')')?;
    let [minute, hour, of_month, "*", of_week, "*"] =
        *fields.split_whitespace().collect::<Vec<_>>()
    else {
        return None;
    };
    let start = hour.parse::<i64>().ok()? * 60 + minute.parse::<i64>().ok()?;
    let days = match (of_month, of_week) {
        ("*", "?") | ("?", "*") => Days::Every,
        ("?", day) => {
            let day = Weekday::NAMES.iter().position(|name| name.eq_ignore_ascii_case(day))?;
            Days::Week(i64::try_from(day).ok()?)
        }
        (day, "?") => Days::Month(day.parse().ok()?),
        _ => return None,
    };
    Some((days, start))
}

/// Whether the windows share a minute of any day.
pub(crate) fn meet(one: Window, other: Window) -> bool {
    let (first, second, cycle) = match (one.days, other.days) {
        (Days::Week(a), Days::Week(b)) => (a * DAY + one.start, b * DAY + other.start, WEEK),
        // A month is no cycle: what passes its end is compared with nothing.
        (Days::Month(a), Days::Month(b)) => (a * DAY + one.start, b * DAY + other.start, i64::MAX),
        // Some first of a month is a Sunday.
        _ => (one.start, other.start, DAY),
    };
    let within = |start: i64, minutes: i64, at: i64| (at - start).rem_euclid(cycle) < minutes;
    within(first, one.minutes, second) || within(second, other.minutes, first)
}
