//! Zones, records, delegations and certificates.

use innovate_aws::{
    domain,
    edge::{
        Certificate, CertificateAuthority, CertificateName, Delegation, HostedZone,
        HostedZoneHandle, KeyAlgorithm, Record, RecordData,
    },
    name,
    security::{CloudFront, Regional},
};
use innovate_cfn::kind::HostedZoneId;
use innovate_core::{App, DeletionPolicy, Dev, Prod, Stack};
use serde_json::{Value, json};

use crate::program::{assembly, environment, findings, of_type, resource, text};

/// The template of a stack.
fn template(app: App, stack: &str) -> Value {
    let assembly = assembly(app);
    let file = assembly.files().iter().find(|(path, _)| path.contains(stack));
    serde_json::from_str(file.expect("the stack has a template").1).expect("a template is JSON")
}

fn zone(stack: &mut Stack<Prod>) -> HostedZoneHandle {
    stack.add("Zone", HostedZone::builder().domain(&domain!("innovate.example")).build())
}

fn outside() -> HostedZoneHandle {
    HostedZoneHandle::existing(HostedZoneId::literal("Z0123456789AB"), domain!("innovate.example"))
}

#[test]
fn a_zone_stays_and_lets_amazon_alone_issue_certificates() {
    let mut dns = environment::<Prod>().stack("dns");
    zone(&mut dns);
    let found = resource(dns.model(), "Zone");
    assert_eq!(text(found, "Name"), "innovate.example");
    assert_eq!(found.deletion_policy(), Some(DeletionPolicy::RetainExceptOnCreate));
    let caa = resource(dns.model(), "ZoneCaa");
    assert_eq!((text(caa, "Name"), text(caa, "Type")), ("innovate.example", "CAA"));
    assert_eq!(text(caa, "ResourceRecords/0"), "0 issue \"amazon.com\"");
    assert_eq!(findings(App::new("test").stack(dns)), []);
}

#[test]
fn others_may_issue_certificates_if_the_program_says_so() {
    let mut dns = environment::<Prod>().stack("dns");
    let authorities = [
        CertificateAuthority::Amazon,
        CertificateAuthority::LetsEncrypt,
        CertificateAuthority::Other(domain!("sectigo.com")),
    ];
    let zone = HostedZone::builder()
        .domain(&domain!("innovate.example"))
        .certificate_authorities(authorities)
        .build();
    dns.add("Zone", zone);
    let caa = resource(dns.model(), "ZoneCaa");
    assert_eq!(text(caa, "ResourceRecords/1"), "0 issue \"letsencrypt.org\"");
    assert_eq!(text(caa, "ResourceRecords/2"), "0 issue \"sectigo.com\"");
}

#[test]
fn a_zone_knows_its_hosts() {
    let zone = outside();
    for host in ["innovate.example", "www.innovate.example", "a.b.innovate.example"] {
        assert!(zone.contains(&host.parse().unwrap()), "{host}");
    }
    for host in ["myinnovate.example", "innovate.example.org", "example.org"] {
        assert!(!zone.contains(&host.parse().unwrap()), "{host}");
    }
}

#[test]
fn a_zone_is_delegated_by_a_parent_of_the_same_account() {
    let mut dns = environment::<Prod>().stack("dns");
    let parent = outside();
    let zone = HostedZone::builder().domain(&domain!("eu.innovate.example")).parent(&parent);
    let zone = dns.add("Zone", zone.build());
    dns.add("Certificate", Certificate::<Regional>::builder().zone(&zone).build());
    let template = template(App::new("test").stack(dns), "innovate-prod-dns");
    let delegation = &template["Resources"]["ZoneDelegation"]["Properties"];
    assert_eq!(delegation["Name"], "eu.innovate.example");
    assert_eq!((&delegation["Type"], &delegation["TTL"]), (&json!("NS"), &json!("3600")));
    assert_eq!(delegation["HostedZoneId"], "Z0123456789AB");
    assert_eq!(delegation["ResourceRecords"], json!({"Fn::GetAtt": ["Zone", "NameServers"]}));
    // Until then nobody can look up what proves that the domain is ours.
    assert_eq!(template["Resources"]["Certificate"]["DependsOn"], json!(["ZoneDelegation"]));
}

#[test]
fn a_zone_is_delegated_from_another_stack() {
    let mut dns = environment::<Prod>().stack("dns");
    let zone =
        dns.add("Zone", HostedZone::builder().domain(&domain!("eu.innovate.example")).build());
    let mut shared = environment::<Prod>().stack("shared");
    shared.add("Eu", Delegation::new(&zone, &outside()));
    let template = template(App::new("test").stacks([dns, shared]), "innovate-prod-shared");
    let servers = &template["Resources"]["Eu"]["Properties"]["ResourceRecords"];
    assert_eq!(servers["Fn::Split"][0], ",");
}

#[test]
fn a_zone_of_another_program_is_delegated_by_its_name_servers() {
    let mut dns = environment::<Prod>().stack("dns");
    let parent = zone(&mut dns);
    let servers = [
        name!(Hostname: "ns-1.awsdns-00.com"),
        name!(Hostname: "ns-600.awsdns-11.net"),
        name!(Hostname: "ns-1100.awsdns-22.org"),
        name!(Hostname: "ns-1700.awsdns-33.co.uk"),
    ];
    dns.add("Staging", Delegation::to(domain!("staging.innovate.example"), servers, &parent));
    let files = assembly(App::new("test").stack(dns));
    let template: Value =
        serde_json::from_str(&files.files()["templates/innovate-prod-dns.template.json"]).unwrap();
    let record = &template["Resources"]["Staging"]["Properties"];
    assert_eq!(
        (&record["Type"], &record["Name"]),
        (&json!("NS"), &json!("staging.innovate.example"))
    );
    assert_eq!(record["ResourceRecords"][3], "ns-1700.awsdns-33.co.uk");
    // What the other program's people copy.
    let output = &template["Outputs"]["ZoneDelegationNameServers"]["Value"];
    assert_eq!(*output, json!({"Fn::Join": [",", {"Fn::GetAtt": ["Zone", "NameServers"]}]}));
}

