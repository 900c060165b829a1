//! `NET-07`: S3 is reached without NAT.

use std::collections::BTreeSet;

use innovate_core::{
    Diagnostic, Node, Rule,
    check::{Check, Findings, Model},
    stack::Address,
};

use super::topology::Topology;
use crate::rules::read::{list, pattern, target};

/// `NET-07`.
pub static S3_IS_REACHED_WITHOUT_NAT: Rule = Rule {
    code: "NET-07",
    title: "an S3 gateway endpoint is on every route table of the private tier",
    explanation: "Layers of container images come from S3. A gateway endpoint costs nothing; without \
one each byte passes the NAT gateway, which charges for it, or finds no way at all where there is no \
NAT.\n\nSources: \"Gateway endpoints for Amazon S3\", AWS PrivateLink Guide; \"Cost Optimization - \
Networking\", Amazon EKS Best Practices Guide.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    let topology = Topology::of(model);
    let mut covered: BTreeSet<&Address> = BTreeSet::new();
    for endpoint in model.resources_of("AWS::EC2::VPCEndpoint") {
        let name = endpoint.properties().at("ServiceName").map(pattern).unwrap_or_default();
        let kind = endpoint.properties().at("VpcEndpointType").and_then(Node::as_text);
        if name.ends_with(".s3") && matches!(kind, None | Some("Gateway")) {
            let tables = list(endpoint, "RouteTableIds").iter();
            covered.extend(tables.filter_map(|table| Some(&table.as_reference()?.target)));
        }
    }
    let mut seen = BTreeSet::new();
    for subnet in &topology.subnets {
        if subnet.tier != Some("private") {
            continue;
        }
        let Some(table) = subnet.table.filter(|table| !covered.contains(table)) else { continue };
        let Some(resource) = model.resource(table).filter(|_| seen.insert(table)) else { continue };
        let vpc = target(resource, "VpcId").map_or("the VPC", Address::logical_id);
        let message = "the private tier has no gateway endpoint for S3";
        findings.report(
            Diagnostic::warning("NET-07", message)
                .on(resource)
                .allowed("a gateway endpoint for S3 with this route table")
                .help(format!(
                    "add the table to RouteTableIds of an AWS::EC2::VPCEndpoint for S3 in `{vpc}`"
                )),
        );
    }
}
