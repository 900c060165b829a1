//! `S3-11`: a bucket's policy opens to nobody unnamed.

use innovate_core::{
    Diagnostic, Node, Resource, Rule, StackModel,
    check::{Check, Findings, Model},
};

use crate::identity::{
    document::policies_of,
    statement::{allows, is_bound, is_for_everyone, principals},
};

/// `S3-11`.
pub static POLICY_NAMES_WHO_MAY: Rule = Rule {
    code: "S3-11",
    title: "a bucket's policy allows nothing to everyone, nor to a service on anyone's behalf",
    explanation: "A statement that allows something to `*` needs a condition that keeps others out: on \
the account, the organization, the ARN or the network that a request comes from. A service acts for \
whichever account asks it to, so a statement for one names the account or the resource that it acts \
for, by `aws:SourceAccount`, `aws:SourceArn` or `aws:SourceOrgID`. Nor may an access control list open \
the bucket.\n\nSources: \"Blocking public access to your Amazon S3 storage\", The meaning of \
\"public\", Amazon S3 User Guide; \"The confused deputy problem\", AWS Identity and Access Management \
User Guide.",
    check: Check::EachStack(check),
};

/// Keys whose values say whom a request comes from.
const BOUNDS: [&str; 13] = [
    "aws:principalaccount",
    "aws:principalarn",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceorgid",
    "aws:sourceorgpaths",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:sourceip",
    "s3:dataaccesspointaccount",
    "s3:dataaccesspointarn",
];

const SOURCES: [&str; 4] =
    ["aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths"];

fn check(_: &Model<'_>, stack: &StackModel, findings: &mut Findings) {
    for policy in stack.resources_of("AWS::S3::BucketPolicy") {
        for document in policies_of(policy) {
            for (index, statement) in document.statements().iter().enumerate() {
                check_statement(policy, index, statement, findings);
            }
        }
    }
    for bucket in stack.resources_of("AWS::S3::Bucket") {
        let list = bucket.properties().at("AccessControl").and_then(Node::as_text);
        let open = ["PublicRead", "PublicReadWrite", "AuthenticatedRead"];
        if let Some(list) = list.filter(|list| open.contains(list)) {
            let id = bucket.logical_id();
            findings.report(
                Diagnostic::error("S3-11", format!("the bucket `{id}` is open to everyone"))
                    .on(bucket)
                    .property("AccessControl")
                    .given(list)
                    .allowed("no access control list"),
            );
        }
    }
}

fn check_statement(policy: &Resource, index: usize, statement: &Node, findings: &mut Findings) {
    if !allows(statement) {
        return;
    }
    let id = policy.logical_id();
    let report = |message: String| {
        let property = format!("PolicyDocument/Statement/{index}");
        Diagnostic::error("S3-11", message).on(policy).property(property)
    };
    if is_for_everyone(statement) && !is_bound(statement, &BOUNDS) {
        findings.report(
            report(format!("the policy `{id}` opens a bucket to everyone"))
                .given("Principal *, without a condition on who it is")
                .allowed("a principal, or a condition on the account, organization or network"),
        );
    }
    let services = principals(statement, "Service");
    if let [service, ..] = services.as_slice()
        && !is_bound(statement, &SOURCES)
    {
        findings.report(
            report(format!("the policy `{id}` lets a service in on anyone's behalf"))
                .given(format!("{service}, for any account"))
                .allowed("a condition on aws:SourceAccount, aws:SourceArn or aws:SourceOrgID"),
        );
    }
}
