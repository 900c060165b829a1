//! What a load balancer is made of.

use innovate_aws::{
    Region, arn,
    cluster::{Cluster, LoadBalancerController},
    domain,
    edge::{CertificateHandle, CertificateName},
    load_balancer::{
        LoadBalancer, LoadBalancerHandle, LoadBalancerMetric, OriginHeader, Scheme, TargetGroup,
        TargetGroupHandle, TargetGroupMetric, TlsPolicy,
    },
    name,
    network::{Connect, HasSecurityGroup, Port, VpcHandle},
    security::{Regional, WebAcl},
};
use innovate_core::{
    App, Dev, Diagnostic, Node, Prod, Resource, Stack, StackModel, Stage, value::Intrinsic,
};

use crate::program::{Platform, environment, findings, of_type, resource, text};

/// A platform with a load balancer in a stack of its own.
pub(crate) fn program<S: Stage>(ingress: impl FnOnce(&mut Stack<S>, &VpcHandle, &Cluster)) -> App {
    let (platform, cluster, _) = Platform::<S>::new().with_cluster();
    let mut stack = environment::<S>().stack("ingress");
    ingress(&mut stack, &platform.vpc, &cluster);
    let Platform { keys, network, compute, .. } = platform;
    App::new("test").stacks([keys, network, compute]).stack(stack)
}

pub(crate) fn header() -> OriginHeader {
    let secret = arn!(SecretArn: "arn:aws:secretsmanager:eu-west-1:444455556666:secret:innovate/prod/origin-aBcDeF");
    OriginHeader::new(secret, "header")
}

pub(crate) fn certificate(region: Region) -> CertificateHandle<Regional> {
    let arn = arn!(CertificateArn: "arn:aws:acm:eu-west-1:444455556666:certificate/1");
    let names = [CertificateName::Wildcard(domain!("innovate.example"))];
    CertificateHandle::existing(arn, region, names)
}

/// A load balancer of a scheme with nothing but what it must say.
pub(crate) fn balancer<R>(scheme: Scheme<R>) -> LoadBalancer<R> {
    balancer_in(Region::EuWest1, scheme)
}

/// The same with a certificate of a region.
pub(crate) fn balancer_in<R>(region: Region, scheme: Scheme<R>) -> LoadBalancer<R> {
    LoadBalancer::builder()
        .scheme(scheme)
        .certificate(&certificate(region))
        .access_logs(&name!(BucketName: "innovate-prod-access"))
        .build()
}

/// The same for a distribution that shows a header.
pub(crate) fn behind_cloudfront(
    vpc: &VpcHandle,
) -> LoadBalancer<innovate_aws::load_balancer::InternetFacing> {
    LoadBalancer::builder()
        .scheme(Scheme::cloudfront(vpc))
        .certificate(&certificate(Region::EuWest1))
        .access_logs(&name!(BucketName: "innovate-prod-access"))
        .origin_header(header())
        .build()
}

fn api<R>(balancer: &LoadBalancerHandle<R>) -> TargetGroup {
    let host = environment::<Prod>().host("api");
    TargetGroup::builder().load_balancer(balancer).port(8443).host(host).build()
}

/// A stack with a load balancer for everyone, and the API behind it.
pub(crate) fn public<S: Stage>(
    stack: &mut Stack<S>,
    vpc: &VpcHandle,
    cluster: &Cluster,
) -> TargetGroupHandle {
    let acl = stack.add("WebAcl", WebAcl::<Regional>::builder().build());
    let balancer = stack.add("LoadBalancer", balancer(Scheme::internet(vpc, &acl)));
    stack.allow(&balancer, Port::tcp(8443), cluster);
    stack.add("Api", api(&balancer))
}

fn ingress(app: &App) -> &StackModel {
    app.stack_models().last().expect("the stack of the load balancer")
}

fn attribute<'a>(balancer: &'a Resource, key: &str) -> &'a str {
    let attributes = balancer.properties().at("LoadBalancerAttributes").and_then(Node::as_list);
    let found =
        attributes.unwrap().iter().find(|found| found.get("Key").unwrap().as_text() == Some(key));
    found.unwrap().get("Value").unwrap().as_text().unwrap()
}

fn targets(resource: &Resource, property: &str) -> Vec<String> {
    let nodes = resource.properties().at(property).and_then(Node::as_list).unwrap();
    nodes.iter().map(|node| node.as_reference().unwrap().target.logical_id().to_owned()).collect()
}

