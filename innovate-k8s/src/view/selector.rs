//! Selectors: of objects by labels, of AWS's resources by tags.
//!
//! Source: "Labels and Selectors", Kubernetes documentation; "NodeClasses", Karpenter documentation.

use innovate_core::Resource;
use serde_json::{Map, Value};

/// Whether a label selector with `matchLabels` and `matchExpressions` matches. An empty one matches
/// everything.
pub(crate) fn selects(selector: &Value, labels: Option<&Map<String, Value>>) -> bool {
    let label = |key: &str| labels.and_then(|labels| labels.get(key)).and_then(Value::as_str);
    let equal = selector.get("matchLabels").is_none_or(|wanted| selects_labels(wanted, labels));
    let expressions = selector.get("matchExpressions").and_then(Value::as_array);
    let holds = |expression: &Value| {
        let text = |field: &str| expression.get(field).and_then(Value::as_str).unwrap_or_default();
        let found = label(text("key"));
        let values = expression.get("values").and_then(Value::as_array);
        let listed = found.is_some_and(|found| {
            values.is_some_and(|values| values.iter().any(|value| value.as_str() == Some(found)))
        });
        match text("operator") {
            "In" => listed,
            "NotIn" => !listed,
            "Exists" => found.is_some(),
            "DoesNotExist" => found.is_none(),
            _ => false,
        }
    };
    equal && expressions.is_none_or(|expressions| expressions.iter().all(holds))
}

/// Whether all the labels of a plain selector, as a Service has it, are among `labels`.
pub(crate) fn selects_labels(wanted: &Value, labels: Option<&Map<String, Value>>) -> bool {
    let has =
        |(key, value): (&String, &Value)| labels.and_then(|labels| labels.get(key)) == Some(value);
    wanted.as_object().is_none_or(|wanted| wanted.iter().all(has))
}

/// Whether a resource has all the tags that Karpenter selects by, where `*` is any value.
pub(crate) fn has_tags(resource: &Resource, wanted: &Map<String, Value>) -> bool {
    wanted.iter().all(|(key, value)| match (resource.tag(key), value.as_str()) {
        (Some(_), Some("*")) => true,
        (found, wanted) => found.is_some() && found == wanted,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_operator_selects_as_the_api_server_does() {
        let labels = json!({ "app": "api", "tier": "web" });
        for (selector, expected) in [
            (json!({}), true),
            (json!({ "matchLabels": { "app": "api" } }), true),
            (json!({ "matchLabels": { "app": "api", "tier": "db" } }), false),
            (
                json!({ "matchExpressions": [{ "key": "tier", "operator": "In", "values": ["web"] }] }),
                true,
            ),
            (
                json!({ "matchExpressions": [{ "key": "tier", "operator": "NotIn", "values": ["web"] }] }),
                false,
            ),
            (
                json!({ "matchExpressions": [{ "key": "zone", "operator": "NotIn", "values": ["a"] }] }),
                true,
            ),
            (json!({ "matchExpressions": [{ "key": "app", "operator": "Exists" }] }), true),
            (json!({ "matchExpressions": [{ "key": "zone", "operator": "Exists" }] }), false),
            (json!({ "matchExpressions": [{ "key": "app", "operator": "DoesNotExist" }] }), false),
        ] {
            assert_eq!(selects(&selector, labels.as_object()), expected, "{selector}");
        }
        assert!(!selects(&json!({ "matchLabels": { "app": "api" } }), None));
    }
}
