//! Where buckets log the requests that they get.

use innovate_cfn::{
    policy::{Condition, Principal, Statement},
    s3::{
        self,
        bucket::{self, PartitionedPrefixPartitionDateSource},
    },
};
use innovate_core::{
    AnyStack, Construct, ResourceRef, ResourceType as _, Scope, check::Suppression,
};
use typed_builder::TypedBuilder;

use super::{
    BucketHandle, Encryption, ObjectLifecycle, Waiver,
    blueprint::{Blueprint, Policy},
};
use crate::name::BucketName;

/// A bucket to which the buckets of its account and region log the requests that they get.
///
/// S3 encrypts it with keys of its own, since the service that delivers these logs can use no other.
/// Its own requests are not logged, which would make a log of the log. The logs go after a year in
/// production and a month elsewhere.
///
/// Source: "Logging requests with server access logging" and "Enabling Amazon S3 server access
/// logging", Amazon S3 User Guide.
///
/// ```
/// # use innovate_aws::{Environment, Region, account, domain, name};
/// # use innovate_core::Prod;
/// use innovate_aws::{keys::{KmsKey, S3}, storage::{AccessLogBucket, Bucket}};
/// # let prod = Environment::<Prod>::builder().application(name!("innovate")).account(account!("444455556666"))
/// #     .region(Region::EuWest1).domain(domain!("innovate.example")).owner("platform").build();
/// # let mut storage = prod.stack("storage");
/// # let key = storage.add("Objects", KmsKey::<S3>::new());
///
/// let logs = storage.add("AccessLogs", AccessLogBucket::builder().build());
/// let uploads = Bucket::builder().key(&key).access_logs(&logs).build();
/// let uploads = storage.add("Uploads", uploads);
/// assert_eq!(uploads.bucket_name().as_str(), "innovate-prod-uploads-444455556666-eu-west-1-an");
/// ```
#[derive(Clone, Debug, TypedBuilder)]
pub struct AccessLogBucket {
    /// Its name. Made of the environment, the id, the account and the region by default.
    #[builder(default, setter(strip_option))]
    name: Option<BucketName>,
    /// When the logs move and go. They go after a year in production and a month elsewhere by
    /// default.
    #[builder(default, setter(strip_option))]
    lifecycle: Option<ObjectLifecycle>,
}

impl Construct for AccessLogBucket {
    type Handle = AccessLogBucketHandle;
    type Needs = AnyStack;

    fn build(self, scope: &mut Scope<'_>) -> AccessLogBucketHandle {
        let nowhere = AccessLogs(Target::Nowhere);
        let mut blueprint = Blueprint::new(self.name, Encryption::by_s3(), nowhere, scope);
        let write = Statement::allow(["s3:PutObject"])
            .sid("WriteByS3")
            .to(Principal::service("logging.s3.amazonaws.com"))
            .on(blueprint.objects(""))
            .when(Condition::string_equals("aws:SourceAccount", scope.site().account().to_owned()));
        blueprint.policy = Policy::Own(vec![write]);
        blueprint.lifecycle = Ok(ObjectLifecycle::of_logs(self.lifecycle, scope.stage()));
        AccessLogBucketHandle(blueprint.build(scope))
    }
}

/// A bucket to which others log their requests.
#[derive(Clone, Debug)]
pub struct AccessLogBucketHandle(BucketHandle);

impl AccessLogBucketHandle {
    /// The bucket, to read the logs.
    pub const fn bucket(&self) -> &BucketHandle {
        &self.0
    }
}

impl AsRef<ResourceRef> for AccessLogBucketHandle {
    fn as_ref(&self) -> &ResourceRef {
        self.0.as_ref()
    }
}

/// Where a bucket logs the requests that it gets.
#[derive(Clone, Debug)]
pub struct AccessLogs(Target);

#[derive(Clone, Debug)]
enum Target {
    Bucket(BucketHandle),
    Waived(Waiver),
    /// A bucket of access logs itself.
    Nowhere,
}

impl AccessLogs {
    /// Below the account, the region and the bucket that each is of, by the day of the request.
    pub(super) fn configure(self, resource: s3::Bucket, scope: &mut Scope<'_>) -> s3::Bucket {
        let target = match self.0 {
            Target::Bucket(target) => target,
            Target::Nowhere => {
                scope.accept(Suppression::new(
                    "CKV_AWS_18",
                    "others log their requests to it: to log its own would make a log of the log",
                ));
                return resource;
            }
            Target::Waived(waiver) => {
                waiver.clone().accept("CKV_AWS_18", scope);
                waiver.accept("S3-08", scope);
                return resource;
            }
        };
        let by_day = bucket::PartitionedPrefix::new()
            .partition_date_source(PartitionedPrefixPartitionDateSource::EVENT_TIME);
        let logging = bucket::LoggingConfiguration::new()
            .destination_bucket_name(&target.name)
            .target_object_key_format(
                bucket::TargetObjectKeyFormat::new().partitioned_prefix(by_day),
            );
        resource.logging_configuration(logging).depends_on(&target)
    }
}

/// Where a bucket can log the requests that it gets: an [`AccessLogBucket`], or nowhere for a
/// [`Waiver`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` takes no access logs of a bucket",
    label = "give the `&AccessLogBucketHandle` of an `AccessLogBucket`",
    note = "a bucket whose requests are not logged says why: `.access_logs(Waiver::because(\"..\"))`"
)]
pub trait LogsAccess {
    /// Where to.
    fn access_logs(self) -> AccessLogs;
}

impl LogsAccess for &AccessLogBucketHandle {
    fn access_logs(self) -> AccessLogs {
        AccessLogs(Target::Bucket(self.0.clone()))
    }
}

impl LogsAccess for Waiver {
    fn access_logs(self) -> AccessLogs {
        AccessLogs(Target::Waived(self))
    }
}
