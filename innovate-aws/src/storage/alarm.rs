//! What a bucket's alarms watch.

use innovate_core::AnyStack;

use super::{BucketHandle, ReplicationMetric, RequestMetric};
use crate::observability::{
    Alarms, Condition, Datapoints, MissingData, Period,
    alarm::{Proposal, alarm_kinds},
};

alarm_kinds! {
    /// The alarms of a bucket, in its own region. It has those whose metrics it has: of requests with
    /// [`request_metrics`](super::Bucket), of copies with a [`Replication`](super::Replication).
    ///
    /// Source: "Metrics and dimensions" and "Using S3 Replication metrics", Amazon S3 User Guide.
    BucketAlarm {
        /// S3 failed: more than a hundredth of the requests for a quarter of an hour.
        ServerErrors,
        /// S3 refused, or what was asked for isn't there: more than half of the requests for a quarter of
        /// an hour, such as when a role or a key has lost its rights.
        ClientErrors,
        /// An object was not copied. S3 tries it for a while and then leaves it: a job of S3 Batch
        /// Replication copies it once what stood in the way is gone.
        ReplicationFailed,
    }
}

alarm_kinds! {
    /// The alarms of the copies of a bucket, in the region that they go to.
    ///
    /// Source: "Using S3 Replication metrics", Amazon S3 User Guide.
    BucketCopyAlarm {
        /// The copies are more than a quarter of an hour behind, for a quarter of an hour.
        ReplicationBehind,
    }
}

/// The time that S3 promises with replication time control, in seconds.
const BEHIND: f64 = 900.0;

impl BucketHandle {
    /// The alarms that it comes with: [`BucketAlarm`]. For a stack of its own region. A bucket without
    /// metrics of requests and without copies has none.
    pub fn alarms(&self) -> Alarms<BucketAlarm, AnyStack> {
        let errors = |metric, share, description| {
            let metric = self.request_metric(metric)?;
            let proposal = Proposal::when(
                metric.average(),
                Condition::Above(share),
                MissingData::NotBreaching,
            )
            .over(Datapoints::in_a_row(3), Period::FiveMinutes);
            Some(proposal.describe(description))
        };
        let server = errors(
            RequestMetric::ServerErrors,
            0.01,
            "S3 fails: it recovers by itself, and clients have to try again",
        );
        let client = errors(
            RequestMetric::ClientErrors,
            0.5,
            "S3 refuses requests, or what they ask for isn't there: look at the access logs",
        );
        let failed = self.replication_metric(ReplicationMetric::OperationsFailedReplication);
        let failed = failed.map(|metric| {
            Proposal::when(metric.sum(), Condition::Above(0.0), MissingData::NotBreaching)
                .over(Datapoints::in_a_row(1), Period::FiveMinutes)
                .describe(
                    "An object was not copied to the other region: look at the replication's role \
                     and at both keys, then copy what failed with S3 Batch Replication",
                )
        });
        let alarms = [
            (BucketAlarm::ServerErrors, server),
            (BucketAlarm::ClientErrors, client),
            (BucketAlarm::ReplicationFailed, failed),
        ];
        Alarms::of(alarms.into_iter().filter_map(|(kind, alarm)| Some((kind, alarm?))))
    }

    /// The alarms of its copies: [`BucketCopyAlarm`]. For a stack of the region that they go to, where S3
    /// publishes how far they are behind (`S3-15`).
    pub fn copy_alarms(&self) -> Alarms<BucketCopyAlarm, AnyStack> {
        let behind = self.replication_metric(ReplicationMetric::ReplicationLatency);
        let behind = behind.map(|metric| {
            let proposal =
                Proposal::when(metric.maximum(), Condition::Above(BEHIND), MissingData::NotBreaching)
                    .over(Datapoints::in_a_row(3), Period::FiveMinutes)
                    .describe("The copies of objects are far behind: what is written now may be lost with the region");
            (BucketCopyAlarm::ReplicationBehind, proposal)
        });
        Alarms::of(behind)
    }
}
