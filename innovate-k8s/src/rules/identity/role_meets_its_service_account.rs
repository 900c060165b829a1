//! `EKS-16`: a role and a service account that mean each other.

use std::collections::BTreeSet;

use innovate_core::{
    Diagnostic, Manifest, Resource, Rule, Severity,
    check::{Check, Findings, Model},
};

use super::{
    super::clusters,
    pod_identity::{ROLE_ARN, accounts, associations, uses_the_agent},
};
use crate::view::{Objects, text, title};

pub(crate) static ROLE_MEETS_ITS_SERVICE_ACCOUNT: Rule = Rule {
    code: "EKS-16",
    title: "a role's service account exists, and a service account that uses AWS has a role",
    explanation: "Pod Identity binds a role to a service account by name. A name that no manifest \
makes is a role that nobody uses, or that whoever makes it later gets; pods whose service account \
has no role get no credentials, and fail at their first call to AWS.\n\nAssociations are compared \
with the service accounts of namespaces that the program makes; charts make service accounts of \
their own. Pods that may connect to Pod Identity's agent are taken to use AWS; a role that the \
service account names itself, by the annotation `eks.amazonaws.com/role-arn`, is one too.\n\n\
Sources: \"Learn how EKS Pod Identity grants Pods access to AWS services\" and \"IAM roles for \
service accounts\", Amazon EKS User Guide.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    for objects in clusters(model) {
        let roles = associations(model, objects);
        for (account, association) in &roles {
            findings.extend(dangling(objects, association, account.0, account.1));
        }
        let mut bound: BTreeSet<(&str, &str)> = roles.into_keys().collect();
        let named = objects.of_kind("ServiceAccount").filter_map(|account| {
            let has_role = !text(account.object(), ROLE_ARN).is_empty();
            Some((account.namespace()?, account.name())).filter(|_| has_role)
        });
        bound.extend(named);
        for (workload, account) in accounts(objects) {
            if uses_the_agent(objects, workload) && !bound.contains(&account) {
                let (namespace, account) = account;
                let message = format!(
                    "the pods of {} may ask for credentials of AWS, and have no role",
                    title(workload.manifest)
                );
                findings.report(
                    objects
                        .finding("EKS-16", Severity::Error, workload.manifest, message)
                        .setter("connects_to")
                        .property(format!("{}spec/serviceAccountName", workload.path))
                        .given(format!("{namespace}/{account}"))
                        .help("add a `PodIdentity` with this service account to a stack"),
                );
            }
        }
    }
}

/// A binding to a service account that isn't in its namespace, if the program makes that. Every
/// namespace has a `default` one, which Kubernetes makes.
fn dangling(
    objects: Objects<'_>,
    association: &Resource,
    namespace: &str,
    name: &str,
) -> Option<Diagnostic> {
    let exists =
        name == "default" || objects.find("ServiceAccount", Some(namespace), name).is_some();
    if exists || !objects.owns(namespace) {
        return None;
    }
    let known: Vec<&str> = objects
        .of_kind("ServiceAccount")
        .filter(|found| found.namespace() == Some(namespace))
        .map(Manifest::name)
        .collect();
    let message = "a role is bound to a service account that there is not";
    Some(
        Diagnostic::error("EKS-16", message)
            .on(association)
            .setter("service_account")
            .property("ServiceAccount")
            .given(format!("{namespace}/{name}"))
            .allowed(match known.as_slice() {
                [] => format!("none: namespace `{namespace}` has no service account"),
                known => known.join(", "),
            })
            .help("bind it to the handle's own: `service.service_account()`"),
    )
}
