//! What a distribution is made of.

use innovate_aws::{
    Region, domain,
    edge::{
        AliasRecord, Certificate, Countries, Distribution, DistributionMetric, HostedZoneHandle,
        Metrics, Origin, PriceClass, ServerError, ViewerTls,
    },
    keys::{KmsKey, LogDelivery},
    load_balancer::OriginHeader,
    name,
    observability::Retention,
    security::{CloudFront, Regional, WebAcl, web_acl::ClientIp},
    storage::{AccessLogBucket, LogBucket, VendedLogs},
};
use innovate_cfn::kind::{HostedZoneId, LoadBalancerArn};
use innovate_core::{Dev, Node, Prod, Resource, Stack, UsEast1};
use serde_json::json;

use crate::{
    edge::{Edge, template},
    program::{findings, of_type, problems, resource, synth_with_registry, text},
};

fn distribution(stack: &Stack<Prod, UsEast1>) -> &Resource {
    resource(stack.model(), "Distribution")
}

fn at<'a>(stack: &'a Stack<Prod, UsEast1>, path: &str) -> &'a str {
    text(distribution(stack), &format!("DistributionConfig/{path}"))
}

#[test]
fn a_plain_one_is_what_every_rule_and_the_registry_ask_for() {
    let (edge, _) = Edge::<Prod>::new().with_distribution();
    assert_eq!(findings(edge.app()), []);
    let (edge, _) = Edge::<Prod>::new().with_distribution();
    assert_eq!(problems(&synth_with_registry(edge.app())), Vec::<String>::new());
    let (edge, _) = Edge::<Dev>::new().with_distribution();
    assert_eq!(problems(&synth_with_registry(edge.app())), Vec::<String>::new());
}

#[test]
fn viewers_speak_modern_tls_and_http() {
    let (edge, handle) = Edge::<Prod>::new().with_distribution();
    let at = |path| at(&edge.stack, path);
    assert_eq!(at("ViewerCertificate/MinimumProtocolVersion"), "TLSv1.2_2021");
    assert_eq!(at("ViewerCertificate/SslSupportMethod"), "sni-only");
    assert_eq!(at("HttpVersion"), "http2and3");
    assert_eq!(at("Aliases/0"), "www.innovate.example");
    assert_eq!(at("DefaultRootObject"), "index.html");
    assert_eq!(at("PriceClass"), "PriceClass_All");
    let config = distribution(&edge.stack).properties();
    let truth = |path: &str| config.at(path).and_then(Node::as_bool);
    assert_eq!(truth("DistributionConfig/IPV6Enabled"), Some(true));
    assert_eq!(truth("DistributionConfig/Enabled"), Some(true));
    assert_eq!(handle.aliases()[0].as_str(), "www.innovate.example");
    let template = template(edge.app());
    let config = &template["Distribution"]["Properties"]["DistributionConfig"];
    assert_eq!(config["WebACLId"], json!({"Fn::GetAtt": ["WebAcl", "Arn"]}));
    assert_eq!(config["ViewerCertificate"]["AcmCertificateArn"], json!({"Ref": "Certificate"}));
}

#[test]
fn the_site_is_read_from_a_bucket_by_this_distribution_alone() {
    let (edge, _) = Edge::<Prod>::new().with_distribution();
    let at = |path| at(&edge.stack, path);
    assert_eq!(at("DefaultCacheBehavior/TargetOriginId"), at("Origins/0/Id"));
    assert_eq!(at("DefaultCacheBehavior/ViewerProtocolPolicy"), "redirect-to-https");
    assert_eq!(
        at("Origins/0/DomainName"),
        "innovate-prod-site-444455556666-us-east-1-an.s3.us-east-1.amazonaws.com"
    );
    assert_eq!(at("Origins/0/S3OriginConfig/OriginAccessIdentity"), "");
    let control = resource(edge.stack.model(), "DistributionAccessControl");
    assert_eq!(text(control, "OriginAccessControlConfig/SigningBehavior"), "always");
    let policies = of_type(edge.stack.model(), "AWS::S3::BucketPolicy");
    let of_site = policies.iter().filter(|policy| policy.logical_id() == "DistributionSitePolicy");
    assert_eq!(of_site.count(), 1);
    let template = template(edge.app());
    let policy = &template["DistributionSitePolicy"]["Properties"];
    let statements = policy["PolicyDocument"]["Statement"].as_array().unwrap();
    for (sid, action) in
        [("ReadByCloudFront", "s3:GetObject"), ("TellWhatIsMissing", "s3:ListBucket")]
    {
        let found = statements.iter().find(|statement| statement["Sid"] == sid).unwrap();
        assert_eq!(found["Action"], action);
        assert_eq!(
            found["Condition"]["StringEquals"]["aws:SourceArn"],
            json!({"Fn::Sub": "arn:${AWS::Partition}:cloudfront::444455556666:distribution/${Distribution}"})
        );
    }
}

