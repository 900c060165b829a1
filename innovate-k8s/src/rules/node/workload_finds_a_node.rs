//! `KAR-06`: every workload can run on some node.

use innovate_core::{
    Rule, Severity,
    check::{Check, Findings, Model},
};

use super::super::clusters;
use crate::{
    cluster,
    view::{Demand, Pool, title},
};

pub(crate) static WORKLOAD_FINDS_A_NODE: Rule = Rule {
    code: "KAR-06",
    title: "every workload can run on the nodes of some pool",
    explanation: "Pods that no node takes stay pending, without any error but an event. For every \
workload, its node selector, node affinity and tolerations are compared with what each node pool and \
each managed node group offers: architecture, labels, capacity type, taints.\n\nSource: \"Scheduling\", \
Karpenter documentation; \"Assigning Pods to Nodes\", Kubernetes documentation.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    for objects in clusters(model) {
        let name = objects.set().cluster();
        let mut pools: Vec<Pool<'_>> = objects.of_kind("NodePool").map(Pool::of).collect();
        if pools.is_empty() {
            // Something else makes the nodes.
            continue;
        }
        let groups = cluster::resources_of(model, "AWS::EKS::Nodegroup", name);
        pools.extend(groups.map(Pool::of_node_group));
        for workload in objects.workloads() {
            if workload.manifest.kind() == "DaemonSet" {
                continue;
            }
            let demand = Demand::of(workload);
            let refusals: Option<Vec<(&Pool<'_>, String)>> =
                pools.iter().map(|pool| Some((pool, pool.refuses(&demand)?))).collect();
            let Some(refusals) = refusals else { continue };
            let message =
                format!("no node pool makes a node for the pods of {}", title(workload.manifest));
            let mut finding = objects
                .finding("KAR-06", Severity::Error, workload.manifest, message)
                .property(format!("{}spec", workload.path));
            for (pool, refusal) in refusals {
                finding = finding.help(format!("`{}`: {refusal}", pool.name));
                if let Some(manifest) = pool.manifest {
                    finding = finding.related(manifest.location(), format!("pool `{}`", pool.name));
                }
            }
            findings.report(finding);
        }
    }
}
