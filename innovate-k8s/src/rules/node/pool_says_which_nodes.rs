//! `KAR-02`: a node pool says which nodes it makes, and leaves Karpenter a choice.

use innovate_core::{
    Rule, Severity,
    check::{Check, Findings, Model},
};

use super::super::clusters;
use crate::{
    karpenter::CAPACITY_TYPE,
    view::{Pool, Values, title},
    workload::ARCH,
};

pub(crate) static POOL_SAYS_WHICH_NODES: Rule = Rule {
    code: "KAR-02",
    title: "a node pool names architecture, system and capacity type, and leaves a choice of instances",
    explanation: "A pool that names no architecture or capacity type gets Karpenter's defaults \
(amd64, on demand), which is seldom meant. A pool on the spot market must leave Karpenter a choice \
of instance types: the fewer there are, the more often nodes are interrupted, and below 15 types \
Karpenter moves no pods from one spot node to a cheaper one.\n\nSource: \"NodePools\" and \
\"Consolidation\", Karpenter documentation.",
    check: Check::Model(check),
};

/// Below this, spot nodes aren't consolidated into others.
const TYPES: usize = 15;

fn check(model: &Model<'_>, findings: &mut Findings) {
    for objects in clusters(model) {
        for manifest in objects.of_kind("NodePool") {
            let pool = Pool::of(manifest);
            let missing: Vec<&str> = [ARCH, "kubernetes.io/os", CAPACITY_TYPE]
                .into_iter()
                .filter(|key| !pool.labels.contains_key(key))
                .collect();
            if !missing.is_empty() {
                let message = format!("{} leaves to chance which nodes it makes", title(manifest));
                findings.report(
                    objects
                        .finding("KAR-02", Severity::Warning, manifest, message)
                        .property("spec/template/spec/requirements")
                        .given(format!("no {}", missing.join(", no ")))
                        .help("add a requirement for each"),
                );
            }
            let spot = pool
                .labels
                .get(CAPACITY_TYPE)
                .is_some_and(|values| values.listed().any(|value| value == "spot"));
            let types = pool.labels.get("node.kubernetes.io/instance-type");
            let few = types.filter(|types| types.is_list()).map(|types| types.listed().count());
            if let Some(few) = few.filter(|few| spot && *few < TYPES) {
                let message =
                    format!("{} buys on the spot market from few instance types", title(manifest));
                findings.report(
                    objects
                        .finding("KAR-02", Severity::Warning, manifest, message)
                        .property("spec/template/spec/requirements")
                        .given(format!(
                            "{few}: {}",
                            types.map_or_else(String::new, Values::to_string)
                        ))
                        .allowed(format!("{TYPES} or more"))
                        .help("name instance categories and generations instead of types"),
                );
            }
        }
    }
}
