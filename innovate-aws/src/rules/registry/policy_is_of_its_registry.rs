//! `ECR-11`: a registry's policy is about what is in it, and about others.

use innovate_core::{
    Diagnostic, Rule,
    check::{Check, Findings, Model},
};

use super::registry;
use crate::{
    identity::document::policies_of,
    rules::read::{each, items, pattern},
};

/// `ECR-11`.
pub static POLICY_IS_OF_ITS_REGISTRY: Rule = Rule {
    code: "ECR-11",
    title: "the policy of a registry allows others something, on repositories of its own registry",
    explanation: "A registry is an account's in one region, and so is its policy: what it says of repositories \
of another region or account never holds. Without a statement ECR refuses it. The registry's own account needs no leave to \
 replicate between its regions.\n\n`RegistryPolicy::of(RegistryPermission::filling(&cache, \
[cluster.core_node_role(), karpenter.node_role()]))` writes the resources.\n\nSource: \"Private registry \
permissions in Amazon ECR\", Amazon ECR User Guide.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    for (stack, found) in each(model, "AWS::ECR::RegistryPolicy") {
        let (account, region) = registry(stack.site());
        for policy in policies_of(found) {
            if policy.statements().is_empty() {
                findings.report(
                    Diagnostic::error("ECR-11", "the policy of a registry allows nothing")
                        .on(found)
                        .property(policy.property.clone())
                        .given("no statement")
                        .allowed("one statement or more"),
                );
            }
            for (index, statement) in policy.statements().iter().enumerate() {
                let resources = statement.get("Resource").map(items).unwrap_or_default();
                let elsewhere = resources.iter().map(pattern).find(|arn| {
                    let mut parts = arn.splitn(6, ':').skip(3);
                    let is = |part: Option<&str>, own: &str| {
                        part.is_none_or(|part| part.contains('*') || part == own)
                    };
                    !is(parts.next(), &region) || !is(parts.next(), &account)
                });
                if let Some(arn) = elsewhere {
                    findings.report(
                        Diagnostic::error("ECR-11", "the policy of a registry speaks of another one")
                            .on(found)
                            .property(format!("{}/Statement/{index}/Resource", policy.property))
                            .given(arn)
                            .allowed(format!("arn:aws:ecr:{region}:{account}:repository/.."))
                            .help("add the policy to a stack of the account and region that the repositories are in"),
                    );
                }
            }
        }
    }
}
