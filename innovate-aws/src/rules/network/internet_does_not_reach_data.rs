//! `NET-14`: the internet does not reach a database.

use std::collections::VecDeque;

use innovate_core::{
    Cidr, Diagnostic, Resource, Rule,
    check::{Check, Findings, Model},
    cidr,
    stack::Address,
};

use super::{
    firewall::{Firewall, GroupRule, Peer, faces_internet, ports},
    passage::{is_private, passes},
    store::{addresses, stores},
    topology::{Gateway, Subnet, Topology},
};
use crate::rules::read::{list, target};

/// `NET-14`.
pub static INTERNET_DOES_NOT_REACH_DATA: Rule = Rule {
    code: "NET-14",
    title: "no path leads from the internet to a database or cache",
    explanation: "Three locks stand between the internet and what holds data: a route to an internet \
gateway, the network ACL of its subnet, and its security group. Each may be opened for a reason and \
far from the others. This rule follows packets: from the internet through every load balancer that \
faces it (a load balancer hands connections on as they are), or that CloudFront reaches through a VPC \
origin, to databases and caches, over routes, ACLs and security groups, and reports a path that is \
open all the way. Programs that run on nodes end \
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
            is_vpc_origin: false,
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
    /// Whether CloudFront reaches it inside of the network.
    is_vpc_origin: bool,
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
            let internet = internet(rule.peer);
            internet.is_some_and(|peer| routed.iter().any(|subnet| self.admits(subnet, rule, peer)))
                || place.is_vpc_origin && admits_cloudfront(place, rule)
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
                    Peer::EveryIpv6 | Peer::CloudFront | Peer::Other => false,
                };
                meant
                    && to.subnets.iter().any(|subnet| {
                        let Some(target) = subnet.block else { return false };
                        let out =
                            passes(self.topology, origin, true, rule.protocol, rule.ports, target)
                                && passes(
                                    self.topology,
                                    origin,
                                    false,
                                    rule.protocol,
                                    EPHEMERAL,
                                    target,
                                );
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
        passes(self.topology, subnet, false, rule.protocol, rule.ports, peer)
            && passes(self.topology, subnet, true, rule.protocol, EPHEMERAL, peer)
    }
}

/// Whether the rule lets in what CloudFront puts into the subnets of a VPC origin.
fn admits_cloudfront(place: &Place<'_, '_>, rule: &GroupRule<'_>) -> bool {
    match rule.peer {
        Peer::CloudFront | Peer::Other => true,
        Peer::Block(block) => {
            place.subnets.iter().any(|subnet| subnet.block.is_some_and(|own| block.overlaps(own)))
        }
        Peer::Group(_) | Peer::EveryIpv6 => false,
    }
}

/// The block, if some of it is the internet's.
fn internet(peer: Peer<'_>) -> Option<Cidr> {
    match peer {
        Peer::Block(block) if !is_private(block) => Some(block),
        Peer::EveryIpv6 | Peer::CloudFront => Some(cidr!("0.0.0.0/0")),
        Peer::Block(_) | Peer::Group(_) | Peer::Other => None,
    }
}

/// Load balancers, of which internal ones are reached through others or CloudFront only, and the groups
/// made for those that a controller in the cluster makes, which may be in any public subnet.
fn load_balancers<'t, 'm>(model: &Model<'m>, topology: &'t Topology<'m>) -> Vec<Place<'t, 'm>> {
    let mut places = Vec::new();
    for resource in model.resources_of("AWS::ElasticLoadBalancingV2::LoadBalancer") {
        let subnets = addresses(list(resource, "Subnets"));
        let arn = "VpcOriginEndpointConfig/Arn";
        places.push(Place {
            resource,
            groups: addresses(list(resource, "SecurityGroups")),
            subnets: topology
                .subnets
                .iter()
                .filter(|subnet| subnets.contains(&subnet.resource.address()))
                .collect(),
            is_vpc_origin: model
                .referrers("AWS::CloudFront::VpcOrigin", arn, resource.address())
                .next()
                .is_some(),
        });
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
                is_vpc_origin: false,
            });
        }
    }
    places
}
