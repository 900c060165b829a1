//! The API: pods over three zones, reached through the load balancer alone.

use innovate::{
    aws::{database::AuroraCluster, security::WebAclHandle},
    prelude::*,
};

use super::choices::Choices;

pub(crate) fn add<S: Choices>(
    manifests: &mut Manifests<S>,
    environment: &Environment<S>,
    database: &AuroraCluster<S::Pausing>,
    web_acl: &WebAclHandle<Regional>,
) {
    let namespace = manifests.add(Namespace::new(object_name!("api")));
    let settings = manifests.add(
        ConfigMap::builder()
            .namespace(&namespace)
            .name(object_name!("api"))
            .entry("LOG_LEVEL", "info")
            .build(),
    );
    let api = manifests.add(
        WebService::builder()
            .namespace(&namespace)
            .name(object_name!("api"))
            .image(image!("444455556666.dkr.ecr.eu-west-1.amazonaws.com/api@sha256:4355a46b19d348dc2f57c046f8ef63d4538ebb936000f3c9ee954a27460dd865"))
            .listen(Listen::https(8443))
            .resources(Resources::cpu_millis(250).memory_mib(256))
            .replicas(S::REPLICAS)
            .config(&settings)
            .connects_to(database)
            .build(),
    );
    let internet = manifests.add(
        IngressClass::builder()
            .name(object_name!("internet"))
            .exposure(Exposure::internet(web_acl.web_acl_name()))
            .namespace(&namespace)
            .build(),
    );
    manifests.add(
        Ingress::builder()
            .name(object_name!("api"))
            .class(&internet)
            .host(environment.host("api"))
            .service(&api)
            .build(),
    );
}
