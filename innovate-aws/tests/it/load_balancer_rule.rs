//! Each rule on load balancers, by a good program broken in just this way.

use innovate_aws::{
    Environment, Region, account, domain,
    keys::{KmsKey, Logs},
    load_balancer::{LoadBalancer, Scheme, TargetGroup},
    name,
    name::Hostname,
    network::{Connect, FlowLogs, Port, PublicLoadBalancerGroup, Vpc},
    observability::Retention,
    vpc_cidr, zones,
};
use innovate_cfn::{
    cloudfront::{self, distribution, vpc_origin},
    elasticloadbalancingv2::{
        self as elb,
        listener::{Action, ActionType, FixedResponseConfig},
    },
    kind::PrefixListId,
    route53,
};
use innovate_core::{App, Diagnostic, Gives as _, Node, Prod, Stack, Text, Value};

use crate::{
    load_balancer::{
        balancer, balancer_in, behind_cloudfront, certificate, of_group, program, public,
    },
    program::{database, findings},
};

/// Exactly one finding, with that code.
fn one(code: &str, app: App) -> Diagnostic {
    single(code, findings(app))
}

fn single(code: &str, mut found: Vec<Diagnostic>) -> Diagnostic {
    assert_eq!(found.iter().map(Diagnostic::code).collect::<Vec<_>>(), [code], "{found:#?}");
    found.remove(0)
}

#[test]
fn a_listener_that_answers_over_plain_http_is_refused() {
    let found = one(
        "ELB-01",
        program::<Prod>(|stack, vpc, _| {
            let balancer = stack.add("LoadBalancer", balancer(Scheme::vpc_origin(vpc)));
            let answer = Action::new(ActionType::FIXED_RESPONSE)
                .fixed_response_config(FixedResponseConfig::new("200"));
            let listener = elb::Listener::new([answer], balancer.arn());
            stack.add("Plain", listener.port(80).protocol(elb::listener::Protocol::HTTP));
        }),
    );
    assert_eq!(found.allowed_values(), Some("a redirect to HTTPS"));
}

#[test]
fn a_listener_with_the_policy_of_2016_is_refused() {
    for (policy, given) in [
        (None, "none, so that of 2016"),
        (Some("ELBSecurityPolicy-2016-08"), "ELBSecurityPolicy-2016-08"),
    ] {
        let found = one(
            "ELB-01",
            program::<Prod>(|stack, vpc, _| {
                let balancer = stack.add("LoadBalancer", balancer(Scheme::vpc_origin(vpc)));
                let answer = Action::new(ActionType::FIXED_RESPONSE)
                    .fixed_response_config(FixedResponseConfig::new("200"));
                let mut listener = elb::Listener::new([answer], balancer.arn())
                    .port(8443)
                    .protocol(elb::listener::Protocol::HTTPS);
                if let Some(policy) = policy {
                    listener = listener.ssl_policy(policy);
                }
                stack.add("Old", listener);
            }),
        );
        assert_eq!(found.given_value(), Some(given));
    }
}

#[test]
fn a_load_balancer_without_its_safe_attributes_is_refused() {
    let found = one(
        "ELB-02",
        program::<Prod>(|stack, vpc, _| {
            let scheme = elb::load_balancer::Scheme::INTERNAL;
            stack.add("Bare", elb::LoadBalancer::new().scheme(scheme).subnets(vpc.private().ids()));
        }),
    );
    assert_eq!(
        found.given_value(),
        Some(
            "no `routing.http.drop_invalid_header_fields.enabled`, no `access_logs.s3.enabled`, no `deletion_protection.enabled`"
        )
    );
}

#[test]
fn targets_over_plain_http_are_refused() {
    let found = one(
        "ELB-03",
        program::<Prod>(|stack, vpc, _| {
            let group = elb::TargetGroup::new().vpc_id(vpc).port(8080);
            stack.add("Plain", group.protocol(elb::target_group::Protocol::HTTP));
        }),
    );
    assert_eq!((found.property_path(), found.given_value()), (Some("Protocol"), Some("HTTP")));
}

#[test]
fn two_target_groups_at_one_place_are_refused_with_both_lines() {
    let found = one(
        "ELB-04",
        program::<Prod>(|stack, vpc, _| {
            let balancer = stack.add("LoadBalancer", balancer(Scheme::vpc_origin(vpc)));
            let group = || TargetGroup::builder().load_balancer(&balancer).port(8443);
            stack.add("Api", group().path("/api/*").build());
            stack.add("Web", group().build());
        }),
    );
    assert_eq!(found.message(), "two rules of a listener have one priority");
    assert_eq!((found.given_value(), found.related_places().len()), (Some("100"), 1));
}

