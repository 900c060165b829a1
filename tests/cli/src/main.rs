//! An infra program for the tests of the command line. The variable `VARIATION` says in which way
//! it differs from a good one.

use std::{thread, time::Duration};

use innovate::{
    cfn::{cloudformation::WaitConditionHandle, sns::Topic, sqs::Queue},
    core::{
        AnyStack, App, Construct, DeletionPolicy, Diagnostic, Manifest, ManifestSet, Node,
        ResourceRef, ResourceType, Scope, Site, Stack, StageKind, Staging, Text,
    },
    prelude::ExitCode,
};

fn main() -> ExitCode {
    innovate::run(|| program(&variation()))
}

#[allow(clippy::disallowed_methods, reason = "the tests vary the program")]
fn variation() -> String {
    std::env::var("VARIATION").unwrap_or_default()
}

fn program(variation: &str) -> App {
    let site = Site::new("acme", StageKind::Staging, "111122223333", "eu-west-1")
        .tag("application", "acme")
        .tag("environment", "staging")
        .tag("owner", "platform")
        .tag("cost-center", "1")
        .tag("data-classification", "internal");

    let mut network: Stack<Staging> = Stack::new("acme-network", site.clone());
    let gate = network.add("Gate", Gate::new().width(4));
    match variation {
        "error" => {
            network.add(
                "Wide",
                Gate::new().name("a gate that is too wide").width(9), // at most 8
            );
        }
        "accepted" => {
            network.add("Wide", Gate::new().width(9).suppress("TST-01", "trucks pass it"));
        }
        "warning" => {
            network.add("Other", Gate::new().width(4).suppress("LIM-01", "there was one once"));
        }
        "slow" => thread::sleep(Duration::from_millis(30)),
        _ => {}
    }

    let data = variation.strip_prefix("data of ").unwrap_or("data");
    let mut data: Stack<Staging> = Stack::new(format!("acme-{data}"), site.clone());
    let reads = gate.reference::<Text>().into_node();
    data.add("Gate", WaitConditionHandle::new().metadata("Reads", reads));
    match variation {
        "lost" => {}
        "retyped" => drop(data.add("Jobs", Topic::new())),
        "renamed" => drop(data.add("Tasks", jobs())),
        "moved" => {
            data.add("Tasks", jobs());
            data.moved("Jobs", "Tasks");
        }
        _ => drop(data.add("Jobs", jobs())),
    }
    match variation {
        "accepted" => drop(data.override_property("Jobs", "VisibilityTimeout", 60)),
        "overridden" => drop(data.override_property("Jobs", "VisibilityTimeout", -1)),
        _ => {}
    }

    let mut app = App::new("acme").stack(network);
    if variation != "gone" {
        app = app.stack(data);
    }
    if variation == "large" {
        for stack in ["acme-a", "acme-b", "acme-c"] {
            app = app.stack(large(stack, &site));
        }
    }
    let manifest = serde_json::json!({
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": { "name": "gates", "namespace": "acme" },
        "data": { "count": "1" },
    });
    let manifest = Manifest::new(manifest, std::panic::Location::caller());
    app.manifests(ManifestSet::new("acme", site, vec![manifest]))
}

fn jobs() -> Queue {
    Queue::new().sqs_managed_sse_enabled(true).removal_policy(DeletionPolicy::Retain)
}

/// About 200 kB.
fn large(name: &str, site: &Site) -> Stack<Staging> {
    let mut stack = Stack::new(name.to_owned(), site.clone());
    for number in 0..100 {
        let text = format!("{number:04}").repeat(500);
        let handle = WaitConditionHandle::new().metadata("Text", Node::Text(text.into()));
        stack.add(format!("Handle{number}"), handle);
    }
    stack
}

/// Something with a rule of its own.
struct Gate {
    name: &'static str,
    width: u8,
}

impl Gate {
    const fn new() -> Self {
        Self { name: "", width: 0 }
    }

    const fn name(mut self, name: &'static str) -> Self {
        self.name = name;
        self
    }

    const fn width(mut self, width: u8) -> Self {
        self.width = width;
        self
    }
}

impl Construct for Gate {
    type Handle = ResourceRef;
    type Needs = AnyStack;

    fn build(self, scope: &mut Scope<'_>) -> ResourceRef {
        if self.width > 8 {
            scope.report(
                Diagnostic::error("TST-01", "the gate is too wide")
                    .setter("width")
                    .given(self.width)
                    .allowed("1 to 8")
                    .help("make two gates"),
            );
        }
        let handle = WaitConditionHandle::new()
            .metadata("Name", Node::Text(self.name.into()))
            .metadata("Width", Node::Integer(self.width.into()));
        scope.add("Resource", handle).as_ref().clone()
    }
}
