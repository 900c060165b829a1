//! Kubernetes objects as files.

use std::panic::Location;

use innovate_core::{
    App, Manifest, ManifestSet,
    assembly::{Assembly, INDEX},
};
use serde_json::{Value, json};

use crate::program::{Plain, app, finding, findings, site, stack, synth};

fn object(kind: &str, namespace: Option<&str>, name: &str) -> Value {
    let mut metadata = json!({ "name": name });
    if let Some(namespace) = namespace {
        metadata["namespace"] = json!(namespace);
    }
    json!({ "apiVersion": "v1", "kind": kind, "metadata": metadata })
}

fn with(objects: Vec<Value>) -> App {
    let mut own = stack("s");
    own.add("R", Plain::new());
    let made = objects.into_iter().map(|object| Manifest::new(object, Location::caller()));
    app([own]).manifests(ManifestSet::new("main", site(), made.collect()))
}

#[test]
fn every_object_is_a_file_in_the_folder_of_its_cluster_and_namespace() {
    let program =
        with(vec![object("Namespace", None, "api"), object("ConfigMap", Some("api"), "on")]);
    let assembly = synth(program).assembly.unwrap();
    let files: Vec<&str> = assembly.files().keys().map(String::as_str).collect();
    assert_eq!(
        files,
        [
            "manifest.json",
            "manifests/main/api/configmap-on.yaml",
            "manifests/main/cluster/namespace-api.yaml",
            "templates/s.template.json",
        ]
    );
    // `on` is a boolean to a YAML 1.1 reader.
    let text = &assembly.files()["manifests/main/api/configmap-on.yaml"];
    assert!(text.contains("name: \"on\"") || text.contains("name: 'on'"), "{text}");
    assert_eq!(assembly.index().manifests[0].files.len(), 2);
}

#[test]
fn an_assembly_is_read_again_unless_it_was_changed_since() {
    let program = with(vec![object("Pod", Some("api"), "on")]);
    let written = synth(program).assembly.unwrap();
    let files = written.files().clone();
    assert_eq!(Assembly::from_files(files.clone()).as_ref(), Ok(&written));
    for path in files.keys() {
        let mut lacking = files.clone();
        lacking.remove(path);
        assert_eq!(Assembly::from_files(lacking), Err(format!("`{path}` isn't there")));
    }
    for path in files.keys().filter(|path| *path != INDEX) {
        let mut changed = files.clone();
        changed.get_mut(path).unwrap().push(' ');
        let why = format!("`{path}` isn't the one that the index lists: it was changed since");
        assert_eq!(Assembly::from_files(changed), Err(why));
    }
    let other = files[INDEX].replacen("\"version\": 1", "\"version\": 2", 1);
    let other = Assembly::from_files([(INDEX.to_owned(), other)].into());
    assert_eq!(other, Err("`manifest.json` is of version 2, and this reads 1".to_owned()));
}

#[test]
fn two_objects_of_one_file_are_shown_with_both_lines() {
    let program = with(vec![object("Pod", Some("a"), "x"), object("Pod", Some("a"), "x")]);
    let found = finding(program, "OUT-02");
    assert_eq!(found.given_value(), Some("a/pod-x.yaml"));
    assert_eq!(found.type_name(), Some("v1/Pod"));
    // The disk may not tell them apart.
    let program = with(vec![object("Pod", Some("a"), "x"), object("Pod", Some("a"), "X")]);
    assert_eq!(finding(program, "OUT-02").given_value(), Some("a/pod-X.yaml"));
}

#[test]
fn a_name_does_not_lead_out_of_the_folder() {
    for (namespace, name) in [
        ("..", "x"),
        (".", "x"),
        ("", "x"),
        ("a/b", "x"),
        ("a", "../../x"),
        ("a", "x\\y"),
        ("a", ""),
    ] {
        let found = findings(with(vec![object("Pod", Some(namespace), name)]));
        assert_eq!(found.len(), 1, "{namespace:?} {name:?}");
        assert_eq!(found[0].code(), "OUT-03");
    }
}
