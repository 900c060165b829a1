//! `BKP-01`: recovery points are kept as long as their vault takes them for.

use innovate_core::{
    Diagnostic, Node,
    check::{Check, Findings, Model},
};

use super::plan::{self, Rule, Vault};
use crate::{backup::COLD, rules::read::number};

/// `BKP-01`.
pub static RECOVERY_POINT_FITS_ITS_VAULT: innovate_core::Rule = innovate_core::Rule {
    code: "BKP-01",
    title: "recovery points are kept as long as their vault's lock and their storage ask for",
    explanation: "A locked vault fails every job whose lifecycle isn't within the lock's range: the plan \
is made, and never a backup. What moves to cold storage is charged there for 90 days, and can't be \
deleted sooner. A continuous backup reaches back 35 days at most, and isn't moved.\n\nSet the rule's \
lifecycle within the vault's `.lock(..)`, such as `lifecycle!(35 days)`, and 90 days or more after cold \
storage, such as `lifecycle!(365 days, cold after 30)`.\n\nSources: \"AWS Backup Vault Lock\" and \
\"Continuous backups and point-in-time recovery (PITR)\", AWS Backup Developer Guide; \"Lifecycle\", \
AWS Backup API Reference.",
    check: Check::Model(check),
};

/// The longest that a continuous backup is kept, in days.
const CONTINUOUS: i64 = 35;

fn check(model: &Model<'_>, findings: &mut Findings) {
    let vaults = plan::vaults(model);
    for rule in plan::rules(model) {
        let lifecycle = rule.node.get("Lifecycle");
        let vault = plan::target(&vaults, model, &rule);
        of_lifecycle(&rule, lifecycle, &rule.path("Lifecycle"), vault, "the rule", findings);
        if rule.is_continuous() {
            continuous(&rule, lifecycle, findings);
        }
        for (index, copy) in rule.copies() {
            let vault = plan::destination(&vaults, model, rule.site, copy);
            let vault = vault.and_then(|found| found.vault);
            // A copy without a lifecycle of its own has the original's.
            let lifecycle = copy.get("Lifecycle").or(lifecycle);
            let path = rule.path(&format!("CopyActions/{index}/Lifecycle"));
            of_lifecycle(&rule, lifecycle, &path, vault, "a copy of the rule", findings);
        }
    }
}

/// What a lifecycle says in days; `None` where it is known only at deployment.
fn days(lifecycle: Option<&Node>, property: &str) -> Option<Option<i64>> {
    match lifecycle.and_then(|node| node.get(property)) {
        Some(node) => number(node).map(Some),
        None => Some(None),
    }
}

fn of_lifecycle(
    rule: &Rule<'_>,
    lifecycle: Option<&Node>,
    path: &str,
    vault: Option<&Vault<'_>>,
    whose: &str,
    findings: &mut Findings,
) {
    let (Some(kept), Some(cold)) =
        (days(lifecycle, "DeleteAfterDays"), days(lifecycle, "MoveToColdStorageAfterDays"))
    else {
        return;
    };
    let name = rule.name();
    let finding = |message: String| {
        Diagnostic::error("BKP-01", message)
            .on(rule.plan)
            .setter("rules")
            .property(path)
            .given(kept.map_or("for ever".to_owned(), |kept| format!("{kept} days")))
    };
    if let Some(kept) = kept.filter(|kept| !(1..=36_500).contains(kept)) {
        let message = format!("{whose} `{name}` keeps recovery points for {kept} days");
        findings.report(finding(message).allowed("1 to 36500 days"));
        return;
    }
    if let (Some(kept), Some(cold)) = (kept, cold)
        && (cold < 1 || kept < cold + i64::from(COLD))
    {
        let message = format!(
            "{whose} `{name}` leaves less than {COLD} days to cold storage, after day {cold}"
        );
        findings.report(
            finding(message)
                .allowed(format!("{} days or more", cold.max(1) + i64::from(COLD)))
                .help(format!(
                    "write `lifecycle!({} days, cold after {cold})`",
                    cold + i64::from(COLD)
                )),
        );
    }
    let Some((vault, (min, max))) = vault.and_then(|vault| Some((vault, vault.lock()?))) else {
        return;
    };
    // For ever is longer than any maximum.
    let too_short = kept.is_some_and(|kept| kept < min);
    let too_long = max.is_some_and(|max| kept.is_none_or(|kept| kept > max));
    if too_short || too_long {
        let allowed = match max {
            Some(max) => format!("{min} to {max} days"),
            None => format!("{min} days or more"),
        };
        let message = format!("the lock of the vault refuses what {whose} `{name}` makes");
        findings.report(
            finding(message)
                .allowed(allowed)
                .related(vault.resource.location(), "the vault is locked here")
                .help("give the rule such a lifecycle, or the vault a lock that lets this one in"),
        );
    }
}

fn continuous(rule: &Rule<'_>, lifecycle: Option<&Node>, findings: &mut Findings) {
    let name = rule.name();
    if let Some(kept) = days(lifecycle, "DeleteAfterDays")
        && kept.is_none_or(|kept| kept > CONTINUOUS)
    {
        let message = format!("the continuous backups of the rule `{name}` are kept too long");
        findings.report(
            Diagnostic::error("BKP-01", message)
                .on(rule.plan)
                .setter("rules")
                .property(rule.path("Lifecycle/DeleteAfterDays"))
                .given(kept.map_or("for ever".to_owned(), |kept| format!("{kept} days")))
                .allowed(format!("1 to {CONTINUOUS} days"))
                .help("keep snapshots for longer with another rule, which isn't continuous"),
        );
    }
    if let Some(Some(cold)) = days(lifecycle, "MoveToColdStorageAfterDays") {
        let message =
            format!("the continuous backups of the rule `{name}` can't go to cold storage");
        findings.report(
            Diagnostic::error("BKP-01", message)
                .on(rule.plan)
                .setter("rules")
                .property(rule.path("Lifecycle/MoveToColdStorageAfterDays"))
                .given(format!("{cold} days"))
                .allowed("a lifecycle without cold storage"),
        );
    }
}
