//! The rules about names and certificates: each test breaks a good program in just one way.

use innovate_aws::{
    domain,
    edge::{Certificate, HostedZone, HostedZoneHandle, Record, RecordData},
    security::Regional,
};
use innovate_cfn::{
    certificatemanager::{self, certificate},
    cloudfront::{self, distribution},
    kind::HostedZoneId,
    route53::{self, record_set, record_set_group},
};
use innovate_core::{App, Diagnostic, Prod, Severity, Stack};

use crate::program::{environment, findings};

/// What the rules find in a stack with a zone, and with what `more` adds.
fn with_zone(more: impl FnOnce(&mut Stack<Prod>, &HostedZoneHandle)) -> Vec<Diagnostic> {
    let mut dns = environment::<Prod>().stack("dns");
    let zone = dns.add("Zone", HostedZone::builder().domain(&domain!("innovate.example")).build());
    more(&mut dns, &zone);
    let about_names =
        |found: &Diagnostic| found.code().starts_with("DNS-") || found.code().starts_with("ACM-");
    findings(App::new("test").stack(dns)).into_iter().filter(about_names).collect()
}

/// The one finding: its code, its message and the value given.
fn one(found: &[Diagnostic]) -> (&'static str, &str, &str) {
    match found {
        [one] => (one.code(), one.message(), one.given_value().unwrap_or_default()),
        other => panic!("not one finding: {other:#?}"),
    }
}

fn txt(zone: &HostedZoneHandle, host: &str) -> Record {
    let data = RecordData::txt(["hello"]);
    Record::builder()
        .zone(zone)
        .host(host.parse::<innovate_aws::name::Hostname>().unwrap())
        .data(data)
        .build()
}

#[test]
fn a_record_outside_its_zone_is_refused_with_the_zones_there_are() {
    let found = with_zone(|dns, zone| {
        dns.add("Www", txt(zone, "www.example.org"));
    });
    let message = "`www.example.org` is not in the zone `innovate.example`";
    assert_eq!(one(&found), ("DNS-01", message, "www.example.org"));
    assert_eq!(found[0].setter_name(), Some("host"));
    assert_eq!(found[0].place().unwrap().line, line!() - 5);
    assert_eq!(found[0].help_texts(), ["the program's zones are `innovate.example`"]);
    assert_eq!(with_zone(|dns, zone| drop(dns.add("Www", txt(zone, "www.innovate.example")))), []);
}

#[test]
fn a_record_in_the_wrong_zone_is_told_the_right_one() {
    let found = with_zone(|dns, zone| {
        dns.add("Other", HostedZone::builder().domain(&domain!("example.org")).build());
        dns.add("Www", txt(zone, "www.example.org"));
    });
    assert_eq!(one(&found).0, "DNS-01");
    assert_eq!(found[0].related_places().len(), 1);
}

#[test]
fn a_record_outside_a_zone_that_exists_is_refused() {
    let outside =
        HostedZoneHandle::existing(HostedZoneId::literal("Z0123"), domain!("example.org"));
    let found = with_zone(|dns, _| drop(dns.add("Www", txt(&outside, "www.innovate.example"))));
    assert_eq!(one(&found).0, "DNS-01");
    assert_eq!(with_zone(|dns, _| drop(dns.add("Www", txt(&outside, "www.example.org")))), []);
}

#[test]
fn a_record_of_a_zone_by_its_name_is_in_it() {
    let record = |name: &'static str| {
        let set =
            record_set_group::RecordSet::new(name, "A").ttl("60").resource_records(["192.0.2.1"]);
        route53::RecordSetGroup::new().hosted_zone_name("Innovate.example.").record_sets([set])
    };
    let found = with_zone(|dns, _| drop(dns.add("Group", record("www.example.org."))));
    assert_eq!(one(&found).0, "DNS-01");
    assert_eq!(found[0].property_path(), Some("RecordSets/0/Name"));
    assert_eq!(with_zone(|dns, _| drop(dns.add("Group", record("WWW.innovate.example.")))), []);
}

