//! Images of other registries, kept here.

use innovate_cfn::{
    ecr, iam,
    policy::{PolicyDocument, Principal, Statement},
};
use innovate_core::{AnyStack, Construct, Diagnostic, MAIN, Scope, Site};
use typed_builder::TypedBuilder;

use super::{
    CACHE, ImageLifecycle, PULL, PUSH, Puller, RepositoryTemplate, TagMutability, Upstream,
    UpstreamRegistry,
    repository::{repositories, sign_in},
};
use crate::{
    identity::{Grant, Grantee, Permissions},
    keys::{Ecr, Key},
    name::{RepositoryName, RepositoryPrefix, RepositoryUri},
};

/// What filling a cache takes of who pulls.
pub(super) const FETCH: [&str; 2] = ["ecr:BatchImportUpstreamImage", "ecr:CreateRepository"];

/// Keeps the images of another registry: an image is pulled from it the first time, and from here from
/// then on. Nodes without a route to the internet run images of other registries in this way.
///
/// Its repositories are made by ECR as images are pulled, encrypted with a customer-managed key and tagged as
/// the stack is; an image goes 90 days after it came, and comes again when it is needed.
///
/// ```
/// # use innovate_aws::{keys::{Ecr, KmsKey}, name};
/// # use innovate_core::{Prod, Stack};
/// use innovate_aws::registry::{PullThroughCache, Upstream};
///
/// # fn program(images: &mut Stack<Prod>) {
/// # let key = images.add("Images", KmsKey::<Ecr>::new());
/// let quay = images.add("Quay", PullThroughCache::builder().upstream(Upstream::Quay).key(&key).build());
/// // A manifest names an image by it: `Image::of(&argo_cd, &digest)`.
/// let argo_cd = quay.uri(&name!(RepositoryName: "argoproj/argocd"));
/// assert_eq!(
///     argo_cd.to_string(),
///     "444455556666.dkr.ecr.eu-west-1.amazonaws.com/quay/argoproj/argocd"
/// );
/// # }
/// ```
#[derive(Clone, Debug, TypedBuilder)]
#[builder(mutators(
    /// Who may pull what is here already, beside its own account: another account, a unit or an
    /// organization. By default nobody. May be called for each.
    #[allow(unreachable_pub, reason = "the builder has it as a public method")]
    pub fn pulled_by(&mut self, puller: impl Into<Puller>) {
        self.pulled_by.push(puller.into());
    }
))]
pub struct PullThroughCache {
    /// The registry.
    upstream: Upstream,
    /// What encrypts the images here.
    #[builder(setter(transform = |key: &Key<Ecr>| key.clone()))]
    key: Key<Ecr>,
    /// What the names of its repositories here begin with. By default a short name of the registry:
    /// `ecr-public`, `k8s`, `quay`, `docker-hub`, `ghcr`, `gitlab`, `azure`, `chainguard` or `ecr`.
    #[builder(default, setter(strip_option))]
    prefix: Option<RepositoryPrefix>,
    /// Which tags can be moved here. By default all: a tag follows the other registry's. ECR doesn't bring
    /// what an immutable tag means there by now.
    #[builder(default, setter(strip_option))]
    tags: Option<TagMutability>,
    /// Which images go. By default all go 90 days after they came. An image that is pulled by its digest has no
    /// tag here, so a lifecycle that looks at tags takes what runs for rubbish.
    #[builder(default, setter(strip_option))]
    lifecycle: Option<ImageLifecycle>,
    #[builder(via_mutators)]
    pulled_by: Vec<Puller>,
}

impl Construct for PullThroughCache {
    type Handle = PullThroughCacheHandle;
    type Needs = AnyStack;

    fn build(self, scope: &mut Scope<'_>) -> PullThroughCacheHandle {
        let Self { upstream, key, prefix, tags, lifecycle, pulled_by } = self;
        let site = scope.site().clone();
        let prefix = prefix.unwrap_or_else(|| RepositoryPrefix::trusted(upstream.prefix()));
        let mut template = RepositoryTemplate::for_cache(prefix.clone(), &key);
        if let Some(lifecycle) = lifecycle {
            template = template.lifecycle(lifecycle);
        }
        if let Some(tags) = tags {
            template = template.tags(tags);
        }
        template = pulled_by.into_iter().fold(template, RepositoryTemplate::pulled_by);
        scope.add("Template", template);
        let mut rule = ecr::PullThroughCacheRule::new()
            .ecr_repository_prefix(&prefix)
            .upstream_registry(upstream.registry())
            .upstream_registry_url(upstream.url());
        if let Some(credential) = upstream.credential() {
            if let Some(finding) = elsewhere(&site, credential.site()) {
                scope.report(finding);
            }
            rule = rule.credential_arn(credential.secret().arn());
        }
        if let Some(registry) = upstream.private() {
            if let Some(prefix) = registry.prefix() {
                rule = rule.upstream_repository_prefix(prefix);
            }
            if !registry.has_account(&site) {
                let role = fetches(scope, registry, &prefix);
                rule = rule.custom_role_arn(role.arn());
            }
        }
        let upstream_prefix = upstream.private().and_then(UpstreamRegistry::prefix).cloned();
        scope.add(MAIN, rule);
        PullThroughCacheHandle { prefix, upstream_prefix, site }
    }
}

