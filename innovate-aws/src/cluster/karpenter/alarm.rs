//! What is measured of the queue of interruptions, and what its alarm watches.

use innovate_core::Gives as _;

use super::KarpenterHandle;
use crate::observability::{
    Alarms, Condition, Datapoints, Metric, MissingData, Period, Unit,
    alarm::{Proposal, alarm_kinds},
};

/// A metric of the queue of interruptions.
///
/// Source: "Available CloudWatch metrics for Amazon SQS", Amazon SQS Developer Guide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueueMetric {
    /// How old the oldest message is.
    OldestMessageAge,
    /// How many messages wait.
    WaitingMessages,
    /// How many messages were sent to it.
    SentMessages,
}

impl QueueMetric {
    const fn name(self) -> &'static str {
        match self {
            Self::OldestMessageAge => "ApproximateAgeOfOldestMessage",
            Self::WaitingMessages => "ApproximateNumberOfMessagesVisible",
            Self::SentMessages => "NumberOfMessagesSent",
        }
    }

    const fn unit(self) -> Unit {
        match self {
            Self::OldestMessageAge => Unit::Seconds,
            Self::WaitingMessages | Self::SentMessages => Unit::Count,
        }
    }
}

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
        let queue = ("QueueName", self.queue_name().give());
        Metric::new("AWS/SQS", metric.name(), [queue]).in_unit(metric.unit())
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
