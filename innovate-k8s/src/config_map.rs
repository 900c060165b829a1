//! Settings that are no secrets.

use std::{collections::BTreeMap, panic::Location};

use innovate_aws::name::{BucketName, Hostname, NameError, SecretName};
use innovate_core::{Diagnostic, Str};
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
    /// Adds a setting: the name of an environment variable or a file, and what it is set to.
    #[allow(unreachable_pub, reason = "the builder has it as a public method")]
    #[track_caller]
    pub fn entry(&mut self, key: impl Into<Str>, setting: impl Setting) {
        let key = key.into().into_owned();
        let location = Location::caller();
        self.wrong.extend(setting.verify().err().map(|error| (error, location)));
        if self.entries.insert(key.clone(), setting.text()).is_some() {
            self.repeated.push((key, location));
        }
    }
))]
pub struct ConfigMap {
    #[builder(setter(into))]
    namespace: NamespaceRef,
    name: ObjectName,
    #[builder(via_mutators)]
    entries: BTreeMap<String, String>,
    #[builder(via_mutators)]
    repeated: Vec<(String, &'static Location<'static>)>,
    #[builder(via_mutators)]
    wrong: Vec<(NameError, &'static Location<'static>)>,
}

/// What a setting may be set to: text, numbers and names that the program knows.
#[diagnostic::on_unimplemented(
    message = "a `{Self}` is not known before deployment, and can't be a setting",
    label = "expected text, a number or a name",
    note = "manifests are written before anything is deployed, and what AWS decides only then can't be in them",
    note = "give pods a name that the program decides on: of a secret, a bucket, a host"
)]
pub trait Setting {
    /// The setting as text.
    fn text(self) -> String;

    /// Whether it is what it is meant to be. Names that are put together are looked at here; text
    /// and numbers are always right.
    ///
    /// # Errors
    ///
    /// If the name is not one that its service takes.
    fn verify(&self) -> Result<(), NameError> {
        Ok(())
    }
}

macro_rules! settings {
    ($($known:ty),*) => {
        $(impl Setting for $known {
            fn text(self) -> String {
                self.to_string()
            }
        })*
    };
}

settings!(&str, String, &String, Str, bool, u8, u16, u32, u64, usize, i32, i64, &ObjectName);

macro_rules! names {
    ($($name:ident),*) => {
        $(impl Setting for &$name {
            fn text(self) -> String {
                self.to_string()
            }

            fn verify(&self) -> Result<(), NameError> {
                $name::verify(self)
            }
        })*
    };
}

names!(Hostname, SecretName, BucketName);

impl ConfigMap {
    fn check(&self, scope: &mut ManifestScope<'_>) {
        for (key, location) in &self.repeated {
            let finding = Diagnostic::error("K8S-02", "a config map has one setting twice")
                .at(*location)
                .setter("entry")
                .given(key)
                .help("leave one of them out: the later one would win");
            scope.report(finding);
        }
        for (error, location) in &self.wrong {
            let finding = Diagnostic::error("K8S-02", "a setting is a name that can't exist")
                .at(*location)
                .setter("entry")
                .given(error.given())
                .allowed(error.allowed());
            scope.report(finding);
        }
    }
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
        self.check(scope);
        let Self { namespace, name, entries, .. } = self;
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
