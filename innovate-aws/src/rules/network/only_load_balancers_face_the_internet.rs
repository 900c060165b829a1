//! `NET-09`: only load balancers face the internet.

use innovate_core::{
    Diagnostic, Rule,
    check::{Check, Findings, Model},
};

use super::firewall::{Firewall, GroupRule, Transport, faces_internet};

/// `NET-09`.
pub static ONLY_LOAD_BALANCERS_FACE_THE_INTERNET: Rule = Rule {
    code: "NET-09",
    title: "only the public load balancers' security group lets the internet in",
    explanation: "The whole internet may connect to one thing: load balancers, on 443, and on 80 to be \
redirected. Their group is made with `PublicLoadBalancerGroup`; no other can be opened to 0.0.0.0/0 \
or ::/0, on any port. A block shorter than /8 counts as the whole internet.\n\nSources: control \
EC2.18 and EC2.19, AWS Security Hub User Guide.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    for rule in Firewall::of(model).rules {
        if !rule.egress && rule.peer.is_everyone() && !is_public_web(model, &rule) {
            let id = rule.group.map_or("a security group", |group| group.logical_id());
            findings.report(
                Diagnostic::error("NET-09", format!("`{id}` lets the whole internet in"))
                    .on(rule.resource)
                    .property(if rule.place.is_empty() { "CidrIp".to_owned() } else { rule.place })
                    .given(rule.peer.text())
                    .allowed("a security group, or a block of known addresses")
                    .help(
                        "for load balancers use `PublicLoadBalancerGroup`; connect the rest with \
                         `stack.allow(&from, port, &to)`",
                    ),
            );
        }
    }
}

fn is_public_web(model: &Model<'_>, rule: &GroupRule<'_>) -> bool {
    let group = rule.group.and_then(|group| model.resource(group));
    group.is_some_and(faces_internet)
        && rule.protocol == Transport::Number(6)
        && matches!(rule.ports, (443, 443) | (80, 80))
}
