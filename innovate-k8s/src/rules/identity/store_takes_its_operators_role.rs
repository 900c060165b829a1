//! `EKS-12`: a store of secrets names no service account whose role it can't take.

use innovate_core::{
    Manifest, Rule, Severity,
    check::{Check, Findings, Model},
};

use super::{
    super::clusters,
    pod_identity::{ROLE_ARN, associations},
};
use crate::view::{Objects, text};

pub(crate) static STORE_TAKES_ITS_OPERATORS_ROLE: Rule = Rule {
    code: "EKS-12",
    title: "a store of secrets names no service account that has its role by Pod Identity",
    explanation: "External Secrets takes a role for a store in one of two ways. A store that says nothing \
has the role of the operator's own pods, by Pod Identity or not. One that names a service account has the \
operator ask for a token of that and read its role from the annotation `eks.amazonaws.com/role-arn`, which \
is how roles for OpenID Connect work; a role that is bound by Pod Identity isn't written there, and the \
store is never ready.\n\nLeave `auth` out, as `ClusterSecretStore` does, or give the service account a role \
with `Irsa`.\n\nSource: \"AWS Access\", External Secrets Operator documentation.",
    check: Check::Model(check),
};

const REFERENCE: &str = "/spec/provider/aws/auth/jwt/serviceAccountRef";

fn check(model: &Model<'_>, findings: &mut Findings) {
    for objects in clusters(model) {
        let roles = associations(model, objects);
        let stores = objects.of_kind("SecretStore").chain(objects.of_kind("ClusterSecretStore"));
        for (store, namespace, name) in stores.filter_map(named) {
            let account = objects.find("ServiceAccount", Some(namespace), name);
            let by_annotation =
                account.is_some_and(|account| !text(account.object(), ROLE_ARN).is_empty());
            // One that neither the program makes nor a role is bound to may have a role of its own.
            let known = account.is_some() || roles.contains_key(&(namespace, name));
            if known && !by_annotation {
                findings.report(finding(objects, store, namespace, name));
            }
        }
    }
}

/// A store and the service account that it names.
fn named(store: &Manifest) -> Option<(&Manifest, &str, &str)> {
    let account = store.object().pointer(REFERENCE)?;
    let namespace = match text(account, "/namespace") {
        "" => store.namespace()?,
        named => named,
    };
    Some((store, namespace, text(account, "/name")))
}

fn finding(
    objects: Objects<'_>,
    store: &Manifest,
    namespace: &str,
    name: &str,
) -> innovate_core::Diagnostic {
    let message = "a store of secrets names a service account whose role it can't take";
    objects
        .finding("EKS-12", Severity::Error, store, message)
        .property(REFERENCE.trim_start_matches('/'))
        .given(format!("{namespace}/{name}, without the annotation `eks.amazonaws.com/role-arn`"))
        .allowed("no service account, or one that has a role of `Irsa`")
        .help("leave `auth` out: the store then has the role of the operator, that of `ExternalSecrets`")
}
