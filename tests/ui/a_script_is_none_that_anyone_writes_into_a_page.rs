//! A policy that lets in inline scripts protects nobody.

use innovate_aws::edge::{ContentSecurityPolicy, ScriptSource};

fn policy() -> ContentSecurityPolicy {
    ContentSecurityPolicy::strict().scripts([ScriptSource::UnsafeInline])
}

fn main() {}
