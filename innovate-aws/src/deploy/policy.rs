//! Stack policies: an update of a stack neither replaces nor deletes what holds data.
//!
//! The plan and the comparison of a change set with it refuse that already. A stack policy refuses it in
//! CloudFormation, also to whoever updates the stack by other means.
//!
//! What a stack policy is about, and what it isn't:
//!
//! * updates alone, those by change sets among them. It doesn't keep a stack from being deleted, with all that
//!   is in it: termination protection does, and the deletion policies of its resources,
//! * an update that violates it fails at that resource and is rolled back,
//! * [`ExecuteChangeSet`] takes no temporary policy, as `UpdateStack` does. So [`during`] is set before a
//!   deployment that may lose something, and [`standing`] after it. If the deployment ends in between, the next
//!   one finds the temporary policy, which protects all but what was named, and sets the standing one,
//! * a policy can be replaced and never be removed: that of a stack without data allows everything,
//! * an import adds resources and replaces none, so no statement here is about it.
//!
//! Source: "Prevent updates to stack resources", AWS CloudFormation User Guide; "ExecuteChangeSet" and
//! "SetStackPolicy", AWS CloudFormation API Reference.
//!
//! [`ExecuteChangeSet`]: aws_sdk_cloudformation::Client::execute_change_set

use std::collections::BTreeSet;

use innovate_core::check::Registry;
use serde_json::{Value, json};

/// The longest policy, in characters.
///
/// Source: "SetStackPolicy", AWS CloudFormation API Reference.
const LONGEST: usize = 16_384;

/// The policy of a stack between deployments: no update replaces or deletes a resource of a type that holds
/// data, whatever its id. It protects the types of these templates: that which is deployed, and others that
/// it was made of.
pub fn standing<'a>(
    templates: impl IntoIterator<Item = &'a Value>,
    registry: &dyn Registry,
) -> String {
    let types: BTreeSet<&str> =
        templates.into_iter().flat_map(|it| stateful(it, registry)).map(|(_, kind)| kind).collect();
    policy(&types, &BTreeSet::new()).to_string()
}

/// The policy of a stack while the resources `named`, by their logical ids, may be replaced or deleted: every
/// other one that holds data is protected, in the template that is deployed and in that which is to be.
///
/// Of a type of which one is named the others are protected by their ids. If there are so many of them that the
/// policy would be too long for CloudFormation, those are left to the comparison of the change set with the plan.
pub fn during(
    deployed: &Value,
    wanted: &Value,
    named: &BTreeSet<String>,
    registry: &dyn Registry,
) -> String {
    let every: BTreeSet<(&str, &str)> =
        [deployed, wanted].into_iter().flat_map(|template| stateful(template, registry)).collect();
    let opened: BTreeSet<&str> =
        every.iter().filter(|(id, _)| named.contains(*id)).map(|(_, kind)| *kind).collect();
    let types = every.iter().map(|(_, kind)| *kind).filter(|kind| !opened.contains(kind)).collect();
    let others = every.iter().filter(|(id, kind)| opened.contains(kind) && !named.contains(*id));
    let body = policy(&types, &others.map(|(id, _)| *id).collect()).to_string();
    if body.len() <= LONGEST { body } else { policy(&types, &BTreeSet::new()).to_string() }
}

/// Whether two policies say the same, however they are written.
pub fn is_same(one: &str, other: &str) -> bool {
    let read = |body: &str| serde_json::from_str::<Value>(body).ok();
    one == other || read(one).is_some_and(|one| Some(one) == read(other))
}

/// Whether this library made a policy: it allows every update, and denies nothing but losses.
pub fn is_ours(body: &str) -> bool {
    let Ok(policy) = serde_json::from_str::<Value>(body) else { return false };
    let statements = policy.get("Statement").and_then(Value::as_array);
    let Some([first, rest @ ..]) = statements.map(Vec::as_slice) else { return false };
    let denies = |one: &Value| {
        one.get("Effect") == Some(&json!("Deny")) && one.get("Action") == Some(&json!(LOSS))
    };
    *first == every_update() && rest.iter().all(denies)
}

/// The resources of a template that hold data, with their types.
fn stateful<'a>(
    template: &'a Value,
    registry: &'a dyn Registry,
) -> impl Iterator<Item = (&'a str, &'a str)> {
    let resources = template.get("Resources").and_then(Value::as_object).into_iter().flatten();
    resources
        .filter_map(|(id, resource)| Some((id.as_str(), resource.get("Type")?.as_str()?)))
        .filter(|(_, kind)| registry.facts(kind).is_some_and(|facts| facts.stateful))
}

/// What loses data.
const LOSS: [&str; 2] = ["Update:Replace", "Update:Delete"];

fn every_update() -> Value {
    json!({ "Effect": "Allow", "Principal": "*", "Action": "Update:*", "Resource": "*" })
}