#[test]
fn two_target_groups_of_one_name_are_refused() {
    let found = one(
        "ELB-04",
        program::<Prod>(|stack, vpc, _| {
            let balancer = stack.add("LoadBalancer", balancer(Scheme::vpc_origin(vpc)));
            let group = |priority| {
                TargetGroup::builder()
                    .load_balancer(&balancer)
                    .port(8443)
                    .name(name!(TargetGroupName: "pods"))
                    .priority(priority)
                    .build()
            };
            stack.add("Api", group(1));
            stack.add("Web", group(2));
        }),
    );
    assert_eq!(found.given_value(), Some("pods"));
}

#[test]
fn what_elastic_load_balancing_refuses_is_found_at_its_setter() {
    let group = TargetGroup::builder;
    let cases = [
        ("priority", "0", of_group(|on| group().load_balancer(on).port(8443).priority(0).build())),
        ("port", "0", of_group(|on| group().load_balancer(on).port(0).build())),
        (
            "drain_seconds",
            "3601",
            of_group(|on| group().load_balancer(on).port(8443).drain_seconds(3601).build()),
        ),
        ("path", "api", of_group(|on| group().load_balancer(on).port(8443).path("api").build())),
        (
            "health_path",
            "healthz",
            of_group(|on| group().load_balancer(on).port(8443).health_path("healthz").build()),
        ),
        (
            "path",
            "6 of `path-pattern`",
            of_group(|on| {
                (0..6)
                    .fold(group().load_balancer(on).port(8443), |group, at| {
                        group.path(format!("/{at}"))
                    })
                    .build()
            }),
        ),
    ];
    for (setter, given, found) in cases {
        let found = single("ELB-05", found);
        assert_eq!((found.setter_name(), found.given_value()), (Some(setter), Some(given)));
    }
}

#[test]
fn a_name_of_more_than_32_characters_is_refused_with_a_way_out() {
    let found = one(
        "ELB-05",
        program::<Prod>(|stack, vpc, _| {
            let balancer = stack.add("LoadBalancer", balancer(Scheme::vpc_origin(vpc)));
            let group = TargetGroup::builder().load_balancer(&balancer).port(8443).build();
            stack.add("CustomerFacingFrontend", group);
        }),
    );
    assert_eq!(found.given_value(), Some("innovate-prod-customer-facing-frontend-8443"));
    assert!(found.help_texts()[0].contains("TargetGroupName"));
}

#[test]
fn an_idle_timeout_out_of_bounds_is_refused() {
    let found = one(
        "ELB-05",
        program::<Prod>(|stack, vpc, _| {
            let balancer = LoadBalancer::builder()
                .scheme(Scheme::vpc_origin(vpc))
                .certificate(&certificate(Region::EuWest1))
                .access_logs(&name!(BucketName: "innovate-prod-access"))
                .idle_timeout_seconds(4001)
                .build();
            stack.add("LoadBalancer", balancer);
        }),
    );
    assert_eq!(found.allowed_values(), Some("1 to 4000 seconds"));
}

#[test]
fn a_host_that_no_certificate_covers_is_refused() {
    let host = Hostname::new("shop.example.com").unwrap();
    let found =
        of_group(|on| TargetGroup::builder().load_balancer(on).port(8443).host(host).build());
    let found = single("ELB-05", found);
    assert_eq!(found.given_value(), Some("shop.example.com"));
    assert_eq!(found.allowed_values(), Some("*.innovate.example"));
}

#[test]
fn a_certificate_of_another_region_is_refused() {
    let found = one(
        "ELB-05",
        program::<Prod>(|stack, vpc, _| {
            let balancer = balancer_in(Region::UsEast1, Scheme::vpc_origin(vpc));
            stack.add("LoadBalancer", balancer);
        }),
    );
    assert_eq!(found.given_value(), Some("a certificate of us-east-1"));
    assert_eq!(found.allowed_values(), Some("a certificate of eu-west-1"));
}

