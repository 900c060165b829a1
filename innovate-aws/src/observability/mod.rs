//! What tells how an environment is doing.
//!
//! * [`LogGroup`]: a log group made before what writes to it, with [`Retention`] and a key,
//! * [`Metric`]: what a service measures about one resource; [`Measure`]: one with its statistic,
//! * [`Alarm`], [`Alarms`]: what goes off when a metric is as it should not be,
//! * [`AlarmTopic`]: whom alarms tell.

pub(crate) mod alarm;
mod log_group;
mod metric;
pub(crate) mod metric_table;
mod topic;

pub use alarm::{
    Alarm, AlarmHandle, AlarmKind, Alarms, AlarmsHandle, Condition, Datapoints, LetsAlarmsGoUnseen,
    Math, MetricsQuery, MissingData, NoRecipient, Period, Recipient, Recipients, Signal, Topics,
};
pub use log_group::{LogGroup, LogGroupHandle, Retention};
pub use metric::{Measure, Metric, Percentile, Statistic, Unit};
pub use topic::{AlarmTopic, Publisher, Subscriber, TopicHandle};
