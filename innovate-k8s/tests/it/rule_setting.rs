//! What a program is told whose settings and secrets are good but for one thing.

use innovate_aws::{
    cluster::ExternalSecrets,
    identity::{Irsa, OidcProvider},
    keys::KmsKey,
    name, service_account,
};
use innovate_core::{Diagnostic, Prod};
use innovate_k8s::{
    ClusterSecretStore, ConfigMap, ExternalSecret, Listen, Namespace, Resources, SecretRef,
    WebService, object_name,
};
use serde_json::{Value, json};

use crate::{
    program::{IMAGE, Program, files},
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
fn a_setting_that_is_a_host_is_one() {
    let mut program = good();
    let other = namespace(&mut program);
    let host = program.environment.host("Our API");
    let config = ConfigMap::builder()
        .namespace(&other)
        .name(object_name!("settings"))
        .entry("HOST", &host)
        .entry("PEER", &program.environment.host("peer"))
        .build();
    program.manifests.add(config);
    let finding = program.only_finding();
    assert_eq!((told(&finding).0, told(&finding).3), ("K8S-02", "Our API.innovate.example"));
    assert_eq!(finding.setter_name(), Some("entry"));
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

#[test]
fn a_store_is_of_the_operator_of_its_own_cluster() {
    let mut program = Program::<Prod>::new();
    let key = program.stacks[0].add("StoredSecrets", KmsKey::new());
    let operator = ExternalSecrets::builder().cluster(&program.cluster).key(&key).build();
    let operator = program.stacks.last_mut().unwrap().add("ExternalSecrets", operator);
    let mut program = program.of_another_cluster();
    let store = ClusterSecretStore::builder().name(object_name!("store")).operator(&operator);
    program.manifests.add(store.build());
    let finding = program.only_finding();
    assert_eq!((finding.code(), finding.setter_name()), ("K8S-04", Some("operator")));
    assert_eq!(finding.given_value(), Some("innovate-prod"));
}

#[test]
fn a_secret_is_read_again() {
    let mut program = Program::<Prod>::new();
    let key = program.stacks[0].add("StoredSecrets", KmsKey::new());
    let operator = ExternalSecrets::builder().cluster(&program.cluster).key(&key).build();
    let operator = program.stacks.last_mut().unwrap().add("ExternalSecrets", operator);
    let namespace = namespace(&mut program);
    let store = program.manifests.add(
        ClusterSecretStore::builder()
            .name(object_name!("store"))
            .operator(&operator)
            .namespace(&namespace)
            .build(),
    );
    let secret = ExternalSecret::builder()
        .namespace(&namespace)
        .name(object_name!("payment"))
        .store(&store)
        .secret(name!(SecretName: "innovate/prod/payment"))
        .refresh_minutes(0)
        .build();
    program.manifests.add(secret);
    let finding = program.only_finding();
    assert_eq!((told(&finding).0, told(&finding).3), ("K8S-02", "0"));
    assert_eq!(finding.setter_name(), Some("refresh_minutes"));
}

#[test]
fn the_files_of_a_secret_have_a_folder_of_their_own() {
    let findings = |folders: [&'static str; 2]| {
        let mut program = good();
        let other = namespace(&mut program);
        let [one, two] = [object_name!("one"), object_name!("two")]
            .map(|name| SecretRef::existing(&other, name));
        let worker = service!(&other, object_name!("worker"))
            .replicas(2..=2)
            .secret_files(&one, folders[0])
            .secret_files(&two, folders[1])
            .build();
        let calls = line!() - 3;
        program.manifests.add(worker);
        let findings = program.findings();
        let lines = findings.iter().filter_map(|found| Some(found.place()?.line));
        assert!(lines.eq(findings.iter().map(|_| calls + 1)), "{calls}: {findings:#?}");
        findings
    };
    assert_eq!(findings(["/etc/one", "/tmp/two"]), []);
    for (folder, message) in [
        ("/etc/one/", "the files of two secrets are in one folder"),
        ("/tmp", "the files of a secret would hide the scratch folder"),
        ("etc/two", "the files of a secret have no folder of their own"),
        ("/", "the files of a secret have no folder of their own"),
        ("", "the files of a secret have no folder of their own"),
    ] {
        let findings = findings(["/etc/one", folder]);
        let [finding] = findings.as_slice() else { panic!("{folder}: {findings:#?}") };
        assert_eq!((finding.code(), finding.setter_name()), ("K8S-02", Some("secret_files")));
        assert_eq!(finding.message(), message);
        assert_eq!(finding.given_value(), Some(format!("{folder:?}").as_str()));
    }
}

#[test]
fn a_service_account_names_its_role_through_the_identity_provider() {
    let program = |account| {
        let mut program = Program::<Prod>::new();
        let compute = program.stacks.last_mut().unwrap();
        let provider = compute.add("OidcProvider", OidcProvider::new(&program.cluster));
        let role = Irsa::builder()
            .provider(&provider)
            .service_account(account)
            .role_name(name!(RoleName: "innovate-worker"))
            .build();
        let role = compute.add("Worker", role);
        let namespace = namespace(&mut program);
        let worker = service!(&namespace, object_name!("worker")).replicas(2..=2).irsa(&role);
        program.manifests.add(worker.build());
        program
    };
    let synthesis = program(service_account!("other", "worker")).synth();
    assert_eq!(synthesis.report.findings(), []);
    let account: Value =
        serde_saphyr::from_str(&files(&synthesis)["other/serviceaccount-worker.yaml"]).unwrap();
    assert_eq!(
        account["metadata"]["annotations"],
        json!({ "eks.amazonaws.com/role-arn": "arn:aws:iam::444455556666:role/innovate-worker" })
    );
    let finding = program(service_account!("other", "api")).only_finding();
    assert_eq!((told(&finding).0, told(&finding).3), ("K8S-04", "other/api"));
    assert_eq!(finding.setter_name(), Some("irsa"));
}