#[test]
fn a_certificate_is_proven_in_the_zone_of_its_names() {
    let found = with_zone(|dns, zone| {
        let host: innovate_aws::name::Hostname = "www.example.org".parse().unwrap();
        dns.add("Certificate", Certificate::<Regional>::builder().zone(zone).host(host).build());
    });
    assert_eq!(one(&found).0, "DNS-01");
    assert_eq!(found[0].property_path(), Some("DomainValidationOptions/0/HostedZoneId"));
}

#[test]
fn a_record_says_something() {
    let found = with_zone(|dns, zone| {
        let set =
            route53::RecordSet::new("www.innovate.example", "A").hosted_zone_id(zone.zone_id());
        dns.add("Www", set);
    });
    assert_eq!(one(&found).1, "the record of `www.innovate.example` leads nowhere");
    let found = with_zone(|dns, zone| {
        let data = RecordData::A(Vec::new());
        dns.add("Www", Record::builder().zone(zone).host(zone.domain()).data(data).build());
    });
    assert_eq!(one(&found).1, "the record of `innovate.example` leads nowhere");
    assert_eq!(found[0].setter_name(), Some("data"));
}

#[test]
fn a_record_is_an_alias_or_has_values() {
    let found = with_zone(|dns, zone| {
        let alias = record_set::AliasTarget::new("lb.example.org", HostedZoneId::literal("Z1"));
        let set = route53::RecordSet::new("www.innovate.example", "A")
            .hosted_zone_id(zone.zone_id())
            .alias_target(alias)
            .resource_records(["192.0.2.1"]);
        dns.add("Www", set);
    });
    assert_eq!(one(&found).1, "the record of `www.innovate.example` is an alias and has values");
}

#[test]
fn a_zones_own_domain_is_no_cname() {
    let found = with_zone(|dns, zone| {
        let data = RecordData::cname("innovate.github.io");
        dns.add("Apex", Record::builder().zone(zone).host(zone.domain()).data(data).build());
    });
    // Nor may a CNAME stand beside the zone's CAA record.
    let messages: Vec<&str> = found.iter().map(Diagnostic::message).collect();
    assert_eq!(
        messages,
        [
            "another record of the zone has the name `innovate.example`",
            "the zone's own domain `innovate.example` can't be a CNAME",
        ]
    );
}

#[test]
fn two_records_of_one_name_and_type_are_refused() {
    let found = with_zone(|dns, zone| {
        dns.add("One", txt(zone, "www.innovate.example"));
        dns.add("Two", txt(zone, "www.innovate.example"));
    });
    let message = "another record of the zone has the name `www.innovate.example`";
    assert_eq!(one(&found), ("DNS-02", message, "TXT beside TXT"));
    let found = with_zone(|dns, zone| {
        dns.add("One", txt(zone, "www.innovate.example"));
        let mut mail = |id: &'static str, weight: u8| {
            let set = route53::RecordSet::new("mail.innovate.example", "A")
                .hosted_zone_id(zone.zone_id())
                .ttl("60")
                .resource_records(["192.0.2.1"])
                .set_identifier(id)
                .weight(weight);
            dns.add(id, set);
        };
        mail("Blue", 10);
        mail("Green", 20);
    });
    assert_eq!(found, []);
}

/// An alias to a distribution that answers for `www.innovate.example`.
fn alias(host: &'static str, zone_id: &'static str) -> Vec<Diagnostic> {
    with_zone(|dns, zone| {
        let behavior = distribution::DefaultCacheBehavior::new(
            "site",
            distribution::DefaultCacheBehaviorViewerProtocolPolicy::REDIRECT_TO_HTTPS,
        );
        let config = distribution::DistributionConfig::new(behavior, true)
            .aliases(["www.innovate.example", "*.apps.innovate.example"]);
        let found = dns.add("Distribution", cloudfront::Distribution::new(config));
        let target =
            record_set::AliasTarget::new(found.domain_name(), HostedZoneId::literal(zone_id));
        let set = route53::RecordSet::new(host, "A").hosted_zone_id(zone.zone_id());
        dns.add("Www", set.alias_target(target));
    })
}

