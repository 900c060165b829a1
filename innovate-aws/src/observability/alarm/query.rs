//! Metrics that are found when the alarm looks.

use innovate_core::{Gives, Text, Value, text};

use super::Signal;
use crate::observability::Statistic;

/// A query over all metrics of a name, for resources whose dimensions are known only after the
/// deployment, such as the load balancers that a controller in the cluster makes.
///
/// Source: "Query your metrics with CloudWatch Metrics Insights", Amazon CloudWatch User Guide: it
/// looks at the last three hours.
#[derive(Clone, Debug, PartialEq)]
pub struct MetricsQuery {
    namespace: &'static str,
    metric: &'static str,
    function: &'static str,
    dimensions: Vec<&'static str>,
    only: Option<(&'static str, Value<Text>)>,
}

impl MetricsQuery {
    /// All metrics that have this name, whatever their dimensions, put together as `statistic`
    /// says. A percentile has no counterpart in the query language and counts as the largest.
    pub(crate) const fn new(
        namespace: &'static str,
        metric: &'static str,
        statistic: Statistic,
    ) -> Self {
        let function = match statistic {
            Statistic::Average => "AVG",
            Statistic::Sum => "SUM",
            Statistic::Minimum => "MIN",
            Statistic::Maximum | Statistic::Percentile(_) => "MAX",
            Statistic::SampleCount => "COUNT",
        };
        Self { namespace, metric, function, dimensions: Vec::new(), only: None }
    }

    /// Those with exactly these dimensions.
    pub(crate) fn by<const N: usize>(mut self, dimensions: [&'static str; N]) -> Self {
        self.dimensions = dimensions.into();
        self
    }

    /// Those where a dimension is this.
    pub(crate) fn only(mut self, dimension: &'static str, value: impl Gives<Text>) -> Self {
        self.only = Some((dimension, value.give()));
        self
    }

    /// The namespace of its metrics.
    pub const fn namespace(&self) -> &'static str {
        self.namespace
    }

    /// The name of its metrics.
    pub const fn metric(&self) -> &'static str {
        self.metric
    }

    /// The query, such as `SELECT SUM(Errors) FROM SCHEMA("AWS/Test", Name)`.
    pub fn written(&self) -> Value<Text> {
        let Self { namespace, metric, function, dimensions, only } = self;
        let from = if dimensions.is_empty() {
            format!("\"{namespace}\"")
        } else {
            format!("SCHEMA(\"{namespace}\", {})", dimensions.join(", "))
        };
        let select = format!("SELECT {function}({metric}) FROM {from}");
        match only {
            None => select.give(),
            Some((dimension, value)) => {
                text![format!("{select} WHERE {dimension} = '"), value, "'"]
            }
        }
    }
}

impl From<MetricsQuery> for Signal {
    fn from(query: MetricsQuery) -> Self {
        Self::Query(query)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_names_the_metric_and_its_dimensions() {
        let query = MetricsQuery::new("AWS/ApplicationELB", "RequestCount", Statistic::Sum);
        let by = query.clone().by(["AvailabilityZone", "LoadBalancer"]);
        assert_eq!(
            by.written().node().as_text(),
            Some(
                "SELECT SUM(RequestCount) FROM SCHEMA(\"AWS/ApplicationELB\", AvailabilityZone, LoadBalancer)"
            )
        );
        let only = format!("{:?}", query.only("LoadBalancer", "app/x/1").written());
        assert!(only.contains("FROM \\\"AWS/ApplicationELB\\\" WHERE LoadBalancer = '"), "{only}");
    }
}
