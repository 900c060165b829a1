//! What repositories of container images and their registries hold to.

mod cache_is_complete;
mod image_is_encrypted;
mod image_is_scanned;
mod image_is_signed_by_a_profile;
mod old_images_go;
mod policy_is_of_its_registry;
mod registry_has_one_setting;
mod replica_is_a_repository_of_its_own;
mod repository_is_not_public;
mod tag_is_immutable;

pub use cache_is_complete::CACHE_IS_COMPLETE;
pub use image_is_encrypted::IMAGE_IS_ENCRYPTED;
pub use image_is_scanned::IMAGE_IS_SCANNED;
pub use image_is_signed_by_a_profile::IMAGE_IS_SIGNED_BY_A_PROFILE;
pub use old_images_go::OLD_IMAGES_GO;
pub use policy_is_of_its_registry::POLICY_IS_OF_ITS_REGISTRY;
pub use registry_has_one_setting::REGISTRY_HAS_ONE_SETTING;
pub use replica_is_a_repository_of_its_own::REPLICA_IS_A_REPOSITORY_OF_ITS_OWN;
pub use repository_is_not_public::REPOSITORY_IS_NOT_PUBLIC;
pub use tag_is_immutable::TAG_IS_IMMUTABLE;

use innovate_core::{Diagnostic, Node, Resource, Severity, Site, StackModel};

const REPOSITORY: &str = "AWS::ECR::Repository";
const TEMPLATE: &str = "AWS::ECR::RepositoryCreationTemplate";

/// An error in production, a warning elsewhere.
fn by_stage(stack: &StackModel) -> Severity {
    match stack.site().stage() {
        innovate_core::StageKind::Prod => Severity::Error,
        innovate_core::StageKind::Dev | innovate_core::StageKind::Staging => Severity::Warning,
    }
}

fn finding(severity: Severity, code: &'static str, message: &str) -> Diagnostic {
    match severity {
        Severity::Error => Diagnostic::error(code, message),
        Severity::Warning | Severity::Note => Diagnostic::warning(code, message),
    }
}

/// A registry: an account in a region.
fn registry(site: &Site) -> (String, String) {
    (site.account().to_owned(), site.region().to_owned())
}

/// Whether a template is for what ECR makes on this occasion.
fn is_for(template: &Resource, occasion: &str) -> bool {
    let occasions = template.properties().at("AppliedFor").and_then(Node::as_list);
    occasions.unwrap_or_default().iter().any(|found| found.as_text() == Some(occasion))
}
