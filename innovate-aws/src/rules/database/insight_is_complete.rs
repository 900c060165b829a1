//! DB-07: what watches a database has what it needs.

use innovate_core::{
    Diagnostic, Node, Resource, Rule,
    check::{Check, Findings, Model},
};

use super::{CLUSTER, INSTANCE};
use crate::rules::read::decimal;

/// Advanced insights keep 15 months, and enhanced monitoring has a role.
pub static INSIGHT_IS_COMPLETE: Rule = Rule {
    code: "DB-07",
    title: "advanced insights keep 465 days of Performance Insights, and monitoring has its role",
    explanation: "\
The advanced mode of Database Insights needs Performance Insights with a retention of 465 days; RDS \
refuses any other. Enhanced monitoring writes to CloudWatch Logs with a role: one of \
`MonitoringInterval` and `MonitoringRoleArn` without the other is refused too.

`AuroraServerless` sets them together: `.insights(Insights::Advanced)`, \
`.monitoring(EnhancedMonitoring::EveryMinute)`.

Source: `DatabaseInsightsMode`, `PerformanceInsightsRetentionPeriod` and `MonitoringInterval`, \
AWS::RDS::DBCluster, AWS CloudFormation Template Reference Guide.",
    check: Check::Model(check),
};

const FIFTEEN_MONTHS: f64 = 465.0;

fn check(model: &Model<'_>, findings: &mut Findings) {
    for cluster in model.resources_of(CLUSTER) {
        check_insights(cluster, "PerformanceInsightsEnabled", findings);
        check_monitoring(cluster, findings);
    }
    for instance in model.resources_of(INSTANCE) {
        check_insights(instance, "EnablePerformanceInsights", findings);
        check_monitoring(instance, findings);
    }
}

fn check_insights(database: &Resource, switch: &str, findings: &mut Findings) {
    let properties = database.properties();
    if properties.get("DatabaseInsightsMode").and_then(Node::as_text) != Some("advanced") {
        return;
    }
    let on = properties.get(switch);
    if on.is_none_or(|node| node.as_bool() == Some(false)) {
        findings.report(
            Diagnostic::error("DB-07", "advanced insights need Performance Insights")
                .on(database)
                .property(switch)
                .allowed("true"),
        );
    }
    let retention = properties.get("PerformanceInsightsRetentionPeriod");
    let days = retention.and_then(decimal);
    if retention.is_none() || days.is_some_and(|days| days != FIFTEEN_MONTHS) {
        findings.report(
            Diagnostic::error("DB-07", "advanced insights are kept 465 days, no more and no less")
                .on(database)
                .property("PerformanceInsightsRetentionPeriod")
                .given(
                    days.map_or("nothing, which means 7 days".into(), |days| {
                        format!("{days} days")
                    }),
                )
                .allowed("465 days"),
        );
    }
}

fn check_monitoring(database: &Resource, findings: &mut Findings) {
    let interval = database.properties().get("MonitoringInterval");
    let off = interval.is_none() || interval.and_then(decimal) == Some(0.0);
    let role = database.properties().get("MonitoringRoleArn").is_some();
    let (message, property) = match (off, role) {
        (false, false) => ("enhanced monitoring has no role to write with", "MonitoringRoleArn"),
        (true, true) => ("enhanced monitoring has a role but no interval", "MonitoringInterval"),
        _ => return,
    };
    let allowed = "an interval of 1, 5, 10, 15, 30 or 60 seconds together with a role, or neither";
    findings.report(
        Diagnostic::error("DB-07", message).on(database).property(property).allowed(allowed),
    );
}
