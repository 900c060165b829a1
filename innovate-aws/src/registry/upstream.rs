//! Registries whose images are kept here.

use innovate_cfn::{ecr::pull_through_cache_rule::UpstreamRegistry, secretsmanager as sm};
use innovate_core::{AnyStack, Construct, Literal, ResourceRef, Scope, Site};

use crate::{
    keys::{Key, Secrets},
    name::{SecretName, SecretPath},
    secrets::{SecretHandle, Store},
};

/// A registry whose images can be kept here.
///
/// Source: "Sync an upstream registry with an Amazon ECR private registry", Amazon ECR User Guide.
#[derive(Clone, Debug)]
pub enum Upstream {
    /// Amazon ECR Public: `public.ecr.aws`.
    EcrPublic,
    /// The Kubernetes project: `registry.k8s.io`.
    Kubernetes,
    /// Quay: `quay.io`.
    Quay,
    /// Docker Hub, which asks who pulls.
    DockerHub(UpstreamCredentialHandle),
    /// The container registry of GitHub, `ghcr.io`, which asks who pulls.
    GitHub(UpstreamCredentialHandle),
    /// The container registry of gitlab.com, which asks who pulls.
    GitLab(UpstreamCredentialHandle),
}

impl Upstream {
    pub(super) const fn registry(&self) -> Literal<UpstreamRegistry> {
        match self {
            Self::EcrPublic => UpstreamRegistry::ECR_PUBLIC,
            Self::Kubernetes => UpstreamRegistry::K8S,
            Self::Quay => UpstreamRegistry::QUAY,
            Self::DockerHub(_) => UpstreamRegistry::DOCKER_HUB,
            Self::GitHub(_) => UpstreamRegistry::GITHUB_CONTAINER_REGISTRY,
            Self::GitLab(_) => UpstreamRegistry::GITLAB_CONTAINER_REGISTRY,
        }
    }

    /// The host that images are named by, and that they are pulled from.
    pub(super) const fn url(&self) -> &'static str {
        match self {
            Self::EcrPublic => "public.ecr.aws",
            Self::Kubernetes => "registry.k8s.io",
            Self::Quay => "quay.io",
            Self::DockerHub(_) => "registry-1.docker.io",
            Self::GitHub(_) => "ghcr.io",
            Self::GitLab(_) => "registry.gitlab.com",
        }
    }

    /// What the names of its repositories here begin with.
    pub(super) const fn prefix(&self) -> &'static str {
        match self {
            Self::EcrPublic => "ecr-public",
            Self::Kubernetes => "k8s",
            Self::Quay => "quay",
            Self::DockerHub(_) => "docker-hub",
            Self::GitHub(_) => "ghcr",
            Self::GitLab(_) => "gitlab",
        }
    }

    pub(super) const fn credential(&self) -> Option<&UpstreamCredentialHandle> {
        match self {
            Self::EcrPublic | Self::Kubernetes | Self::Quay => None,
            Self::DockerHub(credential) | Self::GitHub(credential) | Self::GitLab(credential) => {
                Some(credential)
            }
        }
    }
}

/// Who pulls from a registry that asks: a user and a token that the registry issued.
///
/// Someone brings it once, after this stack is deployed and before the stack of the cache is:
/// `aws secretsmanager put-secret-value` with `{"username": "..", "accessToken": ".."}`. ECR asks for a
/// name that begins with `ecr-pullthroughcache/`.
///
/// Source: "Storing your upstream repository credentials in an AWS Secrets Manager secret", Amazon ECR
/// User Guide.
#[derive(Clone, Debug)]
pub struct UpstreamCredential {
    path: SecretPath,
    key: Key<Secrets>,
}

impl UpstreamCredential {
    /// A credential named `ecr-pullthroughcache/<environment>/<path>`.
    pub fn new(path: SecretPath, key: &Key<Secrets>) -> Self {
        Self { path, key: key.clone() }
    }
}

impl Construct for UpstreamCredential {
    type Handle = UpstreamCredentialHandle;
    type Needs = AnyStack;

    fn build(self, scope: &mut Scope<'_>) -> UpstreamCredentialHandle {
        let Self { path, key } = self;
        let name = format!("ecr-pullthroughcache/{}/{path}", scope.site().environment());
        let secret = sm::Secret::new().description("Who pulls images from another registry");
        let name = SecretName::trusted(name);
        let store = Store { name, key, replicas: Vec::new(), rotation: None, field: None };
        UpstreamCredentialHandle(store.build(scope, secret))
    }
}

/// A credential that is in a stack.
#[derive(Clone, Debug)]
pub struct UpstreamCredentialHandle(SecretHandle);

impl UpstreamCredentialHandle {
    /// The secret that holds it.
    pub const fn secret(&self) -> &SecretHandle {
        &self.0
    }

    pub(super) const fn site(&self) -> &Site {
        self.0.site()
    }
}

impl AsRef<ResourceRef> for UpstreamCredentialHandle {
    fn as_ref(&self) -> &ResourceRef {
        self.0.as_ref()
    }
}
