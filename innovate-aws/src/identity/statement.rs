//! What a statement of a policy says, whichever way it is written: whom it names, what it is about, and
//! when.

use std::borrow::Cow;

use innovate_core::Node;

use super::{action::matches, document::texts};
use crate::rules::read::{items, pattern};

/// Keys whose values say who asks, or for whom a service does.
const WHO_ASKS: [&str; 9] = [
    "kms:calleraccount",
    "aws:principalaccount",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:principalarn",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceorgid",
    "aws:sourceorgpaths",
];

/// Whether a statement allows.
pub(crate) fn allows(statement: &Node) -> bool {
    statement.get("Effect").and_then(Node::as_text) == Some("Allow")
}

/// Whether a statement denies.
pub(crate) fn denies(statement: &Node) -> bool {
    statement.get("Effect").and_then(Node::as_text) == Some("Deny")
}

/// Whom a statement names of one sort (`AWS`, `Service`, `Federated`). The principal `*` is everyone whom
/// `AWS` could name.
///
/// Source: "AWS JSON policy elements: Principal", AWS Identity and Access Management User Guide.
fn named<'a>(statement: &'a Node, sort: &str) -> &'a [Node] {
    match statement.get("Principal") {
        Some(Node::Map(sorts)) => {
            let found = sorts.iter().find(|(name, _)| *name == *sort);
            found.map_or(&[], |(_, who)| items(who))
        }
        Some(all) if sort == "AWS" => std::slice::from_ref(all),
        _ => &[],
    }
}

/// The principals of one sort that a statement names.
pub(crate) fn principals<'a>(statement: &'a Node, sort: &str) -> Vec<Cow<'a, str>> {
    named(statement, sort).iter().flat_map(|who| texts(Some(who))).collect()
}

/// The same, where each part that is known only at deployment is `*`. Everyone is none of them.
pub(crate) fn principal_patterns(statement: &Node, sort: &str) -> Vec<String> {
    named(statement, sort).iter().filter(|who| who.as_text() != Some("*")).map(pattern).collect()
}

/// Whether a statement is for everyone, as far as its principal says: `*`, or `AWS: *`.
pub(crate) fn names_everyone(statement: &Node) -> bool {
    named(statement, "AWS").iter().any(|who| who.as_text() == Some("*"))
}

/// Whether a statement is for everyone, but for some whom it excepts.
pub(crate) fn is_for_everyone(statement: &Node) -> bool {
    names_everyone(statement) || statement.get("NotPrincipal").is_some()
}

/// Whether a statement of a resource's policy allows something to everyone, wherever they are.
pub(crate) fn lets_everyone_in(statement: &Node) -> bool {
    allows(statement) && is_for_everyone(statement) && !is_bound(statement, &WHO_ASKS)
}

/// Whether a condition asks for one of some values of one of the keys, which are in lower case.
pub(crate) fn is_bound(statement: &Node, keys: &[&str]) -> bool {
    conditions(statement).any(|(operator, key, values)| {
        binds(operator)
            && keys.contains(&key.to_ascii_lowercase().as_str())
            && !items(values)
                .iter()
                .any(|value| matches!(value.as_text(), Some("*" | "0.0.0.0/0" | "::/0")))
    })
}

/// Whether a condition with this operator holds only for the values that it lists. A negation, an "if it
/// is there" and "all of what may be none" leave everyone else in.
fn binds(operator: &str) -> bool {
    !operator.contains("Not")
        && !operator.ends_with("IfExists")
        && !operator.starts_with("ForAllValues")
        && operator != "Null"
}

fn conditions(statement: &Node) -> impl Iterator<Item = (&str, &str, &Node)> {
    let operators = statement.get("Condition").and_then(Node::as_map).unwrap_or_default();
    operators.iter().flat_map(|(operator, keys)| {
        let keys = keys.as_map().unwrap_or_default();
        keys.iter().map(move |(key, values)| (&**operator, &**key, values))
    })
}

/// The values that a statement's conditions compare a key with, by operator.
pub(crate) fn conditions_on<'a>(
    statement: &'a Node,
    key: &str,
) -> Vec<(&'a str, Vec<Cow<'a, str>>)> {
    conditions(statement)
        .filter(|(_, found, _)| found.eq_ignore_ascii_case(key))
        .map(|(operator, _, values)| (operator, texts(Some(values))))
        .collect()
}

/// The values of a key that a statement holds for, and for no others; none if it holds for any.
/// Each part that is known only at deployment is `*`.
pub(crate) fn asked_for(statement: &Node, key: &str) -> Vec<String> {
    values_asked_for(statement, key).map(pattern).collect()
}

/// The same values as they are written.
pub(crate) fn values_asked_for<'a>(
    statement: &'a Node,
    key: &str,
) -> impl Iterator<Item = &'a Node> {
    conditions(statement)
        .filter(move |(operator, found, _)| found.eq_ignore_ascii_case(key) && binds(operator))
        .flat_map(|(_, _, values)| items(values))
}

