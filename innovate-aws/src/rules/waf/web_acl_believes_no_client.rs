//! `WAF-10`: clients don't say themselves who they are.

use innovate_core::{
    Diagnostic, Manifest, Node, Resource, Rule,
    check::{Check, Findings, Model},
};

use super::{WEB_ACL, is_for_cloudfront, name, rules, visit};
use crate::rules::{load_balancer::lets_in_the_internet, network::firewall::Firewall, read::text};

/// `WAF-10`.
pub static WEB_ACL_BELIEVES_NO_CLIENT: Rule = Rule {
    code: "WAF-10",
    title: "a web ACL to which clients come directly takes no address from X-Forwarded-For",
    explanation: "\
What is in `X-Forwarded-For` is written by whoever sends the request. Behind CloudFront its last address is \
CloudFront's word, which only rules about sets of addresses look at: rate limits and rules about countries \
take the first, which a client may have made up there too. A limit that must hold belongs into the web ACL \
of the distribution. Where clients come directly, all of it is theirs: a new address with each request gets \
around every rate limit, one of the office's is let in by the list of the office, and one of another country \
passes a rule about countries. A web ACL for CloudFront, and one of a load balancer that lets in the \
internet, sees clients' addresses by itself.

Leave `.client_ip(..)` out, or let CloudFront alone reach the load balancer, `Scheme::vpc_origin(&vpc)`, with \
the limit that must hold in the distribution's web ACL. A web \
ACL that protects both kinds of load balancers is two.

Source: \"Using forwarded IP addresses in AWS WAF\", AWS WAF Developer Guide.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    let mut firewall = None;
    for acl in model.resources_of(WEB_ACL) {
        let believing: Vec<&str> =
            rules(acl).iter().filter(|rule| looks_into_header(rule)).map(name).collect();
        if believing.is_empty() {
            continue;
        }
        let finding = || {
            Diagnostic::error("WAF-10", "clients make up the addresses that rules are about")
                .on(acl)
                .property("Rules")
                .setter("client_ip")
                .given(format!("`{}`", believing.join("`, `")))
                .allowed("the address that the connection comes from")
        };
        if is_for_cloudfront(acl) == Some(true) {
            findings.report(
                finding().help("viewers come to CloudFront themselves: leave the header out"),
            );
            continue;
        }
        let firewall = firewall.get_or_insert_with(|| Firewall::of(model));
        let balancers = model
            .referrers("AWS::WAFv2::WebACLAssociation", "WebACLArn", acl.address())
            .filter_map(|association| model.target(association.properties().get("ResourceArn")?));
        let open = balancers.into_iter().find_map(|balancer| {
            lets_in_the_internet(firewall, balancer).map(|rule| (balancer, rule.peer.text()))
        });
        if let Some((balancer, peer)) = open {
            findings.report(
                finding()
                    .related(balancer.location(), format!("`{peer}` may connect to this load balancer"))
                    .help("leave `.client_ip(..)` out, or let CloudFront alone in, `Scheme::vpc_origin(&vpc)`, with the limit that must hold in the distribution's web ACL"),
            );
        } else if let Some(class) = open_class(model, acl).filter(|_| !asks_for_header(acl)) {
            let message = "load balancers of this class face the internet";
            findings.report(
                finding()
                    .related(class.location(), message)
                    .help("leave `.client_ip(..)` out, or ask for what CloudFront shows, `.origin_header(&header)`, with the limit that must hold in the distribution's web ACL"),
            );
        }
    }
}

/// A class of ingresses whose load balancers face the internet, with the web ACL before them.
fn open_class<'m>(model: &Model<'m>, acl: &Resource) -> Option<&'m Manifest> {
    let name = text(acl, "Name")?;
    let manifests = model.manifests().iter().flat_map(|set| set.manifests());
    let mut classes = manifests.filter(|found| found.kind() == "IngressClassParams");
    classes.find(|class| {
        class.text("/spec/wafv2AclName") == name
            && class.text("/spec/scheme") == "internet-facing"
            && class.object().pointer("/spec/prefixListsIDs").is_none()
    })
}

/// Whether a web ACL blocks whatever doesn't have some header.
fn asks_for_header(acl: &Resource) -> bool {
    rules(acl).iter().any(|rule| {
        let mut asks = false;
        if let Some(unless) = rule.at("Statement/NotStatement/Statement") {
            visit(unless, &mut |kind, body| {
                asks |=
                    kind == "ByteMatchStatement" && body.at("FieldToMatch/SingleHeader").is_some();
            });
        }
        asks && rule.at("Action/Block").is_some()
    })
}

/// Whether a rule is about an address in a header.
fn looks_into_header(rule: &Node) -> bool {
    let mut found = false;
    if let Some(statement) = rule.get("Statement") {
        visit(statement, &mut |kind, body| {
            found |= match kind {
                "RateBasedStatement" => {
                    body.get("AggregateKeyType").and_then(Node::as_text) == Some("FORWARDED_IP")
                }
                "IPSetReferenceStatement" => body.get("IPSetForwardedIPConfig").is_some(),
                "GeoMatchStatement" | "AsnMatchStatement" => {
                    body.get("ForwardedIPConfig").is_some()
                }
                _ => false,
            };
        });
    }
    found
}
