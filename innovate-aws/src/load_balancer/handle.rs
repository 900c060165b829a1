//! A load balancer that is in a stack.

use std::{fmt, marker::PhantomData, sync::Arc};

use innovate_cfn::{
    elasticloadbalancingv2 as elb,
    kind::{HostedZoneId, ListenerArn, LoadBalancerArn, VpcId},
};
use innovate_core::{Cidr, ResourceRef, Str, Text, Value};

use super::{LoadBalancerMetric, OriginHeader};
use crate::{
    edge::{AliasEndpoint, AliasTarget, CertificateHandle},
    name::Hostname,
    network::{HasSecurityGroup, SecurityGroupHandle},
    observability::Metric,
    security::Regional,
};

pub(super) const NAMESPACE: &str = "AWS/ApplicationELB";

/// A load balancer that is in a stack: what the rest of the program needs of it. Cheap to clone.
///
/// `R` is [`InternetFacing`](super::InternetFacing) or [`Internal`](super::Internal): a VPC origin
/// takes an internal one only.
pub struct LoadBalancerHandle<R> {
    pub(super) inner: Arc<Inner>,
    pub(super) reach: PhantomData<fn() -> R>,
}

#[derive(Debug)]
pub(super) struct Inner {
    pub(super) balancer: elb::LoadBalancerRef,
    pub(super) listener: elb::ListenerRef,
    pub(super) region: Str,
    pub(super) group: SecurityGroupHandle,
    pub(super) vpc: Value<VpcId>,
    pub(super) block: Cidr,
    pub(super) certificates: Vec<CertificateHandle<Regional>>,
    pub(super) header: Option<OriginHeader>,
}

impl Inner {
    /// The value of the dimension `LoadBalancer`.
    pub(super) fn full_name(&self) -> Value<Text> {
        self.balancer.load_balancer_full_name()
    }
}

impl<R> LoadBalancerHandle<R> {
    pub(super) fn of_any_scheme(&self) -> LoadBalancerHandle<()> {
        LoadBalancerHandle { inner: Arc::clone(&self.inner), reach: PhantomData }
    }

    /// The region that it is in.
    pub(crate) fn region(&self) -> &Str {
        &self.inner.region
    }

    /// Its ARN.
    pub fn arn(&self) -> Value<LoadBalancerArn> {
        self.inner.balancer.load_balancer_arn()
    }

    /// The host name that Elastic Load Balancing gives it, for an alias record.
    pub fn dns_name(&self) -> Value<Text> {
        self.inner.balancer.dns_name()
    }

    /// The hosted zone of that name, for an alias record.
    pub fn hosted_zone_id(&self) -> Value<HostedZoneId> {
        self.inner.balancer.canonical_hosted_zone_id()
    }

    /// The ARN of its HTTPS listener, for rules of one's own.
    pub fn listener_arn(&self) -> Value<ListenerArn> {
        self.inner.listener.listener_arn()
    }

    /// The header that it asks CloudFront for, if it does.
    pub fn origin_header(&self) -> Option<&OriginHeader> {
        self.inner.header.as_ref()
    }

    /// Whether one of its certificates covers a host.
    pub fn covers(&self, host: &Hostname) -> bool {
        self.inner.certificates.iter().any(|certificate| certificate.covers(host))
    }

    /// One of its metrics, over all of its target groups.
    pub fn metric(&self, metric: LoadBalancerMetric) -> Metric {
        Metric::new(NAMESPACE, metric.name(), [("LoadBalancer", self.inner.full_name())])
            .in_unit(metric.unit())
    }
}

impl<R> Clone for LoadBalancerHandle<R> {
    fn clone(&self) -> Self {
        Self { inner: Arc::clone(&self.inner), reach: PhantomData }
    }
}

impl<R> fmt::Debug for LoadBalancerHandle<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("LoadBalancerHandle").field(&self.inner.balancer).finish()
    }
}

impl<R> HasSecurityGroup for LoadBalancerHandle<R> {
    fn security_group(&self) -> SecurityGroupHandle {
        self.inner.group.clone()
    }
}

impl<R> AsRef<ResourceRef> for LoadBalancerHandle<R> {
    fn as_ref(&self) -> &ResourceRef {
        self.inner.balancer.as_ref()
    }
}

impl<R> AliasTarget for LoadBalancerHandle<R> {
    fn alias_endpoint(&self) -> AliasEndpoint {
        AliasEndpoint {
            dns_name: self.dns_name(),
            zone_id: self.hosted_zone_id(),
            ipv6: false,
            evaluate_health: true,
        }
    }
}
