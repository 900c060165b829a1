//! AWS WAF silently ignores a name that it doesn't know: the rule's is `SizeRestrictions_BODY`.

use innovate_aws::security::{CommonRule, Regional, WebAcl};

fn main() {
    let _ = WebAcl::<Regional>::builder().overrides([CommonRule::SizeRestrictionBody.count()]);
}
