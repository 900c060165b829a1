//! What is on a dashboard.

use innovate_core::{Str, Text, Value};

use crate::observability::{AlarmHandle, LogGroupHandle, Signal};

/// One part of a dashboard.
#[derive(Clone, Debug)]
pub struct Widget {
    pub(super) title: Str,
    pub(super) content: Content,
}

#[derive(Clone, Debug)]
pub(super) enum Content {
    Graph(Vec<Signal>),
    Number(Vec<Signal>),
    Alarms(Vec<Value<Text>>),
    Log { group: Value<Text>, query: Str },
}

impl Widget {
    /// A graph of signals over time, each a line.
    pub fn line<S: Into<Signal>>(
        title: impl Into<Str>,
        signals: impl IntoIterator<Item = S>,
    ) -> Self {
        let signals = signals.into_iter().map(Into::into).collect();
        Self { title: title.into(), content: Content::Graph(signals) }
    }

    /// The latest value of each signal.
    pub fn number<S: Into<Signal>>(
        title: impl Into<Str>,
        signals: impl IntoIterator<Item = S>,
    ) -> Self {
        let signals = signals.into_iter().map(Into::into).collect();
        Self { title: title.into(), content: Content::Number(signals) }
    }

    /// Which alarms are off, and which aren't.
    pub fn alarms<'a>(
        title: impl Into<Str>,
        alarms: impl IntoIterator<Item = &'a AlarmHandle>,
    ) -> Self {
        let alarms = alarms.into_iter().map(|alarm| alarm.arn().assume()).collect();
        Self { title: title.into(), content: Content::Alarms(alarms) }
    }

    /// What a query of CloudWatch Logs Insights finds in a log group, such as
    /// `fields @timestamp, log | filter log like /ERROR/ | limit 20`.
    pub fn log(title: impl Into<Str>, group: &LogGroupHandle, query: impl Into<Str>) -> Self {
        let group = group.group_name().assume();
        Self { title: title.into(), content: Content::Log { group, query: query.into() } }
    }

    /// How many metrics it shows or reckons with.
    pub(super) fn metrics(&self) -> usize {
        match &self.content {
            Content::Graph(signals) | Content::Number(signals) => {
                signals.iter().map(Signal::metrics).sum()
            }
            Content::Alarms(_) | Content::Log { .. } => 0,
        }
    }
}
