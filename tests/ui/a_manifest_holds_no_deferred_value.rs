//! What is committed to Git can't hold what AWS decides at deployment.

use innovate::{core::value::Text, k8s::NamespaceRef, prelude::*};

fn settings(namespace: &NamespaceRef, endpoint: Value<Text>) -> ConfigMap {
    ConfigMap::builder()
        .namespace(namespace)
        .name(object_name!("api"))
        .entry("DATABASE_HOST", endpoint)
        .build()
}

fn main() {}
