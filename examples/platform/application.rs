//! The API: pods over three zones, reached through the load balancer alone. They log in to the database
//! by their role, with no password that anyone could lose.

use innovate::{
    aws::{registry::RepositoryHandle, secrets::SecretHandle},
    prelude::*,
};

use super::{
    choices::Choices,
    cluster::Compute,
    data::{self, Data},
    ingress::WayIn,
    keys::Keys,
    recovery::{self, Recovery},
};

/// What the pipeline built: the same bytes are tried in staging and run in production.
const BUILD: Digest =
    digest!("sha256:4355a46b19d348dc2f57c046f8ef63d4538ebb936000f3c9ee954a27460dd865");

/// AWS's side: what the pods may do, and what they sign sessions with.
pub(crate) fn stack<S: Choices>(
    environment: &Environment<S>,
    keys: &Keys,
    recovery: &Recovery,
    cluster: &Compute,
    data: &Data<S>,
) -> (Stack<S>, SecretHandle) {
    let mut api = environment.stack("api");
    let role = api.add(
        "Role",
        PodIdentity::builder()
            .cluster(&cluster.eks)
            .service_account(service_account!("api", "api"))
            .build(),
    );
    api.add("Connect", data.database.grant_connect(&data::USER, &role));
    let session = Secret::builder()
        .path(name!(SecretPath: "api/session"))
        .contents(Generated::token())
        .key(&keys.secrets)
        .replica(recovery::REGION, &recovery.secrets)
        .rotation(Rotation::none_because("a new generation signs the sessions of the next year"));
    let session = api.add("Session", session.build());
    (api, session)
}

/// Kubernetes' side: the pods, their settings and secrets, and the load balancer that they serve.
pub(crate) fn add<S: Choices>(
    manifests: &mut Manifests<S>,
    cluster: &Compute,
    data: &Data<S>,
    session: &SecretHandle,
    image: &RepositoryHandle,
    way_in: &WayIn,
) {
    let namespace = manifests.add(Namespace::new(object_name!("api")));
    let settings = manifests.add(
        ConfigMap::builder()
            .namespace(&namespace)
            .name(object_name!("api"))
            .entry("LOG_LEVEL", "info")
            .build(),
    );
    let store = manifests.add(
        ClusterSecretStore::builder()
            .name(object_name!("secrets-manager"))
            .operator(&cluster.secrets)
            .namespace(&namespace)
            .build(),
    );
    let mut secret = |name, secret: &SecretHandle| {
        manifests.add(
            ExternalSecret::builder()
                .namespace(&namespace)
                .name(name)
                .store(&store)
                .secret(secret)
                .build(),
        )
    };
    let connection = secret(object_name!("database"), &data.connection);
    let session = secret(object_name!("session"), session);
    let api = manifests.add(
        WebService::builder()
            .namespace(&namespace)
            .name(object_name!("api"))
            .image(Image::of(image.uri(), &BUILD))
            .listen(Listen::https(8443))
            .resources(Resources::cpu_millis(250).memory_mib(256))
            .replicas(S::REPLICAS)
            .config(&settings)
            .secret_files(&connection, "/etc/database")
            .secret_files(&session, "/etc/session")
            .connects_to(&data.database)
            .connects_to(&AwsCredentials)
            .telemetry(Telemetry::OfTheImage)
            .build(),
    );
    manifests.add(TargetGroupBinding::builder().service(&api).target_group(&way_in.api).build());
}
