//! `ELB-05`: what Elastic Load Balancing accepts. What the constructs see at a setter, they report
//! themselves.

use std::collections::BTreeMap;

use innovate_core::{
    Diagnostic, Node, Resource, Rule,
    check::{Check, Findings, Model},
};

use super::LISTENER_RULE;
use crate::rules::read::{items, list};

/// `ELB-05`.
pub static LOAD_BALANCER_IS_ACCEPTED: Rule = Rule {
    code: "ELB-05",
    title: "a load balancer and its target groups say what Elastic Load Balancing accepts",
    explanation: "Names of target groups have up to 32 characters, priorities go from 1 to 50,000, paths begin \
with a slash, and times have their bounds. The conditions of a listener's rule have up to five values together, \
and up to five wildcards in them; of conditions on hosts, paths, methods and source addresses there is one \
each, while there may be several on headers and query strings. A regular expression counts as a value. What is \
outside of them is refused at deployment, after other resources have been made. Where CloudFront is let in by its prefix list, the list's id in the region must be known, too.\n\nSources: \
\"Quotas for your Application Load Balancers\" and \"Condition types for listener rules\", Elastic Load Balancing \
User Guide.",
    check: Check::Model(check),
};

/// The values that all conditions of a rule may have together, and the wildcards in them.
const MOST: usize = 5;
/// The conditions of which a rule has one.
const SINGLE: [&str; 4] = ["host-header", "http-request-method", "path-pattern", "source-ip"];
/// Where conditions have their values.
const CONFIGS: [&str; 6] = [
    "HostHeaderConfig",
    "HttpHeaderConfig",
    "HttpRequestMethodConfig",
    "PathPatternConfig",
    "QueryStringConfig",
    "SourceIpConfig",
];

fn check(model: &Model<'_>, findings: &mut Findings) {
    for rule in model.resources_of(LISTENER_RULE) {
        check_rule(rule, findings);
    }
}

fn check_rule(rule: &Resource, findings: &mut Findings) {
    let conditions: Vec<_> = list(rule, "Conditions").iter().map(Condition::of).collect();
    let report = |message: &'static str, field: &str| {
        let finding = Diagnostic::error("ELB-05", message).on(rule).property("Conditions");
        at(finding, field)
    };
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for condition in &conditions {
        *counts.entry(condition.field).or_default() += 1;
    }
    for (field, count) in counts.into_iter().filter(|(field, _)| SINGLE.contains(field)) {
        if count > 1 {
            findings.report(
                report("a listener's rule takes one condition of this kind", field)
                    .given(format!("{count} of `{field}`"))
                    .allowed("one, with all of its values"),
            );
        }
    }
    let largest = conditions.iter().filter(|condition| SINGLE.contains(&condition.field));
    let largest = largest.max_by_key(|condition| condition.count());
    let field = largest.map_or("", |condition| condition.field);
    if conditions.iter().map(Condition::count).sum::<usize>() > MOST {
        findings.report(
            report("a listener's rule doesn't take so many values", field)
                .given(shown(&conditions))
                .allowed(format!("{MOST} together"))
                .help("lead the others here by a rule of their own: `elasticloadbalancingv2::ListenerRule` with `target_group.arn()`"),
        );
        return;
    }
    let texts = conditions.iter().flat_map(Condition::texts);
    let wildcards: usize = texts.map(|text| text.matches(['*', '?']).count()).sum();
    if wildcards > MOST {
        findings.report(
            report("a listener's rule doesn't take so many wildcards", field)
                .given(format!("{wildcards} of `*` and `?`"))
                .allowed(format!("{MOST} together"))
                .help("give some of the values a rule of their own"),
        );
    }
}

/// At the method of `TargetGroup` that gives the values of a condition.
fn at(finding: Diagnostic, field: &str) -> Diagnostic {
    match field {
        "host-header" => finding.setter("host"),
        "path-pattern" => finding.setter("path"),
        _ => finding,
    }
}

fn shown(conditions: &[Condition<'_>]) -> String {
    let each = conditions
        .iter()
        .map(|condition| format!("{} of `{}`", condition.count(), condition.field));
    each.collect::<Vec<_>>().join(", ")
}

/// A condition of a rule.
struct Condition<'a> {
    field: &'a str,
    values: Vec<&'a Node>,
    /// Regular expressions, of which each counts as a value. Nothing in them is a wildcard.
    expressions: usize,
}

impl<'a> Condition<'a> {
    fn of(node: &'a Node) -> Self {
        let config = || CONFIGS.iter().find_map(|config| node.get(config));
        let within =
            |list: &str| config().and_then(|config| config.get(list)).map_or(&[][..], items);
        // A condition has its expressions beside its configuration or in it.
        let beside = |list: &str| node.get(list).map_or(&[][..], items);
        let values = within("Values").iter().chain(beside("Values")).collect();
        let expressions = within("RegexValues").len() + beside("RegexValues").len();
        let field = node.get("Field").and_then(Node::as_text).unwrap_or("?");
        Self { field, values, expressions }
    }

    /// How many values a request is compared with.
    fn count(&self) -> usize {
        self.values.len() + self.expressions
    }

    /// The texts in which `*` and `?` stand for others.
    fn texts(&self) -> impl Iterator<Item = &'a str> {
        let has_them = self.field != "source-ip";
        let values = self.values.iter().filter(move |_| has_them);
        let texts = values.flat_map(|value| match value {
            // Of a query string, each value is a pair.
            Node::Map(_) => [value.get("Key"), value.get("Value")],
            _ => [Some(*value), None],
        });
        texts.flatten().filter_map(Node::as_text)
    }
}
