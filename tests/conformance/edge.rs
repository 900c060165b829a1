//! What stands between users and the application: zones, certificates, distributions.

use innovate::{
    aws::{
        edge::CertificateAuthority,
        storage::{SiteBucket, Waiver},
    },
    cfn::kind::HostedZoneId,
    prelude::*,
};

use crate::observability;

/// A zone of a zone, and distributions: of a site whose API is asked over the internet and through the
/// VPC, and of a frontend behind a load balancer.
pub(crate) fn stacks(
    staging: &Environment<Staging>,
    protection: WebAcl<CloudFront>,
) -> (Stack<Staging>, Stack<Staging, UsEast1>) {
    let mut dns = staging.stack("dns");
    let parent = HostedZoneId::literal("Z0123456789ABCDEFGHIJ");
    let parent = HostedZoneHandle::existing(parent, domain!("innovate.example"));
    let zone = HostedZone::builder().domain(staging.domain()).parent(&parent);
    let zone = zone.certificate_authorities([
        CertificateAuthority::Amazon,
        CertificateAuthority::Other(domain!("sectigo.com")),
    ]);
    let zone = dns.add("Zone", zone.build());
    let of_tenants = HostedZone::builder().domain(&domain!("tenants.staging.innovate.example"));
    let of_tenants = dns.add("Tenants", of_tenants.build());
    let signer = name!(DelegationSigner: "2371 13 2 1F987CC6583E92DF0890718C42E4F8B3BB7B0E0CA4A9C8D3E16E15E3F1A5E1C6");
    dns.add("TenantsDelegation", Delegation::new(&of_tenants, &zone).signer(signer));
    let policy = RecordData::txt(["v=DMARC1; p=reject"]);
    let name = name!(RecordName: "_dmarc.staging.innovate.example");
    dns.add("Dmarc", Record::builder().zone(&zone).host(name).data(policy).build());
    for (id, label, data) in [
        ("Text", "mail", RecordData::txt(["v=spf1 -all".to_owned(), "t".repeat(300)])),
        ("Mail", "mail", RecordData::Mx(vec![(10, name!(Hostname: "mx.innovate.example"))])),
        ("Docs", "docs", RecordData::cname("innovate.github.io")),
        ("Four", "vpn", RecordData::A(vec![[192, 0, 2, 1].into()])),
        ("Six", "vpn", RecordData::Aaaa(vec![[0x2001, 0xdb8, 0, 0, 0, 0, 0, 1].into()])),
    ] {
        let host = staging.host(label);
        dns.add(id, Record::builder().zone(&zone).host(host).data(data).ttl_seconds(60).build());
    }
    let certificate = Certificate::<Regional>::builder()
        .zone(&zone)
        .host(staging.host("origin"))
        .host(staging.host("shop"))
        .wildcard(of_tenants.domain())
        .key_algorithm(edge::KeyAlgorithm::EC_SECP384R1)
        .build();
    dns.add("OriginCertificate", certificate);

    let mut edge = staging.us_east_1_stack("edge");
    let acl = edge.add("WebAcl", protection);
    let certificate = Certificate::<CloudFront>::builder()
        .zone(&zone)
        .key_algorithm(edge::KeyAlgorithm::EC_PRIME256V1)
        .build();
    let certificate = edge.add("Certificate", certificate);
    let logs_key = edge.add("Logs", KmsKey::<Logs>::new());
    let signing = edge.add("TenantsSigning", ZoneSigning::of(&of_tenants));
    edge.add("ZoneLog", QueryLog::builder().zone(&zone).key(&logs_key).build());
    let secrets_key = edge.add("Secrets", KmsKey::<Secrets>::new());
    let secret = Secret::builder()
        .path(name!(SecretPath: "edge/origin"))
        .contents(Generated::token())
        .key(&secrets_key)
        .build();
    let header = OriginHeader::of(&edge.add("OriginSecret", secret));
    let site_key = edge.add("SiteKey", KmsKey::<StaticSite>::new());
    let site = SiteBucket::builder()
        .key(&site_key)
        .access_logs(Waiver::because("CloudFront logs each request for the site"))
        .build();
    let site = edge.add("Site", site);
    let balancer = arn!(LoadBalancerArn: "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/internal/50dc6c495c0c9188");
    let policy = ContentSecurityPolicy::strict()
        .inline_styles()
        .scripts([edge::ScriptSource::WebAssembly])
        .images([edge::Source::Data, edge::Source::Blob])
        .connections([edge::Source::WebSocket(staging.host("live"))]);
    let headers = ResponseHeaders::new(policy).referrer(edge::ReferrerPolicy::SameOrigin);
    let distribution = Distribution::builder()
        .aliases([staging.host("www"), Hostname::from(staging.domain())])
        .certificate(&certificate)
        .web_acl(&acl)
        .frontend(&site)
        .api(Origin::load_balancer(staging.host("origin"), &header).read_timeout_seconds(60))
        .route(
            name!(PathPattern: "/live/*"),
            Origin::vpc_by_arn(staging.host("internal"), balancer),
        )
        .immutable(name!(PathPattern: "/assets/*"))
        .zone(&zone)
        .headers(headers.preload())
        .tls(edge::ViewerTls::Tls13)
        .price_class(edge::PriceClass::NorthAmericaAndEurope)
        .countries(edge::Countries::all_but(["KP"]))
        .origin_shield(Region::EuWest1)
        .metrics(edge::Metrics::Additional)
        .error_page(edge::ServerError::ServiceUnavailable, "/sorry.html")
        .logs_key(&logs_key)
        .log_retention(Retention::ThreeMonths)
        .build();
    let distribution = edge.add("Distribution", distribution);
    observability::of_edge(&mut edge, &distribution, &acl, &certificate, &signing);
    let distribution = Distribution::builder()
        .aliases([staging.host("tickets")])
        .certificate(&certificate)
        .web_acl(&acl)
        .frontend(Origin::load_balancer(staging.host("origin-tickets"), &header))
        .zone(&zone)
        .logs_key(&logs_key)
        .build();
    edge.add("Tickets", distribution);
    (dns, edge)
}
