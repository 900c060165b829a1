//! Buckets of each kind, and what is granted on them.

use innovate::{
    aws::storage::{
        AccessLogBucketHandle, LoadBalancerLogBucketHandle, LogBucketHandle, NobodyCanDelete,
        TemplateBucket,
    },
    prelude::*,
};

/// The stacks of the buckets, and where the rest of the program logs to.
pub(crate) struct Storage {
    pub(crate) stack: Stack<Staging>,
    pub(crate) copies: Stack<Staging, RecoveryRegion>,
    pub(crate) flow_logs: LogBucketHandle<VendedLogs>,
    pub(crate) load_balancer_logs: LoadBalancerLogBucketHandle,
}

impl Storage {
    pub(crate) fn new(
        staging: &Environment<Staging>,
        objects: &Key<S3>,
        delivered: &Key<LogDelivery>,
    ) -> Self {
        let mut copies = staging.recovery_stack("copies");
        let key = copies.add("Objects", KmsKey::<S3>::new());
        let logs = copies.add("AccessLogs", AccessLogBucket::builder().build());
        let lock = ObjectLock::governance(days!(30));
        let copy = Bucket::builder().key(&key).access_logs(&logs).object_lock(lock).build();
        let copy = copies.add("Uploads", copy);
        let lock_for_good = ObjectLock::compliance(days!(7), NobodyCanDelete);
        let backups = ReplicaBucket::builder().access_logs(&logs).object_lock(lock_for_good);
        let backups = copies.add("LockedBackups", backups.build());

        let mut stack = staging.stack("storage");
        let logs = stack.add("RequestLogs", AccessLogBucket::builder().build());
        let uploads = Bucket::builder()
            .key(objects)
            .access_logs(&logs)
            .lifecycle(archived())
            .event_bridge()
            .request_metrics()
            .policy(statements())
            .object_lock(lock)
            .replication(Replication::to(&copy).within_15_minutes())
            .build();
        let uploads = stack.add("Uploads", uploads);
        let api = RoleHandle::existing(&name!(RoleName: "api"), &staging.site());
        let invoices = uploads.folder(name!(KeyPrefix: "invoices/"));
        stack.add("ReadInvoices", invoices.grant_read(&api));
        stack.add("WriteUploads", uploads.grant_read_write(&api));
        stack.add("DeleteUploads", uploads.grant_delete(&api));
        stack.add("Exchange", exchange());
        stack.add("Templates", TemplateBucket);
        let imports = ExistingBucket::new(name!(BucketName: "innovate-imports"), &staging.site());
        stack.add("ReadImports", imports.folder(name!(KeyPrefix: "daily/")).grant_read(&api));
        let velero = VeleroBucket::builder()
            .key(objects)
            .access_logs(&logs)
            .object_lock(lock_for_good)
            .replication(Replication::to(&backups))
            .build();
        let velero = stack.add("LockedBackups", velero);
        stack.add("Backups", velero.grant_backups(&api));
        let trail = LogBucket::<CloudTrail>::builder().key(delivered).access_logs(&logs).build();
        stack.add("Trail", trail);
        let config = LogBucket::<AwsConfig>::builder().key(delivered).access_logs(&logs).build();
        stack.add("Config", config);
        let load_balancer_logs = LoadBalancerLogBucket::builder().access_logs(&logs).build();
        Self {
            flow_logs: stack.add("FlowLogs", flow_logs(delivered, &logs)),
            load_balancer_logs: stack.add("BalancerLogs", load_balancer_logs),
            stack,
            copies,
        }
    }
}

/// Ever colder.
fn archived() -> ObjectLifecycle {
    ObjectLifecycle::new()
        .old_versions_for(days!(60))
        .move_to(ObjectStorageClass::StandardInfrequentAccess, days!(30))
        .move_to(ObjectStorageClass::GlacierInstantRetrieval, days!(90))
        .move_to(ObjectStorageClass::GlacierFlexibleRetrieval, days!(180))
        .move_to(ObjectStorageClass::GlacierDeepArchive, days!(365))
        .expire_after(days!(2557))
}

fn flow_logs(key: &Key<LogDelivery>, logs: &AccessLogBucketHandle) -> LogBucket<VendedLogs> {
    LogBucket::<VendedLogs>::builder()
        .key(key)
        .access_logs(logs)
        .lifecycle(ObjectLifecycle::new().expire_after(days!(90)))
        .build()
}

/// Whoever of the organization reads what is published; the key of the objects lets them, too.
pub(crate) fn readers() -> BucketPrincipal {
    BucketPrincipal::organization(organization!("o-a1b2c3d4e5"))
}

/// What the organization reads, and what nobody deletes.
fn statements() -> [BucketStatement; 2] {
    let published = || name!(KeyPrefix: "published/");
    [
        BucketStatement::read(&readers()).below(published()),
        BucketStatement::deny(["s3:DeleteObjectVersion"]).below(published()),
    ]
}

/// One that does without whatever can be done without.
fn exchange() -> Bucket {
    Bucket::builder()
        .name(name!(BucketName: "innovate-staging-exchange"))
        .key(Waiver::because("a partner without rights in KMS reads it"))
        .access_logs(Waiver::because("the partner keeps a log of its own"))
        .versioning(Waiver::because("the nightly export makes all of it anew"))
        .lifecycle(Waiver::because("the export replaces its one object"))
        .build()
}
