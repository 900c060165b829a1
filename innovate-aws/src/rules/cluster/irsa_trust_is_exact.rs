//! `EKS-11`: a trust in a cluster's identity provider names one service account.

use std::borrow::Cow;

use innovate_core::{
    Diagnostic, Node, Rule,
    check::{Check, Findings, Model},
};

use crate::identity::{
    document::{Purpose, policies_of, texts},
    statement::{allows, is_about, principals},
};

/// `EKS-11`.
pub static IRSA_TRUST_IS_EXACT: Rule = Rule {
    code: "EKS-11",
    title: "a trust in a cluster's identity provider names the service account and the audience",
    explanation: "\
The identity provider of a cluster vouches for every service account in it. A trust policy without \
the condition on `sub`, or with a wildcard in it, gives the role to whoever may make a service \
account; one without the condition on `aud` accepts tokens that were made for someone else.

`Irsa` writes the exact conditions; `PodIdentity` needs none.

Source: \"IAM roles for service accounts\", Amazon EKS User Guide; \"Identity and Access Management\", \
Amazon EKS Best Practices Guide.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    for role in model.resources_of("AWS::IAM::Role") {
        let trusts =
            policies_of(role).into_iter().filter(|policy| policy.purpose == Purpose::Trust);
        for policy in trusts {
            for statement in policy.statements().iter().filter(|statement| allows(statement)) {
                if !in_cluster(statement) {
                    continue;
                }
                for claim in ["sub", "aud"] {
                    if let Some(given) = inexact(statement, claim) {
                        findings.report(
                            Diagnostic::error(
                                "EKS-11",
                                "more than one service account may assume this role",
                            )
                            .on(role)
                            .property(&*policy.property)
                            .given(given)
                            .allowed(format!(
                                "StringEquals on `<issuer>:{claim}` with one exact value"
                            ))
                            .help("use `Irsa`, or `PodIdentity`, which needs no identity provider"),
                        );
                    }
                }
            }
        }
    }
}

/// Whether a statement trusts the identity provider of an EKS cluster.
fn in_cluster(statement: &Node) -> bool {
    let web_identity = is_about(statement, "sts:AssumeRoleWithWebIdentity");
    let named =
        principals(statement, "Federated").iter().any(|provider| provider.contains("oidc.eks"));
    let subject = conditions(statement).iter().any(|(_, key, values)| {
        key.contains("oidc.eks")
            || values.iter().any(|value| value.starts_with("system:serviceaccount:"))
    });
    // A provider that is known only at deployment: one of other issuers has its host in the keys.
    let deferred = conditions(statement).iter().any(|(_, key, _)| key.starts_with("${"))
        || (conditions(statement).is_empty()
            && principals(statement, "Federated").iter().any(|provider| provider.contains("${")));
    web_identity && (named || subject || deferred)
}

/// How a claim is compared, unless exactly.
fn inexact(statement: &Node, claim: &str) -> Option<String> {
    let suffix = format!(":{claim}");
    let found: Vec<_> =
        conditions(statement).into_iter().filter(|(_, key, _)| key.ends_with(&suffix)).collect();
    if found.is_empty() {
        return Some(format!("no condition on `{claim}`"));
    }
    found.into_iter().find_map(|(operator, key, values)| {
        let wild = values.iter().find(|value| value.contains(['*', '?']));
        match wild {
            Some(value) => Some(format!("{operator} {key}: {value}")),
            None if operator != "StringEquals" => Some(format!("{operator} {key}")),
            None => None,
        }
    })
}

/// The conditions of a statement: operator, key and values.
fn conditions(statement: &Node) -> Vec<(&str, &str, Vec<Cow<'_, str>>)> {
    let operators = statement.get("Condition").and_then(Node::as_map).unwrap_or_default();
    let keys = operators.iter().flat_map(|(operator, keys)| {
        keys.as_map()
            .unwrap_or_default()
            .iter()
            .map(move |(key, values)| (&**operator, &**key, texts(Some(values))))
    });
    keys.collect()
}
