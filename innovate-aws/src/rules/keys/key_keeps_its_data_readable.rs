//! `KMS-01`: a key rotates, stays, and locks nobody out and everybody else.

use innovate_core::{
    DeletionPolicy, Diagnostic, Node, Resource, Rule, Site, StageKind,
    check::{Check, Findings, Model},
};

use crate::{
    identity::{
        document::policies_of,
        statement::{allows, is_about_all_of, lets_everyone_in, principal_patterns},
    },
    rules::read::{number, truth},
};

/// `KMS-01`.
pub static KEY_KEEPS_ITS_DATA_READABLE: Rule = Rule {
    code: "KMS-01",
    title: "a key rotates, is retained, keeps its account's access and opens to nobody else",
    explanation: "What a deleted key encrypted is lost, so a key is retained, and in production waits \
30 days before it goes. A key whose policy leaves out the account can't be administered by anyone any \
more. A statement for every principal needs a condition that keeps other accounts out. A symmetric \
key rotates, which costs nothing in use.\n\nSources: \"Key policies in AWS KMS\", \"Rotate AWS KMS \
keys\" and \"Delete an AWS KMS key\", AWS Key Management Service Developer Guide; control KMS.4 and \
KMS.5, AWS Security Hub User Guide.",
    check: Check::Model(check),
};

const KEY: &str = "AWS::KMS::Key";
const REPLICA: &str = "AWS::KMS::ReplicaKey";

fn check(model: &Model<'_>, findings: &mut Findings) {
    for stack in model.stacks() {
        let keys = stack.resources_of(KEY).chain(stack.resources_of(REPLICA));
        for key in keys {
            check_key(key, stack.site(), findings);
        }
    }
}

fn check_key(key: &Resource, site: &Site, findings: &mut Findings) {
    let production = site.stage() == StageKind::Prod;
    let (properties, id) = (key.properties(), key.logical_id());
    let report = |message: String| Diagnostic::error("KMS-01", message).on(key);
    let spec = properties.at("KeySpec").and_then(Node::as_text);
    let origin = properties.at("Origin").and_then(Node::as_text);
    // A replica rotates with its primary.
    let can_rotate = key.type_name() == KEY
        && spec.is_none_or(|spec| spec == "SYMMETRIC_DEFAULT")
        && origin.is_none_or(|from| from == "AWS_KMS");
    if can_rotate && truth(key, "EnableKeyRotation") != Some(true) {
        findings.report(
            report(format!("the key `{id}` does not rotate"))
                .property("EnableKeyRotation")
                .given(if properties.at("EnableKeyRotation").is_some() {
                    "not true"
                } else {
                    "nothing, which means false"
                })
                .allowed(true)
                .help("turn it on: what was encrypted before stays readable"),
        );
    }
    let window = properties.at("PendingWindowInDays").and_then(number);
    // KMS waits 30 days unless told otherwise.
    if let Some(days) = window.filter(|days| production && *days < 30) {
        findings.report(
            report(format!("the key `{id}` would be gone after {days} days"))
                .property("PendingWindowInDays")
                .given(days)
                .allowed("30 in production")
                .help("leave it out: 30 days is what KMS waits by itself"),
        );
    }
    let keeps = |policy: Option<DeletionPolicy>| {
        matches!(policy, Some(DeletionPolicy::Retain | DeletionPolicy::RetainExceptOnCreate))
    };
    if !keeps(key.deletion_policy()) || !keeps(key.update_replace_policy()) {
        findings.report(
            report(format!("the key `{id}` would be deleted with its stack"))
                .allowed("DeletionPolicy and UpdateReplacePolicy Retain")
                .help("add `.removal_policy(DeletionPolicy::Retain)`"),
        );
    }
    // Without a policy KMS gives its default one, which is the account's alone.
    for policy in policies_of(key) {
        check_policy(key, policy.statements(), site.account(), findings);
    }
}

fn check_policy(key: &Resource, statements: &[Node], account: &str, findings: &mut Findings) {
    let id = key.logical_id();
    let report = |message: String| Diagnostic::error("KMS-01", message).on(key);
    if !statements.iter().any(|statement| gives_account_all(statement, account)) {
        findings.report(
            report(format!("the policy of the key `{id}` locks its own account out"))
                .property("KeyPolicy")
                .allowed("a statement that allows kms:* to the account's root")
                .help("add a statement for `Principal::own_account()` with `kms:*` on all"),
        );
    }
    for (index, statement) in statements.iter().enumerate() {
        if lets_everyone_in(statement) {
            findings.report(
                report(format!("the policy of the key `{id}` lets every account in"))
                    .property(format!("KeyPolicy/Statement/{index}/Principal"))
                    .allowed("a principal, or a condition on the caller's account or organization")
                    .help("add a condition on kms:CallerAccount, aws:PrincipalOrgID or the like"),
            );
        }
    }
}

fn gives_account_all(statement: &Node, account: &str) -> bool {
    let root = principal_patterns(statement, "AWS").iter().any(|who| {
        // `arn:aws:iam::444455556666:root`, or the account alone.
        let of = who.strip_suffix(":root").and_then(|arn| arn.rsplit(':').next()).unwrap_or(who);
        of == account || of == "*"
    });
    allows(statement)
        && root
        && is_about_all_of(statement, "kms")
        && statement.get("Condition").is_none()
}
