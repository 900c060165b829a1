//! `K8S-08`: what a container takes of its node.

use innovate_core::{
    Rule, Severity,
    check::{Check, Findings, Model},
};

use super::super::clusters;
use crate::view::title;

pub(crate) static CONTAINER_STATES_ITS_RESOURCES: Rule = Rule {
    code: "K8S-08",
    title: "a container requests processor time and memory, and has a limit of memory",
    explanation: "Karpenter chooses nodes by what pods request: pods that request nothing are put \
onto nodes that are too small, and slow down their neighbours. Without a limit of memory, one pod's \
leak kills others. A limit of processor time is left to the workload.\n\nSource: \"Resource Management \
for Pods and Containers\", Kubernetes documentation; \"Karpenter\", Amazon EKS Best Practices Guide.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    for objects in clusters(model) {
        for workload in objects.workloads() {
            for container in workload.containers() {
                let missing: Vec<&str> = ["requests/cpu", "requests/memory", "limits/memory"]
                    .into_iter()
                    .filter(|field| {
                        container.value.pointer(&format!("/resources/{field}")).is_none()
                    })
                    .collect();
                if missing.is_empty() {
                    continue;
                }
                let message = format!(
                    "the container `{}` of {} doesn't say what it takes of its node",
                    container.name(),
                    title(workload.manifest)
                );
                findings.report(
                    objects
                        .finding("K8S-08", Severity::Error, workload.manifest, message)
                        .setter("resources")
                        .property(format!("{}/resources", container.path))
                        .given(format!("no {}", missing.join(", no ")))
                        .help("state `requests` of cpu and memory, and a limit of memory"),
                );
            }
        }
    }
}
