//! `K8S-05`: a number of replicas beside an autoscaler.

use innovate_core::{
    Manifest, Rule, Severity,
    check::{Check, Findings, Model},
};

use super::super::clusters;
use crate::view::{Objects, title};

pub(crate) static AUTOSCALER_STANDS_ALONE: Rule = Rule {
    code: "K8S-05",
    title: "what an autoscaler scales states no number of replicas, and has one autoscaler",
    explanation: "Each sync of the manifest sets the stated number again, and the autoscaler then \
corrects it: under load, most pods are stopped at every deployment. Leave `replicas` out. Two \
autoscalers of one workload undo each other's work in the same way.\n\nSource: \"Migrating Deployments \
and StatefulSets to horizontal autoscaling\", Kubernetes documentation.",
    check: Check::Model(check),
};

/// The workload that an autoscaler scales.
pub(super) fn target<'app>(
    objects: Objects<'app>,
    autoscaler: &Manifest,
) -> Option<&'app Manifest> {
    let [kind, name] = ["/spec/scaleTargetRef/kind", "/spec/scaleTargetRef/name"]
        .map(|pointer| autoscaler.text(pointer));
    objects.find(kind, autoscaler.namespace(), name)
}

fn check(model: &Model<'_>, findings: &mut Findings) {
    for objects in clusters(model) {
        let mut scaled: Vec<(&Manifest, &Manifest)> = Vec::new();
        for autoscaler in objects.of_kind("HorizontalPodAutoscaler") {
            let Some(workload) = target(objects, autoscaler) else { continue };
            if let Some(replicas) = workload.object().pointer("/spec/replicas") {
                let message =
                    format!("{} states its replicas beside an autoscaler", title(workload));
                findings.report(
                    objects
                        .finding("K8S-05", Severity::Error, workload, message)
                        .setter("replicas")
                        .property("spec/replicas")
                        .given(replicas)
                        .related(autoscaler.location(), "the autoscaler is made here")
                        .help("leave `replicas` out: the autoscaler's `minReplicas` is the least"),
                );
            }
            let same = scaled.iter().find(|(other, _)| std::ptr::eq(*other, workload));
            if let Some((_, first)) = same {
                let message = format!("{} has two autoscalers", title(workload));
                findings.report(
                    objects
                        .finding("K8S-05", Severity::Error, autoscaler, message)
                        .property("spec/scaleTargetRef")
                        .given(format!("{} and {}", first.name(), autoscaler.name()))
                        .related(first.location(), "the first is made here"),
                );
            }
            scaled.push((workload, autoscaler));
        }
    }
}