#[test]
fn every_scheme_makes_a_program_without_a_finding() {
    let programs = [
        program::<Prod>(|stack, vpc, cluster| {
            public(stack, vpc, cluster);
        }),
        program::<Prod>(|stack, vpc, cluster| {
            let balancer = stack.add("LoadBalancer", behind_cloudfront(vpc));
            stack.allow(&balancer, Port::tcp(8443), cluster);
            stack.add("Api", api(&balancer));
        }),
        program::<Prod>(|stack, vpc, cluster| {
            let balancer = stack.add("LoadBalancer", balancer(Scheme::vpc_origin(vpc)));
            stack.allow(&balancer, Port::tcp(8443), cluster);
            stack.add("Api", api(&balancer));
        }),
        program::<Dev>(|stack, vpc, cluster| {
            let balancer = stack.add("LoadBalancer", balancer(Scheme::vpc(vpc)));
            stack.allow(&balancer, Port::tcp(8443), cluster);
            stack.add("Api", api(&balancer));
        }),
    ];
    for program in programs {
        assert_eq!(findings(program), []);
    }
}

#[test]
fn one_for_everyone_is_in_public_subnets_behind_a_web_acl() {
    let app = program::<Prod>(|stack, vpc, cluster| {
        public(stack, vpc, cluster);
    });
    let balancer = resource(ingress(&app), "LoadBalancer");
    assert_eq!(text(balancer, "Scheme"), "internet-facing");
    let subnets = ["VpcPublicAz1", "VpcPublicAz2", "VpcPublicAz3"];
    assert_eq!(targets(balancer, "Subnets"), subnets);
    assert_eq!(attribute(balancer, "deletion_protection.enabled"), "true");
    assert_eq!(attribute(balancer, "access_logs.s3.bucket"), "innovate-prod-access");
    assert_eq!(attribute(balancer, "routing.http.drop_invalid_header_fields.enabled"), "true");
    assert_eq!(of_type(ingress(&app), "AWS::WAFv2::WebACLAssociation").len(), 1);
    let http = resource(ingress(&app), "LoadBalancerHttp");
    assert_eq!(text(http, "DefaultActions/0/RedirectConfig/Protocol"), "HTTPS");
    let https = resource(ingress(&app), "LoadBalancerHttps");
    assert_eq!(text(https, "SslPolicy"), TlsPolicy::Tls13And12.name());
    assert_eq!(text(https, "DefaultActions/0/FixedResponseConfig/StatusCode"), "404");
}

#[test]
fn one_for_cloudfront_lets_in_its_prefix_list_on_443_and_no_one_else() {
    for internal in [false, true] {
        let app = program::<Prod>(|stack, vpc, _| match internal {
            true => drop(stack.add("LoadBalancer", balancer(Scheme::vpc_origin(vpc)))),
            false => drop(stack.add("LoadBalancer", behind_cloudfront(vpc))),
        });
        let rules = of_type(ingress(&app), "AWS::EC2::SecurityGroupIngress");
        let [rule] = rules.as_slice() else { panic!("{rules:?}") };
        assert_eq!(text(rule, "SourcePrefixListId"), "pl-4fa04526");
        assert_eq!(rule.properties().at("FromPort").and_then(Node::as_integer), Some(443));
        assert!(ingress(&app).resource("LoadBalancerHttp").is_none());
        let scheme = if internal { "internal" } else { "internet-facing" };
        assert_eq!(text(resource(ingress(&app), "LoadBalancer"), "Scheme"), scheme);
    }
}

#[test]
fn outside_of_production_it_can_be_deleted() {
    let app = program::<Dev>(|stack, vpc, _| {
        stack.add("LoadBalancer", balancer(Scheme::vpc(vpc)));
    });
    let balancer = resource(ingress(&app), "LoadBalancer");
    assert_eq!(attribute(balancer, "deletion_protection.enabled"), "false");
    assert_eq!(targets(balancer, "Subnets")[0], "VpcPrivateAz1");
}

#[test]
fn a_target_group_is_named_after_environment_path_and_port() {
    let app = program::<Prod>(|stack, vpc, cluster| {
        let api = public(stack, vpc, cluster);
        assert_eq!(api.target_group_name().as_str(), "innovate-prod-api-8443");
        assert_eq!(api.port(), 8443);
        assert_eq!(api.load_balancer_block(), vpc.public().block());
        assert_eq!(api.load_balancer_group().name(), api.security_group().name());
    });
    let group = resource(ingress(&app), "Api");
    assert_eq!(text(group, "Name"), "innovate-prod-api-8443");
    assert_eq!(text(group, "Protocol"), "HTTPS");
    assert_eq!(text(group, "HealthCheckProtocol"), "HTTPS");
    assert_eq!(text(group, "HealthCheckPath"), "/readyz");
    assert_eq!(text(group, "TargetType"), "ip");
    let rule = resource(ingress(&app), "ApiRule");
    assert_eq!(text(rule, "Conditions/0/HostHeaderConfig/Values/0"), "api.innovate.example");
}