fn policy(types: &BTreeSet<&str>, ids: &BTreeSet<&str>) -> Value {
    let mut statements = vec![every_update()];
    if !types.is_empty() {
        statements.push(json!({
            "Effect": "Deny", "Principal": "*", "Action": LOSS, "Resource": "*",
            "Condition": { "StringEquals": { "ResourceType": types } },
        }));
    }
    if !ids.is_empty() {
        let ids: Vec<String> = ids.iter().map(|id| format!("LogicalResourceId/{id}")).collect();
        statements.push(json!({
            "Effect": "Deny", "Principal": "*", "Action": LOSS, "Resource": ids,
        }));
    }
    json!({ "Statement": statements })
}

#[cfg(test)]
mod tests {
    use innovate_cfn::schema::Registry as Known;

    use super::*;

    fn template(resources: &[(&str, &str)]) -> Value {
        let resources: serde_json::Map<String, Value> = resources
            .iter()
            .map(|(id, kind)| ((*id).to_owned(), json!({ "Type": kind })))
            .collect();
        json!({ "Resources": resources })
    }

    fn read(body: &str) -> Value {
        serde_json::from_str(body).unwrap_or_default()
    }

    const BUCKET: &str = "AWS::S3::Bucket";
    const TABLE: &str = "AWS::DynamoDB::Table";
    const ROLE: &str = "AWS::IAM::Role";

    #[test]
    fn a_stack_without_data_allows_everything() {
        let policy = read(&standing([&template(&[("Role", ROLE)])], &Known));
        let statements = policy["Statement"].as_array().map(Vec::len);
        assert_eq!(statements, Some(1));
        assert_eq!(policy["Statement"][0]["Effect"], "Allow");
    }

    #[test]
    fn what_holds_data_is_protected_by_its_type() {
        let deployed = template(&[("Uploads", BUCKET), ("Role", ROLE)]);
        let wanted = template(&[("Uploads", BUCKET), ("Orders", TABLE)]);
        let policy = read(&standing([&deployed, &wanted], &Known));
        let denied = &policy["Statement"][1];
        assert_eq!(denied["Effect"], "Deny");
        assert_eq!(denied["Action"], json!(["Update:Replace", "Update:Delete"]));
        assert_eq!(denied["Condition"]["StringEquals"]["ResourceType"], json!([TABLE, BUCKET]));
    }

    #[test]
    fn what_is_named_may_go_and_all_else_stays() {
        let deployed = template(&[("Uploads", BUCKET), ("Logs", BUCKET), ("Orders", TABLE)]);
        let wanted = template(&[("New", BUCKET), ("Logs", BUCKET), ("Orders", TABLE)]);
        let named = BTreeSet::from(["Uploads".to_owned()]);
        let policy = read(&during(&deployed, &wanted, &named, &Known));
        let of_types = &policy["Statement"][1]["Condition"]["StringEquals"]["ResourceType"];
        assert_eq!(of_types, &json!([TABLE]));
        let ids = json!(["LogicalResourceId/Logs", "LogicalResourceId/New"]);
        assert_eq!(policy["Statement"][2]["Resource"], ids);
    }

    #[test]
    fn a_policy_is_never_longer_than_cloudformation_takes() {
        let ids: Vec<String> =
            (0..500).map(|number| format!("{}{number}", "B".repeat(200))).collect();
        let mut many: Vec<(&str, &str)> = ids.iter().map(|id| (id.as_str(), BUCKET)).collect();
        many.extend([("Gone", BUCKET), ("Orders", TABLE)]);
        let (deployed, named) = (template(&many), BTreeSet::from(["Gone".to_owned()]));
        let policy = during(&deployed, &template(&[]), &named, &Known);
        assert!(policy.len() <= LONGEST);
        assert!(policy.contains(TABLE) && !policy.contains(BUCKET), "{policy}");
        let all = innovate_cfn::schema::resource_types().map(|facts| (facts.name(), facts.name()));
        let policy = standing([&template(&all.collect::<Vec<_>>())], &Known);
        assert!(policy.len() <= LONGEST, "{} of every type that holds data", policy.len());
    }

    #[test]
    fn a_policy_of_somebody_else_is_told_apart() {
        let deployed = template(&[("Uploads", BUCKET), ("Logs", BUCKET), ("Orders", TABLE)]);
        let named = BTreeSet::from(["Uploads".to_owned()]);
        assert!(is_ours(&standing([&deployed], &Known)));
        assert!(is_ours(&during(&deployed, &deployed, &named, &Known)));
        let other = json!({ "Statement": [every_update(), {
            "Effect": "Deny", "Principal": "*", "Action": "Update:*", "Resource": "LogicalResourceId/A",
        }] });
        assert!(!is_ours(&other.to_string()));
        assert!(!is_ours("nonsense"));
    }

    #[test]
    fn policies_are_compared_by_what_they_say() {
        assert!(is_same(r#"{ "Statement": [] }"#, r#"{"Statement":[]}"#));
        assert!(!is_same(r#"{ "Statement": [] }"#, r#"{"Statement":[1]}"#));
        assert!(!is_same("nonsense", "other nonsense"));
    }
}
