//! The rules about distributions: each test breaks a good program in just one way.

use innovate_aws::{
    Region,
    edge::{
        CertificateHandle, ContentSecurityPolicy, Distribution, Origin, ResponseHeaders,
        ServerError, Source,
    },
    keys::{KmsKey, LogDelivery, S3},
    load_balancer::OriginHeader,
    name,
    name::Hostname,
    storage::{LogBucket, VendedLogs, Waiver},
};
use innovate_cfn::{
    certificatemanager,
    cloudfront::{self, vpc_origin},
    kind::CertificateArn,
    secretsmanager,
};
use innovate_core::{Construct as _, Diagnostic, Node, Prod, Severity, Str, json, value::IntoJson};

use crate::{
    edge::Edge,
    program::{environment, findings},
};

/// What the rules about distributions find in a program.
fn about(found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    found.into_iter().filter(|found| found.code().starts_with("CF-")).collect()
}

/// The good distribution with one property set to something else.
fn broken(path: impl Into<Str>, value: impl IntoJson) -> Vec<Diagnostic> {
    let (mut edge, _) = Edge::<Prod>::new().with_distribution();
    edge.stack.override_property("Distribution", path, value);
    about(findings(edge.app()))
}

/// The distribution that `more` makes.
fn made(more: impl FnOnce(&mut Edge) -> Distribution) -> Vec<Diagnostic> {
    let mut edge = Edge::<Prod>::new();
    let distribution = more(&mut edge);
    edge.stack.add("Distribution", distribution);
    about(findings(edge.app()))
}

/// The one finding: its code, its message and the value given.
fn one(found: &[Diagnostic]) -> (&'static str, &str, &str) {
    match found {
        [one] => (one.code(), one.message(), one.given_value().unwrap_or_default()),
        other => panic!("not one finding: {other:#?}"),
    }
}

#[test]
fn a_certificate_covers_every_host() {
    let line = line!() + 2;
    let found = made(|edge| {
        Distribution::builder()
            .aliases([edge.environment.host("www"), edge.environment.host("a.b")])
            .certificate(&edge.certificate)
            .web_acl(&edge.acl)
            .frontend(&edge.site)
            .build()
    });
    let message = "the distribution's certificate doesn't cover one of its hosts";
    assert_eq!(one(&found), ("CF-01", message, "a.b.innovate.example"));
    assert_eq!(
        found[0].allowed_values(),
        Some("what the certificate covers: `innovate.example`, `*.innovate.example`")
    );
    assert_eq!(found[0].setter_name(), Some("aliases"));
    assert!(found[0].place().unwrap().line < line, "the line that adds the distribution");
    assert_eq!(found[0].related_places()[0].1, "the certificate is made here");
}

#[test]
fn a_certificate_that_exists_covers_every_host() {
    let with = |names: [&'static str; 1]| {
        made(|edge| {
            let arn = CertificateArn::literal(
                "arn:aws:acm:us-east-1:444455556666:certificate/12345678-1234-1234-1234-123456789012",
            );
            let hosts = names.map(|name| name.parse::<innovate_aws::name::Hostname>().unwrap());
            let certificate = CertificateHandle::existing(arn, Region::UsEast1, hosts);
            Distribution::builder()
                .aliases([edge.environment.host("www")])
                .certificate(&certificate)
                .web_acl(&edge.acl)
                .frontend(&edge.site)
                .build()
        })
    };
    assert_eq!(with(["www.innovate.example"]), []);
    let found = with(["innovate.example"]);
    assert_eq!((one(&found).0, one(&found).2), ("CF-01", "www.innovate.example"));
    assert_eq!(found[0].allowed_values(), Some("what the certificate covers: `innovate.example`"));
}

#[test]
fn a_certificate_is_in_us_east_1() {
    let arn = "arn:aws:acm:eu-west-1:444455556666:certificate/12345678-1234-1234-1234-123456789012";
    let path = "DistributionConfig/ViewerCertificate/AcmCertificateArn";
    let found = broken(path, arn);
    let message = "the distribution's certificate is in another region";
    assert_eq!(one(&found), ("CF-01", message, "eu-west-1"));
    let (mut edge, _) = Edge::<Prod>::new().with_distribution();
    let certificate = certificatemanager::Certificate::new("*.innovate.example");
    let certificate = edge.dns.add("Certificate", certificate);
    edge.stack.override_property("Distribution", path, certificate.certificate_arn());
    let found = about(findings(edge.app()));
    assert_eq!((one(&found).1, one(&found).2), (message, "eu-west-1"));
    assert_eq!(found[0].related_places().len(), 1);
}

