//! `ECR-04`: images that nobody needs go.

use std::collections::BTreeSet;

use innovate_core::{
    Diagnostic, Resource, Rule,
    check::{Check, Findings, Model},
};
use serde_json::Value as Json;

use super::{REPOSITORY, TEMPLATE};
use crate::rules::read::{each, text};

/// `ECR-04`.
pub static OLD_IMAGES_GO: Rule = Rule {
    code: "ECR-04",
    title: "a repository says which images go, in a policy that ECR takes",
    explanation: "Images cost by what they weigh, and a repository takes up to 100,000 of them. A policy that \
says which go is JSON whose rules each have a number of their own; in each storage class the rule for any tag \
has the highest, one rule is for untagged images, one for tagged images names patterns or prefixes that no \
other names, and nothing is counted from zero. When an image was pulled decides only whether it is archived, \
and what is archived is deleted after 90 days at the soonest. Without a policy every image stays for ever, \
which is a warning.\n\nSources: \"Lifecycle policy properties in Amazon ECR\" and \"Automate the cleanup of \
images by using lifecycle policies in Amazon ECR\", Amazon ECR User Guide; control ECR.3, AWS Security Hub \
User Guide.",
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
                        .help("make the repository with `Repository`, which archives what nobody pulls"),
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
        let Some(priority) = priority(rule) else {
            return Some(
                finding("a rule on which images go has no number")
                    .allowed("rulePriority, 1 or more"),
            );
        };
        if !priorities.insert(priority) {
            return Some(finding("two rules on which images go have one number").given(priority));
        }
    }
    let mut taken = BTreeSet::new();
    rules.iter().find_map(|rule| {
        let (what, allowed) = wrong(rule, rules, &mut taken)?;
        let number = priority(rule).unwrap_or_default();
        Some(finding(what).given(format!("rule {number}")).allowed(allowed))
    })
}

fn priority(rule: &Json) -> Option<u64> {
    rule.get("rulePriority")?.as_u64().filter(|at| *at > 0)
}

fn text_in<'j>(rule: &'j Json, pointer: &str) -> Option<&'j str> {
    rule.pointer(pointer).and_then(Json::as_str)
}

/// Where the images of a rule are.
fn storage_class(rule: &Json) -> &str {
    text_in(rule, "/selection/storageClass").unwrap_or("standard")
}

/// What is wrong with a rule, and what is allowed. `taken` is what the rules before it select by tag.
fn wrong<'j>(
    rule: &'j Json,
    rules: &[Json],
    taken: &mut BTreeSet<(&'j str, String)>,
) -> Option<(&'static str, &'static str)> {
    let selection = rule.get("selection")?;
    let status = text_in(rule, "/selection/tagStatus");
    let event = text_in(rule, "/selection/countType");
    let class = storage_class(rule);
    let count = selection.get("countNumber").and_then(Json::as_u64).unwrap_or_default();
    let archives = text_in(rule, "/action/type") == Some("transition");
    if count == 0 {
        return Some(("a rule deletes images as they are pushed", "a countNumber of 1 or more"));
    }
    match event {
        Some("imageCountMoreThan" | "sinceImagePushed") => {}
        Some("sinceImagePulled") if archives => {}
        Some("sinceImagePulled") => {
            return Some((
                "a rule deletes what nobody pulls, which ECR only archives",
                "an action of type `transition` to `archive`",
            ));
        }
        Some("sinceImageTransitioned") if class != "archive" => {
            return Some((
                "a rule is about the archive, and selects what is not in it",
                "a storageClass of `archive`",
            ));
        }
        Some("sinceImageTransitioned") if count < 90 => {
            return Some(("ECR keeps what is archived longer", "a countNumber of 90 or more"));
        }
        Some("sinceImageTransitioned") => {}
        _ => {
            return Some((
                "a rule doesn't say what it counts",
                "imageCountMoreThan, sinceImagePushed, sinceImagePulled or sinceImageTransitioned",
            ));
        }
    }
    let names = ["tagPatternList", "tagPrefixList"].map(|name| selection.get(name));
    let names = names.into_iter().flatten().next();
    let last =
        rules.iter().filter(|other| storage_class(other) == class).filter_map(priority).max();
    match (status, names) {
        (Some("any"), None) if priority(rule) != last => {
            Some(("the rule for any tag is not the last", "the highest rulePriority for `any`"))
        }
        (Some("any"), None) => None,
        (Some("tagged"), None) => {
            Some(("a rule for tagged images names no tags", "tagPatternList or tagPrefixList"))
        }
        (Some("any" | "untagged"), Some(_)) => {
            Some(("a rule names tags and is not for tagged images", "tagStatus `tagged`"))
        }
        (Some("untagged"), None) if !taken.insert((class, String::new())) => {
            Some(("two rules are for untagged images", "one rule with tagStatus `untagged`"))
        }
        (Some("untagged"), None) => None,
        (Some("tagged"), Some(names)) => (!taken.insert((class, names.to_string())))
            .then_some(("two rules name the same tags", "other tags for each rule")),
        _ => Some((
            "a rule on which images go is for no images",
            "tagStatus any, tagged or untagged",
        )),
    }
}
