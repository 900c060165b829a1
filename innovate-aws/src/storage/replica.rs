//! The bucket of another's copies.

use innovate_core::{Construct, Scope, StackInRecoveryRegion};
use typed_builder::TypedBuilder;

use super::{
    AccessLogs, BucketHandle, Encryption, LogsAccess, ObjectLifecycle, ObjectLock,
    blueprint::Blueprint,
};
use crate::{
    keys::{KmsKey, S3},
    name::BucketName,
};

/// A bucket in the recovery region for the copies of one at home, with a key of its own.
///
/// As a [`Bucket`](super::Bucket). Nothing expires in it but old versions, whatever the lifecycle of the
/// bucket that is copied: S3 copies what is deleted by somebody, not what a lifecycle deletes.
///
/// Source: "What does Amazon S3 replicate?", Amazon S3 User Guide.
///
/// ```
/// use innovate_aws::{
///     keys::{Key, S3},
///     storage::{AccessLogBucketHandle, ReplicaBucket, Replication, VeleroBucket, VeleroBucketHandle},
/// };
/// use innovate_core::{Prod, RecoveryRegion, Stack};
///
/// fn backups(
///     backup: &mut Stack<Prod>,
///     (key, logs): (&Key<S3>, &AccessLogBucketHandle),
///     recovery: &mut Stack<Prod, RecoveryRegion>,
///     recovery_logs: &AccessLogBucketHandle,
/// ) -> VeleroBucketHandle {
///     let copies = ReplicaBucket::builder().access_logs(recovery_logs).build();
///     let copies = recovery.add("ClusterObjects", copies);
///     let bucket = VeleroBucket::builder().key(key).access_logs(logs);
///     backup.add("ClusterObjects", bucket.replication(Replication::to(&copies)).build())
/// }
/// ```
#[derive(Clone, Debug, TypedBuilder)]
pub struct ReplicaBucket {
    /// Its name, if it has to be another than that made of its id.
    #[builder(default, setter(strip_option))]
    name: Option<BucketName>,
    /// Where its requests are logged: the handle of an [`AccessLogBucket`](super::AccessLogBucket) of the
    /// recovery region, or a [`Waiver`](super::Waiver) to log none.
    #[builder(setter(
        fn transform(to: impl LogsAccess) -> AccessLogs {
            to.access_logs()
        }
    ))]
    access_logs: AccessLogs,
    /// For how long nobody deletes a copy. For no time by default. A bucket that locks its objects copies
    /// them only to one that can.
    #[builder(default, setter(strip_option))]
    object_lock: Option<ObjectLock>,
    /// When copies move and go. By default old versions go after 90 days in production and 30 elsewhere.
    #[builder(default)]
    lifecycle: ObjectLifecycle,
}

impl Construct for ReplicaBucket {
    type Handle = BucketHandle;
    type Needs = StackInRecoveryRegion;

    fn build(self, scope: &mut Scope<'_>) -> BucketHandle {
        let key = scope.within("Key", |scope| KmsKey::<S3>::new().build(scope));
        let encryption = Encryption::of_key(&key);
        let mut blueprint = Blueprint::new(self.name, encryption, self.access_logs, scope);
        blueprint.lifecycle = Ok(self.lifecycle);
        blueprint.object_lock = self.object_lock;
        blueprint.build(scope)
    }
}
