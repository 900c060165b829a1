//! What Route 53 measures.

use crate::observability::Unit;

/// A metric of a public zone, which Route 53 publishes in us-east-1. Those on DNSSEC are there once the
/// zone is signed.
///
/// Source: "Monitoring hosted zones using Amazon CloudWatch", Amazon Route 53 Developer Guide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostedZoneMetric {
    /// How many lookups were answered.
    DnsQueries,
    /// 1 while something in the zone can't be signed, otherwise 0.
    DnssecInternalFailure,
    /// How many of its keys can't be used.
    DnssecKeySigningKeysNeedingAction,
    /// For how long one of them can't, in seconds.
    DnssecKeySigningKeyMaxNeedingActionAge,
    /// How old the oldest of them is, in seconds.
    DnssecKeySigningKeyAge,
}

impl HostedZoneMetric {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::DnsQueries => "DNSQueries",
            Self::DnssecInternalFailure => "DNSSECInternalFailure",
            Self::DnssecKeySigningKeysNeedingAction => "DNSSECKeySigningKeysNeedingAction",
            Self::DnssecKeySigningKeyMaxNeedingActionAge => {
                "DNSSECKeySigningKeyMaxNeedingActionAge"
            }
            Self::DnssecKeySigningKeyAge => "DNSSECKeySigningKeyAge",
        }
    }

    pub(super) const fn unit(self) -> Unit {
        match self {
            Self::DnssecKeySigningKeyMaxNeedingActionAge | Self::DnssecKeySigningKeyAge => {
                Unit::Seconds
            }
            _ => Unit::Count,
        }
    }
}
