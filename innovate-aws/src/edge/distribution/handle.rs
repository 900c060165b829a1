//! A distribution that is in a stack.

use innovate_cfn::{
    cloudfront,
    kind::{DistributionId, HostedZoneId},
    policy::Statement,
};
use innovate_core::{Gives as _, ResourceRef, Site, Text, Value, text, value::pseudo};

use super::{
    super::{AliasEndpoint, AliasTarget, CLOUDFRONT_ZONE},
    DistributionMetric,
};
use crate::{
    identity::{Grant, Grantee},
    name::Hostname,
    observability::Metric,
};

/// A distribution that is in a stack.
#[derive(Clone, Debug)]
pub struct DistributionHandle {
    pub(super) distribution: cloudfront::DistributionRef,
    pub(super) site: Site,
    pub(super) aliases: Vec<Hostname>,
}

impl DistributionHandle {
    /// Its id.
    pub fn distribution_id(&self) -> Value<DistributionId> {
        self.distribution.reference()
    }

    /// The name that CloudFront gives it, such as `d111111abcdef8.cloudfront.net`.
    pub fn domain_name(&self) -> Value<Text> {
        self.distribution.domain_name()
    }

    /// Its ARN.
    pub fn arn(&self) -> Value<Text> {
        let before = format!(":cloudfront::{}:distribution/", self.site.account());
        text!["arn:", pseudo::partition(), before, self.distribution_id()]
    }

    /// The hosts that it answers for.
    pub fn aliases(&self) -> &[Hostname] {
        &self.aliases
    }

    /// What CloudFront measures about it. The metrics are in us-east-1, and so must be the alarms on
    /// them.
    pub fn metric(&self, metric: DistributionMetric) -> Metric {
        let id = ("DistributionId", self.distribution_id().give());
        let region = ("Region", "Global".give());
        Metric::new("AWS/CloudFront", metric.name(), [id, region]).in_unit(metric.unit())
    }

    /// Lets a role make CloudFront forget what it has cached, as a deployment of the site does.
    pub fn grant_invalidate(&self, to: &impl Grantee) -> Grant {
        let invalidate =
            Statement::allow(["cloudfront:CreateInvalidation", "cloudfront:GetInvalidation"])
                .sid("InvalidateCache")
                .on(self.arn());
        Grant::new(to, &self.site, [invalidate])
    }
}

impl AliasTarget for DistributionHandle {
    fn alias_endpoint(&self) -> AliasEndpoint {
        AliasEndpoint {
            dns_name: self.domain_name(),
            zone_id: Value::<HostedZoneId>::literal(CLOUDFRONT_ZONE),
            ipv6: true,
            evaluate_health: false,
        }
    }
}

impl AsRef<ResourceRef> for DistributionHandle {
    fn as_ref(&self) -> &ResourceRef {
        self.distribution.as_ref()
    }
}
