//! `K8S-11`: the ingresses of one group agree on their load balancer.

use std::collections::BTreeMap;

use innovate_core::{
    Manifest, Rule, Severity,
    check::{Check, Findings, Model},
};
use serde_json::Value;

use super::{super::clusters, annotation, ingresses, parameters};
use crate::view::{Objects, items, text, title};

pub(crate) static GROUP_AGREES: Rule = Rule {
    code: "K8S-11",
    title: "the ingresses of one group agree on what their load balancer has once",
    explanation: "The ingresses of a group share one load balancer. If two of them state different \
schemes, web ACLs, attributes or other settings that it has only once, or one order, the controller stops \
updating the whole group: routes of other teams too. What a class pins in its `IngressClassParams` counts, and \
not what an ingress of the class states. Where two of them lead one path of one host, the first in their order \
gets its requests, and the other none.\n\nSources: \"IngressGroup\" and \"Annotations\" (merge behaviour \
Exclusive), and \"IngressClass\", AWS Load Balancer Controller documentation.",
    check: Check::Model(check),
};

/// What a load balancer has one value of: the annotation, and the field of `IngressClassParams` that pins it.
const EXCLUSIVE: [(&str, Option<&str>); 15] = [
    ("customer-owned-ipv4-pool", None),
    ("inbound-cidrs", Some("inboundCIDRs")),
    ("ip-address-type", Some("ipAddressType")),
    ("load-balancer-name", Some("loadBalancerName")),
    ("manage-backend-security-group-rules", None),
    ("minimum-load-balancer-capacity", Some("minimumLoadBalancerCapacity")),
    ("scheme", Some("scheme")),
    ("security-groups", None),
    ("shield-advanced-protection", None),
    ("ssl-policy", Some("sslPolicy")),
    ("ssl-redirect", Some("sslRedirectPort")),
    ("subnets", Some("subnets")),
    ("waf-acl-id", None),
    ("wafv2-acl-arn", Some("wafv2AclArn")),
    ("wafv2-acl-name", Some("wafv2AclName")),
];

/// Attributes of load balancers, of which each has one value.
const ATTRIBUTES: &str = "load-balancer-attributes";

/// The orders of ingresses in their group, of which each is one ingress's.
const ORDER: &str = "group.order";

/// The group that an ingress is in, if it shares its load balancer.
fn group_of<'app>(objects: Objects<'app>, ingress: &'app Manifest) -> Option<&'app str> {
    let pinned = parameters(objects, ingress).map(|spec| text(spec, "/group/name"));
    pinned.filter(|name| !name.is_empty()).or_else(|| annotation(ingress, "group.name"))
}

/// What an ingress says of its load balancer, each setting with its value.
fn settings(objects: Objects<'_>, ingress: &Manifest) -> Vec<(String, String)> {
    let pinned = parameters(objects, ingress);
    let mut settings: Vec<(String, String)> = EXCLUSIVE
        .into_iter()
        .filter_map(|(name, field)| {
            let pinned = field.and_then(|field| pinned?.get(field)).map(shown);
            Some((
                name.to_owned(),
                pinned.or_else(|| annotation(ingress, name).map(str::to_owned))?,
            ))
        })
        .collect();
    let mut attributes: BTreeMap<&str, &str> = annotation(ingress, ATTRIBUTES)
        .into_iter()
        .flat_map(|list| list.split(','))
        .filter_map(|pair| pair.split_once('='))
        .map(|(key, value)| (key.trim(), value.trim()))
        .collect();
    let of_class = pinned.into_iter().flat_map(|spec| items(spec, "/loadBalancerAttributes"));
    attributes.extend(of_class.map(|pair| (text(pair, "/key"), text(pair, "/value"))));
    let attributes = attributes.into_iter();
    settings
        .extend(attributes.map(|(key, value)| (format!("{ATTRIBUTES} {key}"), value.to_owned())));
    settings
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(list) => {
            list.iter().map(|item| item.as_str().unwrap_or_default()).collect::<Vec<_>>().join(",")
        }
        other => other.to_string(),
    }
}

/// The paths of hosts that an ingress leads somewhere.
fn routes(ingress: &Manifest) -> Vec<String> {
    let rules = items(ingress.object(), "/spec/rules");
    let routes = rules.flat_map(|rule| {
        items(rule, "/http/paths")
            .map(|path| format!("{}{}", text(rule, "/host"), text(path, "/path")))
    });
    routes.collect()
}

fn check(model: &Model<'_>, findings: &mut Findings) {
    for objects in clusters(model) {
        let mut said: BTreeMap<(&str, String), (String, &Manifest)> = BTreeMap::new();
        let mut taken: BTreeMap<(&str, String), &Manifest> = BTreeMap::new();
        for ingress in ingresses(objects) {
            let Some(group) = group_of(objects, ingress) else { continue };
            let report = |message: String, other: &Manifest, path: &str| {
                objects
                    .finding("K8S-11", Severity::Error, ingress, message)
                    .property(path)
                    .related(other.location(), "the first is made here")
            };
            for (name, value) in settings(objects, ingress) {
                let annotated = name.split(' ').next().unwrap_or_default().to_owned();
                let first = said.entry((group, name.clone())).or_insert((value.clone(), ingress));
                if first.0 != value {
                    let message = format!(
                        "{} and {} share the load balancer `{group}`, and disagree on `{name}`",
                        title(first.1),
                        title(ingress)
                    );
                    findings.report(
                        report(message, first.1, &format!("metadata/annotations/{annotated}"))
                            .given(value)
                            .allowed(&first.0)
                            .help("say it once, in the `IngressClassParams` of their class"),
                    );
                }
            }
            let orders = annotation(ingress, ORDER).map(|order| format!("order {order}"));
            let path = format!("metadata/annotations/{ORDER}");
            let orders = orders.into_iter().map(|order| (order, path.clone(), "has"));
            let leads =
                routes(ingress).into_iter().map(|to| (to, "spec/rules".to_owned(), "leads"));
            for (what, path, verb) in orders.chain(leads) {
                let first = *taken.entry((group, what.clone())).or_insert(ingress);
                if !std::ptr::eq(first, ingress) {
                    let message = format!(
                        "{} {verb} what {} {verb} already, behind the load balancer `{group}`",
                        title(ingress),
                        title(first),
                    );
                    findings.report(
                        report(message, first, &path)
                            .given(what)
                            .help("give each its own, or join the two ingresses"),
                    );
                }
            }
        }
    }
}
