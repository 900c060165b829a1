//! `IAM-01`: permissions are scoped, and people have no users.

use std::borrow::Cow;

use innovate_core::{
    Diagnostic, Node, Resource, Rule,
    check::{Check, Findings},
};

use crate::identity::{
    action::matches,
    document::{Policy, Purpose, texts},
    statement::{allows, conditions_on, is_about},
};

/// `IAM-01`.
pub static PERMISSION_IS_SCOPED: Rule = Rule {
    code: "IAM-01",
    title: "no permission covers everything, and no one has long-lived credentials",
    explanation: "\
A statement that allows every action on every resource makes its role an administrator. Name the \
actions, and the resources by their ARNs.

iam:PassRole lets its holder use a role through a service. Without the condition \
iam:PassedToService any service will do, and whoever may start an instance or a function gets that \
role's permissions.

IAM users and access keys are credentials that don't expire. People sign in through IAM Identity \
Center, workloads through roles.

Source: \"Security best practices in IAM\", AWS Identity and Access Management User Guide; Security \
Hub controls IAM.1 and IAM.21.",
    check: Check::EachStack(super::check),
};

pub(super) fn check_resource(resource: &Resource, findings: &mut Findings) {
    if matches!(resource.type_name(), "AWS::IAM::User" | "AWS::IAM::AccessKey") {
        findings.report(
            Diagnostic::error("IAM-01", "a user of IAM has credentials that do not expire")
                .on(resource)
                .given(resource.type_name())
                .help("use a role: of IAM Identity Center for people, of Pod Identity or OpenID Connect for programs"),
        );
    }
}

pub(super) fn check_policy(resource: &Resource, policy: &Policy<'_>, findings: &mut Findings) {
    if !matches!(policy.purpose, Purpose::Managed | Purpose::Inline) {
        return;
    }
    for statement in policy.statements().iter().filter(|statement| allows(statement)) {
        findings.extend(everything(resource, &policy.property, statement));
        findings.extend(pass_role(resource, &policy.property, statement));
    }
}

fn everything(resource: &Resource, property: &str, statement: &Node) -> Option<Diagnostic> {
    let all = |name: &str| texts(statement.get(name)).iter().any(|text| text == "*");
    let unlimited = (all("Action") || statement.get("NotAction").is_some())
        && all("Resource")
        && statement.get("Condition").is_none();
    let given = if statement.get("NotAction").is_some() { "NotAction" } else { "Action: *" };
    unlimited.then(|| {
        Diagnostic::error("IAM-01", "a statement allows everything on every resource")
            .on(resource)
            .property(property)
            .given(format!("{given}, Resource: *"))
            .allowed("named actions on named resources")
            .help("list the actions that are used, and the ARNs that they are used on")
    })
}

const PASS_ROLE: &str = "iam:PassRole";

fn pass_role(resource: &Resource, property: &str, statement: &Node) -> Option<Diagnostic> {
    let action = texts(statement.get("Action"))
        .into_iter()
        .find(|action| action != "*" && matches(action, PASS_ROLE))
        .or_else(|| {
            // On every resource it is everything, which is said already.
            let others = statement.get("NotAction").is_some() && is_about(statement, PASS_ROLE);
            let everything = texts(statement.get("Resource")).iter().any(|on| on == "*");
            (others && !everything).then_some(Cow::Borrowed("NotAction, without iam:PassRole"))
        })?;
    conditions_on(statement, "iam:PassedToService").is_empty().then(|| {
        Diagnostic::error("IAM-01", "a role may be passed to any service")
            .on(resource)
            .property(property)
            .given(action)
            .allowed("iam:PassRole with the condition iam:PassedToService")
            .help("add `.when(Condition::string_equals(\"iam:PassedToService\", \"ec2.amazonaws.com\"))` with the service that is meant")
    })
}
