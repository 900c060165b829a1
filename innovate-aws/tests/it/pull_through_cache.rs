//! Caches of other registries, and how those are told who asks.

use innovate_aws::{
    Region, account,
    identity::RoleHandle,
    keys::{Ecr, Key, KmsKey, Secrets},
    name,
    name::SecretPath,
    organization,
    registry::{
        ImageLifecycle, PullThroughCache, TagMutability, Upstream, UpstreamCredential,
        UpstreamCredentialHandle, UpstreamRegistry,
    },
};
use innovate_core::{App, Node, Prod, Stack, Stage};

use crate::{
    program::{environment, problems, resource, synth, synth_with_registry, text, with_code},
    repository::statements,
};

fn stack<S: Stage>() -> (Stack<S>, Key<Ecr>) {
    let mut stack = environment::<S>().stack("images");
    let key = stack.add("Images", KmsKey::<Ecr>::new());
    (stack, key)
}

#[test]
fn a_cache_keeps_images_of_another_registry_under_its_prefix() {
    let (mut stack, key) = stack::<Prod>();
    let cache = PullThroughCache::builder().upstream(Upstream::Quay).key(&key).build();
    let cache = stack.add("Quay", cache);
    let rule = resource(stack.model(), "Quay");
    assert_eq!(text(rule, "EcrRepositoryPrefix"), "quay");
    assert_eq!(text(rule, "UpstreamRegistryUrl"), "quay.io");
    let template = resource(stack.model(), "QuayTemplate");
    assert_eq!(text(template, "Prefix"), "quay");
    assert_eq!(text(template, "AppliedFor/0"), "PULL_THROUGH_CACHE");
    assert_eq!(
        cache.uri(&name!(RepositoryName: "argoproj/argocd")).to_string(),
        "444455556666.dkr.ecr.eu-west-1.amazonaws.com/quay/argoproj/argocd"
    );
    let role = RoleHandle::existing(&name!(RoleName: "nodes"), stack.model().site());
    let pull = statements(cache.grant_pull(&role));
    assert_eq!(pull[1].1, ":ecr:eu-west-1:444455556666:repository/quay/*");
    assert!(pull[1].0.contains(&"ecr:BatchImportUpstreamImage".to_owned()));
    let synthesis = synth_with_registry(App::new("test").stack(stack));
    assert_eq!(problems(&synthesis), [""; 0]);
}

#[test]
fn a_registry_that_asks_who_pulls_is_told_by_a_secret_that_someone_brings() {
    let (mut stack, key) = stack::<Prod>();
    let (brought, credential) = credential(name!(SecretPath: "docker"));
    assert_eq!(credential.secret().name().as_str(), "ecr-pullthroughcache/innovate-prod/docker");
    let cache = PullThroughCache::builder()
        .upstream(Upstream::DockerHub(credential))
        .key(&key)
        .prefix(name!(RepositoryPrefix: "hub"))
        .lifecycle(ImageLifecycle::keep_for_days(30))
        .build();
    stack.add("Hub", cache);
    let rule = resource(stack.model(), "Hub");
    let secret = rule.properties().at("CredentialArn").and_then(Node::as_reference).unwrap();
    assert_eq!(secret.target.logical_id(), "Credential");
    let synthesis = synth_with_registry(App::new("test").stack(brought).stack(stack));
    assert_eq!(problems(&synthesis), [""; 0]);
}

/// A credential in a stack of its own.
fn credential(path: SecretPath) -> (Stack<Prod>, UpstreamCredentialHandle) {
    let mut stack = environment::<Prod>().stack("credentials");
    let secrets = stack.add("Secrets", KmsKey::<Secrets>::new());
    let credential = stack.add("Credential", UpstreamCredential::new(path, &secrets));
    (stack, credential)
}

#[test]
fn a_credential_is_brought_before_its_cache_is_made() {
    let (mut stack, key) = stack::<Prod>();
    let secrets = stack.add("Secrets", KmsKey::<Secrets>::new());
    let credential = UpstreamCredential::new(name!(SecretPath: "docker"), &secrets);
    let upstream = Upstream::DockerHub(stack.add("Docker", credential));
    stack.add("Hub", PullThroughCache::builder().upstream(upstream).key(&key).build());
    let synthesis = synth(App::new("test").stack(stack));
    let found = with_code(&synthesis, "ECR-08");
    assert_eq!(found.len(), 1);
    let given = "a secret without a value, in the cache's own stack `innovate-prod-images`";
    assert_eq!(found[0].given_value(), Some(given));
    assert_eq!(found[0].related_places().len(), 1);
}

#[test]
fn registries_that_ask_who_pulls_are_named_by_their_hosts() {
    let (mut stack, key) = stack::<Prod>();
    let (brought, credential) = credential(name!(SecretPath: "upstream"));
    let azure = Upstream::Azure(name!(AzureRegistryName: "innovate"), credential.clone());
    for (id, upstream, name, host, prefix) in [
        ("Azure", azure, "azure-container-registry", "innovate.azurecr.io", "azure"),
        (
            "Chainguard",
            Upstream::Chainguard(credential.clone()),
            "chainguard",
            "cgr.dev",
            "chainguard",
        ),
        (
            "GitLab",
            Upstream::GitLab(credential),
            "gitlab-container-registry",
            "registry.gitlab.com",
            "gitlab",
        ),
    ] {
        stack.add(id, PullThroughCache::builder().upstream(upstream).key(&key).build());
        let rule = resource(stack.model(), id);
        assert_eq!(text(rule, "UpstreamRegistry"), name);
        assert_eq!(text(rule, "UpstreamRegistryUrl"), host);
        assert_eq!(text(rule, "EcrRepositoryPrefix"), prefix);
        assert!(rule.properties().at("CredentialArn").is_some());
    }
    let synthesis = synth_with_registry(App::new("test").stack(brought).stack(stack));
    assert_eq!(problems(&synthesis), [""; 0]);
}

