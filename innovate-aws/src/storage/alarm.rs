//! What the alarms of a bucket watch.

use super::{BucketHandle, ReplicationMetric};
use crate::observability::{
    Alarms, Condition, Datapoints, MissingData, Period,
    alarm::{Proposal, alarm_kinds},
};

alarm_kinds! {
    /// The alarms of a bucket, which are about the copies of its objects: one that isn't copied has none.
    ///
    /// They go into a stack of the bucket's own region.
    ///
    /// Sources: "Using S3 Replication metrics", Amazon S3 User Guide; "Recommended alarms" for Amazon S3,
    /// Amazon CloudWatch User Guide.
    BucketAlarm {
        /// An object could not be copied.
        ReplicationFailed,
        /// The copies are more than an hour behind, for 15 minutes.
        ReplicationLate,
    }
}

impl BucketHandle {
    /// The alarms that it comes with: [`BucketAlarm`].
    pub fn alarms(&self) -> Alarms<BucketAlarm> {
        let failed = self.replication_metric(ReplicationMetric::OperationsFailedReplication);
        let failed = failed.map(|failed| {
            let alarm =
                Proposal::when(failed.sum(), Condition::Above(0.0), MissingData::NotBreaching)
                    .describe("An object could not be copied: look at its replication status, and at the role and the keys of both buckets");
            (BucketAlarm::ReplicationFailed, alarm)
        });
        let late = self.replication_metric(ReplicationMetric::ReplicationLatency);
        let late = late.map(|late| {
            let alarm =
                Proposal::when(late.maximum(), Condition::Above(3_600.0), MissingData::NotBreaching)
                    .over(Datapoints::in_a_row(3), Period::FiveMinutes)
                    .describe("The copies of a bucket's objects are more than an hour behind: were its region lost, that would be lost with it");
            (BucketAlarm::ReplicationLate, alarm)
        });
        Alarms::of(failed.into_iter().chain(late))
    }
}
