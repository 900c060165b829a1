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
            let mut reasons = of_the_pod(workload.pod(), level);
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
                    .property(format!("{}spec", workload.path))
                    .given(reasons.join("; "))
                    .help(match level {
                        "restricted" => "set `runAsNonRoot: true`, `allowPrivilegeEscalation: false`, `capabilities: {drop: [ALL]}` and `seccompProfile: {type: RuntimeDefault}`, or give the namespace of an agent that needs more the level that it needs",
                        _ => "leave it out, or give the namespace of an agent that needs it the level privileged",
                    }),
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

/// The capabilities that a container may add at the level baseline.
const BASELINE: [&str; 13] = [
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_BIND_SERVICE",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
];

/// Those at the level restricted.
const RESTRICTED: [&str; 1] = ["NET_BIND_SERVICE"];

/// What a volume may be at the level restricted. One that says nothing is an empty folder.
const VOLUMES: [&str; 9] = [
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "image",
    "persistentVolumeClaim",
    "projected",
    "secret",
];

/// The seccomp profile that lets every system call through.
const UNCONFINED: &str = "Unconfined";

fn of_the_pod(pod: &Value, level: &str) -> Vec<String> {
    let is_true = |name: &str| pod.get(name) == Some(&Value::Bool(true));
    let host = ["hostNetwork", "hostPID", "hostIPC"].into_iter().filter(|name| is_true(name));
    let mut reasons: Vec<String> = host.map(|name| format!("the pod sets {name}")).collect();
    for volume in items(pod, "/volumes") {
        let name = text(volume, "/name");
        let sources = volume.as_object().into_iter().flatten().map(|(source, _)| source.as_str());
        for source in sources.filter(|source| *source != "name") {
            if source == "hostPath" {
                reasons.push(format!("the volume `{name}` is a folder of the node"));
            } else if level == "restricted" && !VOLUMES.contains(&source) {
                reasons.push(format!("the volume `{name}` is of the kind {source}"));
            }
        }
    }
    if text(pod, "/securityContext/seccompProfile/type") == UNCONFINED {
        reasons.push("the pod has its system calls unconfined".to_owned());
    }
    reasons
}

fn of_a_container(pod: &Value, container: &Container<'_>, level: &str) -> Vec<String> {
    let own = container.value.get("securityContext").unwrap_or(&Value::Null);
    let shared = pod.get("securityContext").unwrap_or(&Value::Null);
    let either = |name: &str| own.get(name).or_else(|| shared.get(name));
    let restricted = level == "restricted";
    let mut reasons: Vec<String> = Vec::new();
    if own.get("privileged") == Some(&Value::Bool(true)) {
        reasons.push("is privileged".to_owned());
    }
    if items(container.value, "/ports")
        .any(|port| port.get("hostPort").and_then(Value::as_i64).is_some_and(|port| port != 0))
    {
        reasons.push("listens on a port of the node".to_owned());
    }
    let may_add: &[&str] = if restricted { &RESTRICTED } else { &BASELINE };
    let added = items(own, "/capabilities/add").filter_map(Value::as_str);
    let added: Vec<&str> = added.filter(|added| !may_add.contains(added)).collect();
    if !added.is_empty() {
        reasons.push(format!("adds the capability {}", added.join(", ")));
    }
    if text(own, "/seccompProfile/type") == UNCONFINED {
        reasons.push("has its system calls unconfined".to_owned());
    }
    if !restricted {
        return reasons;
    }
    if own.get("allowPrivilegeEscalation") != Some(&Value::Bool(false)) {
        reasons.push("may gain privileges".to_owned());
    }
    let root = either("runAsUser").and_then(Value::as_i64) == Some(0);
    if root || either("runAsNonRoot") != Some(&Value::Bool(true)) {
        reasons.push("may run as root".to_owned());
    }
    if !items(own, "/capabilities/drop").any(|dropped| dropped == "ALL") {
        reasons.push("keeps capabilities".to_owned());
    }
    let profile = either("seccompProfile").map(|profile| text(profile, "/type"));
    if !matches!(profile, Some("RuntimeDefault" | "Localhost" | UNCONFINED)) {
        reasons.push("has no seccomp profile".to_owned());
    }
    reasons
}
