//! Where services of AWS deliver logs that a key of KMS encrypts.

use std::{fmt, marker::PhantomData};

use innovate_cfn::policy::{Condition, Principal, Statement};
use innovate_core::{AnyStack, Construct, ResourceRef, Scope, Site};
use typed_builder::TypedBuilder;

use super::{
    AccessLogs, BucketHandle, Encryption, LogsAccess, ObjectLifecycle,
    blueprint::{Blueprint, Policy},
};
use crate::{
    keys::{Key, LogDelivery},
    name::BucketName,
};

/// A service that delivers to a [`LogBucket`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` delivers to no `LogBucket`",
    label = "no writer of logs",
    note = "the writers are `VendedLogs`, `CloudTrail` and `AwsConfig`; load balancers write to a `LoadBalancerLogBucket`, other buckets to an `AccessLogBucket`"
)]
pub trait LogWriter: 'static {
    /// What it may do with the bucket of this ARN, in an account and region.
    fn statements(arn: &str, site: &Site) -> Vec<Statement>;
}

/// To look at the bucket, and to write below a folder, for the service and on behalf of what `source`
/// matches. What it writes belongs to the bucket.
fn delivers(
    service: &'static str,
    (look, write): (&[&'static str], String),
    arn: &str,
    source: &Condition,
) -> Vec<Statement> {
    let by = |statement: Statement| statement.to(Principal::service(service)).when(source.clone());
    vec![
        by(Statement::allow(look.iter().copied()).sid("LookByWriter").on(arn.to_owned())),
        by(Statement::allow(["s3:PutObject"]).sid("WriteByWriter").on(write))
            .when(Condition::string_equals("s3:x-amz-acl", "bucket-owner-full-control")),
    ]
}

/// Logs that CloudWatch's log delivery brings: flow logs of a VPC, CloudFront's standard logs (v2),
/// access logs of network load balancers, and others.
///
/// Source: "Amazon S3 bucket permissions for flow logs", Amazon VPC User Guide; "Logs sent to Amazon
/// S3", Amazon CloudWatch Logs User Guide.
#[derive(Clone, Copy, Debug)]
pub enum VendedLogs {}

impl LogWriter for VendedLogs {
    fn statements(arn: &str, site: &Site) -> Vec<Statement> {
        let (region, account) = (site.region(), site.account());
        let source =
            Condition::arn_like("aws:SourceArn", format!("arn:aws:logs:{region}:{account}:*"));
        // The prefix is the program's, and Hive's partitions name the account in another way.
        let allowed = (&["s3:GetBucketAcl", "s3:ListBucket"][..], format!("{arn}/*"));
        let mut statements = delivers("delivery.logs.amazonaws.com", allowed, arn, &source);
        for statement in &mut statements {
            let account = Condition::string_equals("aws:SourceAccount", account.to_owned());
            *statement = statement.clone().when(account);
        }
        statements
    }
}

/// The trails of the account in the region.
///
/// Source: "Amazon S3 bucket policy for CloudTrail", AWS CloudTrail User Guide.
#[derive(Clone, Copy, Debug)]
pub enum CloudTrail {}

impl LogWriter for CloudTrail {
    fn statements(arn: &str, site: &Site) -> Vec<Statement> {
        let (region, account) = (site.region(), site.account());
        let trails = format!("arn:aws:cloudtrail:{region}:{account}:trail/*");
        let allowed = (&["s3:GetBucketAcl"][..], format!("{arn}/AWSLogs/{account}/*"));
        let source = Condition::arn_like("aws:SourceArn", trails);
        delivers("cloudtrail.amazonaws.com", allowed, arn, &source)
    }
}

/// The history and the snapshots of AWS Config.
///
/// Source: "Permissions for the Amazon S3 Bucket for the AWS Config Delivery Channel", AWS Config
/// Developer Guide.
#[derive(Clone, Copy, Debug)]
pub enum AwsConfig {}

impl LogWriter for AwsConfig {
    fn statements(arn: &str, site: &Site) -> Vec<Statement> {
        let account = site.account();
        let allowed = (
            &["s3:GetBucketAcl", "s3:ListBucket"][..],
            format!("{arn}/AWSLogs/{account}/Config/*"),
        );
        let source = Condition::string_equals("aws:SourceAccount", account.to_owned());
        delivers("config.amazonaws.com", allowed, arn, &source)
    }
}

/// A bucket to which a service of AWS delivers logs, encrypted with a key that lets it.
///
/// The service may write where it writes, on behalf of this account alone. The logs go after a year in
/// production and a month elsewhere.
///
/// ```
/// # use innovate_aws::{Environment, Region, account, domain, name};
/// # use innovate_core::Prod;
/// use innovate_aws::{
///     days, keys::{KmsKey, LogDelivery},
///     storage::{AccessLogBucket, CloudTrail, LogBucket, ObjectLifecycle, VendedLogs},
/// };
/// # let prod = Environment::<Prod>::builder().application(name!("innovate")).account(account!("444455556666"))
/// #     .region(Region::EuWest1).domain(domain!("innovate.example")).owner("platform").build();
/// # let mut storage = prod.stack("storage");
///
/// let key = storage.add("LogDelivery", KmsKey::<LogDelivery>::new());
/// let logs = storage.add("AccessLogs", AccessLogBucket::builder().build());
/// let flows = LogBucket::<VendedLogs>::builder().key(&key).access_logs(&logs).build();
/// let flows = storage.add("FlowLogs", flows);
/// let trail = LogBucket::<CloudTrail>::builder()
///     .key(&key)
///     .access_logs(&logs)
///     .lifecycle(ObjectLifecycle::new().expire_after(days!(2557)))
///     .build();
/// let trail = storage.add("Trail", trail);
/// ```
#[derive(TypedBuilder)]
pub struct LogBucket<W: LogWriter> {
    /// Its name, if it has to be another than that made of its id.
    #[builder(default, setter(strip_option))]
    name: Option<BucketName>,
    /// What encrypts the logs.
    #[builder(setter(transform = |key: &Key<LogDelivery>| key.clone()))]
    key: Key<LogDelivery>,
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
    #[builder(default, setter(skip))]
    writer: PhantomData<fn() -> W>,
}

impl<W: LogWriter> Clone for LogBucket<W> {
    fn clone(&self) -> Self {
        Self {
            name: self.name.clone(),
            key: self.key.clone(),
            access_logs: self.access_logs.clone(),
            lifecycle: self.lifecycle.clone(),
            writer: PhantomData,
        }
    }
}

impl<W: LogWriter> fmt::Debug for LogBucket<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LogBucket")
            .field("name", &self.name)
            .field("key", &self.key)
            .field("access_logs", &self.access_logs)
            .field("lifecycle", &self.lifecycle)
            .finish()
    }
}