/// A program in a region where the prefix list isn't known, with `scheme` as it is there.
fn in_zurich(list: Option<&'static str>) -> Vec<Diagnostic> {
    let environment = Environment::<Prod>::builder()
        .application(name!("innovate"))
        .account(account!("444455556666"))
        .region(Region::EuCentral2)
        .domain(domain!("innovate.example"))
        .owner("platform")
        .build();
    let mut stack = environment.stack("network");
    let key = stack.add("Logs", KmsKey::<Logs>::new());
    let vpc = Vpc::builder()
        .cidr(vpc_cidr!("10.30.0.0/16"))
        .zones(zones!(EuCentral2: az1, az2, az3))
        .flow_logs(FlowLogs::to(&key, Retention::OneYear))
        .build();
    let vpc = stack.add("Vpc", vpc);
    let mut scheme = Scheme::vpc_origin(&vpc);
    if let Some(list) = list {
        scheme = scheme.prefix_list(Value::<PrefixListId>::literal(list));
    }
    stack.add("LoadBalancer", balancer_in(Region::EuCentral2, scheme));
    findings(App::new("test").stack(stack))
}

#[test]
fn where_cloudfronts_prefix_list_is_unknown_the_program_names_it() {
    let found = single("ELB-05", in_zurich(None));
    assert_eq!(found.given_value(), Some("eu-central-2"));
    assert!(found.help_texts()[0].contains("describe-managed-prefix-lists"));
    assert_eq!(in_zurich(Some("pl-01234567")), []);
}

#[test]
fn a_load_balancer_for_everyone_without_a_web_acl_is_refused() {
    let app = program::<Prod>(|stack, vpc, _| {
        let group = stack.add("Group", PublicLoadBalancerGroup::builder().vpc(vpc).build());
        let attributes = [
            "routing.http.drop_invalid_header_fields.enabled",
            "access_logs.s3.enabled",
            "deletion_protection.enabled",
        ];
        let attributes = attributes
            .map(|key| elb::load_balancer::LoadBalancerAttribute::new().key(key).value("true"));
        let balancer = elb::LoadBalancer::new()
            .subnets(vpc.public().ids())
            .security_groups([group.group_id()])
            .load_balancer_attributes(attributes);
        stack.add("Bare", balancer);
    });
    let found = one("WAF-09", app);
    assert_eq!(found.given_value(), Some("`0.0.0.0/0` may connect"));
}

/// A distribution with an origin by a domain name.
fn distribution(stack: &mut Stack<Prod>, origin: distribution::Origin) {
    distribution_of("Distribution", stack, origin);
}

fn distribution_of(id: &str, stack: &mut Stack<Prod>, origin: distribution::Origin) {
    let behavior = distribution::DefaultCacheBehavior::new(
        "api",
        distribution::DefaultCacheBehaviorViewerProtocolPolicy::HTTPS_ONLY,
    );
    let config = distribution::DistributionConfig::new(behavior, true).origins([origin]);
    stack.add(id.to_owned(), cloudfront::Distribution::new(config));
}

fn about_fronting(app: App) -> Vec<Diagnostic> {
    findings(app).into_iter().filter(|found| found.code() == "CF-04").collect()
}

#[test]
fn a_load_balancer_that_clients_reach_past_their_distribution_is_refused() {
    // By its own host name, and by a record of the program that leads to it.
    for by_record in [false, true] {
        let app = program::<Prod>(|stack, vpc, _| {
            let acl = innovate_aws::security::WebAcl::<innovate_aws::security::Regional>::builder();
            let acl = stack.add("WebAcl", acl.build());
            let balancer = stack.add("LoadBalancer", balancer(Scheme::internet(vpc, &acl)));
            let domain: Value<Text> = match by_record {
                false => balancer.dns_name(),
                true => {
                    let alias = route53::record_set::AliasTarget::new(
                        balancer.dns_name(),
                        balancer.hosted_zone_id(),
                    );
                    let record = route53::RecordSet::new("origin.innovate.example.", "A");
                    stack.add("Record", record.alias_target(alias));
                    "origin.innovate.example".give()
                }
            };
            distribution(stack, distribution::Origin::new(domain, "api"));
        });
        let found = single("CF-04", about_fronting(app));
        assert_eq!(found.message(), "clients reach a load balancer past CloudFront");
        assert_eq!(found.given_value(), Some("0.0.0.0/0"));
        assert_eq!(found.related_places().len(), 2);
    }
}

#[test]
fn a_load_balancer_for_cloudfront_that_asks_for_no_header_is_refused() {
    let found = one(
        "CF-04",
        program::<Prod>(|stack, vpc, _| {
            stack.add("LoadBalancer", balancer(Scheme::cloudfront(vpc)));
        }),
    );
    assert_eq!(found.message(), "anyone's CloudFront distribution reaches the load balancer");
}

