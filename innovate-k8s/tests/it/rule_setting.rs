//! What a program is told whose settings and secrets are good but for one thing.

use innovate_aws::name;
use innovate_core::Diagnostic;
use innovate_k8s::{ConfigMap, Listen, Namespace, Resources, SecretRef, WebService, object_name};
use serde_json::{Value, json};

use crate::{
    program::IMAGE,
    rule::{broken, good, namespace, service, told},
};

#[test]
fn a_manifest_holds_no_secret_and_none_is_shown() {
    for (kind, break_it) in [
        (
            "Deployment",
            (|object| {
                object["spec"]["template"]["spec"]["containers"][0]["env"] =
                    json!([{ "name": "DB_PASSWORD", "value": "correct horse" }])
            }) as fn(&mut Value),
        ),
        ("ConfigMap", |object| {
            object["data"]["URL"] = "postgres://app:correct horse@db/app".replace(' ', "-").into()
        }),
        ("ConfigMap", |object| object["data"]["DB_PASSWORD"] = "correct horse".into()),
    ] {
        let finding = broken(kind, "api", break_it);
        assert_eq!(finding.code(), "SEC-02");
        assert!(!format!("{finding:?}").contains("correct"), "{finding:?}");
    }
    let finding = good()
        .with(json!({
            "apiVersion": "v1", "kind": "Secret",
            "metadata": { "name": "db", "namespace": "shop" },
            "stringData": { "password": "correct horse" },
        }))
        .only_finding();
    assert_eq!(finding.code(), "SEC-02");
}

#[test]
fn pods_read_settings_and_secrets_of_their_own_namespace() {
    let mut program = good();
    let other = namespace(&mut program);
    let config = program.manifests.add(
        ConfigMap::builder()
            .namespace(&other)
            .name(object_name!("settings"))
            .entry("LOG_LEVEL", "info")
            .build(),
    );
    let third = program.manifests.add(Namespace::new(object_name!("third")));
    let secret = SecretRef::existing(&other, object_name!("certificate"));
    let worker = service!(&third, object_name!("worker"))
        .replicas(2..=2)
        .config(&config)
        .secret_files(&secret, "/etc/certificate")
        .build();
    program.manifests.add(worker);
    let findings = program.findings();
    let setters: Vec<_> = findings.iter().filter_map(Diagnostic::setter_name).collect();
    assert!(findings.iter().all(|found| found.code() == "K8S-04"), "{findings:#?}");
    assert!(setters.contains(&"config") && setters.contains(&"secret_files"), "{setters:?}");
}

#[test]
fn the_secrets_operator_reads_secrets_of_its_environment() {
    let finding = good().with_secret(name!(SecretName: "innovate/dev/payment")).only_finding();
    assert_eq!((told(&finding).0, told(&finding).3), ("K8S-04", "innovate/dev/payment"));
    assert_eq!(finding.allowed_values(), Some("names that begin with `innovate/prod/`"));
    assert_eq!(good().with_secret(name!(SecretName: "innovate/prod/payment")).findings(), []);
}

#[test]
fn a_setting_has_a_key_that_kubernetes_takes_and_one_value() {
    for (key, given) in [("LOG LEVEL", "\"LOG LEVEL\""), ("", "\"\""), ("..", "\"..\"")] {
        let mut program = good();
        let other = namespace(&mut program);
        let config = ConfigMap::builder()
            .namespace(&other)
            .name(object_name!("settings"))
            .entry(key, 8080)
            .build();
        program.manifests.add(config);
        let finding = program.only_finding();
        assert_eq!((told(&finding).0, told(&finding).3), ("K8S-02", given));
        assert_eq!(finding.setter_name(), Some("entry"));
    }
    let mut program = good();
    let other = namespace(&mut program);
    let config = ConfigMap::builder()
        .namespace(&other)
        .name(object_name!("settings"))
        .entry("LOG_LEVEL", "info")
        .entry("LOG_LEVEL", "debug")
        .build();
    program.manifests.add(config);
    assert_eq!(told(&program.only_finding()).3, "LOG_LEVEL");
    let finding = broken("ConfigMap", "api", |object| {
        object["data"]["LARGE"] = "-".repeat(1 << 20).into();
    });
    assert_eq!(told(&finding).2, "ConfigMap shop/api is larger than Kubernetes accepts");
}
