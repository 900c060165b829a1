//! `ECR-03`: images are scanned.

use std::collections::BTreeSet;

use innovate_core::{
    Node, Rule,
    check::{Check, Findings, Model},
};

use super::{REPOSITORY, by_stage, finding, registry};
use crate::rules::read::{each, list, text, truth};

/// `ECR-03`.
pub static IMAGE_IS_SCANNED: Rule = Rule {
    code: "ECR-03",
    title: "images are scanned as they are pushed, and by the registry ever after",
    explanation: "An image that was clean when it was pushed isn't a month later. Enhanced scanning of the \
registry looks at each image again when a vulnerability becomes known, operating system and packages of \
languages; scanning on push looks once, at the operating system. In production a repository that nothing \
scans is an error, elsewhere a warning; a registry that scans only once is a warning.\n\nSource: \"Scan \
images for software vulnerabilities in Amazon ECR\", Amazon ECR User Guide; control ECR.1, AWS Security \
Hub User Guide.",
    check: Check::Model(check),
};

const SETTING: &str = "AWS::ECR::RegistryScanningConfiguration";

fn check(model: &Model<'_>, findings: &mut Findings) {
    let mut scanning = BTreeSet::new();
    for (stack, setting) in each(model, SETTING) {
        let rules = list(setting, "Rules");
        let continuous = |rule: &Node| {
            rule.get("ScanFrequency").and_then(Node::as_text) == Some("CONTINUOUS_SCAN")
        };
        let enhanced = text(setting, "ScanType") == Some("ENHANCED");
        if !rules.is_empty() {
            scanning.insert(registry(stack.site()));
        }
        if !enhanced || !rules.iter().any(continuous) {
            let given = if enhanced { "ENHANCED without CONTINUOUS_SCAN" } else { "BASIC" };
            findings.report(
                finding(
                    innovate_core::Severity::Warning,
                    "ECR-03",
                    "this registry scans an image only once",
                )
                .on(setting)
                .given(given)
                .allowed("ENHANCED with a rule for CONTINUOUS_SCAN")
                .help("add `RegistryScanning::enhanced()` instead"),
            );
        }
    }
    for (stack, repository) in each(model, REPOSITORY) {
        let on_push = truth(repository, "ImageScanningConfiguration/ScanOnPush") == Some(true);
        if !on_push && !scanning.contains(&registry(stack.site())) {
            findings.report(
                finding(by_stage(stack), "ECR-03", "nothing scans the images of this repository")
                    .on(repository)
                    .property("ImageScanningConfiguration/ScanOnPush")
                    .allowed("true, or enhanced scanning of the registry")
                    .help(
                        "add `RegistryScanning::enhanced()` to a stack of this account and region",
                    ),
            );
        }
    }
}
