//! Outside production a tag will do.

use innovate::prelude::*;

use innovate::k8s::{NamespaceRef, TaggedImage};

fn api(manifests: &mut Manifests<Prod>, namespace: &NamespaceRef, image: TaggedImage) {
    manifests.add(
        WebService::builder()
            .namespace(namespace)
            .name(object_name!("api"))
            .image(image)
            .listen(Listen::https(8443))
            .resources(Resources::cpu_millis(250).memory_mib(256))
            .replicas(3..=60)
            .build(),
    );
}

fn main() {}
