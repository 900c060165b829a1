//! What repositories are like that ECR makes itself.

use innovate_cfn::{
    ecr::{
        self,
        repository_creation_template::{
            AppliedForItem, EncryptionConfiguration, EncryptionType, ImageTagMutability,
            ImageTagMutabilityExclusionFilter, ImageTagMutabilityExclusionFilterType as FilterType,
        },
    },
    iam,
    kind::KeyArn,
    policy::{Condition, PolicyDocument, Principal, Statement},
};
use innovate_core::{AnyStack, Construct, Literal, MAIN, ResourceRef, Scope, Str, Value};

use super::{ImageLifecycle, Puller, TagMutability, puller, repository::repositories};
use crate::{
    identity::Permissions,
    keys::{Ecr, Key},
    name::{RepositoryPrefix, TagPattern},
};

/// What repositories are like that ECR makes itself: those to which images are replicated, and those of
/// a cache.
///
/// They are encrypted with a customer-managed key and tagged as the stack is, for which ECR acts in a
/// role that is made here. Repositories that are there already stay as they are.
///
/// Source: "Templates to control repositories created during a pull through cache, create on push, or
/// replication action", Amazon ECR User Guide.
#[derive(Clone, Debug)]
#[must_use]
pub struct RepositoryTemplate {
    prefix: Option<RepositoryPrefix>,
    key: Value<KeyArn>,
    applied_for: Literal<AppliedForItem>,
    /// All tags can be moved if it is none.
    tags: Option<TagMutability>,
    lifecycle: ImageLifecycle,
    pulled_by: Vec<Puller>,
}

impl RepositoryTemplate {
    /// Replicas of repositories of other regions, whatever their names. Their tags are immutable, and the
    /// newest 1,000 images stay, tagged or not: nobody pulls a replica until it is needed, so that neither
    /// pulls nor tags tell what runs in the other region.
    pub fn for_replicas(key: &Key<Ecr>) -> Self {
        Self {
            prefix: None,
            key: key.arn(),
            applied_for: AppliedForItem::REPLICATION,
            tags: Some(TagMutability::Immutable),
            lifecycle: ImageLifecycle::replicas(),
            pulled_by: Vec::new(),
        }
    }

    /// The repositories of a cache. A tag is moved when the upstream registry moves it; an image goes 90
    /// days after it was pulled for the first time, and comes again when it is needed.
    pub(super) fn for_cache(prefix: RepositoryPrefix, key: &Key<Ecr>) -> Self {
        Self {
            prefix: Some(prefix),
            key: key.arn(),
            applied_for: AppliedForItem::PULL_THROUGH_CACHE,
            tags: None,
            lifecycle: ImageLifecycle::keep_for_days(90),
            pulled_by: Vec::new(),
        }
    }

    /// Only repositories whose names begin so.
    pub fn of_prefix(mut self, prefix: RepositoryPrefix) -> Self {
        self.prefix = Some(prefix);
        self
    }

    /// Which tags can be moved: those that can be in the repositories that are replicated, since ECR can't
    /// replicate a tag that was moved to where it is immutable.
    pub fn tags(mut self, tags: TagMutability) -> Self {
        self.tags = Some(tags);
        self
    }

    /// Which images go.
    pub fn lifecycle(mut self, lifecycle: ImageLifecycle) -> Self {
        self.lifecycle = lifecycle;
        self
    }

    /// Lets another account, a unit or an organization pull. By default only its own account may, since
    /// replication copies no policy. May be called for each.
    pub fn pulled_by(mut self, puller: impl Into<Puller>) -> Self {
        self.pulled_by.push(puller.into());
        self
    }
}

impl Construct for RepositoryTemplate {
    type Handle = RepositoryTemplateHandle;
    type Needs = AnyStack;

    fn build(self, scope: &mut Scope<'_>) -> RepositoryTemplateHandle {
        let Self { prefix, key, applied_for, tags, lifecycle, pulled_by } = self;
        let finding = lifecycle.finding().or_else(|| tags.as_ref()?.finding());
        if let Some(finding) = finding {
            scope.report(finding);
        }
        let site = scope.site().clone();
        let below = prefix.as_ref().map_or("*".to_owned(), |prefix| format!("{prefix}/*"));
        let via = format!("ecr.{}.amazonaws.com", site.region());
        let permissions = Permissions::new([
            Statement::allow(["ecr:CreateRepository", "ecr:ReplicateImage", "ecr:TagResource"])
                .sid("MakeRepositories")
                .on(repositories(&site, &below)),
            Statement::allow(["kms:CreateGrant", "kms:DescribeKey", "kms:RetireGrant"])
                .sid("EncryptRepositories")
                .on(&key)
                .when(Condition::string_equals("kms:ViaService", via)),
        ]);
        let policies = permissions.add_to(scope, "Repositories that ECR makes");
        let trust = PolicyDocument::assumable_by(Principal::service("ecr.amazonaws.com"));
        let role = iam::Role::new(trust)
            .description("Repositories that ECR makes")
            .managed_policy_arns(policies);
        let role = scope.add("Role", role);
        let prefix = prefix.map_or_else(|| "ROOT".to_owned(), |prefix| prefix.to_string());
        let tag = |(key, value): (&innovate_core::Str, &innovate_core::Str)| {
            ecr::repository_creation_template::Tag::new(key.clone(), value.clone())
        };
        let tags_of_site: Vec<_> = site.tags().iter().map(tag).collect();
        let encryption = EncryptionConfiguration::new(EncryptionType::KMS).kms_key(key);
        let mut template = ecr::RepositoryCreationTemplate::new([applied_for], prefix)
            .description("Repositories that ECR makes")
            .encryption_configuration(encryption)
            .image_tag_mutability(mutability(tags.as_ref()))
            .lifecycle_policy(lifecycle.text())
            .custom_role_arn(role.arn());
        if !tags_of_site.is_empty() {
            template = template.resource_tags(tags_of_site);
        }
        let filters: Vec<_> = tags.iter().flat_map(TagMutability::patterns).map(filter).collect();
        if !filters.is_empty() {
            template = template.image_tag_mutability_exclusion_filters(filters);
        }
        if !pulled_by.is_empty() {
            template = template.repository_policy(puller::text(&pulled_by));
        }
        let template = scope.add(MAIN, template).as_ref().clone();
        RepositoryTemplateHandle { template, region: site.region().to_owned().into() }
    }
}

const fn mutability(tags: Option<&TagMutability>) -> Literal<ImageTagMutability> {
    match tags {
        None => ImageTagMutability::MUTABLE,
        Some(TagMutability::Immutable) => ImageTagMutability::IMMUTABLE,
        Some(TagMutability::ImmutableExcept(_)) => ImageTagMutability::IMMUTABLE_WITH_EXCLUSION,
    }
}

fn filter(pattern: &TagPattern) -> ImageTagMutabilityExclusionFilter {
    ImageTagMutabilityExclusionFilter::new(FilterType::WILDCARD, pattern)
}

/// A template that is in a stack.
#[derive(Clone, Debug)]
pub struct RepositoryTemplateHandle {
    template: ResourceRef,
    region: Str,
}

impl RepositoryTemplateHandle {
    /// The code of the region in which ECR makes repositories so.
    pub fn region(&self) -> &str {
        &self.region
    }
}

impl AsRef<ResourceRef> for RepositoryTemplateHandle {
    fn as_ref(&self) -> &ResourceRef {
        &self.template
    }
}
