//! `BKP-03`: the rules of a plan begin apart from one another, or the one that runs does what the others would.

use std::cmp::Ordering;

use innovate_core::{
    Diagnostic, Node,
    check::{Check, Findings, Model},
};

use super::plan::{self, Rule};
use crate::{backup::Weekday, rules::read::number};

/// `BKP-03`.
pub static START_WINDOWS_DO_NOT_MEET: innovate_core::Rule = innovate_core::Rule {
    code: "BKP-03",
    title: "the rules of a plan have an hour or more to begin, and none takes from another what it would do",
    explanation: "Where the start windows of two rules of a plan meet, AWS Backup makes one backup, for the \
rule that keeps it for longer. So a weekly backup stands for the daily one of its day, without a second \
backup and a second copy of the same data. What the other rule would have done is not done: if it alone copies \
to the recovery region, there is no copy of that day. So rules may begin together if the one that begins less \
often keeps its backups for longer, in the same vault, and copies them to wherever the other does, for at \
least as long. Continuous backups begin apart. A window under an hour is refused.\n\nCopy with the rarer \
rule, too, or give each rule a window of its own: `.window(start_window!(\"20:00-21:00\"))`. Times are \
UTC.\n\nSources: \"Backup plan options and configuration\" and \"Understanding backup plan summary\", AWS \
Backup Developer Guide.",
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

impl Days {
    /// At most so many days from one to the next.
    const fn days_between(self) -> u8 {
        match self {
            Self::Every => 1,
            Self::Week(_) => 7,
            Self::Month(_) => 31,
        }
    }
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
            if !meet(window, *with) {
                continue;
            }
            if let Some(lost) = lost((&rule, window.days), (other, with.days)) {
                findings.report(overlap(&rule, window, other, *with).help(lost));
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
}

/// What isn't done on days on which both begin, as words that help; `None` if all of it is.
fn lost(one: (&Rule<'_>, Days), other: (&Rule<'_>, Days)) -> Option<String> {
    const APART: &str = "or give one of them another `.window(start_window!(\"..\"))`, in UTC";
    let ((rare, often), same) = match one.1.days_between().cmp(&other.1.days_between()) {
        Ordering::Greater => ((one.0, other.0), false),
        Ordering::Less => ((other.0, one.0), false),
        Ordering::Equal => ((one.0, other.0), true),
    };
    let (rare_name, often_name) = (rare.name(), often.name());
    if same {
        return Some(format!("AWS Backup makes one backup for both: drop one of them, {APART}"));
    }
    if rare.is_continuous() || often.is_continuous() {
        return Some(
            "nobody says which of a continuous rule and another is left out: give one of them another \
             `.window(start_window!(\"..\"))`, in UTC"
                .to_owned(),
        );
    }
    // Which of them runs isn't known where a retention isn't.
    if !longer(rare.kept(), often.kept())? {
        return Some(format!(
            "AWS Backup makes but the backup that is kept for longer, so `{rare_name}` never runs: have it keep \
             its backups for longer than `{often_name}`, {APART}"
        ));
    }
    let vault = |rule: &Rule<'_>| rule.node.get("TargetBackupVault").cloned();
    let copied = |copy: &Node| {
        rare.copies().any(|(_, found)| {
            let to = |copy: &Node| copy.get("DestinationBackupVaultArn").cloned();
            to(found) == to(copy)
                && longer(often.copy_kept(copy), rare.copy_kept(found)) != Some(true)
        })
    };
    if vault(rare) != vault(often) || !often.copies().all(|(_, copy)| copied(copy)) {
        return Some(format!(
            "AWS Backup makes but the backup of `{rare_name}`, which is kept for longer: have it copy to wherever \
             `{often_name}` does, for as long, {APART}"
        ));
    }
    None
}

/// Whether one retention is longer than the other, if that is known: `None` in it is for ever, and
/// without it nothing is known. Nothing is longer than for ever.
fn longer(one: Option<Option<i64>>, other: Option<Option<i64>>) -> Option<bool> {
    match (one, other) {
        (_, Some(None)) => Some(false),
        (Some(None), Some(Some(_))) => Some(true),
        (Some(Some(one)), Some(Some(other))) => Some(one > other),
        (None, _) | (_, None) => None,
    }
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
