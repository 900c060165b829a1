//! `EKS-09`: nodes wait for what makes them ready, and add-ons that run on nodes wait for nodes.

use innovate_core::{
    Diagnostic, Resource, Rule,
    check::{Check, Findings, Model},
};

use super::{
    ADDON, CLUSTER, NODE_GROUP, is_of, nodes_are_private::route_tables, share_a_stack, waits_for,
};
use crate::rules::read::{list, text, truth};
use crate::{
    cluster::{Addon, Phase},
    rules::network::SERVICES_OF_NODES,
};

/// `EKS-09`.
pub static ADDONS_AND_NODES_ARE_ORDERED: Rule = Rule {
    code: "EKS-09",
    title: "nodes wait for their network and add-ons, and other add-ons wait for nodes",
    explanation: "\
A node becomes ready when it can reach the API and pull images, and when vpc-cni, kube-proxy and the \
Pod Identity agent run on it. A node group whose nodes don't become ready fails after half an hour. \
An add-on like coredns only becomes active when its pods run, so it needs nodes first. \
CloudFormation infers none of this: it needs DependsOn.

Source: \"Amazon EKS add-ons\", Amazon EKS User Guide; the order is also that of \
`before_compute` in terraform-aws-eks.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    for group in model.resources_of(NODE_GROUP) {
        let routes = default_routes(model, group);
        for route in &routes {
            if share_a_stack(group, route) && !waits_for(group, route) {
                findings.report(too_early(group, route, "nodes start before their way out exists"));
            }
        }
        // With a way out, a node reaches the services while their endpoints are made.
        let endpoint = endpoints(model, group)
            .find(|endpoint| share_a_stack(group, endpoint) && !waits_for(group, endpoint));
        if let (true, Some(endpoint)) = (routes.is_empty(), endpoint) {
            let message = "nodes start before the endpoints that are their only way to AWS";
            findings.report(
                too_early(group, endpoint, message)
                    .help("add `.depends_on_all(subnets.egress_ready())`"),
            );
        }
        let Some(cluster) = model.resources_of(CLUSTER).find(|cluster| is_of(group, cluster))
        else {
            continue;
        };
        let bare = truth(cluster, "BootstrapSelfManagedAddons") == Some(false);
        for addon in Addon::ALL.iter().filter(|addon| addon.phase() == Phase::BeforeNodes) {
            let found = installed(model, cluster, *addon);
            match found {
                Some(found) if share_a_stack(group, found) && !waits_for(group, found) => {
                    findings.report(too_early(
                        group,
                        found,
                        "nodes start before an add-on that they need",
                    ));
                }
                None if bare && *addon != Addon::PodIdentityAgent => findings.report(
                    Diagnostic::error(
                        "EKS-09",
                        "nodes lack an add-on without which none becomes ready",
                    )
                    .on(group)
                    .given(format!("no add-on `{}`", addon.name()))
                    .help("install it, and let the node group wait for it"),
                ),
                _ => {}
            }
        }
        for addon in Addon::ALL.iter().filter(|addon| addon.phase() == Phase::AfterNodes) {
            if let Some(found) = installed(model, cluster, *addon)
                && share_a_stack(group, found)
                && !waits_for_a_group(model, found, cluster)
            {
                findings.report(too_early(
                    found,
                    group,
                    "an add-on is installed before there is a node for its pods",
                ));
            }
        }
    }
}

fn too_early(resource: &Resource, needed: &Resource, message: &str) -> Diagnostic {
    Diagnostic::error("EKS-09", message)
        .on(resource)
        .property("DependsOn")
        .given(format!("no `{}`", needed.logical_id()))
        .related(needed.location(), "what it needs is made here")
        .help("add `.depends_on(..)`")
}

fn installed<'app>(
    model: &Model<'app>,
    cluster: &Resource,
    addon: Addon,
) -> Option<&'app Resource> {
    model
        .resources_of(ADDON)
        .find(|found| is_of(found, cluster) && text(found, "AddonName") == Some(addon.name()))
}

fn waits_for_a_group(model: &Model<'_>, addon: &Resource, cluster: &Resource) -> bool {
    model
        .resources_of(NODE_GROUP)
        .filter(|group| is_of(group, cluster))
        .any(|group| waits_for(addon, group))
}

/// The endpoints of the services that every node needs, in the network of a group.
fn endpoints<'app>(
    model: &'app Model<'app>,
    group: &Resource,
) -> impl Iterator<Item = &'app Resource> + use<'app> {
    let subnet = list(group, "Subnets").iter().find_map(|node| model.target(node));
    let vpc = subnet.and_then(|subnet| subnet.properties().get("VpcId")?.as_reference());
    let of_vpc = vpc
        .into_iter()
        .flat_map(|vpc| model.referrers("AWS::EC2::VPCEndpoint", "VpcId", &vpc.target));
    of_vpc.filter(|endpoint| {
        let service = text(endpoint, "ServiceName").and_then(|name| name.splitn(4, '.').nth(3));
        service.is_some_and(|service| service == "s3" || SERVICES_OF_NODES.contains(&service))
    })
}

/// The routes by which the nodes of a group reach what is outside their network.
fn default_routes<'app>(model: &Model<'app>, group: &Resource) -> Vec<&'app Resource> {
    let mut routes = Vec::new();
    for subnet in list(group, "Subnets").iter().filter_map(|node| model.target(node)) {
        for table in route_tables(model, subnet) {
            routes.extend(
                model
                    .referrers("AWS::EC2::Route", "RouteTableId", table.address())
                    .filter(|route| text(route, "DestinationCidrBlock") == Some("0.0.0.0/0")),
            );
        }
    }
    routes
}
