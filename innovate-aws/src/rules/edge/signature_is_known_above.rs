//! `DNS-05`: the zone above knows by which key a zone is signed.

use innovate_core::{
    Diagnostic, Resource, Rule,
    check::{Check, Findings, Model},
};

use super::zone::{In, Record, ZONE, domain, is_public, records, signed};

/// `DNS-05`.
pub static SIGNATURE_IS_KNOWN_ABOVE: Rule = Rule {
    code: "DNS-05",
    title: "the zone above says by which key a zone is signed, and says it of none that isn't",
    explanation: "\
Who verifies answers begins at the top: each zone says of the zones below it by which key they are signed, in \
a DS record. A zone that is signed, and of which the zone above says nothing, is signed in vain, which is a \
warning: after the first deployment it can't be otherwise. A zone that isn't signed, and of which the zone \
above says that it is, is found by nobody who verifies answers.

Once the zone has been signed for a day, `aws route53 get-dnssec --hosted-zone-id <id>` shows the record: \
`.signer(name!(DelegationSigner: \"..\"))` of the zone or of its `Delegation`.

Source: \"Enabling DNSSEC signing and establishing a chain of trust\", Amazon Route 53 Developer Guide.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    let records = records(model);
    let signs: Vec<In<'_>> =
        model.resources_of("AWS::Route53::DNSSEC").filter_map(signed).collect();
    let is_signed = |zone: &Resource| {
        signs.iter().any(|found| matches!(found, In::Zone(address) if *address == zone.address()))
    };
    for zone in model.resources_of(ZONE).filter(|zone| is_public(zone)) {
        let Some(name) = domain(zone) else { continue };
        let of_zone = |kind: &str| -> Option<&Record<'_>> {
            records.iter().find(|record| {
                let own =
                    matches!(&record.zone, Some(In::Zone(address)) if *address == zone.address());
                !own && record.kind() == Some(kind) && record.name().as_ref() == Some(&name)
            })
        };
        match (is_signed(zone), of_zone("NS"), of_zone("DS")) {
            (true, Some(delegation), None) => findings.report(
                Diagnostic::warning("DNS-05", format!("the zone `{name}` is signed, and nobody verifies it"))
                    .on(delegation.resource)
                    .given("a delegation that says nothing of a key")
                    .allowed("a DS record beside it")
                    .related(zone.location(), "the zone is made here")
                    .help("once it has been signed for a day: `.signer(name!(DelegationSigner: \"..\"))` with what `aws route53 get-dnssec` shows"),
            ),
            (false, _, Some(signer)) => findings.report(
                Diagnostic::error("DNS-05", format!("the zone `{name}` isn't signed, and the zone above says that it is"))
                    .on(signer.resource)
                    .setter("signer")
                    .given("a DS record")
                    .related(zone.location(), "the zone is made here")
                    .help("sign it, `ZoneSigning::of(&zone)` in a stack in us-east-1, or leave the signer out"),
            ),
            _ => {}
        }
    }
}