#[test]
fn a_rule_of_ones_own_that_forgets_the_header_is_refused() {
    let app = program::<Prod>(|stack, vpc, cluster| {
        let balancer = stack.add("LoadBalancer", behind_cloudfront(vpc));
        stack.allow(&balancer, Port::tcp(8443), cluster);
        let group = TargetGroup::builder().load_balancer(&balancer).port(8443).build();
        let group = stack.add("Api", group);
        let forward = elb::listener_rule::Action::new(elb::listener_rule::ActionType::FORWARD)
            .target_group_arn(group.arn());
        let condition =
            elb::listener_rule::RuleCondition::new().field("path-pattern").values(["/*"]);
        let rule = elb::ListenerRule::new([forward], [condition], 7);
        stack.add("Open", rule.listener_arn(balancer.listener_arn()));
        distribution(stack, distribution::Origin::new(balancer.dns_name(), "api"));
    });
    let found = single("CF-04", about_fronting(app));
    assert!(found.given_value().unwrap().contains("without asking for a header"));
}

#[test]
fn each_distribution_is_let_in_by_a_rule_and_each_rule_lets_one_in() {
    let found = |values: &[&str], shown: &[&str]| {
        let secret = |name: &str| format!("{{{{resolve:secretsmanager:{name}}}}}");
        let app = program::<Prod>(|stack, vpc, cluster| {
            let balancer = stack.add("LoadBalancer", behind_cloudfront(vpc));
            stack.allow(&balancer, Port::tcp(8443), cluster);
            for (number, value) in (1_i64..).zip(values) {
                let action = elb::listener_rule::ActionType::FORWARD;
                let forward = elb::listener_rule::Action::new(action);
                let config = elb::listener_rule::HttpHeaderConfig::new()
                    .http_header_name("X-Origin-Verify")
                    .values([secret(value)]);
                let condition = elb::listener_rule::RuleCondition::new()
                    .field("http-header")
                    .http_header_config(config);
                let rule = elb::ListenerRule::new([forward], [condition], number);
                let rule = rule.listener_arn(balancer.listener_arn());
                stack.add(format!("Rule{number}"), rule);
            }
            for (number, value) in (1..).zip(shown) {
                let header =
                    distribution::OriginCustomHeader::new("X-Origin-Verify", secret(value));
                let origin = distribution::Origin::new(balancer.dns_name(), "api");
                let origin = origin.origin_custom_headers([header]);
                distribution_of(&format!("Distribution{number}"), stack, origin);
            }
        });
        let found = about_fronting(app);
        found.iter().map(|found| found.message().to_owned()).collect::<Vec<_>>()
    };
    let refused = ["the load balancer refuses what its distribution shows"];
    assert_eq!(found(&["a", "b"], &["a", "b"]), [""; 0]);
    assert_eq!(found(&["a", "b"], &["b", "a"]), [""; 0]);
    assert_eq!(found(&["a", "b"], &["a"]), refused, "nobody shows b");
    assert_eq!(found(&["a"], &["a", "b"]), refused, "nothing accepts b");
}

#[test]
fn a_vpc_origin_that_only_cloudfront_reaches_is_good() {
    let app = program::<Prod>(|stack, vpc, _| {
        let balancer = stack.add("LoadBalancer", balancer(Scheme::vpc_origin(vpc)));
        let arn = balancer.arn().assume::<Text>();
        let endpoint = vpc_origin::VpcOriginEndpointConfig::new(arn, "api");
        let origin = stack.add("Origin", cloudfront::VpcOrigin::new(endpoint));
        let config = distribution::VpcOriginConfig::new(origin.id());
        let origin =
            distribution::Origin::new(balancer.dns_name(), "api").vpc_origin_config(config);
        distribution(stack, origin);
    });
    assert_eq!(about_fronting(app), []);
}

#[test]
fn a_path_through_a_load_balancer_behind_cloudfront_to_a_database_is_found() {
    for internal in [false, true] {
        let app = program::<Prod>(|stack, vpc, _| {
            let data = database(stack, vpc);
            if internal {
                let balancer = stack.add("LoadBalancer", balancer(Scheme::vpc_origin(vpc)));
                stack.allow(&balancer, Port::POSTGRES, &data);
                let endpoint = vpc_origin::VpcOriginEndpointConfig::new(
                    balancer.arn().assume::<Text>(),
                    "api",
                );
                stack.add("Origin", cloudfront::VpcOrigin::new(endpoint));
            } else {
                let balancer = stack.add("LoadBalancer", behind_cloudfront(vpc));
                stack.allow(&balancer, Port::POSTGRES, &data);
            }
        });
        let found: Vec<_> =
            findings(app).into_iter().filter(|found| found.code() == "NET-14").collect();
        // The public tier reaches the data tier by no ACL; the private one does.
        assert_eq!(found.len(), usize::from(internal), "{found:#?}");
    }
}

