//! Metrics that are found when the alarm looks.

use super::Signal;
use crate::observability::{Metric, Statistic};

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
}

impl MetricsQuery {
    /// All metrics that have this name and exactly these dimensions, put together as `statistic`
    /// says. A percentile has no counterpart in the query language and counts as the largest.
    pub(crate) fn new<const N: usize>(
        namespace: &'static str,
        metric: &'static str,
        statistic: Statistic,
        dimensions: [&'static str; N],
    ) -> Self {
        let function = match statistic {
            Statistic::Average => "AVG",
            Statistic::Sum => "SUM",
            Statistic::Minimum => "MIN",
            Statistic::Maximum | Statistic::Percentile(_) => "MAX",
            Statistic::SampleCount => "COUNT",
        };
        Self { namespace, metric, function, dimensions: dimensions.into() }
    }

    /// The same over all resources, instead of the one that the metric is about.
    pub fn over_all(metric: &Metric, statistic: Statistic) -> Self {
        let dimensions = metric.dimensions().iter().map(|(name, _)| *name).collect();
        Self { dimensions, ..Self::new(metric.namespace(), metric.name(), statistic, []) }
    }

    /// The query, such as `SELECT SUM(Errors) FROM SCHEMA("AWS/Test", Name)`.
    pub fn written(&self) -> String {
        let Self { namespace, metric, function, dimensions } = self;
        let mut schema = format!("\"{namespace}\"");
        for dimension in dimensions {
            schema.push_str(", ");
            schema.push_str(dimension);
        }
        format!("SELECT {function}({metric}) FROM SCHEMA({schema})")
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
        let query = MetricsQuery::new(
            "AWS/ApplicationELB",
            "RequestCount",
            Statistic::Sum,
            ["AvailabilityZone", "LoadBalancer"],
        );
        assert_eq!(
            query.written(),
            "SELECT SUM(RequestCount) FROM SCHEMA(\"AWS/ApplicationELB\", AvailabilityZone, LoadBalancer)"
        );
    }
}