/// The role in which ECR fetches images of another account's registry. It pulls from the repositories there
/// that are kept here, and pushes to those here.
///
/// The trust asks for no source: ECR documents none that it sends.
///
/// Source: "Setting up permissions for cross-account ECR to ECR PTC", Amazon ECR User Guide.
fn fetches(
    scope: &mut Scope<'_>,
    registry: &UpstreamRegistry,
    prefix: &RepositoryPrefix,
) -> iam::RoleRef {
    let here = repositories(scope.site(), &format!("{prefix}/*"));
    let permissions = Permissions::new([
        sign_in(),
        Statement::allow(PULL.into_iter().chain(CACHE))
            .sid("FetchImages")
            .on([registry.repositories(), here.clone()]),
        Statement::allow(PUSH).sid("KeepImages").on(here),
    ]);
    let policies = permissions.add_to(scope, "Images of another registry that ECR keeps");
    let trust =
        PolicyDocument::assumable_by(Principal::service("pullthroughcache.ecr.amazonaws.com"));
    let role = iam::Role::new(trust)
        .description("Images of another registry that ECR keeps")
        .managed_policy_arns(policies);
    scope.add("Role", role)
}

/// ECR reads the credential in its own account and region.
fn elsewhere(here: &Site, there: &Site) -> Option<Diagnostic> {
    let place = |site: &Site| format!("{}/{}", site.account(), site.region());
    (place(here) != place(there)).then(|| {
        Diagnostic::error("ECR-08", "the credential of a cache is in another place than the cache")
            .setter("upstream")
            .given(format!("a credential in {}", place(there)))
            .allowed(format!("a credential in {}", place(here)))
            .help("add the credential to a stack of the cache's account and region")
    })
}

/// A cache that is in a stack.
#[derive(Clone, Debug)]
pub struct PullThroughCacheHandle {
    prefix: RepositoryPrefix,
    /// What stands for the prefix in the other registry.
    upstream_prefix: Option<RepositoryPrefix>,
    site: Site,
}

impl PullThroughCacheHandle {
    /// Where a repository of the other registry is here, by its name there. For Docker Hub's own images the
    /// name begins with `library/`. The prefix of an [`UpstreamRegistry`] gives way to the cache's.
    ///
    /// Source: "Customizing repository prefixes for ECR to ECR pull through cache", Amazon ECR User Guide.
    pub fn uri(&self, upstream: &RepositoryName) -> RepositoryUri {
        let name = upstream.as_str();
        let below =
            |prefix: &RepositoryPrefix| name.strip_prefix(prefix.as_str())?.strip_prefix('/');
        let name = self.upstream_prefix.as_ref().and_then(below).unwrap_or(name);
        let name = RepositoryName::trusted(format!("{}/{name}", self.prefix));
        RepositoryUri::of(self.site.account(), self.site.region(), name)
    }

    /// What the names of its repositories here begin with.
    pub const fn prefix(&self) -> &RepositoryPrefix {
        &self.prefix
    }

    /// Account, region, stage and tags of the stack that it is in.
    pub const fn site(&self) -> &Site {
        &self.site
    }

    /// Lets a role pull images, and have ECR fetch those that aren't here yet: for each role of nodes that
    /// a cluster has, `cluster.core_node_role()` and `karpenter.node_role()`. It is the node that pulls,
    /// whichever pod it is for, and one whose role lacks this can't start a pod with an image that is
    /// new here. A repository is made with the first image that is fetched, so the names below the prefix
    /// are any. [`RegistryPermission::filling`](super::RegistryPermission::filling) says the same of several
    /// roles in one policy.
    ///
    /// Source: "IAM permissions required to sync an upstream registry with an Amazon ECR private
    /// registry", Amazon ECR User Guide.
    pub fn grant_pull(&self, to: &impl Grantee) -> Grant {
        let pull = Statement::allow(FETCH.into_iter().chain(PULL))
            .sid("PullThroughCache")
            .on(repositories(&self.site, &format!("{}/*", self.prefix)));
        Grant::new(to, &self.site, [sign_in(), pull])
    }
}