#[test]
fn a_zone_outside_the_program_has_no_known_name_servers() {
    let mut dns = environment::<Prod>().stack("dns");
    let zone = HostedZoneHandle::existing(
        HostedZoneId::literal("Z9876543210BA"),
        domain!("eu.innovate.example"),
    );
    dns.add("Eu", Delegation::new(&zone, &outside()));
    let found = findings(App::new("test").stack(dns));
    assert_eq!((found[0].code(), found[0].given_value()), ("DNS-02", Some("eu.innovate.example")));
}

#[test]
fn records_are_written_as_route_53_takes_them() {
    let mut dns = environment::<Prod>().stack("dns");
    let zone = zone(&mut dns);
    let mut record = |id: &'static str, data: RecordData| {
        let host = zone.domain().host("mail").unwrap();
        dns.add(id, Record::builder().zone(&zone).host(host).data(data).ttl_seconds(60).build());
    };
    record("A", RecordData::A(vec![[192, 0, 2, 1].into()]));
    record("Aaaa", RecordData::Aaaa(vec!["2001:db8::1".parse().unwrap()]));
    record("Mx", RecordData::Mx(vec![(10, name!(Hostname: "mx.example.org"))]));
    record("Txt", RecordData::txt(["say \"hi\""]));
    record("Cname", RecordData::cname("mail.example.org"));
    let value = |id| text(resource(dns.model(), id), "ResourceRecords/0");
    assert_eq!(value("A"), "192.0.2.1");
    assert_eq!(value("Aaaa"), "2001:db8::1");
    assert_eq!(value("Mx"), "10 mx.example.org");
    assert_eq!(value("Txt"), "\"say \\\"hi\\\"\"");
    assert_eq!(value("Cname"), "mail.example.org");
    assert_eq!(text(resource(dns.model(), "A"), "TTL"), "60");
}

#[test]
fn a_certificate_covers_the_zone_by_default() {
    let mut dns = environment::<Prod>().stack("dns");
    let zone = zone(&mut dns);
    let certificate =
        dns.add("Certificate", Certificate::<Regional>::builder().zone(&zone).build());
    let found = resource(dns.model(), "Certificate");
    assert_eq!(text(found, "DomainName"), "innovate.example");
    assert_eq!(text(found, "SubjectAlternativeNames/0"), "*.innovate.example");
    assert_eq!(text(found, "ValidationMethod"), "DNS");
    assert_eq!(text(found, "KeyAlgorithm"), "RSA_2048");
    assert_eq!(text(found, "CertificateTransparencyLoggingPreference"), "ENABLED");
    // One record proves the domain and its wildcard.
    let options = found.properties().at("DomainValidationOptions").unwrap().as_list().unwrap();
    assert_eq!(options.len(), 1);
    assert_eq!(options[0].get("DomainName").unwrap().as_text(), Some("innovate.example"));
    let covers = |host: &str| certificate.covers(&host.parse().unwrap());
    assert!(covers("innovate.example") && covers("www.innovate.example"));
    assert!(!covers("a.www.innovate.example") && !covers("www.example.org"));
    assert_eq!(certificate.region(), "eu-west-1");
    assert_eq!(findings(App::new("test").stack(dns)), []);
}

#[test]
fn a_certificate_covers_what_it_is_told_to() {
    let mut dns = environment::<Dev>().stack("dns");
    let certificate = Certificate::<Regional>::builder()
        .zone(&outside())
        .host(environment::<Dev>().host("api"))
        .wildcard(&domain!("apps.innovate.example"))
        .key_algorithm(KeyAlgorithm::EC_SECP384R1)
        .build();
    let certificate = dns.add("Certificate", certificate);
    let found = of_type(dns.model(), "AWS::CertificateManager::Certificate")[0];
    assert_eq!(text(found, "DomainName"), "api.innovate.example");
    assert_eq!(text(found, "KeyAlgorithm"), "EC_secp384r1");
    assert_eq!(text(found, "DomainValidationOptions/1/DomainName"), "*.apps.innovate.example");
    assert_eq!(text(found, "DomainValidationOptions/1/HostedZoneId"), "Z0123456789AB");
    let names: Vec<String> = certificate.names().iter().map(ToString::to_string).collect();
    assert_eq!(names, ["api.innovate.example", "*.apps.innovate.example"]);
    assert!(matches!(certificate.names()[1], CertificateName::Wildcard(_)));
}

#[test]
fn a_certificate_for_cloudfront_takes_its_zone_from_the_home_region() {
    let environment = environment::<Prod>();
    let mut dns = environment.stack("dns");
    let zone = zone(&mut dns);
    let mut edge = environment.us_east_1_stack("edge");
    let certificate = Certificate::<CloudFront>::builder().zone(&zone).build();
    assert_eq!(edge.add("Certificate", certificate).region(), "us-east-1");
    let app = App::new("test").stack(dns).stack(edge);
    let template = template(app, "innovate-prod-edge");
    let options = &template["Resources"]["Certificate"]["Properties"]["DomainValidationOptions"];
    let output = &options[0]["HostedZoneId"]["Fn::GetStackOutput"];
    assert_eq!(output["Region"], "eu-west-1", "{options}");
}