#[test]
fn images_of_another_accounts_registry_are_fetched_in_a_role() {
    let (mut stack, key) = stack::<Prod>();
    let shared = UpstreamRegistry::new(account!("777788889999"), Region::EuCentral1)
        .of_prefix(name!(RepositoryPrefix: "innovate"));
    let cache = PullThroughCache::builder()
        .upstream(Upstream::EcrPrivate(shared))
        .key(&key)
        .prefix(name!(RepositoryPrefix: "shared"))
        .tags(TagMutability::Immutable)
        .pulled_by(organization!("o-a1b2c3d4e5"))
        .build();
    let cache = stack.add("Shared", cache);
    for name in [name!(RepositoryName: "innovate/api"), name!(RepositoryName: "api")] {
        assert_eq!(cache.uri(&name).name().as_str(), "shared/api");
    }
    let rule = resource(stack.model(), "Shared");
    let host = "777788889999.dkr.ecr.eu-central-1.amazonaws.com";
    assert_eq!(text(rule, "UpstreamRegistryUrl"), host);
    assert_eq!(text(rule, "UpstreamRepositoryPrefix"), "innovate");
    let role = rule.properties().at("CustomRoleArn").and_then(Node::as_reference).unwrap();
    assert_eq!(role.target.logical_id(), "SharedRole");
    let statements =
        resource(stack.model(), "SharedPolicy").properties().at("PolicyDocument/Statement");
    let statements = format!("{:?}", statements.unwrap());
    for named in [
        ":ecr:eu-central-1:777788889999:repository/innovate/*",
        ":ecr:eu-west-1:444455556666:repository/shared/*",
        "ecr:BatchImportUpstreamImage",
        "ecr:PutImage",
    ] {
        assert!(statements.contains(named), "{named}: {statements}");
    }
    let template = resource(stack.model(), "SharedTemplate");
    assert_eq!(text(template, "ImageTagMutability"), "IMMUTABLE");
    assert!(text(template, "RepositoryPolicy").contains("o-a1b2c3d4e5"));
    let synthesis = synth_with_registry(App::new("test").stack(stack));
    assert_eq!(problems(&synthesis), [""; 0]);
}

#[test]
fn a_cache_of_ones_own_account_needs_no_role_and_one_of_ones_own_registry_is_refused() {
    for (region, findings) in [(Region::EuCentral1, 0), (Region::EuWest1, 1)] {
        let (mut stack, key) = stack::<Prod>();
        let own = UpstreamRegistry::new(account!("444455556666"), region);
        stack.add(
            "Own",
            PullThroughCache::builder().upstream(Upstream::EcrPrivate(own)).key(&key).build(),
        );
        assert!(resource(stack.model(), "Own").properties().at("CustomRoleArn").is_none());
        let synthesis = synth_with_registry(App::new("test").stack(stack));
        let found = with_code(&synthesis, "ECR-08");
        assert_eq!(found.len(), findings, "{region:?}");
        assert!(found.iter().all(|found| found.message().contains("its own registry")));
    }
}

#[test]
fn a_credential_is_in_the_region_of_its_cache() {
    let environment = environment::<Prod>();
    let mut elsewhere = environment.us_east_1_stack("credentials");
    let secrets = elsewhere.add("Secrets", KmsKey::<Secrets>::new());
    let credential = UpstreamCredential::new(name!(SecretPath: "ghcr"), &secrets);
    let credential = elsewhere.add("GitHub", credential);
    let (mut stack, key) = stack::<Prod>();
    let upstream = Upstream::GitHub(credential);
    stack.add("GitHub", PullThroughCache::builder().upstream(upstream).key(&key).build());
    let synthesis = synth(App::new("test").stack(elsewhere).stack(stack));
    let found = with_code(&synthesis, "ECR-08");
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].given_value(), Some("a credential in 444455556666/us-east-1"));
    assert_eq!(found[0].setter_name(), Some("upstream"));
}

#[test]
fn the_nodes_of_a_cluster_pull_through_a_cache() {
    let (mut platform, cluster, karpenter) = crate::program::Platform::<Prod>::new().with_cluster();
    let key = platform.keys.add("Images", KmsKey::<Ecr>::new());
    let cache = PullThroughCache::builder().upstream(Upstream::Quay).key(&key).build();
    let cache = platform.keys.add("Quay", cache);
    platform.compute.add("CorePulls", cache.grant_pull(cluster.core_node_role()));
    platform.compute.add("KarpenterPulls", cache.grant_pull(karpenter.node_role()));
    let role_of = |id: &str| {
        let role = resource(platform.compute.model(), id).properties().at("RoleName").unwrap();
        role.as_reference().unwrap().target.logical_id().to_owned()
    };
    assert_eq!(role_of("CorePulls"), "ClusterCoreNodesRole");
    assert_eq!(role_of("KarpenterPulls"), "KarpenterNodeRole");
    assert_eq!(problems(&platform.synth()), [""; 0]);
}
