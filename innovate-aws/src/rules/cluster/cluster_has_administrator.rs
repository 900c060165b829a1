//! `EKS-02`: access to a cluster is by access entries, and someone has it.

use innovate_core::{
    Diagnostic, Node, Resource, Rule,
    check::{Check, Findings, Model},
};

use super::{CLUSTER, is_of};
use crate::identity::document::flat;
use crate::rules::read::{list, text, truth};

/// `EKS-02`.
pub static CLUSTER_HAS_ADMINISTRATOR: Rule = Rule {
    code: "EKS-02",
    title: "access to a cluster is by access entries, and an administrator has one",
    explanation: "\
With the mode API, who may use a cluster stands in access entries, which IAM and CloudTrail see. \
The config map `aws-auth`, CloudFormation's default, is text that one wrong edit makes unreadable \
for everyone. Whoever creates the cluster, a deployment's role, needs no lasting right to it. Then \
at least one access entry must make a role its administrator, or nobody can ever use it.

Source: \"Grant IAM users access to Kubernetes with EKS access entries\", Amazon EKS User Guide; \
\"Identity and Access Management\", Amazon EKS Best Practices Guide.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    for cluster in model.resources_of(CLUSTER) {
        let mode = text(cluster, "AccessConfig/AuthenticationMode");
        if mode != Some("API") {
            findings.report(
                Diagnostic::error("EKS-02", "access to the cluster is not by access entries alone")
                    .on(cluster)
                    .property("AccessConfig/AuthenticationMode")
                    .given(mode.unwrap_or("nothing, which means CONFIG_MAP"))
                    .allowed("API")
                    .help("set AuthenticationMode to API; it can't be set back"),
            );
        }
        let creator = "AccessConfig/BootstrapClusterCreatorAdminPermissions";
        if truth(cluster, creator) != Some(false) {
            findings.report(
                Diagnostic::error("EKS-02", "whoever creates the cluster stays its administrator")
                    .on(cluster)
                    .property(creator)
                    .given("not false")
                    .allowed("false")
                    .help("set it to false, and give the administrators access entries"),
            );
        }
        let mut entries = model.resources_of("AWS::EKS::AccessEntry");
        if !entries.any(|entry| is_of(entry, cluster) && administers(entry)) {
            findings.report(
                Diagnostic::error("EKS-02", "nobody administers the cluster")
                    .on(cluster)
                    .given("no access entry with AmazonEKSClusterAdminPolicy for the whole cluster")
                    .help("add one for the administrators' role"),
            );
        }
    }
}

fn administers(entry: &Resource) -> bool {
    list(entry, "AccessPolicies").iter().any(|policy| {
        let arn = policy.get("PolicyArn").map(|arn| flat(arn, None)).unwrap_or_default();
        arn.ends_with("/AmazonEKSClusterAdminPolicy")
            && policy.at("AccessScope/Type").and_then(Node::as_text) == Some("cluster")
    })
}
