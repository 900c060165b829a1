//! The rules about AWS WAF: each test breaks a good program in just one way.

use innovate_aws::{
    load_balancer::{OriginHeader, Scheme},
    security::{
        CloudFront, Regional, WebAcl,
        web_acl::{
            Action, CommonRule, CustomRule, GeoRule, IpRule, ManagedRuleGroup, RateLimit, statement,
        },
    },
};
use innovate_cfn::{
    cloudfront::{self, distribution},
    wafv2::{self, web_acl as waf},
};
use innovate_core::{
    App, Dev, Diagnostic, Manifest, ManifestSet, Node, Prod, Severity, Stack, Stage, cidr, json,
    value::IntoJson,
};

use crate::{
    load_balancer::{balancer, header, program},
    program::{environment, findings},
    web_acl::{app, counting_core, protection},
};

/// The good web ACL with one property of one resource set to something else.
fn broken(id: &str, path: &'static str, value: impl IntoJson) -> Vec<Diagnostic> {
    let (mut stack, _) = protection(WebAcl::<Regional>::builder().build());
    stack.override_property(id, path, value);
    findings(app(stack))
}

/// The one finding and its message.
fn one(found: &[Diagnostic]) -> (&'static str, &str) {
    match found {
        [one] => (one.code(), one.message()),
        other => panic!("not one finding: {other:#?}"),
    }
}

fn dev<S: Stage>(acl: WebAcl<Regional>) -> Stack<S> {
    let mut stack = environment::<S>().stack("protection");
    stack.add("WebAcl", acl);
    stack
}

#[test]
fn one_for_cloudfront_outside_us_east_1_is_refused() {
    let found = broken("WebAcl", "Scope", Node::Text("CLOUDFRONT".into()));
    assert_eq!(one(&found), ("WAF-01", "a web ACL for CloudFront is outside us-east-1"));
    assert_eq!(found[0].given_value(), Some("CLOUDFRONT in eu-west-1"));
}

#[test]
fn one_for_cloudfront_can_not_be_associated_with_a_load_balancer() {
    let mut stack = environment::<Prod>().us_east_1_stack("edge");
    let acl = stack.add("WebAcl", WebAcl::<CloudFront>::builder().build());
    let association = wafv2::WebACLAssociation::new("arn:aws:elasticloadbalancing:..", acl.arn());
    stack.add("Association", association);
    let found = findings(App::new("test").stack(stack));
    assert_eq!(one(&found), ("WAF-01", "a web ACL for CloudFront can't be associated"));
    assert_eq!(found[0].related_places().len(), 1);
}

/// Without what other rules find in so bare a distribution.
fn about_web_acls(found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    found.into_iter().filter(|found| found.code().starts_with("WAF-")).collect()
}

fn distribution_with_api() -> distribution::DistributionConfig {
    let behavior = distribution::DefaultCacheBehavior::new(
        "api",
        distribution::DefaultCacheBehaviorViewerProtocolPolicy::custom("https-only"),
    );
    let origin = distribution::Origin::new("origin.innovate.example", "api")
        .custom_origin_config(distribution::CustomOriginConfig::new("https-only"));
    distribution::DistributionConfig::new(behavior, true).origins([origin])
}

#[test]
fn a_regional_one_on_a_distribution_is_refused() {
    let mut stack = environment::<Dev>().stack("protection");
    let builder = WebAcl::<Regional>::builder()
        .client_ip(innovate_aws::security::web_acl::ClientIp::ForwardedFor);
    let acl = stack.add("WebAcl", builder.build());
    let config = distribution_with_api().web_acl_id(acl.arn());
    stack.add("Distribution", cloudfront::Distribution::new(config));
    let found = about_web_acls(findings(app(stack)));
    assert_eq!(one(&found), ("WAF-01", "a distribution can't have a regional web ACL"));
}

