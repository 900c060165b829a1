//! What a program is told whose pods do more than their namespace's pod security level allows.

use innovate_core::Prod;
use serde_json::{Value, json};

use crate::{
    program::Program,
    rule::{broken, good, told},
};

/// The good program at a level, with the pods of its service changed.
fn pods(level: &str, change: impl FnOnce(&mut Value)) -> Program<Prod> {
    let program = good().breaking("Namespace", "shop", |object| {
        object["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] = level.into();
    });
    program.breaking("Deployment", "api", |object| change(&mut object["spec"]["template"]))
}

/// Sets fields of an object, and of the objects in it.
fn set(object: &mut Value, fields: &Value) {
    match fields {
        Value::Object(fields) => {
            fields.iter().for_each(|(name, fields)| set(&mut object[name.as_str()], fields));
        }
        Value::Array(fields) if object.is_array() => {
            fields.iter().enumerate().for_each(|(at, fields)| set(&mut object[at], fields));
        }
        value => *object = value.clone(),
    }
}

#[test]
fn a_container_does_no_more_than_its_namespace_allows() {
    let finding = broken("Deployment", "api", |object| {
        let spec = &mut object["spec"]["template"]["spec"];
        spec["hostNetwork"] = true.into();
        spec["containers"][0]["securityContext"] = json!({ "privileged": true, "runAsUser": 0 });
    });
    assert_eq!(finding.code(), "K8S-09");
    let given = told(&finding).3;
    for reason in
        ["the pod sets hostNetwork", "is privileged", "may run as root", "keeps capabilities"]
    {
        assert!(given.contains(reason), "{given}");
    }
}

#[test]
fn an_agent_may_do_more_in_a_privileged_namespace() {
    let program = good()
        .breaking("Namespace", "shop", |object| {
            object["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] =
                "privileged".into();
        })
        .breaking("Deployment", "api", |object| {
            object["spec"]["template"]["spec"]["hostNetwork"] = true.into();
        });
    assert_eq!(program.findings(), []);
}

#[test]
fn the_level_baseline_refuses_what_is_known_to_be_dangerous() {
    let program = |security: Value, volume: Value, level: &str| {
        let program = good().breaking("Deployment", "api", |object| {
            let pod = &mut object["spec"]["template"]["spec"];
            pod["containers"][0]["securityContext"]["capabilities"]["add"] =
                security["add"].clone();
            if let Some(profile) = security.get("seccomp") {
                pod["containers"][0]["securityContext"]["seccompProfile"]["type"] = profile.clone();
            }
            if let Some(profile) = security.get("pod_seccomp") {
                pod["securityContext"]["seccompProfile"]["type"] = profile.clone();
            }
            pod["volumes"].as_array_mut().unwrap().push(volume);
        });
        program.breaking("Namespace", "shop", |object| {
            object["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] = level.into();
        })
    };
    let scratch = json!({ "name": "scratch" });
    let share = json!({ "name": "share", "nfs": { "server": "10.30.0.9", "path": "/" } });
    let chown = json!({ "add": ["CHOWN", "NET_BIND_SERVICE"] });
    let none = json!({ "add": [] });
    assert_eq!(program(chown.clone(), share.clone(), "baseline").findings(), []);
    assert_eq!(program(none.clone(), scratch.clone(), "restricted").findings(), []);
    for (security, volume, level, given) in [
        (
            json!({ "add": ["SYS_ADMIN"] }),
            &scratch,
            "baseline",
            "`api` adds the capability SYS_ADMIN",
        ),
        (
            json!({ "add": [], "seccomp": "Unconfined" }),
            &scratch,
            "baseline",
            "`api` has its system calls unconfined",
        ),
        (
            json!({ "add": [], "pod_seccomp": "Unconfined" }),
            &scratch,
            "baseline",
            "the pod has its system calls unconfined",
        ),
        (chown, &scratch, "restricted", "`api` adds the capability CHOWN"),
        (
            json!({ "add": [], "seccomp": "Unconfined" }),
            &scratch,
            "restricted",
            "`api` has its system calls unconfined",
        ),
        (none, &share, "restricted", "the volume `share` is of the kind nfs"),
    ] {
        let finding = program(security, volume.clone(), level).only_finding();
        assert_eq!((told(&finding).0, told(&finding).3), ("K8S-09", given));
    }
}

#[test]
fn the_files_of_an_image_are_a_volume_at_any_level() {
    let files = json!({ "name": "model", "image": { "reference": "registry.example/model:3" } });
    let program = pods("restricted", |template| {
        template["spec"]["volumes"].as_array_mut().unwrap().push(files);
    });
    assert_eq!(program.findings(), []);
}

#[test]
fn root_in_a_user_namespace_is_not_root_of_the_node_from_1_35_on() {
    let program = |host_users: Option<bool>, policy: &str| {
        let program = pods("restricted", |template| {
            let pod = &mut template["spec"];
            if let Some(host_users) = host_users {
                pod["hostUsers"] = host_users.into();
            }
            pod["securityContext"]["runAsNonRoot"] = false.into();
            pod["containers"][0]["securityContext"]["runAsNonRoot"] = false.into();
            pod["containers"][0]["securityContext"]["runAsUser"] = 0.into();
        });
        program.breaking("Namespace", "shop", |object| {
            object["metadata"]["labels"]["pod-security.kubernetes.io/enforce-version"] =
                policy.into();
        })
    };
    for policy in ["latest", "v1.35"] {
        assert_eq!(program(Some(false), policy).findings(), [], "{policy}");
    }
    for (host_users, policy) in [(None, "latest"), (Some(true), "latest"), (Some(false), "v1.34")] {
        let finding = program(host_users, policy).only_finding();
        assert_eq!((told(&finding).0, told(&finding).3), ("K8S-09", "`api` may run as root"));
    }
}

#[test]
fn no_level_but_privileged_lets_a_pod_off_what_confines_it() {
    let pod = |context: Value| json!({ "spec": { "securityContext": context } });
    let api = |fields: Value| json!({ "spec": { "containers": [fields] } });
    let context = |context: Value| api(json!({ "securityContext": context }));
    let annotation = "container.apparmor.security.beta.kubernetes.io/api";
    for (fields, given) in [
        (
            pod(json!({ "appArmorProfile": { "type": "Unconfined" } })),
            "the pod isn't confined by AppArmor",
        ),
        (
            context(json!({ "appArmorProfile": { "type": "Unconfined" } })),
            "`api` isn't confined by AppArmor",
        ),
        (
            json!({ "metadata": { "annotations": { annotation: "unconfined" } } }),
            "the pod has the annotation container.apparmor.security.beta.kubernetes.io/api: unconfined",
        ),
        (
            pod(json!({ "seLinuxOptions": { "type": "spc_t" } })),
            "the pod sets the SELinux type spc_t",
        ),
        (
            context(json!({ "seLinuxOptions": { "user": "system_u", "role": "system_r" } })),
            "`api` sets the SELinux user system_u; `api` sets the SELinux role system_r",
        ),
        (context(json!({ "procMount": "Unmasked" })), "`api` has its /proc Unmasked"),
        (
            pod(json!({ "sysctls": [
                { "name": "net.ipv4.tcp_rmem", "value": "4096 87380 6291456" },
                { "name": "net.core.somaxconn", "value": "4096" },
                { "name": "kernel.msgmax", "value": "65536" },
            ] })),
            "the pod sets the kernel's net.core.somaxconn, kernel.msgmax",
        ),
        (
            pod(json!({ "windowsOptions": { "hostProcess": true } })),
            "the pod is a process of the node",
        ),
        (
            context(json!({ "windowsOptions": { "hostProcess": true } })),
            "`api` is a process of the node",
        ),
        (
            api(json!({ "livenessProbe": { "httpGet": { "host": "10.30.0.9" } } })),
            "`api` has its livenessProbe ask 10.30.0.9",
        ),
        (
            api(json!({ "startupProbe": { "tcpSocket": { "port": 8443, "host": "db" } } })),
            "`api` has its startupProbe ask db",
        ),
        (
            api(json!({ "lifecycle": {
                "preStop": { "httpGet": { "port": 8443, "host": "169.254.169.254" } },
            } })),
            "`api` has its preStop ask 169.254.169.254",
        ),
    ] {
        for level in ["baseline", "restricted"] {
            let finding = pods(level, |template| set(template, &fields)).only_finding();
            assert_eq!((told(&finding).0, told(&finding).3), ("K8S-09", given), "{level}");
        }
        assert_eq!(pods("privileged", |template| set(template, &fields)).findings(), []);
    }
}

#[test]
fn what_confines_a_pod_may_be_said() {
    let fields = json!({
        "metadata": { "annotations": {
            "container.apparmor.security.beta.kubernetes.io/api": "localhost/api",
        } },
        "spec": {
            "securityContext": {
                "appArmorProfile": { "type": "RuntimeDefault" },
                "seLinuxOptions": { "user": "", "type": "container_engine_t", "level": "s0:c1,c2" },
                "sysctls": [{ "name": "net.ipv4.ip_unprivileged_port_start", "value": "0" }],
                "windowsOptions": { "hostProcess": false },
            },
            "containers": [{
                "securityContext": { "procMount": "Default" },
                "livenessProbe": { "httpGet": { "host": "" } },
            }],
        },
    });
    for level in ["baseline", "restricted"] {
        assert_eq!(pods(level, |template| set(template, &fields)).findings(), [], "{level}");
    }
}

#[test]
fn a_level_of_an_earlier_version_is_that_versions() {
    let program = |level: &str, policy: &str, fields: Value| {
        pods(level, |template| set(template, &fields)).breaking("Namespace", "shop", |object| {
            object["metadata"]["labels"]["pod-security.kubernetes.io/enforce-version"] =
                policy.into();
        })
    };
    let host = json!({ "livenessProbe": { "httpGet": { "host": "10.30.0.9" } } });
    let asks = json!({ "spec": { "containers": [host] } });
    assert_eq!(program("restricted", "v1.33", asks.clone()).findings(), []);
    assert_eq!(program("restricted", "v1.34", asks).only_finding().code(), "K8S-09");
    let container = json!({ "securityContext": { "procMount": "Unmasked" } });
    let unmasked = json!({ "spec": { "hostUsers": false, "containers": [container] } });
    assert_eq!(program("baseline", "v1.35", unmasked.clone()).findings(), []);
    for (level, policy) in [("baseline", "v1.34"), ("restricted", "v1.35")] {
        let finding = program(level, policy, unmasked.clone()).only_finding();
        assert_eq!(told(&finding).3, "`api` has its /proc Unmasked");
    }
}
