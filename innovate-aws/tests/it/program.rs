//! A small good program, and what its check says.

use innovate_aws::{
    Environment, Region, account, domain,
    keys::{Key, KmsKey, Logs},
    name,
    network::{FlowLogs, Vpc, VpcHandle},
    observability::Retention,
    rules, vpc_cidr, zones,
};
use innovate_core::{
    App, Assembly, Checks, Diagnostic, Node, Resource, Stack, StackModel, Stage, TemplateFormat,
    check::{Facts, Registry},
};

/// Knows nothing of any type.
pub(crate) struct NoFacts;

impl Registry for NoFacts {
    fn version(&self) -> &str {
        "test"
    }

    fn facts(&self, _: &str) -> Option<Facts> {
        None
    }
}

pub(crate) fn environment<S: Stage>() -> Environment<S> {
    Environment::<S>::builder()
        .application(name!("innovate"))
        .account(account!("444455556666"))
        .region(Region::EuWest1)
        .domain(domain!("innovate.example"))
        .owner("platform")
        .build()
}

/// A stack with a key for logs.
pub(crate) fn keys<S: Stage>(environment: &Environment<S>) -> (Stack<S>, Key<Logs>) {
    let mut keys = environment.stack("keys");
    let logs = keys.add("Logs", KmsKey::<Logs>::new());
    (keys, logs)
}

/// Where the good program's flow logs go.
pub(crate) fn flow_logs(key: &Key<Logs>) -> FlowLogs {
    FlowLogs::to(key, Retention::OneYear)
}

/// The network of the good program.
pub(crate) fn vpc(logs: &Key<Logs>) -> Vpc {
    Vpc::builder()
        .cidr(vpc_cidr!("10.30.0.0/16"))
        .zones(zones!(EuWest1: az1, az2, az3))
        .flow_logs(flow_logs(logs))
        .build()
}

/// A program of keys and a network, with whatever `more` adds to the network's stack.
pub(crate) fn program<S: Stage>(
    make: impl FnOnce(&Key<Logs>) -> Vpc,
    more: impl FnOnce(&mut Stack<S>, &VpcHandle),
) -> App {
    let environment = environment::<S>();
    let (keys, logs) = keys(&environment);
    let mut network = environment.stack("network");
    let handle = network.add("Vpc", make(&logs));
    more(&mut network, &handle);
    App::new("test").stack(keys).stack(network)
}

pub(crate) fn findings(app: App) -> Vec<Diagnostic> {
    let checks = Checks { registry: &NoFacts, rules: rules::RULES };
    let findings = app.synth(checks, TemplateFormat::Json).report.findings().to_vec();
    // The registry here knows no tags, so nothing is tagged with what is mandatory.
    findings.into_iter().filter(|found| found.code() != "TAG-01").collect()
}

pub(crate) fn codes(app: App) -> Vec<&'static str> {
    findings(app).iter().map(Diagnostic::code).collect()
}

pub(crate) fn assembly(app: App) -> Assembly {
    let synthesis = app.synth(Checks { registry: &NoFacts, rules: &[] }, TemplateFormat::Json);
    assert_eq!(synthesis.report.findings(), []);
    synthesis.assembly.expect("a program without errors yields files")
}

/// The resources of one type in a stack.
pub(crate) fn of_type<'a>(stack: &'a StackModel, name: &str) -> Vec<&'a Resource> {
    stack.resources().iter().filter(|found| found.type_name() == name).collect()
}

/// A property's text.
pub(crate) fn text<'a>(resource: &'a Resource, path: &str) -> &'a str {
    resource.properties().at(path).and_then(Node::as_text).unwrap_or_else(|| {
        panic!("{} has no text at {path}: {:?}", resource.logical_id(), resource.properties())
    })
}
