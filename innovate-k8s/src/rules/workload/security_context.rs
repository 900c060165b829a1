//! What the security context of a pod or a container asks for that the level baseline refuses.
//!
//! Source: "Pod Security Standards", Kubernetes documentation.

use serde_json::Value;

use crate::view::{items, text};

/// The profile of seccomp or AppArmor that lets everything through.
const UNCONFINED: &str = "Unconfined";

/// What an annotation of AppArmor for a container begins with.
const APP_ARMOR: &str = "container.apparmor.security.beta.kubernetes.io/";

/// The types of SELinux that a container may have.
const SELINUX_TYPES: [&str; 4] =
    ["container_t", "container_init_t", "container_kvm_t", "container_engine_t"];

/// The kernel's parameters that are a pod's own, and harm no other.
const SYSCTLS: [&str; 12] = [
    "kernel.shm_rmid_forced",
    "net.ipv4.ip_local_port_range",
    "net.ipv4.ip_local_reserved_ports",
    "net.ipv4.ip_unprivileged_port_start",
    "net.ipv4.ping_group_range",
    "net.ipv4.tcp_fin_timeout",
    "net.ipv4.tcp_keepalive_intvl",
    "net.ipv4.tcp_keepalive_probes",
    "net.ipv4.tcp_keepalive_time",
    "net.ipv4.tcp_rmem",
    "net.ipv4.tcp_syncookies",
    "net.ipv4.tcp_wmem",
];

/// What is wrong with a security context, each as what its pod or container does.
pub(super) fn refused(context: &Value, may_unmask: bool) -> Vec<String> {
    let is_true = |pointer: &str| context.pointer(pointer) == Some(&Value::Bool(true));
    let mut reasons: Vec<String> = Vec::new();
    if is_true("/privileged") {
        reasons.push("is privileged".to_owned());
    }
    if is_true("/windowsOptions/hostProcess") {
        reasons.push("is a process of the node".to_owned());
    }
    if text(context, "/seccompProfile/type") == UNCONFINED {
        reasons.push("has its system calls unconfined".to_owned());
    }
    if text(context, "/appArmorProfile/type") == UNCONFINED {
        reasons.push("isn't confined by AppArmor".to_owned());
    }
    for name in ["user", "role", "type"] {
        let value = text(context, &format!("/seLinuxOptions/{name}"));
        let allowed = value.is_empty() || (name == "type" && SELINUX_TYPES.contains(&value));
        if !allowed {
            reasons.push(format!("sets the SELinux {name} {value}"));
        }
    }
    let proc_mount = text(context, "/procMount");
    if !matches!(proc_mount, "" | "Default") && !may_unmask {
        reasons.push(format!("has its /proc {proc_mount}"));
    }
    let parameters = items(context, "/sysctls").map(|parameter| text(parameter, "/name"));
    let parameters: Vec<&str> = parameters.filter(|name| !SYSCTLS.contains(name)).collect();
    if !parameters.is_empty() {
        reasons.push(format!("sets the kernel's {}", parameters.join(", ")));
    }
    reasons
}

/// The annotations of a pod that leave its containers without AppArmor, as `name: value`.
pub(super) fn unconfined_by_annotation(template: &Value) -> impl Iterator<Item = String> {
    let annotations = template.pointer("/metadata/annotations").and_then(Value::as_object);
    annotations.into_iter().flatten().filter_map(|(name, value)| {
        let profile = value.as_str()?;
        let confined =
            matches!(profile, "" | "runtime/default") || profile.starts_with("localhost/");
        (name.starts_with(APP_ARMOR) && !confined).then(|| format!("{name}: {profile}"))
    })
}
