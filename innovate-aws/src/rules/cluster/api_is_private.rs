//! `EKS-01`: the Kubernetes API is private, or open to listed addresses.

use innovate_core::{
    Cidr, Diagnostic, Node, Rule,
    check::{Check, Findings, Model},
};

use super::CLUSTER;
use crate::cluster::AllowList;
use crate::rules::read::{list, truth};

/// `EKS-01`.
pub static API_IS_PRIVATE: Rule = Rule {
    code: "EKS-01",
    title: "the Kubernetes API is private, or open to listed addresses",
    explanation: "\
Whoever reaches the API may try stolen credentials, and the next flaw of its authentication. Nodes \
reach it through the private endpoint. CloudFormation's default is the opposite: public to \
everyone, and not private.

Write `.endpoint(Endpoint::Private)`, or `Endpoint::public_to(allow_list![..])` with the addresses \
of offices and runners.

Source: \"Cluster API server endpoint\", Amazon EKS User Guide; Security Hub control EKS.1.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    for cluster in model.resources_of(CLUSTER) {
        let finding = |message: &str, property: &str| {
            Diagnostic::error("EKS-01", message)
                .on(cluster)
                .setter("endpoint")
                .property(format!("ResourcesVpcConfig/{property}"))
        };
        if truth(cluster, "ResourcesVpcConfig/EndpointPrivateAccess") != Some(true) {
            findings.report(
                finding("nodes reach the API through the internet", "EndpointPrivateAccess")
                    .given("not true")
                    .allowed("true")
                    .help("set EndpointPrivateAccess to true"),
            );
        }
        if truth(cluster, "ResourcesVpcConfig/EndpointPublicAccess") == Some(false) {
            continue;
        }
        let blocks = list(cluster, "ResourcesVpcConfig/PublicAccessCidrs");
        let help = "use Endpoint::Private, or Endpoint::public_to(allow_list![..]) with the addresses of offices and runners";
        if blocks.is_empty() {
            findings.report(
                finding("the API is open to the internet", "PublicAccessCidrs")
                    .given("no list, which means 0.0.0.0/0")
                    .allowed("blocks of public addresses, none wider than /8")
                    .help(help),
            );
        }
        for block in blocks.iter().filter_map(Node::as_text) {
            let wide = Cidr::parse(block).is_ok_and(|block| block.prefix() < AllowList::WIDEST);
            if wide || block.ends_with("::/0") {
                findings.report(
                    finding("the API is open to the internet", "PublicAccessCidrs")
                        .given(block)
                        .allowed("blocks of public addresses, none wider than /8")
                        .help(help),
                );
            }
        }
    }
}
