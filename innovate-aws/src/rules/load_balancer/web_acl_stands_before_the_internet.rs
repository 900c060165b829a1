//! `WAF-09`: a web ACL stands between the internet and a load balancer.

use innovate_core::{
    Diagnostic, Rule,
    check::{Check, Findings, Model},
};

use super::{applications, faces_internet, lets_in_the_internet};
use crate::rules::network::firewall::Firewall;

/// `WAF-09`.
pub static WEB_ACL_STANDS_BEFORE_THE_INTERNET: Rule = Rule {
    code: "WAF-09",
    title: "a load balancer that lets the internet in has a web ACL",
    explanation: "Whatever faces the internet is probed within minutes. A load balancer whose \
security group lets in public addresses needs a web ACL of its region associated with it. One that \
lets in CloudFront alone is protected by the distribution's.\n\nSource: control ELB.16, AWS Security \
Hub User Guide.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    let mut firewall = None;
    for balancer in applications(model).filter(|balancer| faces_internet(balancer)) {
        let protected = model
            .referrers("AWS::WAFv2::WebACLAssociation", "ResourceArn", balancer.address())
            .next()
            .is_some();
        if protected {
            continue;
        }
        let firewall = firewall.get_or_insert_with(|| Firewall::of(model));
        if let Some(rule) = lets_in_the_internet(firewall, balancer) {
            findings.report(
                Diagnostic::error(
                    "WAF-09",
                    "no web ACL stands between the internet and a load balancer",
                )
                .on(balancer)
                .setter("scheme")
                .given(format!("`{}` may connect", rule.peer.text()))
                .allowed("a regional web ACL, or CloudFront alone")
                .related(rule.resource.location(), "this lets it connect")
                .help("associate one: `Scheme::internet(&vpc, &web_acl)`"),
            );
        }
    }
}
