//! `EKS-08`: what the cluster itself needs has nodes of its own, and survives the loss of one.

use innovate_core::{
    Diagnostic, Node, Resource, Rule,
    check::{Check, Findings, Model},
};

use super::{CLUSTER, NODE_GROUP, is_of};
use crate::cluster::{CORE_TAINT, CoreNodes};
use crate::rules::read::{list, text, truth};

/// `EKS-08`.
pub static CORE_NODES_SURVIVE: Rule = Rule {
    code: "EKS-08",
    title: "controllers have on-demand nodes of their own, at least two in two zones",
    explanation: "\
Karpenter can't run on the nodes that it makes: when it stops, nothing starts new ones. DNS and the \
other controllers are in the same position. So they have a managed node group: on demand, since \
Spot capacity is taken back; two nodes or more in two zones or more, since one is replaced at every \
upgrade; and tainted with CriticalAddonsOnly, so that applications don't crowd them out.

Source: \"Karpenter Best Practices\", Amazon EKS Best Practices Guide; Karpenter documentation.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    for cluster in model.resources_of(CLUSTER) {
        let serverless = truth(cluster, "ComputeConfig/Enabled") == Some(true)
            || model.resources_of("AWS::EKS::FargateProfile").any(|found| is_of(found, cluster));
        if serverless {
            continue;
        }
        let groups: Vec<&Resource> =
            model.resources_of(NODE_GROUP).filter(|group| is_of(group, cluster)).collect();
        let faults: Vec<(&Resource, &str)> =
            groups.iter().filter_map(|group| Some((*group, fault(group)?))).collect();
        if faults.len() < groups.len() {
            continue;
        }
        let message = "the cluster has no nodes that its controllers can rely on";
        let finding = Diagnostic::error("EKS-08", message).on(cluster).setter("core_nodes");
        let finding = match faults.first() {
            Some((group, fault)) if group.location() == cluster.location() => finding.given(*fault),
            Some((group, fault)) => {
                finding.given(*fault).related(group.location(), "the node group is made here")
            }
            None => finding.given("no managed node group"),
        };
        findings.report(
            finding
                .allowed("one node group on demand, with 2 nodes or more in 2 zones or more, tainted with CriticalAddonsOnly")
                .help("write `.core_nodes(CoreNodes::arm64(3))`, or add such a group beside the nodes that Karpenter makes"),
        );
    }
}

/// Why the controllers can't rely on a node group.
fn fault(group: &Resource) -> Option<&'static str> {
    let fewest = group.properties().at("ScalingConfig/MinSize").and_then(Node::as_integer);
    let subnets = group.properties().get("Subnets").and_then(Node::as_list);
    let tainted = list(group, "Taints").iter().any(|taint| {
        taint.get("Key").and_then(Node::as_text) == Some(CORE_TAINT)
            && taint.get("Effect").and_then(Node::as_text) == Some("NO_SCHEDULE")
    });
    if text(group, "CapacityType") == Some("SPOT") {
        Some("a node group of Spot instances")
    } else if fewest.is_some_and(|fewest| fewest < i64::from(CoreNodes::FEWEST)) {
        Some("a node group that may shrink below two nodes")
    } else if subnets.is_some_and(|subnets| subnets.len() < 2) {
        Some("a node group in one subnet")
    } else if !tainted {
        Some("a node group without the taint CriticalAddonsOnly")
    } else {
        None
    }
}
