//! `ELB-01`: clients of a load balancer speak modern TLS.

use innovate_core::{
    Diagnostic, Node, Rule,
    check::{Check, Findings, Model},
};

use super::{LISTENER, LISTENER_RULE, does};
use crate::rules::read::text;

/// `ELB-01`.
pub static LISTENER_IS_ENCRYPTED: Rule = Rule {
    code: "ELB-01",
    title: "a listener speaks TLS 1.2 or newer, or only redirects to what does",
    explanation: "What is sent over plain HTTP can be read and changed on its way, session cookies \
included. A listener for HTTP may do one thing: lead to HTTPS. A listener for HTTPS that names no \
policy gets the one of 2016, with TLS 1.0.\n\nSource: control ELB.1, ELB.17, AWS Security Hub User \
Guide; \"Security policies for your Application Load Balancer\", Elastic Load Balancing User Guide.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    for listener in model.resources_of(LISTENER) {
        match text(listener, "Protocol") {
            Some("HTTP") => {
                let mut rules = model.referrers(LISTENER_RULE, "ListenerArn", listener.address());
                let redirects = does(listener, "DefaultActions", "redirect")
                    && leads(listener)
                    && rules.all(|rule| does(rule, "Actions", "redirect"));
                if !redirects {
                    findings.report(
                        Diagnostic::error("ELB-01", "a listener answers over plain HTTP")
                            .on(listener)
                            .property("DefaultActions")
                            .allowed("a redirect to HTTPS")
                            .help("make it with `LoadBalancer`, which redirects"),
                    );
                }
            }
            Some("HTTPS" | "TLS") => {
                let policy = listener.properties().at("SslPolicy");
                let given = match policy {
                    None => "none, so that of 2016",
                    Some(node) => match node.as_text() {
                        Some(name) if name.contains("TLS13-1-2-") => continue,
                        Some(name) if name.contains("TLS13-1-3-") => continue,
                        Some(name) => name,
                        // Known only at deployment.
                        None => continue,
                    },
                };
                findings.report(
                    Diagnostic::error("ELB-01", "a listener speaks TLS that is out of date")
                        .on(listener)
                        .property("SslPolicy")
                        .given(given)
                        .allowed("ELBSecurityPolicy-TLS13-1-2-.. or ELBSecurityPolicy-TLS13-1-3-..")
                        .help("`TlsPolicy` names good ones"),
                );
            }
            _ => {}
        }
    }
}

/// Whether its redirect is to HTTPS.
fn leads(listener: &innovate_core::Resource) -> bool {
    let protocol = listener.properties().at("DefaultActions/0/RedirectConfig/Protocol");
    protocol.and_then(Node::as_text) == Some("HTTPS")
}