#[test]
fn a_rule_behind_cloudfront_asks_for_the_header_without_its_value_in_the_template() {
    let app = program::<Prod>(|stack, vpc, _| {
        let balancer = stack.add("LoadBalancer", behind_cloudfront(vpc));
        assert_eq!(balancer.origin_header(), Some(&header()));
        stack.add("Api", TargetGroup::builder().load_balancer(&balancer).port(8443).build());
    });
    let rule = resource(ingress(&app), "ApiRule");
    assert_eq!(text(rule, "Conditions/0/Field"), "http-header");
    assert_eq!(text(rule, "Conditions/0/HttpHeaderConfig/HttpHeaderName"), "X-Origin-Verify");
    assert_eq!(rule.properties().at("Conditions").and_then(Node::as_list).unwrap().len(), 1);
    assert_eq!(
        text(rule, "Conditions/0/HttpHeaderConfig/Values/0"),
        "{{resolve:secretsmanager:arn:aws:secretsmanager:eu-west-1:444455556666:secret:innovate/prod/origin-aBcDeF:SecretString:header}}"
    );
}

#[test]
fn a_rule_without_host_or_path_takes_everything() {
    let app = program::<Prod>(|stack, vpc, _| {
        let balancer = stack.add("LoadBalancer", balancer(Scheme::vpc(vpc)));
        stack.add("Api", TargetGroup::builder().load_balancer(&balancer).port(8443).build());
    });
    let rule = resource(ingress(&app), "ApiRule");
    assert_eq!(text(rule, "Conditions/0/PathPatternConfig/Values/0"), "/*");
}

#[test]
fn metrics_have_the_dimensions_that_elastic_load_balancing_publishes() {
    let _ = program::<Prod>(|stack, vpc, cluster| {
        let acl = stack.add("WebAcl", WebAcl::<Regional>::builder().build());
        let balancer = stack.add("LoadBalancer", balancer(Scheme::internet(vpc, &acl)));
        let metric = balancer.metric(LoadBalancerMetric::ElbServerErrors);
        assert_eq!(
            (metric.namespace(), metric.name()),
            ("AWS/ApplicationELB", "HTTPCode_ELB_5XX_Count")
        );
        let [(name, value)] = metric.dimensions() else { panic!("{metric:?}") };
        assert_eq!(*name, "LoadBalancer");
        assert!(matches!(value.node(), Node::Intrinsic(found) if matches!(&**found,
            Intrinsic::Reference(found) if found.attribute.as_deref() == Some("LoadBalancerFullName"))));
        stack.allow(&balancer, Port::tcp(8443), cluster);
        let api = stack.add("Api", api(&balancer));
        let metric = api.metric(TargetGroupMetric::UnhealthyHosts);
        assert_eq!(metric.name(), "UnHealthyHostCount");
        let names: Vec<_> = metric.dimensions().iter().map(|(name, _)| *name).collect();
        assert_eq!(names, ["LoadBalancer", "TargetGroup"]);
    });
}

#[test]
fn a_controller_that_only_binds_may_change_its_target_groups_and_nothing_else() {
    let app = program::<Prod>(|stack, vpc, cluster| {
        let api = public(stack, vpc, cluster);
        stack.add("Controller", LoadBalancerController::binding(cluster, [&api]));
    });
    let policy = resource(ingress(&app), "ControllerPolicy");
    let statements = policy.properties().at("PolicyDocument/Statement").and_then(Node::as_list);
    let [describe, register] = statements.unwrap() else { panic!("{statements:?}") };
    let actions = describe.get("Action").and_then(Node::as_list).unwrap();
    assert!(actions.iter().all(|action| action.as_text().unwrap().contains(":Describe")));
    let place = format!("{:?}", register.get("Resource"));
    let arn = ":elasticloadbalancing:eu-west-1:444455556666:targetgroup/innovate-prod-api-8443/*";
    assert!(place.contains(arn), "{place}");
    // The cluster of the test has a controller already, with another role.
    let codes: Vec<_> = findings(app).iter().map(Diagnostic::code).collect();
    assert_eq!(codes, ["EKS-10"]);
}

/// What is found in a load balancer's target group with this change.
pub(crate) fn of_group(
    change: impl FnOnce(&LoadBalancerHandle<innovate_aws::load_balancer::Internal>) -> TargetGroup,
) -> Vec<Diagnostic> {
    findings(program::<Prod>(|stack, vpc, _| {
        let balancer = stack.add("LoadBalancer", balancer(Scheme::vpc(vpc)));
        stack.add("Api", change(&balancer));
    }))
}
