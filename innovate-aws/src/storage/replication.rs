//! Copies of objects in another region.

use innovate_cfn::{
    iam,
    policy::{PolicyDocument, Principal, Statement},
    s3::bucket::{
        self, DeleteMarkerReplicationStatus, MetricsStatus, ReplicationRuleStatus,
        ReplicationTimeStatus, SseKmsEncryptedObjectsStatus,
    },
};
use innovate_core::{ResourceRef, Scope};

use super::BucketHandle;

/// Copies each object that is written from now on to a bucket in another region, with its tags and the
/// markers of what is deleted. A version that is deleted for good stays in the copy, so nobody deletes
/// both by one mistake.
///
/// What was there before isn't copied; a job of S3 Batch Replication does that once. Most objects are
/// there within minutes: what was written just before a region is lost may be missing.
///
/// Source: "Replicating objects within and across Regions" and "Replicating encrypted objects",
/// Amazon S3 User Guide.
///
/// ```
/// # use innovate_aws::{keys::{KmsKey, S3}, storage::AccessLogBucketHandle};
/// # use innovate_core::{Prod, Stack, stack::Place};
/// use innovate_aws::storage::{Bucket, Replication};
///
/// # fn program<P: Place>(
/// #     storage: &mut Stack<Prod>, logs: &AccessLogBucketHandle,
/// #     dr: &mut Stack<Prod, P>, dr_logs: &AccessLogBucketHandle,
/// # ) {
/// let there = dr.add("Objects", KmsKey::<S3>::new());
/// let copies = Bucket::builder().key(&there).access_logs(dr_logs).build();
/// let copies = dr.add("Uploads", copies);
///
/// let here = storage.add("Objects", KmsKey::<S3>::new());
/// let uploads = Bucket::builder()
///     .key(&here)
///     .access_logs(logs)
///     .replication(Replication::to(&copies).within_15_minutes())
///     .build();
/// let uploads = storage.add("Uploads", uploads);
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Replication {
    to: BucketHandle,
    within_15_minutes: bool,
}

/// What the one rule is called, by which its metrics are found.
pub(super) const RULE: &str = "all";

/// The time that S3 promises for 99.9 percent of objects.
const MINUTES: u8 = 15;

impl Replication {
    /// To this bucket.
    pub fn to(replica: &BucketHandle) -> Self {
        Self { to: replica.clone(), within_15_minutes: false }
    }

    /// With S3's promise that 99.9 percent of the objects are there within 15 minutes, at a price for
    /// each gigabyte. Without it most are, too.
    ///
    /// Source: "Meeting compliance requirements with S3 Replication Time Control", Amazon S3 User
    /// Guide.
    pub const fn within_15_minutes(mut self) -> Self {
        self.within_15_minutes = true;
        self
    }

    /// The bucket of the copies.
    pub(super) const fn replica(&self) -> &BucketHandle {
        &self.to
    }

    /// The role with which S3 copies from `source`, which isn't made yet, by the names of both.
    pub(super) fn role(&self, source: &Source<'_>, scope: &mut Scope<'_>) -> iam::RoleRef {
        let (from, to) = (source.arn, self.to.literal_arn());
        // S3 doesn't say that it sends on whose behalf it assumes the role.
        let trust = PolicyDocument::assumable_by(Principal::service("s3.amazonaws.com"));
        let mut read = vec![
            "s3:GetObjectVersionAcl",
            "s3:GetObjectVersionForReplication",
            "s3:GetObjectVersionTagging",
        ];
        if source.locked {
            read.extend(["s3:GetObjectLegalHold", "s3:GetObjectRetention"]);
        }
        let mut policy = PolicyDocument::new([
            Statement::allow(["s3:GetReplicationConfiguration", "s3:ListBucket"])
                .sid("ReadConfiguration")
                .on(from.to_owned()),
            Statement::allow(read).sid("ReadVersions").on(format!("{from}/*")),
            Statement::allow(["s3:ReplicateDelete", "s3:ReplicateObject", "s3:ReplicateTags"])
                .sid("WriteCopies")
                .on(format!("{to}/*")),
        ]);
        policy.extend(source.decrypt.clone());
        policy.extend(
            self.to.identity().use_key("EncryptCopies", &["kms:Encrypt", "kms:GenerateDataKey"]),
        );
        let role = iam::Role::new(trust)
            .description("Copies the objects of a bucket to another region")
            .policies([iam::role::Policy::new(policy, "replicate")]);
        scope.add("ReplicationRole", role)
    }

    /// The configuration.
    pub(super) fn property(
        &self,
        source: &Source<'_>,
        role: &iam::RoleRef,
    ) -> bucket::ReplicationConfiguration {
        let mut destination = bucket::ReplicationDestination::new(self.to.arn());
        if let Some(key) = self.to.key_arn() {
            let encryption = bucket::EncryptionConfiguration::new(key);
            destination = destination.encryption_configuration(encryption);
        }
        let mut metrics = bucket::Metrics::new(MetricsStatus::ENABLED);
        if self.within_15_minutes {
            let minutes = || bucket::ReplicationTimeValue::new(MINUTES);
            let time = bucket::ReplicationTime::new(ReplicationTimeStatus::ENABLED, minutes());
            metrics = metrics.event_threshold(minutes());
            destination = destination.replication_time(time);
        }
        let markers =
            bucket::DeleteMarkerReplication::new().status(DeleteMarkerReplicationStatus::ENABLED);
        let mut rule = bucket::ReplicationRule::new(
            destination.metrics(metrics),
            ReplicationRuleStatus::ENABLED,
        )
        .id(RULE)
        .priority(1)
        .filter(bucket::ReplicationRuleFilter::new().prefix(""))
        .delete_marker_replication(markers);
        if source.decrypt.is_some() {
            let kms = bucket::SseKmsEncryptedObjects::new(SseKmsEncryptedObjectsStatus::ENABLED);
            let criteria = bucket::SourceSelectionCriteria::new().sse_kms_encrypted_objects(kms);
            rule = rule.source_selection_criteria(criteria);
        }
        bucket::ReplicationConfiguration::new(role.arn(), [rule])
    }
}

/// The bucket that is copied.
#[derive(Debug)]
pub(super) struct Source<'a> {
    pub(super) arn: &'a str,
    /// What its key does for the role, if it has one.
    pub(super) decrypt: Option<Statement>,
    /// Whether its objects are locked.
    pub(super) locked: bool,
}

impl AsRef<ResourceRef> for Replication {
    fn as_ref(&self) -> &ResourceRef {
        self.to.as_ref()
    }
}
