//! `K8S-09`: what a pod may do to its node.

use innovate_core::{
    Rule, Severity,
    check::{Check, Findings, Model},
};
use serde_json::Value;

use super::{super::clusters, security_context};
use crate::{
    cluster,
    view::{Container, Objects, Workload, items, text, title},
};

pub(crate) static CONTAINER_IS_RESTRICTED: Rule = Rule {
    code: "K8S-09",
    title: "pods do no more than their namespace's pod security level allows",
    explanation: "A pod that its namespace's level doesn't allow is refused by the API server when \
it is to be made: the deployment hangs, and says why only in its events. The levels are restricted, \
baseline and privileged; a namespace that states none is held to the restricted one here, and \
kube-system to none.\n\nRoot of a pod with users of its own (`hostUsers: false`) is not root of \
the node, which the levels take into account from Kubernetes 1.35 on. They are those of the \
cluster's version, or of an earlier one in the label \
`pod-security.kubernetes.io/enforce-version`.\n\nSources: \"Pod Security Standards\" and \"User \
Namespaces\", Kubernetes documentation.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    for objects in clusters(model) {
        let cluster = cluster::minor_version(model, objects.set().cluster());
        for workload in objects.workloads() {
            let policy = Policy::of(objects, workload, cluster);
            let level = policy.level;
            if level == "privileged" {
                continue;
            }
            let mut reasons = of_the_pod(workload, policy);
            for container in workload.containers() {
                let name = container.name().to_owned();
                let found = of_a_container(workload.pod(), &container, policy);
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
                        "restricted" => "leave out what the level refuses and set `runAsNonRoot: true`, `allowPrivilegeEscalation: false`, `capabilities: {drop: [ALL]}` and `seccompProfile: {type: RuntimeDefault}`, or give the namespace of an agent that needs more the level that it needs",
                        _ => "leave it out, or give the namespace of an agent that needs it the level privileged",
                    }),
            );
        }
    }
}

/// What the namespace of some pods holds them to.
#[derive(Clone, Copy)]
struct Policy<'app> {
    level: &'app str,
    /// The minor version of Kubernetes whose standards hold, if it is known.
    minor: Option<u16>,
}

impl<'app> Policy<'app> {
    fn of(objects: Objects<'app>, workload: Workload<'app>, cluster: Option<u16>) -> Self {
        let labels = workload
            .namespace()
            .and_then(|name| objects.find("Namespace", None, name))
            .and_then(|found| found.object().pointer("/metadata/labels"));
        let label = |name: &str| labels.and_then(|labels| labels.get(name)).and_then(Value::as_str);
        let level = match label("pod-security.kubernetes.io/enforce") {
            Some(level) => level,
            None if workload.namespace() == Some("kube-system") => "privileged",
            None => "restricted",
        };
        let pinned: Option<u16> = label("pod-security.kubernetes.io/enforce-version")
            .and_then(|version| version.strip_prefix("v1.")?.parse().ok());
        Self { level, minor: pinned.into_iter().chain(cluster).min() }
    }

    fn is_restricted(self) -> bool {
        self.level == "restricted"
    }

    /// Whether it is that of a minor version or of a later one.
    fn is_from(self, minor: u16) -> bool {
        self.minor.is_none_or(|own| own >= minor)
    }

    /// Whether the pod's users are none of the node's, and this policy knows that.
    fn trusts_users_of(self, pod: &Value) -> bool {
        self.is_from(35) && pod.get("hostUsers") == Some(&Value::Bool(false))
    }

    /// What it refuses in a security context.
    fn refused(self, pod: &Value, context: &Value) -> Vec<String> {
        let may_unmask = !self.is_restricted() && self.trusts_users_of(pod);
        security_context::refused(context, may_unmask)
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

fn of_the_pod(workload: Workload<'_>, policy: Policy<'_>) -> Vec<String> {
    let pod = workload.pod();
    let is_true = |name: &str| pod.get(name) == Some(&Value::Bool(true));
    let host = ["hostNetwork", "hostPID", "hostIPC"].into_iter().filter(|name| is_true(name));
    let mut reasons: Vec<String> = host.map(|name| format!("the pod sets {name}")).collect();
    for volume in items(pod, "/volumes") {
        let name = text(volume, "/name");
        let sources = volume.as_object().into_iter().flatten().map(|(source, _)| source.as_str());
        for source in sources.filter(|source| *source != "name") {
            if source == "hostPath" {
                reasons.push(format!("the volume `{name}` is a folder of the node"));
            } else if policy.is_restricted() && !VOLUMES.contains(&source) {
                reasons.push(format!("the volume `{name}` is of the kind {source}"));
            }
        }
    }
    let context = pod.get("securityContext").unwrap_or(&Value::Null);
    let refused = policy.refused(pod, context).into_iter();
    reasons.extend(refused.map(|reason| format!("the pod {reason}")));
    let annotations = security_context::unconfined_by_annotation(workload.template);
    reasons
        .extend(annotations.map(|annotation| format!("the pod has the annotation {annotation}")));
    reasons
}

fn of_a_container(pod: &Value, container: &Container<'_>, policy: Policy<'_>) -> Vec<String> {
    let own = container.value.get("securityContext").unwrap_or(&Value::Null);
    let shared = pod.get("securityContext").unwrap_or(&Value::Null);
    let either = |name: &str| own.get(name).or_else(|| shared.get(name));
    let mut reasons = policy.refused(pod, own);
    if items(container.value, "/ports")
        .any(|port| port.get("hostPort").and_then(Value::as_i64).is_some_and(|port| port != 0))
    {
        reasons.push("listens on a port of the node".to_owned());
    }
    if policy.is_from(34) {
        reasons.extend(hosts(container));
    }
    let may_add: &[&str] = if policy.is_restricted() { &RESTRICTED } else { &BASELINE };
    let added = items(own, "/capabilities/add").filter_map(Value::as_str);
    let added: Vec<&str> = added.filter(|added| !may_add.contains(added)).collect();
    if !added.is_empty() {
        reasons.push(format!("adds the capability {}", added.join(", ")));
    }
    if !policy.is_restricted() {
        return reasons;
    }
    if own.get("allowPrivilegeEscalation") != Some(&Value::Bool(false)) {
        reasons.push("may gain privileges".to_owned());
    }
    let root = either("runAsUser").and_then(Value::as_i64) == Some(0);
    let may_be_root = root || either("runAsNonRoot") != Some(&Value::Bool(true));
    if may_be_root && !policy.trusts_users_of(pod) {
        reasons.push("may run as root".to_owned());
    }
    if !items(own, "/capabilities/drop").any(|dropped| dropped == "ALL") {
        reasons.push("keeps capabilities".to_owned());
    }
    let profile = either("seccompProfile").map(|profile| text(profile, "/type"));
    if !matches!(profile, Some("RuntimeDefault" | "Localhost" | "Unconfined")) {
        reasons.push("has no seccomp profile".to_owned());
    }
    reasons
}

/// The hosts that the node is to ask for a container, instead of the container itself.
fn hosts(container: &Container<'_>) -> Vec<String> {
    let mut reasons = Vec::new();
    for handler in [
        "livenessProbe",
        "readinessProbe",
        "startupProbe",
        "lifecycle/postStart",
        "lifecycle/preStop",
    ] {
        let name = handler.trim_start_matches("lifecycle/");
        for action in ["httpGet", "tcpSocket"] {
            let host = text(container.value, &format!("/{handler}/{action}/host"));
            if !host.is_empty() {
                reasons.push(format!("has its {name} ask {host}"));
            }
        }
    }
    reasons
}
