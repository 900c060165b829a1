//! WAF-07: an IP set holds blocks that AWS WAF takes.

use innovate_core::{
    Diagnostic, Node, Rule,
    check::{Check, Findings, Model},
};

/// An IP set holds no block of every address.
pub static IP_SET_IS_NO_WILDCARD: Rule = Rule {
    code: "WAF-07",
    title: "an IP set holds no block of every address",
    explanation: "\
AWS WAF takes blocks of every size but `/0`. A rule that is to match every request needs no IP set: it \
is the web ACL's default action.

Source: `Addresses`, AWS::WAFv2::IPSet, AWS CloudFormation Template Reference Guide.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    for set in model.resources_of("AWS::WAFv2::IPSet") {
        let addresses = set.properties().get("Addresses").and_then(Node::as_list);
        for (index, address) in addresses.unwrap_or_default().iter().enumerate() {
            if let Some(block) = address.as_text().filter(|text| text.ends_with("/0")) {
                findings.report(
                    Diagnostic::error("WAF-07", "AWS WAF takes no block of every address")
                        .on(set)
                        .property(format!("Addresses/{index}"))
                        .setter("addresses")
                        .given(block)
                        .allowed("blocks from /1 to /32, or to /128"),
                );
            }
        }
    }
}
