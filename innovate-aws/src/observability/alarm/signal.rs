//! What an alarm watches.

use innovate_cfn::cloudwatch::{self, alarm};

use super::{Condition, Math, MetricsQuery, Period};
use crate::observability::{Measure, Metric, Statistic};

/// What an alarm watches. A [`Measure`], [`Math`] or a [`MetricsQuery`] becomes one by itself.
#[derive(Clone, Debug, PartialEq)]
pub enum Signal {
    /// One metric.
    Measure(Measure),
    /// A number reckoned from several.
    Math(Math),
    /// Metrics that are found when the alarm looks.
    Query(MetricsQuery),
}

/// What the watched number is called among the queries of an alarm.
const WATCHED: &str = "watched";
/// What CloudWatch expects of it.
const EXPECTED: &str = "expected";

impl Signal {
    /// How many metrics it is made of.
    pub(crate) fn metrics(&self) -> usize {
        match self {
            Self::Measure(_) | Self::Query(_) => 1,
            Self::Math(math) => math.metrics().count(),
        }
    }

    /// The namespaces of its metrics.
    pub(crate) fn namespaces(&self) -> Vec<&str> {
        match self {
            Self::Measure(measure) => vec![measure.metric().namespace()],
            Self::Math(math) => math.metrics().map(Metric::namespace).collect(),
            Self::Query(query) => vec![query.namespace()],
        }
    }

    /// Puts what is watched, and what it is compared with, into an alarm.
    pub(super) fn watch(
        &self,
        alarm: cloudwatch::Alarm,
        condition: Condition,
        period: Period,
    ) -> cloudwatch::Alarm {
        let alarm = alarm.comparison_operator(condition.operator());
        let alarm = match condition.band() {
            Some(_) => alarm.threshold_metric_id(EXPECTED),
            None => alarm.threshold(condition.number()),
        };
        match (self, condition.band()) {
            (Self::Measure(measure), None) => one(alarm, measure, period),
            (_, band) => alarm.metrics(self.queries(band, period)),
        }
    }

    fn queries(&self, band: Option<f64>, period: Period) -> Vec<alarm::MetricDataQuery> {
        let query = |id: String| alarm::MetricDataQuery::new(id);
        let seconds = period.seconds();
        let mut queries = match self {
            Self::Measure(measure) => {
                let watched = query(WATCHED.to_owned());
                vec![watched.metric_stat(stat(measure, period)).return_data(true)]
            }
            Self::Math(math) => {
                let (expression, measures) = math.written();
                let watched = query(WATCHED.to_owned()).expression(expression).return_data(true);
                let parts = measures.into_iter().enumerate().map(|(at, measure)| {
                    let part = query(format!("m{}", at + 1));
                    part.metric_stat(stat(measure, period)).return_data(false)
                });
                std::iter::once(watched).chain(parts).collect()
            }
            Self::Query(found) => {
                let watched = query(WATCHED.to_owned()).expression(found.written());
                vec![watched.period(seconds).return_data(true)]
            }
        };
        if let Some(width) = band {
            let expression = format!("ANOMALY_DETECTION_BAND({WATCHED}, {width})");
            queries.push(query(EXPECTED.to_owned()).expression(expression).return_data(true));
        }
        queries
    }
}

fn one(alarm: cloudwatch::Alarm, measure: &Measure, period: Period) -> cloudwatch::Alarm {
    let metric = measure.metric();
    let dimensions: Vec<_> = metric
        .dimensions()
        .iter()
        .map(|(name, value)| alarm::Dimension::new(*name, value))
        .collect();
    let alarm = alarm
        .namespace(metric.namespace().to_owned())
        .metric_name(metric.name().to_owned())
        .dimensions(dimensions)
        .period(period.seconds());
    match measure.statistic() {
        Statistic::Average => alarm.statistic(alarm::Statistic::AVERAGE),
        Statistic::Sum => alarm.statistic(alarm::Statistic::SUM),
        Statistic::Minimum => alarm.statistic(alarm::Statistic::MINIMUM),
        Statistic::Maximum => alarm.statistic(alarm::Statistic::MAXIMUM),
        Statistic::SampleCount => alarm.statistic(alarm::Statistic::SAMPLE_COUNT),
        Statistic::Percentile(percentile) => alarm.extended_statistic(percentile.name()),
    }
}

fn stat(measure: &Measure, period: Period) -> alarm::MetricStat {
    let metric = measure.metric();
    let dimensions: Vec<_> = metric
        .dimensions()
        .iter()
        .map(|(name, value)| alarm::Dimension::new(*name, value))
        .collect();
    let metric = alarm::Metric::new()
        .namespace(metric.namespace().to_owned())
        .metric_name(metric.name().to_owned())
        .dimensions(dimensions);
    alarm::MetricStat::new(metric, period.seconds(), measure.statistic().name())
}
