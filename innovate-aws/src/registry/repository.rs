//! The construct of a repository, and its handle.

use innovate_cfn::{
    ecr::{
        self,
        repository::{
            EncryptionConfiguration, EncryptionType, ImageScanningConfiguration, LifecyclePolicy,
        },
    },
    kind::RepositoryArn,
    policy::Statement,
};
use innovate_core::{
    AnyStack, Construct, DeletionPolicy, Diagnostic, Gives, MAIN, ResourceRef, ResourceType as _,
    Scope, Site, StageKind, Text, Value, check::Suppression, text, value::pseudo,
};
use typed_builder::TypedBuilder;

use super::{ImageLifecycle, PULL, PUSH, Puller, TagMutability, puller};
use crate::{
    identity::{Grant, Grantee},
    keys::{Ecr, Key},
    name::{RepositoryName, RepositoryUri},
    region::Region,
};

/// A repository of container images.
///
/// Its tags are immutable, its images are encrypted with a customer-managed key and scanned as they are
/// pushed. What nobody pulls for 180 days is archived. In production it stays when it leaves its stack;
/// elsewhere it goes with its images.
///
/// ```
/// # use innovate_aws::{account, keys::{Ecr, KmsKey}, name};
/// # use innovate_core::{Prod, Stack};
/// use innovate_aws::registry::Repository;
///
/// # fn program(images: &mut Stack<Prod>) {
/// # let key = images.add("Images", KmsKey::<Ecr>::new());
/// let api = Repository::builder()
///     .name(name!(RepositoryName: "innovate/api"))
///     .key(&key)
///     .pulled_by(account!("555566667777"))
///     .build();
/// let api = images.add("Api", api);
/// assert_eq!(
///     api.uri().to_string(),
///     "444455556666.dkr.ecr.eu-west-1.amazonaws.com/innovate/api"
/// );
/// # }
/// ```
///
/// Source: "Amazon ECR private repositories", Amazon ECR User Guide.
#[derive(Clone, Debug, TypedBuilder)]
#[builder(mutators(
    /// Who may pull beside its own account: another account, a unit or an organization. By default nobody.
    /// May be called for each.
    #[allow(unreachable_pub, reason = "the builder has it as a public method")]
    pub fn pulled_by(&mut self, puller: impl Into<Puller>) {
        self.pulled_by.push(puller.into());
    }
))]
pub struct Repository {
    /// Its name.
    name: RepositoryName,
    /// What encrypts its images. It can't be changed later.
    #[builder(setter(transform = |key: &Key<Ecr>| key.clone()))]
    key: Key<Ecr>,
    /// Which tags can be moved. By default none.
    #[builder(default)]
    tags: TagMutability,
    /// Which images go. By default those that nobody has pulled for 180 days are archived, and deleted a year
    /// after that.
    #[builder(default)]
    lifecycle: ImageLifecycle,
    #[builder(via_mutators)]
    pulled_by: Vec<Puller>,
}

impl Repository {
    fn findings(&self) -> Option<Diagnostic> {
        self.lifecycle.finding().or_else(|| self.tags.finding())
    }
}

impl Construct for Repository {
    type Handle = RepositoryHandle;
    type Needs = AnyStack;

    fn build(self, scope: &mut Scope<'_>) -> RepositoryHandle {
        if let Some(finding) = self.findings() {
            scope.report(finding);
        }
        let Self { name, key, tags, lifecycle, pulled_by } = self;
        let site = scope.site().clone();
        let encryption = EncryptionConfiguration::new(EncryptionType::KMS).kms_key(key.arn());
        let mut repository = ecr::Repository::new()
            .repository_name(&name)
            .encryption_configuration(encryption)
            // Without enhanced scanning of the registry it is this that scans.
            .image_scanning_configuration(ImageScanningConfiguration::new().scan_on_push(true))
            .image_tag_mutability(tags.mutability())
            .lifecycle_policy(LifecyclePolicy::new().lifecycle_policy_text(lifecycle.text()));
        let filters = tags.filters();
        if !filters.is_empty() {
            let reason =
                "only tags that match the program's patterns can be moved, such as a cache's";
            scope.accept(Suppression::new("CKV_AWS_51", reason));
            repository = repository.image_tag_mutability_exclusion_filters(filters);
        }
        if !pulled_by.is_empty() {
            repository = repository.repository_policy_text(puller::document(&pulled_by));
        }
        repository = match site.stage() {
            StageKind::Prod => repository.removal_policy(DeletionPolicy::RetainExceptOnCreate),
            StageKind::Dev | StageKind::Staging => {
                repository.empty_on_delete(true).removal_policy(DeletionPolicy::Delete)
            }
        };
        let repository = scope.add(MAIN, repository);
        let uri = RepositoryUri::of(site.account(), site.region(), name);
        RepositoryHandle { repository, uri, site, pulled_by }
    }
}

