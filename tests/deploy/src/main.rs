//! An infra program for the tests of what talks to AWS. The variable `VARIATION` says in which way it
//! differs.

use innovate::{
    cfn::{cloudformation::WaitConditionHandle, sqs::Queue},
    core::{App, DeletionPolicy, Node, ResourceType, Site, Stack, StageKind, Staging, Text},
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
    let gate = network.add("Gate", WaitConditionHandle::new());
    let mut data: Stack<Staging> = Stack::new("acme-data", site);
    let reads = gate.as_ref().reference::<Text>().into_node();
    let width = if variation == "wider" { 9 } else { 4 };
    let reader =
        WaitConditionHandle::new().metadata("Reads", reads).metadata("Width", Node::Integer(width));
    data.add("Reader", reader);
    if variation != "lost" {
        let jobs = Queue::new().sqs_managed_sse_enabled(true);
        data.add("Jobs", jobs.removal_policy(DeletionPolicy::Retain));
    }
    App::new("acme").stack(network).stack(data)
}