#[test]
fn viewers_speak_no_old_tls() {
    for old in ["TLSv1", "TLSv1.1_2016", "TLSv1.2_2019"] {
        let path = "DistributionConfig/ViewerCertificate/MinimumProtocolVersion";
        let found = broken(path, old);
        assert_eq!(one(&found), ("CF-01", "the distribution speaks old versions of TLS", old));
        assert_eq!(found[0].allowed_values(), Some("TLSv1.2_2021, TLSv1.2_2025, TLSv1.3_2025"));
    }
    let default = json! { "CloudFrontDefaultCertificate" => true };
    let found = broken("DistributionConfig/ViewerCertificate", default);
    assert_eq!(one(&found).1, "the distribution has no certificate of its own");
}

#[test]
fn viewers_are_not_answered_in_the_clear() {
    for behavior in ["DefaultCacheBehavior", "CacheBehaviors/0"] {
        let path = format!("DistributionConfig/{behavior}/ViewerProtocolPolicy");
        let found = broken(path, "allow-all");
        assert_eq!(one(&found), ("CF-01", "the distribution answers in the clear", "allow-all"));
    }
}

#[test]
fn origins_are_not_asked_in_the_clear() {
    let config = "DistributionConfig/Origins/1/CustomOriginConfig";
    for policy in ["http-only", "match-viewer"] {
        let found = broken(format!("{config}/OriginProtocolPolicy"), policy);
        assert_eq!(one(&found), ("CF-01", "an origin may be asked in the clear", policy));
    }
    let found = broken(format!("{config}/OriginSSLProtocols"), vec!["TLSv1.1", "TLSv1.2"]);
    assert_eq!(one(&found).2, "TLSv1.1");
    let (mut edge, _) = Edge::<Prod>::new().with_distribution();
    let endpoint =
        vpc_origin::VpcOriginEndpointConfig::new("arn:aws:elasticloadbalancing:..", "api");
    edge.stack.add("VpcOrigin", cloudfront::VpcOrigin::new(endpoint));
    let found = about(findings(edge.app()));
    assert_eq!(one(&found).2, "match-viewer, the default");
}

#[test]
fn a_distribution_answers_for_a_host_of_its_own() {
    let found = made(|edge| {
        Distribution::builder()
            .aliases(Vec::<innovate_aws::name::Hostname>::new())
            .certificate(&edge.certificate)
            .web_acl(&edge.acl)
            .frontend(&edge.site)
            .build()
    });
    assert_eq!(one(&found).1, "the distribution answers for no host of its own");
}

#[test]
fn a_website_endpoint_is_refused() {
    let (mut edge, _) = Edge::<Prod>::new().with_distribution();
    let host = "innovate-site.s3-website-us-east-1.amazonaws.com";
    edge.stack.override_property("Distribution", "DistributionConfig/Origins/0/DomainName", host);
    let found = about(findings(edge.app()));
    let message = "an origin is a website endpoint, which speaks no TLS";
    assert_eq!(one(&found), ("CF-02", message, host));
}

#[test]
fn a_bucket_is_read_with_signed_requests() {
    let (mut edge, _) = Edge::<Prod>::new().with_distribution();
    let origin = json! {
        "Id" => "site",
        "DomainName" => "innovate-prod-site-444455556666-us-east-1-an.s3.us-east-1.amazonaws.com",
        "S3OriginConfig" => json! { "OriginAccessIdentity" => "origin-access-identity/cloudfront/E1" },
    };
    edge.stack.override_property("Distribution", "DistributionConfig/Origins/0", origin);
    let found = about(findings(edge.app()));
    let message = "CloudFront reads a bucket without access control";
    let given = "`origin-access-identity/cloudfront/E1`, an origin access identity";
    assert_eq!(one(&found), ("CF-02", message, given));
    let (mut edge, _) = Edge::<Prod>::new().with_distribution();
    let path = "OriginAccessControlConfig/SigningBehavior";
    edge.stack.override_property("DistributionAccessControl", path, "no-override");
    assert_eq!(one(&about(findings(edge.app()))).2, "no-override");
}

