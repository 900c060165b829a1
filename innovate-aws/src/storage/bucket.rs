//! The bucket of an application's objects.

use innovate_core::{AnyStack, Construct, Scope};
use typed_builder::TypedBuilder;

use super::{
    AccessLogs, BucketHandle, BucketStatement, Encryption, EncryptsBucket, LogsAccess,
    ObjectLifecycle, ObjectLock, Replication, Tidies, Waiver,
    blueprint::{Blueprint, Policy},
};
use crate::name::BucketName;

/// A bucket for objects that the application's own roles read and write.
///
/// It is closed to the public, owns what is put into it, is encrypted with a key that it is given
/// (and asks for it seldom, by a bucket key), keeps old versions for a while, refuses whoever comes
/// without TLS 1.2, and logs its requests. It stays when it leaves its stack, unless the deployment that
/// was to create it failed. What it should do without of this takes a [`Waiver`].
///
/// Its name is `<environment>-<id>-<account>-<region>-an`, in the namespace of the account and region
/// in which nobody else can make a bucket, so everyone can know it before deployment. The middle
/// east's `me-central-1` and `me-south-1` have no such namespace, and the name there no `-an`.
///
/// Source: "Security best practices for Amazon S3", Amazon S3 User Guide; controls S3.1 to S3.22, AWS
/// Security Hub User Guide.
///
/// ```
/// # use innovate_aws::{Environment, Region, account, domain, name};
/// # use innovate_core::Prod;
/// use innovate_aws::{days, keys::{KmsKey, S3}, storage::{AccessLogBucket, Bucket, ObjectLifecycle, ObjectStorageClass}};
/// # let prod = Environment::<Prod>::builder().application(name!("innovate")).account(account!("444455556666"))
/// #     .region(Region::EuWest1).domain(domain!("innovate.example")).owner("platform").build();
///
/// let mut storage = prod.stack("storage");
/// let key = storage.add("Objects", KmsKey::<S3>::new());
/// let logs = storage.add("AccessLogs", AccessLogBucket::builder().build());
/// let uploads = Bucket::builder()
///     .key(&key)
///     .access_logs(&logs)
///     .lifecycle(ObjectLifecycle::new().move_to(ObjectStorageClass::IntelligentTiering, days!(30)))
///     .build();
/// let uploads = storage.add("Uploads", uploads);
/// assert_eq!(uploads.bucket_name().as_str(), "innovate-prod-uploads-444455556666-eu-west-1-an");
/// ```
#[derive(Clone, Debug, TypedBuilder)]
pub struct Bucket {
    /// Its name, if it has to be another than that made of its id.
    #[builder(default, setter(strip_option))]
    name: Option<BucketName>,
    /// What encrypts its objects: a `&Key<S3>`, or a [`Waiver`] to leave it to S3's own keys.
    #[builder(setter(
        fn transform(by: impl EncryptsBucket) -> Encryption {
            by.encryption()
        }
    ))]
    key: Encryption,
    /// Where its requests are logged: the handle of an [`AccessLogBucket`](super::AccessLogBucket),
    /// or a [`Waiver`] to log none.
    #[builder(setter(
        fn transform(to: impl LogsAccess) -> AccessLogs {
            to.access_logs()
        }
    ))]
    access_logs: AccessLogs,
    /// When its objects move and go. By default old versions go after 90 days in production and 30
    /// elsewhere, and current ones stay. A [`Waiver`] keeps all of them for ever.
    #[builder(
        default = Ok(ObjectLifecycle::new()),
        setter(
            fn transform(by: impl Tidies) -> Result<ObjectLifecycle, Waiver> {
                by.lifecycle()
            }
        )
    )]
    lifecycle: Result<ObjectLifecycle, Waiver>,
    /// Overwrites and deletes for good, for a reason. Old versions are kept by default.
    #[builder(default, setter(strip_option))]
    versioning: Option<Waiver>,
    /// Lets lists and policies open it to the public, for a reason. They can't by default.
    #[builder(default, setter(strip_option))]
    public_access_block: Option<Waiver>,
    /// Leaves an object to whoever wrote it, for a reason. The bucket owns all of them by default,
    /// and access control lists mean nothing.
    #[builder(default, setter(strip_option))]
    ownership: Option<Waiver>,
    /// Answers without TLS 1.2 too, for a reason. It refuses by default.
    #[builder(default, setter(strip_option))]
    tls_only: Option<Waiver>,
    /// Sends an event to the default bus of EventBridge for each object that is written or deleted.
    /// It doesn't by default.
    #[builder(setter(strip_bool))]
    event_bridge: bool,
    /// Has S3 count its requests, each minute, so that alarms can watch them. It doesn't by default: each
    /// of the metrics, of which there are up to 16, is paid for as a custom metric of CloudWatch.
    #[builder(setter(strip_bool))]
    request_metrics: bool,
    /// What its policy says beside refusing whoever comes without TLS: who may do something with its
    /// objects beside the roles of its account, and what nobody may. Nothing by default.
    #[builder(default, setter(
        fn transform(statements: impl IntoIterator<Item = BucketStatement>) -> Vec<BucketStatement> {
            statements.into_iter().collect()
        }
    ))]
    policy: Vec<BucketStatement>,
    /// For how long nobody deletes what is written to it. For no time by default.
    #[builder(default, setter(strip_option))]
    object_lock: Option<ObjectLock>,
    /// Copies what is written to it to a bucket in another region. It doesn't by default.
    #[builder(default, setter(strip_option))]
    replication: Option<Replication>,
}

impl Construct for Bucket {
    type Handle = BucketHandle;
    type Needs = AnyStack;

    fn build(self, scope: &mut Scope<'_>) -> BucketHandle {
        let mut blueprint = Blueprint::new(self.name, self.key, self.access_logs, scope);
        blueprint.lifecycle = self.lifecycle;
        blueprint.versioning = self.versioning;
        blueprint.public_access_block = self.public_access_block;
        blueprint.ownership = self.ownership;
        blueprint.event_bridge = self.event_bridge;
        blueprint.object_lock = self.object_lock;
        blueprint.replication = self.replication;
        blueprint.request_metrics = self.request_metrics;
        let arn = blueprint.arn();
        let statements = self.policy.into_iter().zip(1..);
        let statements: Vec<_> =
            statements.flat_map(|(statement, number)| statement.statements(&arn, number)).collect();
        blueprint.policy = match self.tls_only {
            None => Policy::Own(statements),
            Some(waiver) => Policy::Waived(waiver, statements),
        };
        blueprint.build(scope)
    }
}