#[test]
fn the_api_is_asked_over_tls_with_a_secret_and_never_cached() {
    let (edge, _) = Edge::<Prod>::new().with_distribution();
    let at = |path| at(&edge.stack, path);
    assert_eq!(at("CacheBehaviors/0/PathPattern"), "/api/*");
    assert_eq!(at("CacheBehaviors/0/TargetOriginId"), "origin-api.innovate.example");
    assert_eq!(at("CacheBehaviors/0/ViewerProtocolPolicy"), "https-only");
    assert_eq!(at("CacheBehaviors/0/CachePolicyId"), "4135ea2d-6df8-44a3-9df3-4b5a84be39ad");
    assert_eq!(
        at("CacheBehaviors/0/OriginRequestPolicyId"),
        "b689b0a8-53d0-40ab-baf2-68738e2966ac"
    );
    assert_eq!(at("Origins/1/DomainName"), "origin-api.innovate.example");
    assert_eq!(at("Origins/1/CustomOriginConfig/OriginProtocolPolicy"), "https-only");
    assert_eq!(at("Origins/1/CustomOriginConfig/OriginSSLProtocols/0"), "TLSv1.2");
    assert_eq!(at("Origins/1/OriginCustomHeaders/0/HeaderName"), "X-Origin-Verify");
    let value = at("Origins/1/OriginCustomHeaders/0/HeaderValue");
    assert!(value.starts_with("{{resolve:secretsmanager:innovate/prod/edge/origin:SecretString:"));
    let methods = distribution(&edge.stack)
        .properties()
        .at("DistributionConfig/CacheBehaviors/0/AllowedMethods");
    assert_eq!(methods.and_then(Node::as_list).unwrap().len(), 7);
    // CloudFormation reads the value as it makes the distribution.
    let template = template(edge.app());
    let waits = template["Distribution"]["DependsOn"].as_array().unwrap();
    assert!(waits.contains(&json!("OriginSecret")), "{waits:?}");
}

#[test]
fn errors_of_the_api_are_not_kept() {
    let (edge, _) = Edge::<Prod>::new().with_distribution();
    let errors =
        distribution(&edge.stack).properties().at("DistributionConfig/CustomErrorResponses");
    let errors = errors.and_then(Node::as_list).unwrap();
    let code = |error: &Node| error.get("ErrorCode").and_then(Node::as_integer).unwrap();
    let codes: Vec<i64> = errors.iter().map(code).collect();
    assert_eq!(codes, [404, 414, 500, 501, 502, 503, 504]);
    for error in errors {
        assert_eq!(error.get("ErrorCachingMinTTL").and_then(Node::as_integer), Some(0));
        assert_eq!(error.get("ResponsePagePath"), None);
    }
    let mut edge = Edge::<Prod>::new();
    let site_alone = Distribution::builder()
        .aliases([edge.environment.host("www")])
        .certificate(&edge.certificate)
        .web_acl(&edge.acl)
        .frontend(&edge.site)
        .error_page(ServerError::ServiceUnavailable, "/sorry.html")
        .build();
    edge.stack.add("Distribution", site_alone);
    let errors =
        distribution(&edge.stack).properties().at("DistributionConfig/CustomErrorResponses");
    let errors = errors.and_then(Node::as_list).unwrap();
    let [error] = errors else { panic!("{errors:?}") };
    assert_eq!(error.get("ResponseCode").and_then(Node::as_integer), Some(503));
    assert_eq!(error.get("ResponsePagePath").and_then(Node::as_text), Some("/sorry.html"));
    assert_eq!(findings(edge.app()), []);
}

