//! `ECR-04`: images that nobody needs go.

use std::collections::BTreeSet;

use innovate_core::{
    Diagnostic, Resource, Rule,
    check::{Check, Findings, Model},
};
use serde_json::Value as Json;

use super::{REPOSITORY, TEMPLATE, each};
use crate::rules::read::text;

/// `ECR-04`.
pub static OLD_IMAGES_GO: Rule = Rule {
    code: "ECR-04",
    title: "a repository says which images go, in a policy that ECR takes",
    explanation: "Images cost by what they weigh, and a repository takes up to 100,000 of them. A policy that \
says which go is JSON whose rules each have a number of their own; the rule for any tag has the highest, \
one for tagged images names patterns or prefixes, and nothing is counted from zero. Without a policy every \
image stays for ever, which is a warning.\n\nSource: \"ImageLifecycle policy properties in Amazon ECR\", Amazon \
ECR User Guide; control ECR.3, AWS Security Hub User Guide.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    for (type_name, property) in
        [(REPOSITORY, "LifecyclePolicy/LifecyclePolicyText"), (TEMPLATE, "LifecyclePolicy")]
    {
        for (_, repository) in each(model, type_name) {
            if repository.properties().at(property).is_none() {
                findings.report(
                    Diagnostic::warning("ECR-04", "every image of this repository stays for ever")
                        .on(repository)
                        .property(property)
                        .allowed("a policy that says which images go")
                        .help("make the repository with `Repository`, which keeps the newest 100"),
                );
            } else if let Some(policy) = text(repository, property) {
                findings.extend(malformed(repository, property, policy));
            }
        }
    }
}

fn malformed(repository: &Resource, property: &str, policy: &str) -> Option<Diagnostic> {
    let finding = |message: &str| {
        Diagnostic::error("ECR-04", message)
            .on(repository)
            .property(property)
            .help("`ImageLifecycle` writes such a policy")
    };
    let parsed: Result<Json, _> = serde_json::from_str(policy);
    let rules = parsed.as_ref().ok().and_then(|json| json.get("rules")).and_then(Json::as_array);
    let Some(rules) = rules.filter(|rules| !rules.is_empty()) else {
        return Some(
            finding("ECR can't read which images go")
                .allowed("JSON with a list of `rules`, at least one"),
        );
    };
    let mut priorities = BTreeSet::new();
    for rule in rules {
        let Some(priority) = rule.get("rulePriority").and_then(Json::as_u64).filter(|at| *at > 0)
        else {
            return Some(
                finding("a rule on which images go has no number")
                    .allowed("rulePriority, 1 or more"),
            );
        };
        if !priorities.insert(priority) {
            return Some(finding("two rules on which images go have one number").given(priority));
        }
    }
    rules.iter().find_map(|rule| {
        let priority = rule.get("rulePriority").and_then(Json::as_u64);
        let last = priority == priorities.last().copied();
        let (what, allowed) = selection(rule.get("selection")?, last)?;
        Some(finding(what).given(format!("rule {}", priority.unwrap_or_default())).allowed(allowed))
    })
}

/// What is wrong with what a rule selects.
fn selection(selection: &Json, is_last: bool) -> Option<(&'static str, &'static str)> {
    let has = |name: &str| selection.get(name).is_some();
    let status = selection.get("tagStatus").and_then(Json::as_str);
    let count = selection.get("countNumber").and_then(Json::as_u64);
    if count.is_none_or(|count| count == 0) {
        return Some(("a rule deletes images as they are pushed", "a countNumber of 1 or more"));
    }
    let patterns = has("tagPatternList") || has("tagPrefixList");
    match status {
        Some("any") if !is_last => {
            Some(("the rule for any tag is not the last", "the highest rulePriority for `any`"))
        }
        Some("tagged") if !patterns => {
            Some(("a rule for tagged images names no tags", "tagPatternList or tagPrefixList"))
        }
        Some("any" | "untagged") if patterns => {
            Some(("a rule names tags and is not for tagged images", "tagStatus `tagged`"))
        }
        Some("any" | "tagged" | "untagged") => None,
        _ => Some((
            "a rule on which images go is for no images",
            "tagStatus any, tagged or untagged",
        )),
    }
}
