//! `K8S-07`: a disruption budget that no node can ever be replaced under.

use innovate_core::{
    Manifest, Rule, Severity,
    check::{Check, Findings, Model},
};
use serde_json::Value;

use super::{super::clusters, autoscaler_stands_alone::target};
use crate::view::{Objects, Workload, selects, title};

pub(crate) static BUDGET_CAN_BE_MET: Rule = Rule {
    code: "K8S-07",
    title: "a disruption budget lets at least one pod be down",
    explanation: "A budget that lets no pod be down blocks every replacement of its nodes: upgrades \
of the cluster stop, and Karpenter keeps the node until its grace period is over and then stops the \
pods after all. The number of pods is the least that there may be.\n\nSource: \"Specifying a \
Disruption Budget for your Application\", Kubernetes documentation.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    for objects in clusters(model) {
        for budget in objects.of_kind("PodDisruptionBudget") {
            let field = |name: &str| budget.object().pointer(&format!("/spec/{name}"));
            let (least, most) = (field("minAvailable"), field("maxUnavailable"));
            let Some(pods) = fewest_pods(objects, budget) else { continue };
            let (name, value, down) = match (least, most) {
                (Some(_), Some(_)) => {
                    let message = format!("{} states both bounds, and may have one", title(budget));
                    let finding = objects.finding("K8S-07", Severity::Error, budget, message);
                    findings.report(
                        finding
                            .property("spec")
                            .given("minAvailable and maxUnavailable")
                            .help("leave `minAvailable` out"),
                    );
                    continue;
                }
                (Some(least), None) => (
                    "minAvailable",
                    least,
                    rounded_up(least, pods).map(|up| pods.saturating_sub(up)),
                ),
                (None, Some(most)) => ("maxUnavailable", most, rounded_up(most, pods)),
                (None, None) => continue,
            };
            if down.is_some_and(|down| down < 1) {
                let message = format!("{} never lets a pod be down", title(budget));
                findings.report(
                    objects
                        .finding("K8S-07", Severity::Error, budget, message)
                        .property(format!("spec/{name}"))
                        .given(format!("{value} of {pods} pods"))
                        .help("let a share be down: `maxUnavailable: 25%` is rounded up, so it is always one or more"),
                );
            }
        }
    }
}

/// A number, or a share of the pods rounded up, as the disruption controller does.
fn rounded_up(value: &Value, pods: i64) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64(),
        Value::String(share) => {
            let percent: i64 = share.strip_suffix('%')?.parse().ok()?;
            Some((percent.checked_mul(pods)?.checked_add(99)?) / 100)
        }
        _ => None,
    }
}

/// The least number of pods that the budget's workloads may have; `None` if it selects none.
fn fewest_pods(objects: Objects<'_>, budget: &Manifest) -> Option<i64> {
    let selector = budget.object().pointer("/spec/selector")?;
    let selected = |workload: &Workload<'_>| {
        workload.namespace() == budget.namespace() && selects(selector, workload.labels())
    };
    let number = |manifest: &Manifest, pointer: &str| {
        manifest.object().pointer(pointer).and_then(Value::as_i64)
    };
    let pods = |workload: Workload<'_>| {
        let scales = |autoscaler: &&Manifest| {
            target(objects, autoscaler).is_some_and(|found| std::ptr::eq(found, workload.manifest))
        };
        match objects.of_kind("HorizontalPodAutoscaler").find(scales) {
            Some(autoscaler) => number(autoscaler, "/spec/minReplicas").unwrap_or(1),
            None => number(workload.manifest, "/spec/replicas").unwrap_or(1),
        }
    };
    objects.workloads().filter(selected).map(pods).reduce(|sum, more| sum.saturating_add(more))
}
