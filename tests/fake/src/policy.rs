//! Stack policies: which resources an update may touch.

use serde_json::Value;

/// Why the policy denies the action on the resource, if it does. A stack that has a policy protects
/// what no statement allows; one that has none protects nothing.
pub(crate) fn denied(
    policy: Option<&Value>,
    action: &str,
    logical_id: &str,
    kind: &str,
) -> Option<String> {
    let statements = policy?.get("Statement")?;
    let statements = match statements {
        Value::Array(statements) => statements.iter().collect(),
        one => vec![one],
    };
    let resource = format!("LogicalResourceId/{logical_id}");
    let mut allowed = false;
    for (at, statement) in statements.iter().enumerate() {
        let applies = covers(statement, "Action", "NotAction", action)
            && covers(statement, "Resource", "NotResource", &resource)
            && is_of_type(statement.get("Condition"), kind);
        if !applies {
            continue;
        }
        if statement.get("Effect").and_then(Value::as_str) == Some("Deny") {
            return Some(format!(
                "Action denied by stack policy: Statement [#{}] does not allow [{action}] for \
                 resource [{resource}]",
                at + 1
            ));
        }
        allowed = true;
    }
    (!allowed).then(|| {
        format!("Action not allowed by stack policy: [{action}] for resource [{resource}]")
    })
}

/// Whether the statement is about the text: by what it names, or by what it does not.
fn covers(statement: &Value, named: &str, excepted: &str, text: &str) -> bool {
    match statement.get(excepted) {
        Some(patterns) => !matches_any(Some(patterns), text),
        None => matches_any(statement.get(named), text),
    }
}

fn matches_any(patterns: Option<&Value>, text: &str) -> bool {
    match patterns {
        Some(Value::Array(patterns)) => patterns.iter().any(|one| matches_any(Some(one), text)),
        Some(Value::String(pattern)) => matches(pattern, text),
        _ => false,
    }
}

/// Whether the text is the pattern, whose `*` stands for anything.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = text.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    let mut last = None;
    for part in parts {
        if let Some(before) = last.replace(part) {
            let Some((_, after)) = rest.split_once(before) else { return false };
            rest = after;
        }
    }
    last.map_or(rest.is_empty(), |last| rest.ends_with(last))
}

fn is_of_type(condition: Option<&Value>, kind: &str) -> bool {
    let Some(condition) = condition else { return true };
    ["StringEquals", "StringLike"].iter().any(|operator| {
        let of = condition.get(operator).and_then(|of| of.get("ResourceType"));
        matches_any(of, kind)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{denied, matches};

    #[test]
    fn a_pattern_matches_with_stars() {
        assert!(matches("Update:*", "Update:Replace"));
        assert!(matches("*", "anything"));
        assert!(matches("a*c*e", "abcde"));
        assert!(!matches("Update:Modify", "Update:Replace"));
        assert!(!matches("a*c", "abd"));
    }

    #[test]
    fn a_policy_denies_what_it_denies_and_what_it_does_not_allow() {
        let policy = json!({ "Statement": [
            { "Effect": "Deny", "Principal": "*", "Action": "Update:Replace",
              "Resource": "LogicalResourceId/Database" },
            { "Effect": "Allow", "Principal": "*", "Action": "Update:*",
              "Resource": ["LogicalResourceId/Database", "LogicalResourceId/Queue"] },
        ] });
        let of = |action, id| denied(Some(&policy), action, id, "AWS::SQS::Queue");
        assert!(of("Update:Replace", "Database").is_some_and(|why| why.contains("[#1]")));
        assert_eq!(of("Update:Modify", "Database"), None);
        assert_eq!(of("Update:Replace", "Queue"), None);
        assert!(of("Update:Modify", "Other").is_some());
        assert_eq!(denied(None, "Update:Replace", "Database", "T"), None);
    }
}
