//! Without requests the scheduler packs pods until they starve.

use innovate::prelude::*;

use innovate::k8s::{Image, NamespaceRef};

fn api(namespace: &NamespaceRef, image: Image) {
    let _ = WebService::builder()
        .namespace(namespace)
        .name(object_name!("api"))
        .image(image)
        .listen(Listen::https(8443))
        .replicas(3..=60)
        .build();
}

fn main() {}