#[test]
fn behind_a_distribution_the_clients_address_is_in_a_header() {
    let mut stack = dev::<Dev>(WebAcl::<Regional>::builder().build());
    stack.add("Distribution", cloudfront::Distribution::new(distribution_with_api()));
    let found = about_web_acls(findings(app(stack)));
    assert_eq!(one(&found).0, "WAF-05");
    assert_eq!(found[0].severity(), Severity::Warning);
    assert_eq!(
        (found[0].given_value(), found[0].setter_name()),
        (Some("`RateLimit`"), Some("client_ip"))
    );
}

#[test]
fn one_for_cloudfront_believes_no_header() {
    let mut edge = environment::<Dev>().us_east_1_stack("edge");
    edge.add("WebAcl", WebAcl::<CloudFront>::builder().build());
    let rate = edge.model().resource("WebAcl").and_then(|acl| acl.properties().at("Rules/0/Name"));
    assert_eq!(rate.and_then(Node::as_text), Some("RateLimit"));
    let forwarded = json! {
        "AggregateKeyType" => "FORWARDED_IP", "Limit" => 100,
        "ForwardedIPConfig" => json! {
            "HeaderName" => "X-Forwarded-For", "FallbackBehavior" => "MATCH",
        },
    };
    edge.override_property("WebAcl", "Rules/0/Statement/RateBasedStatement", forwarded);
    let found = about_web_acls(findings(App::new("test").stack(edge)));
    let message = "clients make up the addresses that rules are about";
    assert_eq!(one(&found), ("WAF-10", message));
    assert_eq!(found[0].given_value(), Some("`RateLimit`"));
}

#[test]
fn one_before_the_internet_believes_no_header() {
    let behind = |open: bool| {
        let app = program::<Prod>(|stack, vpc, _| {
            let acl = WebAcl::<Regional>::builder()
                .client_ip(innovate_aws::security::web_acl::ClientIp::ForwardedFor)
                .countries(GeoRule::block([statement::Country::AQ]))
                .build();
            let acl = stack.add("WebAcl", acl);
            match open {
                true => drop(stack.add("LoadBalancer", balancer(Scheme::internet(vpc, &acl)))),
                false => {
                    let scheme = Scheme::vpc_origin(vpc).protected_by(&acl);
                    stack.add("LoadBalancer", balancer(scheme));
                }
            }
        });
        about_web_acls(findings(app))
    };
    assert_eq!(behind(false), []);
    let found = behind(true);
    assert_eq!(one(&found).0, "WAF-10");
    assert_eq!(found[0].given_value(), Some("`Countries`, `RateLimit`"));
    assert_eq!(found[0].setter_name(), Some("client_ip"));
    assert_eq!(found[0].related_places()[0].1, "`0.0.0.0/0` may connect to this load balancer");
    let help = found[0].help_texts().first().unwrap();
    assert!(
        help.ends_with("with the limit that must hold in the distribution's web ACL"),
        "{help}"
    );
}

#[test]
fn one_of_a_class_that_faces_the_internet_believes_no_header() {
    let with = |scheme: &str, header: Option<OriginHeader>| {
        let environment = environment::<Prod>();
        let mut stack = environment.stack("protection");
        let builder = WebAcl::<Regional>::builder()
            .client_ip(innovate_aws::security::web_acl::ClientIp::ForwardedFor);
        let acl = match &header {
            Some(header) => builder.origin_header(header).build(),
            None => builder.build(),
        };
        let acl = stack.add("WebAcl", acl);
        let class = serde_json::json!({
            "apiVersion": "elbv2.k8s.aws/v1beta1", "kind": "IngressClassParams",
            "metadata": {"name": "public"},
            "spec": {"scheme": scheme, "wafv2AclName": acl.web_acl_name().as_str()},
        });
        let class = Manifest::new(class, std::panic::Location::caller());
        let set = ManifestSet::new("innovate-prod", environment.site(), vec![class]);
        about_web_acls(findings(App::new("test").stack(stack).manifests(set)))
    };
    let found = with("internet-facing", None);
    assert_eq!(one(&found).0, "WAF-10");
    let related = "load balancers of this class face the internet";
    assert_eq!(found[0].related_places()[0].1, related);
    assert_eq!(with("internal", None), []);
    assert_eq!(with("internet-facing", Some(header())), []);
}

