//! `SEC-07`: a secret's policy opens it to nobody in particular.

use innovate_core::{
    Diagnostic, Rule,
    check::{Check, Findings, Model},
};

use crate::{
    identity::document::policies_of, identity::statement::lets_everyone_in, rules::read::truth,
};

/// `SEC-07`.
pub static SECRET_IS_NOT_PUBLIC: Rule = Rule {
    code: "SEC-07",
    title: "the policy of a secret lets nobody in whom it doesn't name",
    explanation: "A statement that allows something to every principal, without a condition on the account \
or organization, opens the secret to all of AWS. With BlockPublicPolicy Secrets Manager refuses such a \
policy itself, whoever changes it later.\n\nSource: \"Resource-based policies\", AWS Secrets Manager User \
Guide.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    for policy in model.resources_of("AWS::SecretsManager::ResourcePolicy") {
        if truth(policy, "BlockPublicPolicy") != Some(true) {
            findings.report(
                Diagnostic::error(
                    "SEC-07",
                    "nothing keeps this secret from being opened to everyone",
                )
                .on(policy)
                .property("BlockPublicPolicy")
                .allowed(true)
                .help("add `.block_public_policy(true)`"),
            );
        }
        for document in policies_of(policy) {
            for (index, statement) in document.statements().iter().enumerate() {
                if lets_everyone_in(statement) {
                    findings.report(
                        Diagnostic::error("SEC-07", "the policy of a secret lets every account in")
                            .on(policy)
                            .property(format!("ResourcePolicy/Statement/{index}/Principal"))
                            .allowed("a principal, or a condition on the account or organization")
                            .help("name who may read it, or add a condition on aws:PrincipalAccount or aws:PrincipalOrgID"),
                    );
                }
            }
        }
    }
}
