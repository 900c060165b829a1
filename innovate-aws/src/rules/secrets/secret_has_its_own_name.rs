//! `SEC-05`: a name leads to one secret.

use innovate_core::{
    Diagnostic, Node, Resource, Rule, Site,
    check::{Check, Findings, Model},
};

use super::SECRET;
use crate::{
    name::SecretName,
    rules::read::{OneOfEach, list, text},
};

/// `SEC-05`.
pub static SECRET_HAS_ITS_OWN_NAME: Rule = Rule {
    code: "SEC-05",
    title: "a secret's name is its own, and is no other secret's ARN",
    explanation: "Manifests, policies and properties find a secret by its name, so in one account and \
region a name is one secret's; a replica has the name in its region too. The ARN of a secret is its name, \
a hyphen and six characters. A name that ends in a hyphen and six letters or digits looks like the ARN of \
another, and a look-up by part of an ARN then goes wrong.\n\nSource: \"CreateSecret\", AWS Secrets Manager \
API Reference.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    let mut names = OneOfEach::new();
    for stack in model.stacks() {
        for secret in stack.resources_of(SECRET) {
            let Some(name) = text(secret, "Name") else { continue };
            findings.extend(shape(secret, name));
            for region in regions(secret, stack.site()) {
                let place = (stack.site().account(), region, name);
                if let Some(first) = names.add(model, place, secret) {
                    findings.report(
                        Diagnostic::error("SEC-05", "two secrets have one name")
                            .on(secret)
                            .property("Name")
                            .given(format!("`{name}` in {region}"))
                            .related(first.location(), "the first is made here")
                            .help("give one of them another path"),
                    );
                    break;
                }
            }
        }
    }
}

/// The regions that have the secret.
fn regions<'a>(secret: &'a Resource, site: &'a Site) -> Vec<&'a str> {
    let replicas = list(secret, "ReplicaRegions").iter();
    let replicas = replicas.filter_map(|replica| replica.get("Region").and_then(Node::as_text));
    std::iter::once(site.region()).chain(replicas).collect()
}

fn shape(secret: &Resource, name: &str) -> Option<Diagnostic> {
    if let Err(error) = SecretName::new(name.to_owned()) {
        return Some(
            Diagnostic::error("SEC-05", "Secrets Manager refuses this name of a secret")
                .on(secret)
                .property("Name")
                .given(name)
                .allowed(error.allowed()),
        );
    }
    let (_, last) = name.rsplit_once('-')?;
    let like_arn = last.len() == 6 && last.chars().all(|char| char.is_ascii_alphanumeric());
    like_arn.then(|| {
        Diagnostic::warning("SEC-05", "this name of a secret looks like the end of an ARN")
            .on(secret)
            .property("Name")
            .given(name)
            .allowed("a name that doesn't end in a hyphen and six letters or digits")
            .help("name it otherwise, such as with a slash in place of the hyphen")
    })
}
