//! When a statement applies.

use innovate_core::{Node, Str};

use super::one_or_more::{OneOrMore, one_or_list};

/// A condition: an operator, a key of the request, and the values that it is compared with, of which
/// one must match (or none, for an operator with "not").
///
/// Source: "IAM JSON policy elements: Condition operators", AWS Identity and Access Management User
/// Guide.
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub struct Condition {
    qualifier: &'static str,
    operator: &'static str,
    if_exists: bool,
    key: Str,
    values: Vec<Node>,
}

macro_rules! operators {
    ($($(#[$doc:meta])* $name:ident $operator:literal)*) => {$(
        $(#[$doc])*
        pub fn $name(key: impl Into<Str>, values: impl OneOrMore) -> Self {
            Self::new($operator, key.into(), values.into_nodes())
        }
    )*};
}

impl Condition {
    const fn new(operator: &'static str, key: Str, values: Vec<Node>) -> Self {
        Self { qualifier: "", operator, if_exists: false, key, values }
    }

    operators! {
        /// `StringEquals`: the same text, with the same case.
        string_equals "StringEquals"
        /// `StringNotEquals`: another text, or none.
        string_not_equals "StringNotEquals"
        /// `StringEqualsIgnoreCase`.
        string_equals_ignore_case "StringEqualsIgnoreCase"
        /// `StringNotEqualsIgnoreCase`.
        string_not_equals_ignore_case "StringNotEqualsIgnoreCase"
        /// `StringLike`: `*` stands for any text, `?` for one character.
        string_like "StringLike"
        /// `StringNotLike`.
        string_not_like "StringNotLike"
        /// `ArnEquals`: as `ArnLike`.
        arn_equals "ArnEquals"
        /// `ArnNotEquals`: as `ArnNotLike`.
        arn_not_equals "ArnNotEquals"
        /// `ArnLike`: `*` and `?` within each of the six parts.
        arn_like "ArnLike"
        /// `ArnNotLike`.
        arn_not_like "ArnNotLike"
        /// `IpAddress`: in one of the blocks.
        ip_address "IpAddress"
        /// `NotIpAddress`: in none of the blocks.
        not_ip_address "NotIpAddress"
        /// `NumericEquals`.
        numeric_equals "NumericEquals"
        /// `NumericLessThan`.
        numeric_less_than "NumericLessThan"
        /// `NumericLessThanEquals`.
        numeric_less_than_equals "NumericLessThanEquals"
        /// `NumericGreaterThan`.
        numeric_greater_than "NumericGreaterThan"
        /// `NumericGreaterThanEquals`.
        numeric_greater_than_equals "NumericGreaterThanEquals"
        /// `DateLessThan`: before a moment, as ISO 8601 writes it.
        date_less_than "DateLessThan"
        /// `DateGreaterThan`: after a moment, as ISO 8601 writes it.
        date_greater_than "DateGreaterThan"
    }

    /// `Bool`: the key is true, or false.
    pub fn bool(key: impl Into<Str>, truth: bool) -> Self {
        Self::new("Bool", key.into(), truth_node(truth))
    }

    /// `Null`: the request doesn't have the key, or, with `false`, has it.
    pub fn null(key: impl Into<Str>, absent: bool) -> Self {
        Self::new("Null", key.into(), truth_node(absent))
    }

    /// Holds also if the request doesn't have the key. `Null` has no such form.
    pub fn if_exists(mut self) -> Self {
        self.if_exists = self.operator != "Null";
        self
    }

    /// For a key with several values: each of them must match. Holds for a request without the key.
    pub fn for_all_values(mut self) -> Self {
        self.qualifier = "ForAllValues:";
        self
    }

    /// For a key with several values: one of them must match.
    pub fn for_any_value(mut self) -> Self {
        self.qualifier = "ForAnyValue:";
        self
    }

    /// Whether several values are alternatives of what must not be.
    fn is_negative(&self) -> bool {
        self.operator.contains("Not")
    }

    fn operator(&self) -> Str {
        let suffix = if self.if_exists { "IfExists" } else { "" };
        Str::Owned(format!("{}{}{suffix}", self.qualifier, self.operator))
    }

    /// What a statement shows of its conditions.
    ///
    /// All of them must hold, and the values of one operator and key are alternatives. So a second
    /// condition on a key goes under the operator's `IfExists` form, which means the same since the
    /// first asks for the key. With a "not", the values join: none of them may match.
    pub(super) fn node(conditions: &[Self]) -> Node {
        let mut placed: Vec<(Str, Str, Vec<Node>)> = Vec::new();
        for condition in conditions {
            let key = &condition.key;
            let name = condition.operator();
            let mut slots = vec![name.clone()];
            if !condition.is_negative() {
                slots.push(condition.clone().if_exists().operator());
            }
            if !condition.is_negative() && condition.qualifier.is_empty() {
                slots.push(condition.clone().for_all_values().operator());
                slots.push(condition.clone().for_any_value().operator());
            }
            let taken = |slot: &Str| placed.iter().any(|(known, of, _)| known == slot && of == key);
            let slot = slots.into_iter().find(|slot| !taken(slot)).unwrap_or(name);
            match placed.iter_mut().find(|(known, of, _)| *known == slot && of == key) {
                Some((_, _, values)) => values.extend(condition.values.iter().cloned()),
                None => placed.push((slot, key.clone(), condition.values.clone())),
            }
        }
        let mut operators: Vec<(Str, Node)> = Vec::new();
        for (operator, key, values) in placed {
            let entry = (key, one_or_list(values));
            match operators.iter_mut().find(|(known, _)| *known == operator) {
                Some((_, Node::Map(keys))) => keys.push(entry),
                _ => operators.push((operator, Node::Map(vec![entry]))),
            }
        }
        Node::Map(operators)
    }
}

fn truth_node(truth: bool) -> Vec<Node> {
    vec![Node::Text(Str::Borrowed(if truth { "true" } else { "false" }))]
}
