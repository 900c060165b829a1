//! `BKP-05`: a plan has something to do, and its selections can match.

use innovate_core::{
    Diagnostic, Node, Resource, Rule,
    check::{Check, Findings, Model},
};

use super::{
    plan::PLAN,
    selection::{SELECTION, list, of_plan},
};
use crate::{identity::document::flat, rules::read::items};

/// `BKP-05`.
pub static SELECTION_SELECTS: Rule = Rule {
    code: "BKP-05",
    title: "a plan has rules and selections, and selections select what they say",
    explanation: "A plan without rules or selections backs nothing up, and nobody notices until a restore. \
The conditions of a selection are about tags, and each key begins with `aws:ResourceTag/`: without it AWS \
Backup refuses the selection. The keys of a list of tags are those of the tags themselves: with that beginning \
they select nothing, without a word. A selection that names neither resources, tags nor conditions selects \
whatever the account has opted in to. It names 500 resources at most, and 30 if an ARN has a wildcard.\n\n\
Use `Selection::of(..)`, `Selection::all(..)` or `Selection::with_tag(..)`, which write the keys.\n\n\
Sources: \"BackupSelection\" and \"Conditions\", AWS Backup API Reference.",
    check: Check::Model(check),
};

const PREFIX: &str = "aws:ResourceTag/";
/// The most ARNs of a selection, and the most if one of them has a wildcard.
const MOST: (usize, usize) = (500, 30);

fn check(model: &Model<'_>, findings: &mut Findings) {
    for plan in model.resources_of(PLAN) {
        check_plan(model, plan, findings);
    }
    for selection in model.resources_of(SELECTION) {
        check_keys(selection, findings);
        check_size(selection, findings);
    }
}

fn check_plan(model: &Model<'_>, plan: &Resource, findings: &mut Findings) {
    let rules = plan.properties().at("BackupPlan/BackupPlanRule");
    if rules.is_none_or(|rules| rules.as_list().is_some_and(<[Node]>::is_empty)) {
        findings.report(
            Diagnostic::error("BKP-05", "a plan without rules backs nothing up")
                .on(plan)
                .setter("rules")
                .given("none")
                .allowed("one rule or more")
                .help("add `BackupRule::daily(lifecycle!(35 days))`"),
        );
    }
    // A selection whose plan is known only at deployment may be this one's.
    let unknown = model.resources_of(SELECTION).any(|selection| {
        let named = selection.properties().get("BackupPlanId");
        named.is_some_and(|named| named.as_text().is_none() && model.target(named).is_none())
    });
    if !unknown && of_plan(model, plan).next().is_none() {
        findings.report(
            Diagnostic::error("BKP-05", "a plan without selections backs nothing up")
                .on(plan)
                .setter("selections")
                .given("none")
                .allowed("one selection or more")
                .help(
                    "add `Selection::of(..)` for a database, a cluster or a bucket; or, if it is selected for \
                     elsewhere, say so: `.suppress(\"BKP-05\", \"..\")`",
                ),
        );
    }
}

fn check_keys(selection: &Resource, findings: &mut Findings) {
    let conditions = selection.properties().at("BackupSelection/Conditions");
    for (operator, parameters) in conditions.and_then(Node::as_map).unwrap_or_default() {
        for (index, parameter) in items(parameters).iter().enumerate() {
            let key = parameter.get("ConditionKey").and_then(Node::as_text);
            let Some(key) = key.filter(|key| !key.starts_with(PREFIX)) else { continue };
            findings.report(
                Diagnostic::error("BKP-05", "the condition of a selection names no tag")
                    .on(selection)
                    .property(format!("BackupSelection/Conditions/{operator}/{index}/ConditionKey"))
                    .given(key)
                    .allowed(format!("{PREFIX}{key}")),
            );
        }
    }
    for (index, condition) in list(selection, "ListOfTags").iter().enumerate() {
        let key = condition.get("ConditionKey").and_then(Node::as_text);
        let Some((key, tag)) = key.and_then(|key| Some((key, key.strip_prefix(PREFIX)?))) else {
            continue;
        };
        findings.report(
            Diagnostic::error("BKP-05", "no resource has the tag that a selection asks for")
                .on(selection)
                .property(format!("BackupSelection/ListOfTags/{index}/ConditionKey"))
                .given(key)
                .allowed(tag),
        );
    }
}

fn check_size(selection: &Resource, findings: &mut Findings) {
    let lists = ["Resources", "NotResources", "ListOfTags"].map(|name| list(selection, name));
    let conditions = selection.properties().at("BackupSelection/Conditions");
    let conditional = conditions.and_then(Node::as_map).is_some_and(|map| !map.is_empty())
        || conditions.is_some_and(|conditions| conditions.as_map().is_none());
    if lists.iter().all(|list| list.is_empty()) && !conditional {
        findings.report(
            Diagnostic::warning("BKP-05", "a selection without conditions selects whatever there is")
                .on(selection)
                .given("no resources, tags or conditions")
                .allowed("resources, tags or conditions")
                .help("name what is to be backed up: each resource that the account has opted in to is charged"),
        );
    }
    for name in ["Resources", "NotResources"] {
        let arns = list(selection, name);
        let wild = |node: &Node| flat(node, None).contains('*');
        let most = if arns.iter().any(wild) { MOST.1 } else { MOST.0 };
        if arns.len() > most {
            findings.report(
                Diagnostic::error(
                    "BKP-05",
                    "a selection names more resources than AWS Backup takes",
                )
                .on(selection)
                .property(format!("BackupSelection/{name}"))
                .given(format!("{} ARNs", arns.len()))
                .allowed(format!("{} ARNs, or {} if one has a wildcard", MOST.0, MOST.1))
                .help("select them by a tag: `Selection::with_tag(\"backup\", \"true\")`"),
            );
        }
    }
}
