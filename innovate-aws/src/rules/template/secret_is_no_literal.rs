//! `SEC-01`: a template holds no secret.

use innovate_core::{
    Diagnostic, Node, Resource, Rule,
    check::{Check, Findings, Model},
};

/// `SEC-01`.
pub static SECRET_IS_NO_LITERAL: Rule = Rule {
    code: "SEC-01",
    title: "no secret is written into a template or manifest",
    explanation: "Templates and manifests are kept in Git, shown in consoles and logged. A \
password, token or private key in one is no secret any more. Let Secrets Manager make it \
(GenerateSecretString, ManageMasterUserPassword) and refer to it with a dynamic reference \
(`{{resolve:secretsmanager:..}}`) or, in Kubernetes, through External Secrets.\n\nLooked for: a \
literal in a property that is named after a secret, AWS access keys, private keys, tokens of \
GitHub, Slack and Stripe, JSON web tokens, and credentials in a URL.\n\nSource: \"Security best \
practices for CloudFormation\", AWS CloudFormation User Guide.",
    check: Check::Model(check),
};

/// Properties whose values are secrets, by the last part of their path.
const SECRET_PROPERTIES: [&str; 12] = [
    "AccessToken",
    "AuthToken",
    "ClientSecret",
    "MasterPassword",
    "MasterUserPassword",
    "OAuthToken",
    "Password",
    "PrivateKey",
    "SecretAccessKey",
    "SecretString",
    "SecretToken",
    "UserPassword",
];

fn check(model: &Model<'_>, findings: &mut Findings) {
    for resource in model.resources() {
        for (name, node) in resource.properties().entries() {
            scan(node, name, name, resource, findings);
        }
    }
}

fn scan(node: &Node, name: &str, path: &str, resource: &Resource, findings: &mut Findings) {
    match node {
        Node::Text(text) if text.starts_with("{{resolve:") => {}
        Node::Text(text) => {
            let what = match secret_in(text) {
                Some(what) => what,
                None if SECRET_PROPERTIES.contains(&name) && !text.is_empty() => {
                    "a literal where a secret belongs"
                }
                None => return,
            };
            findings.report(
                Diagnostic::error("SEC-01", format!("`{path}` holds {what}"))
                    .on(resource)
                    .property(path)
                    .given("not shown")
                    .help("take it out of the program and replace it, since it is in Git now; let Secrets Manager hold the new one, and refer to it with `{{resolve:secretsmanager:..}}`"),
            );
        }
        Node::List(items) => {
            for (at, item) in items.iter().enumerate() {
                scan(item, name, &format!("{path}/{at}"), resource, findings);
            }
        }
        Node::Map(entries) => {
            for (key, item) in entries {
                scan(item, key, &format!("{path}/{key}"), resource, findings);
            }
        }
        Node::Intrinsic(intrinsic) => {
            intrinsic.any_child(&mut |child| {
                scan(child, "", path, resource, findings);
                false
            });
        }
        _ => {}
    }
}

/// What kind of secret a text holds, if it holds one that can be told by its form.
pub fn secret_in(text: &str) -> Option<&'static str> {
    if text.contains("-----BEGIN ") && text.contains("PRIVATE KEY-----") {
        return Some("a private key");
    }
    let mut words = text.split(|c: char| !(c.is_ascii_alphanumeric() || "_-.".contains(c)));
    words.find_map(secret_word).or_else(|| credentials_in_url(text))
}

fn secret_word(word: &str) -> Option<&'static str> {
    let all = |text: &str, allowed: fn(char) -> bool| text.chars().all(allowed);
    let upper = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit();
    let plain = |c: char| c.is_ascii_alphanumeric();
    for prefix in ["AKIA", "ASIA"] {
        if word.strip_prefix(prefix).is_some_and(|rest| rest.len() == 16 && all(rest, upper)) {
            return Some("an AWS access key id");
        }
    }
    for prefix in ["ghp_", "gho_", "ghu_", "ghs_", "ghr_"] {
        if word.strip_prefix(prefix).is_some_and(|rest| rest.len() >= 36 && all(rest, plain)) {
            return Some("a GitHub token");
        }
    }
    let long = |prefix: &str, least: usize| {
        word.strip_prefix(prefix).is_some_and(|rest| rest.len() >= least)
    };
    if long("github_pat_", 60) {
        return Some("a GitHub token");
    }
    if ["xoxb-", "xoxp-", "xoxa-", "xoxs-"].into_iter().any(|prefix| long(prefix, 20)) {
        return Some("a Slack token");
    }
    if ["sk_live_", "rk_live_"].into_iter().any(|prefix| long(prefix, 16)) {
        return Some("a Stripe key");
    }
    let parts: Vec<&str> = word.split('.').collect();
    match parts.as_slice() {
        [header, claims, signature]
            if header.starts_with("eyJ") && claims.starts_with("eyJ") && signature.len() >= 20 =>
        {
            Some("a JSON web token")
        }
        _ => None,
    }
}

/// `scheme://user:password@host`. A password that is a variable is none.
fn credentials_in_url(text: &str) -> Option<&'static str> {
    let (_, rest) = text.split_once("://")?;
    let authority = rest.split(['/', '?', '#', ' ']).next()?;
    let (user_info, _) = authority.rsplit_once('@')?;
    let (_, password) = user_info.split_once(':')?;
    let variable = password.starts_with('$') || password.starts_with("{{") || password.is_empty();
    (!variable).then_some("credentials in a URL")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_told_by_their_form() {
        let key_id = format!("AKIA{}", "ABCDEFGHIJKLMNOP");
        let token = format!("ghp_{}", "a1".repeat(18));
        for (text, what) in [
            (key_id.as_str(), "an AWS access key id"),
            (token.as_str(), "a GitHub token"),
            ("-----BEGIN RSA PRIVATE KEY-----\nMII", "a private key"),
            ("postgres://app:hunter2@db.internal:5432/app", "credentials in a URL"),
        ] {
            assert_eq!(secret_in(text), Some(what), "{text}");
        }
    }

    #[test]
    fn what_only_looks_like_one_passes() {
        for text in [
            "arn:aws:iam::444455556666:role/innovate-prod",
            "https://api.innovate.example/health?at=12:30@noon",
            "postgres://app:${DB_PASSWORD}@db.internal/app",
            "AKIA",
            "sha256:9f2c4e1b",
            "10.30.0.0/16",
            "token.actions.githubusercontent.com",
        ] {
            assert_eq!(secret_in(text), None, "{text}");
        }
    }
}
