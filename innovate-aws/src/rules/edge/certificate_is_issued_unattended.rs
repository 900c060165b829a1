//! `ACM-01`: a certificate is issued without anyone's help.

use innovate_core::{
    Diagnostic, Node, Resource, Rule,
    check::{Check, Findings, Model},
};

use super::CERTIFICATE;
use crate::rules::read::{list, text};

/// The most bytes of a certificate's first name, which is its common name.
const COMMON_NAME: usize = 64;
/// How many names a certificate has at most, unless AWS raises the quota, and then.
const NAMES: (usize, usize) = (10, 100);

/// `ACM-01`.
pub static CERTIFICATE_IS_ISSUED_UNATTENDED: Rule = Rule {
    code: "ACM-01",
    title: "a certificate is proven by records of a zone, logged, and has names that AWS takes",
    explanation: "\
Validation by email waits for a person, at each renewal again, and the deployment with it. Validation by DNS \
without the id of a zone waits for someone to write the record. Browsers refuse certificates that are not \
in the public transparency logs. The first name has at most 64 characters, and a certificate up to 10 names, \
which AWS raises to 100 for who asks.

`Certificate` proves its names in its zone.

Sources: \"AWS Certificate Manager public certificate characteristics and limitations\", \"Certificate \
transparency logging\" and \"Quotas\", AWS Certificate Manager User Guide; \
AWS::CertificateManager::Certificate, AWS CloudFormation Template Reference Guide.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    for certificate in model.resources_of(CERTIFICATE) {
        // A private authority issues without proof.
        if certificate.properties().get("CertificateAuthorityArn").is_none() {
            check_proof(certificate, findings);
        }
        check_names(certificate, findings);
    }
}

fn report(certificate: &Resource, property: &str, message: &str) -> Diagnostic {
    Diagnostic::error("ACM-01", message).on(certificate).property(property)
}

fn check_proof(certificate: &Resource, findings: &mut Findings) {
    // Email is CloudFormation's default.
    if text(certificate, "ValidationMethod") != Some("DNS") {
        let given = text(certificate, "ValidationMethod").unwrap_or("EMAIL, the default");
        findings.report(
            report(
                certificate,
                "ValidationMethod",
                "the certificate waits for someone to read an email",
            )
            .given(given)
            .allowed("DNS")
            .help("use `Certificate`, which proves its names in the zone that it is given"),
        );
        return;
    }
    let options = list(certificate, "DomainValidationOptions");
    let proven = |name: &str| {
        options.iter().any(|option| {
            let domain = option.get("DomainName").and_then(Node::as_text);
            let same = domain.is_none_or(|domain| base(domain) == base(name));
            same && option.get("HostedZoneId").is_some()
        })
    };
    let unproven: Vec<&str> = names(certificate).into_iter().filter(|name| !proven(name)).collect();
    if !unproven.is_empty() {
        findings.report(
            report(
                certificate,
                "DomainValidationOptions",
                "the certificate waits for someone to write what proves its names",
            )
            .given(format!("`{}` without the id of a zone", unproven.join("`, `")))
            .help("use `Certificate`, which is given its zone"),
        );
    }
    let logging = "CertificateTransparencyLoggingPreference";
    if text(certificate, logging) == Some("DISABLED") {
        let message = "browsers refuse a certificate that isn't in the transparency logs";
        findings.report(report(certificate, logging, message).given("DISABLED").allowed("ENABLED"));
    }
}

/// The domain that is proven for a name: a wildcard's is the domain below the star.
fn base(name: &str) -> &str {
    name.strip_prefix("*.").unwrap_or(name)
}

/// The names of a certificate that are known now.
fn names(certificate: &Resource) -> Vec<&str> {
    let first = text(certificate, "DomainName");
    let more = list(certificate, "SubjectAlternativeNames").iter().filter_map(Node::as_text);
    first.into_iter().chain(more).collect()
}

fn check_names(certificate: &Resource, findings: &mut Findings) {
    if let Some(name) = text(certificate, "DomainName").filter(|name| name.len() > COMMON_NAME) {
        findings.report(
            report(certificate, "DomainName", "the certificate's first name is too long")
                .setter("host")
                .given(format!("`{name}`, {} characters", name.len()))
                .allowed(format!("up to {COMMON_NAME}; the names behind it up to 253")),
        );
    }
    let mut names = names(certificate);
    names.sort_unstable();
    names.dedup();
    let (count, (usual, most)) = (names.len(), NAMES);
    if count > usual {
        let message = "a certificate with so many names needs a higher quota";
        let finding = match count > most {
            true => Diagnostic::error("ACM-01", "a certificate doesn't take so many names"),
            false => Diagnostic::warning("ACM-01", message),
        };
        findings.report(
            finding
                .on(certificate)
                .property("SubjectAlternativeNames")
                .setter("host")
                .given(count)
                .allowed(format!("{usual}, or up to {most} after AWS has raised the quota")),
        );
    }
}
