//! Settings that are no secrets.

use std::collections::BTreeMap;

use innovate_core::Str;
use k8s_openapi::api::core::v1 as core;
use sha2::{Digest, Sha256};
use typed_builder::TypedBuilder;

use crate::{
    AnyCluster, ManifestConstruct, ManifestScope, NamespaceRef, ObjectName, meta::metadata,
};

/// Settings of a workload. Pods that read them are replaced when one changes.
///
/// Source: "ConfigMaps", Kubernetes documentation.
#[derive(Clone, Debug, TypedBuilder)]
#[builder(mutators(
    /// Adds a setting: the name of an environment variable or a file, and its text.
    #[allow(unreachable_pub, reason = "the builder has it as a public method")]
    pub fn entry(&mut self, key: impl Into<Str>, text: impl Into<Str>) {
        self.entries.insert(key.into().into_owned(), text.into().into_owned());
    }
))]
pub struct ConfigMap {
    #[builder(setter(into))]
    namespace: NamespaceRef,
    name: ObjectName,
    #[builder(via_mutators)]
    entries: BTreeMap<String, String>,
}

/// A config map of the cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigMapRef {
    namespace: NamespaceRef,
    name: ObjectName,
    digest: String,
}

impl ConfigMapRef {
    /// The namespace that it is in.
    pub const fn namespace(&self) -> &NamespaceRef {
        &self.namespace
    }

    /// Its name.
    pub const fn name(&self) -> &ObjectName {
        &self.name
    }

    /// Changes with the settings.
    pub(crate) fn digest(&self) -> &str {
        &self.digest
    }
}

impl ManifestConstruct for ConfigMap {
    type Handle = ConfigMapRef;
    type Needs = AnyCluster;

    fn build(self, scope: &mut ManifestScope<'_>) -> ConfigMapRef {
        let Self { namespace, name, entries } = self;
        let mut digest = Sha256::new();
        for (key, text) in &entries {
            for part in [key, text] {
                digest.update(part.len().to_be_bytes());
                digest.update(part);
            }
        }
        let digest = digest.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        scope.add(&core::ConfigMap {
            metadata: metadata(&namespace, &name),
            data: Some(entries),
            ..core::ConfigMap::default()
        });
        ConfigMapRef { namespace, name, digest }
    }
}
