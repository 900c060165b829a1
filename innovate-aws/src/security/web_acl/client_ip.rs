//! Which address a client has.

use innovate_cfn::wafv2::web_acl as waf;

const HEADER: &str = "X-Forwarded-For";

/// Which address counts as a client's in rate limits and in rules about addresses and countries.
///
/// A load balancer behind CloudFront sees CloudFront's addresses, so a limit by source address would
/// block all users at once.
///
/// Source: "Using forwarded IP addresses in AWS WAF", AWS WAF Developer Guide.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ClientIp {
    /// The address from which the connection comes.
    #[default]
    Source,
    /// The address in the header `X-Forwarded-For`, for what stands behind CloudFront. A request
    /// without a valid one doesn't match.
    ForwardedFor,
}

pub(super) fn forwarded() -> waf::ForwardedIPConfiguration {
    waf::ForwardedIPConfiguration::new(
        waf::ForwardedIPConfigurationFallbackBehavior::NO_MATCH,
        HEADER,
    )
}

/// CloudFront puts the address that it saw at the end, so only the last one can't be made up by
/// the client.
pub(super) fn forwarded_in_set() -> waf::IPSetForwardedIPConfiguration {
    waf::IPSetForwardedIPConfiguration::new(
        waf::IPSetForwardedIPConfigurationFallbackBehavior::NO_MATCH,
        HEADER,
        waf::IPSetForwardedIPConfigurationPosition::LAST,
    )
}
