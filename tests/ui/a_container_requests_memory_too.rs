//! Processor time alone is no statement of resources.

use innovate_k8s::{Image, Listen, NamespaceRef, Resources, WebService, object_name};

fn service(namespace: &NamespaceRef, image: Image) {
    let _ = WebService::builder()
        .namespace(namespace)
        .name(object_name!("api"))
        .image(image)
        .listen(Listen::https(8443))
        .resources(Resources::cpu_millis(250))
        .replicas(3..=60)
        .build();
}

fn main() {}
