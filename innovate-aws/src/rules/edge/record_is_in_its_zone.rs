//! `DNS-01`: a name is in the zone that it is written to.

use innovate_core::{
    Diagnostic, Node, Resource, Rule,
    check::{Check, Findings, Model},
};

use super::{
    CERTIFICATE,
    zone::{ZONE, domain, domains, is_in, is_twin, normal, records, zone_by_id},
};

/// `DNS-01`.
pub static RECORD_IS_IN_ITS_ZONE: Rule = Rule {
    code: "DNS-01",
    title: "a name is in the zone that it is written to",
    explanation: "\
A zone answers for its domain and what is below it. Route 53 refuses a record of any other name, and a \
certificate whose name is proven in a zone of another domain is never issued: the deployment waits for it \
until it fails.

Give the record or the certificate a host of the zone's domain (`environment.host(\"www\")`), or the zone \
that the host is in.

Sources: \"RRSet types\", Amazon Route 53 API Reference; \"DNS validation\", AWS Certificate Manager User \
Guide.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    let records = records(model);
    for record in records.iter().filter(|record| !is_twin(record, &records)) {
        let zone = record.zone.as_ref().and_then(|zone| zone.domain(model));
        if let (Some(name), Some(zone)) = (record.name(), zone)
            && !is_in(&name, &zone)
        {
            findings.report(outside(
                model,
                record.resource,
                &record.property("Name"),
                &name,
                &zone,
            ));
        }
    }
    for certificate in model.resources_of(CERTIFICATE) {
        let options = certificate.properties().get("DomainValidationOptions");
        let options = options.and_then(Node::as_list).unwrap_or_default();
        for (index, option) in options.iter().enumerate() {
            let name = option.get("DomainName").and_then(Node::as_text).map(normal);
            let zone = option.get("HostedZoneId").and_then(zone_by_id);
            if let (Some(name), Some(zone)) = (name, zone.and_then(|zone| zone.domain(model)))
                && !is_in(&name, &zone)
            {
                let property = format!("DomainValidationOptions/{index}/HostedZoneId");
                findings.report(outside(model, certificate, &property, &name, &zone));
            }
        }
    }
}

fn outside(
    model: &Model<'_>,
    resource: &Resource,
    property: &str,
    name: &str,
    zone: &str,
) -> Diagnostic {
    let fitting = model
        .resources_of(ZONE)
        .filter(|found| domain(found).is_some_and(|domain| is_in(name, &domain)))
        .max_by_key(|found| domain(found).map(|domain| domain.len()));
    let finding = Diagnostic::error("DNS-01", format!("`{name}` is not in the zone `{zone}`"))
        .on(resource)
        .property(property)
        .setter("host")
        .given(name)
        .allowed(format!("`{zone}`, or a name that ends in `.{zone}`"));
    match fitting {
        Some(fitting) => finding
            .related(fitting.location(), "this zone has it")
            .help("give it the zone that the name is in"),
        None => finding.help(format!("the program's zones are {}", domains(model))),
    }
}