#[test]
fn a_bucket_lets_this_distribution_in_and_no_other() {
    let statement = "PolicyDocument/Statement/2/Condition/StringEquals";
    let (mut edge, _) = Edge::<Prod>::new().with_distribution();
    let any = "arn:aws:cloudfront::444455556666:distribution/*";
    let path = format!("{statement}/aws:SourceArn");
    edge.stack.override_property("DistributionSitePolicy", path, any);
    let found = about(findings(edge.app()));
    assert_eq!(one(&found), ("CF-02", "any distribution may read the bucket of a site", any));
    let (mut edge, _) = Edge::<Prod>::new().with_distribution();
    edge.stack.override_property("DistributionSitePolicy", statement, json! {});
    let found = about(findings(edge.app()));
    assert_eq!(one(&found).2, "no condition on aws:SourceArn");
}

#[test]
fn a_bucket_lets_its_distribution_in() {
    let (mut edge, _) = Edge::<Prod>::new().with_distribution();
    let path = "PolicyDocument/Statement/2/Action";
    edge.stack.override_property("DistributionSitePolicy", path, "s3:PutObject");
    let found = about(findings(edge.app()));
    let message = "the bucket's policy doesn't let the distribution read";
    assert_eq!(one(&found), ("CF-02", message, "the bucket `Site`"));
}

#[test]
fn the_key_of_a_site_lets_cloudfront_in() {
    let (mut edge, _) = Edge::<Prod>::new().with_distribution();
    let other = edge.stack.add("OtherKey", KmsKey::<S3>::new());
    let path = "BucketEncryption/ServerSideEncryptionConfiguration/0/ServerSideEncryptionByDefault/KMSMasterKeyID";
    edge.stack.override_property("Site", path, other.arn());
    let found = findings(edge.app());
    assert_eq!(found[0].code(), "KMS-02");
    assert_eq!(found[0].message(), "the key `OtherKey` of `Site` does not let cloudfront in");
    assert_eq!(found[0].help_texts(), ["make the key with `KmsKey::<StaticSite>::new()`"]);
}

#[test]
fn errors_of_an_api_stay_errors() {
    let page = |code: i64, shown: i64| {
        let response = json! {
            "ErrorCode" => code, "ResponseCode" => shown, "ResponsePagePath" => "/index.html",
        };
        broken("DistributionConfig/CustomErrorResponses/0", response)
    };
    let found = page(404, 200);
    let given = "404 becomes `/index.html` with 200, also for `/api/*`";
    assert_eq!(one(&found), ("CF-03", "errors of the API become successes", given));
    assert_eq!(found[0].severity(), Severity::Error);
    let found = page(403, 403);
    assert_eq!(found[0].severity(), Severity::Warning);
    assert_eq!(page(503, 503), []);
}

#[test]
fn a_site_without_an_api_may_have_a_page_for_errors() {
    let mut edge = Edge::<Prod>::new();
    let distribution = Distribution::builder()
        .aliases([edge.environment.host("www")])
        .certificate(&edge.certificate)
        .web_acl(&edge.acl)
        .frontend(&edge.site)
        .build();
    edge.stack.add("Distribution", distribution);
    let response = json! {
        "ErrorCode" => 403, "ResponseCode" => 200, "ResponsePagePath" => "/index.html",
    };
    let path = "DistributionConfig/CustomErrorResponses";
    edge.stack.override_property("Distribution", path, vec![response]);
    assert_eq!(about(findings(edge.app())), []);
}

#[test]
fn an_origin_on_the_internet_asks_for_a_secret() {
    let headers = "DistributionConfig/Origins/1/OriginCustomHeaders";
    let found = broken(headers, Vec::<Node>::new());
    let message = "anyone reaches an origin beside its distribution";
    let given = "`origin-api.innovate.example` without a secret header";
    assert_eq!(one(&found), ("CF-07", message, given));
    let found = broken(format!("{headers}/0/HeaderValue"), "guess-me");
    let given = "`X-Origin-Verify`, whose value is in the template";
    assert_eq!(one(&found), ("CF-07", "what an origin asks for is no secret", given));
    let host = "abcdef1234.execute-api.eu-west-1.amazonaws.com";
    let (mut edge, _) = Edge::<Prod>::new().with_distribution();
    edge.stack.override_property("Distribution", "DistributionConfig/Origins/1/DomainName", host);
    edge.stack.override_property("Distribution", headers, Vec::<Node>::new());
    assert_eq!(about(findings(edge.app())), [], "an API Gateway has access control of its own");
}

