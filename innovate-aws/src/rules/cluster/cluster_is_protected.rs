//! `EKS-05`: a production cluster is protected against deletion.

use innovate_core::{
    Diagnostic, Rule, StageKind,
    check::{Check, Findings, Model},
};

use super::CLUSTER;
use crate::rules::read::truth;

/// `EKS-05`.
pub static CLUSTER_IS_PROTECTED: Rule = Rule {
    code: "EKS-05",
    title: "a production cluster is protected against deletion",
    explanation: "\
Deleting a cluster deletes what runs in it, and a stack's deletion or a replacement asks no one. \
With deletion protection EKS refuses until it is taken off by an update of its own.

Source: \"Protect EKS clusters from accidental deletion\", Amazon EKS User Guide.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    for stack in model.stacks().iter().filter(|stack| stack.site().stage() == StageKind::Prod) {
        for cluster in stack.resources_of(CLUSTER) {
            if truth(cluster, "DeletionProtection") != Some(true) {
                findings.report(
                    Diagnostic::error("EKS-05", "a production cluster can be deleted by accident")
                        .on(cluster)
                        .property("DeletionProtection")
                        .given("not true")
                        .allowed("true")
                        .help("set DeletionProtection to true"),
                );
            }
        }
    }
}
