//! Objects as a rule reads them, whoever made them.
//!
//! * [`Objects`]: the objects of a cluster, by kind and namespace,
//! * [`Workload`]: what makes pods; [`Container`]: one of theirs,
//! * [`selects`], [`has_tags`]: whether a selector matches labels, or tags of AWS,
//! * [`Values`]: the values that a node's label may have; [`Pool`], [`Demand`]: nodes that may be
//!   made, and the nodes that pods ask for.

mod pool;
mod selector;
mod values;
mod workload;

use innovate_core::{Diagnostic, Manifest, ManifestSet, Severity};
pub(crate) use pool::{Demand, Pool};
pub(crate) use selector::{has_tags, selects, selects_labels};
use serde_json::Value;
pub(crate) use values::Values;
pub(crate) use workload::{Container, Workload};

/// The objects of a cluster.
#[derive(Clone, Copy)]
pub(crate) struct Objects<'app> {
    set: &'app ManifestSet,
}

impl<'app> Objects<'app> {
    pub(crate) const fn new(set: &'app ManifestSet) -> Self {
        Self { set }
    }

    pub(crate) const fn set(self) -> &'app ManifestSet {
        self.set
    }

    pub(crate) fn all(self) -> impl Iterator<Item = &'app Manifest> {
        self.set.manifests().iter()
    }

    pub(crate) fn of_kind(self, kind: &str) -> impl Iterator<Item = &'app Manifest> {
        self.all().filter(move |manifest| manifest.kind() == kind)
    }

    /// The object of a kind with a name, in a namespace or in none.
    pub(crate) fn find(
        self,
        kind: &str,
        namespace: Option<&str>,
        name: &str,
    ) -> Option<&'app Manifest> {
        let in_it = |found: &&Manifest| found.namespace() == namespace && found.name() == name;
        self.of_kind(kind).find(in_it)
    }

    /// Whether the program makes the namespace, and so knows what is in it.
    pub(crate) fn owns(self, namespace: &str) -> bool {
        self.find("Namespace", None, namespace).is_some() && !self.charted(namespace)
    }

    /// Whether Argo CD puts objects into the namespace that the program doesn't see.
    fn charted(self, namespace: &str) -> bool {
        self.of_kind("Application")
            .any(|found| found.text("/spec/destination/namespace") == namespace)
    }

    pub(crate) fn workloads(self) -> impl Iterator<Item = Workload<'app>> {
        self.all().filter_map(Workload::of)
    }

    /// A finding on one of the objects.
    pub(crate) fn finding(
        self,
        code: &'static str,
        severity: Severity,
        manifest: &Manifest,
        message: impl Into<String>,
    ) -> Diagnostic {
        let finding = match severity {
            Severity::Error => Diagnostic::error(code, message),
            Severity::Warning => Diagnostic::warning(code, message),
            Severity::Note => Diagnostic::note(code, message),
        };
        finding.on_manifest(self.set.cluster(), manifest)
    }
}

/// What is at a JSON pointer, if it is a list.
pub(crate) fn items<'a>(value: &'a Value, pointer: &str) -> impl Iterator<Item = &'a Value> {
    value.pointer(pointer).and_then(Value::as_array).into_iter().flatten()
}

/// The text at a JSON pointer, or nothing.
pub(crate) fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

/// An object as `Kind namespace/name`.
pub(crate) fn title(manifest: &Manifest) -> String {
    match manifest.namespace() {
        Some(namespace) => format!("{} {namespace}/{}", manifest.kind(), manifest.name()),
        None => format!("{} {}", manifest.kind(), manifest.name()),
    }
}
