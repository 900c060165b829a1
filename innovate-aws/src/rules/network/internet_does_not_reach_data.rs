//! `NET-14`: the internet does not reach a database.

use std::collections::VecDeque;

use innovate_core::{
    Cidr, Diagnostic, Node, Resource, Rule,
    check::{Check, Findings, Model},
    cidr,
    stack::Address,
};

use super::{
    firewall::{Firewall, GroupRule, Peer, Transport, faces_internet},
    read::{list, target},
    topology::{Entry, Gateway, Subnet, Topology},
};

/// `NET-14`.
pub static INTERNET_DOES_NOT_REACH_DATA: Rule = Rule {
    code: "NET-14",
    title: "no path leads from the internet to a database or cache",
    explanation: "Three locks stand between the internet and what holds data: a route to an internet \
gateway, the network ACL of its subnet, and its security group. Each may be opened for a reason and \
far from the others. This rule follows packets: from the internet through every load balancer that \
faces it (a load balancer hands connections on as they are) to databases and caches, over routes, \
ACLs and security groups, and reports a path that is open all the way. Programs that run on nodes end \
a path, since they decide themselves whom they serve.\n\nSource: \"Create network layers\" \
(SEC05-BP01) and \"Control traffic flow within your network layers\" (SEC05-BP02), AWS \
Well-Architected Framework.",
    check: Check::Model(check),
};

const EPHEMERAL: (i64, i64) = (1024, 65535);

fn check(model: &Model<'_>, findings: &mut Findings) {
    let stores = stores(model);
    if stores.is_empty() {
        return;
    }
    let (topology, firewall) = (Topology::of(model), Firewall::of(model));
    let network = Network { topology: &topology, firewall: &firewall };
    let mut places = load_balancers(model, &topology);
    let balancers = places.len();
    places.extend(stores.into_iter().map(|(resource, groups, subnets)| {
        Place {
            resource,
            groups,
            subnets: topology
                .subnets
                .iter()
                .filter(|subnet| subnets.contains(&subnet.resource.address()))
                .collect(),
        }
    }));
    for path in paths(&network, &places, balancers) {
        findings.extend(finding(&places, &path));
    }
}

/// Something with security groups in subnets.
struct Place<'t, 'm> {
    resource: &'m Resource,
    groups: Vec<&'m Address>,
    subnets: Vec<&'t Subnet<'m>>,
}

/// One step of a path: to which place, by which rule.
#[derive(Clone, Copy)]
struct Step<'t, 'm> {
    to: usize,
    rule: &'t GroupRule<'m>,
}

struct Network<'t, 'm> {
    topology: &'t Topology<'m>,
    firewall: &'t Firewall<'m>,
}

/// The shortest path from the internet to each place behind the first `balancers`, which are the
/// ones that hand connections on.
fn paths<'t, 'm>(
    network: &Network<'t, 'm>,
    places: &[Place<'t, 'm>],
    balancers: usize,
) -> Vec<Vec<Step<'t, 'm>>> {
    let mut reached = vec![false; places.len()];
    let mut queue: VecDeque<Vec<Step<'t, 'm>>> = VecDeque::from([Vec::new()]);
    let mut found = Vec::new();
    while let Some(path) = queue.pop_front() {
        let from = path.last().and_then(|step| places.get(step.to));
        for (to, place) in places.iter().enumerate() {
            if reached.get(to) == Some(&true) {
                continue;
            }
            let rule = match from {
                None => network.opened_to_internet(place),
                Some(from) => network.between(from, place),
            };
            let Some(rule) = rule else { continue };
            if let Some(mark) = reached.get_mut(to) {
                *mark = true;
            }
            let mut longer = path.clone();
            longer.push(Step { to, rule });
            if to < balancers { queue.push_back(longer) } else { found.push(longer) }
        }
    }
    found
}

fn finding(places: &[Place<'_, '_>], path: &[Step<'_, '_>]) -> Option<Diagnostic> {
    let last = path.last()?;
    let store = places.get(last.to)?.resource;
    let hops: Vec<&str> =
        path.iter().filter_map(|step| Some(places.get(step.to)?.resource.logical_id())).collect();
    let message = format!("the internet reaches `{}`", store.logical_id());
    let finding = Diagnostic::error("NET-14", message)
        .on(store)
        .given(format!("internet -> {}, on {}", hops.join(" -> "), ports(last.rule)))
        .allowed("no path from the internet")
        .help("close the route, the network ACL or the security group that it passes");
    Some(path.iter().fold(finding, |finding, step| {
        let peer = step.rule.peer.text();
        finding.related(step.rule.resource.location(), format!("this lets `{peer}` connect"))
    }))
}

