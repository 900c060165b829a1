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

/// What S3 counts of the requests to a bucket, each minute, if the bucket has
/// [`request_metrics`](super::Bucket).
///
/// Source: "Metrics and dimensions", Amazon S3 User Guide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestMetric {
    /// All requests.
    AllRequests,
    /// Requests for objects.
    GetRequests,
    /// Requests that write objects.
    PutRequests,
    /// Those that S3 refused, or whose objects aren't there (4xx). The average is their share.
    ClientErrors,
    /// Those at which S3 failed (5xx). The average is their share.
    ServerErrors,
    /// From the request to the first byte of the answer.
    FirstByteLatency,
    /// From the request to the last byte of the answer.
    TotalRequestLatency,
}

impl RequestMetric {
    const fn facts(self) -> (&'static str, Unit) {
        match self {
            Self::AllRequests => ("AllRequests", Unit::Count),
            Self::GetRequests => ("GetRequests", Unit::Count),
            Self::PutRequests => ("PutRequests", Unit::Count),
            Self::ClientErrors => ("4xxErrors", Unit::Count),
            Self::ServerErrors => ("5xxErrors", Unit::Count),
            Self::FirstByteLatency => ("FirstByteLatency", Unit::Milliseconds),
            Self::TotalRequestLatency => ("TotalRequestLatency", Unit::Milliseconds),
        }
    }
}

/// What the filter is called that every request passes.
pub(super) const EVERY_REQUEST: &str = "EntireBucket";

/// What S3 counts of the copies of a bucket's objects, each minute. Failures are published in the region
/// of the bucket, all else in that of its copies.
///
/// Source: "Using S3 Replication metrics", Amazon S3 User Guide.
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

    /// What S3 counts of the requests to it; none if it has no metrics of them.
    pub fn request_metric(&self, metric: RequestMetric) -> Option<Metric> {
        let (name, unit) = metric.facts();
        let bucket = self.request_metrics.then(|| self.name.as_str().to_owned().give())?;
        let dimensions = [("BucketName", bucket), ("FilterId", EVERY_REQUEST.give())];
        Some(Metric::new(NAMESPACE, name, dimensions).in_unit(unit))
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