impl<W: LogWriter> Construct for LogBucket<W> {
    type Handle = LogBucketHandle<W>;
    type Needs = AnyStack;

    fn build(self, scope: &mut Scope<'_>) -> LogBucketHandle<W> {
        let site = scope.site().clone();
        let encryption = Encryption::of_key(&self.key);
        let mut blueprint = Blueprint::new(self.name, encryption, self.access_logs, scope);
        blueprint.policy = Policy::Own(W::statements(&blueprint.arn(), &site));
        blueprint.lifecycle = Ok(ObjectLifecycle::of_logs(self.lifecycle, site.stage()));
        LogBucketHandle { bucket: blueprint.build(scope), writer: PhantomData }
    }
}

/// A bucket to which the service `W` delivers. What makes it deliver takes this handle and no other
/// bucket's.
pub struct LogBucketHandle<W> {
    bucket: BucketHandle,
    writer: PhantomData<fn() -> W>,
}

impl<W> LogBucketHandle<W> {
    /// The bucket: to read the logs, and to name it to the service.
    pub const fn bucket(&self) -> &BucketHandle {
        &self.bucket
    }
}

impl<W> AsRef<ResourceRef> for LogBucketHandle<W> {
    fn as_ref(&self) -> &ResourceRef {
        self.bucket.as_ref()
    }
}

impl<W> Clone for LogBucketHandle<W> {
    fn clone(&self) -> Self {
        Self { bucket: self.bucket.clone(), writer: PhantomData }
    }
}

impl<W> fmt::Debug for LogBucketHandle<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("LogBucketHandle").field(&self.bucket.bucket_name()).finish()
    }
}
