//! `ELB-03`: a load balancer speaks TLS with its targets.

use innovate_core::{
    Diagnostic, Rule,
    check::{Check, Findings, Model},
};

use super::TARGET_GROUP;
use crate::rules::read::text;

/// `ELB-03`.
pub static TARGET_IS_REACHED_OVER_TLS: Rule = Rule {
    code: "ELB-03",
    title: "a load balancer speaks TLS with its targets, and asks for their health over TLS",
    explanation: "The load balancer ends the client's TLS and begins a connection of its own. If \
that is plain HTTP, whoever reads the network of the nodes reads every request. The load balancer \
takes any certificate, so one that the pod signs itself will do.\n\nSource: control ELB.22, AWS \
Security Hub User Guide; \"Target groups for your Application Load Balancers\", Elastic Load \
Balancing User Guide.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    for group in model.resources_of(TARGET_GROUP) {
        let plain = ["Protocol", "HealthCheckProtocol"]
            .into_iter()
            .find(|property| text(group, property) == Some("HTTP"));
        if let Some(property) = plain {
            findings.report(
                Diagnostic::error("ELB-03", "a load balancer speaks plain HTTP with its targets")
                    .on(group)
                    .property(property)
                    .given("HTTP")
                    .allowed("HTTPS"),
            );
        }
    }
}