/// The findings of a web ACL that believes a header, before the load balancers of a class of this spec.
fn of_class(builder: WebAcl<Regional>, spec: serde_json::Value) -> Vec<Diagnostic> {
    let environment = environment::<Prod>();
    let mut stack = environment.stack("protection");
    let acl = stack.add("WebAcl", builder);
    let mut class = serde_json::json!({
        "apiVersion": "elbv2.k8s.aws/v1beta1", "kind": "IngressClassParams",
        "metadata": {"name": "public"},
        "spec": {"scheme": "internet-facing", "wafv2AclName": acl.web_acl_name().as_str()},
    });
    for (key, value) in spec.as_object().into_iter().flatten() {
        class["spec"][key] = value.clone();
    }
    let class = Manifest::new(class, std::panic::Location::caller());
    let set = ManifestSet::new("innovate-prod", environment.site(), vec![class]);
    about_web_acls(findings(App::new("test").stack(stack).manifests(set)))
}

#[test]
fn whom_a_class_lets_in_decides_whether_clients_come_directly() {
    let found = |spec| {
        let builder = WebAcl::<Regional>::builder()
            .client_ip(innovate_aws::security::web_acl::ClientIp::ForwardedFor);
        of_class(builder.build(), spec).len()
    };
    assert_eq!(found(serde_json::json!({})), 1);
    assert_eq!(found(serde_json::json!({"inboundCIDRs": ["10.0.0.0/8", "fd00::/8"]})), 0);
    assert_eq!(found(serde_json::json!({"inboundCIDRs": ["10.0.0.0/8", "203.0.113.0/24"]})), 1);
    assert_eq!(found(serde_json::json!({"inboundCIDRs": ["::/0"]})), 1);
    assert_eq!(found(serde_json::json!({"inboundCIDRs": ["FC00::/7", "fd12:3456::/32"]})), 0);
    assert_eq!(found(serde_json::json!({"inboundCIDRs": ["fc00::/6"]})), 1);
    assert_eq!(found(serde_json::json!({"inboundCIDRs": ["the office", "::/129"]})), 0);
    let listed = serde_json::json!({"prefixListsIDs": ["pl-0123456789abcdef0"]});
    assert_eq!(found(listed), 0);
    let both = serde_json::json!({
        "prefixListsIDs": ["pl-0123456789abcdef0"], "inboundCIDRs": ["0.0.0.0/0"],
    });
    assert_eq!(found(both), 1);
}

#[test]
fn a_rule_that_asks_for_no_secret_keeps_nobody_out() {
    let with = |asked: waf::Statement| {
        let rule = CustomRule::new("Ask", 1, statement::not(asked), Action::Block);
        let builder = WebAcl::<Regional>::builder()
            .client_ip(innovate_aws::security::web_acl::ClientIp::ForwardedFor)
            .custom_rules([rule]);
        of_class(builder.build(), serde_json::json!({})).len()
    };
    let secret = || {
        statement::header_is(
            "x-origin-verify",
            "{{resolve:secretsmanager:edge/origin:SecretString}}",
        )
    };
    let agent = || statement::header_is("user-agent", "Mozilla");
    assert_eq!(with(secret()), 0);
    assert_eq!(with(statement::all([secret(), agent()])), 0);
    assert_eq!(with(agent()), 1, "which anyone can write");
    assert_eq!(with(statement::any([secret(), agent()])), 1, "of which one is no secret");
    assert_eq!(with(statement::not(statement::not(agent()))), 1);
}

