//! Where Velero keeps its backups.

use innovate_cfn::policy::Statement;
use innovate_core::{AnyStack, Construct, ResourceRef, Scope};
use typed_builder::TypedBuilder;

use super::{
    AccessLogs, BucketHandle, Encryption, LogsAccess, ObjectLifecycle, ObjectLock, Replication,
    blueprint::Blueprint,
    folder::{READ, WRITE},
};
use crate::{
    identity::{Grant, Grantee},
    keys::{Key, S3},
    name::{BucketName, KeyPrefix},
};

/// A bucket for the backups that Velero makes of a cluster's objects.
///
/// As a [`Bucket`](super::Bucket). Velero deletes what has had its time itself, so nothing expires; the
/// version that it deleted goes later, by the lifecycle. A lifecycle by which objects expire before Velero's
/// schedule lets go of them is a finding of the schedule.
///
/// With [`replication`](Self) to a [`ReplicaBucket`](super::ReplicaBucket) the objects of Kubernetes survive the
/// loss of the region, and a [`Velero`](crate::backup::Velero) that reads the copies restores from them. Snapshots
/// of volumes don't: they are the region's own, and copied by AWS Backup.
///
/// Source: "Plugins for AWS" of Velero, its README.
///
/// ```
/// # use innovate_aws::{Environment, Region, account, domain, name};
/// # use innovate_aws::{identity::PodRole, keys::{KmsKey, S3}};
/// # use innovate_core::{Prod, Stack};
/// use innovate_aws::{days, storage::{AccessLogBucketHandle, ObjectLock, VeleroBucket}};
///
/// # fn program(backup: &mut Stack<Prod>, logs: &AccessLogBucketHandle, velero: &PodRole) {
/// let key = backup.add("VeleroKey", KmsKey::<S3>::new());
/// let bucket = VeleroBucket::builder()
///     .key(&key)
///     .access_logs(logs)
///     .object_lock(ObjectLock::governance(days!(30)))
///     .build();
/// let bucket = backup.add("Velero", bucket);
/// backup.add("VeleroBackups", bucket.grant_backups(velero));
/// # }
/// ```
#[derive(Clone, Debug, TypedBuilder)]
pub struct VeleroBucket {
    /// Its name, if it has to be another than that made of its id.
    #[builder(default, setter(strip_option))]
    name: Option<BucketName>,
    /// What encrypts the backups.
    #[builder(setter(transform = |key: &Key<S3>| key.clone()))]
    key: Key<S3>,
    /// Where its requests are logged: the handle of an [`AccessLogBucket`](super::AccessLogBucket),
    /// or a [`Waiver`](super::Waiver) to log none.
    #[builder(setter(
        fn transform(to: impl LogsAccess) -> AccessLogs {
            to.access_logs()
        }
    ))]
    access_logs: AccessLogs,
    /// For how long nobody deletes a backup, not even Velero. For no time by default.
    #[builder(default, setter(strip_option))]
    object_lock: Option<ObjectLock>,
    /// Copies what is written to it to a bucket in another region. It doesn't by default.
    #[builder(default, setter(strip_option))]
    replication: Option<Replication>,
    /// When old versions go. By default after 90 days in production and 30 elsewhere.
    #[builder(default)]
    lifecycle: ObjectLifecycle,
}

impl Construct for VeleroBucket {
    type Handle = VeleroBucketHandle;
    type Needs = AnyStack;

    fn build(self, scope: &mut Scope<'_>) -> VeleroBucketHandle {
        let encryption = Encryption::of_key(&self.key);
        let mut blueprint = Blueprint::new(self.name, encryption, self.access_logs, scope);
        blueprint.lifecycle = Ok(self.lifecycle);
        blueprint.object_lock = self.object_lock;
        blueprint.replication = self.replication;
        VeleroBucketHandle(blueprint.build(scope))
    }
}

/// A bucket for the backups of Velero.
#[derive(Clone, Debug)]
pub struct VeleroBucketHandle(BucketHandle);

impl VeleroBucketHandle {
    /// The bucket, whose name the backup storage location has.
    pub const fn bucket(&self) -> &BucketHandle {
        &self.0
    }

    /// Lets the role of Velero's server keep its backups here, and do nothing else. A
    /// [`Velero`](crate::backup::Velero) has it already.
    pub fn grant_backups(&self, to: &impl Grantee) -> Grant {
        Grant::new(to, &self.0.site, self.0.backup_statements())
    }
}

impl BucketHandle {
    /// What the role of Velero's server needs to keep its backups in the bucket.
    ///
    /// Source: "Set permissions for Velero", README of velero-plugin-for-aws.
    pub(crate) fn backup_statements(&self) -> Vec<Statement> {
        const OBJECTS: [&str; 6] = [
            "s3:AbortMultipartUpload",
            "s3:DeleteObject",
            "s3:GetObject",
            "s3:ListMultipartUploadParts",
            "s3:PutObject",
            "s3:PutObjectTagging",
        ];
        let all = self.all();
        let mut statements = vec![all.list(), all.objects("KeepBackups", &OBJECTS)];
        statements
            .extend(self.identity().use_key("UseKey", &["kms:Decrypt", "kms:GenerateDataKey"]));
        statements
    }

    /// What the role of Velero's server needs to restore from backups that are in the bucket, which are not
    /// its own to change. Velero puts the log and the results of each restore beside them, below `restores/`,
    /// also where it may keep no backups, and a restore without them counts as failed in part. Sids are told
    /// apart by `number`.
    ///
    /// Source: "Object Storage Layout" and "Backup Storage Locations and Volume Snapshot Locations", Velero
    /// documentation.
    pub(crate) fn restore_statements(&self, number: usize) -> Vec<Statement> {
        let all = self.all();
        let restores = self.folder(KeyPrefix::trusted("restores/"));
        let mut statements = vec![
            all.list().sid(format!("ListOthers{number}")),
            all.objects("", &READ).sid(format!("ReadOthers{number}")),
            restores.objects("", &WRITE).sid(format!("KeepResults{number}")),
        ];
        let key = self.identity().use_key("", &["kms:Decrypt", "kms:GenerateDataKey"]);
        statements.extend(key.map(|key| key.sid(format!("UseOthersKey{number}"))));
        statements
    }
}

/// What Velero can keep its backups in: a [`VeleroBucketHandle`], or any bucket of the program.
#[diagnostic::on_unimplemented(
    message = "Velero keeps no backups in `{Self}`",
    label = "not a bucket of the program",
    note = "make one with `VeleroBucket::builder()`"
)]
pub trait KeepsBackups {
    /// The bucket.
    fn bucket(&self) -> &BucketHandle;
}

impl KeepsBackups for BucketHandle {
    fn bucket(&self) -> &BucketHandle {
        self
    }
}

impl KeepsBackups for VeleroBucketHandle {
    fn bucket(&self) -> &BucketHandle {
        &self.0
    }
}

impl AsRef<ResourceRef> for VeleroBucketHandle {
    fn as_ref(&self) -> &ResourceRef {
        self.0.as_ref()
    }
}
