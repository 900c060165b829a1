//! There is no way to say it, nor to run as root.

use innovate::{
    k8s::{Image, NamespaceRef},
    prelude::*,
};

fn service(namespace: &NamespaceRef, image: Image) {
    let _ = WebService::builder().namespace(namespace).image(image).privileged(true);
}

fn root(namespace: &NamespaceRef, image: Image) {
    let _ = WebService::builder().namespace(namespace).image(image).run_as_user(0);
}

fn main() {}
