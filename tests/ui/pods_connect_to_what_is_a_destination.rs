//! A block of addresses is nothing that pods connect to.

use innovate_core::cidr;
use innovate_k8s::{Image, Listen, NamespaceRef, Resources, WebService, object_name};

fn service(namespace: &NamespaceRef, image: Image) {
    let _ = WebService::builder()
        .namespace(namespace)
        .name(object_name!("api"))
        .image(image)
        .listen(Listen::https(8443))
        .resources(Resources::cpu_millis(250).memory_mib(256))
        .replicas(3..=60)
        .connects_to(&cidr!("10.0.0.0/8"))
        .build();
}

fn main() {}
