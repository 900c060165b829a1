//! What buckets count.

use innovate_core::Gives as _;

use super::{BucketHandle, replication::RULE};
use crate::observability::{Metric, Unit};

const NAMESPACE: &str = "AWS/S3";

/// What S3 counts of a bucket once a day.
///
/// Source: "Metrics and dimensions", Amazon S3 User Guide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BucketMetric {
    /// The bytes of all versions in the class Standard.
    BucketSizeBytes,
    /// The objects of all classes, with their versions and the parts of uploads.
    NumberOfObjects,
}

/// What S3 counts of the copies of a bucket's objects, each minute.
///
/// Source: "Monitoring replication with metrics, event notifications, and statuses", Amazon S3 User
/// Guide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplicationMetric {
    /// The bytes that wait.
    BytesPendingReplication,
    /// The operations that wait.
    OperationsPendingReplication,
    /// The operations that failed.
    OperationsFailedReplication,
    /// How far the copies are behind, at most.
    ReplicationLatency,
}

impl ReplicationMetric {
    const fn facts(self) -> (&'static str, Unit) {
        match self {
            Self::BytesPendingReplication => ("BytesPendingReplication", Unit::Bytes),
            Self::OperationsPendingReplication => ("OperationsPendingReplication", Unit::Count),
            Self::OperationsFailedReplication => ("OperationsFailedReplication", Unit::Count),
            Self::ReplicationLatency => ("ReplicationLatency", Unit::Seconds),
        }
    }
}

impl BucketHandle {
    /// What S3 counts of it once a day.
    pub fn metric(&self, metric: BucketMetric) -> Metric {
        let (name, class, unit) = match metric {
            BucketMetric::BucketSizeBytes => ("BucketSizeBytes", "StandardStorage", Unit::Bytes),
            BucketMetric::NumberOfObjects => ("NumberOfObjects", "AllStorageTypes", Unit::Count),
        };
        let bucket = self.name.as_str().to_owned();
        Metric::new(NAMESPACE, name, [("BucketName", bucket.give()), ("StorageType", class.give())])
            .in_unit(unit)
    }

    /// What S3 counts of the copies of its objects; none if they are not copied.
    pub fn replication_metric(&self, metric: ReplicationMetric) -> Option<Metric> {
        let (name, unit) = metric.facts();
        let bucket = |name: &str| name.to_owned().give();
        let dimensions = [
            ("DestinationBucket", bucket(self.replica.as_ref()?.as_str())),
            ("RuleId", RULE.give()),
            ("SourceBucket", bucket(self.name.as_str())),
        ];
        Some(Metric::new(NAMESPACE, name, dimensions).in_unit(unit))
    }
}
