//! Protection of what faces the internet: OWASP's threats, known bad inputs, and too many calls.

use innovate::{aws::security::WebAclHandle, prelude::*};

use super::{choices::Choices, keys::Keys};

pub(crate) fn stack<S: Choices>(
    environment: &Environment<S>,
    keys: &Keys,
) -> (Stack<S>, WebAclHandle<Regional>) {
    let mut protection = environment.stack("protection");
    let web_acl = protection.add(
        "WebAcl",
        WebAcl::<Regional>::builder()
            .rate_limits([RateLimit::per_ip(2_000), RateLimit::per_ip(100).on_path("/login")])
            .logs_key(&keys.logs)
            .build(),
    );
    (protection, web_acl)
}
