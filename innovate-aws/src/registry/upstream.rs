//! Registries whose images are kept here.

use std::fmt;

use innovate_cfn::{
    ecr::pull_through_cache_rule::UpstreamRegistry as EcrName, secretsmanager as sm,
};
use innovate_core::{
    AnyStack, Construct, Literal, ResourceRef, Scope, Site, Text, Value, text, value::pseudo,
};

use crate::{
    keys::{Key, Secrets},
    name::{AccountId, AzureRegistryName, RepositoryPrefix, SecretName, SecretPath},
    region::Region,
    secrets::{Rotation, SecretHandle, Store},
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
    /// A registry of Azure Container Registry, `<name>.azurecr.io`, which asks who pulls.
    Azure(AzureRegistryName, UpstreamCredentialHandle),
    /// Chainguard, `cgr.dev`, which asks who pulls.
    Chainguard(UpstreamCredentialHandle),
    /// A private registry of ECR: that of another region, or of another account whose repositories let this
    /// one's organization pull ([`Repository`](super::Repository), `pulled_by`).
    EcrPrivate(UpstreamRegistry),
}

/// A private registry of ECR in another region or account, for [`Upstream::EcrPrivate`].
///
/// ```
/// use innovate_aws::{Region, account, name, registry::{Upstream, UpstreamRegistry}};
///
/// let shared = UpstreamRegistry::new(account!("777788889999"), Region::EuWest1)
///     .of_prefix(name!(RepositoryPrefix: "innovate"));
/// let shared = Upstream::EcrPrivate(shared);
/// ```
///
/// Source: "Setting up permissions for cross-account ECR to ECR PTC" and "Customizing repository prefixes for
/// ECR to ECR pull through cache", Amazon ECR User Guide.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct UpstreamRegistry {
    account: AccountId,
    region: Region,
    prefix: Option<RepositoryPrefix>,
}

impl UpstreamRegistry {
    /// The registry of an account in a region.
    pub const fn new(account: AccountId, region: Region) -> Self {
        Self { account, region, prefix: None }
    }

    /// Only its repositories whose names begin so. A name here has the cache's prefix instead.
    pub fn of_prefix(mut self, prefix: RepositoryPrefix) -> Self {
        self.prefix = Some(prefix);
        self
    }

    pub(super) const fn prefix(&self) -> Option<&RepositoryPrefix> {
        self.prefix.as_ref()
    }

    /// Its repositories that are kept here.
    pub(super) fn repositories(&self) -> Value<Text> {
        let below = self.prefix.as_ref().map_or("*".to_owned(), |prefix| format!("{prefix}/*"));
        let (region, account) = (self.region.code(), &self.account);
        text!["arn:", pseudo::partition(), format!(":ecr:{region}:{account}:repository/{below}")]
    }

    pub(super) fn has_account(&self, site: &Site) -> bool {
        self.account.to_string() == site.account()
    }
}

impl fmt::Display for UpstreamRegistry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.dkr.ecr.{}.amazonaws.com", self.account, self.region.code())
    }
}

impl Upstream {
    pub(super) const fn registry(&self) -> Literal<EcrName> {
        match self {
            Self::EcrPublic => EcrName::ECR_PUBLIC,
            Self::Kubernetes => EcrName::K8S,
            Self::Quay => EcrName::QUAY,
            Self::DockerHub(_) => EcrName::DOCKER_HUB,
            Self::GitHub(_) => EcrName::GITHUB_CONTAINER_REGISTRY,
            Self::GitLab(_) => EcrName::GITLAB_CONTAINER_REGISTRY,
            Self::Azure(..) => EcrName::AZURE_CONTAINER_REGISTRY,
            Self::Chainguard(_) => EcrName::CHAINGUARD,
            Self::EcrPrivate(_) => EcrName::ECR,
        }
    }

    /// The host that images are named by, and that they are pulled from.
    pub(super) fn url(&self) -> String {
        match self {
            Self::EcrPublic => "public.ecr.aws".to_owned(),
            Self::Kubernetes => "registry.k8s.io".to_owned(),
            Self::Quay => "quay.io".to_owned(),
            Self::DockerHub(_) => "registry-1.docker.io".to_owned(),
            Self::GitHub(_) => "ghcr.io".to_owned(),
            Self::GitLab(_) => "registry.gitlab.com".to_owned(),
            Self::Azure(name, _) => format!("{name}.azurecr.io"),
            Self::Chainguard(_) => "cgr.dev".to_owned(),
            Self::EcrPrivate(registry) => registry.to_string(),
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
            Self::Azure(..) => "azure",
            Self::Chainguard(_) => "chainguard",
            Self::EcrPrivate(_) => "ecr",
        }
    }

    pub(super) const fn credential(&self) -> Option<&UpstreamCredentialHandle> {
        match self {
            Self::EcrPublic | Self::Kubernetes | Self::Quay | Self::EcrPrivate(_) => None,
            Self::DockerHub(credential)
            | Self::GitHub(credential)
            | Self::GitLab(credential)
            | Self::Azure(_, credential)
            | Self::Chainguard(credential) => Some(credential),
        }
    }

    /// The registry, if it is one of ECR.
    pub(super) const fn private(&self) -> Option<&UpstreamRegistry> {
        match self {
            Self::EcrPrivate(registry) => Some(registry),
            _ => None,
        }
    }
}

/// Who pulls from a registry that asks: a user and a token that the registry issued.
///
/// ECR reads it as the cache is made, so it is in another stack than the cache. Someone brings it once, after
/// its stack is deployed and before that of the cache is:
/// `aws secretsmanager put-secret-value` with `{"username": "..", "accessToken": ".."}`. ECR asks for a
/// name that begins with `ecr-pullthroughcache/`, and for a secret of the cache's own account and region.
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
        let rotation = Some(Rotation::none_because(
            "the other registry issues it, and someone brings the next one",
        ));
        let store = Store { name, key, replicas: Vec::new(), rotation, field: None };
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