/// A repository that is in a stack.
#[derive(Clone, Debug)]
pub struct RepositoryHandle {
    repository: ecr::RepositoryRef,
    uri: RepositoryUri,
    site: Site,
    pulled_by: Vec<Puller>,
}

impl RepositoryHandle {
    /// Its name.
    pub const fn name(&self) -> &RepositoryName {
        self.uri.name()
    }

    /// Where it is, known before deployment: what the image of a manifest begins with.
    pub const fn uri(&self) -> &RepositoryUri {
        &self.uri
    }

    /// Where its replica in another region is, to which a
    /// [`RegistryReplication`](super::RegistryReplication) copies its images.
    pub fn uri_in(&self, region: Region) -> RepositoryUri {
        RepositoryUri::of(self.site.account(), region.code(), self.name().clone())
    }

    /// Its ARN.
    pub fn arn(&self) -> Value<RepositoryArn> {
        self.repository.arn()
    }

    /// Account, region, stage and tags of the stack that it is in.
    pub const fn site(&self) -> &Site {
        &self.site
    }

    /// Lets a role pull its images. ECR itself decrypts them.
    pub fn grant_pull(&self, to: &impl Grantee) -> Grant {
        let pull = Statement::allow(PULL).sid("PullImages").on(self.named_arn());
        let grant = Grant::new(to, &self.site, [sign_in(), pull]);
        let to = to.grantee();
        match self.pulled_by.iter().any(|puller| puller.may_be(to.account())) {
            true => grant.admitted(),
            false => grant,
        }
    }

    /// Lets a role pull its replica in another region: [`uri_in`](Self::uri_in).
    pub fn grant_pull_in(&self, region: Region, to: &impl Grantee) -> Grant {
        let there = self.site.clone().in_region(region.code());
        let pull =
            Statement::allow(PULL).sid("PullImages").on(repositories(&there, self.name().as_str()));
        Grant::new(to, &self.site, [sign_in(), pull])
    }

    /// Lets a role push images, and pull them.
    pub fn grant_push(&self, to: &impl Grantee) -> Grant {
        let push =
            Statement::allow(PULL.into_iter().chain(PUSH)).sid("PushImages").on(self.named_arn());
        Grant::new(to, &self.site, [sign_in(), push])
    }

    /// The ARN as its name gives it, so that a grant needs no reference.
    fn named_arn(&self) -> Value<Text> {
        repositories(&self.site, self.name().as_str())
    }
}

impl AsRef<ResourceRef> for RepositoryHandle {
    fn as_ref(&self) -> &ResourceRef {
        self.repository.as_ref()
    }
}

/// The ARN of the repositories of a name.
pub(super) fn repositories(site: &Site, name: &str) -> Value<Text> {
    let (region, account) = (site.region(), site.account());
    text!["arn:", pseudo::partition(), format!(":ecr:{region}:{account}:repository/{name}")]
}

/// A token of the whole registry, which says nothing of what may be pulled: IAM knows no resource that
/// it could be allowed on. Source: "Actions, resources, and condition keys for Amazon Elastic Container
/// Registry", Service Authorization Reference.
pub(super) fn sign_in() -> Statement {
    Statement::allow(["ecr:GetAuthorizationToken"]).sid("SignIn").on_all()
}

impl Gives<innovate_cfn::kind::RepositoryName> for &RepositoryHandle {
    fn give(self) -> Value<innovate_cfn::kind::RepositoryName> {
        self.repository.reference()
    }
}
