//! Which request goes where, and what of it is cached.

use innovate_cfn::{
    cloudfront::{
        self,
        cache_policy::{
            CachePolicyConfig, CookiesConfig, HeadersConfig,
            ParametersInCacheKeyAndForwardedToOrigin, QueryStringsConfig,
        },
        distribution::{
            CacheBehavior, DefaultCacheBehavior, DefaultCacheBehaviorViewerProtocolPolicy,
            FunctionAssociation,
        },
    },
    kind::{CachePolicyId, OriginRequestPolicyId, ResponseHeadersPolicyId},
};
use innovate_core::{Scope, Value};

use crate::name::PathPattern;

/// What the bucket is called among the origins. No host can be called so.
pub(super) const SITE: &str = "site";

// Source: "Use managed cache policies" and "Use managed origin request policies", Amazon CloudFront
// Developer Guide.
const CACHING_OPTIMIZED: &str = "658327ea-f89d-4fab-a63d-7e88639e58f6";
const CACHING_DISABLED: &str = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad";
const ALL_VIEWER_EXCEPT_HOST_HEADER: &str = "b689b0a8-53d0-40ab-baf2-68738e2966ac";

/// The longest that CloudFront keeps a file, in seconds: a year.
const LONGEST: u32 = 31_536_000;

const EVERY_METHOD: [&str; 7] = ["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"];

type Headers = Value<ResponseHeadersPolicyId>;

/// The files of a site, kept as long as they say themselves: one that doesn't say it is asked for again
/// each time. With CloudFront's own policies it would be kept for a day, and users would get the page
/// of before a deployment, which leads to scripts that are gone.
pub(super) fn site(
    headers: &Headers,
    routing: FunctionAssociation,
    name: &str,
    scope: &mut Scope<'_>,
) -> DefaultCacheBehavior {
    let key = ParametersInCacheKeyAndForwardedToOrigin::new(
        CookiesConfig::new("none"),
        true,
        HeadersConfig::new("none"),
        QueryStringsConfig::new("none"),
    )
    .enable_accept_encoding_brotli(true);
    let config = CachePolicyConfig::new(0, LONGEST, 0, name.to_owned(), key);
    let policy = scope.add("CachePolicy", cloudfront::CachePolicy::new(config));
    default(SITE, headers)
        .allowed_methods(["GET", "HEAD"])
        .cache_policy_id(&policy)
        .function_associations([routing])
}

/// Files of a site whose names change with what is in them.
pub(super) fn immutable(
    paths: &PathPattern,
    headers: &Headers,
    redirect: Option<FunctionAssociation>,
    kept: FunctionAssociation,
) -> CacheBehavior {
    CacheBehavior::new(paths, SITE, "redirect-to-https")
        .allowed_methods(["GET", "HEAD"])
        .cache_policy_id(CachePolicyId::literal(CACHING_OPTIMIZED))
        .compress(true)
        .response_headers_policy_id(headers)
        .function_associations(redirect.into_iter().chain([kept]).collect::<Vec<_>>())
}

/// A frontend that runs behind a load balancer.
pub(super) fn service(
    origin: &str,
    headers: &Headers,
    redirect: Option<FunctionAssociation>,
) -> DefaultCacheBehavior {
    let behavior = default(origin, headers)
        .allowed_methods(EVERY_METHOD)
        .cache_policy_id(CachePolicyId::literal(CACHING_DISABLED))
        .origin_request_policy_id(OriginRequestPolicyId::literal(ALL_VIEWER_EXCEPT_HOST_HEADER));
    match redirect {
        Some(redirect) => behavior.function_associations([redirect]),
        None => behavior,
    }
}

fn default(origin: &str, headers: &Headers) -> DefaultCacheBehavior {
    let redirect = DefaultCacheBehaviorViewerProtocolPolicy::REDIRECT_TO_HTTPS;
    DefaultCacheBehavior::new(origin.to_owned(), redirect)
        .compress(true)
        .response_headers_policy_id(headers)
}

/// An API: nothing is cached, and a client that speaks HTTP is refused, since it has already sent its
/// token in the clear.
pub(super) fn route(
    paths: &PathPattern,
    origin: &str,
    headers: &Headers,
    redirect: Option<FunctionAssociation>,
) -> CacheBehavior {
    let behavior = CacheBehavior::new(paths, origin.to_owned(), "https-only")
        .allowed_methods(EVERY_METHOD)
        .cache_policy_id(CachePolicyId::literal(CACHING_DISABLED))
        .origin_request_policy_id(OriginRequestPolicyId::literal(ALL_VIEWER_EXCEPT_HOST_HEADER))
        .compress(true)
        .response_headers_policy_id(headers);
    match redirect {
        Some(redirect) => behavior.function_associations([redirect]),
        None => behavior,
    }
}
