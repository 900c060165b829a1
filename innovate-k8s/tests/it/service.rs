//! What a whole service becomes.

use innovate_core::Prod;
use innovate_k8s::{
    ConfigMap, Listen, Namespace, ObjectName, Resources, SecretRef, WebService, object_name,
};
use serde_json::Value;

use crate::program::{IMAGE, Program, files};

#[test]
fn a_service_with_its_nodes_and_ingress_becomes_these_files() {
    let synthesis = Program::<Prod>::new().with_nodes().with_service().synth();
    assert_eq!(synthesis.report.findings(), []);
    let all: Vec<String> =
        files(&synthesis).into_iter().map(|(path, text)| format!("# {path}\n{text}")).collect();
    insta::assert_snapshot!(all.join("---\n"));
}

/// The longest names that the API server takes are taken: nothing that is made of one is too long.
#[test]
fn the_longest_names_make_objects_that_the_api_server_takes() {
    let longest = || ObjectName::parse("a".repeat(63)).unwrap();
    let mut program = Program::<Prod>::new();
    let namespace = program.manifests.add(Namespace::new(longest()));
    let config = ConfigMap::builder().namespace(&namespace).name(longest()).entry("A", 1).build();
    let config = program.manifests.add(config);
    let service = |name: ObjectName| {
        WebService::builder()
            .namespace(&namespace)
            .name(name)
            .image(IMAGE)
            .listen(Listen::https(8443))
            .resources(Resources::cpu_millis(250).memory_mib(256))
            .replicas(3..=60)
            .shutdown_seconds(u16::MAX)
            .config(&config)
            .secret_files(&SecretRef::existing(&namespace, longest()), "/etc/one")
    };
    let other = program.manifests.add(service(object_name!("other")).build());
    let service = service(longest()).connects_to(&other).connects_to(&other).build();
    program.manifests.add(service);
    let files = files(&program.synth());
    for (path, text) in files {
        let object: Value = serde_saphyr::from_str(&text).unwrap();
        assert!(object["metadata"]["name"].as_str().unwrap().len() <= 253, "{path}");
        let template = &object["spec"]["template"];
        for volume in template["spec"]["volumes"].as_array().into_iter().flatten() {
            assert!(volume["name"].as_str().unwrap().len() <= 63, "{volume}");
        }
        for annotations in [&object["metadata"], &template["metadata"]] {
            for (key, value) in annotations["annotations"].as_object().into_iter().flatten() {
                let name = key.rsplit('/').next().unwrap();
                assert!(name.len() <= 63, "{key}");
                assert!(!value.as_str().unwrap().contains("65550"), "{key}: {value}");
            }
        }
    }
}
