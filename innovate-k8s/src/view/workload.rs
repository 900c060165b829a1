//! What makes pods.

use innovate_core::Manifest;
use serde_json::{Map, Value};

use super::{items, text};

/// An object that makes pods.
#[derive(Clone, Copy)]
pub(crate) struct Workload<'app> {
    pub(crate) manifest: &'app Manifest,
    /// The pods' metadata and spec.
    pub(crate) template: &'app Value,
    /// What the paths of the template's fields begin with.
    pub(crate) path: &'static str,
}

impl<'app> Workload<'app> {
    pub(super) fn of(manifest: &'app Manifest) -> Option<Self> {
        let path = match manifest.kind() {
            "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" | "Job" => "spec/template/",
            "CronJob" => "spec/jobTemplate/spec/template/",
            "Pod" => "",
            _ => return None,
        };
        let mut steps = path.split_terminator('/');
        let template = steps.try_fold(manifest.object(), |object, step| object.get(step))?;
        Some(Self { manifest, template, path })
    }

    pub(crate) fn labels(self) -> Option<&'app Map<String, Value>> {
        self.template.pointer("/metadata/labels").and_then(Value::as_object)
    }

    pub(crate) fn namespace(self) -> Option<&'app str> {
        self.manifest.namespace()
    }

    /// The pods' spec.
    pub(crate) fn pod(self) -> &'app Value {
        self.template.get("spec").unwrap_or(&Value::Null)
    }

    pub(crate) fn containers(self) -> impl Iterator<Item = Container<'app>> {
        ["initContainers", "containers"].into_iter().flat_map(move |field| {
            let pointer = format!("/spec/{field}");
            let list: Vec<&Value> = items(self.template, &pointer).collect();
            list.into_iter().enumerate().map(move |(at, value)| Container {
                value,
                path: format!("{}spec/{field}/{at}", self.path),
            })
        })
    }

    /// The names of the service account, and of the config maps that must exist, each with its path.
    pub(crate) fn references(self) -> Vec<(&'static str, &'app str, String)> {
        let pod = self.pod();
        let mut references = Vec::new();
        let account = text(pod, "/serviceAccountName");
        if !matches!(account, "" | "default") {
            let path = format!("{}spec/serviceAccountName", self.path);
            references.push(("ServiceAccount", account, path));
        }
        let mut config_map = |value: &'app Value, name: &str, path: String| {
            let optional = value.get("optional").and_then(Value::as_bool).unwrap_or_default();
            let name = text(value, name);
            if !name.is_empty() && !optional && name != "kube-root-ca.crt" {
                references.push(("ConfigMap", name, path));
            }
        };
        for (at, volume) in items(pod, "/volumes").enumerate() {
            if let Some(source) = volume.get("configMap") {
                let path = format!("{}spec/volumes/{at}/configMap", self.path);
                config_map(source, "/name", path);
            }
        }
        for container in self.containers() {
            let from = items(container.value, "/envFrom").enumerate();
            for (at, source) in from.filter_map(|(at, from)| Some((at, from.get("configMapRef")?)))
            {
                config_map(source, "/name", format!("{}/envFrom/{at}", container.path));
            }
            for (at, variable) in items(container.value, "/env").enumerate() {
                if let Some(source) = variable.pointer("/valueFrom/configMapKeyRef") {
                    config_map(source, "/name", format!("{}/env/{at}", container.path));
                }
            }
        }
        references
    }
}

/// A container of a pod.
pub(crate) struct Container<'app> {
    pub(crate) value: &'app Value,
    pub(crate) path: String,
}

impl Container<'_> {
    pub(crate) fn name(&self) -> &str {
        text(self.value, "/name")
    }
}
