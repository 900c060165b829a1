//! `NET-18`: what a security group lets into a database, the network ACL of its subnets does too.

use innovate_core::{
    Cidr, Diagnostic, Resource, Rule,
    check::{Check, Findings, Model},
    stack::Address,
};

use super::{
    firewall::{Firewall, GroupRule, Peer, ports},
    passage::passes,
    store::{addresses, stores},
    topology::{Subnet, Topology},
};
use crate::rules::read::{list, target};

/// `NET-18`.
pub static ACL_LETS_STORES_BE_REACHED: Rule = Rule {
    code: "NET-18",
    title: "what a security group lets into a database, the network ACL of its subnets does too",
    explanation: "A packet passes two locks on its way to a database or cache: the network ACL of the \
subnet and the security group. Where only one of them is open, connections time out without a trace but \
in the flow logs. So a port that a security group opens must be open in the ACL as well: `Vpc` opens \
5432 of the data tier to the private one, and what `database_ports` names instead.\n\nSource: \"Control \
subnet traffic with network access control lists\", Amazon VPC User Guide.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    let stores = stores(model);
    if stores.is_empty() {
        return;
    }
    let (topology, firewall) = (Topology::of(model), Firewall::of(model));
    for (store, groups, subnets) in stores {
        let (own, others): (Vec<_>, Vec<_>) = topology
            .subnets
            .iter()
            .partition(|subnet| subnets.contains(&subnet.resource.address()));
        for rule in groups.iter().flat_map(|group| firewall.ingress(group)) {
            // The members of its own group are beside it; a block of addresses is NET-10's.
            let Peer::Group(group) = rule.peer else { continue };
            if groups.contains(&group) {
                continue;
            }
            let nodes = node_subnets(model, group);
            let possible = others
                .iter()
                .filter(|subnet| nodes.is_empty() || nodes.contains(&subnet.resource.address()));
            let callers: Vec<Cidr> = possible.filter_map(|subnet| subnet.block).collect();
            let lets_in = |subnet: &&&Subnet<'_>| {
                let from = |peer| passes(&topology, subnet, false, rule.protocol, rule.ports, peer);
                callers.is_empty() || callers.iter().copied().any(from)
            };
            if let Some(subnet) = own.iter().find(|subnet| !lets_in(subnet)) {
                findings.report(finding(store, rule, subnet));
            }
        }
    }
}

/// The subnets of a cluster's nodes, if that is what the group belongs to.
fn node_subnets<'m>(model: &Model<'m>, group: &Address) -> Vec<&'m Address> {
    let Some(cluster) = model.resource(group).filter(|found| found.type_name() == CLUSTER) else {
        return Vec::new();
    };
    let groups = model.resources_of("AWS::EKS::Nodegroup");
    groups
        .filter(|nodes| target(nodes, "ClusterName") == Some(cluster.address()))
        .flat_map(|nodes| addresses(list(nodes, "Subnets")))
        .collect()
}

const CLUSTER: &str = "AWS::EKS::Cluster";

fn finding(store: &Resource, rule: &GroupRule<'_>, subnet: &Subnet<'_>) -> Diagnostic {
    let (id, subnet) = (store.logical_id(), subnet.resource);
    let message = format!("the network ACL shuts out what the security group of `{id}` lets in");
    Diagnostic::error("NET-18", message)
        .on(rule.resource)
        .given(format!("{} at `{}`", ports(rule), subnet.logical_id()))
        .related(subnet.location(), "the subnet and its network ACL are made here")
        .help("open it in the network: `.database_ports([Port::tcp(..)])` of the `Vpc`")
}
