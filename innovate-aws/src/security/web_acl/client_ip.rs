//! Which address a client has.

use innovate_cfn::wafv2::web_acl as waf;

const HEADER: &str = "X-Forwarded-For";

/// Which address counts as a client's in rate limits and in rules about addresses and countries.
///
/// A load balancer behind CloudFront sees CloudFront's addresses, so a limit by source address would
/// block all users at once.
///
/// Of a forwarded header, rate limits and rules about countries take the first address, which the
/// client may have made up: CloudFront adds the one that it saw at the end. So behind CloudFront, a
/// client that lies gets a new count with each request. A limit that must hold belongs into the web
/// ACL of the distribution, where [`Source`](Self::Source) is the client's own address; one behind it
/// then shields against honest excess alone. CloudFront's header `CloudFront-Viewer-Address` is no way
/// out, since it holds the port, too. Rules about addresses, [`IpRule`](super::IpRule), take the last
/// one, which CloudFront wrote. Where clients come directly, all of the header is theirs, so that a web ACL
/// for CloudFront can't look into it, and for a load balancer that lets in the internet `WAF-10` finds it.
///
/// Sources: "Using forwarded IP addresses in AWS WAF", AWS WAF Developer Guide; "Add CloudFront request
/// headers", Amazon CloudFront Developer Guide.
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
