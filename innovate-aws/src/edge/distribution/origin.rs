//! Where a distribution gets what it serves.

use innovate_cfn::{
    cloudfront::{
        self,
        distribution::{
            CustomOriginConfig, Origin as Property, OriginCustomHeader, VpcOriginConfig,
        },
        vpc_origin::{VpcOriginEndpointConfig, VpcOriginEndpointConfigOriginProtocolPolicy},
    },
    kind::LoadBalancerArn,
};
use innovate_core::{Diagnostic, Gives, ResourceRef, Scope, Str, Text, Value};

use crate::{
    load_balancer::{Internal, LoadBalancerHandle, OriginHeader},
    name::Hostname,
};

/// The one version of TLS that CloudFront speaks with origins here.
const TLS: &str = "TLSv1.2";
/// How long CloudFront may be told to wait for an origin's answer, in seconds.
const READ_TIMEOUT: std::ops::RangeInclusive<u16> = 1..=120;

/// A load balancer from which CloudFront gets what it serves, over TLS. Nobody else reaches what is
/// behind it: the one kind is not on the internet at all, the other asks for a secret.
///
/// CloudFront shows the host as the `Host` header and expects a certificate for it, which a public
/// authority has signed, so the load balancer has a `Certificate<Regional>` that covers it; without one
/// CloudFront answers 502. Over the internet it looks the host up, so the zone has an
/// [`AliasRecord`](crate::edge::AliasRecord) of it; through the VPC the load balancer is found by its ARN.
///
/// Sources: "Restrict access with VPC origins", "Restrict access to Application Load Balancers" and
/// "Require HTTPS for communication between CloudFront and your custom origin", Amazon CloudFront
/// Developer Guide.
#[derive(Clone, Debug, PartialEq)]
pub struct Origin {
    host: Hostname,
    reach: Reach,
    /// Whether the load balancer has a certificate for the host, as far as the program knows.
    covered: bool,
    read_timeout_seconds: u16,
}

#[derive(Clone, Debug, PartialEq)]
enum Reach {
    /// Over the internet, with a header that proves where a request comes from.
    Internet(OriginHeader),
    /// Through the VPC of the load balancer, in its region if that is known.
    Vpc { arn: Value<LoadBalancerArn>, region: Option<Str> },
}

impl Origin {
    /// An internet-facing load balancer that answers for `host`. CloudFront adds the header to each
    /// request, and the load balancer, or its web ACL, refuses requests without it: one that
    /// CloudFormation owns with the same header as its `origin_header`, one that the AWS Load Balancer
    /// Controller makes with `WebAcl::builder().origin_header(..)`.
    ///
    /// CloudFormation reads the header's value when it deploys the distribution, in us-east-1.
    pub fn load_balancer(host: impl Into<Hostname>, header: &OriginHeader) -> Self {
        Self::new(host.into(), Reach::Internet(header.clone()))
    }

    /// An internal load balancer of the program that answers for `host`, reached through its VPC, in
    /// any region of the account. Its scheme is
    /// [`Scheme::vpc_origin`](crate::load_balancer::Scheme::vpc_origin).
    ///
    /// CloudFront changes no VPC origin that a distribution uses. So its id and name have the load balancer's
    /// region in them: where the environment moves to another region, the distribution goes over to an origin
    /// that is made anew.
    pub fn vpc(host: impl Into<Hostname>, load_balancer: &LoadBalancerHandle<Internal>) -> Self {
        let region = Some(load_balancer.region().clone());
        let arn = load_balancer.arn();
        let mut origin = Self::new(host.into(), Reach::Vpc { arn, region });
        origin.covered = load_balancer.covers(&origin.host);
        origin
    }

    /// An internal load balancer that exists outside the program, by its ARN, reached through its VPC.
    /// Its security group lets in CloudFront's prefix list, its VPC has an internet gateway, though
    /// nothing need be routed through it, and its certificate covers `host`: nothing looks whether
    /// that holds.
    pub fn vpc_by_arn(host: impl Into<Hostname>, arn: impl Gives<LoadBalancerArn>) -> Self {
        Self::new(host.into(), Reach::Vpc { arn: arn.give(), region: None })
    }

    const fn new(host: Hostname, reach: Reach) -> Self {
        Self { host, reach, covered: true, read_timeout_seconds: 30 }
    }

    /// How long CloudFront waits for an answer, in seconds: 1 to 120, and 30 by default.
    #[must_use]
    pub const fn read_timeout_seconds(mut self, seconds: u16) -> Self {
        self.read_timeout_seconds = seconds;
        self
    }

    /// The host, which is also what the distribution calls the origin.
    pub(super) fn id(&self) -> String {
        self.host.to_string()
    }

    /// The secret that it asks for.
    pub(super) fn secret(&self) -> Option<&ResourceRef> {
        match &self.reach {
            Reach::Internet(header) => header.secret(),
            Reach::Vpc { .. } => None,
        }
    }

    /// Reports what CloudFront or CloudFormation would refuse.
    pub(super) fn check(&self, setter: &'static str, scope: &mut Scope<'_>) {
        if !READ_TIMEOUT.contains(&self.read_timeout_seconds) {
            scope.report(
                Diagnostic::error("CF-06", "CloudFront doesn't wait so long for an origin")
                    .setter("read_timeout_seconds")
                    .given(self.read_timeout_seconds)
                    .allowed("1 to 120 seconds"),
            );
        }
        if !self.covered {
            scope.report(
                Diagnostic::error("CF-01", "no certificate of the load balancer covers the origin's host")
                    .setter(setter)
                    .given(&self.host)
                    .help("without one CloudFront answers 502: give the load balancer a `Certificate<Regional>` for the host"),
            );
        }
        if let Err(error) = self.host.verify() {
            scope.report(
                Diagnostic::error("CF-06", "an origin has a host that can't exist")
                    .setter(setter)
                    .given(error.given())
                    .allowed(error.allowed()),
            );
        }
    }

    /// The origin as a property, and what it needs.
    pub(super) fn property(&self, name: &str, scope: &mut Scope<'_>) -> Property {
        let property = Property::new(self.host.to_string(), self.id());
        match &self.reach {
            Reach::Internet(header) => property
                .custom_origin_config(
                    CustomOriginConfig::new("https-only")
                        .https_port(443)
                        .origin_ssl_protocols([TLS])
                        .origin_read_timeout(self.read_timeout_seconds),
                )
                .origin_custom_headers([OriginCustomHeader::new(header.name(), header.value())]),
            Reach::Vpc { arn, region } => {
                let of_region = |text: String| match region {
                    Some(region) => format!("{text}-{region}"),
                    None => text,
                };
                let endpoint =
                    VpcOriginEndpointConfig::new(arn.clone(), of_region(name.to_owned()))
                        .https_port(443)
                        .origin_protocol_policy(
                            VpcOriginEndpointConfigOriginProtocolPolicy::HTTPS_ONLY,
                        )
                        .origin_ssl_protocols([TLS]);
                let origin = scope.within("VpcOrigin", |scope| {
                    scope
                        .add(of_region(self.host.to_string()), cloudfront::VpcOrigin::new(endpoint))
                });
                let id: Value<Text> = origin.id();
                property.vpc_origin_config(
                    VpcOriginConfig::new(id).origin_read_timeout(self.read_timeout_seconds),
                )
            }
        }
    }
}
