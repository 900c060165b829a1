//! `NET-16`: subnets have the tags that the controllers look for.

use innovate_core::{
    Diagnostic, Rule,
    check::{Check, Findings, Model},
};

use super::topology::{Subnet, Topology};

/// `NET-16`.
pub static SUBNET_IS_TAGGED_FOR_CONTROLLERS: Rule = Rule {
    code: "NET-16",
    title: "subnets have the tags that the load balancer controller and Karpenter look for",
    explanation: "The load balancer controller places internet-facing load balancers in subnets \
tagged `kubernetes.io/role/elb` and internal ones in those tagged `kubernetes.io/role/internal-elb`, \
both with the value 1; checked where the program has a cluster. Karpenter starts nodes in the subnets \
tagged `karpenter.sh/discovery`, which must all be private. Whether a node class finds any is checked \
with the manifests (NET-13).\n\n\
Sources: \"Subnet auto-discovery\", AWS Load Balancer Controller documentation; \"NodeClasses\", \
Karpenter documentation.",
    check: Check::Model(check),
};

const DISCOVERY: &str = "karpenter.sh/discovery";

fn check(model: &Model<'_>, findings: &mut Findings) {
    let topology = Topology::of(model);
    if model.resources_of("AWS::EKS::Cluster").next().is_some() {
        for subnet in &topology.subnets {
            let key = match subnet.tier {
                Some("public") => "kubernetes.io/role/elb",
                Some("private") => "kubernetes.io/role/internal-elb",
                _ => continue,
            };
            if subnet.resource.tag(key) != Some("1") {
                findings.report(untagged(subnet, key));
            }
        }
    }
    for subnet in &topology.subnets {
        if let Some(cluster) = subnet.resource.tag(DISCOVERY)
            && subnet.tier != Some("private")
        {
            findings.report(not_private(subnet, cluster));
        }
    }
}

fn untagged(subnet: &Subnet<'_>, key: &str) -> Diagnostic {
    let id = subnet.resource.logical_id();
    let message = format!("the load balancer controller does not find the subnet `{id}`");
    Diagnostic::error("NET-16", message)
        .on(subnet.resource)
        .property("Tags")
        .given(subnet.resource.tag(key).unwrap_or("no such tag"))
        .allowed(format!("the tag {key} with the value 1"))
}

fn not_private(subnet: &Subnet<'_>, cluster: &str) -> Diagnostic {
    let id = subnet.resource.logical_id();
    Diagnostic::error(
        "NET-16",
        format!("Karpenter would start nodes in `{id}`, which is not private"),
    )
    .on(subnet.resource)
    .property("Tags")
    .given(format!("{DISCOVERY} = {cluster}"))
    .allowed("the tag on private subnets only")
}
