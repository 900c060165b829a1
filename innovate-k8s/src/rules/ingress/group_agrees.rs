//! `K8S-11`: the ingresses of one group agree on their load balancer.

use std::collections::BTreeMap;

use innovate_core::{
    Manifest, Rule, Severity,
    check::{Check, Findings, Model},
};

use super::{super::clusters, annotation, ingresses, parameters};
use crate::view::{text, title};

pub(crate) static GROUP_AGREES: Rule = Rule {
    code: "K8S-11",
    title: "the ingresses of one group agree on what their load balancer has once",
    explanation: "The ingresses of a group share one load balancer. If two of them state different \
schemes, web ACLs or other settings that it has only once, the controller stops updating the whole \
group: routes of other teams too.\n\nSource: \"IngressGroup\" and \"Annotations\" (merge behaviour \
Exclusive), AWS Load Balancer Controller documentation.",
    check: Check::Model(check),
};

/// Annotations of which a load balancer has one value.
const EXCLUSIVE: [&str; 14] = [
    "customer-owned-ipv4-pool",
    "ip-address-type",
    "load-balancer-name",
    "manage-backend-security-group-rules",
    "minimum-load-balancer-capacity",
    "scheme",
    "security-groups",
    "shield-advanced-protection",
    "ssl-policy",
    "ssl-redirect",
    "subnets",
    "waf-acl-id",
    "wafv2-acl-arn",
    "wafv2-acl-name",
];

fn check(model: &Model<'_>, findings: &mut Findings) {
    for objects in clusters(model) {
        let mut said: BTreeMap<(&str, &str), (&str, &Manifest)> = BTreeMap::new();
        for ingress in ingresses(objects) {
            let pinned = parameters(objects, ingress).map(|spec| text(spec, "/group/name"));
            let group = pinned.filter(|name| !name.is_empty());
            let Some(group) = group.or_else(|| annotation(ingress, "group.name")) else { continue };
            for name in EXCLUSIVE {
                let Some(value) = annotation(ingress, name) else { continue };
                let (first, other) = *said.entry((group, name)).or_insert((value, ingress));
                if first != value {
                    let message = format!(
                        "{} and {} share the load balancer `{group}`, and disagree on `{name}`",
                        title(other),
                        title(ingress)
                    );
                    findings.report(
                        objects
                            .finding("K8S-11", Severity::Error, ingress, message)
                            .property(format!("metadata/annotations/{name}"))
                            .given(value)
                            .allowed(first)
                            .related(other.location(), "the first is made here")
                            .help("say it once, in the `IngressClassParams` of their class"),
                    );
                }
            }
        }
    }
}