#[test]
fn an_alias_leads_to_a_distribution_that_answers_for_it() {
    assert_eq!(alias("www.innovate.example", "Z2FDTNDATAQYW2"), []);
    assert_eq!(alias("shop.apps.innovate.example", "Z2FDTNDATAQYW2"), []);
    let found = alias("api.innovate.example", "Z2FDTNDATAQYW2");
    let message = "the distribution doesn't answer for `api.innovate.example`";
    assert_eq!(one(&found), ("DNS-02", message, "api.innovate.example"));
    assert_eq!(
        found[0].allowed_values(),
        Some("the distribution's aliases: `www.innovate.example`, `*.apps.innovate.example`")
    );
}

#[test]
fn an_alias_to_a_distribution_is_of_cloudfronts_zone() {
    let found = alias("www.innovate.example", "Z35SXDOTRQ7X7K");
    assert_eq!(one(&found).2, "Z35SXDOTRQ7X7K");
    assert_eq!(found[0].allowed_values(), Some("Z2FDTNDATAQYW2"));
}

#[test]
fn a_zone_within_another_is_delegated() {
    let eu = |parent: Option<&HostedZoneHandle>| {
        let zone = HostedZone::builder().domain(&domain!("eu.innovate.example"));
        match parent {
            Some(parent) => zone.parent(parent).build(),
            None => zone.build(),
        }
    };
    let found = with_zone(|dns, _| drop(dns.add("Eu", eu(None))));
    let message = "nothing leads lookups to the zone `eu.innovate.example`";
    assert_eq!(one(&found).1, message);
    assert_eq!(found[0].code(), "DNS-03");
    assert_eq!(with_zone(|dns, zone| drop(dns.add("Eu", eu(Some(zone))))), []);
}

/// A certificate of a generated type, with what `more` sets.
fn certificate(
    more: impl FnOnce(certificatemanager::Certificate) -> certificatemanager::Certificate,
) -> Vec<Diagnostic> {
    with_zone(|dns, zone| {
        let option = certificate::DomainValidationOption::new()
            .domain_name("www.innovate.example")
            .hosted_zone_id(zone.zone_id());
        let certificate = certificatemanager::Certificate::new("www.innovate.example")
            .validation_method("DNS")
            .domain_validation_options([option]);
        dns.add("Certificate", more(certificate));
    })
}

#[test]
fn a_certificate_waits_for_nobody() {
    assert_eq!(certificate(|certificate| certificate), []);
    let found = certificate(|certificate| certificate.validation_method("EMAIL"));
    let message = "the certificate waits for someone to read an email";
    assert_eq!(one(&found), ("ACM-01", message, "EMAIL"));
    let more = ["api.innovate.example", "*.www.innovate.example"];
    let found = certificate(|certificate| certificate.subject_alternative_names(more));
    assert_eq!(one(&found).2, "`api.innovate.example` without the id of a zone");
}

#[test]
fn a_certificate_is_in_the_transparency_logs() {
    let off = certificate::CertificateTransparencyLoggingPreference::DISABLED;
    let found = certificate(|made| made.certificate_transparency_logging_preference(off));
    assert_eq!((one(&found).0, one(&found).2), ("ACM-01", "DISABLED"));
}

#[test]
fn a_certificate_has_names_that_aws_takes() {
    let long = format!("{}.innovate.example", "l".repeat(48));
    let found = with_zone(|dns, zone| {
        let host: innovate_aws::name::Hostname = long.parse().unwrap();
        dns.add("Certificate", Certificate::<Regional>::builder().zone(zone).host(host).build());
    });
    assert_eq!(one(&found).1, "the certificate's first name is too long");
    let many = |count: usize| {
        with_zone(|dns, zone| {
            let hosts = (0..count).map(|index| zone.domain().host(&format!("h{index}")).unwrap());
            let builder = Certificate::<Regional>::builder().zone(zone);
            let builder = hosts.fold(builder, |builder, host| builder.host(host));
            dns.add("Certificate", builder.build());
        })
    };
    assert_eq!(many(10), []);
    assert_eq!((many(11)[0].severity(), one(&many(11)).2), (Severity::Warning, "11"));
    assert_eq!((many(101)[0].severity(), one(&many(101)).2), (Severity::Error, "101"));
}
