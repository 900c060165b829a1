//! WAF-06: what a web ACL costs beyond its base price.

use innovate_core::{
    Diagnostic, Rule,
    check::{Check, Findings, Model},
};

use super::{WEB_ACL, capacity_of};
use crate::security::web_acl::capacity;

/// A web ACL keeps to the capacity that the price of a request covers.
pub static WEB_ACL_CAPACITY_IS_IN_THE_PRICE: Rule = Rule {
    code: "WAF-06",
    title: "a web ACL keeps to the 1,500 capacity units that the price of a request covers",
    explanation: "\
The price of a request covers 1,500 capacity units (WCU). Each further 500, begun, costs more for \
every request that the web ACL inspects.

Leave out the managed groups that aren't about your application, or accept the price: \
`.suppress(\"WAF-06\", \"reason\")`.

Source: AWS WAF Pricing; the price is that of us-east-1.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    for acl in model.resources_of(WEB_ACL) {
        let capacity = capacity_of(model, acl);
        if capacity <= capacity::INCLUDED || capacity > capacity::MOST {
            continue;
        }
        let steps = (capacity - capacity::INCLUDED).div_ceil(capacity::STEP);
        let price = f64::from(steps) * capacity::DOLLARS_PER_STEP;
        let message = format!("each million requests costs {price:.2} US dollars more");
        findings.report(
            Diagnostic::warning("WAF-06", message)
                .on(acl)
                .property("Rules")
                .setter("managed")
                .given(format!("{capacity} WCU"))
                .allowed(format!("{} WCU at the base price", capacity::INCLUDED))
                .help("leave a group of rules out, or accept the price: `.suppress(\"WAF-06\", \"reason\")`"),
        );
    }
}
