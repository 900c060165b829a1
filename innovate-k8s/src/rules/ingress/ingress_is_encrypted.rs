//! `CF-05`: a load balancer speaks modern TLS, on both sides.

use innovate_core::{
    Manifest, Rule, Severity,
    check::{Check, Findings, Model},
};
use serde_json::Value;

use super::{super::clusters, annotation, ingresses, names_certificate, parameters};
use crate::view::{Objects, items, text, title};

pub(crate) static INGRESS_IS_ENCRYPTED: Rule = Rule {
    code: "CF-05",
    title: "a load balancer speaks modern TLS on both sides, and faces the internet behind a web ACL",
    explanation: "The load balancer controller's defaults are of 2016: TLS 1.0, plain HTTP to the \
pods, no redirect, no web ACL. An ingress, its class or its services must say otherwise; an \
`IngressClassParams` can't be overridden by an ingress, so that is where such settings \
belong.\n\nSource: \"Annotations\" and \"IngressClass\", AWS Load Balancer Controller documentation; \
\"Security policies for your Application Load Balancer\", Elastic Load Balancing User Guide.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    for objects in clusters(model) {
        for ingress in ingresses(objects) {
            let parameters = parameters(objects, ingress);
            let pinned = |name: &str| parameters.and_then(|spec| spec.get(name)?.as_str());
            let either = |parameter: &str, name: &str| {
                pinned(parameter).or_else(|| annotation(ingress, name))
            };
            let mut reasons = Vec::new();
            match either("sslPolicy", "ssl-policy") {
                None => reasons.push("no TLS policy, so the one of 2016".to_owned()),
                Some(policy)
                    if !policy.contains("-TLS13-1-2-") && !policy.contains("-TLS13-1-3-") =>
                {
                    reasons.push(format!("the TLS policy {policy}"));
                }
                Some(_) => {}
            }
            let listens = annotation(ingress, "listen-ports").unwrap_or_default();
            if !listens.contains("\"HTTPS\"") && !names_certificate(objects, ingress) {
                reasons.push("no HTTPS listener".to_owned());
            }
            if either("sslRedirectPort", "ssl-redirect").is_none() {
                reasons.push("no redirect from HTTP".to_owned());
            }
            let services = services(objects, ingress);
            for (name, what) in [
                ("backend-protocol", "plain HTTP to the pods"),
                ("healthcheck-protocol", "health checks over plain HTTP"),
            ] {
                if !speaks_tls(ingress, &services, name) {
                    reasons.push(what.to_owned());
                }
            }
            let public = either("scheme", "scheme") == Some("internet-facing");
            let web_acl =
                ["wafv2AclName", "wafv2AclArn"].into_iter().any(|name| pinned(name).is_some())
                    || ["wafv2-acl-name", "wafv2-acl-arn"]
                        .into_iter()
                        .any(|name| annotation(ingress, name).is_some_and(|acl| acl != "none"));
            if public && !web_acl {
                reasons.push("no web ACL in front of the internet".to_owned());
            }
            if reasons.is_empty() {
                continue;
            }
            let message = format!("the load balancer of {} is open to attacks", title(ingress));
            findings.report(
                objects
                    .finding("CF-05", Severity::Error, ingress, message)
                    .property("metadata/annotations")
                    .given(reasons.join("; "))
                    .help("make it with `Ingress`, of an `IngressClass` that pins these settings"),
            );
        }
    }
}

/// Whether an annotation says HTTPS for all pods that an ingress leads to. What a service says of its pods
/// counts before what the ingress does.
fn speaks_tls(ingress: &Manifest, services: &[Option<&Manifest>], name: &str) -> bool {
    let own = annotation(ingress, name);
    let is_tls = |service: Option<&Manifest>| {
        let said = service.and_then(|service| annotation(service, name));
        said.or(own) == Some("HTTPS")
    };
    match services {
        [] => is_tls(None),
        services => services.iter().all(|service| is_tls(*service)),
    }
}

/// The services that an ingress leads to, each if the program makes it.
fn services<'app>(objects: Objects<'app>, ingress: &'app Manifest) -> Vec<Option<&'app Manifest>> {
    let paths = items(ingress.object(), "/spec/rules").flat_map(|rule| items(rule, "/http/paths"));
    let names = paths.map(|path: &Value| text(path, "/backend/service/name"));
    let default = ingress.text("/spec/defaultBackend/service/name");
    let names = names.chain([default]).filter(|name| !name.is_empty());
    names.map(|name| objects.find("Service", ingress.namespace(), name)).collect()
}