#[test]
fn requests_are_written_to_an_encrypted_log_group_made_before() {
    let (edge, _) = Edge::<Prod>::new().with_distribution();
    let model = edge.stack.model();
    let group = resource(model, "DistributionLogs");
    assert_eq!(
        text(group, "LogGroupName"),
        "/aws/vendedlogs/cloudfront/innovate-prod-edge-distribution"
    );
    assert_eq!(group.properties().get("RetentionInDays").and_then(Node::as_integer), Some(365));
    assert!(group.properties().get("KmsKeyId").is_some());
    let source = resource(model, "DistributionLogSource");
    assert_eq!(text(source, "LogType"), "ACCESS_LOGS");
    let fields = resource(model, "DistributionLogDelivery").properties().get("RecordFields");
    let fields: Vec<&str> =
        fields.and_then(Node::as_list).unwrap().iter().filter_map(Node::as_text).collect();
    assert!(fields.contains(&"c-ip") && fields.contains(&"sc-status"), "{fields:?}");
    assert!(!fields.iter().any(|field| field.contains("Cookie")), "{fields:?}");
    let template = template(edge.app());
    let delivery = &template["DistributionLogDelivery"];
    assert_eq!(delivery["DependsOn"], json!(["DistributionLogPolicy"]));
    assert_eq!(
        delivery["Properties"]["DeliverySourceName"],
        json!({"Ref": "DistributionLogSource"})
    );
    assert_eq!(
        template["DistributionLogDestination"]["Properties"]["DestinationResourceArn"],
        json!({"Fn::Sub": "arn:${AWS::Partition}:logs:us-east-1:444455556666:log-group:${DistributionLogs}"})
    );
    assert_eq!(
        template["DistributionLogSource"]["Properties"]["ResourceArn"],
        json!({"Fn::Sub": "arn:${AWS::Partition}:cloudfront::444455556666:distribution/${Distribution}"})
    );
}

#[test]
fn requests_can_be_written_to_a_bucket() {
    let mut edge = Edge::<Prod>::new();
    let key = edge.stack.add("LogDelivery", KmsKey::<LogDelivery>::new());
    let logs = edge.stack.add("LogsOfLogs", AccessLogBucket::builder().build());
    let bucket = LogBucket::<VendedLogs>::builder().key(&key).access_logs(&logs).build();
    let bucket = edge.stack.add("Requests", bucket);
    let distribution = Distribution::builder()
        .aliases([edge.environment.host("www")])
        .certificate(&edge.certificate)
        .web_acl(&edge.acl)
        .frontend(&edge.site)
        .log_bucket(&bucket)
        .build();
    edge.stack.add("Distribution", distribution);
    let destination = resource(edge.stack.model(), "DistributionLogDestination");
    assert!(text(destination, "DestinationResourceArn").starts_with("arn:aws:s3:::innovate-prod-"));
    assert_eq!(edge.stack.model().resource("DistributionLogs").map(Resource::logical_id), None);
    let template = template(edge.app());
    assert_eq!(template["DistributionLogDelivery"]["DependsOn"], json!(["RequestsPolicy"]));
}

#[test]
fn a_zone_leads_its_hosts_to_the_distribution() {
    let (edge, handle) = Edge::<Prod>::new().with_distribution();
    let template = template(edge.app());
    for (id, kind) in [
        ("DistributionRecordWwwInnovateExample", "A"),
        ("DistributionRecordWwwInnovateExampleIpv6", "AAAA"),
    ] {
        let record = &template[id]["Properties"];
        assert_eq!(
            (&record["Type"], &record["Name"]),
            (&json!(kind), &json!("www.innovate.example"))
        );
        assert_eq!(record["AliasTarget"]["HostedZoneId"], "Z2FDTNDATAQYW2");
        assert_eq!(
            record["AliasTarget"]["DNSName"],
            json!({"Fn::GetAtt": ["Distribution", "DomainName"]})
        );
    }
    // For a zone that exists, the records are made by hand: of hosts that the distribution has.
    let outside =
        HostedZoneHandle::existing(HostedZoneId::literal("Z0123"), domain!("innovate.example"));
    let (mut edge, again) = Edge::<Prod>::new().with_distribution();
    edge.stack.add("Apex", AliasRecord::new(&outside, outside.domain(), &again));
    let found = findings(edge.app());
    let [one] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!((one.code(), one.given_value()), ("DNS-02", Some("innovate.example")));
    assert_eq!(handle.aliases(), again.aliases());
}

