//! `NET-17`: what pods connect to lets them in.

use innovate_aws::rules::network::Admissions;
use innovate_core::{
    Counterpart, Diagnostic, Manifest, Resource, Rule, Severity,
    check::{Check, Findings, Model},
};

use super::{
    super::clusters,
    node_group::{Nodes, nodes},
};
use crate::{
    cluster,
    view::{Demand, Objects, selects, title},
};

pub(crate) static DESTINATION_LETS_PODS_IN: Rule = Rule {
    code: "NET-17",
    title: "the security group of what pods connect to lets their nodes in",
    explanation: "A connection from a pod to a database passes two doors: the network policy of \
the pod, and the security group of the database. `connects_to(&database)` opens the first; the second \
is AWS's, and a stack opens it: `stack.allow(&cluster, Port::POSTGRES, &database)`. With the first \
alone every connection times out, and nothing says why.\n\nThe pods have the security groups of their \
node: those that the node class of each pool that takes them selects, which is the cluster's own for a \
class that is made from the `Karpenter` handle. Groups that another program makes are not looked \
at.\n\nSource: \"View Amazon EKS security group requirements for clusters\", Amazon EKS User Guide; \
\"Control traffic to your AWS resources using security groups\", Amazon VPC User Guide.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    let mut rules = None;
    for objects in clusters(model) {
        let Some(cluster) = cluster::resource(model, objects.set().cluster()) else { continue };
        for manifest in objects.all() {
            for counterpart in manifest.counterparts() {
                let Some(reference) = counterpart.node().as_reference() else { continue };
                // What isn't in the app is found by `REF-01`.
                let Some(group) = model.resource(&reference.target) else { continue };
                let Some(port) = port(manifest, counterpart.path()) else { continue };
                let rules = rules.get_or_insert_with(|| Admissions::of(model));
                let demands: Vec<Demand<'_>> = pods_of(objects, manifest).map(Demand::of).collect();
                let shut: Vec<Nodes<'_>> = nodes(model, objects, cluster, &demands)
                    .into_iter()
                    .filter(|nodes| !rules.admits(group.address(), port, &nodes.caller))
                    .collect();
                if !shut.is_empty() {
                    findings.report(closed(objects, manifest, counterpart, group, port, &shut));
                }
            }
        }
    }
}

/// The port that the rule of a network policy is about.
fn port(policy: &Manifest, path: &str) -> Option<u16> {
    let port = policy.object().pointer(&format!("/{path}/ports/0/port"))?;
    port.as_u64().and_then(|port| u16::try_from(port).ok())
}

fn closed(
    objects: Objects<'_>,
    policy: &Manifest,
    counterpart: &Counterpart,
    group: &Resource,
    port: u16,
    shut: &[Nodes<'_>],
) -> Diagnostic {
    let pools: Vec<String> = shut.iter().map(|nodes| format!("`{}`", nodes.name)).collect();
    let constant = match port {
        443 => "Port::HTTPS".to_owned(),
        3306 => "Port::MYSQL".to_owned(),
        5432 => "Port::POSTGRES".to_owned(),
        6379 => "Port::REDIS".to_owned(),
        port => format!("Port::tcp({port})"),
    };
    let help = match shut.iter().all(|nodes| nodes.are_of_the_cluster) {
        true => format!(
            "let the cluster in, in the stack of what it connects to: `stack.allow(&cluster, {constant}, &destination)`"
        ),
        false => format!(
            "let the security group of these nodes in: `stack.allow(&group, {constant}, &destination)`"
        ),
    };
    let message = format!(
        "the pods of {} connect to what doesn't let them in",
        workload(objects, policy).unwrap_or_else(|| title(policy)),
    );
    finding(objects, policy, counterpart, message)
        .given(format!(
            "no rule of the security group `{}` lets in TCP {port} from the nodes of {}",
            group.logical_id(),
            pools.join(", "),
        ))
        .related(group.location(), "the security group is made here")
        .help(help)
}

fn finding(
    objects: Objects<'_>,
    policy: &Manifest,
    counterpart: &Counterpart,
    message: String,
) -> Diagnostic {
    objects
        .finding("NET-17", Severity::Error, policy, message)
        .at(counterpart.location())
        .property(counterpart.path())
}

/// The workload whose pods a network policy is about.
fn workload(objects: Objects<'_>, policy: &Manifest) -> Option<String> {
    pods_of(objects, policy).next().map(|workload| title(workload.manifest))
}

fn pods_of<'app>(
    objects: Objects<'app>,
    policy: &'app Manifest,
) -> impl Iterator<Item = crate::view::Workload<'app>> {
    let selector = policy.object().pointer("/spec/podSelector");
    objects.workloads().filter(move |workload| {
        workload.namespace() == policy.namespace()
            && selector.is_some_and(|selector| selects(selector, workload.labels()))
    })
}
