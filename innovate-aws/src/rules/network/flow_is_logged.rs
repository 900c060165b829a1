//! `NET-12`: flows are logged, and nothing gets a public address on launch.

use innovate_core::{
    Diagnostic, Rule,
    check::{Check, Findings, Model},
};

use crate::rules::read::truth;

/// `NET-12`.
pub static FLOW_IS_LOGGED: Rule = Rule {
    code: "NET-12",
    title: "every VPC logs its flows, and no subnet gives public addresses on launch",
    explanation: "Flow logs are what tells afterwards who talked to whom. A subnet that gives each \
instance a public address makes servers of what was meant to be behind a load balancer; load \
balancers and NAT gateways need no such subnet.\n\nSources: controls EC2.6 and EC2.15, AWS Security \
Hub User Guide.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    for vpc in model.resources_of("AWS::EC2::VPC") {
        if model.referrers("AWS::EC2::FlowLog", "ResourceId", vpc.address()).next().is_none() {
            let id = vpc.logical_id();
            findings.report(
                Diagnostic::error("NET-12", format!("the VPC `{id}` does not log its flows"))
                    .on(vpc)
                    .allowed("an AWS::EC2::FlowLog whose ResourceId is the VPC")
                    .help("the construct `Vpc` makes one"),
            );
        }
    }
    for subnet in model.resources_of("AWS::EC2::Subnet") {
        if truth(subnet, "MapPublicIpOnLaunch") == Some(true) {
            let id = subnet.logical_id();
            let message = format!("the subnet `{id}` gives every instance a public address");
            findings.report(
                Diagnostic::error("NET-12", message)
                    .on(subnet)
                    .property("MapPublicIpOnLaunch")
                    .given(true)
                    .allowed(false)
                    .help("leave it out: a load balancer or a NAT gateway gets its address without it"),
            );
        }
    }
}