#[test]
fn a_distribution_is_such_as_cloudfront_takes() {
    let with = |more: &dyn Fn(&Edge) -> (Origin, Origin)| {
        made(|edge| {
            let (api, other) = more(edge);
            Distribution::builder()
                .aliases([edge.environment.host("www")])
                .certificate(&edge.certificate)
                .web_acl(&edge.acl)
                .frontend(&edge.site)
                .api(api)
                .route(name!(PathPattern: "/graphql"), other)
                .build()
        })
    };
    let found = with(&|edge| (edge.origin("a"), edge.origin("b").read_timeout_seconds(121)));
    assert_eq!(one(&found), ("CF-06", "CloudFront doesn't wait so long for an origin", "121"));
    let found = with(&|edge| (edge.origin("a"), edge.origin("a").read_timeout_seconds(60)));
    let message = "two origins of the distribution have one host";
    assert_eq!(one(&found), ("CF-06", message, "a.innovate.example"));
    let found = with(&|edge| (edge.origin("a"), edge.origin("Not a host")));
    assert_eq!(one(&found).1, "an origin has a host that can't exist");
    assert_eq!(found[0].setter_name(), Some("route"));
    assert_eq!(with(&|edge| (edge.origin("a"), edge.origin("a"))), []);
}

#[test]
fn a_host_that_has_moved_is_covered_and_named_once() {
    let with = |host: Hostname| {
        made(|edge| {
            Distribution::builder()
                .aliases([edge.environment.host("www")])
                .redirect(host)
                .certificate(&edge.certificate)
                .web_acl(&edge.acl)
                .frontend(&edge.site)
                .build()
        })
    };
    let found = with(name!(Hostname: "www.innovate.example"));
    let about: Vec<_> = found.iter().map(|it| (it.code(), it.given_value())).collect();
    assert!(about.contains(&("CF-06", Some("www.innovate.example"))), "{found:#?}");
    assert_eq!(with(name!(Hostname: "innovate.example")), []);
    let found = with(name!(Hostname: "innovate-old.example"));
    let missed = found.iter().find(|it| it.code() == "CF-01").unwrap();
    assert_eq!(missed.given_value(), Some("innovate-old.example"));
    assert_eq!(missed.setter_name(), Some("redirect"));
}

#[test]
fn a_distributions_options_are_such_as_cloudfront_takes() {
    let found = made(|edge| {
        Distribution::builder()
            .aliases([edge.environment.host("www")])
            .certificate(&edge.certificate)
            .web_acl(&edge.acl)
            .frontend(&edge.site)
            .origin_shield(Region::EuNorth1)
            .build()
    });
    assert_eq!(one(&found), ("CF-06", "the region has no Origin Shield", "eu-north-1"));
    let found = made(|edge| {
        Distribution::builder()
            .aliases([edge.environment.host("www")])
            .certificate(&edge.certificate)
            .web_acl(&edge.acl)
            .frontend(&edge.site)
            .error_page(ServerError::BadGateway, "sorry.html")
            .build()
    });
    assert_eq!(one(&found).2, "sorry.html");
    let mut home = environment::<Prod>().stack("logs");
    let key = home.add("LogDelivery", KmsKey::<LogDelivery>::new());
    let because = Waiver::because("a bucket of logs");
    let bucket = LogBucket::<VendedLogs>::builder().key(&key).access_logs(because).build();
    let bucket = home.add("Requests", bucket);
    let found = made(|edge| {
        Distribution::builder()
            .aliases([edge.environment.host("www")])
            .certificate(&edge.certificate)
            .web_acl(&edge.acl)
            .frontend(&edge.site)
            .log_bucket(&bucket)
            .build()
    });
    let message = "the distribution's log goes to a bucket in us-east-1";
    assert_eq!((one(&found).0, one(&found).1), ("CF-06", message));
    let found = made(|edge| {
        Distribution::builder()
            .aliases([edge.environment.host("www")])
            .certificate(&edge.certificate)
            .web_acl(&edge.acl)
            .frontend(&edge.site)
            .api(edge.origin("a"))
            .api(edge.origin("b"))
            .build()
    });
    assert_eq!(one(&found), ("CF-06", "two routes of the distribution have one pattern", "/api/*"));
}

#[test]
fn a_finding_about_a_distribution_can_be_accepted() {
    let mut edge = Edge::<Prod>::new();
    let distribution = edge.plain().suppress("CF-01", "the test of another team looks at it");
    edge.stack.add("Distribution", distribution);
    let path = "DistributionConfig/ViewerCertificate/MinimumProtocolVersion";
    edge.stack.override_property("Distribution", path, "TLSv1");
    assert_eq!(about(findings(edge.app())), []);
}

