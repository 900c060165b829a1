//! What every bucket is made of.

use innovate_cfn::{
    policy::Statement,
    s3::{
        self,
        bucket::{
            self, BucketNamespace, OwnershipControlsRuleObjectOwnership,
            VersioningConfigurationStatus,
        },
    },
};
use innovate_core::{DeletionPolicy, Diagnostic, MAIN, ResourceRef, ResourceType as _, Scope};

use super::{
    AccessLogs, BucketHandle, BucketPolicy, Encryption, ObjectLifecycle, ObjectLock, Replication,
    Waiver,
    handle::{literal_arn, through_s3},
    metric::EVERY_REQUEST,
    replication::Source,
};
use crate::name::{BucketName, environment_name, kebab};

/// A bucket as its construct wants it.
#[derive(Debug)]
pub(super) struct Blueprint {
    name: BucketName,
    namespace: bool,
    region: String,
    encryption: Encryption,
    access_logs: AccessLogs,
    pub(super) versioning: Option<Waiver>,
    pub(super) public_access_block: Option<Waiver>,
    pub(super) ownership: Option<Waiver>,
    pub(super) lifecycle: Result<ObjectLifecycle, Waiver>,
    pub(super) policy: Policy,
    pub(super) event_bridge: bool,
    pub(super) request_metrics: bool,
    pub(super) object_lock: Option<ObjectLock>,
    pub(super) replication: Option<Replication>,
    /// What its policy names and has to exist before.
    pub(super) after: Option<ResourceRef>,
}

/// Who writes the bucket's policy.
#[derive(Debug)]
pub(super) enum Policy {
    /// The bucket, with these statements beside those about TLS.
    Own(Vec<Statement>),
    /// The bucket, with these statements and for a reason nothing about TLS.
    Waived(Waiver, Vec<Statement>),
    /// Someone who is made after it.
    Elsewhere,
}

impl Blueprint {
    /// With every safeguard.
    pub(super) fn new(
        name: Option<BucketName>,
        encryption: Encryption,
        access_logs: AccessLogs,
        scope: &mut Scope<'_>,
    ) -> Self {
        let (name, namespace) = named(name, scope);
        Self {
            name,
            namespace,
            region: scope.site().region().to_owned(),
            encryption,
            access_logs,
            versioning: None,
            public_access_block: None,
            ownership: None,
            lifecycle: Ok(ObjectLifecycle::new()),
            policy: Policy::Own(Vec::new()),
            event_bridge: false,
            request_metrics: false,
            object_lock: None,
            replication: None,
            after: None,
        }
    }

    /// The ARN of its objects below `folder`, which ends in a slash unless it is empty.
    pub(super) fn objects(&self, folder: &str) -> String {
        format!("{}/{folder}*", self.arn())
    }

    /// Its ARN.
    pub(super) fn arn(&self) -> String {
        literal_arn(&self.name, &self.region)
    }