/// Whether a statement is about an action, which it may name by a pattern, in any case, or by leaving it
/// out of what it isn't about.
///
/// Source: "AWS JSON policy elements: Action" and "AWS JSON policy elements: NotAction", AWS Identity and
/// Access Management User Guide.
pub(crate) fn is_about(statement: &Node, action: &str) -> bool {
    speaks_of(statement, |named| matches(named, action), |left_out| matches(left_out, action))
}

/// Whether a statement is about every action of a service.
pub(crate) fn is_about_all_of(statement: &Node, service: &str) -> bool {
    let prefix = format!("{service}:");
    speaks_of(
        statement,
        // What ends in any text, and matches the shortest of them, matches all.
        |named| named.ends_with('*') && matches(named, &prefix),
        |left_out| {
            let of = left_out.split_once(':').map_or(left_out, |(of, _)| of);
            matches(of, service) || of.contains('*')
        },
    )
}

fn speaks_of(
    statement: &Node,
    named: impl Fn(&str) -> bool,
    left_out: impl Fn(&str) -> bool,
) -> bool {
    let any = |actions: &Node, is_it: &dyn Fn(&str) -> bool| {
        items(actions).iter().any(|action| match action.as_text() {
            Some(action) => is_it(action),
            None => is_it(&pattern(action)),
        })
    };
    match (statement.get("Action"), statement.get("NotAction")) {
        (Some(actions), _) => any(actions, &named),
        (None, Some(others)) => !any(others, &left_out),
        (None, None) => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn about(actions: &[&str]) -> Node {
        Node::from(json!({ "Action": actions }))
    }

    fn but_for(action: &str) -> Node {
        Node::from(json!({ "NotAction": action }))
    }

    #[test]
    fn an_action_is_named_by_itself_by_a_pattern_or_by_leaving_it_out() {
        let read = "s3:GetObject";
        let patterns =
            ["s3:GetObject", "S3:getobject", "s3:Get*", "s3:?etObject", "s3:*", "*", "s*ct"];
        for pattern in patterns {
            assert!(is_about(&about(&["sqs:SendMessage", pattern]), read), "{pattern}");
            assert!(!is_about(&but_for(pattern), read), "{pattern}");
        }
        for pattern in ["s3:GetObjectVersion", "s3:Put*", "s3:?GetObject", "kms:*", "s3:GetObject?"]
        {
            assert!(!is_about(&about(&[pattern]), read), "{pattern}");
            assert!(is_about(&but_for(pattern), read), "{pattern}");
        }
        assert!(!is_about(&Node::from(json!({ "Effect": "Allow" })), read));
    }

    #[test]
    fn all_actions_of_a_service_are_named_by_what_matches_each() {
        for pattern in ["kms:*", "KMS:*", "*", "k*", "kms*", "kms:**"] {
            assert!(is_about_all_of(&about(&[pattern]), "kms"), "{pattern}");
            assert!(!is_about_all_of(&but_for(pattern), "kms"), "{pattern}");
        }
        for pattern in ["kms:Get*", "s3:*", "kms:", "kms:*t"] {
            assert!(!is_about_all_of(&about(&[pattern]), "kms"), "{pattern}");
        }
        assert!(!is_about_all_of(&but_for("kms:ScheduleKeyDeletion"), "kms"));
        assert!(is_about_all_of(&but_for("s3:*"), "kms"));
    }

    #[test]
    fn everyone_is_written_in_three_ways() {
        let to = |principal: serde_json::Value| {
            Node::from(json!({ "Effect": "Allow", "Principal": principal }))
        };
        for all in [json!("*"), json!({ "AWS": "*" }), json!({ "AWS": ["444455556666", "*"] })] {
            let statement = to(all);
            assert!(names_everyone(&statement) && lets_everyone_in(&statement), "{statement:?}");
        }
        assert!(!names_everyone(&to(json!({ "AWS": "444455556666" }))));
        let service = to(json!({ "Service": "*" }));
        assert!(!names_everyone(&service) && principals(&service, "AWS").is_empty());
        let all_but =
            Node::from(json!({ "Effect": "Allow", "NotPrincipal": { "AWS": "444455556666" } }));
        assert!(!names_everyone(&all_but) && lets_everyone_in(&all_but));
        assert!(principal_patterns(&to(json!("*")), "AWS").is_empty());
    }

    #[test]
    fn a_condition_that_leaves_others_in_binds_nobody() {
        let when = |operator: &str, value: &str| {
            let condition = json!({ operator: { "aws:PrincipalOrgID": value } });
            Node::from(json!({ "Effect": "Allow", "Principal": "*", "Condition": condition }))
        };
        for operator in ["StringEquals", "StringLike", "ForAnyValue:StringEquals"] {
            assert!(!lets_everyone_in(&when(operator, "o-a1b2c3d4e5")), "{operator}");
            assert_eq!(asked_for(&when(operator, "o-a"), "aws:principalorgid"), ["o-a"]);
            assert!(lets_everyone_in(&when(operator, "*")), "{operator}");
        }
        for operator in
            ["StringNotEquals", "StringEqualsIfExists", "ForAllValues:StringEquals", "Null"]
        {
            assert!(lets_everyone_in(&when(operator, "o-a1b2c3d4e5")), "{operator}");
            assert!(asked_for(&when(operator, "o-a"), "aws:principalorgid").is_empty());
        }
    }
}
