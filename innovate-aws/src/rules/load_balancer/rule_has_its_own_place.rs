//! `ELB-04`: no two rules of a listener have one priority, and no two target groups one name.

use innovate_core::{
    Diagnostic, Node, Rule,
    check::{Check, Findings, Model},
};

use super::{LISTENER_RULE, TARGET_GROUP};
use crate::rules::read::{OneOfEach, number, target, text};

/// `ELB-04`.
pub static RULE_HAS_ITS_OWN_PLACE: Rule = Rule {
    code: "ELB-04",
    title: "each rule of a listener has a priority of its own, each target group a name of its own",
    explanation: "A listener tries its rules by their priorities, the lowest first, and takes no two \
with the same one; an account takes no two target groups of one name in a region. Both are refused at \
deployment.\n\nSource: \"CreateRule\" and \"CreateTargetGroup\", Elastic Load Balancing API \
Reference.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    let mut rules = OneOfEach::new();
    for rule in model.resources_of(LISTENER_RULE) {
        let Some(listener) = target(rule, "ListenerArn") else { continue };
        let Some(priority) = rule.properties().at("Priority").and_then(number) else { continue };
        let Some(other) = rules.add(model, (listener, priority), rule) else { continue };
        findings.report(
            Diagnostic::error("ELB-04", "two rules of a listener have one priority")
                .on(rule)
                .property("Priority")
                .setter("priority")
                .given(priority)
                .allowed("a priority of its own")
                .related(other.location(), "the other rule is made here")
                .help("the lower one is tried first: `.priority(..)` for the more specific"),
        );
    }
    let mut groups = OneOfEach::new();
    for stack in model.stacks() {
        let place = (stack.site().account(), stack.site().region());
        for group in stack.resources_of(TARGET_GROUP) {
            let Some(name) = group.properties().at("Name").and_then(Node::as_text) else {
                continue;
            };
            let Some(other) = groups.add(model, (place, name), group) else { continue };
            findings.report(
                Diagnostic::error("ELB-04", "two target groups have one name")
                    .on(group)
                    .property("Name")
                    .setter("name")
                    .given(text(group, "Name").unwrap_or_default())
                    .related(other.location(), "the other is made here")
                    .help("name one of them: `.name(name!(TargetGroupName: \"..\"))`"),
            );
        }
    }
}
