//! `IAM-05`: a service named as a principal exists.

use innovate_core::{
    Diagnostic, Resource, Rule,
    check::{Check, Findings},
};

use super::Known;
use crate::identity::{
    document::Policy,
    service::{UnknownService, check_service},
    statement::principals,
};

/// `IAM-05`.
pub static SERVICE_PRINCIPAL_EXISTS: Rule = Rule {
    code: "IAM-05",
    title: "a service named as a principal exists",
    explanation: "\
IAM refuses a policy whose principal is no service, but only when the stack is deployed. AWS \
publishes no list of service principals, so one that this version doesn't know is a warning, and \
one that looks like a misspelt name of another is an error.

Source: \"AWS JSON policy elements: Principal\", AWS Identity and Access Management User Guide.",
    check: Check::Elsewhere,
};

pub(super) fn check(
    known: &mut Known,
    resource: &Resource,
    policy: &Policy<'_>,
    findings: &mut Findings,
) {
    for statement in policy.statements() {
        for service in principals(statement, "Service") {
            if known.contains(&*service) {
                continue;
            }
            let Err(unknown) = check_service(&service) else {
                known.insert(service.into_owned());
                continue;
            };
            let finding = match unknown {
                UnknownService::Malformed => {
                    Diagnostic::error("IAM-05", "a service is named by its domain")
                        .allowed("such as ec2.amazonaws.com")
                        .help(format!("did you mean `{service}.amazonaws.com`?"))
                }
                UnknownService::Misspelt(near) => {
                    Diagnostic::error("IAM-05", "no service of AWS has this name")
                        .help(format!("did you mean `{near}`?"))
                }
                UnknownService::Unknown => {
                    Diagnostic::warning("IAM-05", "no service that this version knows has this name")
                        .help("compare it with the service's documentation, and suppress the finding if it is right")
                }
            };
            findings.report(finding.on(resource).property(&*policy.property).given(service));
        }
    }
}
