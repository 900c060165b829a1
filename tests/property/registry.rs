//! Images: `ECR-01` to `ECR-08` of every environment that has a registry.

use proptest::prelude::*;
use serde_json::Value;

use crate::template::{Templates, items, text};

const REPOSITORY: &str = "AWS::ECR::Repository";
/// What makes repositories itself: of what is replicated or cached.
const TEMPLATE: &str = "AWS::ECR::RepositoryCreationTemplate";

/// Tags stay what they are, old images go, and everything is encrypted with a key of its region.
pub(crate) fn images_stay_what_they_are(templates: &Templates) -> Result<(), TestCaseError> {
    for (kind, key) in [
        (REPOSITORY, "/EncryptionConfiguration/KmsKey"),
        (TEMPLATE, "/EncryptionConfiguration/KmsKey"),
    ] {
        for (stack, id, repository) in templates.of_type(kind) {
            let repository = &repository["Properties"];
            let mutability = text(&repository["ImageTagMutability"]);
            // What is cached follows its upstream.
            let cached = items(&repository["AppliedFor"]).any(|it| it == "PULL_THROUGH_CACHE");
            prop_assert!(cached || mutability.starts_with("IMMUTABLE"), "{} {}", id, mutability);
            prop_assert_eq!(&repository["EncryptionConfiguration"]["EncryptionType"], "KMS");
            let key = repository.pointer(key).and_then(|key| templates.target(stack, key));
            let home = key.map(|(of, _, _)| &templates.regions[of]);
            prop_assert_eq!(home, Some(&templates.regions[stack]), "{} has no key", id);
            let policy = match &repository["LifecyclePolicy"] {
                Value::String(policy) => policy,
                policy => text(&policy["LifecyclePolicyText"]),
            };
            let policy: Value = serde_json::from_str(policy).unwrap_or_default();
            prop_assert!(items(&policy["rules"]).count() > 0, "{} keeps every image", id);
        }
    }
    Ok(())
}

/// No repository lets every account in.
pub(crate) fn images_are_pulled_by_who_may(templates: &Templates) -> Result<(), TestCaseError> {
    for (_, id, repository) in templates.of_type(REPOSITORY) {
        let policy = &repository["Properties"]["RepositoryPolicyText"];
        for statement in items(&policy["Statement"]) {
            let everyone = statement["Principal"] == "*" || statement["Principal"]["AWS"] == "*";
            let bounded = statement["Condition"]["StringEquals"]["aws:PrincipalOrgID"].is_string();
            prop_assert!(!everyone || bounded, "{}: {}", id, statement);
        }
    }
    Ok(())
}

/// Images are replicated to another region, where a template says what the replicas are like.
pub(crate) fn images_are_replicated_elsewhere(templates: &Templates) -> Result<(), TestCaseError> {
    for (stack, id, setting) in templates.of_type("AWS::ECR::ReplicationConfiguration") {
        let rules = &setting["Properties"]["ReplicationConfiguration"]["Rules"];
        let mut places = 0;
        for destination in items(rules).flat_map(|rule| items(&rule["Destinations"])) {
            places += 1;
            let region = text(&destination["Region"]);
            prop_assert_ne!(region, &templates.regions[stack], "{}", id);
            let told = templates.of_type(TEMPLATE).any(|(of, _, template)| {
                templates.regions[of] == region
                    && items(&template["Properties"]["AppliedFor"]).any(|it| it == "REPLICATION")
            });
            prop_assert!(told, "nothing says what the replicas of {} are like", id);
        }
        prop_assert!(places > 0, "{}", id);
    }
    Ok(())
}
