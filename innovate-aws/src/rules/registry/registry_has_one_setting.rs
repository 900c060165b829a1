//! `ECR-05`: a registry has each setting once.

use innovate_core::{
    Diagnostic, Node, Rule,
    check::{Check, Findings, Model},
};

use super::{REPOSITORY, TEMPLATE, registry};
use crate::rules::read::{OneOfEach, each, text};

/// `ECR-05`.
pub static REGISTRY_HAS_ONE_SETTING: Rule = Rule {
    code: "ECR-05",
    title: "a registry has each setting once, and each name is one repository's",
    explanation: "An account has one registry in a region. Scanning, replication, signing and the policy are \
settings of the whole registry: a second stack that makes one replaces the first's, and takes it away when \
it is deleted. A name is one repository's, a prefix one template's and one cache's.\n\nSource: \"Amazon ECR \
private registry\", Amazon ECR User Guide.",
    check: Check::Model(check),
};

const SETTINGS: [&str; 4] = [
    "AWS::ECR::RegistryPolicy",
    "AWS::ECR::RegistryScanningConfiguration",
    "AWS::ECR::ReplicationConfiguration",
    "AWS::ECR::SigningConfiguration",
];

const NAMED: [(&str, &str); 3] = [
    (REPOSITORY, "RepositoryName"),
    (TEMPLATE, "Prefix"),
    ("AWS::ECR::PullThroughCacheRule", "EcrRepositoryPrefix"),
];

fn check(model: &Model<'_>, findings: &mut Findings) {
    for setting in SETTINGS {
        let mut known = OneOfEach::new();
        for (stack, found) in each(model, setting) {
            let place = registry(stack.site());
            let given = format!("{setting} in {}/{}", place.0, place.1);
            if let Some(first) = known.add(model, place, found) {
                findings.report(
                    Diagnostic::error(
                        "ECR-05",
                        "a registry has one such setting, and here are two",
                    )
                    .on(found)
                    .given(given)
                    .related(first.location(), "the first is made here")
                    .help("keep one of them, in a stack of what the whole account has"),
                );
            }
        }
    }
    for (type_name, property) in NAMED {
        let mut known = OneOfEach::new();
        for (stack, found) in each(model, type_name) {
            let Some(name) = text(found, property) else { continue };
            let occasions = found.properties().at("AppliedFor").and_then(Node::as_list);
            let occasions: Vec<_> =
                occasions.unwrap_or_default().iter().filter_map(Node::as_text).collect();
            // A prefix may have a template for each occasion.
            let key = (registry(stack.site()), format!("{name} {}", occasions.join(" ")));
            if let Some(first) = known.add(model, key, found) {
                findings.report(
                    Diagnostic::error("ECR-05", "this registry has two of one name")
                        .on(found)
                        .property(property)
                        .given(name)
                        .related(first.location(), "the first is made here")
                        .help("name one of them otherwise"),
                );
            }
        }
    }
}
