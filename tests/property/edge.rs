//! What faces the internet: `WAF-01` to `WAF-05`, `CF-04`, `CF-05` and `ELB-01` to `ELB-03` of every
//! environment.

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::Value;

use crate::{
    network::ingress,
    template::{Templates, items, text},
};

/// The web ACL of the environment's own region: CloudFront has another.
fn regional(templates: &Templates) -> &Value {
    let mut acls = templates.of_type("AWS::WAFv2::WebACL");
    acls.find(|(_, _, acl)| acl["Properties"]["Scope"] == "REGIONAL").unwrap().2
}

/// One for CloudFront is in us-east-1. The rules have names and priorities of their own, and do one thing
/// each.
pub(crate) fn the_web_acl_is_well_formed(templates: &Templates) -> Result<(), TestCaseError> {
    for (stack, id, acl) in templates.of_type("AWS::WAFv2::WebACL") {
        let global = acl["Properties"]["Scope"] == "CLOUDFRONT";
        prop_assert!(!global || templates.regions[stack] == "us-east-1", "{} in {}", id, stack);
    }
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

/// A load balancer of CloudFormation speaks TLS on both sides, keeps a log, drops what is no header, and
/// stays in production; behind CloudFront nobody else reaches it.
pub(crate) fn the_origin_is_encrypted_and_hidden(
    templates: &Templates,
) -> Result<(), TestCaseError> {
    let (stack, id, balancer) = templates.one("AWS::ElasticLoadBalancingV2::LoadBalancer");
    let balancer = &balancer["Properties"];
    prop_assert_eq!(&balancer["Scheme"], "internal", "{}", id);
    let mut on = vec!["access_logs.s3.enabled", "routing.http.drop_invalid_header_fields.enabled"];
    on.extend(templates.production.then_some("deletion_protection.enabled"));
    for key in on {
        let mut attributes = items(&balancer["LoadBalancerAttributes"]);
        let set = attributes.any(|it| it["Key"] == *key && it["Value"] == "true");
        prop_assert!(set, "{} without {}", id, key);
    }
    let mut listens = false;
    for (_, id, listener) in templates.of_type("AWS::ElasticLoadBalancingV2::Listener") {
        let listener = &listener["Properties"];
        if listener["DefaultActions"][0]["RedirectConfig"]["Protocol"] == "HTTPS" {
            continue;
        }
        listens = true;
        prop_assert_eq!(&listener["Protocol"], "HTTPS", "{}", id);
        let policy = text(&listener["SslPolicy"]);
        prop_assert!(policy.starts_with("ELBSecurityPolicy-TLS13-1-"), "{}: {}", id, policy);
        prop_assert!(items(&listener["Certificates"]).count() > 0, "{}", id);
    }
    prop_assert!(listens, "nothing listens");
    for (_, id, group) in templates.of_type("AWS::ElasticLoadBalancingV2::TargetGroup") {
        for protocol in ["Protocol", "HealthCheckProtocol"] {
            prop_assert_eq!(&group["Properties"][protocol], "HTTPS", "{}: {}", id, protocol);
        }
    }
    for group in items(&balancer["SecurityGroups"]) {
        let (_, group, _) = templates.target(stack, group).unwrap();
        for rule in ingress(templates, group) {
            prop_assert!(!rule["SourcePrefixListId"].is_null(), "{} reaches {}", rule, id);
        }
    }
    Ok(())
}

/// What the controller puts into a target group is a service of the program, where it listens.
pub(crate) fn targets_are_services(templates: &Templates) -> Result<(), TestCaseError> {
    for binding in templates.of_kind("TargetGroupBinding") {
        let (spec, namespace) = (&binding["spec"], &binding["metadata"]["namespace"]);
        let name = &spec["targetGroupName"];
        let mut groups = templates.of_type("AWS::ElasticLoadBalancingV2::TargetGroup");
        let group = groups.find(|(_, _, group)| group["Properties"]["Name"] == *name);
        let Some((_, _, group)) = group else {
            return Err(TestCaseError::fail(format!("no target group {name}")));
        };
        let service = templates.of_kind("Service").find(|service| {
            let metadata = &service["metadata"];
            metadata["name"] == spec["serviceRef"]["name"] && metadata["namespace"] == *namespace
        });
        let port = &group["Properties"]["Port"];
        let listens = service.is_some_and(|service| {
            items(&service["spec"]["ports"]).any(|it| it["port"] == spec["serviceRef"]["port"])
        });
        prop_assert!(listens, "no service {}", spec["serviceRef"]);
        let answers = templates.of_kind("Deployment").any(|deployment| {
            let containers = &deployment["spec"]["template"]["spec"]["containers"];
            deployment["metadata"]["name"] == spec["serviceRef"]["name"]
                && items(containers)
                    .flat_map(|container| items(&container["ports"]))
                    .any(|it| it["containerPort"] == *port)
        });
        prop_assert!(answers, "no pod listens on {}", port);
    }
    Ok(())
}
