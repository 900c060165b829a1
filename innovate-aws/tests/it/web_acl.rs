//! What a web ACL is made of.

use innovate_aws::{
    keys::{KmsKey, Logs},
    observability::Retention,
    security::{
        CloudFront, Regional, WebAcl, WebAclHandle,
        web_acl::{
            Action, ClientIp, CommonRule, CustomRule, GeoRule, IpRule, Logged, Managed,
            ManagedRuleGroup, RateLimit, RateWindow, WebAclMetric, WebAclScope, statement,
        },
    },
};
use innovate_core::{App, Dev, Node, Prod, Resource, Stack, Stage, cidr};

use crate::program::{environment, findings};

/// A production stack with the web ACL as `WebAcl`.
pub(crate) fn protection(acl: WebAcl<Regional>) -> (Stack<Prod>, WebAclHandle<Regional>) {
    let mut stack = environment::<Prod>().stack("protection");
    let handle = stack.add("WebAcl", acl);
    (stack, handle)
}

/// The groups of a good web ACL, of which the core rule set counts only.
pub(crate) fn counting_core() -> [Managed; 4] {
    [
        ManagedRuleGroup::CommonRuleSet.count(),
        ManagedRuleGroup::IpReputation.block(),
        ManagedRuleGroup::KnownBadInputs.block(),
        ManagedRuleGroup::SqlInjection.block(),
    ]
}

pub(crate) fn app<S: Stage>(stack: Stack<S>) -> App {
    App::new("test").stack(stack)
}

fn acl<S: Stage>(stack: &Stack<S>) -> &Resource {
    stack.model().resource("WebAcl").expect("the web ACL")
}

/// Name, priority and kind of action of each rule, in order.
fn rules<S: Stage>(stack: &Stack<S>) -> Vec<(String, i64, &'static str)> {
    let rules = acl(stack).properties().get("Rules").and_then(Node::as_list).unwrap_or_default();
    rules
        .iter()
        .map(|rule| {
            let action = [
                "Action/Block",
                "Action/Count",
                "Action/Allow",
                "OverrideAction/None",
                "OverrideAction/Count",
            ]
            .into_iter()
            .find(|path| rule.at(path).is_some())
            .expect("an action");
            (
                rule.get("Name").and_then(Node::as_text).unwrap().to_owned(),
                rule.get("Priority").and_then(Node::as_integer).unwrap(),
                action,
            )
        })
        .collect()
}

fn rule<'a, S: Stage>(stack: &'a Stack<S>, name: &str) -> &'a Node {
    let rules = acl(stack).properties().get("Rules").and_then(Node::as_list).unwrap_or_default();
    rules
        .iter()
        .find(|rule| rule.get("Name").and_then(Node::as_text) == Some(name))
        .unwrap_or_else(|| panic!("no rule {name}"))
}

#[test]
fn without_a_single_option_it_is_good_for_production() {
    let (stack, handle) = protection(WebAcl::<Regional>::builder().build());
    let expected = [
        ("RateLimit", 400, "Action/Block"),
        ("AWSManagedRulesAmazonIpReputationList", 501, "OverrideAction/None"),
        ("AWSManagedRulesCommonRuleSet", 503, "OverrideAction/None"),
        ("AWSManagedRulesKnownBadInputsRuleSet", 504, "OverrideAction/None"),
        ("AWSManagedRulesSQLiRuleSet", 505, "OverrideAction/None"),
    ];
    assert_eq!(rules(&stack), expected.map(|(name, at, action)| (name.to_owned(), at, action)));
    assert_eq!(handle.capacity(), 2 + 25 + 700 + 200 + 200);
    assert_eq!(findings(app(stack)), []);
}

#[test]
fn its_name_is_known_before_deployment_and_its_log_has_the_prefix() {
    let (stack, handle) = protection(WebAcl::<Regional>::builder().build());
    assert_eq!(handle.web_acl_name().as_str(), "innovate-prod-protection-web-acl");
    let name = acl(&stack).properties().get("Name").and_then(Node::as_text);
    assert_eq!(name, Some("innovate-prod-protection-web-acl"));
    let group = stack.model().resource("WebAclLogs").unwrap();
    assert_eq!(
        group.properties().get("LogGroupName").and_then(Node::as_text),
        Some("aws-waf-logs-innovate-prod-protection-web-acl")
    );
    assert!(group.properties().get("KmsKeyId").is_some());
    assert_eq!(group.properties().get("RetentionInDays"), Some(&Node::Integer(365)));
    let ids: Vec<&str> = stack.model().resources().iter().map(Resource::logical_id).collect();
    assert_eq!(ids, ["WebAcl", "WebAclLogKey", "WebAclLogKeyAlias", "WebAclLogs", "WebAclLogging"]);
}

