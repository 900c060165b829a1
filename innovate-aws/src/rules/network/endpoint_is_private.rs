//! `NET-06`: an interface endpoint answers its own network only, under the service's own name.

use std::collections::BTreeSet;

use innovate_core::{
    Diagnostic, Node, Resource, Rule,
    check::{Check, Findings, Model},
};

use super::{
    firewall::{Firewall, Peer},
    topology::Topology,
};
use crate::rules::read::{is_production, list, target, truth};

/// `NET-06`.
pub static ENDPOINT_IS_PRIVATE: Rule = Rule {
    code: "NET-06",
    title: "an interface endpoint has private DNS and answers its own network only",
    explanation: "With private DNS the service's usual name leads to the endpoint; without it, every \
client goes on through NAT. Private DNS needs both DNS flags of the VPC. The endpoint's security \
group lets in HTTPS from the VPC's block and nothing else. In production it is in two zones or \
more.\n\nSource: \"Access an AWS service using an interface VPC endpoint\", AWS PrivateLink Guide.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    let topology = Topology::of(model);
    let firewall = Firewall::of(model);
    let mut opened = BTreeSet::new();
    for endpoint in model.resources_of("AWS::EC2::VPCEndpoint") {
        let properties = endpoint.properties();
        if properties.at("VpcEndpointType").and_then(Node::as_text) != Some("Interface") {
            continue;
        }
        let id = endpoint.logical_id();
        let report = |message: String| Diagnostic::error("NET-06", message).on(endpoint);
        if truth(endpoint, "PrivateDnsEnabled") != Some(true) {
            findings.report(
                report(format!("the endpoint `{id}` has no private DNS, so nobody uses it"))
                    .property("PrivateDnsEnabled")
                    .allowed("true")
                    .help("turn it on: the service's own name then leads to the endpoint"),
            );
        }
        let vpc = target(endpoint, "VpcId").and_then(|vpc| topology.vpc(vpc));
        if let Some(vpc) = vpc {
            for flag in ["EnableDnsSupport", "EnableDnsHostnames"] {
                let set = truth(vpc.resource, flag);
                // EC2 turns the first on by itself and the second not.
                if !set.unwrap_or(flag == "EnableDnsSupport") {
                    findings.report(
                        report(format!("private DNS of `{id}` needs {flag} of its VPC"))
                            .given(if set.is_some() {
                                "false"
                            } else {
                                "nothing, which means false"
                            })
                            .allowed("true")
                            .help(format!("set {flag} of the VPC to true"))
                            .related(vpc.resource.location(), "the VPC is made here"),
                    );
                }
            }
        }
        if is_production(model, endpoint) && list(endpoint, "SubnetIds").len() < 2 {
            findings.report(
                report(format!("the endpoint `{id}` goes with its only zone"))
                    .property("SubnetIds")
                    .allowed("subnets of two zones or more in production"),
            );
        }
        let groups = list(endpoint, "SecurityGroupIds");
        if groups.is_empty() {
            findings.report(
                report(format!("the endpoint `{id}` would have the VPC's default security group"))
                    .property("SecurityGroupIds")
                    .allowed("a group that lets in TCP 443 from the VPC"),
            );
        }
        let blocks = vpc.map_or(&[][..], |vpc| &vpc.blocks);
        for group in groups.iter().filter_map(|group| Some(&group.as_reference()?.target)) {
            for rule in firewall.ingress(group) {
                let within = match rule.peer {
                    Peer::Block(block) => blocks.iter().any(|outer| outer.contains(block)),
                    Peer::Group(_) => true,
                    Peer::EveryIpv6 | Peer::CloudFront => false,
                    Peer::Other => continue,
                };
                if (!within || rule.ports != (443, 443))
                    && opened.insert((rule.resource.address(), rule.place.clone()))
                {
                    findings.report(open(rule.resource, rule, endpoint, blocks));
                }
            }
        }
    }
}

fn open(
    on: &Resource,
    rule: &super::firewall::GroupRule<'_>,
    endpoint: &Resource,
    blocks: &[innovate_core::Cidr],
) -> Diagnostic {
    let blocks: Vec<String> = blocks.iter().map(ToString::to_string).collect();
    let (from, to) = rule.ports;
    let id = endpoint.logical_id();
    Diagnostic::error(
        "NET-06",
        format!("the endpoint `{id}` lets in more than its network's HTTPS"),
    )
    .on(on)
    .property(rule.place.clone())
    .given(format!("{} on ports {from} to {to}", rule.peer.text()))
    .allowed(format!("TCP 443 from {}", blocks.join(" or ")))
    .related(endpoint.location(), "the endpoint is made here")
}
