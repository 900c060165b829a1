//! `K8S-13`: liveness asks another question than readiness.

use innovate_core::{
    Rule, Severity,
    check::{Check, Findings, Model},
};

use super::super::clusters;
use crate::view::title;

pub(crate) static PROBES_DIFFER: Rule = Rule {
    code: "K8S-13",
    title: "liveness asks another question than readiness",
    explanation: "Readiness fails while a dependency is down, and takes the pod out of its load \
balancers. If liveness asks the same, every pod is restarted at once on top of that, and the outage \
becomes longer. Let liveness answer as long as the process does.\n\nSource: \"Liveness, Readiness, and \
Startup Probes\", Kubernetes documentation.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    for objects in clusters(model) {
        for workload in objects.workloads() {
            for container in workload.containers() {
                let asked = |probe: &str| {
                    let path = format!("/{probe}/httpGet/path");
                    container.value.pointer(&path).and_then(serde_json::Value::as_str)
                };
                let (Some(liveness), Some(readiness)) =
                    (asked("livenessProbe"), asked("readinessProbe"))
                else {
                    continue;
                };
                if liveness == readiness {
                    let message = format!(
                        "liveness and readiness of the container `{}` of {} ask the same",
                        container.name(),
                        title(workload.manifest)
                    );
                    findings.report(
                        objects
                            .finding("K8S-13", Severity::Warning, workload.manifest, message)
                            .setter("probes")
                            .property(format!("{}/livenessProbe/httpGet/path", container.path))
                            .given(liveness)
                            .help("let liveness ask a path that needs no dependency, such as `/livez`"),
                    );
                }
            }
        }
    }
}
