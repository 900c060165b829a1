//! AWS WAF logs to a group whose name begins with `aws-waf-logs-` alone: the web ACL makes it, and is
//! given no other.

use innovate::{aws::observability::LogGroupHandle, prelude::*};

fn web_acl(group: &LogGroupHandle) {
    let _ = WebAcl::<Regional>::builder().log_group(group);
}

fn main() {}