#[test]
fn whom_a_list_of_addresses_lets_in_before_the_secret_is_asked_for_keeps_none() {
    let list = |priority| {
        let set =
            statement::header_is("x-origin-verify", "{{resolve:secretsmanager:a:SecretString}}");
        let ask = CustomRule::new("Ask", priority, statement::not(set), Action::Block);
        let offices = IpRule::allow("Offices", [cidr!("203.0.113.0/24")]);
        let builder = WebAcl::<Regional>::builder()
            .client_ip(innovate_aws::security::web_acl::ClientIp::ForwardedFor)
            .rate_limits([])
            .addresses([offices])
            .custom_rules([ask]);
        let found = of_class(builder.build(), serde_json::json!({}));
        found.iter().filter(|found| found.code() == "WAF-10").count()
    };
    assert_eq!(list(1), 0);
    assert_eq!(list(90_000), 1);
}

#[test]
fn a_rate_that_is_counted_by_what_clients_write_is_found() {
    let with = |keys: serde_json::Value| {
        let mut edge = environment::<Dev>().us_east_1_stack("edge");
        edge.add("WebAcl", WebAcl::<CloudFront>::builder().build());
        let rate = serde_json::json!({
            "AggregateKeyType": "CUSTOM_KEYS", "Limit": 100, "CustomKeys": keys,
            "ForwardedIPConfig": {"HeaderName": "X-Forwarded-For", "FallbackBehavior": "MATCH"},
        });
        edge.override_property("WebAcl", "Rules/0/Statement/RateBasedStatement", Node::from(rate));
        about_web_acls(findings(App::new("test").stack(edge)))
    };
    let found = with(serde_json::json!([{"HTTPMethod": {}}, {"ForwardedIP": {}}]));
    assert_eq!(one(&found).0, "WAF-10");
    assert_eq!(found[0].given_value(), Some("`RateLimit`"));
    let none = serde_json::json!([{"Priority": 0, "Type": "NONE"}]);
    let header = |name: &str| serde_json::json!([{"IP": {}}, {"Header": {"Name": name, "TextTransformations": none}}]);
    assert_eq!(one(&with(header("X-Forwarded-For"))).0, "WAF-10");
    assert_eq!(with(header("authorization")), []);
}

#[test]
fn two_rules_of_one_priority_are_refused() {
    let custom = CustomRule::new("Mine", 400, statement::path_is("/x"), Action::Block);
    let (stack, _) = protection(WebAcl::<Regional>::builder().custom_rules([custom]).build());
    let found = findings(app(stack));
    assert_eq!(one(&found), ("WAF-02", "two rules of the web ACL have one priority"));
    assert_eq!(found[0].given_value(), Some("400 for `RateLimit` and for `Mine`"));
    assert_eq!(found[0].setter_name(), Some("custom_rules"));
}

#[test]
fn two_rules_of_one_name_are_refused() {
    let builder = WebAcl::<Regional>::builder()
        .rate_limits([RateLimit::per_ip(2_000), RateLimit::per_ip(10_000)]);
    let (stack, _) = protection(builder.build());
    let found = findings(app(stack));
    assert_eq!(one(&found), ("WAF-02", "rules of the web ACL have the same name"));
    assert_eq!(found[0].given_value(), Some("`RateLimit`, 2 times"));
    let builder = WebAcl::<Regional>::builder()
        .rate_limits([RateLimit::per_ip(2_000), RateLimit::per_ip(10_000).named("Burst")]);
    assert_eq!(findings(app(protection(builder.build()).0)), []);
}

#[test]
fn an_action_of_the_wrong_kind_is_refused() {
    let block = json! { "Block" => json! {} };
    let found = broken("WebAcl", "Rules/1/Action", block);
    assert_eq!(one(&found), ("WAF-02", "a rule group has the wrong kind of action"));
    assert_eq!(found[0].given_value(), Some("both for `AWSManagedRulesAmazonIpReputationList`"));
    let none = json! { "None" => json! {} };
    let found = broken("WebAcl", "Rules/0/OverrideAction", none);
    assert_eq!(one(&found), ("WAF-02", "a rule that is no group has the wrong kind of action"));
}

