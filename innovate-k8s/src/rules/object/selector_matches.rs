//! `K8S-03`: a selector matches pods.

use innovate_core::{
    Rule, Severity,
    check::{Check, Findings, Model},
};
use serde_json::Value;

use super::super::clusters;
use crate::view::{Objects, selects, selects_labels, title};

pub(crate) static SELECTOR_MATCHES: Rule = Rule {
    code: "K8S-03",
    title: "every selector matches the pods of a workload",
    explanation: "A Service whose selector matches no pod has no endpoints, a disruption budget \
protects nothing, and a network policy restricts nothing, without any error. A workload whose \
selector doesn't match its own pods is refused by the API server. Only namespaces that the program \
makes are looked at, since others may hold pods that it doesn't see.\n\nSource: \"Labels and \
Selectors\", Kubernetes documentation.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    for objects in clusters(model) {
        own(objects, findings);
        others(objects, findings);
    }
}

/// What makes pods must select its own.
fn own(objects: Objects<'_>, findings: &mut Findings) {
    for workload in objects.workloads() {
        let manifest = workload.manifest;
        if !matches!(manifest.kind(), "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet") {
            continue;
        }
        let selector = manifest.object().pointer("/spec/selector").unwrap_or(&Value::Null);
        if selector.is_null() || !selects(selector, workload.labels()) {
            let message = format!("{} doesn't select its own pods", title(manifest));
            findings.report(
                objects
                    .finding("K8S-03", Severity::Error, manifest, message)
                    .property("spec/selector")
                    .given(selector)
                    .help("let the selector's labels be among those of the template"),
            );
        }
    }
}

/// What selects pods of another object.
fn others(objects: Objects<'_>, findings: &mut Findings) {
    for manifest in objects.all() {
        let (pointer, plain) = match manifest.kind() {
            "Service" => ("/spec/selector", true),
            "PodDisruptionBudget" => ("/spec/selector", false),
            "NetworkPolicy" => ("/spec/podSelector", false),
            _ => continue,
        };
        let Some(selector) = manifest.object().pointer(pointer) else { continue };
        let Some(namespace) = manifest.namespace() else { continue };
        let everything = selector.as_object().is_none_or(serde_json::Map::is_empty);
        if everything || !objects.owns(namespace) {
            continue;
        }
        let mut pods = objects.workloads().filter(|found| found.namespace() == Some(namespace));
        let matches = pods.any(|found| match plain {
            true => selects_labels(selector, found.labels()),
            false => selects(selector, found.labels()),
        });
        if !matches {
            let message = format!("{} selects no pods", title(manifest));
            findings.report(
                objects
                    .finding("K8S-03", Severity::Error, manifest, message)
                    .property(pointer.trim_start_matches('/'))
                    .given(selector)
                    .help(format!("no workload of namespace `{namespace}` has these labels: take them from its template")),
            );
        }
    }
}
