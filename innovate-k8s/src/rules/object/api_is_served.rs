//! `K8S-10`: the cluster's version of Kubernetes serves the API of every object.

use innovate_core::{
    Rule, Severity,
    check::{Check, Findings, Model},
};

use super::super::clusters;
use crate::{cluster, view::title};

pub(crate) static API_IS_SERVED: Rule = Rule {
    code: "K8S-10",
    title: "the cluster's version of Kubernetes serves the API of every object",
    explanation: "An API that is gone makes the whole sync fail, often months after the manifest \
was written, when the cluster is upgraded.\n\nSource: \"Deprecated API Migration Guide\", Kubernetes \
documentation; the release notes of External Secrets and Karpenter.",
    check: Check::Model(check),
};

/// The API version, the kinds (all if none is named), the minor version of Kubernetes without it, and
/// what comes instead.
type Removal = (&'static str, &'static [&'static str], u16, &'static str);

const REMOVED: [Removal; 30] = [
    ("extensions/v1beta1", &["Ingress"], 22, "networking.k8s.io/v1"),
    ("extensions/v1beta1", &[], 16, "apps/v1, or networking.k8s.io/v1"),
    ("apps/v1beta1", &[], 16, "apps/v1"),
    ("apps/v1beta2", &[], 16, "apps/v1"),
    ("networking.k8s.io/v1beta1", &["Ingress", "IngressClass"], 22, "networking.k8s.io/v1"),
    ("rbac.authorization.k8s.io/v1alpha1", &[], 22, "rbac.authorization.k8s.io/v1"),
    ("rbac.authorization.k8s.io/v1beta1", &[], 22, "rbac.authorization.k8s.io/v1"),
    ("apiextensions.k8s.io/v1beta1", &[], 22, "apiextensions.k8s.io/v1"),
    ("apiregistration.k8s.io/v1beta1", &[], 22, "apiregistration.k8s.io/v1"),
    (
        "admissionregistration.k8s.io/v1beta1",
        &["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"],
        22,
        "admissionregistration.k8s.io/v1",
    ),
    ("certificates.k8s.io/v1beta1", &["CertificateSigningRequest"], 22, "certificates.k8s.io/v1"),
    ("coordination.k8s.io/v1beta1", &["Lease"], 22, "coordination.k8s.io/v1"),
    ("scheduling.k8s.io/v1beta1", &[], 22, "scheduling.k8s.io/v1"),
    (
        "storage.k8s.io/v1beta1",
        &["CSIDriver", "CSINode", "StorageClass", "VolumeAttachment"],
        22,
        "storage.k8s.io/v1",
    ),
    ("storage.k8s.io/v1beta1", &["CSIStorageCapacity"], 27, "storage.k8s.io/v1"),
    ("batch/v1beta1", &[], 25, "batch/v1"),
    ("discovery.k8s.io/v1beta1", &[], 25, "discovery.k8s.io/v1"),
    ("events.k8s.io/v1beta1", &[], 25, "events.k8s.io/v1"),
    ("autoscaling/v2beta1", &[], 25, "autoscaling/v2"),
    ("autoscaling/v2beta2", &[], 26, "autoscaling/v2"),
    ("policy/v1beta1", &["PodDisruptionBudget"], 25, "policy/v1"),
    ("policy/v1beta1", &["PodSecurityPolicy"], 25, "a namespace's pod security level"),
    ("node.k8s.io/v1beta1", &[], 25, "node.k8s.io/v1"),
    ("flowcontrol.apiserver.k8s.io/v1beta1", &[], 26, "flowcontrol.apiserver.k8s.io/v1"),
    ("flowcontrol.apiserver.k8s.io/v1beta2", &[], 29, "flowcontrol.apiserver.k8s.io/v1"),
    ("flowcontrol.apiserver.k8s.io/v1beta3", &[], 32, "flowcontrol.apiserver.k8s.io/v1"),
    // Controllers of these clusters, whatever the version of Kubernetes.
    (
        "external-secrets.io/v1alpha1",
        &["ExternalSecret", "SecretStore", "ClusterSecretStore"],
        0,
        "external-secrets.io/v1",
    ),
    ("external-secrets.io/v1beta1", &[], 0, "external-secrets.io/v1"),
    ("karpenter.sh/v1beta1", &[], 0, "karpenter.sh/v1"),
    ("karpenter.k8s.aws/v1beta1", &[], 0, "karpenter.k8s.aws/v1"),
];

fn check(model: &Model<'_>, findings: &mut Findings) {
    for objects in clusters(model) {
        // Without the cluster's version, the oldest that EKS supports.
        let version = cluster::minor_version(model, objects.set().cluster()).unwrap_or(34);
        for manifest in objects.all() {
            let removal = REMOVED.iter().find(|(api, kinds, removed, _)| {
                *api == manifest.api_version()
                    && (kinds.is_empty() || kinds.contains(&manifest.kind()))
                    && *removed <= version
            });
            if let Some((api, _, removed, instead)) = removal {
                let since = match removed {
                    0 => "its controller serves it no longer".to_owned(),
                    removed => format!("Kubernetes serves it no longer since 1.{removed}"),
                };
                let message =
                    format!("{} has an API version that is gone: {since}", title(manifest));
                findings.report(
                    objects
                        .finding("K8S-10", Severity::Error, manifest, message)
                        .property("apiVersion")
                        .given(api)
                        .allowed(instead),
                );
            }
        }
    }
}
