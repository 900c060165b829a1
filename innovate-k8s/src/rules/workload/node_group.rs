//! The security groups of the nodes that pods run on.

use innovate_aws::rules::network::Caller;
use innovate_core::{Cidr, Manifest, Node, Resource, check::Model, stack::Address};
use serde_json::{Map, Value};

use crate::view::{Demand, Objects, Pool, has_tags, items};

/// Nodes that take the pods, as security groups see them.
pub(in crate::rules) struct Nodes<'app> {
    pub(in crate::rules) name: &'app str,
    pub(in crate::rules) caller: Caller<'app>,
    pub(in crate::rules) are_of_the_cluster: bool,
}

/// The nodes of each pool that takes some of the pods. Without any pool, all nodes are taken to have
/// the cluster's own group, as those of a managed node group do.
pub(in crate::rules) fn nodes<'app>(
    model: &Model<'app>,
    objects: Objects<'app>,
    cluster: &'app Resource,
    demands: &[Demand<'_>],
) -> Vec<Nodes<'app>> {
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
