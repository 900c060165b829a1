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
