//! `KAR-01`: a node pool has limits, and its nodes an end.

use innovate_core::{
    Rule, Severity,
    check::{Check, Findings, Model},
};
use serde_json::{Map, Value};

use super::super::clusters;
use crate::view::{items, title};

pub(crate) static POOL_IS_BOUNDED: Rule = Rule {
    code: "KAR-01",
    title: "a node pool has limits, a disruption budget, and nodes that expire in bounded time",
    explanation: "Without limits, a mistake in an autoscaler buys nodes without end. Nodes that \
never expire run systems that are never patched; with no grace period, one pod that may not be \
stopped keeps an expired node for ever. A budget says how many nodes may be replaced at \
once.\n\nSource: \"NodePools\" and \"Disruption\", Karpenter documentation.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    for objects in clusters(model) {
        for pool in objects.of_kind("NodePool") {
            let spec = |pointer: &str| pool.object().pointer(&format!("/spec/{pointer}"));
            let mut report = |message: &str, property: &str, setter: &'static str, help: &str| {
                let message = format!("{} {message}", title(pool));
                let finding = objects.finding("KAR-01", Severity::Error, pool, message);
                findings
                    .report(finding.property(format!("spec/{property}")).setter(setter).help(help));
            };
            let limits = spec("limits").and_then(Value::as_object);
            if limits.is_none_or(Map::is_empty) {
                report(
                    "has no limits",
                    "limits",
                    "limits",
                    "state the most of cpu and memory: `limits: {cpu: \"400\", memory: 1600Gi}`",
                );
            }
            let template =
                |name: &str| spec(&format!("template/spec/{name}")).and_then(Value::as_str);
            if template("expireAfter") == Some("Never") {
                report(
                    "keeps its nodes for ever",
                    "template/spec/expireAfter",
                    "expire_after_days",
                    "let nodes live for one to four weeks: `expireAfter: 336h`",
                );
            }
            if template("terminationGracePeriod").is_none() {
                report(
                    "gives its nodes no time by which they must be gone",
                    "template/spec/terminationGracePeriod",
                    "termination_grace_hours",
                    "add `terminationGracePeriod: 24h`",
                );
            }
            if items(pool.object(), "/spec/disruption/budgets").next().is_none() {
                report(
                    "has no disruption budget",
                    "disruption/budgets",
                    "budgets",
                    "add `budgets: [{nodes: 10%}]`",
                );
            }
            let weight = spec("weight").and_then(Value::as_i64);
            if weight.is_some_and(|weight| !(1..=100).contains(&weight)) {
                report(
                    "has a weight outside of 1 to 100",
                    "weight",
                    "weight",
                    "a pool without a weight comes last",
                );
            }
        }
    }
}