#[test]
fn a_vpc_origin_takes_the_load_balancer_of_another_region() {
    let mut edge = Edge::<Prod>::new();
    let arn = LoadBalancerArn::literal(
        "arn:aws:elasticloadbalancing:eu-west-1:444455556666:loadbalancer/app/api/50dc6c495c0c9188",
    );
    let origin = Origin::vpc_by_arn(edge.environment.host("origin-api"), arn);
    let origin = origin.read_timeout_seconds(60);
    let distribution = Distribution::builder()
        .aliases([edge.environment.host("www")])
        .certificate(&edge.certificate)
        .web_acl(&edge.acl)
        .frontend(&edge.site)
        .api(origin.clone())
        .route(name!(PathPattern: "/graphql"), origin)
        .build();
    edge.stack.add("Distribution", distribution);
    let origins = of_type(edge.stack.model(), "AWS::CloudFront::VpcOrigin");
    let [origin] = origins.as_slice() else { panic!("{origins:?}") };
    let at = |name| text(origin, &format!("VpcOriginEndpointConfig/{name}"));
    assert_eq!(at("OriginProtocolPolicy"), "https-only");
    assert_eq!(at("OriginSSLProtocols/0"), "TLSv1.2");
    assert!(at("Arn").contains(":eu-west-1:"));
    let app = edge.app();
    assert_eq!(problems(&synth_with_registry(app)), Vec::<String>::new());
}

#[test]
fn the_route_with_the_longest_beginning_goes_first() {
    let mut edge = Edge::<Prod>::new();
    let origin = edge.origin("origin-api");
    let distribution = Distribution::builder()
        .aliases([edge.environment.host("www")])
        .certificate(&edge.certificate)
        .web_acl(&edge.acl)
        .frontend(&edge.site)
        .route(name!(PathPattern: "/*.json"), origin.clone())
        .api(origin)
        .route(name!(PathPattern: "/api/uploads/*"), edge.origin("origin-uploads"))
        .build();
    edge.stack.add("Distribution", distribution);
    let patterns = ["CacheBehaviors/0", "CacheBehaviors/1", "CacheBehaviors/2"]
        .map(|path| at(&edge.stack, &format!("{path}/PathPattern")));
    assert_eq!(patterns, ["/api/uploads/*", "/api/*", "/*.json"]);
    let origins = distribution_origins(&edge.stack);
    assert_eq!(origins, ["site", "origin-uploads.innovate.example", "origin-api.innovate.example"]);
    assert_eq!(findings(edge.app()), []);
}

fn distribution_origins(stack: &Stack<Prod, UsEast1>) -> Vec<&str> {
    let origins = distribution(stack).properties().at("DistributionConfig/Origins").unwrap();
    origins
        .as_list()
        .unwrap()
        .iter()
        .map(|origin| origin.get("Id").unwrap().as_text().unwrap())
        .collect()
}

#[test]
fn a_frontend_can_run_behind_a_load_balancer() {
    let mut edge = Edge::<Prod>::new();
    let origin = edge.origin("origin");
    let distribution = Distribution::builder()
        .aliases([edge.environment.host("www")])
        .certificate(&edge.certificate)
        .web_acl(&edge.acl)
        .frontend(origin)
        .zone(&edge.zone)
        .build();
    edge.stack.add("Distribution", distribution);
    assert_eq!(at(&edge.stack, "DefaultCacheBehavior/TargetOriginId"), "origin.innovate.example");
    assert_eq!(at(&edge.stack, "DefaultCacheBehavior/ViewerProtocolPolicy"), "redirect-to-https");
    assert_eq!(distribution_origins(&edge.stack), ["origin.innovate.example"]);
    assert!(of_type(edge.stack.model(), "AWS::CloudFront::Function").is_empty());
    // The bucket that nothing reads lacks its policy: this one isn't about the distribution.
    let found = findings(edge.app());
    assert!(found.iter().all(|found| !found.code().starts_with("CF-")), "{found:?}");
}

