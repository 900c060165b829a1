//! Secrets, repositories and the grants between stacks, each in the way that the examples don't take.

use innovate::{
    aws::{
        cluster::Cluster,
        identity::Grantee,
        keys::Key,
        registry::{PullThroughCacheHandle, UpstreamCredentialHandle},
        secrets::SecretHandle,
    },
    prelude::*,
};

use crate::Keys;

pub(crate) struct Linked {
    /// What someone brings before the rest is deployed.
    pub(crate) credentials: Stack<Staging>,
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
        let mut credentials = staging.stack("credentials");
        let credential = UpstreamCredential::new(name!(SecretPath: "docker"), &keys.secrets);
        let credential = credentials.add("DockerHubCredential", credential);
        let role = cluster.core_node_role();
        let mut links = staging.links("links");
        secrets(&mut stack, recovery, &mut links, keys, role);
        images(&mut stack, recovery, &mut links, keys, role);
        caches(&mut stack, &mut links, keys, role, credential);
        let logs = LogGroup::builder().retention(Retention::OneMonth).key(&keys.logs).build();
        let logs = stack.add("WorkerLogs", logs);
        links.add("WriteLogs", logs.grant_write(role));
        links.add("ReadLogs", logs.grant_read(role));
        let topic = stack.add("News", AlarmTopic::builder().build());
        links.add("Publish", topic.grant_publish(role));
        let messages = stack.add("Messages", KmsKey::<Sqs>::new());
        let queue = Queue::builder().key(&messages).max_receives(3).topic(&topic).build();
        let queue = stack.add("Mails", queue);
        links.add("SendMails", queue.grant_send(role));
        links.add("ReceiveMails", queue.grant_receive(role));
        links.add("FindCluster", cluster.grant_describe(role));
        Self { credentials, stack, links }
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
    links.add("WritePartner", brought.grant_write(role));

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
    links.add("PullReplica", repository.grant_pull_in(Region::EuCentral1, role));
    let unused = ImageLifecycle::archive_unused(90).delete_archived_after_days(180);
    let newest = ImageLifecycle::keep_newest(300).keep_tags([name!(TagPattern: "v*")]);
    for (id, name, lifecycle) in [
        ("Jobs", name!(RepositoryName: "innovate/jobs"), unused),
        ("Tools", name!(RepositoryName: "innovate/tools"), newest),
    ] {
        let repository = Repository::builder().name(name).key(&keys.images).lifecycle(lifecycle);
        stack.add(id, repository.build());
    }

    stack.add("Scanning", RegistryScanning::enhanced());
    let prefix = name!(RepositoryPrefix: "innovate");
    stack.add("Replication", RegistryReplication::to(Region::EuCentral1).of_prefix(prefix));
    let there = recovery.add("Images", KmsKey::<Ecr>::new());
    let replicas = RepositoryTemplate::for_replicas(&there)
        .tags(TagMutability::ImmutableExcept(vec![name!(TagPattern: "cache-*")]))
        .pulled_by(organization!("o-a1b2c3d4e5"));
    recovery.add("Replicas", replicas);
    let profile = SigningProfile::new().valid_for(SignatureValidity::years(5));
    let profile = stack.add("Signer", profile);
    let prefix = name!(RepositoryPrefix: "innovate");
    stack.add("Signing", ImageSigning::with(&profile).of_prefix(prefix));
    links.add("SignImages", profile.grant_sign(role));
}

fn caches(
    stack: &mut Stack<Staging>,
    links: &mut Links<Staging>,
    keys: &Keys,
    role: &impl Grantee,
    credential: UpstreamCredentialHandle,
) {
    let shared = UpstreamRegistry::new(account!("777788889999"), Region::EuWest1)
        .of_prefix(name!(RepositoryPrefix: "innovate"));
    let azure = Upstream::Azure(name!(AzureRegistryName: "innovate"), credential.clone());
    for (id, upstream) in [
        ("EcrPublic", Upstream::EcrPublic),
        ("Kubernetes", Upstream::Kubernetes),
        ("GitHub", Upstream::GitHub(credential.clone())),
        ("GitLab", Upstream::GitLab(credential.clone())),
        ("Chainguard", Upstream::Chainguard(credential.clone())),
        ("Azure", azure),
        ("DockerHub", Upstream::DockerHub(credential)),
        ("Shared", Upstream::EcrPrivate(shared)),
    ] {
        let cache = PullThroughCache::builder()
            .upstream(upstream)
            .key(&keys.images)
            .pulled_by(account!("777788889999"))
            .pulled_by(name!(OrganizationPath: "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111"))
            .build();
        let cache = stack.add(id, cache);
        links.add(format!("Pull{id}"), cache.grant_pull(role));
        if id == "EcrPublic" {
            policy(stack, &cache, &keys.images, role);
        }
    }
}

/// What others may do with the registry.
fn policy(
    stack: &mut Stack<Staging>,
    cache: &PullThroughCacheHandle,
    key: &Key<Ecr>,
    role: &impl Grantee,
) {
    let prefix = name!(RepositoryPrefix: "innovate");
    stack.add(
        "RegistryPolicy",
        RegistryPolicy::of(RegistryPermission::filling(cache, [role]))
            .and(RegistryPermission::replication_of(prefix, account!("777788889999")))
            .and(RegistryPermission::pulling(organization!("o-a1b2c3d4e5"))),
    );
    stack.add("OfOtherAccounts", RepositoryTemplate::for_replicas(key));
}
