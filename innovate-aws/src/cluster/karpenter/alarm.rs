//! What is measured of the queue of interruptions, and what its alarm watches.

use super::KarpenterHandle;
use crate::{
    messaging::QueueMetric,
    observability::{
        Alarms, Condition, Datapoints, Metric, MissingData, Period,
        alarm::{Proposal, alarm_kinds},
    },
};

alarm_kinds! {
    /// The alarms of Karpenter.
    KarpenterAlarm {
        /// A warning waits for more than a minute in two of three: an instance of Spot is taken away
        /// two minutes after its warning, and the queue forgets it after five.
        UnreadInterruptions,
    }
}

impl KarpenterHandle {
    /// A metric of the queue of interruptions.
    pub fn metric(&self, metric: QueueMetric) -> Metric {
        metric.of(self.queue_name())
    }

    /// The alarms that it comes with: [`KarpenterAlarm`].
    pub fn alarms(&self) -> Alarms<KarpenterAlarm> {
        let unread = Proposal::when(
            self.metric(QueueMetric::OldestMessageAge).maximum(),
            Condition::Above(60.0),
            MissingData::NotBreaching,
        )
        .over(Datapoints::any(2, 3), Period::OneMinute)
        .describe("Karpenter doesn't read that instances will be taken away: look at its pods");
        Alarms::of([(KarpenterAlarm::UnreadInterruptions, unread)])
    }
}
