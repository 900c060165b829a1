//! What faces the internet: `WAF-01` to `WAF-04` and `CF-05` of every environment.

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::Value;

use crate::template::{Templates, items, text};

/// The web ACL of the environment's own region: CloudFront has another.
fn regional(templates: &Templates) -> &Value {
    let mut acls = templates.of_type("AWS::WAFv2::WebACL");
    acls.find(|(_, _, acl)| acl["Properties"]["Scope"] == "REGIONAL").unwrap().2
}

/// Its rules have names and priorities of their own, and do one thing each.
pub(crate) fn the_web_acl_is_well_formed(templates: &Templates) -> Result<(), TestCaseError> {
    let acl = regional(templates);
    let acl = &acl["Properties"];
    prop_assert_eq!(&acl["Scope"], "REGIONAL");
    let (mut names, mut priorities) = (BTreeSet::new(), BTreeSet::new());
    for rule in items(&acl["Rules"]) {
        prop_assert!(names.insert(text(&rule["Name"])), "{}", rule);
        prop_assert!(priorities.insert(rule["Priority"].as_i64()), "{}", rule);
        prop_assert!(rule["Action"].is_null() != rule["OverrideAction"].is_null(), "{}", rule);
    }
    Ok(())
}

/// It runs what every production needs.
pub(crate) fn the_web_acl_has_the_baseline(templates: &Templates) -> Result<(), TestCaseError> {
    let acl = regional(templates);
    let rules = || items(&acl["Properties"]["Rules"]).map(|rule| &rule["Statement"]);
    let managed: BTreeSet<&str> =
        rules().map(|rule| text(&rule["ManagedRuleGroupStatement"]["Name"])).collect();
    for group in ["CommonRuleSet", "KnownBadInputsRuleSet", "SQLiRuleSet", "AmazonIpReputationList"]
    {
        let name = format!("AWSManagedRules{group}");
        prop_assert!(managed.contains(&*name), "no {}", name);
    }
    prop_assert!(rules().any(|rule| !rule["RateBasedStatement"].is_null()));
    Ok(())
}

/// It logs, to a name that AWS WAF takes, and neither sessions nor tokens.
pub(crate) fn the_web_acl_logs(templates: &Templates) -> Result<(), TestCaseError> {
    for (stack, acl, _) in templates.of_type("AWS::WAFv2::WebACL") {
        let mut logging =
            templates.of_type("AWS::WAFv2::LoggingConfiguration").filter(|(of, ..)| *of == stack);
        let (_, _, logging) = logging.next().unwrap();
        let logging = &logging["Properties"];
        let (_, id, _) = templates.target(stack, &logging["ResourceArn"]).unwrap();
        prop_assert_eq!(id, acl);
        let redacted: BTreeSet<&str> = items(&logging["RedactedFields"])
            .map(|field| text(&field["SingleHeader"]["Name"]))
            .collect();
        prop_assert!(redacted.contains("authorization") && redacted.contains("cookie"));
        let destination = logging["LogDestinationConfigs"].to_string();
        let group = templates
            .of_type("AWS::Logs::LogGroup")
            .find(|(of, id, _)| *of == stack && destination.contains(&format!("${{{id}}}")));
        let name = group.map(|(.., group)| text(&group["Properties"]["LogGroupName"]));
        prop_assert!(name.is_some_and(|name| name.starts_with("aws-waf-logs-")), "{:?}", name);
    }
    Ok(())
}

/// The load balancer speaks TLS on both sides, redirects HTTP, and is behind the web ACL if the
/// internet reaches it.
pub(crate) fn the_load_balancer_is_encrypted(templates: &Templates) -> Result<(), TestCaseError> {
    let acl = regional(templates);
    for class in templates.of_kind("IngressClassParams") {
        let spec = &class["spec"];
        prop_assert!(text(&spec["sslPolicy"]).starts_with("ELBSecurityPolicy-TLS13-1-"));
        prop_assert_eq!(&spec["sslRedirectPort"], "443");
        if spec["scheme"] == "internet-facing" {
            prop_assert_eq!(&spec["wafv2AclName"], &acl["Properties"]["Name"]);
        } else {
            prop_assert_eq!(&spec["scheme"], "internal");
        }
        let drops = items(&spec["loadBalancerAttributes"]).any(|attribute| {
            attribute["key"] == "routing.http.drop_invalid_header_fields.enabled"
                && attribute["value"] == "true"
        });
        prop_assert!(drops);
    }
    for ingress in templates.of_kind("Ingress") {
        for path in items(&ingress["spec"]["rules"][0]["http"]["paths"]) {
            let name = &path["backend"]["service"]["name"];
            let service = templates.of_kind("Service").find(|it| it["metadata"]["name"] == *name);
            let annotations = &service.unwrap()["metadata"]["annotations"];
            for annotation in ["backend-protocol", "healthcheck-protocol"] {
                let key = format!("alb.ingress.kubernetes.io/{annotation}");
                prop_assert_eq!(&annotations[key], &Value::from("HTTPS"), "{}", annotation);
            }
        }
    }
    Ok(())
}
