//! What a load balancer of the program holds to.
//!
//! The rules read resources, so they hold for whatever a program adds beside a
//! [`LoadBalancer`](crate::load_balancer::LoadBalancer) too. Those about what a controller in the
//! cluster makes are with the rules on manifests.

mod cloudfront_alone_reaches_its_origin;
mod listener_is_encrypted;
mod load_balancer_is_accepted;
mod load_balancer_is_hardened;
mod rule_has_its_own_place;
mod target_is_reached_over_tls;
mod web_acl_stands_before_the_internet;

pub use cloudfront_alone_reaches_its_origin::CLOUDFRONT_ALONE_REACHES_ITS_ORIGIN;
pub use listener_is_encrypted::LISTENER_IS_ENCRYPTED;
pub use load_balancer_is_accepted::LOAD_BALANCER_IS_ACCEPTED;
pub use load_balancer_is_hardened::LOAD_BALANCER_IS_HARDENED;
pub use rule_has_its_own_place::RULE_HAS_ITS_OWN_PLACE;
pub use target_is_reached_over_tls::TARGET_IS_REACHED_OVER_TLS;
pub use web_acl_stands_before_the_internet::WEB_ACL_STANDS_BEFORE_THE_INTERNET;

use innovate_core::{Node, Resource, check::Model};

use super::{
    network::{
        firewall::{Firewall, GroupRule, Peer},
        passage::is_private,
        store::addresses,
    },
    read::{items, list, text},
};

const LOAD_BALANCER: &str = "AWS::ElasticLoadBalancingV2::LoadBalancer";
const LISTENER: &str = "AWS::ElasticLoadBalancingV2::Listener";
const LISTENER_RULE: &str = "AWS::ElasticLoadBalancingV2::ListenerRule";
const TARGET_GROUP: &str = "AWS::ElasticLoadBalancingV2::TargetGroup";

/// Load balancers for HTTP: those without a type are.
fn applications<'m>(model: &Model<'m>) -> impl Iterator<Item = &'m Resource> {
    let balancers = model.resources_of(LOAD_BALANCER);
    balancers.filter(|balancer| matches!(text(balancer, "Type"), None | Some("application")))
}

/// Whether a load balancer has public addresses: one without a scheme has.
fn faces_internet(balancer: &Resource) -> bool {
    balancer.properties().at("Scheme").and_then(Node::as_text) != Some("internal")
}

/// What lets public addresses connect to a load balancer that has some itself.
pub(super) fn lets_in_the_internet<'f>(
    firewall: &'f Firewall<'_>,
    balancer: &Resource,
) -> Option<&'f GroupRule<'f>> {
    if !faces_internet(balancer) {
        return None;
    }
    let groups = addresses(list(balancer, "SecurityGroups"));
    groups.into_iter().flat_map(|group| firewall.ingress(group)).find(|rule| match rule.peer {
        Peer::Block(block) => !is_private(block),
        Peer::EveryIpv6 => true,
        Peer::Group(_) | Peer::CloudFront | Peer::Other => false,
    })
}

/// The value of an attribute of a load balancer, if the program says it and it is known now.
fn attribute<'m>(balancer: &'m Resource, key: &str) -> Option<&'m str> {
    let attributes = balancer.properties().at("LoadBalancerAttributes").map_or(&[][..], items);
    let is_it = |found: &&Node| found.get("Key").and_then(Node::as_text) == Some(key);
    attributes.iter().find(is_it)?.get("Value")?.as_text()
}

/// Whether a listener or a rule does something of this type with a request.
fn does(resource: &Resource, property: &str, action: &str) -> bool {
    let actions = resource.properties().at(property).map_or(&[][..], items);
    actions.iter().any(|found| found.get("Type").and_then(Node::as_text) == Some(action))
}
