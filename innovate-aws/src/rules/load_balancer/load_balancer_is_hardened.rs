//! `ELB-02`: a load balancer drops malformed headers, is logged, and can't be deleted by mistake.

use innovate_core::{
    Diagnostic, Rule,
    check::{Check, Findings, Model},
};

use super::{applications, attribute};
use crate::rules::read::is_production;

/// `ELB-02`.
pub static LOAD_BALANCER_IS_HARDENED: Rule = Rule {
    code: "ELB-02",
    title: "a load balancer drops malformed headers, logs requests, and in production can't be deleted by mistake",
    explanation: "Headers that are malformed are how requests are smuggled past a load balancer; \
without access logs nobody can tell afterwards what was asked; and a load balancer that is deleted \
takes its name with it, which clients and records lead to. None of the three is on by \
default.\n\nSource: controls ELB.4, ELB.5 and ELB.6, AWS Security Hub User Guide.",
    check: Check::Model(check),
};

const DROPS: &str = "routing.http.drop_invalid_header_fields.enabled";
const LOGS: &str = "access_logs.s3.enabled";
const PROTECTED: &str = "deletion_protection.enabled";

fn check(model: &Model<'_>, findings: &mut Findings) {
    for balancer in applications(model) {
        let in_production = is_production(model, balancer);
        let wanted = [(DROPS, true), (LOGS, true), (PROTECTED, in_production)];
        let lacking: Vec<&str> = wanted
            .into_iter()
            .filter(|(key, wanted)| *wanted && attribute(balancer, key) != Some("true"))
            .map(|(key, _)| key)
            .collect();
        if !lacking.is_empty() {
            findings.report(
                Diagnostic::error("ELB-02", "a load balancer is not hardened")
                    .on(balancer)
                    .property("LoadBalancerAttributes")
                    .given(format!("no `{}`", lacking.join("`, no `")))
                    .allowed("each of them `true`")
                    .help("make it with `LoadBalancer`, which turns them on"),
            );
        }
    }
}