#[test]
fn outside_production_its_log_is_kept_for_a_month() {
    let stack: Stack<Dev> = {
        let mut stack = environment().stack("protection");
        stack.add("WebAcl", WebAcl::<Regional>::builder().build());
        stack
    };
    let group = stack.model().resource("WebAclLogs").unwrap();
    assert_eq!(group.properties().get("RetentionInDays"), Some(&Node::Integer(30)));
}

#[test]
fn the_log_keeps_what_matters_and_no_secret() {
    let builder = WebAcl::<Regional>::builder().redacted_headers(["X-Api-Key", "Cookie"]);
    let (stack, _) = protection(builder.build());
    let logging = stack.model().resource("WebAclLogging").unwrap().properties();
    let fields = logging.get("RedactedFields").and_then(Node::as_list).unwrap();
    let names: Vec<&str> =
        fields.iter().filter_map(|field| field.at("SingleHeader/Name")?.as_text()).collect();
    assert_eq!(names, ["authorization", "cookie", "x-api-key"]);
    let at = |path: &str| logging.at(path).and_then(Node::as_text);
    assert_eq!(at("LoggingFilter/DefaultBehavior"), Some("DROP"));
    assert_eq!(at("LoggingFilter/Filters/0/Behavior"), Some("KEEP"));
    let kept = |index| {
        at(&format!("LoggingFilter/Filters/0/Conditions/{index}/ActionCondition/Action"))
            .map(str::to_owned)
    };
    assert_eq!((kept(0).as_deref(), kept(1).as_deref()), (Some("BLOCK"), Some("COUNT")));

    let mut stack = environment::<Prod>().stack("protection");
    let key = stack.add("Key", KmsKey::<Logs>::new());
    let everything = WebAcl::<Regional>::builder()
        .logged(Logged::Everything)
        .log_retention(Retention::OneYear)
        .logs_key(&key)
        .build();
    stack.add("WebAcl", everything);
    let logging = stack.model().resource("WebAclLogging").unwrap().properties();
    assert_eq!(logging.get("LoggingFilter"), None);
    assert!(stack.model().resource("WebAclLogKey").is_none());
    assert_eq!(findings(app(stack)), []);
}

#[test]
fn every_kind_of_rule_has_its_place() {
    let builder = WebAcl::<Regional>::builder()
        .managed([
            ManagedRuleGroup::BotControl.count(),
            ManagedRuleGroup::SqlInjection.block(),
            ManagedRuleGroup::KnownBadInputs.into(),
            ManagedRuleGroup::CommonRuleSet.into(),
            ManagedRuleGroup::IpReputation.into(),
            ManagedRuleGroup::AnonymousIp.into(),
            ManagedRuleGroup::AntiDdos.into(),
        ])
        .rate_limits([
            RateLimit::per_ip(2_000),
            RateLimit::per_ip(100).on_path("/login").window(RateWindow::OneMinute),
        ])
        .addresses([
            IpRule::allow("Office", [cidr!("198.51.100.0/24")]),
            IpRule::block("Scanners", [cidr!("203.0.113.7/32")]),
        ])
        .countries(GeoRule::only([statement::Country::DE, statement::Country::AT]))
        .custom_rules([
            CustomRule::new("Health", 0, statement::path_is("/healthz"), Action::Allow),
            CustomRule::new("OldApi", 900, statement::path_starts_with("/V1/"), Action::Count),
        ]);
    let (stack, _) = protection(builder.build());
    let names: Vec<String> = rules(&stack).into_iter().map(|(name, ..)| name).collect();
    assert_eq!(
        names,
        [
            "Health",
            "AWSManagedRulesAntiDDoSRuleSet",
            "Office",
            "Scanners",
            "Countries",
            "RateLimit",
            "RateLimit-login",
            "AWSManagedRulesAmazonIpReputationList",
            "AWSManagedRulesAnonymousIpList",
            "AWSManagedRulesCommonRuleSet",
            "AWSManagedRulesKnownBadInputsRuleSet",
            "AWSManagedRulesSQLiRuleSet",
            "AWSManagedRulesBotControlRuleSet",
            "OldApi",
        ]
    );
    let login = rule(&stack, "RateLimit-login").at("Statement/RateBasedStatement").unwrap();
    assert_eq!(login.get("EvaluationWindowSec"), Some(&Node::Integer(60)));
    assert_eq!(
        login.at("ScopeDownStatement/ByteMatchStatement/SearchString").and_then(Node::as_text),
        Some("/login")
    );
    let anonymous = rule(&stack, "AWSManagedRulesAnonymousIpList");
    assert!(anonymous.at("OverrideAction/Count").is_some(), "counts unless told to block");
    let old = rule(&stack, "OldApi").at("Statement/ByteMatchStatement/SearchString");
    assert_eq!(old.and_then(Node::as_text), Some("/v1/"), "compared in lower case");
    let office = stack.model().resource("WebAclOfficeAddresses").unwrap();
    assert_eq!(
        office.properties().at("Addresses/0").and_then(Node::as_text),
        Some("198.51.100.0/24")
    );
    assert_eq!(findings(app(stack)), []);
}

