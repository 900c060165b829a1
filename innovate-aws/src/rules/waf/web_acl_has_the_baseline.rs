//! WAF-03: a production web ACL has what every application needs, and no web ACL a rule that does nothing.

use innovate_core::{
    Diagnostic, Node, Resource, Rule, StageKind,
    check::{Check, Findings, Model},
};

use super::{WEB_ACL, name, rules, visit};
use crate::security::web_acl::{DEFAULT_GROUPS, LARGE_BODY_ELSEWHERE, ManagedRuleGroup};

/// A production web ACL runs the basic managed groups and a rate limit; its overrides take effect,
/// and the paths of its rules can match.
pub static WEB_ACL_HAS_THE_BASELINE: Rule = Rule {
    code: "WAF-03",
    title: "a production web ACL runs the basic rule groups and a rate limit; its overrides and paths take effect",
    explanation: "\
IP reputation, the core rule set, known bad inputs and SQL injection cost nothing beyond capacity, and \
a rate limit stops the simplest attack of all. AWS WAF silently ignores an override whose rule name it \
doesn't know, and all overrides of a group that only counts: what seems to be an exception, or a \
tightening, is none. The path of a request begins with a slash, so a rule for paths that begin with \
`login` matches none.

They are what `WebAcl` runs unless told otherwise. `CommonRule` and its like have the names of the \
rules; override single rules of a group that blocks, or count the whole group. Write paths as \
`/login`.

Sources: \"Guidelines for implementing AWS WAF\", AWS whitepaper; \"Overriding rule group actions in \
AWS WAF\" and \"Request components in AWS WAF\", AWS WAF Developer Guide.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    for stack in model.stacks() {
        for acl in stack.resources_of(WEB_ACL) {
            if stack.site().stage() == StageKind::Prod {
                check_groups(acl, findings);
            }
            for rule in rules(acl) {
                check_overrides(acl, rule, findings);
                check_paths(acl, rule, findings);
            }
        }
    }
}

fn check_groups(acl: &Resource, findings: &mut Findings) {
    let mut groups: Vec<&str> = Vec::new();
    let mut limited = false;
    for statement in rules(acl).iter().filter_map(|rule| rule.get("Statement")) {
        visit(statement, &mut |kind, body| match kind {
            "RateBasedStatement" => limited = true,
            "ManagedRuleGroupStatement" => {
                groups.extend(body.get("Name").and_then(Node::as_text));
            }
            // What a rule group of one's own holds isn't looked into.
            "RuleGroupReferenceStatement" => limited = true,
            _ => {}
        });
    }
    let missing: Vec<&str> = DEFAULT_GROUPS
        .iter()
        .map(|group| group.name())
        .filter(|name| !groups.contains(name))
        .collect();
    if !missing.is_empty() {
        findings.report(
            Diagnostic::error("WAF-03", "the production web ACL lacks basic rule groups")
                .on(acl)
                .property("Rules")
                .setter("managed")
                .given(if groups.is_empty() { "none".to_owned() } else { groups.join(", ") })
                .help(format!("add {}", missing.join(", "))),
        );
    }
    if !limited {
        findings.report(
            Diagnostic::error("WAF-03", "the production web ACL limits no rate")
                .on(acl)
                .property("Rules")
                .setter("rate_limits")
                .help("add `.rate_limits([RateLimit::per_ip(2_000)])`"),
        );
    }
}

fn check_overrides(acl: &Resource, rule: &Node, findings: &mut Findings) {
    let Some(group) = rule.at("Statement/ManagedRuleGroupStatement") else { return };
    let Some(overrides) = group.get("RuleActionOverrides").and_then(Node::as_list) else { return };
    if overrides.is_empty() {
        return;
    }
    let counts = rule.at("OverrideAction/Count").is_some();
    if counts {
        findings.report(
            Diagnostic::error("WAF-03", "overrides of a group that only counts do nothing")
                .on(acl)
                .property("Rules")
                .setter("overrides")
                .given(format!("`{}` counts", name(rule)))
                .help("block with the group and override single rules, or leave the overrides out"),
        );
    }
    let known = group.get("Name").and_then(Node::as_text).and_then(ManagedRuleGroup::from_name);
    let known = known.map(ManagedRuleGroup::rules).filter(|rules| !rules.is_empty());
    let Some(known) = known else { return };
    for unknown in overrides
        .iter()
        .filter_map(|one| one.get("Name").and_then(Node::as_text))
        .filter(|name| !known.contains(name))
    {
        findings.report(
            Diagnostic::error("WAF-03", "an override names a rule that its group doesn't have")
                .on(acl)
                .property("Rules")
                .given(format!("`{unknown}` of `{}`", name(rule)))
                .allowed(known.join(", ")),
        );
    }
}

/// What leaves a slash at the beginning where it is.
const KEEP_THE_SLASH: [&str; 6] =
    ["NONE", "LOWERCASE", "URL_DECODE", "URL_DECODE_UNI", "NORMALIZE_PATH", "COMPRESS_WHITE_SPACE"];

fn check_paths(acl: &Resource, rule: &Node, findings: &mut Findings) {
    let Some(statement) = rule.get("Statement") else { return };
    let mut relative: Vec<&str> = Vec::new();
    visit(statement, &mut |kind, body| {
        if kind == "ByteMatchStatement" {
            relative.extend(text_from_the_start(body).filter(|text| !text.starts_with('/')));
        }
    });
    let setter = if name(rule) == LARGE_BODY_ELSEWHERE {
        "large_bodies"
    } else if statement.get("RateBasedStatement").is_some() {
        "rate_limits"
    } else {
        "custom_rules"
    };
    for text in relative {
        findings.report(
            Diagnostic::error("WAF-03", "a rule is for a path that no request has")
                .on(acl)
                .property("Rules")
                .setter(setter)
                .given(format!("`{text}` of `{}`", name(rule)))
                .allowed("a path begins with a slash")
                .help(format!("write `/{text}`")),
        );
    }
}

/// What a path is compared with, if it is from its beginning and as it was sent, or nearly.
fn text_from_the_start(body: &Node) -> Option<&str> {
    let says = |node: &Node, key: &str, allowed: &[&str]| {
        node.get(key).and_then(Node::as_text).is_some_and(|text| allowed.contains(&text))
    };
    let transformations = body.get("TextTransformations").and_then(Node::as_list)?;
    let from_the_start = body.at("FieldToMatch/UriPath").is_some()
        && says(body, "PositionalConstraint", &["STARTS_WITH", "EXACTLY"])
        && transformations.iter().all(|one| says(one, "Type", &KEEP_THE_SLASH));
    body.get("SearchString").and_then(Node::as_text).filter(|_| from_the_start)
}
