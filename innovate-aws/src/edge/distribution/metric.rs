//! What CloudFront measures.

use crate::observability::Unit;

/// A metric of a distribution, which CloudFront publishes in us-east-1.
///
/// Those from [`CacheHitRate`](Self::CacheHitRate) on are there with
/// [`Metrics::Additional`](super::Metrics::Additional) only.
///
/// Source: "Types of metrics for CloudFront", Amazon CloudFront Developer Guide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DistributionMetric {
    /// How many bytes viewers downloaded.
    BytesDownloaded,
    /// How many bytes viewers uploaded.
    BytesUploaded,
    /// How many requests there were.
    Requests,
    /// How many responses were 4xx or 5xx, in percent.
    TotalErrorRate,
    /// How many responses were 4xx, in percent.
    ClientErrorRate,
    /// How many responses were 5xx, in percent.
    ServerErrorRate,
    /// How many requests that could be answered from the cache were, in percent.
    CacheHitRate,
    /// How long it took from a request that the cache couldn't answer to the first byte of the
    /// answer, in milliseconds.
    OriginLatency,
    /// How many responses were 401, in percent.
    UnauthorizedRate,
    /// How many responses were 403, in percent.
    ForbiddenRate,
    /// How many responses were 404, in percent.
    NotFoundRate,
    /// How many responses were 502, in percent.
    BadGatewayRate,
    /// How many responses were 503, in percent.
    ServiceUnavailableRate,
    /// How many responses were 504, in percent.
    GatewayTimeoutRate,
}

impl DistributionMetric {
    /// CloudWatch's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::BytesDownloaded => "BytesDownloaded",
            Self::BytesUploaded => "BytesUploaded",
            Self::Requests => "Requests",
            Self::TotalErrorRate => "TotalErrorRate",
            Self::ClientErrorRate => "4xxErrorRate",
            Self::ServerErrorRate => "5xxErrorRate",
            Self::CacheHitRate => "CacheHitRate",
            Self::OriginLatency => "OriginLatency",
            Self::UnauthorizedRate => "401ErrorRate",
            Self::ForbiddenRate => "403ErrorRate",
            Self::NotFoundRate => "404ErrorRate",
            Self::BadGatewayRate => "502ErrorRate",
            Self::ServiceUnavailableRate => "503ErrorRate",
            Self::GatewayTimeoutRate => "504ErrorRate",
        }
    }

    /// What CloudWatch measures it in.
    pub const fn unit(self) -> Unit {
        match self {
            // CloudFront publishes both without a unit of bytes.
            Self::BytesDownloaded | Self::BytesUploaded | Self::Requests => Unit::None,
            Self::OriginLatency => Unit::Milliseconds,
            _ => Unit::Percent,
        }
    }
}
