//! What a distribution can be told.

use innovate_cfn::cloudfront::distribution::{
    DistributionConfigPriceClass, GeoRestriction, GeoRestrictionLocations,
    GeoRestrictionRestrictionType, ViewerCertificateMinimumProtocolVersion,
};
use innovate_core::{Literal, Str};

use crate::Region;

/// Which TLS a distribution speaks with viewers.
///
/// Source: "Supported protocols and ciphers between viewers and CloudFront", Amazon CloudFront
/// Developer Guide.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ViewerTls {
    /// `TLSv1.2_2021`: TLS 1.3, and 1.2 with forward secrecy and authenticated encryption.
    #[default]
    Tls13And12,
    /// `TLSv1.2_2025`: the same versions, as CloudFront chose their ciphers in 2025.
    Tls13And12Of2025,
    /// `TLSv1.3_2025`: TLS 1.3 alone.
    Tls13,
}

impl ViewerTls {
    pub(super) const fn property(self) -> Literal<ViewerCertificateMinimumProtocolVersion> {
        match self {
            Self::Tls13And12 => ViewerCertificateMinimumProtocolVersion::TLSV1_2_2021,
            Self::Tls13And12Of2025 => ViewerCertificateMinimumProtocolVersion::TLSV1_2_2025,
            Self::Tls13 => ViewerCertificateMinimumProtocolVersion::TLSV1_3_2025,
        }
    }
}

/// Where in the world a distribution answers from, and so what it costs.
///
/// Source: "Price class", Amazon CloudFront Developer Guide.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PriceClass {
    /// North America, Europe and Israel, the cheapest.
    NorthAmericaAndEurope,
    /// Everywhere but South America, Australia and New Zealand.
    AllButTheMostExpensive,
    /// Everywhere.
    #[default]
    All,
}

impl PriceClass {
    pub(super) const fn property(self) -> Literal<DistributionConfigPriceClass> {
        match self {
            Self::NorthAmericaAndEurope => DistributionConfigPriceClass::PRICE_CLASS_100,
            Self::AllButTheMostExpensive => DistributionConfigPriceClass::PRICE_CLASS_200,
            Self::All => DistributionConfigPriceClass::PRICE_CLASS_ALL,
        }
    }
}

/// The countries that a distribution answers to, each by its two letters in ISO 3166-1.
///
/// Source: "Restrict the geographic distribution of your content", Amazon CloudFront Developer Guide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Countries {
    /// These and no others.
    Only(Vec<Str>),
    /// All but these.
    AllBut(Vec<Str>),
}

impl Countries {
    /// These and no others: `Countries::only(["DE", "FR"])`.
    pub fn only<C: Into<Str>>(codes: impl IntoIterator<Item = C>) -> Self {
        Self::Only(codes.into_iter().map(Into::into).collect())
    }

    /// All but these.
    pub fn all_but<C: Into<Str>>(codes: impl IntoIterator<Item = C>) -> Self {
        Self::AllBut(codes.into_iter().map(Into::into).collect())
    }

    pub(super) fn property(&self) -> GeoRestriction {
        let (kind, codes) = match self {
            Self::Only(codes) => (GeoRestrictionRestrictionType::WHITELIST, codes),
            Self::AllBut(codes) => (GeoRestrictionRestrictionType::BLACKLIST, codes),
        };
        let locations: Vec<_> =
            codes.iter().map(|code| GeoRestrictionLocations::custom(code.clone())).collect();
        GeoRestriction::new(kind).locations(locations)
    }
}

/// Which metrics of a distribution there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Metrics {
    /// Requests, bytes and the rates of errors, which cost nothing.
    #[default]
    Standard,
    /// The latency of origins, the rate of hits and each error by its code as well, for a fixed price
    /// a month.
    Additional,
}

/// A region in which CloudFront can gather the requests for an origin before it asks the origin.
///
/// Source: "Use Amazon CloudFront Origin Shield", Amazon CloudFront Developer Guide.
pub(super) const SHIELDS: [Region; 12] = [
    Region::UsEast2,
    Region::UsEast1,
    Region::UsWest2,
    Region::ApSouth1,
    Region::ApNortheast2,
    Region::ApSoutheast1,
    Region::ApSoutheast2,
    Region::ApNortheast1,
    Region::EuCentral1,
    Region::EuWest1,
    Region::EuWest2,
    Region::SaEast1,
];
