//! What every response says to browsers.

use innovate_cfn::{
    cloudfront::{self, response_headers_policy as headers},
    kind::ResponseHeadersPolicyId,
};
use innovate_core::{Scope, Value};

use super::{BrowserFeature, ContentSecurityPolicy};

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
/// * Load and run what the [`ContentSecurityPolicy`] allows. The files of a site have this policy and no
///   other; a load balancer that answers with one of its own keeps it.
/// * Use no [`BrowserFeature`] that the program doesn't name: no camera, no location, no payments.
/// * Show it in no frame, guess no type, and tell others nothing but the host.
/// * Ask for a file of a site again before it is shown another time, unless the file says otherwise, or is
///   one of those whose names change with what is in them.
///
/// The header `Server` is left out.
///
/// Sources: "Understand response headers policies", Amazon CloudFront Developer Guide; RFC 6797.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct ResponseHeaders {
    policy: ContentSecurityPolicy,
    referrer: ReferrerPolicy,
    features: Vec<BrowserFeature>,
    preload: bool,
}

/// What responses a policy is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Responses {
    /// The files of a site. Of them nobody knows better policies than the program does.
    Site,
    /// Those of them whose names change with what is in them.
    Immutable,
    /// What a load balancer answers: it may have policies of its own.
    Service,
}

impl Responses {
    /// What browsers are told about keeping a file that says nothing about it itself.
    const fn keeping(self) -> Option<&'static str> {
        match self {
            Self::Site => Some("no-cache"),
            // A function says it, since a policy would say it of files that are missing as well.
            Self::Immutable | Self::Service => None,
        }
    }
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

    /// What of a browser the pages themselves may use. Nothing by default.
    pub fn features(mut self, features: impl IntoIterator<Item = BrowserFeature>) -> Self {
        self.features.extend(features);
        self
    }

    /// Lets browsers be shipped with the knowledge that the domain and all hosts below it speak HTTPS
    /// alone. That takes months to undo, and needs an entry in the browsers' list.
    pub const fn preload(mut self) -> Self {
        self.preload = true;
        self
    }

    /// Adds the policy.
    pub(super) fn build(
        &self,
        id: &'static str,
        name: String,
        responses: Responses,
        scope: &mut Scope<'_>,
    ) -> Value<ResponseHeadersPolicyId> {
        let wins = responses != Responses::Service;
        let transport = headers::StrictTransportSecurity::new(HSTS_SECONDS, true)
            .include_subdomains(true)
            .preload(self.preload);
        let security = headers::SecurityHeadersConfig::new()
            .content_security_policy(headers::ContentSecurityPolicy::new(
                self.policy.to_string(),
                wins,
            ))
            .content_type_options(headers::ContentTypeOptions::new(true))
            .frame_options(headers::FrameOptions::new("DENY", true))
            .referrer_policy(headers::ReferrerPolicy::new(true, self.referrer.name()))
            .strict_transport_security(transport);
        let removed = headers::RemoveHeadersConfig::new([headers::RemoveHeader::new("Server")]);
        let permissions = BrowserFeature::policy(&self.features);
        let mut custom = vec![headers::CustomHeader::new("Permissions-Policy", wins, permissions)];
        if let Some(keeping) = responses.keeping() {
            custom.push(headers::CustomHeader::new("Cache-Control", false, keeping));
        }
        let config = headers::ResponseHeadersPolicyConfig::new(name)
            .custom_headers_config(headers::CustomHeadersConfig::new(custom))
            .security_headers_config(security)
            .remove_headers_config(removed);
        scope.add(id, cloudfront::ResponseHeadersPolicy::new(config)).reference()
    }
}
