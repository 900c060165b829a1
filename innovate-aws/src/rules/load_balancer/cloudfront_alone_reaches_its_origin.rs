//! `CF-04`: what a distribution fronts is reached through it alone.

use innovate_core::{
    Diagnostic, Node, Resource, Rule,
    check::{Check, Findings, Model},
};

use super::{LISTENER, LISTENER_RULE, applications, does, faces_internet};
use crate::rules::{
    network::firewall::{Firewall, Peer},
    network::store::addresses,
    read::{items, list, text},
};

/// `CF-04`.
pub static CLOUDFRONT_ALONE_REACHES_ITS_ORIGIN: Rule = Rule {
    code: "CF-04",
    title: "a load balancer behind CloudFront is reached by the program's distribution alone",
    explanation: "A web ACL, a cache and headers at the edge protect nothing if clients can go \
around them. A load balancer that is a distribution's origin lets in CloudFront's prefix list and \
nobody else. That list is every customer's, so a load balancer with public addresses also asks for a \
header that only the program's distribution adds, with the value that it adds; an internal one behind a VPC origin needs none, since \
only this account's distributions can use the VPC origin.\n\nA load balancer is known to be an origin \
by a VPC origin, by its own host name, or by an alias record of the program for the origin's \
name.\n\nSource: \"Restrict access to Application Load Balancers\" and \"Restrict access with VPC \
origins\", Amazon CloudFront Developer Guide.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    let mut firewall = None;
    for balancer in applications(model) {
        let origins = origins(model, balancer);
        let Some((distribution, _)) = origins.first() else { continue };
        let firewall = firewall.get_or_insert_with(|| Firewall::of(model));
        let groups = addresses(list(balancer, "SecurityGroups"));
        let around = groups
            .into_iter()
            .flat_map(|group| firewall.ingress(group))
            .find(|rule| matches!(rule.peer, Peer::Block(_) | Peer::EveryIpv6));
        if let Some(rule) = around {
            findings.report(
                finding(balancer, distribution, "clients reach a load balancer past CloudFront")
                    .given(rule.peer.text())
                    .allowed("CloudFront's prefix list")
                    .related(rule.resource.location(), "this lets them connect")
                    .help("use `Scheme::vpc_origin(&vpc)`, or `Scheme::cloudfront(&vpc)` with `.origin_header(..)`"),
            );
        } else if faces_internet(balancer) && !asks_for_header(model, balancer) {
            findings.report(
                finding(balancer, distribution, "anyone's CloudFront distribution reaches the load balancer")
                    .given("rules that forward requests without asking for a header")
                    .allowed("a condition on a header in each rule, and no default that forwards")
                    .help("ask for a header that only the program's distribution knows, `.origin_header(..)`, or use `Scheme::vpc_origin(&vpc)`"),
            );
        } else if let Some((distribution, rule)) = refusing(model, balancer, &origins) {
            findings.report(
                finding(balancer, distribution, "the load balancer refuses what its distribution shows")
                    .setter("origin_header")
                    .given("a rule that asks for another header, or for another value of it")
                    .allowed("what the distribution adds to each request")
                    .related(rule.location(), "this rule asks for it")
                    .help("give both the same `OriginHeader`; while it changes, one that is `.accepting(..)` the other"),
            );
        }
    }
}

fn finding(balancer: &Resource, origin: &Resource, message: &str) -> Diagnostic {
    Diagnostic::error("CF-04", message)
        .on(balancer)
        .setter("scheme")
        .related(origin.location(), "this distribution has it as an origin")
}

