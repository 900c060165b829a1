//! `DNS-02`: a record leads somewhere, and Route 53 takes it.

use innovate_core::{
    Diagnostic, Node, Resource, Rule,
    check::{Check, Findings, Model},
};

use super::{
    DISTRIBUTION,
    zone::{Record, is_twin, records},
};
use crate::edge::{CLOUDFRONT_ZONE, CertificateName};

/// `DNS-02`.
pub static RECORD_LEADS_SOMEWHERE: Rule = Rule {
    code: "DNS-02",
    title: "a record leads somewhere, and no other of its zone has its name and type",
    explanation: "\
An alias to a distribution needs CloudFront's own zone id, and the distribution must list the name in its \
aliases: otherwise CloudFront answers with an error. A record has values or is an alias, one of the two. \
Two records of one name and type, a CNAME beside any other record of its name, or a CNAME of the zone's own \
domain are refused by Route 53.

`AliasRecord`, and a distribution that is given its zone, write what fits.

Sources: \"Values specific for simple alias records\" and \"Supported DNS record types\", Amazon Route 53 \
Developer Guide; \"Requirements for using alternate domain names\", Amazon CloudFront Developer Guide.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    let records = records(model);
    for record in &records {
        check_values(model, record, findings);
        if !is_twin(record, &records) {
            check_alias(model, record, findings);
        }
    }
    check_together(&records, findings);
}

fn report(record: &Record<'_>, property: &str, message: String) -> Diagnostic {
    Diagnostic::error("DNS-02", message).on(record.resource).property(record.property(property))
}

fn check_values(model: &Model<'_>, record: &Record<'_>, findings: &mut Findings) {
    let name = record.name().unwrap_or_else(|| "?".to_owned());
    let values = record.get("ResourceRecords");
    let empty = values.is_some_and(|values| values.as_list().is_some_and(<[Node]>::is_empty));
    match (values.is_some() && !empty, record.get("AliasTarget").is_some()) {
        (true, true) => findings.report(
            report(
                record,
                "AliasTarget",
                format!("the record of `{name}` is an alias and has values"),
            )
            .allowed("one of the two"),
        ),
        (false, false) => findings.report(
            report(record, "ResourceRecords", format!("the record of `{name}` leads nowhere"))
                .setter("data")
                .allowed("values, or an alias"),
        ),
        _ => {}
    }
    let zone = record.zone.as_ref().and_then(|zone| zone.domain(model));
    if record.kind() == Some("CNAME") && zone.is_some_and(|zone| zone == name) {
        findings.report(
            report(record, "Type", format!("the zone's own domain `{name}` can't be a CNAME"))
                .setter("data")
                .given("CNAME")
                .help("lead it to a distribution or a load balancer with `AliasRecord`"),
        );
    }
}

/// What an alias leads to, if it is a distribution of the program.
fn distribution<'m>(model: &Model<'m>, record: &Record<'m>) -> Option<&'m Resource> {
    let target = model.target(record.get("AliasTarget/DNSName")?)?;
    (target.type_name() == DISTRIBUTION).then_some(target)
}

fn check_alias(model: &Model<'_>, record: &Record<'_>, findings: &mut Findings) {
    let Some(distribution) = distribution(model, record) else { return };
    let zone = record.get("AliasTarget/HostedZoneId").and_then(Node::as_text);
    if let Some(zone) = zone.filter(|zone| *zone != CLOUDFRONT_ZONE) {
        let message = "an alias to a distribution needs CloudFront's zone".to_owned();
        findings.report(
            report(record, "AliasTarget/HostedZoneId", message)
                .given(zone)
                .allowed(CLOUDFRONT_ZONE),
        );
    }
    let Some(name) = record.name() else { return };
    let aliases = distribution.properties().at("DistributionConfig/Aliases");
    let Some(aliases) = aliases.map_or(Some(&[][..]), Node::as_list) else { return };
    let Some(asked) = CertificateName::parse(&name) else { return };
    let answers = aliases.iter().any(|alias| match alias.as_text() {
        Some(alias) => CertificateName::parse(alias).is_some_and(|alias| alias.covers(&asked)),
        None => true,
    });
    if !answers {
        let known: Vec<String> =
            aliases.iter().filter_map(Node::as_text).map(|alias| format!("`{alias}`")).collect();
        let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        findings.report(
            report(record, "Name", format!("the distribution doesn't answer for `{name}`"))
                .given(&name)
                .allowed(format!("the distribution's aliases: {known}"))
                .related(distribution.location(), "the distribution is made here")
                .help("add the host to the distribution's `.aliases([..])`"),
        );
    }
}

fn check_together(records: &[Record<'_>], findings: &mut Findings) {
    for (index, record) in records.iter().enumerate() {
        let (Some(name), Some(kind), Some(zone)) = (record.name(), record.kind(), &record.zone)
        else {
            continue;
        };
        let other = records.iter().take(index).find(|other| {
            let cname = kind == "CNAME" || other.kind() == Some("CNAME");
            let clash = match other.kind() == Some(kind) {
                // Of weighted, failover and other sets each has an identifier.
                true => record.get("SetIdentifier").is_none(),
                false => cname,
            };
            clash && other.zone.as_ref() == Some(zone) && other.name().as_ref() == Some(&name)
        });
        if let Some(other) = other {
            findings.report(
                report(record, "Name", format!("another record of the zone has the name `{name}`"))
                    .given(format!("{kind} beside {}", other.kind().unwrap_or_default()))
                    .allowed("one record a name and type, and nothing beside a CNAME")
                    .related(other.resource.location(), "the other is made here"),
            );
        }
    }
}
