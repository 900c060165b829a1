//! `NET-17`: what pods connect to lets them in.

use innovate_aws::rules::network::{Admissions, Caller};
use innovate_core::{
    Cidr, Counterpart, Diagnostic, Manifest, Node, Resource, Rule, Severity,
    check::{Check, Findings, Model},
    stack::Address,
};
use serde_json::{Map, Value};

use super::super::clusters;
use crate::{
    cluster,
    view::{Demand, Objects, Pool, has_tags, items, selects, title},
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
                let shut: Vec<Nodes<'_>> = nodes(model, objects, cluster, manifest)
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

/// Nodes that take the pods, as security groups see them.
struct Nodes<'app> {
    name: &'app str,
    caller: Caller<'app>,
    are_of_the_cluster: bool,
}

/// The nodes of each pool that takes the pods of a network policy. Without any pool, all nodes are
/// taken to have the cluster's own group, as those of a managed node group do.
fn nodes<'app>(
    model: &Model<'app>,
    objects: Objects<'app>,
    cluster: &'app Resource,
    policy: &'app Manifest,
) -> Vec<Nodes<'app>> {
    let demands: Vec<Demand<'_>> = pods_of(objects, policy).map(Demand::of).collect();
    let takes = |pool: &Pool<'_>| {
        demands.is_empty() || demands.iter().any(|demand| pool.refuses(demand).is_none())
    };
    let mut pools = objects.of_kind("NodePool").peekable();
    if pools.peek().is_none() {
        let caller = Caller { groups: vec![cluster.address()], blocks: Vec::new() };
        return vec![Nodes { name: objects.set().cluster(), caller, are_of_the_cluster: true }];
    }
    let pools = pools.filter(|pool| takes(&Pool::of(pool)));
    pools
        .filter_map(|pool| {
            let class = pool.text("/spec/template/spec/nodeClassRef/name");
            let class = objects.find("EC2NodeClass", None, class)?;
            let groups = groups(model, objects.set().cluster(), cluster, class)?;
            let are_of_the_cluster = groups.contains(&cluster.address());
            let caller = Caller { groups, blocks: blocks(model, class) };
            Some(Nodes { name: pool.name(), caller, are_of_the_cluster })
        })
        .collect()
}

/// The security groups that a node class selects; `None` if they are not all known.
fn groups<'app>(
    model: &Model<'app>,
    name: &str,
    cluster: &'app Resource,
    class: &Manifest,
) -> Option<Vec<&'app Address>> {
    let mut groups = Vec::new();
    for term in items(class.object(), "/spec/securityGroupSelectorTerms") {
        let known = groups.len();
        let tags = term.get("tags").and_then(Value::as_object);
        if tags.is_some_and(|tags| is_the_clusters(name, tags)) {
            groups.push(cluster.address());
        }
        let selected = model.resources_of("AWS::EC2::SecurityGroup").filter(|group| {
            let named = group.properties().at("GroupName").and_then(Node::as_text);
            match (tags, term.get("name").and_then(Value::as_str)) {
                (Some(tags), _) => has_tags(group, tags),
                (None, name) => name.is_some() && named == name,
            }
        });
        groups.extend(selected.map(Resource::address));
        if groups.len() == known {
            return None;
        }
    }
    Some(groups)
}

/// Whether EKS puts all of these tags on the group that it makes for the cluster.
fn is_the_clusters(cluster: &str, tags: &Map<String, Value>) -> bool {
    let own = [
        ("aws:eks:cluster-name".to_owned(), cluster),
        (format!("kubernetes.io/cluster/{cluster}"), "owned"),
    ];
    tags.iter().all(|(key, value)| {
        let found = own.iter().find(|(own, _)| own == key);
        found.is_some_and(|(_, own)| value == own || value == "*")
    })
}

/// The blocks of the subnets that a node class selects.
fn blocks(model: &Model<'_>, class: &Manifest) -> Vec<Cidr> {
    let terms: Vec<&Map<String, Value>> = items(class.object(), "/spec/subnetSelectorTerms")
        .filter_map(|term| term.get("tags").and_then(Value::as_object))
        .collect();
    model
        .resources_of("AWS::EC2::Subnet")
        .filter(|subnet| terms.iter().any(|tags| has_tags(subnet, tags)))
        .filter_map(|subnet| subnet.properties().at("CidrBlock")?.as_text()?.parse().ok())
        .collect()
}
