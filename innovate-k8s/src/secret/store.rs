//! Where the External Secrets Operator reads.

use innovate_aws::cluster::ExternalSecretsHandle;
use serde::Serialize;
use typed_builder::TypedBuilder;

use super::API;
use crate::{
    AnyCluster, ManifestConstruct, ManifestScope, NamespaceRef, ObjectName,
    meta::{CustomObject, cluster_metadata},
};

/// Secrets Manager in the cluster's region, as the External Secrets Operator reads it with its own
/// role. Only the namespaces that are named may use it.
///
/// Source: "AWS Secrets Manager" and "ClusterSecretStore", External Secrets Operator documentation.
#[derive(Clone, Debug, TypedBuilder)]
#[builder(mutators(
    /// Lets a namespace use it. May be called for each of them.
    #[allow(unreachable_pub, reason = "the builder has it as a public method")]
    pub fn namespace(&mut self, namespace: &NamespaceRef) {
        self.namespaces.push(namespace.clone());
    }
))]
pub struct ClusterSecretStore {
    name: ObjectName,
    /// The operator's part of AWS, which says what it may read.
    #[builder(setter(transform = |operator: &ExternalSecretsHandle| operator.clone()))]
    operator: ExternalSecretsHandle,
    #[builder(via_mutators)]
    namespaces: Vec<NamespaceRef>,
}

/// A store of the cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClusterSecretStoreRef {
    name: ObjectName,
    prefix: String,
    namespaces: Vec<NamespaceRef>,
}

impl ClusterSecretStoreRef {
    /// Its name.
    pub const fn name(&self) -> &ObjectName {
        &self.name
    }

    /// What the names of the secrets that it reads begin with.
    pub fn secret_prefix(&self) -> &str {
        &self.prefix
    }

    pub(super) fn serves(&self, namespace: &NamespaceRef) -> bool {
        self.namespaces.contains(namespace)
    }
}

impl From<&Self> for ClusterSecretStoreRef {
    fn from(store: &Self) -> Self {
        store.clone()
    }
}

#[derive(Serialize)]
struct Spec {
    conditions: [Condition; 1],
    provider: Provider,
}

#[derive(Serialize)]
struct Condition {
    namespaces: Vec<String>,
}

#[derive(Serialize)]
struct Provider {
    aws: Aws,
}

#[derive(Serialize)]
struct Aws {
    service: &'static str,
    region: String,
}

impl ManifestConstruct for ClusterSecretStore {
    type Handle = ClusterSecretStoreRef;
    type Needs = AnyCluster;

    fn build(self, scope: &mut ManifestScope<'_>) -> ClusterSecretStoreRef {
        let Self { name, operator, namespaces } = self;
        scope.check_cluster(operator.cluster_name().as_str(), "operator");
        let region = scope.site().region().to_owned();
        let names = namespaces.iter().map(|namespace| namespace.name().to_string()).collect();
        scope.add(&CustomObject {
            api_version: API,
            kind: "ClusterSecretStore",
            metadata: cluster_metadata(&name),
            spec: Spec {
                conditions: [Condition { namespaces: names }],
                provider: Provider { aws: Aws { service: "SecretsManager", region } },
            },
        });
        ClusterSecretStoreRef { name, prefix: operator.secret_prefix().to_owned(), namespaces }
    }
}
