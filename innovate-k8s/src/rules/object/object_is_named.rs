//! `K8S-01`: an object says what it is, with a name and labels that Kubernetes accepts.

use innovate_core::{
    Rule, Severity,
    check::{Check, Findings, Model},
};
use serde_json::Value;

use super::super::clusters;
use crate::{
    name::{Label, dns_subdomain, is_dns_label},
    view::title,
};

pub(crate) static OBJECT_IS_NAMED: Rule = Rule {
    code: "K8S-01",
    title: "every object has a kind, and a name and labels that Kubernetes accepts",
    explanation: "The API server refuses an object without `apiVersion`, `kind` or name, and names \
and labels of another form than it asks for: lower-case letters, digits, hyphens and dots for a \
name; up to 63 letters, digits, `-`, `_` and `.` for a label's value. An object of a kind that \
belongs to the whole cluster has no namespace, and every other has one: left out, it would land in \
whichever namespace the deploying tool is in.\n\nSource: \"Object Names and IDs\", \"Labels and \
Selectors\", Kubernetes documentation.",
    check: Check::Model(check),
};

/// Kinds of the whole cluster, of Kubernetes itself and of what runs on these clusters.
const OF_THE_CLUSTER: [&str; 23] = [
    "APIService",
    "ClusterIssuer",
    "ClusterRole",
    "ClusterRoleBinding",
    "ClusterSecretStore",
    "ClusterExternalSecret",
    "CSIDriver",
    "CustomResourceDefinition",
    "EC2NodeClass",
    "IngressClass",
    "IngressClassParams",
    "MutatingWebhookConfiguration",
    "Namespace",
    "NodeOverlay",
    "NodePool",
    "PersistentVolume",
    "PriorityClass",
    "RuntimeClass",
    "StorageClass",
    "ValidatingAdmissionPolicy",
    "ValidatingAdmissionPolicyBinding",
    "ValidatingWebhookConfiguration",
    "VolumeSnapshotClass",
];

/// Kinds that always have a namespace, and that a raw manifest is likely to hold.
const OF_A_NAMESPACE: [&str; 22] = [
    "Application",
    "ConfigMap",
    "CronJob",
    "DaemonSet",
    "Deployment",
    "ExternalSecret",
    "HorizontalPodAutoscaler",
    "Ingress",
    "Job",
    "LimitRange",
    "NetworkPolicy",
    "PersistentVolumeClaim",
    "Pod",
    "PodDisruptionBudget",
    "ResourceQuota",
    "Role",
    "RoleBinding",
    "Secret",
    "SecretStore",
    "Service",
    "ServiceAccount",
    "StatefulSet",
];

/// What a name of this kind is like, if `name` is none. A path that it can be part of is all that a
/// name of a role must be.
fn refusal(kind: &str, name: &str) -> Option<&'static str> {
    match kind {
        _ if name.is_empty() => None,
        "ClusterRole" | "ClusterRoleBinding" | "Role" | "RoleBinding" => None,
        "Namespace" | "Service" if !is_dns_label(name) => Some(
            "a name of this kind is up to 63 lower-case letters, digits and hyphens, beginning and ending with a letter or digit",
        ),
        _ if !dns_subdomain(name.as_bytes()) => Some(
            "a name is lower-case letters, digits, hyphens and dots, beginning and ending with a letter or digit",
        ),
        _ => None,
    }
}

fn check(model: &Model<'_>, findings: &mut Findings) {
    for objects in clusters(model) {
        for manifest in objects.all() {
            let mut report = |message: String, property: &str, given: &str, help: &str| {
                findings.report(
                    objects
                        .finding("K8S-01", Severity::Error, manifest, message)
                        .property(property)
                        .given(given)
                        .help(help),
                );
            };
            for (field, text) in [
                ("apiVersion", manifest.api_version()),
                ("kind", manifest.kind()),
                ("metadata/name", manifest.name()),
            ] {
                if text.is_empty() {
                    let message = format!("an object has no `{field}`");
                    report(message, field, "nothing", "every object has one");
                }
            }
            let kind = manifest.kind();
            if let Some(help) = refusal(kind, manifest.name()) {
                let message = format!("Kubernetes accepts no such name: `{}`", manifest.name());
                report(message, "metadata/name", manifest.name(), help);
            }
            match manifest.namespace() {
                Some(namespace) if OF_THE_CLUSTER.contains(&kind) => report(
                    format!("{} belongs to no namespace", title(manifest)),
                    "metadata/namespace",
                    namespace,
                    "leave the namespace out: objects of this kind belong to the whole cluster",
                ),
                None if OF_A_NAMESPACE.contains(&kind) => report(
                    format!("{} has no namespace", title(manifest)),
                    "metadata/namespace",
                    "nothing",
                    "name the namespace that it belongs to",
                ),
                _ => {}
            }
            for path in ["metadata/labels", "spec/template/metadata/labels"] {
                let labels = manifest.object().pointer(&format!("/{path}"));
                let labels = labels.and_then(Value::as_object);
                for (key, value) in labels.into_iter().flatten() {
                    let Some(text) = value.as_str() else {
                        let message = format!("the label `{key}` is no text");
                        report(message, path, &value.to_string(), "put it into quotes");
                        continue;
                    };
                    if let Some(error) = Label::refusal(key, text) {
                        let message = format!("Kubernetes accepts no such label: {error}");
                        let help = "a label is a key and a value of up to 63 letters, digits, `-`, `_` and `.` each";
                        report(message, path, &format!("{key}={text}"), help);
                    }
                }
            }
        }
    }
}
