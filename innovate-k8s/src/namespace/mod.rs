//! Namespaces, each closed to all traffic and bounded in what it takes.
//!
//! * [`Namespace`]: with its pod security level, default network policies, quota and limit range,
//! * [`Quota`]: what all pods of a namespace take together.

mod quota;

use innovate_core::Str;
use k8s_openapi::{
    api::{
        core::v1 as core,
        networking::v1::{
            NetworkPolicy, NetworkPolicyEgressRule, NetworkPolicyPeer, NetworkPolicyPort,
            NetworkPolicySpec,
        },
    },
    apimachinery::pkg::{
        apis::meta::v1::{LabelSelector, ObjectMeta},
        util::intstr::IntOrString,
    },
};
pub use quota::Quota;
use typed_builder::TypedBuilder;

use crate::{
    AnyCluster, ManifestConstruct, ManifestScope, ObjectName,
    meta::{labels, metadata, strings},
};

/// What the pods of a namespace may do to their node.
///
/// Source: "Pod Security Standards", Kubernetes documentation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PodSecurity {
    /// Hardened: no root, no privilege escalation, no capability, no host access.
    #[default]
    Restricted,
    /// What is known to be dangerous is refused; root is not.
    Baseline,
    /// Anything, for agents that need the node: storage drivers, log collectors.
    Privileged,
}

impl PodSecurity {
    /// The level's name in the namespace's labels.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Restricted => "restricted",
            Self::Baseline => "baseline",
            Self::Privileged => "privileged",
        }
    }
}

/// A namespace. Nothing reaches its pods, and they reach nothing but the cluster's DNS, until
/// something in the program connects them. Its pods can't be exposed but through an ingress, and a
/// container that states no resources gets 100 thousandths of a core and 128 MiB.
///
/// Source: "Network Policies", "Resource Quotas", "Limit Ranges" and "Pod Security Admission",
/// Kubernetes documentation; "Pod readiness gate", AWS Load Balancer Controller documentation.
#[derive(Clone, Debug, TypedBuilder)]
pub struct Namespace {
    name: ObjectName,
    /// Restricted by default.
    #[builder(default)]
    pod_security: PodSecurity,
    /// No bound by default, but no load balancer and no node port either.
    #[builder(default)]
    quota: Quota,
}

impl Namespace {
    /// A restricted namespace.
    pub fn new(name: ObjectName) -> Self {
        Self::builder().name(name).build()
    }
}

/// A namespace of the cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamespaceRef {
    name: ObjectName,
}

impl NamespaceRef {
    /// A namespace that something else makes: `kube-system`, or one of a chart.
    pub const fn existing(name: ObjectName) -> Self {
        Self { name }
    }

    /// Its name.
    pub const fn name(&self) -> &ObjectName {
        &self.name
    }

    /// Selects the namespace by the label that the API server gives each.
    pub(crate) fn selector(&self) -> LabelSelector {
        LabelSelector {
            match_labels: strings([("kubernetes.io/metadata.name", self.name.as_str())]),
            match_expressions: None,
        }
    }
}

impl From<&Self> for NamespaceRef {
    fn from(namespace: &Self) -> Self {
        namespace.clone()
    }
}

impl ManifestConstruct for Namespace {
    type Handle = NamespaceRef;
    type Needs = AnyCluster;

    fn build(self, scope: &mut ManifestScope<'_>) -> NamespaceRef {
        let handle = NamespaceRef { name: self.name };
        let level = self.pod_security.name();
        let mut labels = labels(&handle.name);
        for mode in ["enforce", "audit", "warn"] {
            labels.insert(format!("pod-security.kubernetes.io/{mode}"), level.to_owned());
        }
        let gate = "elbv2.k8s.aws/pod-readiness-gate-inject";
        labels.insert(gate.to_owned(), "enabled".to_owned());
        scope.add(&core::Namespace {
            metadata: ObjectMeta {
                name: Some(handle.name.to_string()),
                labels: Some(labels),
                ..ObjectMeta::default()
            },
            ..core::Namespace::default()
        });
        let named = |name: &'static str| metadata(&handle, &ObjectName::checked(name));
        scope.add(&NetworkPolicy {
            metadata: named("default-deny"),
            spec: Some(NetworkPolicySpec {
                pod_selector: Some(LabelSelector::default()),
                policy_types: Some(vec!["Ingress".to_owned(), "Egress".to_owned()]),
                ..NetworkPolicySpec::default()
            }),
        });
        scope.add(&NetworkPolicy { metadata: named("allow-dns"), spec: Some(dns()) });
        scope.add(&self.quota.object(named("default")));
        scope.add(&quota::limit_range(named("default")));
        handle
    }
}

fn dns() -> NetworkPolicySpec {
    let port = |protocol: &str| NetworkPolicyPort {
        port: Some(IntOrString::Int(53)),
        protocol: Some(protocol.to_owned()),
        ..NetworkPolicyPort::default()
    };
    let server = NetworkPolicyPeer {
        namespace_selector: Some(
            NamespaceRef::existing(ObjectName::checked("kube-system")).selector(),
        ),
        pod_selector: Some(LabelSelector {
            match_labels: strings([("k8s-app", "kube-dns")]),
            match_expressions: None,
        }),
        ip_block: None,
    };
    NetworkPolicySpec {
        pod_selector: Some(LabelSelector::default()),
        policy_types: Some(vec!["Egress".to_owned()]),
        egress: Some(vec![NetworkPolicyEgressRule {
            ports: Some(vec![port("UDP"), port("TCP")]),
            to: Some(vec![server]),
        }]),
        ingress: None,
    }
}

/// For typed names of the AWS side, which hold plain text.
impl From<&NamespaceRef> for Str {
    fn from(namespace: &NamespaceRef) -> Self {
        Self::Owned(namespace.name.to_string())
    }
}