#[test]
fn an_override_reaches_its_group_and_the_later_of_two_wins() {
    let builder = WebAcl::<Regional>::builder().overrides([
        CommonRule::NoUserAgentHeader.count(),
        CommonRule::NoUserAgentHeader.act(Action::Challenge),
        CommonRule::GenericLfiBody.count(),
    ]);
    let (stack, _) = protection(builder.build());
    let group = rule(&stack, "AWSManagedRulesCommonRuleSet");
    let overrides = group.at("Statement/ManagedRuleGroupStatement/RuleActionOverrides").unwrap();
    let overrides = overrides.as_list().unwrap();
    assert_eq!(overrides.len(), 2);
    assert_eq!(overrides[0].get("Name").and_then(Node::as_text), Some("NoUserAgent_HEADER"));
    assert!(overrides[0].at("ActionToUse/Challenge").is_some());
    assert!(overrides[1].at("ActionToUse/Count").is_some());
    assert_eq!(findings(app(stack)), []);
}

#[test]
fn an_override_of_a_group_that_it_does_not_run_is_refused() {
    let builder = WebAcl::<Regional>::builder().overrides([
        innovate_aws::security::web_acl::PhpRule::PhpHighRiskMethodsVariablesBody.count(),
    ]);
    let (stack, _) = protection(builder.build());
    let found = findings(app(stack));
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].code(), found[0].setter_name()), ("WAF-03", Some("overrides")));
    assert_eq!(
        found[0].given_value(),
        Some("`PHPHighRiskMethodsVariables_BODY` of `AWSManagedRulesPHPRuleSet`")
    );
}

#[test]
fn large_bodies_pass_only_where_they_may() {
    let builder = WebAcl::<Regional>::builder().large_bodies(["/uploads/", "/import"]);
    let (stack, _) = protection(builder.build());
    let group = rule(&stack, "AWSManagedRulesCommonRuleSet");
    let one = group.at("Statement/ManagedRuleGroupStatement/RuleActionOverrides/0").unwrap();
    assert_eq!(one.get("Name").and_then(Node::as_text), Some("SizeRestrictions_BODY"));
    assert!(one.at("ActionToUse/Count").is_some());
    let exception = rule(&stack, "LargeBodyElsewhere");
    assert!(exception.at("Action/Block").is_some());
    let both = exception.at("Statement/AndStatement/Statements").unwrap();
    assert_eq!(
        both.at("0/LabelMatchStatement/Key").and_then(Node::as_text),
        Some("awswaf:managed:aws:core-rule-set:SizeRestrictions_Body")
    );
    let paths = both.at("1/NotStatement/Statement/OrStatement/Statements").unwrap();
    let prefix = |index| {
        paths.at(&format!("{index}/ByteMatchStatement/SearchString")).and_then(Node::as_text)
    };
    assert_eq!((prefix(0), prefix(1)), (Some("/uploads/"), Some("/import")));
    // Or else a body of any size would get to `/login` as `/uploads/%2e%2e/login`.
    let made = |at| {
        let path = format!("0/ByteMatchStatement/TextTransformations/{at}/Type");
        paths.at(&path).and_then(Node::as_text)
    };
    assert_eq!((made(0), made(1)), (Some("URL_DECODE"), Some("NORMALIZE_PATH")));
    let after = rules(&stack);
    let place = |name: &str| after.iter().position(|(known, ..)| known == name);
    assert!(place("LargeBodyElsewhere") > place("AWSManagedRulesCommonRuleSet"));
    assert_eq!(findings(app(stack)), []);
}

