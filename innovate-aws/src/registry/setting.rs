//! Settings of a registry.

use innovate_cfn::ecr::{
    self, registry_scanning_configuration as scanning, replication_configuration as replication,
};
use innovate_core::{AnyStack, Construct, MAIN, ResourceRef, ResourceType as _, Scope, Str};

use super::RepositoryTemplateHandle;
use crate::{name::RepositoryPrefix, region::Region};

/// Scans the images of all repositories of the registry, by Amazon Inspector: as they are pushed, and
/// again whenever a vulnerability becomes known.
///
/// A registry has one such setting.
///
/// Source: "Scan images for OS and programming language package vulnerabilities in Amazon ECR", Amazon
/// ECR User Guide.
#[derive(Clone, Copy, Debug, Default)]
pub struct RegistryScanning;

impl RegistryScanning {
    /// Of every image, for as long as the account's setting of Inspector says.
    pub const fn enhanced() -> Self {
        Self
    }
}

impl Construct for RegistryScanning {
    type Handle = ();
    type Needs = AnyStack;

    fn build(self, scope: &mut Scope<'_>) {
        let all = scanning::RepositoryFilter::new("*", scanning::FilterType::WILDCARD);
        let rule = scanning::ScanningRule::new([all], scanning::ScanFrequency::CONTINUOUS_SCAN);
        let setting = ecr::RegistryScanningConfiguration::new([rule], scanning::ScanType::ENHANCED);
        scope.add(MAIN, setting);
    }
}

/// Copies images to other regions as they are pushed. What was pushed before stays where it is.
///
/// ECR makes the repositories there, as a [`RepositoryTemplate`](super::RepositoryTemplate) of that
/// region says; without one their tags can be moved and their images are encrypted with a key of AWS.
/// Neither the policy nor the lifecycle of a repository is copied. A registry has one such setting.
///
/// Given what repositories there are like, the setting is made after it, also if that is in another
/// stack, so that no image is copied into a repository that the template didn't make:
///
/// ```
/// use innovate_aws::{
///     keys::{Ecr, KmsKey},
///     registry::{RegistryReplication, RepositoryTemplate},
/// };
/// use innovate_core::{Prod, RecoveryRegion, Stack};
///
/// fn replicate(images: &mut Stack<Prod>, recovery: &mut Stack<Prod, RecoveryRegion>) {
///     let key = recovery.add("Images", KmsKey::<Ecr>::new());
///     let replicas = recovery.add("ImageCopies", RepositoryTemplate::for_replicas(&key));
///     images.add("Copies", RegistryReplication::to(&replicas));
/// }
/// ```
///
/// Source: "Private image replication in Amazon ECR", Amazon ECR User Guide.
#[derive(Clone, Debug)]
#[must_use]
pub struct RegistryReplication {
    destinations: Vec<ReplicaDestination>,
    prefixes: Vec<RepositoryPrefix>,
}

impl RegistryReplication {
    /// Of all repositories, to the region of a template for replicas, or to a [`Region`] whose
    /// template is made elsewhere.
    pub fn to(destination: impl Into<ReplicaDestination>) -> Self {
        Self { destinations: vec![destination.into()], prefixes: Vec::new() }
    }

    /// To another region as well.
    pub fn and_to(mut self, destination: impl Into<ReplicaDestination>) -> Self {
        self.destinations.push(destination.into());
        self
    }

    /// Only of repositories whose names begin so, or with one of several prefixes.
    pub fn of_prefix(mut self, prefix: RepositoryPrefix) -> Self {
        self.prefixes.push(prefix);
        self
    }
}

/// Where images are copied to: the region of a [`RepositoryTemplate`](super::RepositoryTemplate), by its
/// handle, or a [`Region`].
#[derive(Clone, Debug)]
pub struct ReplicaDestination {
    region: Str,
    template: Option<ResourceRef>,
}

impl From<Region> for ReplicaDestination {
    fn from(region: Region) -> Self {
        Self { region: region.code().into(), template: None }
    }
}

impl From<&RepositoryTemplateHandle> for ReplicaDestination {
    fn from(template: &RepositoryTemplateHandle) -> Self {
        Self {
            region: template.region().to_owned().into(),
            template: Some(template.as_ref().clone()),
        }
    }
}

impl Construct for RegistryReplication {
    type Handle = ();
    type Needs = AnyStack;

    fn build(self, scope: &mut Scope<'_>) {
        let account = scope.site().account().to_owned();
        let destination = |to: &ReplicaDestination| {
            replication::ReplicationDestination::new(to.region.clone(), account.clone())
        };
        let destinations: Vec<_> = self.destinations.iter().map(destination).collect();
        let templates: Vec<_> =
            self.destinations.into_iter().filter_map(|to| to.template).collect();
        let mut rule = replication::ReplicationRule::new(destinations);
        if !self.prefixes.is_empty() {
            let filter = |prefix: &RepositoryPrefix| {
                replication::RepositoryFilter::new(
                    format!("{prefix}/"),
                    replication::FilterType::PREFIX_MATCH,
                )
            };
            rule = rule.repository_filters(self.prefixes.iter().map(filter).collect::<Vec<_>>());
        }
        let setting = replication::ReplicationConfiguration::new([rule]);
        scope.add(MAIN, ecr::ReplicationConfiguration::new(setting).depends_on_all(&templates));
    }
}
