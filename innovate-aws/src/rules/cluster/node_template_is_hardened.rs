//! `EKS-06`: nodes keep pods from the instance metadata, encrypt their volumes, and have no SSH key.

use innovate_core::{
    Diagnostic, Node, Resource, Rule,
    check::{Check, Findings, Model},
};

use super::NODE_GROUP;
use crate::rules::read::{list, text, truth};

/// `EKS-06`.
pub static NODE_TEMPLATE_IS_HARDENED: Rule = Rule {
    code: "EKS-06",
    title: "nodes keep pods from the instance metadata and encrypt their volumes",
    explanation: "\
A pod that reaches the instance metadata has the node's role: it can pull every image and detach \
network interfaces. With session tokens required and a hop limit of 1 the answer doesn't reach a \
pod. Volumes hold images, logs and secrets that pods mount, so they are encrypted. Session Manager \
opens a shell where one is needed, without a key pair that everyone shares.

A managed node group gets these settings from its launch template only.

Source: \"Restrict access to the instance profile assigned to the worker node\", Amazon EKS Best \
Practices Guide; Security Hub control EC2.170.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    for group in model.resources_of(NODE_GROUP) {
        if group.properties().get("RemoteAccess").is_some() {
            findings.report(
                Diagnostic::error("EKS-06", "nodes can be reached by SSH")
                    .on(group)
                    .property("RemoteAccess")
                    .help("leave it out; Session Manager opens a shell"),
            );
        }
        let Some(template) = group.properties().get("LaunchTemplate") else {
            findings.report(
                Diagnostic::error("EKS-06", "the node group has no launch template")
                    .on(group)
                    .property("LaunchTemplate")
                    .given("nothing, which means metadata with a hop limit of 2 and the account's encryption")
                    .help("give it one with metadata options and encrypted volumes"),
            );
            continue;
        };
        let named = template.get("Id").or_else(|| template.get("Name"));
        if let Some(template) = named.and_then(|node| model.target(node)) {
            check_template(template, findings);
        }
    }
}

fn check_template(template: &Resource, findings: &mut Findings) {
    let options = "LaunchTemplateData/MetadataOptions";
    let tokens = text(template, &format!("{options}/HttpTokens"));
    if tokens != Some("required") {
        findings.report(
            Diagnostic::error("EKS-06", "the instance metadata answers without a session token")
                .on(template)
                .property(format!("{options}/HttpTokens"))
                .given(tokens.unwrap_or("nothing"))
                .allowed("required")
                .help("set HttpTokens to required"),
        );
    }
    let hops = template.properties().at(&format!("{options}/HttpPutResponseHopLimit"));
    if hops.and_then(Node::as_integer) != Some(1) {
        findings.report(
            Diagnostic::error("EKS-06", "the instance metadata answers pods")
                .on(template)
                .property(format!("{options}/HttpPutResponseHopLimit"))
                .given(
                    hops.and_then(Node::as_integer)
                        .map_or("nothing".to_owned(), |hops| hops.to_string()),
                )
                .allowed("1")
                .help("set HttpPutResponseHopLimit to 1; give pods roles with PodIdentity"),
        );
    }
    let devices = list(template, "LaunchTemplateData/BlockDeviceMappings");
    let encrypted = |device: &Node| {
        device
            .get("Ebs")
            .is_none_or(|ebs| ebs.get("Encrypted").and_then(Node::as_bool) == Some(true))
    };
    if devices.is_empty() || !devices.iter().all(encrypted) {
        findings.report(
            Diagnostic::error("EKS-06", "a volume of the nodes is not encrypted")
                .on(template)
                .property("LaunchTemplateData/BlockDeviceMappings")
                .help("set Encrypted to true on every volume, and KmsKeyId to the key for volumes"),
        );
    }
    if template.properties().at("LaunchTemplateData/KeyName").is_some() {
        findings.report(
            Diagnostic::error("EKS-06", "nodes have a key pair for SSH")
                .on(template)
                .property("LaunchTemplateData/KeyName")
                .help("leave it out; Session Manager opens a shell"),
        );
    }
    let public = list(template, "LaunchTemplateData/NetworkInterfaces").iter().any(|interface| {
        interface.get("AssociatePublicIpAddress").and_then(Node::as_bool) == Some(true)
    });
    if public || truth(template, "LaunchTemplateData/AssociatePublicIpAddress") == Some(true) {
        findings.report(
            Diagnostic::error("EKS-06", "nodes get public addresses")
                .on(template)
                .property("LaunchTemplateData/NetworkInterfaces")
                .help("leave AssociatePublicIpAddress out"),
        );
    }
}
