//! `ALM-01`: an alarm tells somebody, and watches what exists.

use innovate_core::{
    Diagnostic, Node, Resource, Rule,
    check::{Check, Findings, Model},
};

use super::metric_exists;
use crate::rules::read::{list, pattern, region_of, text, truth};

/// `ALM-01`.
pub static ALARM_TELLS_SOMEBODY: Rule = Rule {
    code: "ALM-01",
    title: "an alarm watches a metric that exists, and tells somebody",
    explanation: "An alarm without an action goes off unseen, and so does one whose topic is \
encrypted with AWS's own key: alarms can't use that key, and what they publish is dropped. An alarm \
tells topics of its own region only. `TreatMissingData` is always said, since neither of its two \
useful values is the default: a service that counts errors publishes nothing while there are none \
(`notBreaching`), and a heartbeat that has stopped publishes nothing either (`breaching`).\n\nNor does CloudWatch refuse an alarm on a metric that no service publishes: it waits for data \
for ever. Each combination of dimensions is a metric of its own. The namespaces of load balancers, \
Backup, CloudFront, EKS, Container Insights, NAT gateways, RDS, Route 53, S3, SNS, SQS and AWS WAF are \
known.\n\nThe \
constructs `Alarm` and `AlarmTopic` and `alarms()` of each handle hold to all of it.\n\nSources: \
\"Using Amazon CloudWatch alarms\" and \"Configuring how CloudWatch alarms treat missing data\", \
Amazon CloudWatch User Guide; \"Managing Amazon SNS encryption keys and costs\", Amazon SNS Developer \
Guide.",
    check: Check::Model(check),
};

const ALARMS: [&str; 2] = ["AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm"];
const ACTIONS: [&str; 3] = ["AlarmActions", "OKActions", "InsufficientDataActions"];

fn check(model: &Model<'_>, findings: &mut Findings) {
    for alarm in ALARMS.iter().flat_map(|type_name| model.resources_of(type_name)) {
        acts(model, alarm, findings);
        reaches(model, alarm, findings);
        if alarm.type_name() == "AWS::CloudWatch::Alarm" {
            says_what_silence_means(alarm, findings);
            metric_exists::check(model, alarm, findings);
        }
    }
}

fn error(alarm: &Resource, message: String) -> Diagnostic {
    Diagnostic::error("ALM-01", message).on(alarm)
}

/// It tells somebody, or is part of an alarm that does.
fn acts(model: &Model<'_>, alarm: &Resource, findings: &mut Findings) {
    let id = alarm.logical_id();
    if truth(alarm, "ActionsEnabled") == Some(false) {
        findings.report(
            error(alarm, format!("the actions of the alarm `{id}` are switched off"))
                .property("ActionsEnabled")
                .given(false)
                .allowed(true)
                .help("to silence it for a while, add an `AlarmMuteRule`"),
        );
    }
    if list(alarm, "AlarmActions").is_empty() && !is_part(model, alarm) {
        findings.report(
            error(alarm, format!("the alarm `{id}` tells nobody that it went off"))
                .property("AlarmActions")
                .allowed("the ARN of at least one topic")
                .help("add an `AlarmTopic` and `.notify(&topic)`"),
        );
    }
}

/// Whether a composite alarm looks at it.
fn is_part(model: &Model<'_>, alarm: &Resource) -> bool {
    let address = alarm.address();
    let name = text(alarm, "AlarmName").map(|name| format!("\"{name}\""));
    model.resources_of("AWS::CloudWatch::CompositeAlarm").any(|composite| {
        let Some(rule) = composite.properties().at("AlarmRule") else { return false };
        let mut refers = false;
        rule.visit_references(&mut |found| refers |= found.target == *address);
        refers || name.as_ref().is_some_and(|name| pattern(rule).contains(name.as_str()))
    })
}

/// Its topics are of its region, and encrypted with a key that it can use.
fn reaches(model: &Model<'_>, alarm: &Resource, findings: &mut Findings) {
    let id = alarm.logical_id();
    let mut seen = Vec::new();
    for property in ACTIONS {
        for action in list(alarm, property) {
            let topic = model.target(action).filter(|found| found.type_name() == "AWS::SNS::Topic");
            let Some(topic) = topic else { continue };
            if seen.contains(topic.address()) {
                continue;
            }
            seen.push(topic.address().clone());
            let topic_id = topic.logical_id();
            if let Some((own, other)) = regions(model, alarm, topic) {
                findings.report(
                    error(alarm, format!("the alarm `{id}` tells a topic of another region"))
                        .property(property)
                        .setter("notify")
                        .given(format!("`{topic_id}` in {other}"))
                        .allowed(format!("a topic in {own}"))
                        .related(topic.location(), "the topic is made here"),
                );
            }
            let key = topic.properties().at("KmsMasterKeyId").and_then(Node::as_text);
            if let Some(key) = key.filter(|key| key.contains("alias/aws/")) {
                let message = format!("what the alarm `{id}` publishes to `{topic_id}` is dropped");
                findings.report(
                    error(alarm, message)
                        .property(property)
                        .given(format!("a topic encrypted with `{key}`, which alarms can't use"))
                        .allowed("a topic with a key whose policy lets CloudWatch in")
                        .help("make the key with `KmsKey::<Sns>::new()`")
                        .related(topic.location(), "the topic is made here"),
                );
            }
        }
    }
}

/// The regions of two resources, if they differ.
fn regions<'m>(model: &Model<'m>, one: &Resource, other: &Resource) -> Option<(&'m str, &'m str)> {
    let (one, other) = (region_of(model, one)?, region_of(model, other)?);
    (one != other).then_some((one, other))
}

fn says_what_silence_means(alarm: &Resource, findings: &mut Findings) {
    let properties = alarm.properties();
    // A PromQL alarm has pending and recovery periods instead.
    let by_query = properties.at("EvaluationCriteria").is_some();
    if properties.at("TreatMissingData").is_none() && !by_query {
        let id = alarm.logical_id();
        findings.report(
            error(alarm, format!("the alarm `{id}` doesn't say what missing data means"))
                .property("TreatMissingData")
                .allowed("breaching, notBreaching, ignore or missing")
                .help("`notBreaching` where no news is good news, `breaching` for a heartbeat"),
        );
    }
}
