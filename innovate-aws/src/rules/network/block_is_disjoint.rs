//! `NET-01`: blocks of addresses don't overlap.

use innovate_core::{
    Cidr, Diagnostic, Node, Resource, Rule,
    check::{Check, Findings, Model},
};

use super::topology::{Network, Subnet, Topology};
use crate::rules::read::{list, target};

/// `NET-01`.
pub static BLOCK_IS_DISJOINT: Rule = Rule {
    code: "NET-01",
    title: "blocks of addresses don't overlap",
    explanation: "A subnet's block lies within its VPC's and shares no address with another \
subnet's: EC2 refuses anything else. The block of a cluster's services shares none with its VPC, or \
pods can't reach what has such an address. VPCs that are peered must not overlap, nor do \
those of two environments, whether one program makes both or one mirrors the other; those of one \
environment better don't, since the one that does can never be peered.\n\nSources: \"Subnet CIDR \
blocks\" and \"VPC peering limitations\", Amazon VPC User Guide; \"View Amazon EKS networking \
requirements for VPC and subnets\", Amazon EKS User Guide.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    let topology = Topology::of(model);
    subnets(&topology, findings);
    networks(model, &topology, findings);
    services(model, &topology, findings);
    originals(model, &topology, findings);
}

fn subnets(topology: &Topology<'_>, findings: &mut Findings) {
    let mut placed: Vec<(&Subnet<'_>, Cidr)> =
        topology.subnets.iter().filter_map(|subnet| Some((subnet, subnet.block?))).collect();
    placed.sort_by_key(|(subnet, block)| (subnet.vpc, block.first()));
    for (subnet, block) in &placed {
        let Some(vpc) = subnet.vpc.and_then(|vpc| topology.vpc(vpc)) else { continue };
        if !vpc.blocks.is_empty() && !vpc.blocks.iter().any(|outer| outer.contains(*block)) {
            let blocks: Vec<String> = vpc.blocks.iter().map(Cidr::to_string).collect();
            let id = subnet.resource.logical_id();
            findings.report(
                Diagnostic::error("NET-01", format!("the subnet `{id}` leaves its VPC's block"))
                    .on(subnet.resource)
                    .property("CidrBlock")
                    .given(block)
                    .allowed(format!("a part of {}", blocks.join(" or ")))
                    .related(vpc.resource.location(), "the VPC is made here"),
            );
        }
    }
    // Sorted by their first address, a block that overlaps any later one overlaps the widest so far.
    let mut widest: Option<(&Subnet<'_>, Cidr)> = None;
    for (subnet, block) in &placed {
        match widest {
            Some((other, wide)) if other.vpc == subnet.vpc && wide.overlaps(*block) => {
                findings.report(overlap(subnet.resource, *block, other.resource, wide));
                if block.last() > wide.last() {
                    widest = Some((subnet, *block));
                }
            }
            _ => widest = Some((subnet, *block)),
        }
    }
}

fn overlap(one: &Resource, block: Cidr, other: &Resource, with: Cidr) -> Diagnostic {
    let (id, other_id) = (one.logical_id(), other.logical_id());
    Diagnostic::error("NET-01", format!("the subnets `{id}` and `{other_id}` overlap"))
        .on(one)
        .property("CidrBlock")
        .given(block)
        .allowed(format!("a block that shares no address with {with}"))
        .related(other.location(), format!("`{other_id}` is made here"))
}

fn networks(model: &Model<'_>, topology: &Topology<'_>, findings: &mut Findings) {
    let peered = |one: &Network<'_>, other: &Network<'_>| {
        model.resources_of("AWS::EC2::VPCPeeringConnection").any(|connection| {
            let ends: Vec<_> = ["VpcId", "PeerVpcId"]
                .into_iter()
                .filter_map(|end| target(connection, end))
                .collect();
            ends.contains(&one.resource.address()) && ends.contains(&other.resource.address())
        })
    };
    let environment = |vpc: &Network<'_>| {
        let stack = vpc.resource.address().stack();
        model.stacks().iter().find(|one| one.name() == stack).map(|one| one.site().environment())
    };
    let mut earlier: Vec<&Network<'_>> = Vec::new();
    for vpc in &topology.vpcs {
        for other in &earlier {
            let shared = vpc.blocks.iter().find_map(|block| {
                let with = other.blocks.iter().find(|with| with.overlaps(*block))?;
                Some((block, with))
            });
            let Some((block, with)) = shared else { continue };
            let (id, other_id) = (vpc.resource.logical_id(), other.resource.logical_id());
            let (stack, other_stack) =
                (vpc.resource.address().stack(), other.resource.address().stack());
            let names = format!("`{id}` of {stack} and `{other_id}` of {other_stack}");
            let finding = if peered(vpc, other) {
                Diagnostic::error("NET-01", format!("the VPCs {names} are peered and overlap"))
            } else if environment(vpc) != environment(other) {
                let message = format!("the VPCs {names} are of two environments and overlap");
                Diagnostic::error("NET-01", message)
            } else {
                let message = format!("the VPCs {names} overlap, so they can never be peered");
                Diagnostic::warning("NET-01", message)
            };
            findings.report(
                finding
                    .on(vpc.resource)
                    .setter("cidr")
                    .property("CidrBlock")
                    .given(block)
                    .allowed(format!("a block that shares no address with {with}"))
                    .related(other.resource.location(), "the other VPC is made here"),
            );
        }
        earlier.push(vpc);
    }
}

fn services(model: &Model<'_>, topology: &Topology<'_>, findings: &mut Findings) {
    for cluster in model.resources_of("AWS::EKS::Cluster") {
        let path = "KubernetesNetworkConfig/ServiceIpv4Cidr";
        let text = cluster.properties().at(path).and_then(Node::as_text);
        let Some(block) = text.and_then(|text| text.parse::<Cidr>().ok()) else { continue };
        let subnets = list(cluster, "ResourcesVpcConfig/SubnetIds");
        let first = subnets.iter().find_map(|node| Some(&node.as_reference()?.target));
        let vpc = topology
            .subnets
            .iter()
            .find(|subnet| Some(subnet.resource.address()) == first)
            .and_then(|subnet| topology.vpc(subnet.vpc?));
        let Some(vpc) = vpc else { continue };
        if let Some(with) = vpc.blocks.iter().find(|with| with.overlaps(block)) {
            let message = "the block of the cluster's services overlaps its VPC";
            findings.report(
                Diagnostic::error("NET-01", message)
                    .on(cluster)
                    .setter("service_cidr")
                    .property(path)
                    .given(block)
                    .allowed(format!("a private block that shares no address with {with}"))
                    .related(vpc.resource.location(), "the VPC is made here"),
            );
        }
    }
}

/// The networks of an environment that this one mirrors are not in the model, and apart all the same.
fn originals(model: &Model<'_>, topology: &Topology<'_>, findings: &mut Findings) {
    for original in model.mirrored() {
        let vpcs =
            original.stack_models().iter().flat_map(|stack| stack.resources_of("AWS::EC2::VPC"));
        for other in vpcs {
            let text = other.properties().at("CidrBlock").and_then(Node::as_text);
            let Some(with) = text.and_then(|text| text.parse::<Cidr>().ok()) else { continue };
            for vpc in &topology.vpcs {
                let Some(block) = vpc.blocks.iter().find(|block| block.overlaps(with)) else {
                    continue;
                };
                let (id, stack) = (vpc.resource.logical_id(), other.address().stack());
                let message = format!("the VPC `{id}` overlaps that of {stack}");
                findings.report(
                    Diagnostic::error("NET-01", message)
                        .on(vpc.resource)
                        .setter("cidr")
                        .property("CidrBlock")
                        .given(block)
                        .allowed(format!("a block that shares no address with {with}"))
                        .help("each environment has a block of its own, so that the two can be peered"),
                );
            }
        }
    }
}
