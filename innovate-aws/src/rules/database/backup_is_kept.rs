//! DB-03: backups are kept long enough, and don't meet maintenance.

use innovate_core::{
    Diagnostic, Node, Resource, Rule, StageKind,
    check::{Check, Findings, Model},
};

use super::{CLUSTER, INSTANCE};
use crate::database::{BackupRetention, BackupWindow, MaintenanceWindow};
use crate::rules::read::decimal;

/// Automated backups are kept 7 to 35 days, 14 in production, and aren't made during maintenance.
pub static BACKUP_IS_KEPT: Rule = Rule {
    code: "DB-03",
    title: "automated backups are kept 7 to 35 days, 14 in production, and not made in maintenance",
    explanation: "\
Automated backups are what a point-in-time restore reaches back to. Aurora keeps them for one day \
unless told otherwise: a mistake on Friday evening is beyond repair on Monday. RDS refuses a backup \
window that meets the maintenance window.

Set `.backup_retention(days!(14))`, and windows that don't meet: `.backup_window(window!(\"02:00-03:00\"))`, \
`.maintenance_window(weekly_window!(\"sun:04:00-sun:05:00\"))`. Times are UTC.

Sources: RDS.11, AWS Foundational Security Best Practices; `BackupRetentionPeriod`, \
`PreferredBackupWindow` and `PreferredMaintenanceWindow`, AWS::RDS::DBCluster, AWS CloudFormation \
Template Reference Guide.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    for stack in model.stacks() {
        let production = stack.site().stage() == StageKind::Prod;
        for database in stack.resources() {
            if database.type_name() == CLUSTER || is_alone(database) {
                check_retention(database, production, findings);
                check_windows(database, findings);
            }
        }
    }
}

/// A member of a cluster and a replica have no backups of their own.
fn is_alone(resource: &Resource) -> bool {
    let has = |name: &str| resource.properties().get(name).is_some();
    resource.type_name() == INSTANCE
        && !has("DBClusterIdentifier")
        && !has("SourceDBInstanceIdentifier")
}

fn check_retention(database: &Resource, production: bool, findings: &mut Findings) {
    const PROPERTY: &str = "BackupRetentionPeriod";
    let node = database.properties().get(PROPERTY);
    let days = node.and_then(decimal);
    if node.is_some() && days.is_none() {
        return;
    }
    let least = if production { BackupRetention::MIN_IN_PRODUCTION } else { BackupRetention::MIN };
    let (least, most) = (f64::from(least.days()), f64::from(BackupRetention::MAX.days()));
    let given = days.unwrap_or(1.0);
    if (least..=most).contains(&given) {
        return;
    }
    let message = match given < least {
        true if production => "automated backups are kept too short for production",
        true => "automated backups are kept too short",
        false => "automated backups are kept longer than RDS can",
    };
    let finding = Diagnostic::error("DB-03", message)
        .on(database)
        .property(PROPERTY)
        .setter("backup_retention")
        .allowed(format!("{least} to {most} days"));
    findings.report(match days {
        Some(days) => finding.given(format!("{days} days")),
        None => finding.given("nothing, which means 1 day"),
    });
}

fn check_windows(database: &Resource, findings: &mut Findings) {
    let text = |name: &str| database.properties().get(name).and_then(Node::as_text);
    let (backup, maintenance) = ("PreferredBackupWindow", "PreferredMaintenanceWindow");
    let mut refuse = |property: &str, setter: &'static str, given: &str, reason: &str| {
        findings.report(
            Diagnostic::error("DB-03", "not a window that RDS takes")
                .on(database)
                .property(property)
                .setter(setter)
                .given(given)
                .allowed(reason),
        );
    };
    let (backup_text, maintenance_text) = (text(backup), text(maintenance));
    let backup_window = backup_text.and_then(|given| {
        BackupWindow::parse(given)
            .map_err(|error| refuse(backup, "backup_window", given, error.message()))
            .ok()
    });
    let maintenance_window = maintenance_text.and_then(|given| {
        MaintenanceWindow::parse(&given.to_ascii_lowercase())
            .map_err(|error| refuse(maintenance, "maintenance_window", given, error.message()))
            .ok()
    });
    let (Some(backup), Some(maintenance)) = (backup_window, maintenance_window) else { return };
    if backup.overlaps(maintenance) {
        findings.report(
            Diagnostic::error("DB-03", "the maintenance window meets the backup window")
                .on(database)
                .property("PreferredMaintenanceWindow")
                .setter("maintenance_window")
                .given(format!("maintenance {maintenance}, backup {backup} every day"))
                .allowed("two windows that share no minute")
                .help("both are in UTC; move one of them"),
        );
    }
}
