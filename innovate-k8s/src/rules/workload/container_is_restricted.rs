//! `K8S-09`: what a pod may do to its node.

use innovate_core::{
    Rule, Severity,
    check::{Check, Findings, Model},
};
use serde_json::Value;

use super::super::clusters;
use crate::view::{Container, Objects, Workload, items, text, title};

pub(crate) static CONTAINER_IS_RESTRICTED: Rule = Rule {
    code: "K8S-09",
    title: "pods do no more than their namespace's pod security level allows",
    explanation: "A pod that its namespace's level doesn't allow is refused by the API server when \
it is to be made: the deployment hangs, and says why only in its events. The levels are restricted, \
baseline and privileged; a namespace that states none is held to the restricted one here, and \
kube-system to none.\n\nSource: \"Pod Security Standards\", Kubernetes documentation.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    for objects in clusters(model) {
        for workload in objects.workloads() {
            let level = level(objects, workload);
            if level == "privileged" {
                continue;
            }
            let mut reasons = of_the_pod(workload.pod());
            for container in workload.containers() {
                let name = container.name().to_owned();
                let found = of_a_container(workload.pod(), &container, level);
                reasons.extend(found.into_iter().map(|reason| format!("`{name}` {reason}")));
            }
            if reasons.is_empty() {
                continue;
            }
            let message = format!(
                "the pods of {} do more than the level {level} allows",
                title(workload.manifest)
            );
            findings.report(
                objects
                    .finding("K8S-09", Severity::Error, workload.manifest, message)
                    .property(format!("{}/spec", workload.path))
                    .given(reasons.join("; "))
                    .help("set `runAsNonRoot: true`, `allowPrivilegeEscalation: false`, `capabilities: {drop: [ALL]}` and `seccompProfile: {type: RuntimeDefault}`, or give the namespace of an agent that needs more the level that it needs"),
            );
        }
    }
}

fn level<'app>(objects: Objects<'app>, workload: Workload<'app>) -> &'app str {
    let Some(namespace) = workload.namespace() else { return "restricted" };
    let labels = objects
        .find("Namespace", None, namespace)
        .and_then(|found| found.object().pointer("/metadata/labels"));
    let label = labels.and_then(|labels| labels.get("pod-security.kubernetes.io/enforce"));
    match label.and_then(Value::as_str) {
        Some(level) => level,
        None if namespace == "kube-system" => "privileged",
        None => "restricted",
    }
}

fn of_the_pod(pod: &Value) -> Vec<String> {
    let is_true = |name: &str| pod.get(name) == Some(&Value::Bool(true));
    let host = ["hostNetwork", "hostPID", "hostIPC"].into_iter().filter(|name| is_true(name));
    let mut reasons: Vec<String> = host.map(|name| format!("the pod sets {name}")).collect();
    let on_host = items(pod, "/volumes").filter(|volume| volume.get("hostPath").is_some());
    reasons.extend(
        on_host.map(|volume| {
            format!("the volume `{}` is a folder of the node", text(volume, "/name"))
        }),
    );
    reasons
}

fn of_a_container(pod: &Value, container: &Container<'_>, level: &str) -> Vec<&'static str> {
    let own = container.value.get("securityContext").unwrap_or(&Value::Null);
    let shared = pod.get("securityContext").unwrap_or(&Value::Null);
    let either = |name: &str| own.get(name).or_else(|| shared.get(name));
    let mut reasons = Vec::new();
    if own.get("privileged") == Some(&Value::Bool(true)) {
        reasons.push("is privileged");
    }
    if items(container.value, "/ports")
        .any(|port| port.get("hostPort").and_then(Value::as_i64).is_some_and(|port| port != 0))
    {
        reasons.push("listens on a port of the node");
    }
    if level != "restricted" {
        return reasons;
    }
    if own.get("allowPrivilegeEscalation") != Some(&Value::Bool(false)) {
        reasons.push("may gain privileges");
    }
    let root = either("runAsUser").and_then(Value::as_i64) == Some(0);
    if root || either("runAsNonRoot") != Some(&Value::Bool(true)) {
        reasons.push("may run as root");
    }
    if !items(own, "/capabilities/drop").any(|dropped| dropped == "ALL") {
        reasons.push("keeps capabilities");
    }
    if items(own, "/capabilities/add").any(|added| added != "NET_BIND_SERVICE") {
        reasons.push("adds capabilities");
    }
    let profile = either("seccompProfile").map(|profile| text(profile, "/type"));
    if !matches!(profile, Some("RuntimeDefault" | "Localhost")) {
        reasons.push("has no seccomp profile");
    }
    reasons
}