/// The distributions that have the load balancer as an origin, each with the origin.
fn origins<'m>(model: &Model<'m>, balancer: &Resource) -> Vec<(&'m Resource, &'m Node)> {
    let is_balancer = |node: Option<&Node>| {
        node.and_then(|node| model.target(node))
            .is_some_and(|found| found.address() == balancer.address())
    };
    let is_named = |host: &str| {
        model.resources_of("AWS::Route53::RecordSet").any(|record| {
            text(record, "Name").is_some_and(|name| name.trim_end_matches('.') == host)
                && is_balancer(record.properties().at("AliasTarget/DNSName"))
        })
    };
    let leads_here = |origin: &Node| {
        let vpc_origin = origin.at("VpcOriginConfig/VpcOriginId");
        let vpc_origin = vpc_origin.and_then(|node| model.target(node));
        let endpoint =
            vpc_origin.and_then(|found| found.properties().at("VpcOriginEndpointConfig/Arn"));
        let domain = origin.get("DomainName");
        is_balancer(endpoint)
            || is_balancer(domain)
            || domain.and_then(Node::as_text).is_some_and(is_named)
    };
    let distributions = model.resources_of("AWS::CloudFront::Distribution");
    let of_distribution = |distribution: &'m Resource| {
        let origins = distribution.properties().at("DistributionConfig/Origins");
        origins.map_or(&[][..], items).iter().map(move |origin| (distribution, origin))
    };
    distributions.flat_map(of_distribution).filter(|(_, origin)| leads_here(origin)).collect()
}

/// A rule of the load balancer that asks for a header which no distribution shows it, or one of those that
/// all refuse a distribution.
fn refusing<'m>(
    model: &Model<'m>,
    balancer: &Resource,
    origins: &[(&'m Resource, &'m Node)],
) -> Option<(&'m Resource, &'m Resource)> {
    let listeners = || model.referrers(LISTENER, "LoadBalancerArn", balancer.address());
    let rules: Vec<_> = listeners()
        .flat_map(|listener| model.referrers(LISTENER_RULE, "ListenerArn", listener.address()))
        .collect();
    let (first, _) = origins.first()?;
    let idle = rules.iter().find(|rule| origins.iter().all(|(_, origin)| refuses(rule, origin)));
    if let Some(rule) = idle {
        return Some((*first, *rule));
    }
    if listeners().any(|listener| does(listener, "DefaultActions", "forward")) {
        return None;
    }
    let mut forwarding = rules.into_iter().filter(|rule| does(rule, "Actions", "forward"));
    let (one, others) = (forwarding.next()?, forwarding.collect::<Vec<_>>());
    let is_refused =
        |origin: &Node| refuses(one, origin) && others.iter().all(|rule| refuses(rule, origin));
    let (distribution, _) = origins.iter().find(|(_, origin)| is_refused(origin))?;
    Some((*distribution, one))
}

/// Whether a rule asks for a header that an origin isn't shown.
fn refuses(rule: &Resource, origin: &Node) -> bool {
    let shown = origin.get("OriginCustomHeaders").map_or(&[][..], items);
    let shows = |condition: &Node| {
        let asked = condition.at("HttpHeaderConfig/HttpHeaderName").and_then(Node::as_text);
        let values = condition.at("HttpHeaderConfig/Values").map_or(&[][..], items);
        shown.iter().any(|header| {
            let name = header.get("HeaderName").and_then(Node::as_text);
            let same = name.zip(asked).is_none_or(|(name, asked)| name.eq_ignore_ascii_case(asked));
            same && header.get("HeaderValue").is_none_or(|value| values.contains(value))
        })
    };
    // A request of a browser has any header: only what the distribution could show is compared.
    let conditions = list(rule, "Conditions").iter();
    let mut about_headers = conditions.filter(|condition| {
        let value = condition.at("HttpHeaderConfig/Values/0").and_then(Node::as_text);
        value.is_some_and(|value| value.contains("{{resolve:"))
    });
    about_headers.any(|condition| !shows(condition))
}

/// Whether nothing is forwarded that doesn't have some header.
fn asks_for_header(model: &Model<'_>, balancer: &Resource) -> bool {
    let mut listeners = model.referrers(LISTENER, "LoadBalancerArn", balancer.address());
    listeners.all(|listener| {
        let mut rules = model.referrers(LISTENER_RULE, "ListenerArn", listener.address());
        !does(listener, "DefaultActions", "forward")
            && rules.all(|rule| {
                !does(rule, "Actions", "forward")
                    || list(rule, "Conditions").iter().any(|condition| {
                        condition.get("Field").and_then(Node::as_text) == Some("http-header")
                    })
            })
    })
}
