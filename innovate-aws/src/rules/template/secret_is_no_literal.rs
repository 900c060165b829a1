//! `SEC-01`: a template holds no secret.

use std::fmt;

use innovate_core::{
    Diagnostic, Node, Resource, Rule, StackModel,
    check::{Check, Findings, Model},
};

use crate::identity::document::flat;

/// `SEC-01`.
pub static SECRET_IS_NO_LITERAL: Rule = Rule {
    code: "SEC-01",
    title: "no secret is written into a template or manifest",
    explanation: "Templates and manifests are kept in Git, shown in consoles and logged. A \
password, token or private key in one is no secret any more. Let Secrets Manager make it \
(GenerateSecretString, ManageMasterUserPassword) and refer to it with a dynamic reference \
(`{{resolve:secretsmanager:..}}`) or, in Kubernetes, through External Secrets.\n\nLooked for: a \
literal in a property that is named after a secret, or under such a key of the JSON that a secret of \
Secrets Manager holds, AWS access keys, private keys, tokens of GitHub, Slack and Stripe, JSON web \
tokens, and credentials in a URL. A dynamic reference is none, nor is where something answers: a host, \
a port, the name of a user.\n\nSource: \"Security best \
practices for CloudFormation\", AWS CloudFormation User Guide.",
    check: Check::EachStack(check),
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

fn check(_: &Model<'_>, stack: &StackModel, findings: &mut Findings) {
    for secret in stack.resources_of("AWS::SecretsManager::Secret") {
        for property in ["SecretString", "GenerateSecretString/SecretStringTemplate"] {
            findings.extend(secret_field(secret, property));
        }
    }
    for resource in stack.resources() {
        for (name, node) in resource.properties().entries() {
            scan(node, &Path { above: None, step: Step::Name(name) }, resource, findings);
        }
    }
}

/// A key of the JSON that a secret holds which is named after a secret and has a literal. Bare text is
/// found as any other property's.
fn secret_field(secret: &Resource, property: &str) -> Option<Diagnostic> {
    let node = secret.properties().at(property)?;
    if property == "SecretString" && node.as_text().is_some() {
        return None;
    }
    let json: serde_json::Value = serde_json::from_str(&flat(node, None)).ok()?;
    let literal = |value: &serde_json::Value| {
        let text = value.as_str().unwrap_or_default();
        !text.is_empty() && !text.contains("${") && !text.starts_with("{{resolve:")
    };
    let fields = json.as_object()?.iter();
    let (key, _) = fields.filter(|(_, value)| literal(value)).find(|(key, _)| is_secret(key))?;
    Some(
        Diagnostic::error("SEC-01", format!("`{property}` holds a literal under `{key}`"))
            .on(secret)
            .property(property)
            .given("not shown")
            .help("take it out of the program and replace it, since it is in Git now; let Secrets Manager make up the new one (GenerateSecretString)"),
    )
}

/// Whether a text is the JSON of where something answers, and of nothing else.
///
/// Source: "JSON structure of AWS Secrets Manager secrets", AWS Secrets Manager User Guide.
fn says_where(text: &str) -> bool {
    const FACTS: [&str; 6] = ["dbname", "engine", "host", "port", "reader_host", "username"];
    let json: Option<serde_json::Value> = serde_json::from_str(text).ok();
    let fields = json.as_ref().and_then(serde_json::Value::as_object);
    fields.is_some_and(|fields| {
        !fields.is_empty()
            && fields.iter().all(|(key, value)| {
                let plain = value.as_str().is_none_or(|value| secret_in(value).is_none());
                FACTS.contains(&key.as_str()) && plain
            })
    })
}

/// Whether a key of a JSON object is named after a secret.
fn is_secret(key: &str) -> bool {
    const NAMES: [&str; 7] =
        ["password", "passwd", "secret", "token", "apikey", "privatekey", "credential"];
    let name: String =
        key.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    NAMES.iter().any(|known| name.contains(known))
}

/// Where a value is below its resource.
struct Path<'a> {
    above: Option<&'a Self>,
    step: Step<'a>,
}

enum Step<'a> {
    Name(&'a str),
    Index(usize),
    /// An argument of a function.
    Argument,
}

impl Path<'_> {
    /// The property that the value is of: the last name on the path.
    fn property(&self) -> &str {
        match self.step {
            Step::Name(name) => name,
            Step::Index(_) => self.above.map_or("", Path::property),
            Step::Argument => "",
        }
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(above) = self.above {
            above.fmt(f)?;
        }
        let slash = if self.above.is_some() { "/" } else { "" };
        match self.step {
            Step::Name(name) => write!(f, "{slash}{name}"),
            Step::Index(index) => write!(f, "{slash}{index}"),
            Step::Argument => Ok(()),
        }
    }
}

fn scan(node: &Node, path: &Path<'_>, resource: &Resource, findings: &mut Findings) {
    let below = |step| Path { above: Some(path), step };
    match node {
        Node::Text(text) if text.starts_with("{{resolve:") => {}
        Node::Text(text) if path.property() == "SecretString" && says_where(text) => {}
        Node::Text(text) => {
            let what = match secret_in(text) {
                Some(what) => what,
                None if SECRET_PROPERTIES.contains(&path.property()) && !text.is_empty() => {
                    "a literal where a secret belongs"
                }
                None => return,
            };
            findings.report(
                Diagnostic::error("SEC-01", format!("`{path}` holds {what}"))
                    .on(resource)
                    .property(path.to_string())
                    .given("not shown")
                    .help("take it out of the program and replace it, since it is in Git now; let Secrets Manager hold the new one, and refer to it with `{{resolve:secretsmanager:..}}`"),
            );
        }
        Node::List(items) => {
            for (index, item) in items.iter().enumerate() {
                scan(item, &below(Step::Index(index)), resource, findings);
            }
        }
        Node::Map(entries) => {
            for (key, item) in entries {
                scan(item, &below(Step::Name(key)), resource, findings);
            }
        }
        Node::Intrinsic(intrinsic) => {
            intrinsic.each_child(&mut |child| {
                scan(child, &below(Step::Argument), resource, findings);
            });
        }
        _ => {}
    }
}

/// The length of the shortest secret that is told by its form: an access key's id.
const SHORTEST: usize = 20;

/// What kind of secret a text holds, if it holds one that can be told by its form.
pub fn secret_in(text: &str) -> Option<&'static str> {
    if text.len() < SHORTEST {
        return credentials_in_url(text);
    }
    // Few texts of a template have a space: that is asked sooner than for the whole mark.
    if text.as_bytes().contains(&b' ')
        && text.contains("-----BEGIN ")
        && text.contains("PRIVATE KEY-----")
    {
        return Some("a private key");
    }
    let within_word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    let words = text.as_bytes().split(|byte| !within_word(*byte));
    words
        .filter(|word| word.len() >= SHORTEST)
        .filter_map(|word| std::str::from_utf8(word).ok())
        .find_map(secret_word)
        .or_else(|| credentials_in_url(text))
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
    let (claims, signature) = word.strip_prefix("eyJ")?.split_once('.')?.1.split_once('.')?;
    let token = claims.starts_with("eyJ") && signature.len() >= 20 && !signature.contains('.');
    token.then_some("a JSON web token")
}

/// `scheme://user:password@host`. A password that is a variable is none.
fn credentials_in_url(text: &str) -> Option<&'static str> {
    if !text.as_bytes().contains(&b'@') {
        return None;
    }
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
