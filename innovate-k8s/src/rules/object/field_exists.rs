//! `K8S-12`: every field of an object is one that its kind has.

use innovate_core::{
    Rule, Severity,
    check::{Check, Findings, Model},
};

use super::{super::clusters, definition::Table};
use crate::cluster;

pub(crate) static FIELD_EXISTS: Rule = Rule {
    code: "K8S-12",
    title: "every field of an object is one that its kind has",
    explanation: "The API server drops a field that it doesn't know, with a warning that nobody \
sees: a misspelt `readinesProbe` is no probe. A text where a number belongs is refused, and so is an \
object without what it must have. 24 kinds of Kubernetes itself are compared with its API, as the version of \
the program's cluster has it; those of Karpenter (NodePool, EC2NodeClass), External Secrets (ExternalSecret, \
SecretStore, ClusterSecretStore), Velero and the AWS Load Balancer Controller (IngressClassParams, \
TargetGroupBinding) with their definitions: fields, types, what must be there, and the values of \
enumerations. Other custom resources are not looked into.\n\nSource: \"Field validation\" and \"Extend the \
Kubernetes API with CustomResourceDefinitions\", Kubernetes documentation; its OpenAPI definitions.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    let table = Table::new();
    for objects in clusters(model) {
        let version = cluster::minor_version(model, objects.set().cluster());
        for manifest in objects.all() {
            for mistake in table.mistakes(manifest, version) {
                let finding = objects
                    .finding("K8S-12", Severity::Error, manifest, mistake.message)
                    .property(mistake.path)
                    .help(mistake.help.unwrap_or_else(|| {
                        "compare it with the API reference of this kind".to_owned()
                    }));
                findings.report(finding);
            }
        }
    }
}
