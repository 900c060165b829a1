//! `KAR-05`: Karpenter hears of every interruption, through a queue that only AWS can fill.

use std::collections::BTreeMap;

use innovate_core::{
    Address, Diagnostic, Node, Resource, Rule,
    check::{Check, Findings, Model},
};

use crate::{
    identity::statement::{conditions_on, denies, is_about, names_everyone},
    rules::{
        messaging::queue_policy::{self, QUEUE},
        read::{list, text},
    },
};

/// `KAR-05`.
pub static INTERRUPTION_QUEUE_IS_COMPLETE: Rule = Rule {
    code: "KAR-05",
    title: "Karpenter's queue gets all five events over TLS, and its names are those of AWS",
    explanation: "\
EC2 warns two minutes before it takes a Spot instance back. Karpenter drains the node in that time, \
if the warning reaches its queue: by one event rule for each of five kinds of event. The queue's \
policy refuses what comes without TLS. A node class names the instance profile of nodes; one that \
doesn't exist makes every launch fail.

`Karpenter` makes all of it, and its handle has the names.

Source: \"Disruption\", Karpenter documentation, and its CloudFormation reference.",
    check: Check::Model(check),
};

const EVENTS: [&str; 5] = [
    "AWS Health Event",
    "EC2 Spot Instance Interruption Warning",
    "EC2 Instance Rebalance Recommendation",
    "EC2 Instance State-change Notification",
    "EC2 Capacity Reservation Instance Interruption Warning",
];
/// The event by which a queue is known to be Karpenter's.
const SPOT: &str = "EC2 Spot Instance Interruption Warning";

fn check(model: &Model<'_>, findings: &mut Findings) {
    for (queue, events) in queues(model) {
        if !events.contains(&SPOT) {
            continue;
        }
        let Some(queue) = model.resource(queue) else { continue };
        let missing: Vec<&str> =
            EVENTS.into_iter().filter(|event| !events.contains(event)).collect();
        if !missing.is_empty() {
            findings.report(
                Diagnostic::error("KAR-05", "Karpenter doesn't hear of every interruption")
                    .on(queue)
                    .given(format!("no rule for: {}", missing.join(", ")))
                    .help("add a rule for each of them, with the queue as its target"),
            );
        }
        if !refuses_plain_http(model, queue) {
            findings.report(
                Diagnostic::error("KAR-05", "Karpenter's queue takes messages without TLS")
                    .on(queue)
                    .given("no statement that denies sqs:* if aws:SecureTransport is false")
                    .help("add one to the queue's policy"),
            );
        }
    }
    node_classes(model, findings);
}

/// The kinds of event that rules send to each queue.
fn queues<'app>(model: &Model<'app>) -> BTreeMap<&'app Address, Vec<&'app str>> {
    let mut queues: BTreeMap<&Address, Vec<&str>> = BTreeMap::new();
    for rule in model.resources_of("AWS::Events::Rule") {
        let events = list(rule, "EventPattern/detail-type").iter().filter_map(Node::as_text);
        let targets = list(rule, "Targets").iter().filter_map(|target| target.get("Arn"));
        let target = |arn| model.target(arn).filter(|found| found.type_name() == QUEUE);
        for queue in targets.filter_map(target) {
            queues.entry(queue.address()).or_default().extend(events.clone());
        }
    }
    queues
}

/// Whether a queue's policies refuse what comes without TLS. Where they aren't all known, they may.
fn refuses_plain_http(model: &Model<'_>, queue: &Resource) -> bool {
    let Some(policies) = queue_policy::of(model, queue) else { return true };
    policies.iter().flat_map(|policy| policy.statements()).any(|statement| {
        denies(statement)
            && names_everyone(statement)
            && is_about(statement, "sqs:SendMessage")
            && conditions_on(statement, "aws:SecureTransport")
                .iter()
                .any(|(_, values)| values.iter().any(|value| value == "false"))
    })
}

/// Node classes that name an instance profile which the program doesn't make.
fn node_classes(model: &Model<'_>, findings: &mut Findings) {
    let known: Vec<&str> = model
        .resources_of("AWS::IAM::InstanceProfile")
        .filter_map(|profile| text(profile, "InstanceProfileName"))
        .collect();
    if known.is_empty() {
        return;
    }
    for set in model.manifests() {
        for manifest in set.manifests().iter().filter(|found| found.kind() == "EC2NodeClass") {
            let profile = manifest.text("/spec/instanceProfile");
            if !profile.is_empty() && !known.contains(&profile) {
                findings.report(
                    Diagnostic::error(
                        "KAR-05",
                        "a node class names an instance profile that the program doesn't make",
                    )
                    .on_manifest(set.cluster(), manifest)
                    .property("spec.instanceProfile")
                    .given(profile)
                    .allowed(known.join(", "))
                    .help("take it from Karpenter's handle: `karpenter.instance_profile_name()`"),
                );
            }
        }
    }
}