#[test]
fn capacity_above_the_base_price_is_a_warning_with_the_price() {
    let builder = WebAcl::<Regional>::builder().managed([
        ManagedRuleGroup::IpReputation,
        ManagedRuleGroup::CommonRuleSet,
        ManagedRuleGroup::KnownBadInputs,
        ManagedRuleGroup::SqlInjection,
        ManagedRuleGroup::Linux,
        ManagedRuleGroup::Posix,
        ManagedRuleGroup::Php,
    ]);
    let (stack, handle) = protection(builder.build());
    assert_eq!(handle.capacity(), 1_527);
    let found = findings(app(stack));
    assert_eq!(one(&found), ("WAF-06", "each million requests costs 0.20 US dollars more"));
    assert_eq!(found[0].severity(), Severity::Warning);
    assert_eq!(found[0].given_value(), Some("1527 WCU"));
}

#[test]
fn capacity_above_what_there_is_is_refused_with_what_takes_it() {
    let regex = |number: u32| {
        let field = waf::FieldToMatch::new().all_query_arguments(json! {});
        let transformations: Vec<_> = (0..9u8)
            .map(|priority| {
                waf::TextTransformation::new(priority, waf::TextTransformationType::LOWERCASE)
            })
            .collect();
        let statement = waf::Statement::new()
            .xss_match_statement(waf::XssMatchStatement::new(field, transformations));
        CustomRule::new(format!("Xss{number}"), 800 + number, statement, Action::Block)
    };
    let builder = WebAcl::<Regional>::builder().custom_rules((0..28).map(regex));
    let (stack, handle) = protection(builder.build());
    assert_eq!(handle.capacity(), 1_127 + 28 * (40 + 10 + 90));
    let found = findings(app(stack));
    assert_eq!(one(&found), ("WAF-02", "the web ACL's rules take more than there is"));
    assert_eq!(found[0].given_value(), Some("5047 WCU"));
    assert_eq!(
        found[0].help_texts(),
        [
            "most is taken by `AWSManagedRulesCommonRuleSet` 700, `AWSManagedRulesKnownBadInputsRuleSet` 200, `AWSManagedRulesSQLiRuleSet` 200"
        ]
    );
}

#[test]
fn a_production_web_acl_without_the_basic_groups_or_a_rate_limit_is_refused() {
    let builder = WebAcl::<Regional>::builder()
        .managed([ManagedRuleGroup::CommonRuleSet, ManagedRuleGroup::IpReputation]);
    let found = findings(app(protection(builder.build()).0));
    assert_eq!(one(&found), ("WAF-03", "the production web ACL lacks basic rule groups"));
    assert_eq!(
        found[0].help_texts(),
        ["add AWSManagedRulesKnownBadInputsRuleSet, AWSManagedRulesSQLiRuleSet"]
    );
    const NONE: [RateLimit; 0] = [];
    let found =
        findings(app(protection(WebAcl::<Regional>::builder().rate_limits(NONE).build()).0));
    assert_eq!(one(&found), ("WAF-03", "the production web ACL limits no rate"));
    assert_eq!(found[0].setter_name(), Some("rate_limits"));
    let lean = WebAcl::<Regional>::builder().managed([ManagedRuleGroup::CommonRuleSet]);
    assert_eq!(findings(app(dev::<Dev>(lean.rate_limits(NONE).build()))), []);
}

#[test]
fn overrides_of_a_group_that_only_counts_are_refused() {
    let builder = WebAcl::<Regional>::builder()
        .managed(counting_core())
        .overrides([CommonRule::NoUserAgentHeader.act(Action::Block)]);
    let found = findings(app(protection(builder.build()).0));
    assert_eq!(one(&found), ("WAF-03", "overrides of a group that only counts do nothing"));
    assert_eq!(found[0].given_value(), Some("`AWSManagedRulesCommonRuleSet` counts"));
}

#[test]
fn an_override_of_a_rule_that_does_not_exist_is_refused() {
    let misspelt = json! {
        "Name" => "SizeRestriction_BODY",
        "ActionToUse" => json! { "Count" => json! {} },
    };
    let overrides = Node::list([misspelt.into_node()]);
    let path = "Rules/2/Statement/ManagedRuleGroupStatement/RuleActionOverrides";
    let found = broken("WebAcl", path, overrides);
    assert_eq!(one(&found), ("WAF-03", "an override names a rule that its group doesn't have"));
    assert_eq!(
        found[0].given_value(),
        Some("`SizeRestriction_BODY` of `AWSManagedRulesCommonRuleSet`")
    );
    assert!(found[0].allowed_values().unwrap().contains("SizeRestrictions_BODY"));
}

