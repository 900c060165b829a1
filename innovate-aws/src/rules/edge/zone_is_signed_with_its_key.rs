//! `DNS-04`: a zone is signed with a key that Route 53 takes.

use innovate_core::{
    DeletionPolicy, Diagnostic, Resource, Rule,
    check::{Check, Findings, Model},
};

use super::zone::{In, is_public, signed};
use crate::rules::read::{region_of, text};

/// `DNS-04`.
pub static ZONE_IS_SIGNED_WITH_ITS_KEY: Rule = Rule {
    code: "DNS-04",
    title: "a zone is public and signed with a key that Route 53 takes, and both stay",
    explanation: "\
Route 53 signs public zones alone, with a key of KMS in us-east-1 whose spec is ECC_NIST_P256 and whose usage \
is SIGN_VERIFY. Signing begins when the zone has an active key-signing key, so AWS::Route53::DNSSEC waits for it; \
otherwise the deployment fails. A zone whose signatures go, while the zone above still tells of its key, is \
found by nobody who verifies answers: what signs it stays when it leaves its stack.

`ZoneSigning` does all of it.

Source: \"Working with customer managed keys for DNSSEC\" and \"Disabling DNSSEC signing\", Amazon Route 53 \
Developer Guide; \"EnableHostedZoneDNSSEC\", Amazon Route 53 API Reference.",
    check: Check::Model(check),
};

const SIGNING: &str = "AWS::Route53::DNSSEC";
const SIGNER: &str = "AWS::Route53::KeySigningKey";

fn report(resource: &Resource, message: String) -> Diagnostic {
    Diagnostic::error("DNS-04", message).on(resource).help("make it with `ZoneSigning::of(&zone)`")
}

fn check(model: &Model<'_>, findings: &mut Findings) {
    for signing in model.resources_of(SIGNING) {
        check_signing(model, signing, findings);
        check_kept(signing, findings);
    }
    for signer in model.resources_of(SIGNER) {
        check_key(model, signer, findings);
        check_kept(signer, findings);
    }
}

fn check_signing(model: &Model<'_>, signing: &Resource, findings: &mut Findings) {
    let Some(zone) = signed(signing) else { return };
    if let In::Zone(address) = &zone
        && let Some(found) = model.resource(address).filter(|found| !is_public(found))
    {
        findings.report(
            report(signing, "a private zone can't be signed".to_owned())
                .property("HostedZoneId")
                .allowed("a public zone")
                .related(found.location(), "the zone is made here"),
        );
        return;
    }
    // A zone outside the program may have a key outside the program.
    let In::Zone(_) = zone else { return };
    let signers: Vec<&Resource> = model
        .resources_of(SIGNER)
        .filter(|signer| signed(signer).as_ref() == Some(&zone))
        .collect();
    let waits = |signer: &&Resource| signing.depends_on().contains(signer.address());
    match signers.first() {
        None => findings.report(
            report(signing, "the zone has no key to be signed with".to_owned())
                .property("HostedZoneId")
                .allowed("an active AWS::Route53::KeySigningKey of the zone"),
        ),
        Some(signer) if !signers.iter().any(waits) => findings.report(
            report(signing, "signing doesn't wait for the zone's key".to_owned())
                .property("DependsOn")
                .allowed("the zone's AWS::Route53::KeySigningKey")
                .related(signer.location(), "the key is made here"),
        ),
        Some(_) => {}
    }
}

fn check_key(model: &Model<'_>, signer: &Resource, findings: &mut Findings) {
    let property = "KeyManagementServiceArn";
    let Some(node) = signer.properties().get(property) else { return };
    let key = model.target(node).filter(|key| key.type_name() == "AWS::KMS::Key");
    let region = match key {
        Some(key) => region_of(model, key),
        None => node.as_text().and_then(|arn| arn.split(':').nth(3)),
    };
    let finding = |message: &str, given: &str, allowed: &str| {
        let finding =
            report(signer, message.to_owned()).property(property).given(given).allowed(allowed);
        match key {
            Some(key) => finding.related(key.location(), "the key is made here"),
            None => finding,
        }
    };
    if let Some(region) = region.filter(|region| *region != "us-east-1") {
        findings.report(finding("Route 53 signs with no key of this region", region, "us-east-1"));
    }
    let Some(key) = key else { return };
    let spec = text(key, "KeySpec").unwrap_or("SYMMETRIC_DEFAULT");
    let usage = text(key, "KeyUsage").unwrap_or("ENCRYPT_DECRYPT");
    if (spec, usage) != ("ECC_NIST_P256", "SIGN_VERIFY") {
        let given = format!("{spec} for {usage}");
        let allowed = "ECC_NIST_P256 for SIGN_VERIFY";
        findings.report(finding("Route 53 can't sign with such a key", &given, allowed));
    }
}

fn check_kept(resource: &Resource, findings: &mut Findings) {
    let kept = |policy: Option<DeletionPolicy>| {
        matches!(policy, Some(DeletionPolicy::Retain | DeletionPolicy::RetainExceptOnCreate))
    };
    if !kept(resource.deletion_policy()) {
        findings.report(
            report(resource, "a zone would lose its signatures with its stack".to_owned())
                .property("DeletionPolicy")
                .allowed("Retain, or RetainExceptOnCreate"),
        );
    }
}
