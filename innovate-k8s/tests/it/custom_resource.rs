//! Custom resources, as their definitions see them.

use std::{collections::BTreeSet, path::PathBuf};

use innovate_aws::name;
use innovate_core::Prod;
use innovate_k8s::{Budget, Consolidation, DisruptionReason, Taint, label, object_name};
use serde_json::{Value, json};

use crate::{
    program::{Program, files, pool},
    schema::Definitions,
};

/// Checks all custom resources of a program, and gives the kinds that were.
fn check(program: Program<Prod>) -> Option<Vec<String>> {
    let definitions = Definitions::read()?;
    let mut kinds = Vec::new();
    for (path, text) in files(&program.synth()) {
        let object: Value = serde_saphyr::from_str(&text).unwrap();
        if let Some(refusals) = definitions.refusals(&object) {
            assert!(refusals.is_empty(), "{path}: {refusals:#?}\n{text}");
            kinds.push(object["kind"].as_str().unwrap().to_owned());
        }
    }
    kinds.sort();
    kinds.dedup();
    Some(kinds)
}

#[test]
fn the_definitions_accept_every_custom_resource() {
    let program = Program::new().with_nodes().with_service();
    if let Some(kinds) = check(program.with_secret(name!(SecretName: "innovate/prod/payment"))) {
        assert_eq!(
            kinds,
            [
                "ClusterSecretStore",
                "EC2NodeClass",
                "ExternalSecret",
                "IngressClassParams",
                "NodePool"
            ]
        );
    }
}

/// What the examples write is committed, and the tests of the examples prove that it is the same.
#[test]
fn the_definitions_accept_every_custom_resource_of_the_examples() {
    let Some(definitions) = Definitions::read() else { return };
    let examples = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/golden"));
    let (mut folders, mut checked) = (vec![examples], 0);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "yaml") {
                let text = std::fs::read_to_string(&path).unwrap();
                let object: Value = serde_saphyr::from_str(&text).unwrap();
                let refusals = definitions.refusals(&object);
                checked += usize::from(refusals.is_some());
                assert_eq!(refusals.unwrap_or_default(), [""; 0], "{}", path.display());
            }
        }
    }
    assert!(checked > 0, "the examples have no custom resource");
}

/// The rules find nothing wrong with the form of what a real API server accepted.
#[test]
fn what_an_api_server_accepted_has_no_unknown_field() {
    if Definitions::read().is_none() {
        return;
    }
    let file =
        concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data/known-good-custom-resources.yaml");
    let (mut program, mut kinds) = (Program::<Prod>::new(), 0);
    for document in std::fs::read_to_string(file).unwrap().split("\n---\n") {
        program.manifests.raw(serde_saphyr::from_str(document).unwrap());
        kinds += 1;
    }
    assert!(kinds > 4, "{kinds}");
    let findings = program.findings();
    let of_form: Vec<_> = findings.iter().filter(|found| found.code() == "K8S-12").collect();
    assert!(of_form.is_empty(), "{of_form:#?}");
}

#[test]
fn the_definitions_accept_every_option_of_a_pool() {
    let mut program = Program::new();
    let nodes = program.node_class();
    let batch = pool!(&nodes, object_name!("batch"), innovate_k8s::Architecture::Amd64)
        .taint(Taint::no_schedule(label!("workload", "batch")))
        .label(label!("innovate.example/workload", "batch"))
        .weight(1)
        .consolidation(Consolidation::Balanced)
        .budgets([
            Budget::percent(20),
            Budget::nodes(3).because([DisruptionReason::Drifted]),
            Budget::none().during("0 8 * * mon-fri", 10),
        ])
        .expire_after_days(30)
        .build();
    program.manifests.add(batch);
    check(program);
}

/// The labels of instances that a pool may choose by are those of the definition.
#[test]
fn a_pool_may_choose_by_every_label_that_its_definition_takes() {
    let Some(definitions) = Definitions::read() else { return };
    let schema = definitions.schema("karpenter.sh/v1", "NodePool").unwrap().to_string();
    let label = regex::Regex::new(r"karpenter\.k8s\.aws/[a-z0-9-]+").unwrap();
    let labels: BTreeSet<&str> = label.find_iter(&schema).map(|found| found.as_str()).collect();
    assert!(labels.len() > 25, "{labels:?}");
    let program = Program::<Prod>::new().with_nodes().breaking("NodePool", "arm64", |pool| {
        let requirements = &mut pool["spec"]["template"]["spec"]["requirements"];
        for label in labels {
            let exists = json!({ "key": label, "operator": "Exists" });
            requirements.as_array_mut().unwrap().push(exists);
        }
    });
    assert_eq!(program.findings(), []);
}

/// What a real API server accepted, and the same with one mistake each.
#[test]
fn a_mistake_in_a_custom_resource_is_told() {
    let Some(definitions) = Definitions::read() else { return };
    let pool = || {
        let synthesis = Program::<Prod>::new().with_nodes().synth();
        let text = files(&synthesis).remove("cluster/nodepool-arm64.yaml").unwrap();
        serde_saphyr::from_str::<Value>(&text).unwrap()
    };
    let refused = |break_it: fn(&mut Value)| {
        let mut object = pool();
        break_it(&mut object);
        definitions.refusals(&object).unwrap().join("\n")
    };
    assert_eq!(refused(|_| ()), "");
    let misspelt = refused(|pool| pool["spec"]["limit"] = "1".into());
    assert!(misspelt.contains("/spec/limit: there is no such field"), "{misspelt}");
    let weight = refused(|pool| pool["spec"]["weight"] = 101.into());
    assert!(weight.contains("out of range"), "{weight}");
    let policy =
        refused(|pool| pool["spec"]["disruption"]["consolidationPolicy"] = "Always".into());
    assert!(policy.contains("is none of"), "{policy}");
    let rule = refused(|pool| {
        pool["spec"]["template"]["spec"]["requirements"][0]["values"] = Value::Array(Vec::new());
    });
    assert!(rule.contains("must have a value defined"), "{rule}");
}
