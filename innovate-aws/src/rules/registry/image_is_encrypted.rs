//! `ECR-02`: images are encrypted with a customer-managed key.

use innovate_core::{
    Resource, Rule, StackModel,
    check::{Check, Findings, Model},
};

use super::{REPOSITORY, TEMPLATE, by_stage, finding};
use crate::rules::read::{each, text};

/// `ECR-02`.
pub static IMAGE_IS_ENCRYPTED: Rule = Rule {
    code: "ECR-02",
    title: "images are encrypted with a customer-managed key",
    explanation: "By default ECR encrypts images with a key that nobody can see, audit or disable. It can't \
be changed later: CloudFormation makes the repository anew, without its images. A template with a key \
needs a role in which ECR uses it. In production a finding is an error, elsewhere a warning.\n\nSource: \
\"Encryption at rest\" and \"Creating a repository creation template in Amazon ECR\", Amazon ECR User \
Guide.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    for (stack, repository) in each(model, REPOSITORY) {
        check_one(stack, repository, findings);
    }
    for (stack, template) in each(model, TEMPLATE) {
        check_one(stack, template, findings);
        let has = |property: &str| template.properties().at(property).is_some();
        let needs_role = has("EncryptionConfiguration/KmsKey") || has("ResourceTags");
        if needs_role && !has("CustomRoleArn") {
            let message = "ECR has no role in which to make repositories with a key or tags";
            findings.report(
                finding(innovate_core::Severity::Error, "ECR-02", message)
                    .on(template)
                    .property("CustomRoleArn")
                    .allowed("a role that ecr.amazonaws.com may assume")
                    .help("make the template with `RepositoryTemplate`, which makes the role"),
            );
        }
    }
}

fn check_one(stack: &StackModel, repository: &Resource, findings: &mut Findings) {
    let kind = repository.properties().at("EncryptionConfiguration/EncryptionType");
    let given = match text(repository, "EncryptionConfiguration/EncryptionType") {
        Some("KMS" | "KMS_DSSE")
            if repository.properties().at("EncryptionConfiguration/KmsKey").is_some() =>
        {
            return;
        }
        Some("KMS" | "KMS_DSSE") => "KMS without a key, which means aws/ecr",
        Some(other) => other,
        None if kind.is_some() => return,
        None => "nothing, which means AES256",
    };
    findings.report(
        finding(by_stage(stack), "ECR-02", "images are encrypted with a key of AWS's")
            .on(repository)
            .property("EncryptionConfiguration")
            .given(given)
            .allowed("KMS with a customer-managed key")
            .help("make a key with `KmsKey::<Ecr>::new()` and name it"),
    );
}
