//! DB-05: a serverless cluster scales in a range that Aurora takes.

use innovate_core::{
    Diagnostic, Node, Resource, Rule, StageKind,
    check::{Check, Findings, Model},
};

use super::{CLUSTER, engine, globals_of};
use crate::database::{Acu, AuroraPostgres};
use crate::rules::read::decimal;

/// A serverless cluster's capacity is a range in half steps, and one that pauses is fit for it.
pub static CAPACITY_IS_IN_RANGE: Rule = Rule {
    code: "DB-05",
    title: "a serverless cluster scales in half steps up to 256 ACU, and pauses only where it may",
    explanation: "\
Aurora takes a minimum and a maximum in steps of 0.5, the maximum between 1 and 256. A minimum of 0 \
lets the cluster pause when nobody is connected: the next user waits 15 seconds or more, so it isn't \
for production; it needs a version that can pause, and 5 minutes to 24 hours of idleness; and RDS \
Proxy, logical replication and a global database keep connections that would never let it pause.

Write `.capacity(capacity!(2..=64))`, or outside production \
`.capacity(Capacity::auto_pause(acu!(8), Idle::HALF_AN_HOUR))`.

Sources: \"Performance and scaling for Aurora Serverless v2\" and \"Scaling to Zero ACUs with \
automatic pause and resume for Aurora Serverless v2\", Amazon Aurora User Guide.",
    check: Check::Model(check),
};

const RANGE: &str = "ServerlessV2ScalingConfiguration";

fn check(model: &Model<'_>, findings: &mut Findings) {
    for stack in model.stacks() {
        for cluster in stack.resources_of(CLUSTER) {
            let Some(range) = cluster.properties().get(RANGE) else { continue };
            check_range(cluster, range, findings);
            if range.get("MinCapacity").and_then(decimal) == Some(0.0) {
                let production = stack.site().stage() == StageKind::Prod;
                check_pause(model, cluster, range, production, findings);
            }
        }
    }
}

fn check_range(cluster: &Resource, range: &Node, findings: &mut Findings) {
    let mut refuse = |name: &str, message: &str, given: String, allowed: String| {
        findings.report(
            Diagnostic::error("DB-05", message)
                .on(cluster)
                .property(format!("{RANGE}/{name}"))
                .setter("capacity")
                .given(given)
                .allowed(allowed),
        );
    };
    let bound = |name: &str| range.get(name).and_then(decimal);
    let (min, max) = (bound("MinCapacity"), bound("MaxCapacity"));
    let most = f64::from(Acu::MAX.halves()) / 2.0;
    for (name, given, least) in [("MinCapacity", min, 0.0), ("MaxCapacity", max, 1.0)] {
        let Some(given) = given else { continue };
        if (given * 2.0).fract() != 0.0 {
            let allowed = "a multiple of 0.5".to_owned();
            refuse(name, "Aurora doesn't scale in such steps", format!("{given} ACU"), allowed);
        }
        if !(least..=most).contains(&given) {
            let allowed = format!("{least} to {most} ACU");
            refuse(name, "Aurora doesn't scale that far", format!("{given} ACU"), allowed);
        }
    }
    if let (Some(min), Some(max)) = (min, max)
        && min > max
    {
        refuse(
            "MinCapacity",
            "the minimum capacity is above the maximum",
            format!("{min} to {max} ACU"),
            "a minimum up to the maximum".to_owned(),
        );
    }
}

fn check_pause(
    model: &Model<'_>,
    cluster: &Resource,
    range: &Node,
    production: bool,
    findings: &mut Findings,
) {
    let mut refuse = |message: String, allowed: &str| {
        findings.report(
            Diagnostic::error("DB-05", message)
                .on(cluster)
                .property(format!("{RANGE}/MinCapacity"))
                .setter("capacity")
                .given("0 ACU, which lets the cluster pause")
                .allowed(allowed)
                .help("keep it awake: `.capacity(capacity!(0.5..=64))`"),
        );
    };
    let awake = "a minimum of 0.5 ACU or more";
    if production {
        refuse("a production database may not pause".into(), awake);
    }
    let version = cluster.properties().get("EngineVersion").and_then(Node::as_text);
    if engine(cluster) == Some("aurora-postgresql")
        && let Some(version) = version.and_then(AuroraPostgres::parse)
        && !version.can_pause()
    {
        let message = format!("Aurora PostgreSQL {version} can't pause");
        refuse(message, "13.15, 14.12, 15.7, 16.3 or newer, or a minimum of 0.5 ACU or more");
    }
    let proxy = "AWS::RDS::DBProxyTargetGroup";
    if model.referrers(proxy, "DBClusterIdentifiers", cluster.address()).next().is_some() {
        refuse("a proxy keeps connections, so the cluster would never pause".into(), awake);
    }
    let secondary = cluster.properties().get("GlobalClusterIdentifier").is_some();
    if secondary || globals_of(model, cluster).next().is_some() {
        refuse("a member of a global database can't pause".into(), awake);
    }
    let group = cluster.properties().get("DBClusterParameterGroupName");
    let parameters = group
        .and_then(|name| model.target(name))
        .and_then(|group| group.properties().get("Parameters"));
    let logical = parameters.and_then(|parameters| parameters.get("rds.logical_replication"));
    if logical.and_then(decimal) == Some(1.0) {
        refuse("logical replication never lets the cluster pause".into(), awake);
    }
    let idle = range.get("SecondsUntilAutoPause").and_then(decimal);
    if let Some(idle) = idle.filter(|seconds| !(300.0..=86_400.0).contains(seconds)) {
        findings.report(
            Diagnostic::error("DB-05", "the cluster can't pause after such a time")
                .on(cluster)
                .property(format!("{RANGE}/SecondsUntilAutoPause"))
                .setter("capacity")
                .given(format!("{idle} seconds"))
                .allowed("300 to 86400 seconds")
                .help("`Idle` names good ones: `Idle::HALF_AN_HOUR`"),
        );
    }
}
