//! Secrets, repositories and the grants between stacks, each in the way that the examples don't take.

use innovate::{
    aws::{cluster::Cluster, identity::Grantee, secrets::SecretHandle},
    prelude::*,
};

use crate::Keys;

pub(crate) struct Linked {
    pub(crate) stack: Stack<Staging>,
    pub(crate) links: Links<Staging>,
}

impl Linked {
    /// What is linked, and the links in a stack of their own.
    pub(crate) fn new(
        staging: &Environment<Staging>,
        recovery: &mut Stack<Staging, RecoveryRegion>,
        cluster: &Cluster,
        keys: &Keys,
    ) -> Self {
        let mut stack = staging.stack("linked");
        let role = cluster.core_node_role();
        let mut links = staging.links("links");
        secrets(&mut stack, recovery, &mut links, keys, role);
        images(&mut stack, recovery, &mut links, keys, role);
        let logs = LogGroup::builder().retention(Retention::OneMonth).key(&keys.logs).build();
        let logs = stack.add("WorkerLogs", logs);
        links.add("WriteLogs", logs.grant_write(role));
        Self { stack, links }
    }
}

fn secrets(
    stack: &mut Stack<Staging>,
    recovery: &mut Stack<Staging, RecoveryRegion>,
    links: &mut Links<Staging>,
    keys: &Keys,
    role: &impl Grantee,
) {
    let there = recovery.add("Secrets", KmsKey::<Secrets>::new());
    let generated = Generated::password()
        .field(name!(SecretField: "pass"))
        .username("worker")
        .length(length!(24))
        .generation(2);
    let generated = Secret::builder()
        .path(name!(SecretPath: "worker/login"))
        .key(&keys.secrets)
        .contents(generated)
        .description("How the worker logs in")
        .replica(Region::EuCentral1, &there)
        .build();
    let generated = stack.add("Login", generated);
    links.add("ReadLogin", generated.grant_read(role));
    links.add("ReadReplica", generated.grant_read_in(Region::EuCentral1, &there, role).managed());

    let function = arn!(FunctionArn: "arn:aws:lambda:eu-west-1:111122223333:function:rotate");
    let brought: SecretHandle = stack.add(
        "Partner",
        Secret::builder()
            .path(name!(SecretPath: "partner/token"))
            .key(&keys.secrets)
            .contents(Contents::Brought)
            .rotation(Rotation::by(function, RotationInterval::Quarterly))
            .build(),
    );
    links.add("ReadPartner", brought.grant_read(role));

    let facts = ConnectionFacts::new("cache.internal", Port::tcp(6379)).engine("redis");
    let facts = ConnectionSecret::builder()
        .path(name!(SecretPath: "cache"))
        .key(&keys.secrets)
        .facts(facts)
        .build();
    stack.add("Cache", facts);
}

fn images(
    stack: &mut Stack<Staging>,
    recovery: &mut Stack<Staging, RecoveryRegion>,
    links: &mut Links<Staging>,
    keys: &Keys,
    role: &impl Grantee,
) {
    let repository = Repository::builder()
        .name(name!(RepositoryName: "innovate/worker"))
        .key(&keys.images)
        .tags(TagMutability::ImmutableExcept(vec![name!(TagPattern: "cache-*")]))
        .lifecycle(ImageLifecycle::untagged_only().untagged_after_days(3))
        .pulled_by(organization!("o-a1b2c3d4e5"))
        .build();
    let repository = stack.add("Images", repository);
    links.add("PushImages", repository.grant_push(role));
    links.add("PullImages", repository.grant_pull(role));

    stack.add("Scanning", RegistryScanning::enhanced());
    let prefix = name!(RepositoryPrefix: "innovate");
    stack.add("Replication", RegistryReplication::to(Region::EuCentral1).of_prefix(prefix));
    let there = recovery.add("Images", KmsKey::<Ecr>::new());
    recovery.add("Replicas", RepositoryTemplate::for_replicas(&there));
    let profile = "arn:aws:signer:eu-west-1:111122223333:/signing-profiles/images";
    stack.add("Signing", ImageSigning::with(profile));

    let credential = UpstreamCredential::new(name!(SecretPath: "docker"), &keys.secrets);
    let credential = stack.add("DockerHubCredential", credential);
    for (id, upstream) in [
        ("EcrPublic", Upstream::EcrPublic),
        ("Kubernetes", Upstream::Kubernetes),
        ("DockerHub", Upstream::DockerHub(credential)),
    ] {
        let cache = PullThroughCache::builder().upstream(upstream).key(&keys.images).build();
        let cache = stack.add(id, cache);
        links.add(format!("Pull{id}"), cache.grant_pull(role).managed());
    }
}
