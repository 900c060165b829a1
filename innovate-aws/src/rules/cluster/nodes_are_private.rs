//! `EKS-07`: nodes are in private subnets.

use innovate_core::{
    Diagnostic, Resource, Rule,
    check::{Check, Findings, Model},
};

use super::NODE_GROUP;
use crate::rules::read::{list, truth};

/// `EKS-07`.
pub static NODES_ARE_PRIVATE: Rule = Rule {
    code: "EKS-07",
    title: "nodes are in private subnets",
    explanation: "\
A node in a subnet that is routed to an internet gateway needs only a public address to be reached \
from everywhere. Traffic comes in through load balancers, and goes out through NAT.

Source: \"VPC and Subnet Considerations\", Amazon EKS Best Practices Guide.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    for group in model.resources_of(NODE_GROUP) {
        for subnet in list(group, "Subnets").iter().filter_map(|node| model.target(node)) {
            if is_public(model, subnet) {
                findings.report(
                    Diagnostic::error("EKS-07", "nodes are in a public subnet")
                        .on(group)
                        .property("Subnets")
                        .given(format!("`{}`", subnet.address().path()))
                        .allowed("subnets without a route to an internet gateway")
                        .related(subnet.location(), "the subnet is made here")
                        .help("use the private subnets: `vpc.private()`"),
                );
            }
        }
    }
}

/// Whether a subnet gives out public addresses or its route table leads to an internet gateway.
fn is_public(model: &Model<'_>, subnet: &Resource) -> bool {
    truth(subnet, "MapPublicIpOnLaunch") == Some(true)
        || route_tables(model, subnet).iter().any(|table| {
            model.referrers("AWS::EC2::Route", "RouteTableId", table.address()).any(|route| {
                let gateway = route.properties().get("GatewayId");
                gateway
                    .and_then(|gateway| model.target(gateway))
                    .is_some_and(|gateway| gateway.type_name() == "AWS::EC2::InternetGateway")
            })
        })
}

/// The route tables of a subnet.
pub(super) fn route_tables<'app>(model: &Model<'app>, subnet: &Resource) -> Vec<&'app Resource> {
    model
        .referrers("AWS::EC2::SubnetRouteTableAssociation", "SubnetId", subnet.address())
        .filter_map(|association| association.properties().get("RouteTableId"))
        .filter_map(|table| model.target(table))
        .collect()
}