    /// Adds the bucket, and its policy unless that is someone else's.
    pub(super) fn build(self, scope: &mut Scope<'_>) -> BucketHandle {
        let site = scope.site().clone();
        let mut resource = s3::Bucket::new()
            .bucket_encryption(self.encryption.property())
            .removal_policy(DeletionPolicy::RetainExceptOnCreate);
        // One that S3 doesn't take is reported already.
        if self.name.verify().is_ok() {
            resource = resource.bucket_name(&self.name);
        }
        if self.namespace {
            resource = resource.bucket_namespace(BucketNamespace::ACCOUNT_REGIONAL);
        }
        if let Some(waiver) = self.encryption.waiver() {
            waiver.accept("S3-05", scope);
        }
        if let Policy::Waived(waiver, _) = &self.policy {
            waiver.clone().accept("S3-06", scope);
        }
        match self.public_access_block {
            Some(waiver) => {
                let checks = ["CKV_AWS_53", "CKV_AWS_54", "CKV_AWS_55", "CKV_AWS_56", "CKV2_AWS_6"];
                for check in checks {
                    waiver.clone().accept(check, scope);
                }
                waiver.accept("S3-01", scope);
            }
            None => resource = resource.public_access_block_configuration(all_blocked()),
        }
        match self.ownership {
            Some(waiver) => waiver.accept("S3-03", scope),
            None => resource = resource.ownership_controls(owner_enforced()),
        }
        let versioned = self.versioning.is_none();
        match self.versioning {
            Some(waiver) => {
                waiver.clone().accept("CKV_AWS_21", scope);
                waiver.accept("S3-04", scope);
            }
            None => {
                let status = VersioningConfigurationStatus::ENABLED;
                let versioning = bucket::VersioningConfiguration::new(status);
                resource = resource.versioning_configuration(versioning);
            }
        }
        let expiry = self.lifecycle.as_ref().ok().and_then(ObjectLifecycle::expiry_days);
        match self.lifecycle {
            Err(waiver) => waiver.accept("S3-07", scope),
            Ok(lifecycle) => {
                lifecycle.check(scope);
                let lifecycle = lifecycle.property(versioned, site.stage());
                resource = resource.lifecycle_configuration(lifecycle);
            }
        }
        if let Some(lock) = self.object_lock {
            lock.check(scope);
            resource =
                resource.object_lock_enabled(true).object_lock_configuration(lock.property());
        }
        if self.event_bridge {
            let bridge = bucket::EventBridgeConfiguration::new(true);
            let events = bucket::NotificationConfiguration::new();
            let events = events.event_bridge_configuration(bridge);
            resource = resource.notification_configuration(events);
        }
        if self.request_metrics {
            let every = bucket::MetricsConfiguration::new(EVERY_REQUEST);
            resource = resource.metrics_configurations([every]);
        }
        let key = self.encryption.key();
        if let Some(replication) = &self.replication {
            let arn = literal_arn(&self.name, &self.region);
            let decrypt = key.as_ref().map(|key| {
                through_s3("DecryptObjects", &["kms:Decrypt"], key, &arn, site.region())
            });
            let source = Source { arn: &arn, decrypt, locked: self.object_lock.is_some() };
            let role = replication.role(&source, scope);
            resource = resource
                .replication_configuration(replication.property(&source, &role))
                .depends_on(replication);
        }
        if let Some(before) = &self.after {
            resource = resource.depends_on(before);
        }
        resource = self.access_logs.configure(resource, scope);
        let bucket = scope.add(MAIN, resource);
        let ready: ResourceRef = bucket.as_ref().clone();
        let replica = self.replication.as_ref().map(|to| to.replica().bucket_name().clone());
        let mut handle = BucketHandle {
            name: self.name,
            site,
            key,
            bucket,
            replica,
            request_metrics: self.request_metrics,
            expiry,
            ready,
        };
        match self.policy {
            Policy::Elsewhere => {}
            Policy::Waived(_, statements) if statements.is_empty() => {}
            Policy::Waived(_, statements) => {
                let policy = BucketPolicy::without_tls(&handle, statements);
                handle.ready = scope.add("Policy", policy).as_ref().clone();
            }
            Policy::Own(statements) => {
                let policy = BucketPolicy::new(&handle, statements);
                handle.ready = scope.add("Policy", policy).as_ref().clone();
            }
        }
        handle
    }
}

/// What a bucket's name ends with, and whether that puts it into the namespace of the account and region,
/// where nobody else can make a bucket of that name.
///
/// Source: "Namespaces for general purpose buckets", Amazon S3 User Guide.
pub(super) fn suffix(account: &str, region: &str) -> (String, bool) {
    /// The regions without such namespaces.
    const GLOBAL: [&str; 2] = ["me-central-1", "me-south-1"];
    if GLOBAL.contains(&region) {
        return (format!("-{account}-{region}"), false);
    }
    (format!("-{account}-{region}-an"), true)
}

/// The bucket's name, and whether it is in the namespace of the account and region.
fn named(given: Option<BucketName>, scope: &mut Scope<'_>) -> (BucketName, bool) {
    let (suffix, own) = suffix(scope.site().account(), scope.site().region());
    if let Some(name) = given {
        let own = own && name.as_str().ends_with(&suffix);
        return (name, own);
    }
    let prefix = kebab(&format!("{}/{}", environment_name(scope.site()), scope.path()));
    let name = BucketName::trusted(format!("{prefix}{suffix}"));
    if let Err(error) = name.verify() {
        scope.report(
            Diagnostic::error("S3-12", "the bucket's id makes a name that S3 doesn't take")
                .given(format!("`{name}`, {} characters", name.as_str().len()))
                .allowed(error.allowed())
                .help("give it a shorter id, or a name of its own with `.name(name!(BucketName: \"..\"))`"),
        );
    }
    (name, own)
}

fn all_blocked() -> bucket::PublicAccessBlockConfiguration {
    bucket::PublicAccessBlockConfiguration::new()
        .block_public_acls(true)
        .block_public_policy(true)
        .ignore_public_acls(true)
        .restrict_public_buckets(true)
}

fn owner_enforced() -> bucket::OwnershipControls {
    let rule = bucket::OwnershipControlsRule::new()
        .object_ownership(OwnershipControlsRuleObjectOwnership::BUCKET_OWNER_ENFORCED);
    bucket::OwnershipControls::new([rule])
}
