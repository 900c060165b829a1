//! What every object says of itself.

use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use serde::Serialize;

use crate::{NamespaceRef, ObjectName};

/// By this label the pods of a workload are selected.
pub(crate) const NAME: &str = "app.kubernetes.io/name";

pub(crate) fn strings<const N: usize>(
    pairs: [(&str, &str); N],
) -> Option<BTreeMap<String, String>> {
    Some(pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).into())
}

/// The labels that Kubernetes recommends.
pub(crate) fn labels(name: &ObjectName) -> BTreeMap<String, String> {
    strings([(NAME, name.as_str()), ("app.kubernetes.io/managed-by", "innovate")])
        .unwrap_or_default()
}

/// The metadata of an object in a namespace.
pub(crate) fn metadata(namespace: &NamespaceRef, name: &ObjectName) -> ObjectMeta {
    ObjectMeta {
        name: Some(name.to_string()),
        namespace: Some(namespace.name().to_string()),
        labels: Some(labels(name)),
        ..ObjectMeta::default()
    }
}

/// The metadata of an object that belongs to the whole cluster.
pub(crate) fn cluster_metadata(name: &ObjectName) -> ObjectMeta {
    ObjectMeta { name: Some(name.to_string()), labels: Some(labels(name)), ..ObjectMeta::default() }
}

/// An object of a kind that Kubernetes itself doesn't have.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CustomObject<S> {
    pub(crate) api_version: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) metadata: ObjectMeta,
    pub(crate) spec: S,
}
