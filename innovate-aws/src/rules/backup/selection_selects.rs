//! `BKP-05`: a plan has something to do, and its selections can match.

use innovate_core::{
    Diagnostic, Node, Rule,
    check::{Check, Findings, Model},
};

use crate::rules::read::items;

/// `BKP-05`.
pub static SELECTION_SELECTS: Rule = Rule {
    code: "BKP-05",
    title: "a plan has rules and selections, and the conditions of selections name tags",
    explanation: "A plan without rules or selections backs nothing up, and nobody notices until a restore. \
The conditions of a selection are about tags, and each key begins with `aws:ResourceTag/`: without it AWS \
Backup refuses the selection.\n\nUse `Selection::of(..)`, `Selection::all(..)` or \
`Selection::with_tag(..)`, which write the keys.\n\nSource: \"Conditions\", AWS Backup API Reference.",
    check: Check::Model(check),
};

const PREFIX: &str = "aws:ResourceTag/";

fn check(model: &Model<'_>, findings: &mut Findings) {
    for selection in model.resources_of("AWS::Backup::BackupSelection") {
        let conditions = selection.properties().at("BackupSelection/Conditions");
        for (operator, parameters) in conditions.and_then(Node::as_map).unwrap_or_default() {
            for (index, parameter) in items(parameters).iter().enumerate() {
                let key = parameter.get("ConditionKey").and_then(Node::as_text);
                let Some(key) = key.filter(|key| !key.starts_with(PREFIX)) else { continue };
                findings.report(
                    Diagnostic::error("BKP-05", "the condition of a selection names no tag")
                        .on(selection)
                        .property(format!(
                            "BackupSelection/Conditions/{operator}/{index}/ConditionKey"
                        ))
                        .given(key)
                        .allowed(format!("{PREFIX}{key}")),
                );
            }
        }
    }
}
