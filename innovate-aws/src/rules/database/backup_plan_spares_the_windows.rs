//! DB-17: AWS Backup begins when RDS lets it.

use innovate_core::{
    Diagnostic, Node, Resource, Rule,
    check::{Check, Findings, Model},
};

use super::{INSTANCE, databases, is_aurora, production_database_is_copied::arn};
use crate::{
    database::{BackupWindow, MaintenanceWindow},
    rules::backup::{
        plan::rules_of,
        selection::{SELECTION, takes},
        start_windows_do_not_meet::{DAY, Days, WEEK, Window, meet, shown},
    },
};

/// No backup plan begins on an instance of RDS while, or an hour before, it is maintained or backed up.
pub static BACKUP_PLAN_SPARES_THE_WINDOWS: Rule = Rule {
    code: "DB-17",
    title: "backup plans begin apart from the windows of the instances of RDS that they select",
    explanation: "\
AWS Backup can't begin a backup of an instance of RDS in its maintenance window, nor in the hour before: the \
job fails, once a week if the plan is daily. While RDS makes its own backup, or is about to, the job doesn't \
begin either, and it is given up when its start window is over. Aurora has no such limits.

Give the plan's rule another window, `.window(start_window!(\"05:00-06:00\"))`, or the instance others: \
`.maintenance_window(..)`, `.backup_window(..)`. Times are UTC.

Source: \"Backup plan options and configuration\" and \"Troubleshooting AWS Backup\", AWS Backup Developer \
Guide.",
    check: Check::Model(check),
};

/// How long before a window nothing may begin, in minutes.
const BEFORE: i64 = 60;

fn check(model: &Model<'_>, findings: &mut Findings) {
    for instance in databases(model) {
        let replica = instance.properties().get("SourceDBInstanceIdentifier").is_some();
        if instance.type_name() != INSTANCE || replica || is_aurora(instance) {
            continue;
        }
        let Some(site) = model.stack_of(instance).map(|stack| stack.site()) else { continue };
        let arn = arn(instance, site);
        let selections = model.resources_of(SELECTION);
        for selection in selections.filter(|each| takes(model, each, instance, &arn)) {
            let plan = selection.properties().get("BackupPlanId");
            let Some(plan) = plan.and_then(|plan| model.target(plan)) else { continue };
            for rule in rules_of(plan, site) {
                let Some(window) = Window::of(&rule) else { continue };
                for closed in
                    closed(instance).into_iter().filter(|closed| meet(window, closed.window))
                {
                    findings.report(
                        Diagnostic::error("DB-17", closed.message)
                            .on(instance)
                            .property(closed.property)
                            .setter(closed.setter)
                            .given(format!("{}, and `{}` from {}", closed.text, rule.name(), shown(window)))
                            .allowed("a window that begins an hour or more after the plan's, or ends before it")
                            .related(rule.plan.location(), "the plan that selects it is made here"),
                    );
                }
            }
        }
    }
}

/// When nothing may begin on an instance, and what it is for.
struct Closed {
    window: Window,
    text: String,
    property: &'static str,
    setter: &'static str,
    message: &'static str,
}

fn closed(instance: &Resource) -> Vec<Closed> {
    let text = |name: &str| instance.properties().get(name).and_then(Node::as_text);
    let maintenance = text("PreferredMaintenanceWindow")
        .and_then(|text| MaintenanceWindow::parse(text).ok())
        .map(|window| {
            let (day, time) = window.begin();
            let start = day as i64 * DAY + i64::from(time.minutes()) - BEFORE;
            let start = start.rem_euclid(WEEK);
            let minutes = BEFORE + i64::from(window.length_in_minutes());
            Closed {
                window: Window { days: Days::Week(start / DAY), start: start % DAY, minutes },
                text: format!("maintenance {window}"),
                property: "PreferredMaintenanceWindow",
                setter: "maintenance_window",
                message: "AWS Backup can't begin while the instance is maintained, nor an hour before",
            }
        });
    let backup =
        text("PreferredBackupWindow").and_then(|text| BackupWindow::parse(text).ok()).map(|window| {
            let (start, minutes) = window.in_minutes();
            let start = (i64::from(start) - BEFORE).rem_euclid(DAY);
            Closed {
                window: Window { days: Days::Every, start, minutes: BEFORE + i64::from(minutes) },
                text: format!("RDS's own backup {window}"),
                property: "PreferredBackupWindow",
                setter: "backup_window",
                message: "AWS Backup can't begin while RDS makes its own backup, nor shortly before",
            }
        });
    maintenance.into_iter().chain(backup).collect()
}
