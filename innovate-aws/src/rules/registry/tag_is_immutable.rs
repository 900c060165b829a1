//! `ECR-01`: a tag stays with its image.

use innovate_core::{
    Resource, Rule, StackModel,
    check::{Check, Findings, Model},
};

use super::{REPOSITORY, TEMPLATE, by_stage, finding, is_for};
use crate::rules::read::{each, list, text};

/// `ECR-01`.
pub static TAG_IS_IMMUTABLE: Rule = Rule {
    code: "ECR-01",
    title: "a tag of an image can't be moved",
    explanation: "A tag that can be moved is another image tomorrow: what was tested is not what runs, and \
whoever may push may replace what runs without a trace. Up to five patterns can be exempted, such as for \
the cache of a build; a pattern that matches every tag exempts all. In production a finding is an error, \
elsewhere a warning. The repositories of a cache are not meant: their tags follow the registry that they \
come from.\n\nSource: \"Preventing image tags from being overwritten in Amazon ECR\", Amazon ECR User \
Guide; control ECR.2, AWS Security Hub User Guide.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    for (stack, repository) in each(model, REPOSITORY) {
        check_one(stack, repository, findings);
    }
    for (stack, template) in each(model, TEMPLATE) {
        if is_for(template, "REPLICATION") || is_for(template, "CREATE_ON_PUSH") {
            check_one(stack, template, findings);
        }
    }
}

fn check_one(stack: &StackModel, repository: &Resource, findings: &mut Findings) {
    const FILTERS: &str = "ImageTagMutabilityExclusionFilters";
    let mutability = text(repository, "ImageTagMutability");
    match mutability {
        Some("IMMUTABLE") => {}
        Some("IMMUTABLE_WITH_EXCLUSION") => {
            for (index, filter) in list(repository, FILTERS).iter().enumerate() {
                let name = "ImageTagMutabilityExclusionFilterValue";
                let pattern = filter.get(name).and_then(innovate_core::Node::as_text);
                let Some(pattern) = pattern.filter(|text| text.chars().all(|char| char == '*')) else {
                    continue;
                };
                let message = "every tag of this repository is exempted from being immutable";
                findings.report(
                    finding(by_stage(stack), "ECR-01", message)
                        .on(repository)
                        .property(format!("{FILTERS}/{index}/{name}"))
                        .given(pattern)
                        .allowed("patterns of some tags, such as cache-*"),
                );
            }
        }
        _ if repository.properties().at("ImageTagMutability").is_some() && mutability.is_none() => {}
        _ => findings.report(
            finding(by_stage(stack), "ECR-01", "tags of this repository can be moved")
                .on(repository)
                .property("ImageTagMutability")
                .given(mutability.unwrap_or("nothing, which means MUTABLE"))
                .allowed("IMMUTABLE, or IMMUTABLE_WITH_EXCLUSION")
                .help("make the repository with `Repository`, or add `.image_tag_mutability(ImageTagMutability::IMMUTABLE)`"),
        ),
    }
}
