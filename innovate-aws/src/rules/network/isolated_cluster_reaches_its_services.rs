//! `NET-08`: a cluster without a way out reaches what it needs through endpoints.

use std::collections::BTreeSet;

use innovate_core::{
    Diagnostic, Resource, Rule,
    check::{Check, Findings, Model},
    stack::Address,
};

use super::topology::Topology;
use crate::rules::read::{list, pattern, target};

/// `NET-08`.
pub static ISOLATED_CLUSTER_REACHES_ITS_SERVICES: Rule = Rule {
    code: "NET-08",
    title: "a cluster without a way out has endpoints for all that it needs",
    explanation: "Where private subnets have no default route, a node joins its cluster only through \
endpoints: for EKS and its pod identities, EC2, STS, and ECR with the S3 gateway behind it. Karpenter \
needs SSM and SQS besides, ingresses need Elastic Load Balancing. Without one of them nodes never \
become ready, and the stack fails after half an hour. `Endpoints::PrivateEks` has them \
all.\n\nSources: \"Deploy private clusters with limited internet access\", Amazon EKS User Guide; \
\"Private clusters\", Karpenter documentation.",
    check: Check::Model(check),
};

/// What every node needs.
pub(crate) const SERVICES_OF_NODES: [&str; 6] =
    ["ec2", "ecr.api", "ecr.dkr", "eks", "eks-auth", "sts"];

/// What an object in the cluster asks for besides, by its kind.
const OBJECTS: [(&str, &[&str]); 2] =
    [("EC2NodeClass", &["ssm", "sqs"]), ("Ingress", &["elasticloadbalancing"])];

fn check(model: &Model<'_>, findings: &mut Findings) {
    if model.resources_of("AWS::EKS::Cluster").next().is_none() {
        return;
    }
    let topology = Topology::of(model);
    for cluster in model.resources_of("AWS::EKS::Cluster") {
        let Some(vpc) = vpc_of(&topology, cluster) else { continue };
        let mut private = topology
            .subnets
            .iter()
            .filter(|subnet| subnet.vpc == Some(vpc) && subnet.tier == Some("private"))
            .peekable();
        let has_private = private.peek().is_some();
        let has_way_out = private.any(|subnet| {
            topology.routes(subnet).iter().any(|route| route.destination.is_everywhere())
        });
        if !has_private || has_way_out {
            continue;
        }
        let offered = services(model, vpc);
        let missing: Vec<&str> =
            needed(model, cluster).filter(|service| !offered.contains(*service)).collect();
        if missing.is_empty() {
            continue;
        }
        let id = cluster.logical_id();
        let message = format!("the nodes of `{id}` have no way to services that they need");
        let finding = Diagnostic::error("NET-08", message)
            .on(cluster)
            .given(format!("no default route, and no endpoint for {}", missing.join(", ")))
            .allowed("an interface endpoint for each, or a route through NAT")
            .help("give the `Vpc` the endpoints `Endpoints::PrivateEks`, or a `Nat`");
        findings.report(match model.resource(vpc) {
            Some(vpc) => finding.related(vpc.location(), "the VPC is made here"),
            None => finding,
        });
    }
}

fn vpc_of<'m>(topology: &Topology<'m>, cluster: &Resource) -> Option<&'m Address> {
    let ids = list(cluster, "ResourcesVpcConfig/SubnetIds");
    let first = ids.iter().find_map(|node| Some(&node.as_reference()?.target))?;
    topology.subnets.iter().find(|subnet| subnet.resource.address() == first)?.vpc
}

/// The services that have an endpoint in the VPC: `ecr.api` for `com.amazonaws.eu-west-1.ecr.api`.
fn services(model: &Model<'_>, vpc: &Address) -> BTreeSet<String> {
    let own = model
        .resources_of("AWS::EC2::VPCEndpoint")
        .filter(|endpoint| target(endpoint, "VpcId") == Some(vpc));
    let names = own.filter_map(|endpoint| endpoint.properties().at("ServiceName").map(pattern));
    names.filter_map(|name| name.splitn(4, '.').nth(3).map(str::to_owned)).collect()
}

/// The services that the cluster's nodes and objects need.
fn needed<'m>(
    model: &Model<'m>,
    cluster: &'m Resource,
) -> impl Iterator<Item = &'static str> + use<'m> {
    let name = cluster.properties().at("Name").map(pattern).unwrap_or_default();
    let objects = model.manifests().iter().filter(move |set| set.cluster() == name);
    let kinds: BTreeSet<&str> =
        objects.flat_map(|set| set.manifests()).map(|manifest| manifest.kind()).collect();
    let asked = OBJECTS.into_iter().filter(move |(kind, _)| kinds.contains(kind));
    SERVICES_OF_NODES.into_iter().chain(asked.flat_map(|(_, services)| services.iter().copied()))
}
