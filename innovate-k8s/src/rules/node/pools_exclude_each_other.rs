//! `KAR-03`: which pool a pod's node comes from is no matter of chance.

use innovate_core::{
    Rule, Severity,
    check::{Check, Findings, Model},
};
use serde_json::Value;

use super::super::clusters;
use crate::view::Pool;

pub(crate) static POOLS_EXCLUDE_EACH_OTHER: Rule = Rule {
    code: "KAR-03",
    title: "node pools exclude each other, or differ in weight",
    explanation: "If a pod fits several pools of the same weight, Karpenter takes one of them at \
random. Pools exclude each other by requirements that share no value, or by a taint that only one \
has.\n\nSource: \"NodePools\", Karpenter documentation; \"Karpenter\", Amazon EKS Best Practices Guide.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    for objects in clusters(model) {
        let mut earlier: Vec<(Pool<'_>, i64)> = Vec::new();
        for manifest in objects.of_kind("NodePool") {
            let pool = Pool::of(manifest);
            let weight = manifest.object().pointer("/spec/weight").and_then(Value::as_i64);
            let weight = weight.unwrap_or_default();
            for (other, other_weight) in &earlier {
                if *other_weight != weight || !pool.overlaps(other) {
                    continue;
                }
                let message = format!(
                    "the node pools `{}` and `{}` make the same nodes for the same pods",
                    other.name, pool.name
                );
                let finding = objects
                    .finding("KAR-03", Severity::Warning, manifest, message)
                    .setter("weight")
                    .property("spec/weight")
                    .given(match weight {
                        0 => "no weight for either".to_owned(),
                        weight => format!("the weight {weight} for both"),
                    })
                    .help("give the preferred one a greater weight, or one of them a taint");
                findings.report(match other.manifest {
                    Some(first) => finding.related(first.location(), "the first is made here"),
                    None => finding,
                });
            }
            earlier.push((pool, weight));
        }
    }
}
