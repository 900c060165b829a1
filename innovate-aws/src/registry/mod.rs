//! Container images in ECR: repositories, and what a registry does with all of them. A registry is an
//! account's in one region, so each of its settings is there once.
//!
//! * [`Repository`], [`RepositoryHandle`]: the construct, and what the rest of the program needs of it,
//! * [`TagMutability`]: which tags can be moved, [`ImageLifecycle`]: which images go,
//! * [`Puller`]: who pulls beside its own account,
//! * [`RegistryScanning`], [`RegistryReplication`], [`ImageSigning`]: settings of the registry,
//! * [`RegistryPolicy`], [`RegistryPermission`]: what others may do with all of it,
//! * [`SigningProfile`]: who signs images,
//! * [`RepositoryTemplate`]: what repositories are like that ECR makes itself,
//! * [`PullThroughCache`], [`Upstream`], [`UpstreamCredential`], [`UpstreamRegistry`]: images of other
//!   registries.

mod cache;
mod lifecycle;
mod policy;
mod puller;
mod repository;
mod setting;
mod signing;
mod template;
mod upstream;

pub use cache::{PullThroughCache, PullThroughCacheHandle};
pub use lifecycle::{ImageLifecycle, TagMutability};
pub use policy::{RegistryPermission, RegistryPolicy};
pub use puller::Puller;
pub use repository::{Repository, RepositoryHandle};
pub use setting::{RegistryReplication, RegistryScanning, ReplicaDestination};
pub use signing::{ImageSigning, SignatureValidity, SigningProfile, SigningProfileHandle};
pub use template::{RepositoryTemplate, RepositoryTemplateHandle};
pub use upstream::{Upstream, UpstreamCredential, UpstreamCredentialHandle, UpstreamRegistry};

/// What pulling an image takes. Source: "Amazon ECR private repository policy examples", Amazon ECR
/// User Guide.
const PULL: [&str; 3] =
    ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];

/// What filling a cache with an image of another private registry takes there beside that. Source: "Setting
/// up permissions for cross-account ECR to ECR PTC", Amazon ECR User Guide.
const CACHE: [&str; 2] = ["ecr:BatchImportUpstreamImage", "ecr:GetImageCopyStatus"];

/// What pushing an image takes beside that. Source: "IAM permissions for pushing an image to an Amazon
/// ECR private repository", Amazon ECR User Guide.
const PUSH: [&str; 4] =
    ["ecr:CompleteLayerUpload", "ecr:InitiateLayerUpload", "ecr:PutImage", "ecr:UploadLayerPart"];