#[test]
fn what_a_public_load_balancer_is_made_of_is_accepted_by_the_registry() {
    let app = program::<Prod>(|stack, vpc, cluster| {
        public(stack, vpc, cluster);
    });
    let synthesis = crate::program::synth_with_registry(app);
    let problems = crate::program::problems(&synthesis);
    assert!(
        problems.iter().all(|found| !found.starts_with("LIM") && !found.starts_with("REF")),
        "{problems:#?}"
    );
}

/// The findings about the rule of a target group, with these conditions in place of its own.
fn about_conditions(conditions: serde_json::Value) -> Vec<Diagnostic> {
    let app = program::<Prod>(|stack, vpc, _| {
        let balancer = stack.add("LoadBalancer", balancer(Scheme::vpc_origin(vpc)));
        let group = TargetGroup::builder().load_balancer(&balancer).port(8443).build();
        stack.add("Pods", group);
        stack.override_property("PodsRule", "Conditions", Node::from(conditions));
    });
    findings(app).into_iter().filter(|found| found.code() == "ELB-05").collect()
}

#[test]
fn a_rule_has_one_condition_of_a_kind_and_five_values() {
    use serde_json::json;
    let host =
        |values: &[&str]| json!({"Field": "host-header", "HostHeaderConfig": {"Values": values}});
    let path = |values: &[&str]| json!({"Field": "path-pattern", "Values": values});
    let header = |value: &str| {
        let config = json!({"HttpHeaderName": "x-a", "Values": [value]});
        json!({"Field": "http-header", "HttpHeaderConfig": config})
    };
    let good = json!([header("1"), header("2"), host(&["a.b"]), path(&["/a/*", "/b/*"])]);
    assert_eq!(about_conditions(good), []);
    let twice = about_conditions(json!([path(&["/a"]), path(&["/b"])]));
    assert_eq!(twice.len(), 1, "{twice:#?}");
    assert_eq!(twice[0].message(), "a listener's rule takes one condition of this kind");
    assert_eq!(twice[0].given_value(), Some("2 of `path-pattern`"));
    let many = json!([header("1"), host(&["a.b", "c.d", "e.f"]), path(&["/a", "/b"])]);
    let many = about_conditions(many);
    assert_eq!(many.len(), 1, "{many:#?}");
    assert_eq!(
        many[0].given_value(),
        Some("1 of `http-header`, 3 of `host-header`, 2 of `path-pattern`")
    );
    let wild = about_conditions(json!([path(&["/*/a/*", "/?/b/*", "/*/*"])]));
    assert_eq!(wild[0].given_value(), Some("6 of `*` and `?`"));
    assert_eq!(about_conditions(json!([path(&["/a", "/b", "/c", "/d", "/e"])])), []);
}

#[test]
fn expressions_of_a_condition_count_as_values_and_pairs_of_a_query_have_wildcards() {
    use serde_json::json;
    let expressions = |count: usize| {
        let expressions = vec!["^/a.*/b.*$"; count];
        let path = json!({"Values": ["/c"]});
        let host = json!({"RegexValues": expressions});
        about_conditions(json!([
            {"Field": "path-pattern", "PathPatternConfig": path},
            {"Field": "host-header", "HostHeaderConfig": host},
        ]))
    };
    assert_eq!(expressions(4), [], "in which nothing is a wildcard");
    let found = single("ELB-05", expressions(5));
    assert_eq!(found.given_value(), Some("1 of `path-pattern`, 5 of `host-header`"));
    let six = vec!["a"; 6];
    let beside = about_conditions(json!([{"Field": "path-pattern", "RegexValues": six}]));
    assert_eq!(single("ELB-05", beside).given_value(), Some("6 of `path-pattern`"));
    let query = |value: &str| {
        let pairs = json!([{"Key": "a*", "Value": "*b*"}, {"Value": value}]);
        about_conditions(json!([
            {"Field": "query-string", "QueryStringConfig": {"Values": pairs}},
        ]))
    };
    assert_eq!(query("?c?"), []);
    assert_eq!(single("ELB-05", query("?c?*")).given_value(), Some("6 of `*` and `?`"));
}
