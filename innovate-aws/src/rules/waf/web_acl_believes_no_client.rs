//! `WAF-10`: clients don't say themselves who they are.

use std::net::Ipv6Addr;

use innovate_core::{
    Diagnostic, Manifest, Node, Resource, Rule,
    check::{Check, Findings, Model},
};

use super::{WEB_ACL, is_for_cloudfront, name, rules, visit};
use crate::rules::{
    edge::{
        DISTRIBUTION,
        origin::{is_deferred, shown_secrets},
    },
    load_balancer::lets_in_the_internet,
    network::{firewall::Firewall, passage::is_private},
    read::{items, number, text},
};

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

Sources: \"Using forwarded IP addresses in AWS WAF\" and \"Aggregating rate-based rules in AWS WAF\", AWS WAF \
Developer Guide; \"IngressClassParams\", AWS Load Balancer Controller documentation.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    let mut firewall = None;
    for acl in model.resources_of(WEB_ACL) {
        let believing: Vec<&Node> =
            rules(acl).iter().filter(|rule| looks_into_header(rule)).collect();
        if believing.is_empty() {
            continue;
        }
        let names: Vec<&str> = believing.iter().map(|rule| name(rule)).collect();
        let finding = || {
            Diagnostic::error("WAF-10", "clients make up the addresses that rules are about")
                .on(acl)
                .property("Rules")
                .setter("client_ip")
                .given(format!("`{}`", names.join("`, `")))
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
        } else if let Some(class) = open_class(model, acl)
            && !asks_for_secret(model, acl, &believing)
        {
            let message = "load balancers of this class face the internet";
            findings.report(
                finding()
                    .related(class.location(), message)
                    .help("leave `.client_ip(..)` out, or ask for what CloudFront shows, `.origin_header(&header)`, with the limit that must hold in the distribution's web ACL"),
            );
        }
    }
}

/// A class of ingresses whose load balancers let in the internet, with the web ACL before them.
fn open_class<'m>(model: &Model<'m>, acl: &Resource) -> Option<&'m Manifest> {
    let name = text(acl, "Name")?;
    let manifests = model.manifests().iter().flat_map(|set| set.manifests());
    let mut classes = manifests.filter(|found| found.kind() == "IngressClassParams");
    classes.find(|class| {
        class.text("/spec/wafv2AclName") == name
            && class.text("/spec/scheme") == "internet-facing"
            && lets_anyone_in(class)
    })
}

/// Whether a class lets addresses of the internet in: by its blocks, or without any by having no prefix
/// list in their place.
fn lets_anyone_in(class: &Manifest) -> bool {
    let spec = |field| class.object().pointer(field).and_then(serde_json::Value::as_array);
    let blocks = spec("/spec/inboundCIDRs").map_or(&[][..], Vec::as_slice);
    if blocks.is_empty() {
        return spec("/spec/prefixListsIDs").is_none_or(Vec::is_empty);
    }
    blocks.iter().filter_map(serde_json::Value::as_str).any(|block| match block.parse() {
        Ok(block) => !is_private(block),
        Err(_) => is_of_the_internet(block).unwrap_or(false),
    })
}

/// Whether a block of IPv6 has addresses other than unique local ones, `fc00::/7`; `None` if it is no block.
/// Source: RFC 4193.
fn is_of_the_internet(block: &str) -> Option<bool> {
    let (address, length) = block.split_once('/')?;
    let (address, length) = (address.parse::<Ipv6Addr>().ok()?, length.parse::<u8>().ok()?);
    (length <= 128).then(|| length < 7 || !address.is_unique_local())
}

/// Whether a web ACL blocks whatever doesn't show the origin's secret, before one of the rules that
/// believe a client lets it in.
fn asks_for_secret(model: &Model<'_>, acl: &Resource, believing: &[&Node]) -> bool {
    let priority = |rule: &Node| rule.get("Priority").and_then(number);
    let letting_in = believing.iter().filter(|rule| rule.at("Action/Allow").is_some());
    let first = letting_in.filter_map(|rule| priority(rule)).min();
    rules(acl).iter().any(|rule| {
        rule.at("Action/Block").is_some()
            && rule.get("Statement").is_some_and(|statement| holds_without_secret(model, statement))
            && first.is_none_or(|first| priority(rule).is_some_and(|own| own < first))
    })
}

/// Whether a statement matches every request without the origin's secret.
fn holds_without_secret(model: &Model<'_>, statement: &Node) -> bool {
    let each = |body: &Node| body.get("Statements").map(items).unwrap_or_default().to_vec();
    match statement.as_map().unwrap_or_default() {
        [(kind, body)] => match &**kind {
            "NotStatement" => body.get("Statement").is_some_and(|asked| asks_for_it(model, asked)),
            "AndStatement" => each(body).iter().all(|part| holds_without_secret(model, part)),
            "OrStatement" => each(body).iter().any(|part| holds_without_secret(model, part)),
            _ => false,
        },
        _ => false,
    }
}

/// Whether a statement matches no request without the origin's secret.
fn asks_for_it(model: &Model<'_>, statement: &Node) -> bool {
    let each = |body: &Node| body.get("Statements").map(items).unwrap_or_default().to_vec();
    match statement.as_map().unwrap_or_default() {
        [(kind, body)] => match &**kind {
            "ByteMatchStatement" => is_secret(model, body),
            "AndStatement" => each(body).iter().any(|part| asks_for_it(model, part)),
            "OrStatement" => each(body).iter().all(|part| asks_for_it(model, part)),
            "NotStatement" => {
                body.get("Statement").is_some_and(|part| holds_without_secret(model, part))
            }
            _ => false,
        },
        _ => false,
    }
}

/// Whether a header has to have a value that only CloudFront knows: one that a distribution of the program
/// shows, or if it has none that shows any, one that is nowhere in a template.
fn is_secret(model: &Model<'_>, comparison: &Node) -> bool {
    let header = comparison.at("FieldToMatch/SingleHeader/Name").and_then(Node::as_text);
    let (Some(header), Some(value)) = (header, comparison.get("SearchString")) else {
        return false;
    };
    let exact = comparison.get("PositionalConstraint").and_then(Node::as_text) == Some("EXACTLY");
    let mut shown = model.resources_of(DISTRIBUTION).flat_map(shown_secrets).peekable();
    let known = shown.peek().is_none()
        || shown.any(|(name, secret)| name.eq_ignore_ascii_case(header) && secret == value);
    exact && is_deferred(value) && known
}

/// Whether a rule is about an address in a header.
fn looks_into_header(rule: &Node) -> bool {
    let mut found = false;
    if let Some(statement) = rule.get("Statement") {
        visit(statement, &mut |kind, body| {
            found |= match kind {
                "RateBasedStatement" => counts_by_header(body),
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

/// Whether a rate is counted by an address in a header, alone or with other keys.
fn counts_by_header(rate: &Node) -> bool {
    let keys = rate.get("CustomKeys").map(items).unwrap_or_default();
    let is_it = |key: &Node| {
        let header = key.at("Header/Name").and_then(Node::as_text);
        key.get("ForwardedIP").is_some()
            || header.is_some_and(|name| name.eq_ignore_ascii_case("X-Forwarded-For"))
    };
    match rate.get("AggregateKeyType").and_then(Node::as_text) {
        Some("FORWARDED_IP") => true,
        Some("CUSTOM_KEYS") => keys.iter().any(is_it),
        _ => false,
    }
}