#[test]
fn a_content_security_policy_has_a_length_that_cloudfront_takes() {
    let with = |hosts: usize| {
        made(|edge| {
            let hosts =
                (0..hosts).map(|at| Source::Host(edge.environment.host(&format!("host{at}"))));
            let policy = ContentSecurityPolicy::strict().connections(hosts);
            Distribution::builder()
                .aliases([edge.environment.host("www")])
                .certificate(&edge.certificate)
                .web_acl(&edge.acl)
                .frontend(&edge.site)
                .headers(ResponseHeaders::new(policy))
                .build()
        })
    };
    assert_eq!(with(40), []);
    let found = with(60);
    let message = "CloudFront doesn't take so long a `Content-Security-Policy`";
    assert_eq!((one(&found).0, one(&found).1), ("CF-08", message));
    assert!(one(&found).2.ends_with(" characters"), "{found:?}");
    assert_eq!(found[0].setter_name(), Some("headers"));
    let allowed = "1783 characters, unless AWS has raised the quota";
    assert_eq!(found[0].allowed_values(), Some(allowed));
}

#[test]
fn a_header_of_ones_own_and_a_function_have_their_lengths() {
    let (mut edge, _) = Edge::<Prod>::new().with_distribution();
    let header = "ResponseHeadersPolicyConfig/CustomHeadersConfig/Items/0/Value";
    edge.stack.override_property("DistributionHeaders", header, "a".repeat(1_784));
    edge.stack.override_property("DistributionRouting", "FunctionCode", "a".repeat(10_241));
    let found = about(findings(edge.app()));
    let given: Vec<_> = found.iter().map(|found| (found.code(), found.given_value())).collect();
    assert_eq!(
        given,
        [("CF-08", Some("1784 characters")), ("CF-08", Some("10241 bytes"))],
        "{found:#?}"
    );
}

#[test]
fn a_distribution_answers_for_up_to_100_hosts() {
    let with = |hosts: usize| {
        made(|edge| {
            let hosts = (0..hosts).map(|at| edge.environment.host(&format!("h{at}")));
            Distribution::builder()
                .aliases(hosts)
                .certificate(&edge.certificate)
                .web_acl(&edge.acl)
                .frontend(&edge.site)
                .build()
        })
    };
    assert_eq!(with(100), []);
    let found = with(101);
    let message = "a distribution doesn't take so many hosts";
    assert_eq!(one(&found), ("CF-08", message, "101"));
}

#[test]
fn only_files_of_a_site_are_kept() {
    let found = made(|edge| {
        Distribution::builder()
            .aliases([edge.environment.host("www")])
            .certificate(&edge.certificate)
            .web_acl(&edge.acl)
            .frontend(edge.origin("origin"))
            .immutable(name!(PathPattern: "/assets/*"))
            .build()
    });
    let message = "only files of a site are kept without being asked for again";
    assert_eq!(one(&found), ("CF-06", message, "/assets/*"));
    let found = made(|edge| {
        Distribution::builder()
            .aliases([edge.environment.host("www")])
            .certificate(&edge.certificate)
            .web_acl(&edge.acl)
            .frontend(&edge.site)
            .api(edge.origin("origin"))
            .immutable(name!(PathPattern: "/api/*"))
            .build()
    });
    let message = "two routes of the distribution have one pattern";
    assert_eq!(one(&found), ("CF-06", message, "/api/*"));
    assert_eq!(found[0].setter_name(), Some("immutable"));
}

#[test]
fn what_an_origin_is_shown_is_not_rotated() {
    let found = |rotated: bool| {
        made(|edge| {
            let secret = edge.secret("Shown", name!(SecretPath: "edge/shown"));
            if rotated {
                let function = "arn:aws:lambda:us-east-1:444455556666:function:rotate";
                let function = innovate_cfn::kind::FunctionArn::literal(function);
                let schedule = secretsmanager::RotationSchedule::new(secret.arn());
                edge.stack.add("Schedule", schedule.rotation_lambda_arn(function));
            }
            let host = edge.environment.host("origin");
            Distribution::builder()
                .aliases([edge.environment.host("www")])
                .certificate(&edge.certificate)
                .web_acl(&edge.acl)
                .frontend(&edge.site)
                .api(Origin::load_balancer(host, &OriginHeader::of(&secret)))
                .build()
        })
    };
    assert_eq!(found(false), []);
    let found = found(true);
    let message = "the secret of an origin's header is rotated, which CloudFormation doesn't see";
    assert_eq!((one(&found).0, one(&found).1), ("CF-07", message));
    assert!(one(&found).2.contains("innovate/prod/edge/shown"), "{found:?}");
    assert_eq!(found[0].related_places()[0].1, "this rotates it");
}
