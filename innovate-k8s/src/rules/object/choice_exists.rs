//! `K8S-15`: where a field is a choice, it is one that Kubernetes knows.

use innovate_core::{
    Rule, Severity,
    check::{Check, Findings, Model, suggest::nearest},
};
use serde_json::Value;

use super::super::clusters;
use crate::view::title;

pub(crate) static CHOICE_EXISTS: Rule = Rule {
    code: "K8S-15",
    title: "a field that is a choice is one of those that Kubernetes knows",
    explanation: "Some fields are texts of which the API server takes a few: the direction of a \
network policy, the protocol of a port, the effect of a taint. Another one is refused when the object \
is applied, and no schema says so before. The choices of custom resources are looked at by \
K8S-12.\n\nSource: Kubernetes API reference.",
    check: Check::Model(check),
};

/// Where a choice is, from the object or from the pods' template, with `*` for each item of a list;
/// and what may be chosen.
type Choice = (&'static str, &'static [&'static str]);

const PROTOCOLS: &[&str] = &["TCP", "UDP", "SCTP"];
const SCHEMES: &[&str] = &["HTTP", "HTTPS"];

const OF_PODS: [Choice; 13] = [
    ("spec/containers/*/imagePullPolicy", &["Always", "IfNotPresent", "Never"]),
    ("spec/containers/*/livenessProbe/httpGet/scheme", SCHEMES),
    ("spec/containers/*/ports/*/protocol", PROTOCOLS),
    ("spec/containers/*/readinessProbe/httpGet/scheme", SCHEMES),
    ("spec/containers/*/startupProbe/httpGet/scheme", SCHEMES),
    ("spec/dnsPolicy", &["ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"]),
    ("spec/initContainers/*/imagePullPolicy", &["Always", "IfNotPresent", "Never"]),
    ("spec/restartPolicy", &["Always", "OnFailure", "Never"]),
    ("spec/securityContext/fsGroupChangePolicy", &["Always", "OnRootMismatch"]),
    ("spec/tolerations/*/effect", &["NoSchedule", "PreferNoSchedule", "NoExecute"]),
    ("spec/topologySpreadConstraints/*/nodeAffinityPolicy", &["Honor", "Ignore"]),
    ("spec/topologySpreadConstraints/*/nodeTaintsPolicy", &["Honor", "Ignore"]),
    ("spec/topologySpreadConstraints/*/whenUnsatisfiable", &["DoNotSchedule", "ScheduleAnyway"]),
];

/// The choices of an object of a kind.
fn of_kind(kind: &str) -> &'static [Choice] {
    match kind {
        "CronJob" => &[("spec/concurrencyPolicy", &["Allow", "Forbid", "Replace"])],
        "DaemonSet" | "StatefulSet" => {
            &[("spec/updateStrategy/type", &["RollingUpdate", "OnDelete"])]
        }
        "Deployment" => &[("spec/strategy/type", &["RollingUpdate", "Recreate"])],
        "HorizontalPodAutoscaler" => &[
            (
                "spec/metrics/*/type",
                &["ContainerResource", "External", "Object", "Pods", "Resource"],
            ),
            ("spec/metrics/*/resource/target/type", &["Utilization", "AverageValue", "Value"]),
        ],
        "Ingress" => &[(
            "spec/rules/*/http/paths/*/pathType",
            &["Exact", "Prefix", "ImplementationSpecific"],
        )],
        "LimitRange" => &[("spec/limits/*/type", &["Container", "Pod", "PersistentVolumeClaim"])],
        "NetworkPolicy" => &[
            ("spec/policyTypes/*", &["Ingress", "Egress"]),
            ("spec/ingress/*/ports/*/protocol", PROTOCOLS),
            ("spec/egress/*/ports/*/protocol", PROTOCOLS),
        ],
        "PersistentVolumeClaim" => &[(
            "spec/accessModes/*",
            &["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"],
        )],
        "PodDisruptionBudget" => {
            &[("spec/unhealthyPodEvictionPolicy", &["IfHealthyBudget", "AlwaysAllow"])]
        }
        "Service" => &[
            ("spec/type", &["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"]),
            ("spec/ports/*/protocol", PROTOCOLS),
            ("spec/externalTrafficPolicy", &["Cluster", "Local"]),
            ("spec/internalTrafficPolicy", &["Cluster", "Local"]),
        ],
        "StorageClass" => &[
            ("reclaimPolicy", &["Delete", "Retain"]),
            ("volumeBindingMode", &["Immediate", "WaitForFirstConsumer"]),
        ],
        _ => &[],
    }
}

fn check(model: &Model<'_>, findings: &mut Findings) {
    for objects in clusters(model) {
        let mut report = |manifest: &innovate_core::Manifest, path: &str, given: &str, known| {
            let known: &[&str] = known;
            let message = format!("Kubernetes knows no such choice in {}", title(manifest));
            let finding = objects
                .finding("K8S-15", Severity::Error, manifest, message)
                .property(path.trim_start_matches('/'))
                .given(format!("{given:?}"))
                .allowed(known.join(", "));
            findings.report(match nearest(given, known.iter().copied()) {
                Some(nearest) => finding.help(format!("`{nearest}` may be meant")),
                None => finding,
            });
        };
        for manifest in objects.all() {
            // Other groups have kinds of the same names.
            let group = manifest.api_version().split_once('/').map_or("", |(group, _)| group);
            if group.contains('.') && !group.ends_with(".k8s.io") {
                continue;
            }
            for (path, known) in of_kind(manifest.kind()) {
                each(manifest.object(), path, String::new(), &mut |place, given| {
                    if !known.contains(&given) {
                        report(manifest, place, given, known);
                    }
                });
            }
        }
        for workload in objects.workloads() {
            for (path, known) in OF_PODS {
                let place = workload.path.trim_end_matches('/').to_owned();
                each(workload.template, path, place, &mut |place, given| {
                    if !known.contains(&given) {
                        report(workload.manifest, place, given, known);
                    }
                });
            }
        }
    }
}

/// Visits every text at a path.
fn each(value: &Value, path: &str, place: String, visit: &mut impl FnMut(&str, &str)) {
    let (head, rest) = match path.split_once('/') {
        Some((head, rest)) => (head, Some(rest)),
        None => (path, None),
    };
    let mut go = |value: &Value, place: String| match (rest, value) {
        (Some(rest), value) => each(value, rest, place, visit),
        (None, Value::String(text)) => visit(&place, text),
        (None, _) => {}
    };
    match (head, value) {
        ("*", Value::Array(items)) => {
            for (at, item) in items.iter().enumerate() {
                go(item, format!("{place}/{at}"));
            }
        }
        (name, Value::Object(fields)) => {
            if let Some(field) = fields.get(name) {
                go(field, format!("{place}/{name}"));
            }
        }
        _ => {}
    }
}
