//! An infra program for the tests of what talks to AWS. The variable `VARIATION` says in which way it
//! differs, and `MANIFESTS` (`acme/gates=4 acme/doors=2`) which clusters have which maps of a number.

use std::collections::BTreeMap;

use innovate::{
    cfn::{cloudformation::WaitConditionHandle, sqs::Queue},
    core::{
        App, Construct, DeletionPolicy, Manifest, ManifestSet, Node, ResourceType, Site, Stack,
        StageKind, Staging, Text,
    },
    prelude::ExitCode,
};

fn main() -> ExitCode {
    innovate::run(|| program(&variable("VARIATION"), &variable("MANIFESTS")))
}

#[allow(clippy::disallowed_methods, reason = "the tests vary the program")]
fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_default()
}

fn program(variation: &str, manifests: &str) -> App {
    let site = Site::new("acme", StageKind::Staging, "111122223333", "eu-west-1")
        .tag("application", "acme")
        .tag("environment", "staging")
        .tag("owner", "platform")
        .tag("cost-center", "1")
        .tag("data-classification", "internal");
    let mut network: Stack<Staging> = Stack::new("acme-network", site.clone());
    let gate = network.add("Gate", WaitConditionHandle::new());
    let mut data: Stack<Staging> = Stack::new("acme-data", site.clone());
    let reads = gate.as_ref().reference::<Text>().into_node();
    let width = if variation == "wider" { 9 } else { 4 };
    let reader =
        WaitConditionHandle::new().metadata("Reads", reads).metadata("Width", Node::Integer(width));
    data.add("Reader", reader);
    if variation != "lost" {
        let jobs = Queue::new().sqs_managed_sse_enabled(true);
        let jobs = if variation == "slower" { jobs.delay_seconds(5) } else { jobs };
        data.add("Jobs", jobs.removal_policy(DeletionPolicy::Retain));
    }
    if variation == "spare" {
        data.add("Spare", WaitConditionHandle::new());
    }
    if variation == "mail" {
        data.add(
            "Mail",
            Queue::new()
                .sqs_managed_sse_enabled(true)
                .delay_seconds(5)
                .removal_policy(DeletionPolicy::Retain),
        );
    }
    if variation == "warning" {
        network.add("Other", WaitConditionHandle::new().suppress("LIM-01", "there was one once"));
    }
    if variation == "broken" {
        data.override_property("Jobs", "VisibilityTimeout", -1);
    }
    let app = App::new("acme").stack(network).stack(data);
    let crowd = if variation == "hundred" { 100 } else { 0 };
    let app = (0..crowd).fold(app, |app, number| app.stack(one_of_many(number, &site)));
    maps(manifests).into_iter().fold(app, |app, (cluster, maps)| {
        app.manifests(ManifestSet::new(cluster, site.clone(), maps))
    })
}

/// One of many stacks that have nothing to do with each other.
fn one_of_many(number: u32, site: &Site) -> Stack<Staging> {
    let mut stack = Stack::new(format!("acme-crowd-{number}"), site.clone());
    for id in ["A", "B", "C", "D", "E", "F", "G", "H", "I", "J"] {
        stack.add(id, WaitConditionHandle::new());
    }
    stack
}

fn maps(said: &str) -> BTreeMap<String, Vec<Manifest>> {
    let mut clusters: BTreeMap<String, Vec<Manifest>> = BTreeMap::new();
    for map in said.split_whitespace() {
        let (name, number) = map.split_once('=').unwrap_or((map, ""));
        let (cluster, name) = name.split_once('/').unwrap_or(("acme", name));
        let map = serde_json::json!({
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": { "name": name, "namespace": "acme" },
            "data": { "count": number },
        });
        let map = Manifest::new(map, std::panic::Location::caller());
        clusters.entry(cluster.to_owned()).or_default().push(map);
    }
    clusters
}
