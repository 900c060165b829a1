//! `K8S-12`: every field of an object is one that its kind has.

use innovate_core::{
    Diagnostic, Manifest, Rule, Severity,
    check::{Check, Findings, Model},
};
use k8s_openapi::{
    Resource,
    api::{
        apps::v1 as apps, autoscaling::v2 as autoscaling, batch::v1 as batch, core::v1 as core,
        networking::v1 as networking, policy::v1 as policy, rbac::v1 as rbac,
        scheduling::v1 as scheduling, storage::v1 as storage,
    },
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{super::clusters, definition};
use crate::view::title;

pub(crate) static FIELD_EXISTS: Rule = Rule {
    code: "K8S-12",
    title: "every field of an object is one that its kind has",
    explanation: "The API server drops a field that it doesn't know, with a warning that nobody \
sees: a misspelt `readinesProbe` is no probe. A text where a number belongs is refused. Kinds of \
Kubernetes itself are compared with its API; those of Karpenter (NodePool, EC2NodeClass), External \
Secrets (ExternalSecret, SecretStore, ClusterSecretStore) and the AWS Load Balancer Controller \
(IngressClassParams, TargetGroupBinding) with their definitions: fields, types, what must be there, \
and the values of enumerations. Other custom resources are not looked into.\n\nSource: \"Field \
validation\" and \"Extend the Kubernetes API with CustomResourceDefinitions\", Kubernetes \
documentation.",
    check: Check::Model(check),
};

/// Reads an object as its type, and writes it again.
type Rewrite = fn(&Value) -> Result<Value, serde_json::Error>;

struct Kind {
    api_version: &'static str,
    kind: &'static str,
    rewrite: Rewrite,
}

const fn kind<K>() -> Kind
where
    K: Resource + Serialize + for<'de> Deserialize<'de>,
{
    Kind {
        api_version: K::API_VERSION,
        kind: K::KIND,
        rewrite: |object| serde_json::to_value(K::deserialize(object)?),
    }
}

const KINDS: [Kind; 24] = [
    kind::<apps::DaemonSet>(),
    kind::<apps::Deployment>(),
    kind::<apps::StatefulSet>(),
    kind::<autoscaling::HorizontalPodAutoscaler>(),
    kind::<batch::CronJob>(),
    kind::<batch::Job>(),
    kind::<core::ConfigMap>(),
    kind::<core::LimitRange>(),
    kind::<core::Namespace>(),
    kind::<core::PersistentVolumeClaim>(),
    kind::<core::Pod>(),
    kind::<core::ResourceQuota>(),
    kind::<core::Service>(),
    kind::<core::ServiceAccount>(),
    kind::<networking::Ingress>(),
    kind::<networking::IngressClass>(),
    kind::<networking::NetworkPolicy>(),
    kind::<policy::PodDisruptionBudget>(),
    kind::<rbac::ClusterRole>(),
    kind::<rbac::ClusterRoleBinding>(),
    kind::<rbac::Role>(),
    kind::<rbac::RoleBinding>(),
    kind::<scheduling::PriorityClass>(),
    kind::<storage::StorageClass>(),
];

fn check(model: &Model<'_>, findings: &mut Findings) {
    for objects in clusters(model) {
        for manifest in objects.all() {
            for mistake in definition::mistakes(manifest) {
                let finding = objects.finding("K8S-12", Severity::Error, manifest, mistake.message);
                let finding = finding.property(mistake.path);
                findings.report(mistake.help.into_iter().fold(finding, Diagnostic::help));
            }
            let Some(kind) = KINDS.iter().find(|kind| kind.is(manifest)) else { continue };
            let mut report = |message: String, property: &str| {
                let finding = objects.finding("K8S-12", Severity::Error, manifest, message);
                findings.report(
                    finding
                        .property(property)
                        .help("compare it with the Kubernetes API reference of this kind"),
                );
            };
            match (kind.rewrite)(manifest.object()) {
                Ok(known) => {
                    let mut lost = Vec::new();
                    compare(manifest.object(), &known, String::new(), &mut lost);
                    for path in lost {
                        let message = format!("{} has no field `{path}`", manifest.kind());
                        report(message, &path);
                    }
                }
                Err(error) => {
                    report(format!("{} can't be read as one: {error}", title(manifest)), "");
                }
            }
        }
    }
}

impl Kind {
    fn is(&self, manifest: &Manifest) -> bool {
        self.kind == manifest.kind() && self.api_version == manifest.api_version()
    }
}

/// The paths that are in `given` and not in `known`.
fn compare(given: &Value, known: &Value, path: String, lost: &mut Vec<String>) {
    match (given, known) {
        (Value::Object(given), Value::Object(known)) => {
            for (name, field) in given {
                let path = if path.is_empty() { name.clone() } else { format!("{path}/{name}") };
                match known.get(name) {
                    Some(known) => compare(field, known, path, lost),
                    None if field.is_null() => {}
                    None => lost.push(path),
                }
            }
        }
        (Value::Array(given), Value::Array(known)) => {
            for (at, (given, known)) in given.iter().zip(known).enumerate() {
                compare(given, known, format!("{path}/{at}"), lost);
            }
        }
        _ => {}
    }
}
