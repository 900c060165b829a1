//! Where a grant says "any", and why it can't say less.

use std::borrow::Cow;

use innovate_cfn::policy::Statement;
use innovate_core::{Node, Site};

use super::{
    document::{flat, texts},
    statement::allows,
};

/// Actions that IAM can allow on all resources only, sorted, each with the reason.
///
/// Source: the tables of actions in the Service Authorization Reference, where the column of resource
/// types is empty.
const UNSCOPED: &[(&str, &str)] = &[
    ("backup:DescribeBackupJob", "a job has no ARN before it is started"),
    ("cloudwatch:PutMetricData", "a metric has no ARN; cloudwatch:namespace narrows it"),
    (
        "ecr:GetAuthorizationToken",
        "the token is the registry's; what it is for is allowed elsewhere",
    ),
    (
        "logs:GetQueryResults",
        "a query has no ARN; what it may search is allowed when it is started",
    ),
    ("secretsmanager:GetRandomPassword", "it makes a text up and keeps nothing"),
    ("sts:GetCallerIdentity", "it says who asks"),
    ("xray:GetSamplingRules", "the rules are the account's"),
    ("xray:GetSamplingTargets", "the targets are the account's"),
    ("xray:PutTelemetryRecords", "what an agent reports has no ARN"),
    ("xray:PutTraceSegments", "a trace has no ARN before it is reported"),
];

/// What an ARN may end in, by its service, and why.
const OPEN_ENDS: &[(&str, &str, &str)] = &[
    ("ecr", "/*", "repositories of a cache are made as their images are pulled"),
    ("logs", ":*", "a log group's own ARN ends so: its streams are made by whoever writes"),
    ("logs", ":log-stream:*", "streams are made by whoever writes"),
    ("s3", "*", "the keys of objects are data"),
    ("secretsmanager", "-??????", "Secrets Manager adds six characters to a name"),
];

/// The wildcards of statements that the service doesn't ask for.
pub(super) fn needless(statements: &[Statement], site: &Site) -> Vec<String> {
    let mut found = Vec::new();
    for statement in statements {
        let node = Node::from(statement.clone());
        if !allows(&node) {
            continue;
        }
        let actions = texts(node.get("Action"));
        let wild = |text: &&Cow<'_, str>| text.contains(['*', '?']);
        found.extend(actions.iter().filter(wild).map(|action| format!("Action: {action}")));
        for element in ["NotAction", "NotResource"] {
            if node.get(element).is_some() {
                found.push(element.to_owned());
            }
        }
        let resources = node.get("Resource").map(items).unwrap_or_default();
        for resource in resources.iter().map(|resource| flat(resource, Some(site))) {
            let needed = match &*resource {
                "*" => actions.iter().all(|action| is_unscoped(action)),
                arn => !plain_end(arn).contains(['*', '?']),
            };
            if !needed {
                found.push(format!("Resource: {resource}"));
            }
        }
    }
    found
}

fn items(node: &Node) -> &[Node] {
    node.as_list().unwrap_or(std::slice::from_ref(node))
}

fn is_unscoped(action: &str) -> bool {
    UNSCOPED.binary_search_by(|(known, _)| (*known).cmp(action)).is_ok()
}

/// The ARN without the end that its service leaves open.
fn plain_end(arn: &str) -> &str {
    let service = arn.split(':').nth(2).unwrap_or_default();
    let ends = OPEN_ENDS.iter().filter(|(known, ..)| *known == service);
    ends.filter_map(|(_, end, _)| arn.strip_suffix(end))
        .min_by_key(|rest| rest.len())
        .unwrap_or(arn)
}

#[cfg(test)]
mod tests {
    use innovate_core::{StageKind, text, value::pseudo};

    use super::*;

    #[test]
    fn the_actions_are_sorted_for_the_binary_search_and_each_has_its_reason() {
        assert!(UNSCOPED.is_sorted_by(|(left, _), (right, _)| left < right));
        let reasons = UNSCOPED.iter().map(|(_, reason)| reason);
        assert!(
            reasons.chain(OPEN_ENDS.iter().map(|(.., reason)| reason)).all(|why| why.len() > 10)
        );
        for (action, _) in UNSCOPED {
            assert_eq!(super::super::action::check_action(action), Ok(()), "{action}");
        }
    }

    fn site() -> Site {
        Site::new("innovate-prod", StageKind::Prod, "444455556666", "eu-west-1")
    }

    #[test]
    fn what_the_service_asks_for_is_no_finding() {
        let secret = ":secretsmanager:eu-west-1:444455556666:secret:a/b-??????";
        let secret = text!["arn:", pseudo::partition(), secret];
        let statements = [
            Statement::allow(["ecr:GetAuthorizationToken"]).on_all(),
            Statement::allow(["secretsmanager:GetSecretValue"]).on(secret),
            Statement::allow(["s3:GetObject"]).on("arn:aws:s3:::bucket/folder/*"),
            Statement::allow(["logs:PutLogEvents"])
                .on("arn:aws:logs:eu-west-1:444455556666:log-group:a:*"),
            Statement::allow(["sqs:SendMessage"]).on(text!["arn:aws:sqs:eu-west-1:1:", "orders"]),
            Statement::deny(["s3:*"]).on_all(),
        ];
        assert_eq!(needless(&statements, &site()), Vec::<String>::new());
    }

    #[test]
    fn what_it_does_not_ask_for_is_one() {
        let statements = [
            Statement::allow(["sqs:*"]).on("arn:aws:sqs:eu-west-1:444455556666:orders"),
            Statement::allow(["sqs:SendMessage", "ecr:GetAuthorizationToken"]).on_all(),
            Statement::allow(["sqs:SendMessage"]).on("arn:aws:sqs:*:444455556666:orders"),
            Statement::allow(["secretsmanager:GetSecretValue"])
                .on("arn:aws:secretsmanager:eu-west-1:444455556666:secret:*"),
            Statement::allow_all_but(["iam:PassRole"]).on("arn:aws:s3:::bucket"),
        ];
        assert_eq!(
            needless(&statements, &site()),
            [
                "Action: sqs:*",
                "Resource: *",
                "Resource: arn:aws:sqs:*:444455556666:orders",
                "Resource: arn:aws:secretsmanager:eu-west-1:444455556666:secret:*",
                "NotAction",
            ]
        );
    }
}
