//! Where load balancers log the requests that they get.

use innovate_cfn::policy::{Condition, Principal, Statement};
use innovate_core::{AnyStack, Construct, ResourceRef, Scope};
use typed_builder::TypedBuilder;

use super::{
    AccessLogs, BucketHandle, Encryption, LogsAccess, ObjectLifecycle,
    blueprint::{Blueprint, Policy},
};
use crate::name::BucketName;

/// A bucket to which the Application Load Balancers of its account and region log the requests that
/// they get.
///
/// S3 encrypts it with keys of its own, since Elastic Load Balancing writes to no bucket with a key of
/// KMS, so it takes none. The logs go after a year in production and a month elsewhere.
///
/// Source: "Enable access logs for your Application Load Balancer", Elastic Load Balancing User Guide
/// for Application Load Balancers.
///
/// ```
/// # use innovate_aws::{Environment, Region, account, domain, name};
/// # use innovate_core::Prod;
/// use innovate_aws::storage::{AccessLogBucket, LoadBalancerLogBucket};
/// # let prod = Environment::<Prod>::builder().application(name!("innovate")).account(account!("444455556666"))
/// #     .region(Region::EuWest1).domain(domain!("innovate.example")).owner("platform").build();
/// # let mut storage = prod.stack("storage");
///
/// let logs = storage.add("AccessLogs", AccessLogBucket::builder().build());
/// let balancers = LoadBalancerLogBucket::builder().access_logs(&logs).build();
/// let balancers = storage.add("LoadBalancerLogs", balancers);
/// ```
#[derive(Clone, Debug, TypedBuilder)]
pub struct LoadBalancerLogBucket {
    /// Its name, if it has to be another than that made of its id.
    #[builder(default, setter(strip_option))]
    name: Option<BucketName>,
    /// Where its own requests are logged: the handle of an [`AccessLogBucket`](super::AccessLogBucket),
    /// or a [`Waiver`](super::Waiver) to log none.
    #[builder(setter(
        fn transform(to: impl LogsAccess) -> AccessLogs {
            to.access_logs()
        }
    ))]
    access_logs: AccessLogs,
    /// When the logs move and go. They go after a year in production and a month elsewhere by
    /// default.
    #[builder(default, setter(strip_option))]
    lifecycle: Option<ObjectLifecycle>,
}

impl Construct for LoadBalancerLogBucket {
    type Handle = LoadBalancerLogBucketHandle;
    type Needs = AnyStack;

    fn build(self, scope: &mut Scope<'_>) -> LoadBalancerLogBucketHandle {
        let site = scope.site().clone();
        let (region, account) = (site.region(), site.account());
        let by_s3 = Encryption::by_s3();
        let mut blueprint = Blueprint::new(self.name, by_s3, self.access_logs, scope);
        let folder = format!("AWSLogs/{account}/");
        let write = Statement::allow(["s3:PutObject"])
            .sid("WriteByLoadBalancers")
            .to(Principal::service("logdelivery.elasticloadbalancing.amazonaws.com"))
            // Below a prefix of the load balancer's, or none.
            .on([blueprint.objects(&folder), blueprint.objects(&format!("*/{folder}"))])
            .when(Condition::arn_like(
                "aws:SourceArn",
                format!("arn:aws:elasticloadbalancing:{region}:{account}:loadbalancer/*"),
            ));
        blueprint.policy = Policy::Own(vec![write]);
        blueprint.lifecycle = Ok(ObjectLifecycle::of_logs(self.lifecycle, site.stage()));
        LoadBalancerLogBucketHandle(blueprint.build(scope))
    }
}

/// A bucket to which load balancers log. What makes a load balancer log takes this handle and no other
/// bucket's.
#[derive(Clone, Debug)]
pub struct LoadBalancerLogBucketHandle(BucketHandle);

impl LoadBalancerLogBucketHandle {
    /// The bucket, to read the logs.
    pub const fn bucket(&self) -> &BucketHandle {
        &self.0
    }
}

impl AsRef<ResourceRef> for LoadBalancerLogBucketHandle {
    fn as_ref(&self) -> &ResourceRef {
        self.0.as_ref()
    }
}
