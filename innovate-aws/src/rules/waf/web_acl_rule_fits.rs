//! WAF-02: AWS WAF takes the rules of a web ACL.

use std::collections::BTreeMap;

use innovate_core::{
    Diagnostic, Node, Resource, Rule,
    check::{Check, Findings, Model},
};

use super::{WEB_ACL, capacity_of, name, rules};
use crate::security::web_acl::capacity;

/// No two rules of a web ACL share a name or a priority, each has the action of its kind, and all
/// together fit into 5,000 units of capacity.
pub static WEB_ACL_RULE_FITS: Rule = Rule {
    code: "WAF-02",
    title: "a web ACL's rules have their own names and priorities, one action each, and fit into it",
    explanation: "\
AWS WAF runs rules by priority, so no two can share one, and it measures them by name. A rule group \
has an `OverrideAction`, since its rules have their own actions; every other rule has an `Action`. All \
rules together take at most 5,000 capacity units (WCU).

The rules that `WebAcl` makes have priorities of their own, 100 to 799; give a `CustomRule` one below \
or above.

Sources: \"Setting rule priority\" and \"Web ACL capacity units (WCUs) in AWS WAF\", AWS WAF Developer \
Guide.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    for acl in model.resources_of(WEB_ACL) {
        check_priorities(acl, findings);
        check_names(acl, findings);
        for (index, rule) in rules(acl).iter().enumerate() {
            check_action(acl, index, rule, findings);
        }
        let capacity = capacity_of(model, acl);
        if capacity > capacity::MOST {
            findings.report(
                Diagnostic::error("WAF-02", "the web ACL's rules take more than there is")
                    .on(acl)
                    .property("Rules")
                    .setter("managed")
                    .given(format!("{capacity} WCU"))
                    .allowed(format!("{} WCU", capacity::MOST))
                    .help(costliest(acl)),
            );
        }
    }
}

fn check_priorities(acl: &Resource, findings: &mut Findings) {
    let mut names: BTreeMap<i64, &str> = BTreeMap::new();
    for (index, rule) in rules(acl).iter().enumerate() {
        let Some(priority) = rule.get("Priority").and_then(Node::as_integer) else { continue };
        let Some(first) = names.insert(priority, name(rule)) else { continue };
        findings.report(
            Diagnostic::error("WAF-02", "two rules of the web ACL have one priority")
                .on(acl)
                .property(format!("Rules/{index}/Priority"))
                .setter("custom_rules")
                .given(format!("{priority} for `{first}` and for `{}`", name(rule)))
                .help("a rule of your own has 0 to 99 to run first, or 800 and more to run last"),
        );
    }
}

fn check_names(acl: &Resource, findings: &mut Findings) {
    let mut count: BTreeMap<&str, usize> = BTreeMap::new();
    for rule in rules(acl) {
        *count.entry(name(rule)).or_default() += 1;
    }
    for (name, times) in count.into_iter().filter(|(name, times)| *name != "?" && *times > 1) {
        findings.report(
            Diagnostic::error("WAF-02", "rules of the web ACL have the same name")
                .on(acl)
                .property("Rules")
                .given(format!("`{name}`, {times} times"))
                .help("give each its own: `RateLimit::per_ip(..).named(..)`; a managed group runs once"),
        );
    }
}

fn check_action(acl: &Resource, index: usize, rule: &Node, findings: &mut Findings) {
    let statement = rule.get("Statement");
    let has = |kind: &str| statement.is_some_and(|statement| statement.get(kind).is_some());
    let group = has("ManagedRuleGroupStatement") || has("RuleGroupReferenceStatement");
    let (own, overriding) = (rule.get("Action").is_some(), rule.get("OverrideAction").is_some());
    if own == group || overriding != group {
        let (what, allowed) = if group {
            ("a rule group", "`OverrideAction`, and no `Action`")
        } else {
            ("a rule that is no group", "`Action`, and no `OverrideAction`")
        };
        let given = match (own, overriding) {
            (true, true) => "both",
            (true, false) => "`Action`",
            (false, true) => "`OverrideAction`",
            (false, false) => "neither",
        };
        findings.report(
            Diagnostic::error("WAF-02", format!("{what} has the wrong kind of action"))
                .on(acl)
                .property(format!("Rules/{index}"))
                .given(format!("{given} for `{}`", name(rule)))
                .allowed(allowed),
        );
    }
}

/// Which rules take most, the largest first.
fn costliest(acl: &Resource) -> String {
    let none = |_: &Node| None;
    let mut costs: Vec<(u32, &str)> = rules(acl)
        .iter()
        .map(|rule| (capacity::of_rules(&Node::list([rule.clone()]), &none), name(rule)))
        .collect();
    costs.sort_by_key(|(cost, _)| std::cmp::Reverse(*cost));
    let costs: Vec<String> =
        costs.iter().take(3).map(|(cost, name)| format!("`{name}` {cost}")).collect();
    format!("most is taken by {}", costs.join(", "))
}
