//! What is measured of a queue, and what its alarms watch.

use innovate_core::Gives as _;

use super::QueueHandle;
use crate::{
    name::QueueName,
    observability::{
        Alarms, Condition, Datapoints, Metric, MissingData, Period, Unit,
        alarm::{Proposal, alarm_kinds},
    },
};

/// A metric of a queue.
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

    /// The metric of the queue of this name.
    pub(crate) fn of(self, queue: &QueueName) -> Metric {
        let queue = ("QueueName", queue.give());
        Metric::new("AWS/SQS", self.name(), [queue]).in_unit(self.unit())
    }
}

alarm_kinds! {
    /// The alarms of a queue.
    QueueAlarm {
        /// A message was given up: it waits among the dead letters for somebody to look at it.
        DeadLetters,
        /// The oldest message has waited for a quarter of an hour in three of three: whoever receives is
        /// gone, or too slow.
        OldMessages,
    }
}

impl QueueHandle {
    /// A metric of the queue.
    pub fn metric(&self, metric: QueueMetric) -> Metric {
        metric.of(self.name())
    }

    /// The alarms that it comes with: [`QueueAlarm`].
    pub fn alarms(&self) -> Alarms<QueueAlarm> {
        let dead = Proposal::when(
            QueueMetric::WaitingMessages.of(self.dead_letters()).maximum(),
            Condition::Above(0.0),
            MissingData::NotBreaching,
        )
        .over(Datapoints::any(1, 1), Period::FiveMinutes)
        .describe("messages were given up: see what is wrong with them, and move them back");
        let old = Proposal::when(
            self.metric(QueueMetric::OldestMessageAge).maximum(),
            Condition::Above(900.0),
            MissingData::NotBreaching,
        )
        .over(Datapoints::any(3, 3), Period::FiveMinutes)
        .describe("messages wait for a quarter of an hour: look at what receives them");
        Alarms::of([(QueueAlarm::DeadLetters, dead), (QueueAlarm::OldMessages, old)])
    }
}
