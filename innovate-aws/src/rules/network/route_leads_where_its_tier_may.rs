//! `NET-03` and `NET-04`: a route leads where its tier may.

use std::collections::BTreeSet;

use innovate_core::{
    Diagnostic, Rule,
    check::{Check, Findings, Model},
};

use super::topology::{Gateway, Subnet, Topology};

/// `NET-03`.
pub static ROUTE_LEADS_WHERE_ITS_TIER_MAY: Rule = Rule {
    code: "NET-03",
    title: "only public subnets have a route to an internet gateway, and they have one",
    explanation: "What makes a subnet public is its route to an internet gateway and nothing else. \
A subnet of another tier with such a route puts its nodes or databases one public address away from \
the internet; a public subnet without it has load balancers that nobody reaches.\n\nSource: \"Subnet \
types\", Amazon VPC User Guide.",
    check: Check::Model(check_internet),
};

/// `NET-04`.
pub static DATA_HAS_NO_DEFAULT_ROUTE: Rule = Rule {
    code: "NET-04",
    title: "the data, intra and endpoint tiers have no default route",
    explanation: "What is in these tiers talks to its own network only. A default route, also one \
through NAT, is a way out for what a stolen database password reads.\n\nSource: \"Create network \
layers\" (SEC05-BP01), AWS Well-Architected Framework.",
    check: Check::Model(check_default),
};

fn check_internet(model: &Model<'_>, findings: &mut Findings) {
    let topology = Topology::of(model);
    let mut seen = BTreeSet::new();
    for subnet in &topology.subnets {
        let Some(tier) = subnet.tier else { continue };
        let mut internet =
            topology.routes(subnet).iter().filter(|route| route.gateway == Gateway::Internet);
        if tier == "public" {
            if internet.next().is_none() {
                findings.report(nowhere(subnet));
            }
            continue;
        }
        for route in internet.filter(|route| seen.insert(route.resource.address())) {
            let message = format!("the {tier} tier has a route to an internet gateway");
            findings.report(
                Diagnostic::error("NET-03", message)
                    .on(route.resource)
                    .property("GatewayId")
                    .allowed("no internet gateway; private subnets reach out through NAT")
                    .related(subnet.resource.location(), "a subnet of that tier is made here")
                    .help("remove the route, or put what needs it into a public subnet"),
            );
        }
    }
}

fn nowhere(subnet: &Subnet<'_>) -> Diagnostic {
    let id = subnet.resource.logical_id();
    Diagnostic::error("NET-03", format!("the public subnet `{id}` has no route to the internet"))
        .on(subnet.resource)
        .allowed("a route table with a default route to an internet gateway")
        .help("add an AWS::EC2::Route to 0.0.0.0/0 with the VPC's internet gateway")
}

fn check_default(model: &Model<'_>, findings: &mut Findings) {
    let topology = Topology::of(model);
    let mut seen = BTreeSet::new();
    for subnet in &topology.subnets {
        let Some(tier @ ("data" | "intra" | "endpoint")) = subnet.tier else { continue };
        for route in topology.routes(subnet) {
            if route.destination.is_everywhere() && seen.insert(route.resource.address()) {
                findings.report(
                    Diagnostic::error("NET-04", format!("the {tier} tier has a default route"))
                        .on(route.resource)
                        .allowed("routes to single blocks or prefix lists")
                        .related(subnet.resource.location(), "a subnet of that tier is made here")
                        .help("reach AWS's services through endpoints"),
                );
            }
        }
    }
}
