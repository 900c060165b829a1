//! WAF-05: behind CloudFront, a client's address is in a header.

use innovate_core::{
    Diagnostic, Node, Resource, Rule,
    check::{Check, Findings, Model},
};

use super::{WEB_ACL, is_for_cloudfront, name, rules, visit};
use crate::rules::read::items;

/// A regional web ACL behind CloudFront looks for clients' addresses in `X-Forwarded-For`.
pub static WEB_ACL_SEES_THE_CLIENT: Rule = Rule {
    code: "WAF-05",
    title: "a regional web ACL behind CloudFront takes clients' addresses from X-Forwarded-For",
    explanation: "\
A load balancer behind CloudFront sees CloudFront's addresses. A rate limit by that address counts all \
users as a few and blocks them together, and rules about addresses and countries are about CloudFront.

Say `.client_ip(ClientIp::ForwardedFor)`. Rate limits and rules about countries then take the header's \
first address, which a client may have made up: a limit that must hold belongs into the web ACL of the \
distribution. The finding is a warning, since a program doesn't say \
everywhere whether its load balancer stands behind its distribution; a web ACL whose load balancer \
doesn't can suppress it.

Source: \"Using forwarded IP addresses in AWS WAF\", AWS WAF Developer Guide.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    let Some(distribution) = model
        .resources_of("AWS::CloudFront::Distribution")
        .find(|distribution| has_custom_origin(distribution))
    else {
        return;
    };
    for acl in model.resources_of(WEB_ACL).filter(|acl| is_for_cloudfront(acl) == Some(false)) {
        let wrong: Vec<&str> =
            rules(acl).iter().filter(|rule| looks_at_source(rule)).map(name).collect();
        if wrong.is_empty() {
            continue;
        }
        findings.report(
            Diagnostic::warning("WAF-05", "rules by address would be about CloudFront's addresses")
                .on(acl)
                .property("Rules")
                .setter("client_ip")
                .given(format!("`{}`", wrong.join("`, `")))
                .related(distribution.location(), "this distribution has an origin that isn't S3")
                .help(
                    "say `.client_ip(ClientIp::ForwardedFor)` if it stands behind the distribution",
                ),
        );
    }
}

/// An origin that isn't a bucket.
fn has_custom_origin(distribution: &Resource) -> bool {
    let origins = distribution.properties().at("DistributionConfig/Origins");
    let origins = origins.and_then(Node::as_list).unwrap_or_default();
    origins.iter().any(|origin| {
        origin.get("CustomOriginConfig").is_some() || origin.get("VpcOriginConfig").is_some()
    })
}

/// Whether a rule is about the address that the connection comes from.
fn looks_at_source(rule: &Node) -> bool {
    let mut found = false;
    if let Some(statement) = rule.get("Statement") {
        visit(statement, &mut |kind, body| {
            found |= match kind {
                "RateBasedStatement" => counts_by_source(body),
                "IPSetReferenceStatement" => body.get("IPSetForwardedIPConfig").is_none(),
                "GeoMatchStatement" | "AsnMatchStatement" => {
                    body.get("ForwardedIPConfig").is_none()
                }
                _ => false,
            };
        });
    }
    found
}

/// Whether a rate is counted by that address, alone or with other keys.
fn counts_by_source(rate: &Node) -> bool {
    let keys = rate.get("CustomKeys").map(items).unwrap_or_default();
    match rate.get("AggregateKeyType").and_then(Node::as_text) {
        Some("IP") => true,
        Some("CUSTOM_KEYS") => keys.iter().any(|key| key.get("IP").is_some()),
        _ => false,
    }
}
