//! `EKS-03`: the control plane logs everything, to a log group made for it.

use innovate_core::{
    Diagnostic, Node, Resource, Rule,
    check::{Check, Findings, Model},
};

use super::{CLUSTER, share_a_stack, waits_for};
use crate::rules::read::{list, text};

/// `EKS-03`.
pub static CONTROL_PLANE_LOGS_ARE_KEPT: Rule = Rule {
    code: "EKS-03",
    title: "the control plane logs everything, to a log group made before it",
    explanation: "\
After an incident the audit log tells who did what. EKS sends no log unless asked. If the log group \
/aws/eks/<cluster>/cluster doesn't exist, EKS makes one that keeps everything for ever and is \
encrypted with a key of AWS; so it is made before the cluster, with a retention and a key.

Source: \"Send control plane logs to CloudWatch Logs\", Amazon EKS User Guide; Security Hub control \
EKS.8.",
    check: Check::Model(check),
};

const KINDS: [&str; 5] = ["api", "audit", "authenticator", "controllerManager", "scheduler"];

fn check(model: &Model<'_>, findings: &mut Findings) {
    for cluster in model.resources_of(CLUSTER) {
        let enabled = list(cluster, "Logging/ClusterLogging/EnabledTypes");
        let enabled: Vec<&str> =
            enabled.iter().filter_map(|kind| kind.get("Type").and_then(Node::as_text)).collect();
        let missing: Vec<&str> = KINDS.into_iter().filter(|kind| !enabled.contains(kind)).collect();
        if !missing.is_empty() {
            findings.report(
                Diagnostic::error("EKS-03", "the control plane doesn't log everything")
                    .on(cluster)
                    .property("Logging/ClusterLogging/EnabledTypes")
                    .given(format!("no {}", missing.join(", no ")))
                    .allowed(KINDS.join(", "))
                    .help("enable all five types"),
            );
        }
        let Some(name) = text(cluster, "Name") else { continue };
        let group_name = format!("/aws/eks/{name}/cluster");
        let group = model
            .resources_of("AWS::Logs::LogGroup")
            .find(|group| text(group, "LogGroupName") == Some(&group_name));
        findings.extend(match group {
            None => Some(
                Diagnostic::error("EKS-03", "the log group of the control plane isn't made here")
                    .on(cluster)
                    .given(format!("no log group named `{group_name}`"))
                    .help("add one with a retention and a key, and let the cluster wait for it"),
            ),
            Some(group) => incomplete(cluster, group),
        });
    }
}

fn incomplete(cluster: &Resource, group: &Resource) -> Option<Diagnostic> {
    let lacks = ["RetentionInDays", "KmsKeyId"]
        .into_iter()
        .find(|property| group.properties().get(property).is_none());
    if let Some(property) = lacks {
        let message = "the log group of the control plane lacks a retention or a key";
        return Some(
            Diagnostic::error("EKS-03", message)
                .on(group)
                .property(property)
                .given("nothing")
                .allowed("a retention and a customer-managed key")
                .help("set RetentionInDays and KmsKeyId, or make it with `LogGroup`"),
        );
    }
    (share_a_stack(cluster, group) && !waits_for(cluster, group)).then(|| {
        Diagnostic::error("EKS-03", "the cluster doesn't wait for its log group")
            .on(cluster)
            .property("DependsOn")
            .related(group.location(), "the log group is made here")
            .help("add `.depends_on(&log_group)`: whichever comes first wins, and the other fails")
    })
}
