//! `S3-06`: a bucket refuses whoever comes without TLS.

use innovate_core::{
    Diagnostic, Node, Resource, Rule, StackModel,
    check::{Check, Findings, Model},
};

use super::policy::policies_for;
use crate::{
    identity::{
        document::policies_of,
        statement::{conditions_on, denies, is_about_all_of, names_everyone},
    },
    rules::read::{items, pattern},
};

/// `S3-06`.
pub static BUCKET_IS_REACHED_BY_TLS_ALONE: Rule = Rule {
    code: "S3-06",
    title: "a bucket's policy refuses whoever comes without TLS",
    explanation: "S3 answers plain HTTP, too, and a signature keeps nobody from reading along. So the \
policy denies everyone everything, on the bucket and on its objects, when `aws:SecureTransport` is \
false. `storage::Bucket` writes that, and refuses versions of TLS before 1.2; the bucket of a site \
gets it with `allow_cloudfront`.\n\nSource: \"Security best practices for Amazon S3\", Amazon S3 User \
Guide; control S3.5, AWS Security Hub User Guide.",
    check: Check::EachStack(check),
};

fn check(model: &Model<'_>, stack: &StackModel, findings: &mut Findings) {
    for bucket in stack.resources_of("AWS::S3::Bucket") {
        let policies = policies_for(model, bucket);
        let id = bucket.logical_id();
        let report = || {
            Diagnostic::error("S3-06", format!("the bucket `{id}` answers without TLS")).on(bucket)
        };
        match policies.as_slice() {
            [] => findings.report(
                report()
                    .given("no policy")
                    .allowed("one that denies s3:* to everyone when aws:SecureTransport is false")
                    .help("the bucket of a site has its policy from `allow_cloudfront`, which is added to the distribution's stack"),
            ),
            all if all.iter().any(|policy| refuses(policy)) => {}
            [first, ..] => findings.report(
                report()
                    .given("a policy that doesn't deny it")
                    .allowed("a statement that denies s3:* to everyone, on the bucket and its objects, when aws:SecureTransport is false")
                    .related(first.location(), "the policy is made here"),
            ),
        }
    }
}

/// Whether the policy denies everyone everything without TLS. One that is known only at deployment
/// may.
fn refuses(policy: &Resource) -> bool {
    let documents = policies_of(policy);
    let unknown = documents.is_empty() && policy.properties().at("PolicyDocument").is_some();
    unknown || documents.iter().flat_map(|document| document.statements()).any(is_tls_only)
}

fn is_tls_only(statement: &Node) -> bool {
    let resources: Vec<String> =
        statement.get("Resource").map(items).unwrap_or_default().iter().map(pattern).collect();
    let objects = resources.iter().any(|arn| arn.ends_with("/*") || arn == "*");
    let itself = resources.iter().any(|arn| !arn.contains('/'));
    let without =
        conditions_on(statement, "aws:SecureTransport").iter().any(|(operator, values)| {
            *operator == "Bool" && values.iter().any(|value| value == "false")
        });
    let operators = statement.get("Condition").and_then(Node::as_map).unwrap_or_default();
    let alone = matches!(operators, [(_, Node::Map(keys))] if keys.len() == 1);
    denies(statement)
        && names_everyone(statement)
        && is_about_all_of(statement, "s3")
        && objects
        && itself
        && without
        && alone
}