fn ports(rule: &GroupRule<'_>) -> String {
    match (rule.protocol, rule.ports) {
        (Transport::Every, _) => "every port".to_owned(),
        (_, (from, to)) if from == to => format!("port {from}"),
        (_, (from, to)) => format!("ports {from} to {to}"),
    }
}

impl<'t, 'm> Network<'t, 'm> {
    /// The rule by which the internet connects to the place, if routes and ACLs let it.
    fn opened_to_internet(&self, place: &Place<'t, 'm>) -> Option<&'t GroupRule<'m>> {
        let routed: Vec<_> = place
            .subnets
            .iter()
            .filter(|subnet| {
                self.topology.routes(subnet).iter().any(|route| route.gateway == Gateway::Internet)
            })
            .collect();
        self.ingress(place).find(|rule| {
            let Some(peer) = internet(rule.peer) else { return false };
            routed.iter().any(|subnet| self.admits(subnet, rule, peer))
        })
    }

    /// The rule by which one place connects to another, if ACLs let it.
    fn between(&self, from: &Place<'t, 'm>, to: &Place<'t, 'm>) -> Option<&'t GroupRule<'m>> {
        self.ingress(to).find(|rule| {
            from.subnets.iter().any(|origin| {
                let Some(source) = origin.block else { return false };
                let meant = match rule.peer {
                    Peer::Group(group) => from.groups.contains(&group),
                    Peer::Block(block) => block.overlaps(source),
                    Peer::EveryIpv6 | Peer::Other => false,
                };
                meant
                    && to.subnets.iter().any(|subnet| {
                        let Some(target) = subnet.block else { return false };
                        let out = self.passes(origin, true, rule.protocol, rule.ports, target)
                            && self.passes(origin, false, rule.protocol, EPHEMERAL, target);
                        origin.vpc == subnet.vpc && out && self.admits(subnet, rule, source)
                    })
            })
        })
    }

    fn ingress(&self, place: &Place<'t, 'm>) -> impl Iterator<Item = &'t GroupRule<'m>> {
        place.groups.iter().flat_map(|group| self.firewall.ingress(group))
    }

    /// Whether the subnet's ACL lets in what the rule is about, and its replies out.
    fn admits(&self, subnet: &Subnet<'m>, rule: &GroupRule<'m>, peer: Cidr) -> bool {
        self.passes(subnet, false, rule.protocol, rule.ports, peer)
            && self.passes(subnet, true, rule.protocol, EPHEMERAL, peer)
    }

    /// Whether the subnet's ACL lets through packets to at least one of the ports.
    fn passes(
        &self,
        subnet: &Subnet<'m>,
        egress: bool,
        protocol: Transport,
        ports: (i64, i64),
        peer: Cidr,
    ) -> bool {
        let Some(entries) = self.topology.acl(subnet) else { return true };
        let protocol = match protocol {
            Transport::Every => -1,
            Transport::Number(number) => number,
        };
        let entries: Vec<&Entry<'_>> =
            entries.iter().filter(|entry| entry.egress == egress).collect();
        // What an ACL says changes only where the ports of an entry begin or end.
        let edges = entries.iter().flat_map(|entry| [entry.ports.0, entry.ports.1 + 1]);
        let mut candidates =
            edges.chain([ports.0]).filter(|port| ports.0 <= *port && *port <= ports.1);
        candidates.any(|port| decides(&entries, protocol, port, peer))
    }
}

