//! What rules cost: the capacity that AWS WAF reckons for them.

use innovate_core::Node;

use super::managed::ManagedRuleGroup;

/// The most that one web ACL may take.
pub(crate) const MOST: u32 = 5_000;
/// What the price of a request covers.
pub(crate) const INCLUDED: u32 = 1_500;
/// What a million requests cost more for each [`STEP`] above [`INCLUDED`], in US dollars.
/// Source: AWS WAF Pricing.
pub(crate) const DOLLARS_PER_STEP: f64 = 0.20;
/// The step in which capacity above [`INCLUDED`] is charged.
pub(crate) const STEP: u32 = 500;

/// A text transformation, for each that isn't `NONE`.
const TRANSFORMATION: u32 = 10;
/// Looking into all query arguments.
const ALL_QUERY_ARGUMENTS: u32 = 10;
/// An IP set that is compared with every address in a header.
const ANY_POSITION: u32 = 4;
/// A key of a rate limit beyond the address.
const CUSTOM_KEY: u32 = 30;

/// The capacity of a list of rules. `rule_group` gives that of a rule group of the program's own; a
/// group whose capacity isn't known counts as 0.
///
/// AWS WAF may reckon less where rules share transformations; it never reckons more.
///
/// Sources: "Using match rule statements in AWS WAF" and the pages of the single statements, AWS WAF
/// Developer Guide; for managed rule groups "AWS Managed Rules rule groups list".
pub(crate) fn of_rules(rules: &Node, rule_group: &dyn Fn(&Node) -> Option<u32>) -> u32 {
    let rules = rules.as_list().unwrap_or_default();
    let statements = rules.iter().filter_map(|rule| rule.get("Statement"));
    sum(statements.map(|statement| of_statement(statement, rule_group)))
}

/// The sum, or the most that there can be: the capacity of a rule group is whatever the program says.
fn sum(costs: impl Iterator<Item = u32>) -> u32 {
    costs.fold(0, u32::saturating_add)
}

fn of_statement(statement: &Node, rule_group: &dyn Fn(&Node) -> Option<u32>) -> u32 {
    let entries = statement.as_map().unwrap_or_default();
    let nested = |node: Option<&Node>| node.map_or(0, |node| of_statement(node, rule_group));
    let each = |node: Option<&Node>| -> u32 {
        let statements = node.and_then(Node::as_list).unwrap_or_default();
        sum(statements.iter().map(|statement| of_statement(statement, rule_group)))
    };
    let of_entry = |(kind, body): &(innovate_core::Str, Node)| match &**kind {
        "GeoMatchStatement" | "AsnMatchStatement" | "LabelMatchStatement" => 1,
        "IPSetReferenceStatement" => {
            let position = body.at("IPSetForwardedIPConfig/Position").and_then(Node::as_text);
            1 + if position == Some("ANY") { ANY_POSITION } else { 0 }
        }
        "ByteMatchStatement" => {
            let position = body.get("PositionalConstraint").and_then(Node::as_text);
            let base = match position {
                Some("EXACTLY" | "STARTS_WITH" | "ENDS_WITH") => 2,
                _ => 10,
            };
            inspecting(base, body)
        }
        "RegexMatchStatement" => inspecting(3, body),
        "RegexPatternSetReferenceStatement" => inspecting(25, body),
        "SizeConstraintStatement" => inspecting(1, body),
        "SqliMatchStatement" => {
            let sensitivity = body.get("SensitivityLevel").and_then(Node::as_text);
            inspecting(if sensitivity == Some("HIGH") { 30 } else { 20 }, body)
        }
        "XssMatchStatement" => inspecting(40, body),
        "AndStatement" | "OrStatement" => each(body.get("Statements")),
        "NotStatement" => nested(body.get("Statement")),
        "RateBasedStatement" => {
            let keys = body.get("CustomKeys").and_then(Node::as_list).unwrap_or_default();
            let keys = CUSTOM_KEY.saturating_mul(count(keys));
            sum([2, keys, nested(body.get("ScopeDownStatement"))].into_iter())
        }
        "ManagedRuleGroupStatement" => {
            let name = body.get("Name").and_then(Node::as_text).unwrap_or_default();
            let group = ManagedRuleGroup::from_name(name);
            let group = group.map_or(0, ManagedRuleGroup::capacity);
            group.saturating_add(nested(body.get("ScopeDownStatement")))
        }
        "RuleGroupReferenceStatement" => body.get("Arn").and_then(rule_group).unwrap_or(0),
        _ => 0,
    };
    sum(entries.iter().map(of_entry))
}

/// A statement that compares a part of the request.
fn inspecting(base: u32, body: &Node) -> u32 {
    let field =
        |name: &str| body.get("FieldToMatch").is_some_and(|field| field.get(name).is_some());
    let base = if field("JsonBody") { base * 2 } else { base };
    let arguments = if field("AllQueryArguments") { ALL_QUERY_ARGUMENTS } else { 0 };
    let transformations = body.get("TextTransformations").and_then(Node::as_list);
    let transforming = transformations.unwrap_or_default().iter();
    let transforming = transforming
        .filter(|one| one.get("Type").and_then(Node::as_text) != Some("NONE"))
        .map(|_| TRANSFORMATION);
    sum([base, arguments].into_iter().chain(transforming))
}

fn count<T>(items: &[T]) -> u32 {
    u32::try_from(items.len()).unwrap_or(u32::MAX)
}
