//! `IAM-02`: a role that a service assumes says for whom.

use innovate_core::{
    Diagnostic, Resource, Rule,
    check::{Check, Findings},
};

use crate::identity::{
    document::{Policy, Purpose},
    statement::{allows, conditions_on, principals},
};

/// `IAM-02`.
pub static SERVICE_TRUST_NAMES_ITS_SOURCE: Rule = Rule {
    code: "IAM-02",
    title: "a trust in a service that acts for many says for which account or resource",
    explanation: "\
A service that acts for all its customers can be tricked into using one customer's role for \
another (\"confused deputy\"). The trust policy prevents that with aws:SourceAccount or \
aws:SourceArn, as far as the service sends them. The rule knows the services that do; EC2, Lambda \
and others that only ever act within the role's own account are not meant.

Source: \"The confused deputy problem\", AWS Identity and Access Management User Guide, and the page \
of that name in each service's guide.",
    check: Check::Elsewhere,
};

/// Services that say in their documentation that they send the source's account or ARN when they
/// assume a role.
const SENDERS: &[&str] = &[
    "cloudtrail.amazonaws.com",
    "codebuild.amazonaws.com",
    "config.amazonaws.com",
    "eks.amazonaws.com",
    "events.amazonaws.com",
    "firehose.amazonaws.com",
    "monitoring.rds.amazonaws.com",
    "pipes.amazonaws.com",
    "pods.eks.amazonaws.com",
    "scheduler.amazonaws.com",
    "vpc-flow-logs.amazonaws.com",
];

/// What narrows a trust: the source, or for Pod Identity the tags of the session.
const KEYS: &[&str] = &[
    "aws:SourceAccount",
    "aws:SourceArn",
    "aws:SourceOrgID",
    "aws:SourceOrgPaths",
    "aws:RequestTag/eks-cluster-arn",
    "aws:RequestTag/eks-cluster-name",
];

pub(super) fn check(resource: &Resource, policy: &Policy<'_>, findings: &mut Findings) {
    if policy.purpose != Purpose::Trust {
        return;
    }
    for statement in policy.statements().iter().filter(|statement| allows(statement)) {
        let services = principals(statement, "Service");
        let sender = services.iter().find(|service| SENDERS.contains(&&***service));
        let narrowed = KEYS.iter().any(|key| !conditions_on(statement, key).is_empty());
        if let (Some(service), false) = (sender, narrowed) {
            findings.report(
                Diagnostic::warning(
                    "IAM-02",
                    "a service may assume this role on behalf of any account",
                )
                .on(resource)
                .property(&*policy.property)
                .given(&**service)
                .allowed("the condition aws:SourceAccount or aws:SourceArn")
                .help("add `.when(Condition::string_equals(\"aws:SourceAccount\", pseudo::account_id()))` to the trust"),
            );
        }
    }
}
