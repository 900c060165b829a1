//! The networks of a program, put together from their resources: what is in which VPC, which routes
//! and which ACL a subnet has. Made of the resources alone, so that it holds for whoever made them.

use std::collections::BTreeMap;

use innovate_core::{Cidr, Node, Resource, check::Model, stack::Address};

use crate::rules::read::{block, list, number, target, truth};

/// All networks of a program.
pub(super) struct Topology<'m> {
    pub(super) vpcs: Vec<Network<'m>>,
    pub(super) subnets: Vec<Subnet<'m>>,
    routes: BTreeMap<&'m Address, Vec<Route<'m>>>,
    entries: BTreeMap<&'m Address, Vec<Entry<'m>>>,
}

/// A VPC with its blocks.
pub(super) struct Network<'m> {
    pub(super) resource: &'m Resource,
    pub(super) blocks: Vec<Cidr>,
}

/// A subnet with what decides where its packets go.
pub(super) struct Subnet<'m> {
    pub(super) resource: &'m Resource,
    pub(super) vpc: Option<&'m Address>,
    pub(super) block: Option<Cidr>,
    pub(super) zone: Option<&'m Node>,
    pub(super) tier: Option<&'m str>,
    pub(super) table: Option<&'m Address>,
    pub(super) acl: Option<&'m Address>,
}

/// A route with what it leads to.
pub(super) struct Route<'m> {
    pub(super) resource: &'m Resource,
    pub(super) destination: Destination,
    pub(super) gateway: Gateway<'m>,
}

/// Where a route leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Destination {
    /// To addresses that are known.
    Block(Cidr),
    /// To every IPv6 address.
    EveryIpv6,
    /// To addresses that are known only at deployment.
    Unknown,
}

impl Destination {
    /// Whether it is a default route.
    pub(super) fn is_everywhere(self) -> bool {
        match self {
            Self::Block(block) => block.prefix() == 0,
            Self::EveryIpv6 => true,
            Self::Unknown => false,
        }
    }
}

/// What a route hands packets to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gateway<'m> {
    Internet,
    Nat(Option<&'m Address>),
    Other,
}

/// An entry of a network ACL.
#[derive(Clone, Copy)]
pub(super) struct Entry<'m> {
    pub(super) resource: &'m Resource,
    pub(super) number: i64,
    pub(super) egress: bool,
    pub(super) allow: bool,
    pub(super) protocol: i64,
    pub(super) ports: (i64, i64),
    pub(super) block: Option<Cidr>,
}

impl Entry<'_> {
    /// Whether packets of this protocol to this port are its business.
    pub(super) fn is_about(&self, protocol: i64, port: i64) -> bool {
        self.protocol == -1
            || (protocol == -1 || self.protocol == protocol)
                && self.ports.0 <= port
                && port <= self.ports.1
    }
}

impl<'m> Topology<'m> {
    pub(super) fn of(model: &Model<'m>) -> Self {
        let mut tables = BTreeMap::new();
        for association in model.resources_of("AWS::EC2::SubnetRouteTableAssociation") {
            if let Some(subnet) = target(association, "SubnetId") {
                tables.insert(subnet, target(association, "RouteTableId"));
            }
        }
        let mut acls = BTreeMap::new();
        for association in model.resources_of("AWS::EC2::SubnetNetworkAclAssociation") {
            if let Some(subnet) = target(association, "SubnetId") {
                acls.insert(subnet, target(association, "NetworkAclId"));
            }
        }
        let databases = database_subnets(model);
        let subnets = model.resources_of("AWS::EC2::Subnet").map(|resource| {
            let address = resource.address();
            Subnet {
                resource,
                vpc: target(resource, "VpcId"),
                block: resource.properties().at("CidrBlock").and_then(|node| block(model, node)),
                zone: ["AvailabilityZoneId", "AvailabilityZone"]
                    .into_iter()
                    .find_map(|property| resource.properties().at(property)),
                tier: resource
                    .tag("tier")
                    .or_else(|| databases.contains_key(address).then_some("data")),
                table: tables.get(address).copied().flatten(),
                acl: acls.get(address).copied().flatten(),
            }
        });
        Self {
            vpcs: model.resources_of("AWS::EC2::VPC").map(|vpc| network(model, vpc)).collect(),
            subnets: subnets.collect(),
            routes: routes(model),
            entries: entries(model),
        }
    }

    /// The routes of a subnet. One without a table of its own has the VPC's, which has none.
    pub(super) fn routes(&self, subnet: &Subnet<'m>) -> &[Route<'m>] {
        subnet.table.and_then(|table| self.routes.get(table)).map_or(&[], Vec::as_slice)
    }

