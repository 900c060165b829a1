//! What tells how an environment is doing.
//!
//! * [`LogGroup`]: a log group made before what writes to it, with [`Retention`] and a key,
//! * [`DataProtectionPolicy`]: what of its events nobody reads,
//! * [`Metric`]: what a service measures about one resource; [`Measure`]: one with its statistic,
//! * [`Alarm`], [`Alarms`]: what goes off when a metric is as it should not be,
//! * [`AlarmTopic`]: whom alarms tell,
//! * [`LogMetric`]: a count of what stands in a log,
//! * [`Dashboard`]: what an environment looks like on one page,
//! * [`Tracing`]: traces by OpenTelemetry, [`SamplingRule`]: of how many requests, [`TraceGroup`]: those that
//!   are looked at together,
//! * [`PrometheusWorkspace`], [`Scraper`]: metrics in the form of Prometheus, [`GrafanaWorkspace`]: where
//!   people look at them.

pub(crate) mod alarm;
mod dashboard;
mod data_protection;
mod grafana;
mod log_group;
mod log_metric;
mod metric;
pub(crate) mod metric_table;
mod prometheus;
mod sampling_rule;
mod topic;
mod trace_group;
mod tracing;

pub use alarm::{
    Alarm, AlarmHandle, AlarmKind, AlarmMuteRule, Alarms, AlarmsHandle, CompositeAlarm,
    CompositeAlarmHandle, Condition, Datapoints, LetsAlarmsGoUnseen, Math, MetricsQuery,
    MissingData, NoRecipient, Period, PromQlAlarm, Recipient, Recipients, Signal, Topics,
};
pub use dashboard::{Dashboard, Widget};
pub use data_protection::{DataIdentifier, DataProtectionPolicy};
pub use grafana::{
    GrafanaAuthentication, GrafanaNetworkAccess, GrafanaWorkspace, GrafanaWorkspaceHandle,
};
pub use log_group::{LogGroup, LogGroupHandle, Retention};
pub use log_metric::{FieldPattern, LogMetric, LogPattern};
pub use metric::{Measure, Metric, Percentile, Statistic, Unit};
pub use prometheus::{
    PrometheusAlert, PrometheusWorkspace, PrometheusWorkspaceHandle, RuleGroup, Scraper,
    ScraperHandle,
};
pub use sampling_rule::SamplingRule;
pub use topic::{AlarmTopic, Publisher, Subscriber, TopicHandle};
pub use trace_group::{TraceGroup, TraceInsights};
pub use tracing::Tracing;
