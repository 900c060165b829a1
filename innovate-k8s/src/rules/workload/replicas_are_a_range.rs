//! `K8S-06`: how many pods there may be.

use innovate_core::{
    Rule, Severity, StageKind,
    check::{Check, Findings, Model},
};

use super::{super::clusters, autoscaler_stands_alone::target};
use crate::view::title;

pub(crate) static REPLICAS_ARE_A_RANGE: Rule = Rule {
    code: "K8S-06",
    title: "there is at least one pod, in production two, and the least is not above the most",
    explanation: "The API server refuses an autoscaler whose least number of pods is above the \
most. In production, a single pod is down whenever its node is replaced, which Karpenter does all \
the time.\n\nSource: \"Horizontal Pod Autoscaling\", Kubernetes documentation; \"Reliability\", Amazon \
EKS Best Practices Guide.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    for objects in clusters(model) {
        let fewest = if objects.set().site().stage() == StageKind::Prod { 2 } else { 1 };
        for autoscaler in objects.of_kind("HorizontalPodAutoscaler") {
            let number = |pointer: &str| autoscaler.object().pointer(pointer)?.as_i64();
            let least = number("/spec/minReplicas").unwrap_or(1);
            let most = number("/spec/maxReplicas").unwrap_or_default();
            let message = if least > most {
                format!("{} has its least number of pods above the most", title(autoscaler))
            } else if least < fewest {
                format!("{} lets the pods become fewer than {fewest}", title(autoscaler))
            } else {
                continue;
            };
            findings.report(
                objects
                    .finding("K8S-06", Severity::Error, autoscaler, message)
                    .setter("replicas")
                    .property("spec/minReplicas")
                    .given(format!("{least}..={most}"))
                    .allowed(format!("a range from {fewest} or more upwards, such as 3..=60")),
            );
        }
        let scaled: Vec<_> = objects
            .of_kind("HorizontalPodAutoscaler")
            .filter_map(|autoscaler| target(objects, autoscaler))
            .collect();
        for deployment in objects.of_kind("Deployment") {
            if scaled.iter().any(|other| std::ptr::eq(*other, deployment)) {
                continue;
            }
            let replicas = deployment.object().pointer("/spec/replicas");
            let replicas = replicas.and_then(serde_json::Value::as_i64).unwrap_or(1);
            if replicas < fewest {
                let message = format!("{} has fewer than {fewest} pods", title(deployment));
                findings.report(
                    objects
                        .finding("K8S-06", Severity::Error, deployment, message)
                        .setter("replicas")
                        .property("spec/replicas")
                        .given(replicas)
                        .allowed(format!("{fewest} or more")),
                );
            }
        }
    }
}
