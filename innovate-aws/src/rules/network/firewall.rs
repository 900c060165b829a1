//! The rules of security groups, those inside a group and those that are resources of their own.

use std::collections::BTreeMap;

use innovate_core::{Cidr, Node, Resource, check::Model, stack::Address};

use crate::load_balancer::is_origin_facing;
use crate::network::{FACES, INTERNET};
use crate::rules::read::{block, list, number, target};

/// Every security group's rules.
pub(in crate::rules) struct Firewall<'m> {
    pub(in crate::rules) rules: Vec<GroupRule<'m>>,
    by_group: BTreeMap<&'m Address, Vec<usize>>,
}

/// A rule of a security group.
pub(in crate::rules) struct GroupRule<'m> {
    /// The group, or the resource of the rule itself.
    pub(in crate::rules) resource: &'m Resource,
    /// Where in the resource the rule is: empty if it is the resource itself.
    pub(in crate::rules) place: String,
    /// The group, if it is one of the program.
    pub(in crate::rules) group: Option<&'m Address>,
    pub(in crate::rules) egress: bool,
    pub(in crate::rules) protocol: Transport,
    /// The ports, from and to.
    pub(in crate::rules) ports: (i64, i64),
    pub(in crate::rules) peer: Peer<'m>,
    pub(in crate::rules) is_described: bool,
}

/// Which packets a rule is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::rules) enum Transport {
    Every,
    Number(i64),
}

/// Who is at the other end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::rules) enum Peer<'m> {
    Block(Cidr),
    EveryIpv6,
    Group(&'m Address),
    /// CloudFront, by the prefix list of its addresses: whoever makes a distribution.
    CloudFront,
    /// Another prefix list, a block or group that is known only at deployment.
    Other,
}

impl Peer<'_> {
    /// Whether it is everyone, or near enough: a block with a prefix below /8 has more than 16
    /// million addresses, which nobody knows.
    pub(in crate::rules) fn is_everyone(self) -> bool {
        match self {
            Self::Block(block) => block.prefix() < 8,
            Self::EveryIpv6 => true,
            Self::Group(_) | Self::CloudFront | Self::Other => false,
        }
    }

    /// As the template writes it.
    pub(in crate::rules) fn text(self) -> String {
        match self {
            Self::Block(block) => block.to_string(),
            Self::EveryIpv6 => "::/0".to_owned(),
            Self::Group(group) => group.logical_id().to_owned(),
            Self::CloudFront => "CloudFront".to_owned(),
            Self::Other => "what is known at deployment".to_owned(),
        }
    }
}

impl<'m> Firewall<'m> {
    pub(in crate::rules) fn of(model: &Model<'m>) -> Self {
        let mut rules = Vec::new();
        for group in model.resources_of("AWS::EC2::SecurityGroup") {
            for (property, egress) in
                [("SecurityGroupIngress", false), ("SecurityGroupEgress", true)]
            {
                for (index, rule) in list(group, property).iter().enumerate() {
                    let read = |key: &str| rule.get(key);
                    rules.push(GroupRule {
                        resource: group,
                        place: format!("{property}/{index}"),
                        group: Some(group.address()),
                        egress,
                        ..parts(model, group, read)
                    });
                }
            }
        }
        for (kind, egress) in
            [("AWS::EC2::SecurityGroupIngress", false), ("AWS::EC2::SecurityGroupEgress", true)]
        {
            for rule in model.resources_of(kind) {
                let read = |key: &str| rule.properties().get(key);
                rules.push(GroupRule {
                    group: target(rule, "GroupId"),
                    egress,
                    ..parts(model, rule, read)
                });
            }
        }
        let mut by_group: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (index, rule) in rules.iter().enumerate() {
            if let Some(group) = rule.group {
                by_group.entry(group).or_default().push(index);
            }
        }
        Self { rules, by_group }
    }

    /// The rules of a group that let others connect to it.
    pub(in crate::rules) fn ingress(
        &self,
        group: &Address,
    ) -> impl Iterator<Item = &GroupRule<'m>> {
        let indices = self.by_group.get(group).into_iter().flatten();
        indices.filter_map(|index| self.rules.get(*index)).filter(|rule| !rule.egress)
    }
}

/// Whether the group is the one that the internet may connect to.
pub(in crate::rules) fn faces_internet(group: &Resource) -> bool {
    group.metadata().get(FACES).and_then(Node::as_text) == Some(INTERNET)
}

fn parts<'m>(
    model: &Model<'m>,
    resource: &'m Resource,
    read: impl Fn(&str) -> Option<&'m Node>,
) -> GroupRule<'m> {
    let protocol = match read("IpProtocol") {
        Some(node) => match (node.as_text(), number(node)) {
            (Some("tcp"), _) => Transport::Number(6),
            (Some("udp"), _) => Transport::Number(17),
            (Some("icmp"), _) => Transport::Number(1),
            (Some("icmpv6"), _) => Transport::Number(58),
            (_, Some(number)) if number >= 0 => Transport::Number(number),
            _ => Transport::Every,
        },
        None => Transport::Every,
    };
    let port =
        |key, otherwise| read(key).and_then(number).filter(|port| *port >= 0).unwrap_or(otherwise);
    let ports = match protocol {
        Transport::Number(6 | 17) => (port("FromPort", 0), port("ToPort", 65535)),
        _ => (0, 65535),
    };
    let group = ["SourceSecurityGroupId", "DestinationSecurityGroupId"]
        .into_iter()
        .find_map(|key| read(key)?.as_reference());
    let peer = if let Some(node) = read("CidrIp") {
        block(model, node).map_or(Peer::Other, Peer::Block)
    } else if let Some(node) = read("CidrIpv6") {
        if node.as_text() == Some("::/0") { Peer::EveryIpv6 } else { Peer::Other }
    } else {
        let list = read("SourcePrefixListId").and_then(Node::as_text);
        match group {
            Some(found) => Peer::Group(&found.target),
            None if list.is_some_and(is_origin_facing) => Peer::CloudFront,
            None => Peer::Other,
        }
    };
    let description = read("Description");
    let is_described = description.is_some_and(|node| node.as_text() != Some(""));
    GroupRule {
        resource,
        place: String::new(),
        group: None,
        egress: false,
        protocol,
        ports,
        peer,
        is_described,
    }
}

/// The rule's ports in words.
pub(in crate::rules) fn ports(rule: &GroupRule<'_>) -> String {
    match (rule.protocol, rule.ports) {
        (Transport::Every, _) => "every port".to_owned(),
        (_, (from, to)) if from == to => format!("port {from}"),
        (_, (from, to)) => format!("ports {from} to {to}"),
    }
}
