//! `K8S-20`: of what is taken where nothing is named, a cluster has one.

use std::collections::BTreeMap;

use innovate_core::{
    Manifest, Rule, Severity,
    check::{Check, Findings, Model},
};
use serde_json::Value;

use super::super::clusters;
use crate::view::title;

pub(crate) static DEFAULT_IS_ONE: Rule = Rule {
    code: "K8S-20",
    title: "of what is taken where nothing is named, a cluster has one",
    explanation: "A claim without a storage class gets the default one, an ingress without a class \
the default class of ingresses, and a backup of Velero without a location the default location. With two \
default storage classes, the one that was made last is taken, which is a warning; with two default ingress classes, ingresses \
without a class are refused; with two default locations, backups go to either of them.\n\nSources: \
\"Storage Classes\" and \"Ingress\", Kubernetes documentation; \"Backup Storage Location\", Velero \
documentation.",
    check: Check::Model(check),
};

/// Objects of which one may be the default one.
struct Kind {
    name: &'static str,
    /// Where an object says that it is.
    property: &'static str,
    pointer: &'static str,
    setter: &'static str,
    severity: Severity,
    help: &'static str,
}

const KINDS: [Kind; 3] = [
    Kind {
        name: "BackupStorageLocation",
        property: "spec/default",
        pointer: "/spec/default",
        setter: "default_location",
        severity: Severity::Error,
        help: "of the locations of Velero's own bucket, all but one have `.default_location(DefaultLocation::No)`",
    },
    Kind {
        name: "IngressClass",
        property: "metadata/annotations/ingressclass.kubernetes.io~1is-default-class",
        pointer: "/metadata/annotations/ingressclass.kubernetes.io~1is-default-class",
        setter: "",
        severity: Severity::Error,
        help: "take the annotation from one of them",
    },
    Kind {
        name: "StorageClass",
        property: "metadata/annotations/storageclass.kubernetes.io~1is-default-class",
        pointer: "/metadata/annotations/storageclass.kubernetes.io~1is-default-class",
        setter: "default_class",
        // Kubernetes knows which one it takes, and nothing is refused.
        severity: Severity::Warning,
        help: "leave `.default_class()` to one of them",
    },
];

impl Kind {
    fn is_default(&self, manifest: &Manifest) -> bool {
        match manifest.object().pointer(self.pointer) {
            Some(Value::Bool(is_default)) => *is_default,
            Some(Value::String(text)) => text == "true",
            _ => false,
        }
    }
}

fn check(model: &Model<'_>, findings: &mut Findings) {
    for objects in clusters(model) {
        for kind in &KINDS {
            let mut first: BTreeMap<Option<&str>, &Manifest> = BTreeMap::new();
            for manifest in objects.of_kind(kind.name).filter(|found| kind.is_default(found)) {
                let Some(known) = first.get(&manifest.namespace()) else {
                    first.insert(manifest.namespace(), manifest);
                    continue;
                };
                let message = format!("{} is the second default one", title(manifest));
                let finding = objects
                    .finding("K8S-20", kind.severity, manifest, message)
                    .property(kind.property)
                    .given(format!("{} and {}", known.name(), manifest.name()))
                    .allowed(format!("one {} that is the default one", kind.name))
                    .related(known.location(), "the first is made here")
                    .help(kind.help);
                findings.report(match kind.setter {
                    "" => finding,
                    setter => finding.setter(setter),
                });
            }
        }
    }
}