    /// The entries of a subnet's ACL by number; `None` if it has the VPC's own, which lets
    /// everything through.
    pub(super) fn acl(&self, subnet: &Subnet<'m>) -> Option<&[Entry<'m>]> {
        let acl = subnet.acl?;
        Some(self.entries.get(acl).map_or(&[], Vec::as_slice))
    }

    /// Every ACL that has entries, with them.
    pub(super) fn acls(&self) -> impl Iterator<Item = (&'m Address, &[Entry<'m>])> {
        self.entries.iter().map(|(acl, entries)| (*acl, entries.as_slice()))
    }

    pub(super) fn vpc(&self, address: &Address) -> Option<&Network<'m>> {
        self.vpcs.iter().find(|vpc| vpc.resource.address() == address)
    }
}

fn network<'m>(model: &Model<'m>, vpc: &'m Resource) -> Network<'m> {
    let own = vpc.properties().at("CidrBlock").and_then(|node| block(model, node));
    let more = model
        .referrers("AWS::EC2::VPCCidrBlock", "VpcId", vpc.address())
        .filter_map(|found| found.properties().at("CidrBlock").and_then(|node| block(model, node)));
    Network { resource: vpc, blocks: own.into_iter().chain(more).collect() }
}

/// The subnets that databases and caches are placed in.
fn database_subnets<'m>(model: &Model<'m>) -> BTreeMap<&'m Address, ()> {
    let groups = [
        ("AWS::RDS::DBSubnetGroup", "SubnetIds"),
        ("AWS::DocDB::DBSubnetGroup", "SubnetIds"),
        ("AWS::Neptune::DBSubnetGroup", "SubnetIds"),
        ("AWS::ElastiCache::SubnetGroup", "SubnetIds"),
        ("AWS::Redshift::ClusterSubnetGroup", "SubnetIds"),
    ];
    groups
        .into_iter()
        .flat_map(|(kind, property)| {
            model.resources_of(kind).flat_map(move |group| list(group, property))
        })
        .filter_map(|node| Some((&node.as_reference()?.target, ())))
        .collect()
}

fn routes<'m>(model: &Model<'m>) -> BTreeMap<&'m Address, Vec<Route<'m>>> {
    let mut routes: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for resource in model.resources_of("AWS::EC2::Route") {
        let Some(table) = target(resource, "RouteTableId") else { continue };
        let properties = resource.properties();
        let ipv6 = properties.at("DestinationIpv6CidrBlock").and_then(Node::as_text);
        let ipv4 = properties.at("DestinationCidrBlock").and_then(|node| block(model, node));
        let destination = match (ipv4, ipv6) {
            (Some(block), _) => Destination::Block(block),
            (None, Some("::/0")) => Destination::EveryIpv6,
            _ => Destination::Unknown,
        };
        let internet =
            properties.at("GatewayId").is_some_and(|node| leads_to_internet(model, node));
        let gateway = match properties.at("NatGatewayId") {
            Some(node) => Gateway::Nat(node.as_reference().map(|found| &found.target)),
            None if internet => Gateway::Internet,
            None => Gateway::Other,
        };
        routes.entry(table).or_default().push(Route { resource, destination, gateway });
    }
    routes
}

fn leads_to_internet(model: &Model<'_>, node: &Node) -> bool {
    match (node.as_text(), model.target(node)) {
        (Some(id), _) => id.starts_with("igw-"),
        (None, Some(found)) => found.type_name() == "AWS::EC2::InternetGateway",
        (None, None) => false,
    }
}

fn entries<'m>(model: &Model<'m>) -> BTreeMap<&'m Address, Vec<Entry<'m>>> {
    let mut entries: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for resource in model.resources_of("AWS::EC2::NetworkAclEntry") {
        let Some(acl) = target(resource, "NetworkAclId") else { continue };
        let properties = resource.properties();
        let port = |end: &str, otherwise| {
            properties.at(&format!("PortRange/{end}")).and_then(number).unwrap_or(otherwise)
        };
        let ipv6 = properties.at("Ipv6CidrBlock").is_some();
        let block = properties.at("CidrBlock").and_then(|node| block(model, node));
        entries.entry(acl).or_default().push(Entry {
            resource,
            number: properties.at("RuleNumber").and_then(number).unwrap_or(0),
            egress: truth(resource, "Egress").unwrap_or(false),
            allow: properties.at("RuleAction").and_then(Node::as_text) == Some("allow"),
            protocol: properties.at("Protocol").and_then(number).unwrap_or(-1),
            ports: (port("From", 0), port("To", 65535)),
            block: block.filter(|_| !ipv6),
        });
    }
    for list in entries.values_mut() {
        list.sort_by_key(|entry| (entry.egress, entry.number));
    }
    entries
}
