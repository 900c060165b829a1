//! `K8S-18`: pods that have a role can fetch its credentials.

use std::collections::BTreeMap;

use innovate_core::{
    Cidr, Manifest, Node, Resource, Rule, Severity,
    check::{Check, Findings, Model},
};
use serde_json::Value;

use super::super::clusters;
use crate::{
    cluster,
    view::{Objects, Workload, items, selects, text, title},
    workload::POD_IDENTITY_AGENT,
};

pub(crate) static AGENT_CAN_BE_REACHED: Rule = Rule {
    code: "K8S-18",
    title: "pods that have a role by Pod Identity can reach the agent that gives its credentials",
    explanation: "An association of EKS Pod Identity gives a service account a role; its pods \
fetch the role's credentials from the agent on their node, at 169.254.170.23 and TCP port 80. Where \
network policies say what pods may connect to and the agent isn't among it, the first call to AWS, or \
the first login to a database by IAM, waits for credentials until it times out.\n\nPods that no policy \
limits, and those in the network of their node, reach the agent. Associations that another program \
makes are not looked at.\n\nSources: \"Learn how EKS Pod Identity grants Pods access to AWS services\", \
Amazon EKS User Guide; \"Network Policies\", Kubernetes documentation.",
    check: Check::Model(check),
};

/// The port of the agent.
const PORT: u64 = 80;

fn check(model: &Model<'_>, findings: &mut Findings) {
    for objects in clusters(model) {
        let name = objects.set().cluster();
        let associations = cluster::resources_of(model, "AWS::EKS::PodIdentityAssociation", name);
        let roles: BTreeMap<(&str, &str), &Resource> = associations
            .filter_map(|association| {
                let text = |name: &str| association.properties().at(name).and_then(Node::as_text);
                Some(((text("Namespace")?, text("ServiceAccount")?), association))
            })
            .collect();
        for workload in objects.workloads() {
            let account = match text(workload.pod(), "/serviceAccountName") {
                "" => "default",
                named => named,
            };
            let Some(namespace) = workload.namespace() else { continue };
            let Some(association) = roles.get(&(namespace, account)) else { continue };
            if reaches_the_agent(objects, workload) {
                continue;
            }
            let message = format!(
                "the pods of {} have a role, and their network policies keep them from its credentials",
                title(workload.manifest)
            );
            findings.report(
                objects
                    .finding("K8S-18", Severity::Error, workload.manifest, message)
                    .setter("connects_to")
                    .property(format!("{}spec/serviceAccountName", workload.path))
                    .given(format!("{namespace}/{account}"))
                    .allowed("TCP 80 to 169.254.170.23, the agent of EKS Pod Identity")
                    .related(association.location(), "the role is given here")
                    .help("let them connect to the agent: `.connects_to(&AwsCredentials)`"),
            );
        }
    }
}

fn reaches_the_agent(objects: Objects<'_>, workload: Workload<'_>) -> bool {
    if workload.pod().pointer("/hostNetwork").and_then(Value::as_bool) == Some(true) {
        return true;
    }
    let mut policies = objects
        .of_kind("NetworkPolicy")
        .filter(|policy| policy.namespace() == workload.namespace() && limits_egress(policy))
        .filter(|policy| {
            let selector = policy.object().pointer("/spec/podSelector");
            selector.is_none_or(|selector| selects(selector, workload.labels()))
        })
        .peekable();
    policies.peek().is_none()
        || policies.any(|policy| items(policy.object(), "/spec/egress").any(lets_through))
}

/// A policy that says no types limits what its pods connect to if it has rules about it. A type that
/// there is not is told of by `K8S-15`, and may be meant as this one.
fn limits_egress(policy: &Manifest) -> bool {
    let spec = |pointer| policy.object().pointer(pointer).and_then(Value::as_array);
    match spec("/spec/policyTypes") {
        Some(types) => types.iter().any(|name| name != "Ingress"),
        None => spec("/spec/egress").is_some(),
    }
}

/// Whether a rule of a policy lets its pods connect to the agent: to everybody if it names nobody,
/// on every port if it names none.
fn lets_through(rule: &Value) -> bool {
    let mut ports = items(rule, "/ports").peekable();
    let mut peers = items(rule, "/to").peekable();
    (ports.peek().is_none() || ports.any(is_the_port))
        && (peers.peek().is_none() || peers.any(has_the_address))
}

fn is_the_port(port: &Value) -> bool {
    if !matches!(text(port, "/protocol"), "" | "TCP") {
        return false;
    }
    match port.get("port").and_then(Value::as_u64) {
        Some(first) => {
            let last = port.get("endPort").and_then(Value::as_u64).unwrap_or(first);
            (first..=last).contains(&PORT)
        }
        // A named port is one of the pods that are connected to, which the agent's aren't.
        None => port.get("port").is_none(),
    }
}

fn has_the_address(peer: &Value) -> bool {
    let holds = |block: &str| {
        let agent = POD_IDENTITY_AGENT.parse::<Cidr>();
        matches!((block.parse::<Cidr>(), agent), (Ok(block), Ok(agent)) if block.contains(agent))
    };
    holds(text(peer, "/ipBlock/cidr"))
        && !items(peer, "/ipBlock/except").filter_map(Value::as_str).any(holds)
}
