//! `EKS-10`: a role and a service account that mean each other.

use std::collections::BTreeMap;

use innovate_core::{
    Diagnostic, Node, Resource, Rule, Severity,
    check::{Check, Findings, Model},
};

use super::super::clusters;
use crate::{
    cluster,
    view::{Objects, Workload, items, selects, text, title},
    workload::POD_IDENTITY_AGENT,
};

pub(crate) static SERVICE_ACCOUNT_HAS_ONE_ROLE: Rule = Rule {
    code: "EKS-10",
    title: "a service account that uses AWS has one role, and a role's service account exists",
    explanation: "Pod Identity binds a role to a service account by name. A name that no manifest \
makes is a role that nobody uses, or that whoever makes it later gets; pods whose service account \
has no association get no credentials, and fail at their first call to AWS. EKS refuses a second \
association of a service account.\n\nAssociations are compared with the service accounts of namespaces \
that the program makes; pods that may connect to Pod Identity's agent are taken to use \
AWS.\n\nSource: \"Learn how EKS Pod Identity grants Pods access to AWS services\", Amazon EKS User \
Guide.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    for objects in clusters(model) {
        let cluster = objects.set().cluster();
        let mut bound: BTreeMap<(&str, &str), &Resource> = BTreeMap::new();
        for association in cluster::resources_of(model, "AWS::EKS::PodIdentityAssociation", cluster)
        {
            let text = |name: &str| association.properties().at(name).and_then(Node::as_text);
            let (Some(namespace), Some(name)) = (text("Namespace"), text("ServiceAccount")) else {
                continue;
            };
            if let Some(first) = bound.insert((namespace, name), association) {
                let message = format!("the service account {namespace}/{name} has two roles");
                findings.report(
                    Diagnostic::error("EKS-10", message)
                        .on(association)
                        .related(first.location(), "the first is bound here")
                        .help("give one role both permissions"),
                );
            }
            let exists = objects.find("ServiceAccount", Some(namespace), name).is_some();
            if objects.owns(namespace) && !exists {
                let known: Vec<&str> = objects
                    .of_kind("ServiceAccount")
                    .filter(|found| found.namespace() == Some(namespace))
                    .map(innovate_core::Manifest::name)
                    .collect();
                findings.report(
                    Diagnostic::error(
                        "EKS-10",
                        "a role is bound to a service account that there is not",
                    )
                    .on(association)
                    .property("ServiceAccount")
                    .given(format!("{namespace}/{name}"))
                    .allowed(match known.as_slice() {
                        [] => format!("none: namespace `{namespace}` has no service account"),
                        known => known.join(", "),
                    })
                    .help("bind it to the handle's own: `service.service_account()`"),
                );
            }
        }
        for workload in objects.workloads() {
            let account = text(workload.pod(), "/serviceAccountName");
            let Some(namespace) = workload.namespace() else { continue };
            if uses_aws(objects, workload) && !bound.contains_key(&(namespace, account)) {
                let message = format!(
                    "the pods of {} may ask for credentials of AWS, and have no role",
                    title(workload.manifest)
                );
                findings.report(
                    objects
                        .finding("EKS-10", Severity::Error, workload.manifest, message)
                        .setter("connects_to")
                        .property(format!("{}/spec/serviceAccountName", workload.path))
                        .given(format!("{namespace}/{account}"))
                        .help("add a `PodIdentity` with this service account to a stack"),
                );
            }
        }
    }
}

/// Whether a network policy lets the pods connect to Pod Identity's agent.
fn uses_aws(objects: Objects<'_>, workload: Workload<'_>) -> bool {
    let policies = objects.of_kind("NetworkPolicy");
    policies.filter(|policy| policy.namespace() == workload.namespace()).any(|policy| {
        let selector = policy.object().pointer("/spec/podSelector");
        selector.is_some_and(|selector| selects(selector, workload.labels()))
            && items(policy.object(), "/spec/egress")
                .flat_map(|rule| items(rule, "/to"))
                .any(|peer| text(peer, "/ipBlock/cidr") == POD_IDENTITY_AGENT)
    })
}
