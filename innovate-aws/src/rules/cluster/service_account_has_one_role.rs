//! `EKS-10`: a service account has one role.

use std::collections::BTreeMap;

use innovate_core::{
    Diagnostic, Node, Resource, Rule,
    check::{Check, Findings, Model},
};

use super::{ADDON, CLUSTER, is_of};
use crate::cluster::Addon;
use crate::rules::read::{list, text};

/// `EKS-10`.
pub static SERVICE_ACCOUNT_HAS_ONE_ROLE: Rule = Rule {
    code: "EKS-10",
    title: "a service account has one role through Pod Identity",
    explanation: "\
EKS refuses a second Pod Identity association for a service account, when the stack is deployed. The \
bindings that add-ons make count too.

Source: \"Assign an IAM role to a Kubernetes service account\", Amazon EKS User Guide.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    for cluster in model.resources_of(CLUSTER) {
        let mut bound: BTreeMap<(String, String), &Resource> = BTreeMap::new();
        for (resource, account) in bindings(model, cluster) {
            let (namespace, name) = &account;
            if let Some(first) = bound.get(&account) {
                findings.report(
                    Diagnostic::error("EKS-10", "a service account is bound to two roles")
                        .on(resource)
                        .setter("service_account")
                        .given(format!("{namespace}/{name}"))
                        .allowed("one Pod Identity association a service account")
                        .related(first.location(), "the first is made here")
                        .help("give the role the permissions of both, or the workload a service account of its own"),
                );
            } else {
                bound.insert(account, resource);
            }
        }
    }
}

/// The bindings of a cluster: the resource that makes each, and the service account.
pub(super) fn bindings<'app>(
    model: &Model<'app>,
    cluster: &Resource,
) -> Vec<(&'app Resource, (String, String))> {
    let of_addons =
        model.resources_of(ADDON).filter(|addon| is_of(addon, cluster)).flat_map(|addon| {
            let identity =
                text(addon, "AddonName").and_then(Addon::from_name).and_then(Addon::identity);
            let namespace = identity.map_or_else(
                || "kube-system".to_owned(),
                |identity| identity.service_account.namespace().to_string(),
            );
            list(addon, "PodIdentityAssociations").iter().filter_map(move |association| {
                let name = association.get("ServiceAccount").and_then(Node::as_text)?;
                Some((addon, (namespace.clone(), name.to_owned())))
            })
        });
    let associations = model.resources_of("AWS::EKS::PodIdentityAssociation");
    let own =
        associations.filter(|association| is_of(association, cluster)).filter_map(|association| {
            let namespace = text(association, "Namespace")?.to_owned();
            Some((association, (namespace, text(association, "ServiceAccount")?.to_owned())))
        });
    of_addons.chain(own).collect()
}
