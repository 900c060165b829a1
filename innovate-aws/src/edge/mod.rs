//! What stands between users and the application: names, certificates, and CloudFront.
//!
//! * [`hosted_zone`](self): [`HostedZone`], whose metrics are [`HostedZoneMetric`],
//! * [`delegation`](self): [`Delegation`], which leads lookups from one zone to another,
//! * [`zone_signing`](self): [`ZoneSigning`], with which nobody forges a zone's answers,
//! * [`query_log`](self): [`QueryLog`], which writes down who asks for what,
//! * [`record`](self): [`Record`] for what a name says, [`AliasRecord`] for a name of a distribution
//!   or load balancer,
//! * [`certificate`](self): [`Certificate`], for CloudFront or for load balancers,
//! * [`distribution`](self): [`Distribution`], with its [`Origin`]s and [`ResponseHeaders`].
//!
//! A frontend that runs in the cluster is served in one of two ways. With CloudFront before it, it is the
//! distribution's frontend: `.frontend(Origin::vpc(host, &load_balancer))`. Without CloudFront, a load
//! balancer serves both: an ingress leads `/` to the frontend and `/api` to the API, with a
//! `Certificate<Regional>` for the host and a `WebAcl<Regional>`. A load balancer that CloudFormation owns has
//! an [`AliasRecord`]; the name of one that the AWS Load Balancer Controller makes is known only to the
//! cluster, and so its record is made there.

mod certificate;
mod certificate_alarm;
mod delegation;
mod distribution;
mod hosted_zone;
mod metric;
mod query_log;
mod record;
mod zone_signing;

pub use certificate::{
    Certificate, CertificateHandle, CertificateName, CertificatePlace, KeyAlgorithm,
};
pub use certificate_alarm::CertificateAlarm;
pub use delegation::Delegation;
pub use distribution::{
    BrowserFeature, ContentSecurityPolicy, Countries, Distribution, DistributionAlarm,
    DistributionHandle, DistributionMetric, Frontend, FrontendOrigin, Metrics, Origin, PriceClass,
    ReferrerPolicy, ResponseHeaders, ScriptSource, ServerError, Source, ViewerTls,
};
pub use hosted_zone::{HostedZone, HostedZoneHandle};
pub use metric::HostedZoneMetric;
pub use query_log::QueryLog;
pub use record::{
    AliasEndpoint, AliasRecord, AliasTarget, CertificateAuthority, Record, RecordData,
};
pub use zone_signing::{ZoneSigning, ZoneSigningAlarm, ZoneSigningHandle};

/// The zone of all distributions' own names.
///
/// Source: "AliasTarget", Amazon Route 53 API Reference.
pub(crate) const CLOUDFRONT_ZONE: &str = "Z2FDTNDATAQYW2";
