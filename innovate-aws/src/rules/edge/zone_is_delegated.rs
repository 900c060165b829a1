//! `DNS-03`: a zone that is a part of another is delegated there.

use innovate_core::{
    Diagnostic, Rule,
    check::{Check, Findings, Model},
};

use super::zone::{In, ZONE, domain, is_in, is_public, records};

/// `DNS-03`.
pub static ZONE_IS_DELEGATED: Rule = Rule {
    code: "DNS-03",
    title: "a zone that is a part of another of the program is delegated there",
    explanation: "\
Lookups of a name go from zone to zone. If the zone of `innovate.example` doesn't name the servers of \
`staging.innovate.example`, nobody finds what is in the latter, and no certificate is issued for it: the \
deployment waits until it fails.

Give the zone its parent with `.parent(&zone)`, or add a `Delegation` to a stack of the parent's account.

Source: \"Routing traffic for subdomains\", Amazon Route 53 Developer Guide.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    let zones: Vec<_> = model
        .resources_of(ZONE)
        .filter(|zone| is_public(zone))
        .filter_map(|zone| Some((zone, domain(zone)?)))
        .collect();
    if zones.len() < 2 {
        return;
    }
    let records = records(model);
    for (zone, name) in &zones {
        let parent = zones
            .iter()
            .filter(|(_, domain)| domain != name && is_in(name, domain))
            .max_by_key(|(_, domain)| domain.len());
        let Some((parent, domain)) = parent else { continue };
        let delegated = records.iter().any(|record| {
            let there = match &record.zone {
                Some(In::Zone(address)) => *address == parent.address(),
                Some(In::Domain(known)) => known == domain,
                _ => false,
            };
            there && record.kind() == Some("NS") && record.name().as_ref() == Some(name)
        });
        if !delegated {
            findings.report(
                Diagnostic::error("DNS-03", format!("nothing leads lookups to the zone `{name}`"))
                    .on(zone)
                    .given(format!("no NS record of `{name}` in the zone `{domain}`"))
                    .related(parent.location(), "the zone that it is a part of is made here")
                    .help("say `.parent(&zone)`, or add a `Delegation`"),
            );
        }
    }
}