#[test]
fn large_bodies_are_counted_where_the_core_rule_set_counts() {
    let builder =
        WebAcl::<Regional>::builder().managed(counting_core()).large_bodies(["/uploads/"]);
    let (stack, _) = protection(builder.build());
    let group = rule(&stack, "AWSManagedRulesCommonRuleSet");
    assert_eq!(group.at("Statement/ManagedRuleGroupStatement/RuleActionOverrides"), None);
    assert!(rule(&stack, "LargeBodyElsewhere").at("Action/Count").is_some());
    assert_eq!(findings(app(stack)), []);
}

#[test]
fn an_exception_for_every_path_is_refused() {
    let with = |path: &'static str| {
        let builder = WebAcl::<Regional>::builder().large_bodies(["/uploads/", path]);
        findings(app(protection(builder.build()).0))
    };
    for path in ["/", "//", "/./"] {
        let found = with(path);
        let [one] = &*found else { panic!("{path}: {found:#?}") };
        assert_eq!(
            (one.code(), one.message(), one.given_value(), one.setter_name()),
            (
                "WAF-03",
                "an exception for every path leaves no limit of bodies",
                Some(path),
                Some("large_bodies")
            )
        );
        assert!(one.help_texts()[0].contains("SizeRestrictionsBody.count()"), "{one:#?}");
    }
    assert_eq!(with("/.well-known/"), []);
}

#[test]
fn an_exception_from_a_limit_that_is_not_there_is_refused() {
    let mut stack = environment::<Dev>().stack("protection");
    let builder = WebAcl::<Regional>::builder()
        .managed([ManagedRuleGroup::SqlInjection])
        .large_bodies(["/uploads/"]);
    stack.add("WebAcl", builder.build());
    let found = findings(app(stack));
    let setters: Vec<Option<&str>> = found.iter().map(|found| found.setter_name()).collect();
    assert!(setters.contains(&Some("large_bodies")), "{found:#?}");
}

#[test]
fn behind_cloudfront_every_rule_about_addresses_reads_the_header() {
    let builder = WebAcl::<Regional>::builder()
        .client_ip(ClientIp::ForwardedFor)
        .addresses([IpRule::block("Scanners", [cidr!("203.0.113.7/32")])])
        .countries(GeoRule::block([statement::Country::AQ]));
    let (stack, _) = protection(builder.build());
    let header = |name: &str, path: &str| {
        rule(&stack, name).at(path).and_then(Node::as_text).map(str::to_owned)
    };
    let limit = "Statement/RateBasedStatement";
    assert_eq!(
        header("RateLimit", &format!("{limit}/AggregateKeyType")).as_deref(),
        Some("FORWARDED_IP")
    );
    for (name, path) in [
        ("RateLimit", "Statement/RateBasedStatement/ForwardedIPConfig/HeaderName"),
        ("Countries", "Statement/GeoMatchStatement/ForwardedIPConfig/HeaderName"),
        ("Scanners", "Statement/IPSetReferenceStatement/IPSetForwardedIPConfig/HeaderName"),
    ] {
        assert_eq!(header(name, path).as_deref(), Some("X-Forwarded-For"), "{name}");
    }
    assert_eq!(findings(app(stack)), []);
}

#[test]
fn one_for_cloudfront_is_in_us_east_1_and_has_a_name_of_another_type() {
    let mut stack = environment::<Prod>().us_east_1_stack("edge");
    let handle = stack.add("WebAcl", WebAcl::<CloudFront>::builder().build());
    let name: &innovate_aws::name::CloudFrontWebAclName = handle.web_acl_name();
    assert_eq!(name.as_str(), "innovate-prod-edge-web-acl");
    let acl = stack.model().resource("WebAcl").unwrap().properties();
    assert_eq!(acl.get("Scope").and_then(Node::as_text), Some("CLOUDFRONT"));
    assert_eq!(findings(App::new("test").stack(stack)), []);
}

#[test]
fn its_metrics_have_the_dimensions_of_its_scope() {
    fn names<S: WebAclScope>(handle: &WebAclHandle<S>) -> Vec<&'static str> {
        let metric = handle.metric(WebAclMetric::BlockedRequests);
        assert_eq!((metric.namespace(), metric.name()), ("AWS/WAFV2", "BlockedRequests"));
        metric.dimensions().iter().map(|(name, _)| *name).collect()
    }
    let (_, regional) = protection(WebAcl::<Regional>::builder().build());
    assert_eq!(names(&regional), ["WebACL", "Rule", "Region"]);
    let mut stack = environment::<Prod>().us_east_1_stack("edge");
    let cloudfront = stack.add("WebAcl", WebAcl::<CloudFront>::builder().build());
    assert_eq!(names(&cloudfront), ["WebACL", "Rule"]);
}
