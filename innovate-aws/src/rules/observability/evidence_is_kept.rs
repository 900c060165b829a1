//! `LOG-04`: logs that are evidence are kept for a year in production.

use innovate_core::{
    Diagnostic, Node, Resource, Rule,
    check::{Check, Findings, Model},
};

use crate::{
    observability::Retention,
    rules::read::{is_production, number, pattern, text},
};

/// `LOG-04`.
pub static EVIDENCE_IS_KEPT: Rule = Rule {
    code: "LOG-04",
    title: "what tells who did what is kept for a year in production",
    explanation: "A break-in is found months after it began. What tells of it then are the logs that say \
who did what: those of a control plane, of a network's flows, of a web ACL, of CloudTrail and of DNS \
queries. In production they are kept for at least a year, as PCI DSS and Security Hub ask for; what \
applications write may hold personal data, and is kept for as long as it is of use. Where the law or a \
contract asks for something else, `suppress` says so.\n\nSources: Security Hub control \
CloudWatch.16; PCI DSS 4.0.1, requirement 10.5.1.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    let groups = model.resources_of("AWS::Logs::LogGroup");
    for group in groups.filter(|group| is_production(model, group)) {
        let days = group.properties().at("RetentionInDays").and_then(number);
        let Some(days) = days.filter(|days| *days < i64::from(Retention::OneYear.days())) else {
            continue;
        };
        let Some(what) = evidence(model, group) else { continue };
        let id = group.logical_id();
        findings.report(
            Diagnostic::warning("LOG-04", format!("the log group `{id}` soon forgets {what}"))
                .on(group)
                .property("RetentionInDays")
                .given(days)
                .allowed("365 days or more in production")
                .help("keep it for `Retention::OneYear`"),
        );
    }
}

/// What a log group has evidence of.
fn evidence(model: &Model<'_>, group: &Resource) -> Option<&'static str> {
    if let Some(name) = text(group, "LogGroupName") {
        if name.starts_with("/aws/eks/") && name.ends_with("/cluster") {
            return Some("who did what in the cluster");
        }
        if name.starts_with("aws-waf-logs-") {
            return Some("which requests the web ACL saw");
        }
    }
    let written_by = |writer: &str, properties: &[&str]| {
        model.resources_of(writer).any(|writer| {
            properties.iter().any(|property| leads_to(writer.properties().at(property), group))
        })
    };
    if written_by("AWS::EC2::FlowLog", &["LogDestination", "LogGroupName"]) {
        return Some("what flowed in the network");
    }
    if written_by("AWS::CloudTrail::Trail", &["CloudWatchLogsLogGroupArn"]) {
        return Some("who did what in the account");
    }
    if written_by("AWS::Route53::QueryLoggingConfig", &["CloudWatchLogsLogGroupArn"]) {
        return Some("which names were asked for");
    }
    written_by("AWS::Route53Resolver::ResolverQueryLoggingConfig", &["DestinationArn"])
        .then_some("which names were asked for")
}

/// Whether a property refers to a log group, or has its name.
fn leads_to(property: Option<&Node>, group: &Resource) -> bool {
    let Some(property) = property else { return false };
    let mut refers = false;
    property.visit_references(&mut |found| refers |= found.target == *group.address());
    let named = |name: &str| {
        let written = pattern(property);
        let in_arn = written.split_once(":log-group:").and_then(|(_, rest)| rest.split(':').next());
        written == name || in_arn == Some(name)
    };
    refers || text(group, "LogGroupName").is_some_and(named)
}
