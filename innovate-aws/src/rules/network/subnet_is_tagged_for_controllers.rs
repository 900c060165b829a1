//! `NET-13`: subnets have the tags that the controllers look for.

use innovate_core::{
    Diagnostic, Manifest, Rule,
    check::{Check, Findings, Model},
};

use super::{
    read::tag,
    topology::{Subnet, Topology},
};

/// `NET-13`.
pub static SUBNET_IS_TAGGED_FOR_CONTROLLERS: Rule = Rule {
    code: "NET-13",
    title: "subnets have the tags that the load balancer controller and Karpenter look for",
    explanation: "The load balancer controller places internet-facing load balancers in subnets \
tagged `kubernetes.io/role/elb` and internal ones in those tagged `kubernetes.io/role/internal-elb`, \
both with the value 1. Karpenter starts nodes in the subnets that an EC2NodeClass selects by tag: \
all of them must be private, and there must be some. Checked where the program has a cluster.\n\n\
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
            if tag(subnet.resource, key) != Some("1") {
                findings.report(untagged(subnet, key));
            }
        }
    }
    for subnet in &topology.subnets {
        if let Some(cluster) = tag(subnet.resource, DISCOVERY)
            && subnet.tier != Some("private")
        {
            findings.report(not_private(subnet, cluster));
        }
    }
    for set in model.manifests() {
        for manifest in set.manifests().iter().filter(|found| found.kind() == "EC2NodeClass") {
            if let Some(finding) = selects_nothing(&topology, set.cluster(), manifest) {
                findings.report(finding);
            }
        }
    }
}

fn untagged(subnet: &Subnet<'_>, key: &str) -> Diagnostic {
    let id = subnet.resource.logical_id();
    let message = format!("the load balancer controller does not find the subnet `{id}`");
    Diagnostic::error("NET-13", message)
        .on(subnet.resource)
        .property("Tags")
        .given(tag(subnet.resource, key).unwrap_or("no such tag"))
        .allowed(format!("the tag {key} with the value 1"))
}

fn not_private(subnet: &Subnet<'_>, cluster: &str) -> Diagnostic {
    let id = subnet.resource.logical_id();
    Diagnostic::error(
        "NET-13",
        format!("Karpenter would start nodes in `{id}`, which is not private"),
    )
    .on(subnet.resource)
    .property("Tags")
    .given(format!("{DISCOVERY} = {cluster}"))
    .allowed("the tag on private subnets only")
}

/// A node class whose selectors by tag, each with all of its tags, select none of the subnets.
fn selects_nothing(
    topology: &Topology<'_>,
    cluster: &str,
    manifest: &Manifest,
) -> Option<Diagnostic> {
    let terms = manifest.object().pointer("/spec/subnetSelectorTerms")?.as_array()?;
    let mut asked = Vec::new();
    for term in terms {
        // A subnet that is named by its id is not the program's.
        let tags = term.get("tags")?.as_object()?;
        let matches = |subnet: &Subnet<'_>| {
            tags.iter().all(|(key, value)| match (tag(subnet.resource, key), value.as_str()) {
                (Some(_), Some("*")) => true,
                (own, value) => own.is_some() && own == value,
            })
        };
        if topology.subnets.iter().any(matches) {
            return None;
        }
        asked.extend(
            tags.iter()
                .map(|(key, value)| format!("{key} = {}", value.as_str().unwrap_or_default())),
        );
    }
    // Subnets that exist outside the program may have the tag.
    if topology.subnets.is_empty() {
        return None;
    }
    let clusters: std::collections::BTreeSet<&str> =
        topology.subnets.iter().filter_map(|subnet| tag(subnet.resource, DISCOVERY)).collect();
    let known: Vec<&str> = clusters.into_iter().collect();
    let message = "Karpenter finds no subnet to start nodes in";
    Some(
        Diagnostic::error("NET-13", message)
            .on_manifest(cluster, manifest)
            .given(asked.join(", "))
            .allowed(format!("the tag of some subnets: {DISCOVERY} = {}", known.join(" or ")))
            .help("give the network the cluster's name with `.cluster(..)`"),
    )
}
