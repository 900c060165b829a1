//! Rules about AWS WAF, on the resources of constructs and on those that a program writes itself.

mod ip_set_is_no_wildcard;
mod web_acl_believes_no_client;
mod web_acl_capacity_is_in_the_price;
mod web_acl_has_the_baseline;
mod web_acl_is_in_its_scope;
mod web_acl_logs;
mod web_acl_rule_fits;
mod web_acl_sees_the_client;

use innovate_core::{Node, Resource, check::Model};

use crate::security::web_acl::capacity;

pub use ip_set_is_no_wildcard::IP_SET_IS_NO_WILDCARD;
pub use web_acl_believes_no_client::WEB_ACL_BELIEVES_NO_CLIENT;
pub use web_acl_capacity_is_in_the_price::WEB_ACL_CAPACITY_IS_IN_THE_PRICE;
pub use web_acl_has_the_baseline::WEB_ACL_HAS_THE_BASELINE;
pub use web_acl_is_in_its_scope::WEB_ACL_IS_IN_ITS_SCOPE;
pub use web_acl_logs::WEB_ACL_LOGS;
pub use web_acl_rule_fits::WEB_ACL_RULE_FITS;
pub use web_acl_sees_the_client::WEB_ACL_SEES_THE_CLIENT;

const WEB_ACL: &str = "AWS::WAFv2::WebACL";

/// The rules of a web ACL, as far as they are written out.
fn rules(acl: &Resource) -> &[Node] {
    acl.properties().get("Rules").and_then(Node::as_list).unwrap_or_default()
}

/// A rule's name, or what stands for one in a message.
fn name(rule: &Node) -> &str {
    rule.get("Name").and_then(Node::as_text).unwrap_or("?")
}

/// Whether it is for CloudFront; `None` if that is known only at deployment.
fn is_for_cloudfront(acl: &Resource) -> Option<bool> {
    Some(acl.properties().get("Scope")?.as_text()? == "CLOUDFRONT")
}

/// What its rules take of its capacity.
fn capacity_of(model: &Model<'_>, acl: &Resource) -> u32 {
    let rule_group = |arn: &Node| {
        let capacity = model.target(arn)?.properties().get("Capacity")?.as_integer()?;
        u32::try_from(capacity).ok()
    };
    acl.properties().get("Rules").map_or(0, |rules| capacity::of_rules(rules, &rule_group))
}

/// Calls `visit` for a statement and all that are nested in it, with the name of its kind.
fn visit<'a>(statement: &'a Node, visit_one: &mut impl FnMut(&'a str, &'a Node)) {
    for (kind, body) in statement.as_map().unwrap_or_default() {
        visit_one(kind, body);
        for nested in ["Statement", "ScopeDownStatement"] {
            if let Some(nested) = body.get(nested) {
                visit(nested, visit_one);
            }
        }
        for nested in body.get("Statements").and_then(Node::as_list).unwrap_or_default() {
            visit(nested, visit_one);
        }
    }
}
