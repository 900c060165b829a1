//! EKS Pod Identity as the rules read it: which service accounts have a role, and which pods can fetch its
//! credentials.

use std::collections::BTreeMap;

use innovate_core::{Cidr, Manifest, Node, Resource, check::Model};
use serde_json::Value;

use crate::{
    cluster,
    view::{Objects, Workload, items, selects, text},
    workload::POD_IDENTITY_AGENT,
};

/// The port of the agent.
const PORT: u64 = 80;

/// What a service account names its role by, for OpenID Connect.
pub(super) const ROLE_ARN: &str = "/metadata/annotations/eks.amazonaws.com~1role-arn";

/// A service account: its namespace and its name.
pub(super) type Account<'app> = (&'app str, &'app str);

/// The associations of a cluster by the service account that each gives a role.
pub(super) fn associations<'app>(
    model: &Model<'app>,
    objects: Objects<'app>,
) -> BTreeMap<Account<'app>, &'app Resource> {
    let cluster = objects.set().cluster();
    let all = cluster::resources_of(model, "AWS::EKS::PodIdentityAssociation", cluster);
    all.filter_map(|association| {
        let text = |name: &str| association.properties().at(name).and_then(Node::as_text);
        Some(((text("Namespace")?, text("ServiceAccount")?), association))
    })
    .collect()
}

/// What makes pods, each with the service account that they have.
pub(super) fn accounts<'app>(
    objects: Objects<'app>,
) -> impl Iterator<Item = (Workload<'app>, Account<'app>)> {
    objects.workloads().filter_map(|workload| {
        let account = match text(workload.pod(), "/serviceAccountName") {
            "" => "default",
            named => named,
        };
        Some((workload, (workload.namespace()?, account)))
    })
}

/// The policies that say what the pods of a workload may connect to.
fn limits<'app>(
    objects: Objects<'app>,
    workload: Workload<'app>,
) -> impl Iterator<Item = &'app Manifest> {
    objects
        .of_kind("NetworkPolicy")
        .filter(move |policy| policy.namespace() == workload.namespace() && limits_egress(policy))
        .filter(move |policy| {
            let selector = policy.object().pointer("/spec/podSelector");
            selector.is_none_or(|selector| selects(selector, workload.labels()))
        })
}

/// Whether a network policy says of the pods that they connect to the agent, and so that they use AWS.
pub(super) fn uses_the_agent(objects: Objects<'_>, workload: Workload<'_>) -> bool {
    limits(objects, workload)
        .flat_map(|policy| items(policy.object(), "/spec/egress"))
        .flat_map(|rule| items(rule, "/to"))
        .any(|peer| text(peer, "/ipBlock/cidr") == POD_IDENTITY_AGENT)
}

/// Whether the pods reach the agent: those that no policy limits do, and those in the network of their node.
pub(super) fn reaches_the_agent(objects: Objects<'_>, workload: Workload<'_>) -> bool {
    if workload.pod().pointer("/hostNetwork").and_then(Value::as_bool) == Some(true) {
        return true;
    }
    let mut policies = limits(objects, workload).peekable();
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