/// The first entry that is about a packet decides on it; without one it is dropped.
fn decides(entries: &[&Entry<'_>], protocol: i64, port: i64, peer: Cidr) -> bool {
    for entry in entries.iter().filter(|entry| entry.is_about(protocol, port)) {
        let Some(block) = entry.block.filter(|block| block.overlaps(peer)) else { continue };
        let shared = if block.contains(peer) { peer } else { block };
        // Of the internet's addresses only public ones come from there.
        if peer.prefix() == 0 && is_private(shared) {
            continue;
        }
        if entry.allow {
            return true;
        }
        if block.contains(peer) {
            return false;
        }
    }
    false
}

/// The block, if some of it is the internet's.
fn internet(peer: Peer<'_>) -> Option<Cidr> {
    match peer {
        Peer::Block(block) if !is_private(block) => Some(block),
        Peer::EveryIpv6 => Some(cidr!("0.0.0.0/0")),
        Peer::Block(_) | Peer::Group(_) | Peer::Other => None,
    }
}

/// Whether no address of the block is the internet's. Source: "IANA IPv4 Special-Purpose Address
/// Registry".
fn is_private(block: Cidr) -> bool {
    const PRIVATE: [Cidr; 6] = [
        cidr!("10.0.0.0/8"),
        cidr!("172.16.0.0/12"),
        cidr!("192.168.0.0/16"),
        cidr!("100.64.0.0/10"),
        cidr!("169.254.0.0/16"),
        cidr!("127.0.0.0/8"),
    ];
    PRIVATE.iter().any(|private| private.contains(block))
}

/// Load balancers that face the internet, and the groups made for those that a controller in the
/// cluster makes, which may be in any public subnet.
fn load_balancers<'t, 'm>(model: &Model<'m>, topology: &'t Topology<'m>) -> Vec<Place<'t, 'm>> {
    let mut places = Vec::new();
    for resource in model.resources_of("AWS::ElasticLoadBalancingV2::LoadBalancer") {
        if resource.properties().at("Scheme").and_then(Node::as_text) != Some("internal") {
            let subnets = addresses(list(resource, "Subnets"));
            places.push(Place {
                resource,
                groups: addresses(list(resource, "SecurityGroups")),
                subnets: topology
                    .subnets
                    .iter()
                    .filter(|subnet| subnets.contains(&subnet.resource.address()))
                    .collect(),
            });
        }
    }
    for resource in model.resources_of("AWS::EC2::SecurityGroup") {
        if faces_internet(resource) {
            let vpc = target(resource, "VpcId");
            let subnets = topology.subnets.iter().filter(|subnet| {
                subnet.vpc == vpc
                    && topology
                        .routes(subnet)
                        .iter()
                        .any(|found| found.gateway == Gateway::Internet)
            });
            places.push(Place {
                resource,
                groups: vec![resource.address()],
                subnets: subnets.collect(),
            });
        }
    }
    places
}

/// What holds data: its security groups and subnets.
type Store<'m> = (&'m Resource, Vec<&'m Address>, Vec<&'m Address>);

/// A type that holds data: where it names its groups, and where its subnets, itself or in a group.
struct StoreType {
    name: &'static str,
    groups: &'static str,
    subnets: &'static str,
}

const STORE_TYPES: [StoreType; 11] = [
    store("AWS::RDS::DBCluster", "VpcSecurityGroupIds", "DBSubnetGroupName"),
    store("AWS::RDS::DBInstance", "VPCSecurityGroups", "DBSubnetGroupName"),
    store("AWS::RDS::DBProxy", "VpcSecurityGroupIds", "VpcSubnetIds"),
    store("AWS::DocDB::DBCluster", "VpcSecurityGroupIds", "DBSubnetGroupName"),
    store("AWS::Neptune::DBCluster", "VpcSecurityGroupIds", "DBSubnetGroupName"),
    store("AWS::ElastiCache::ReplicationGroup", "SecurityGroupIds", "CacheSubnetGroupName"),
    store("AWS::ElastiCache::ServerlessCache", "SecurityGroupIds", "SubnetIds"),
    store("AWS::MemoryDB::Cluster", "SecurityGroupIds", "SubnetGroupName"),
    store("AWS::OpenSearchService::Domain", "VPCOptions/SecurityGroupIds", "VPCOptions/SubnetIds"),
    store("AWS::Redshift::Cluster", "VpcSecurityGroupIds", "ClusterSubnetGroupName"),
    store("AWS::EFS::MountTarget", "SecurityGroups", "SubnetId"),
];

const fn store(name: &'static str, groups: &'static str, subnets: &'static str) -> StoreType {
    StoreType { name, groups, subnets }
}

fn stores<'m>(model: &Model<'m>) -> Vec<Store<'m>> {
    let mut stores = Vec::new();
    for StoreType { name, groups, subnets } in STORE_TYPES {
        for resource in model.resources_of(name) {
            let named = addresses(list(resource, subnets));
            let subnets = named.into_iter().flat_map(|address| {
                let group = model
                    .resource(address)
                    .filter(|found| found.type_name().ends_with("SubnetGroup"));
                group.map_or_else(|| vec![address], |group| addresses(list(group, "SubnetIds")))
            });
            stores.push((resource, addresses(list(resource, groups)), subnets.collect()));
        }
    }
    stores
}

fn addresses(nodes: &[Node]) -> Vec<&Address> {
    nodes.iter().filter_map(|node| Some(&node.as_reference()?.target)).collect()
}
