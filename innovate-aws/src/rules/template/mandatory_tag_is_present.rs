//! `TAG-01`: a stack carries the tags that cost and ownership are read from.

use innovate_core::{
    Diagnostic, Rule, StageKind,
    check::{Check, Findings, Model},
};

/// `TAG-01`.
pub static MANDATORY_TAG_IS_PRESENT: Rule = Rule {
    code: "TAG-01",
    title: "every stack carries the mandatory tags",
    explanation: "Costs are allocated, owners found and data classified by tags, so every taggable \
resource inherits `application`, `environment`, `owner`, `cost-center` and `data-classification` \
from its stack. An `Environment` sets them; a stack made on a site of its own must.\n\nSource: \
\"Best Practices for Tagging AWS Resources\", AWS Whitepaper.",
    check: Check::Model(check),
};

const MANDATORY: [&str; 5] =
    ["application", "cost-center", "data-classification", "environment", "owner"];

fn check(model: &Model<'_>, findings: &mut Findings) {
    for stack in model.stacks() {
        let tags = stack.site().tags();
        let missing: Vec<&str> =
            MANDATORY.into_iter().filter(|tag| !tags.contains_key(*tag)).collect();
        if !missing.is_empty() {
            let message = format!("the stack `{}` lacks mandatory tags", stack.name());
            let finding = match stack.site().stage() {
                StageKind::Prod => Diagnostic::error("TAG-01", message),
                StageKind::Dev | StageKind::Staging => Diagnostic::warning("TAG-01", message),
            };
            findings.report(
                finding
                    .at(stack.location())
                    .given(format!("no {}", missing.join(", no ")))
                    .help("make the stack with `environment.stack(..)`, or add `.tag(key, value)` to its site"),
            );
        }
    }
}
