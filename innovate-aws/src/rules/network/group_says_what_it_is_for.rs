//! `NET-10`: a security group says what it is for, and a database's takes groups only.

use std::collections::BTreeSet;

use innovate_core::{
    Diagnostic, Node, Resource, Rule,
    check::{Check, Findings, Model},
    value::Reference,
};

use super::firewall::{Firewall, Peer};
use crate::rules::read::list;

/// `NET-10`.
pub static GROUP_SAYS_WHAT_IT_IS_FOR: Rule = Rule {
    code: "NET-10",
    title: "rules are described, databases let in groups only, the default group is unused",
    explanation: "A rule that nobody can explain is a rule that nobody dares to remove, so each has a \
description. A database's group lets in other security groups, not blocks of addresses, which stay \
open when what had them is gone. The VPC's default security group lets its members talk to each \
other and is what a resource gets that names none, so nothing names it.\n\nSources: controls EC2.2 and \
RDS.8, AWS Security Hub User Guide; \"Security group rules\", Amazon VPC User Guide.",
    check: Check::Model(check),
};

/// The attribute that gives a VPC's default group.
const DEFAULT_GROUP: &str = "DefaultSecurityGroup";

fn check(model: &Model<'_>, findings: &mut Findings) {
    let firewall = Firewall::of(model);
    for rule in firewall.rules.iter().filter(|rule| !rule.is_described) {
        findings.report(
            Diagnostic::error("NET-10", "a security group rule has no description")
                .on(rule.resource)
                .property(join(&rule.place, "Description"))
                .allowed("what the rule is for, up to 255 characters"),
        );
    }
    for resource in may_use_default_group(model) {
        for (name, node) in resource.properties().entries() {
            if names_default_group(model, node) {
                findings.report(default_group(resource, name));
            }
        }
    }
    for (database, property) in databases(model) {
        for group in list(database, property).iter().filter_map(Node::as_reference) {
            for rule in firewall.ingress(&group.target) {
                if matches!(rule.peer, Peer::Block(_) | Peer::EveryIpv6) {
                    findings.report(block(rule.resource, database, rule.peer));
                }
            }
        }
    }
}

fn databases<'m>(model: &Model<'m>) -> impl Iterator<Item = (&'m Resource, &'static str)> {
    let types = [
        ("AWS::RDS::DBCluster", "VpcSecurityGroupIds"),
        ("AWS::RDS::DBInstance", "VPCSecurityGroups"),
        ("AWS::RDS::DBProxy", "VpcSecurityGroupIds"),
    ];
    types.into_iter().flat_map({
        let model = *model;
        move |(kind, property)| model.resources_of(kind).map(move |found| (found, property))
    })
}

fn join(place: &str, name: &str) -> String {
    if place.is_empty() { name.to_owned() } else { format!("{place}/{name}") }
}

/// The resources of the stacks that have a VPC, and what reads its default group from other stacks.
fn may_use_default_group<'m>(model: &Model<'m>) -> impl Iterator<Item = &'m Resource> {
    let vpcs = model.resources_of("AWS::EC2::VPC");
    let stacks: BTreeSet<usize> =
        vpcs.filter_map(|vpc| model.graph().position(vpc.address().stack())).collect();
    let model = *model;
    stacks.into_iter().flat_map(move |at| {
        let shared = model.graph().shared_outputs(at).map(|(_, output)| output);
        let group = shared.filter(|output| output.attribute.as_deref() == Some(DEFAULT_GROUP));
        let consumers = group.flat_map(|output| &output.consumers);
        let local = model.stacks().get(at).into_iter().flat_map(|stack| stack.resources());
        local.chain(consumers.filter_map(move |address| model.resource(address)))
    })
}

fn names_default_group(model: &Model<'_>, node: &Node) -> bool {
    let mut found = false;
    node.visit_references(&mut |reference: &Reference| {
        found |= reference.attribute.as_deref() == Some(DEFAULT_GROUP)
            && model
                .resource(&reference.target)
                .is_some_and(|vpc| vpc.type_name() == "AWS::EC2::VPC");
    });
    found
}

fn default_group(resource: &Resource, property: &str) -> Diagnostic {
    let id = resource.logical_id();
    Diagnostic::error("NET-10", format!("`{id}` uses the VPC's default security group"))
        .on(resource)
        .property(property)
        .allowed("a security group of its own")
        .help("make one with `SecurityGroup::builder()`")
}

fn block(rule: &Resource, database: &Resource, peer: Peer<'_>) -> Diagnostic {
    let id = database.logical_id();
    Diagnostic::error("NET-10", format!("the database `{id}` lets in a block of addresses"))
        .on(rule)
        .given(peer.text())
        .allowed("security groups")
        .related(database.location(), "the database is made here")
        .help("connect it with `stack.allow(&from, Port::POSTGRES, &database)`")
}
