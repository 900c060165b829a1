//! `ECR-06`: a repository opens to nobody in particular.

use innovate_core::{
    Diagnostic, Rule,
    check::{Check, Findings, Model},
};

use super::{REPOSITORY, TEMPLATE};
use crate::identity::{document::policies_of, statement::lets_everyone_in};

/// `ECR-06`.
pub static REPOSITORY_IS_NOT_PUBLIC: Rule = Rule {
    code: "ECR-06",
    title: "the policy of a repository lets nobody in whom it doesn't name",
    explanation: "A statement that allows something to every principal, without a condition on the account \
or organization, opens the images to all of AWS. `Repository::pulled_by` opens them to \
an account, a unit or an organization.\n\n\
Source: \"Private repository policies in Amazon ECR\", Amazon ECR User Guide.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    for type_name in [REPOSITORY, TEMPLATE, "AWS::ECR::RegistryPolicy"] {
        for repository in model.resources_of(type_name) {
            for policy in policies_of(repository) {
                for (index, statement) in policy.statements().iter().enumerate() {
                    if lets_everyone_in(statement) {
                        findings.report(
                            Diagnostic::error("ECR-06", "a policy of ECR lets every account in")
                                .on(repository)
                                .property(format!("{}/Statement/{index}/Principal", policy.property))
                                .allowed("a principal, or a condition on the account or organization")
                                .help("name who pulls: `.pulled_by(account!(\"..\"))` or `.pulled_by(organization!(\"o-..\"))`, or a condition on aws:PrincipalOrgID"),
                        );
                    }
                }
            }
        }
    }
}