#[test]
fn a_path_without_its_slash_is_refused_wherever_it_is_said() {
    let limit = |path: &'static str| {
        WebAcl::<Regional>::builder()
            .rate_limits([RateLimit::per_ip(2_000), RateLimit::per_ip(100).on_path(path)])
    };
    let custom = |statement| {
        let rule = CustomRule::new("Mine", 800, statement::not(statement), Action::Count);
        WebAcl::<Regional>::builder().custom_rules([rule])
    };
    let found = |acl| findings(app(protection(acl).0));
    for (wrong, setter, given) in [
        (limit("login").build(), "rate_limits", "`login` of `RateLimitlogin`"),
        (
            WebAcl::<Regional>::builder().large_bodies(["/import", "uploads/"]).build(),
            "large_bodies",
            "`uploads/` of `LargeBodyElsewhere`",
        ),
        (custom(statement::path_is("health")).build(), "custom_rules", "`health` of `Mine`"),
        (custom(statement::path_starts_with("")).build(), "custom_rules", "`` of `Mine`"),
    ] {
        let found = found(wrong);
        assert_eq!(one(&found), ("WAF-03", "a rule is for a path that no request has"));
        assert_eq!((found[0].setter_name(), found[0].given_value()), (Some(setter), Some(given)));
    }
    assert_eq!(found(limit("/login").build()), []);
    assert_eq!(found(custom(statement::header_is("x-from", "login")).build()), []);
}

#[test]
fn one_that_logs_nothing_is_refused() {
    let mut stack = environment::<Dev>().stack("protection");
    let allow = waf::DefaultAction::new().allow(waf::AllowAction::new());
    let visibility = waf::VisibilityConfig::new(true, "edge", true);
    stack.add("WebAcl", wafv2::WebACL::new(allow, waf::Scope::REGIONAL, visibility));
    assert_eq!(one(&findings(app(stack))), ("WAF-04", "the web ACL logs nothing"));
}

#[test]
fn a_log_without_the_prefix_is_refused() {
    let found = broken("WebAclLogs", "LogGroupName", Node::Text("waf-logs-edge".into()));
    assert_eq!(one(&found).0, "WAF-04");
    assert_eq!(found[0].given_value(), Some("waf-logs-edge"));
    let arn = "arn:aws:s3:::innovate-waf-logs";
    let destination = Node::list([Node::Text(arn.into())]);
    let found = broken("WebAclLogging", "LogDestinationConfigs", destination);
    assert_eq!(found[0].given_value(), Some("innovate-waf-logs"));
    let arn = "arn:aws:logs:eu-west-1:444455556666:log-group:aws-waf-logs-edge:*";
    let destination = Node::list([Node::Text(arn.into())]);
    assert_eq!(broken("WebAclLogging", "LogDestinationConfigs", destination), []);
}

#[test]
fn a_log_with_sessions_and_tokens_is_refused() {
    let fields = Node::list([json! { "SingleHeader" => json! { "Name" => "Cookie" } }.into_node()]);
    let found = broken("WebAclLogging", "RedactedFields", fields);
    assert_eq!(one(&found).0, "WAF-04");
    assert_eq!(found[0].given_value(), Some("`authorization` in the clear"));
}

#[test]
fn a_set_of_every_address_is_refused() {
    let everyone = IpRule::block("Everyone", [cidr!("0.0.0.0/0")]);
    let (stack, _) = protection(WebAcl::<Regional>::builder().addresses([everyone]).build());
    let found = findings(app(stack));
    assert_eq!(one(&found), ("WAF-07", "AWS WAF takes no block of every address"));
    assert_eq!(found[0].setter_name(), Some("addresses"));
}
