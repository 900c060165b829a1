//! What every response says to browsers.

use innovate_cfn::{
    cloudfront::{self, response_headers_policy as headers},
    kind::ResponseHeadersPolicyId,
};
use innovate_core::{Scope, Value};

use super::ContentSecurityPolicy;

/// Two years, which browsers want of who is in their lists.
const HSTS_SECONDS: u32 = 63_072_000;

/// How much of an address a browser tells to the pages that it leads to.
///
/// Source: "Referrer Policy", W3C.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReferrerPolicy {
    /// Nothing.
    NoReferrer,
    /// The address to one's own pages, nothing to others.
    SameOrigin,
    /// The address to one's own pages, the host alone to others.
    #[default]
    StrictOriginWhenCrossOrigin,
}

impl ReferrerPolicy {
    const fn name(self) -> &'static str {
        match self {
            Self::NoReferrer => "no-referrer",
            Self::SameOrigin => "same-origin",
            Self::StrictOriginWhenCrossOrigin => "strict-origin-when-cross-origin",
        }
    }
}

/// What every response of a distribution says to browsers.
///
/// * Come back by HTTPS alone, for two years, to all hosts of the domain.
/// * Load and run what the [`ContentSecurityPolicy`] allows. An API's own policy is kept.
/// * Show it in no frame, guess no type, and tell others nothing but the host.
///
/// The header `Server` is left out.
///
/// Sources: "Understand response headers policies", Amazon CloudFront Developer Guide; RFC 6797.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct ResponseHeaders {
    policy: ContentSecurityPolicy,
    referrer: ReferrerPolicy,
    preload: bool,
}

impl ResponseHeaders {
    /// The headers with a policy of what pages load and run. The strict one by default.
    pub fn new(policy: ContentSecurityPolicy) -> Self {
        Self { policy, ..Self::default() }
    }

    /// How much of an address browsers tell to others: the host alone by default.
    pub const fn referrer(mut self, policy: ReferrerPolicy) -> Self {
        self.referrer = policy;
        self
    }

    /// Lets browsers be shipped with the knowledge that the domain and all hosts below it speak HTTPS
    /// alone. That takes months to undo, and needs an entry in the browsers' list.
    pub const fn preload(mut self) -> Self {
        self.preload = true;
        self
    }

    /// Adds the policy.
    pub(super) fn build(self, name: &str, scope: &mut Scope<'_>) -> Value<ResponseHeadersPolicyId> {
        let transport = headers::StrictTransportSecurity::new(HSTS_SECONDS, true)
            .include_subdomains(true)
            .preload(self.preload);
        let security = headers::SecurityHeadersConfig::new()
            .content_security_policy(headers::ContentSecurityPolicy::new(
                self.policy.to_string(),
                false,
            ))
            .content_type_options(headers::ContentTypeOptions::new(true))
            .frame_options(headers::FrameOptions::new("DENY", true))
            .referrer_policy(headers::ReferrerPolicy::new(true, self.referrer.name()))
            .strict_transport_security(transport);
        let removed = headers::RemoveHeadersConfig::new([headers::RemoveHeader::new("Server")]);
        let config = headers::ResponseHeadersPolicyConfig::new(name.to_owned())
            .security_headers_config(security)
            .remove_headers_config(removed);
        scope.add("Headers", cloudfront::ResponseHeadersPolicy::new(config)).reference()
    }
}
