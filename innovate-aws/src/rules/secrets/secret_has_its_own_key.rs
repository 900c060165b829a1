//! `SEC-08`: a secret is encrypted with a customer-managed key.

use innovate_core::{
    Diagnostic, Node, Resource, Rule,
    check::{Check, Findings, Model},
};

use super::SECRET;
use crate::rules::read::list;

/// `SEC-08`.
pub static SECRET_HAS_ITS_OWN_KEY: Rule = Rule {
    code: "SEC-08",
    title: "a secret and its replicas are encrypted with customer-managed keys",
    explanation: "Without a key Secrets Manager takes aws/secretsmanager, whose policy nobody can change: \
everyone of the account who may read the secret may decrypt it, no other account can be let in, and it \
can't be disabled. With a key of your own the key's policy decides too. A replica without a key takes \
that key of its region.\n\nSource: \"Secret encryption and decryption in AWS Secrets Manager\", AWS \
Secrets Manager User Guide.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    for secret in model.resources_of(SECRET) {
        let key = secret.properties().at("KmsKeyId");
        findings.extend(finding(secret, "KmsKeyId".to_owned(), key, "this secret"));
        for (index, replica) in list(secret, "ReplicaRegions").iter().enumerate() {
            let path = format!("ReplicaRegions/{index}/KmsKeyId");
            let what = "a replica of this secret";
            findings.extend(finding(secret, path, replica.get("KmsKeyId"), what));
        }
    }
}

fn finding(
    secret: &Resource,
    property: String,
    key: Option<&Node>,
    what: &str,
) -> Option<Diagnostic> {
    const MANAGED: &str = "alias/aws/secretsmanager";
    let given = match key {
        None => "nothing, which means aws/secretsmanager",
        Some(key) if key.as_text().is_some_and(|text| text.ends_with(MANAGED)) => MANAGED,
        Some(_) => return None,
    };
    let message = format!("{what} is encrypted with a key of AWS's");
    Some(
        Diagnostic::error("SEC-08", message)
            .on(secret)
            .property(property)
            .given(given)
            .allowed("a customer-managed key")
            .help("make a key with `KmsKey::<Secrets>::new()` and name it; a replica's is one of its region"),
    )
}
