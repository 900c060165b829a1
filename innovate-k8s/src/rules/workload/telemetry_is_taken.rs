//! `K8S-17`: what pods tell the CloudWatch agent is taken by one.

use innovate_core::{
    Node, Rule, Severity,
    check::{Check, Findings, Model},
};
use serde_json::Value;

use super::super::clusters;
use crate::{
    cluster,
    view::{Workload, items, text, title},
};

pub(crate) static TELEMETRY_IS_TAKEN: Rule = Rule {
    code: "K8S-17",
    title: "a cluster whose pods send traces to the CloudWatch agent runs it",
    explanation: "The agent and the operator that puts an SDK into pods come with the EKS add-on \
`amazon-cloudwatch-observability`. Without it annotations do nothing, and an SDK tries again and again \
to reach a host that there is not.\n\nSource: \"Enable Application Signals on Amazon EKS\", Amazon \
CloudWatch User Guide.",
    check: Check::Model(check),
};

const ADDON: &str = "amazon-cloudwatch-observability";

fn check(model: &Model<'_>, findings: &mut Findings) {
    for objects in clusters(model) {
        let name = objects.set().cluster();
        if cluster::resource(model, name).is_none() {
            continue;
        }
        let mut addons = cluster::resources_of(model, "AWS::EKS::Addon", name);
        let runs = addons
            .any(|addon| addon.properties().at("AddonName").and_then(Node::as_text) == Some(ADDON));
        if runs {
            continue;
        }
        for (workload, path) in
            objects.workloads().filter_map(|found| Some((found, telemetry(found)?)))
        {
            let message =
                format!("{} sends traces to an agent that there is not", title(workload.manifest));
            findings.report(
                objects
                    .finding("K8S-17", Severity::Error, workload.manifest, message)
                    .setter("telemetry")
                    .property(path)
                    .given(format!("`{name}` without `{ADDON}`"))
                    .help("let the cluster have `Addon::CloudWatchObservability`, which it has by default"),
            );
        }
    }
}

/// Where a workload says that it sends traces to the agent.
fn telemetry(workload: Workload<'_>) -> Option<String> {
    let annotations = workload.template.pointer("/metadata/annotations").and_then(Value::as_object);
    let injected = annotations.into_iter().flatten().find(|(key, value)| {
        key.starts_with("instrumentation.opentelemetry.io/inject-") && *value != "false"
    });
    if injected.is_some() {
        return Some(format!("{}metadata/annotations", workload.path));
    }
    workload.containers().find_map(|container| {
        let mut variables = items(container.value, "/env");
        let sends = variables
            .any(|found| text(found, "/value").contains("cloudwatch-agent.amazon-cloudwatch"));
        sends.then(|| format!("{}/env", container.path))
    })
}