#[test]
fn options_are_what_cloudfront_calls_them() {
    let mut edge = Edge::<Prod>::new();
    let key = edge.stack.add("LogsKey", KmsKey::new());
    let distribution = Distribution::builder()
        .aliases([edge.environment.host("www")])
        .certificate(&edge.certificate)
        .web_acl(&edge.acl)
        .frontend(&edge.site)
        .api(edge.origin("origin-api"))
        .tls(ViewerTls::Tls13)
        .price_class(PriceClass::NorthAmericaAndEurope)
        .countries(Countries::only(["DE", "FR"]))
        .origin_shield(Region::EuWest1)
        .metrics(Metrics::Additional)
        .log_retention(Retention::TwoYears)
        .logs_key(&key)
        .build();
    let handle = edge.stack.add("Distribution", distribution);
    let at = |path| at(&edge.stack, path);
    assert_eq!(at("ViewerCertificate/MinimumProtocolVersion"), "TLSv1.3_2025");
    assert_eq!(at("PriceClass"), "PriceClass_100");
    assert_eq!(at("Restrictions/GeoRestriction/RestrictionType"), "whitelist");
    assert_eq!(at("Restrictions/GeoRestriction/Locations/1"), "FR");
    assert_eq!(at("Origins/0/OriginShield/OriginShieldRegion"), "eu-west-1");
    assert_eq!(at("Origins/1/OriginShield/OriginShieldRegion"), "eu-west-1");
    let subscriptions = of_type(edge.stack.model(), "AWS::CloudFront::MonitoringSubscription");
    assert_eq!(subscriptions.len(), 1);
    let group = resource(edge.stack.model(), "DistributionLogs");
    assert_eq!(group.properties().get("RetentionInDays").and_then(Node::as_integer), Some(731));
    let metric = handle.metric(DistributionMetric::ServerErrorRate);
    assert_eq!((metric.namespace(), metric.name()), ("AWS/CloudFront", "5xxErrorRate"));
    let names: Vec<&str> = metric.dimensions().iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["DistributionId", "Region"]);
    assert_eq!(problems(&synth_with_registry(edge.app())), Vec::<String>::new());
}

#[test]
fn a_countries_exception_is_a_blacklist() {
    let mut edge = Edge::<Prod>::new();
    let builder = Distribution::builder()
        .aliases([edge.environment.host("www")])
        .certificate(&edge.certificate)
        .web_acl(&edge.acl)
        .frontend(&edge.site)
        .countries(Countries::all_but(["KP"]));
    edge.stack.add("Distribution", builder.build());
    assert_eq!(at(&edge.stack, "Restrictions/GeoRestriction/RestrictionType"), "blacklist");
}

#[test]
fn a_regional_web_acl_lets_in_what_shows_the_header() {
    let mut edge = Edge::<Prod>::new();
    let acl = WebAcl::<Regional>::builder()
        .origin_header(&edge.header)
        .client_ip(ClientIp::ForwardedFor)
        .build();
    edge.stack.add("Regional", acl);
    let template = template(edge.app());
    let rule = &template["Regional"]["Properties"]["Rules"][0];
    assert_eq!((&rule["Name"], &rule["Priority"]), (&json!("OriginHeader"), &json!(99)));
    assert_eq!(rule["Action"], json!({"Block": {}}));
    let shown = &rule["Statement"]["NotStatement"]["Statement"]["ByteMatchStatement"];
    assert_eq!(shown["FieldToMatch"]["SingleHeader"]["Name"], "x-origin-verify");
    assert_eq!(shown["PositionalConstraint"], "EXACTLY");
    let value = shown["SearchString"].as_str().unwrap();
    assert!(value.starts_with("{{resolve:secretsmanager:innovate/prod/edge/origin:"), "{value}");
    assert_eq!(template["Regional"]["DependsOn"], json!(["OriginSecret"]));
}

#[test]
fn a_regional_web_acl_lets_in_two_headers_while_one_replaces_the_other() {
    let mut edge = Edge::<Prod>::new();
    let next = edge.secret("Next", name!(SecretPath: "edge/next"));
    let both = OriginHeader::of(&next).accepting(&edge.header);
    edge.stack.add("Regional", WebAcl::<Regional>::builder().origin_header(&both).build());
    let template = template(edge.app());
    let rule = &template["Regional"]["Properties"]["Rules"][0];
    let shown = &rule["Statement"]["NotStatement"]["Statement"]["OrStatement"]["Statements"];
    let value = |at: usize| shown[at]["ByteMatchStatement"]["SearchString"].as_str().unwrap();
    assert!(value(0).contains(":innovate/prod/edge/next:"), "{shown}");
    assert!(value(1).contains(":innovate/prod/edge/origin:"), "{shown}");
    assert_eq!(template["Regional"]["DependsOn"], json!(["Next", "OriginSecret"]));
}

#[test]
fn one_certificate_serves_the_domain_itself() {
    let mut edge = Edge::<Prod>::new();
    let certificate = Certificate::<CloudFront>::builder()
        .zone(&edge.zone)
        .host(edge.environment.domain())
        .build();
    let certificate = edge.stack.add("Apex", certificate);
    let distribution = Distribution::builder()
        .aliases([edge.environment.domain()])
        .certificate(&certificate)
        .web_acl(&edge.acl)
        .frontend(&edge.site)
        .zone(&edge.zone)
        .build();
    edge.stack.add("Distribution", distribution);
    assert_eq!(findings(edge.app()), []);
}
