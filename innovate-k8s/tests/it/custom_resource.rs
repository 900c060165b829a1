//! Custom resources, as their definitions see them.

use innovate_aws::name;
use innovate_core::Prod;
use innovate_k8s::{Budget, Consolidation, DisruptionReason, Taint, label, object_name};
use serde_json::Value;

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
