//! Metrics of CloudWatch.

use innovate_core::{Str, Text, Value};

use super::alarm::{Math, Signal};

macro_rules! units {
    ($($(#[$doc:meta])* $unit:ident $name:literal)*) => {
        /// What a metric is measured in.
        ///
        /// Source: "MetricDatum", Amazon CloudWatch API Reference.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Unit {
            $($(#[$doc])* $unit,)*
        }

        impl Unit {
            /// CloudWatch's name.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$unit => $name,)*
                }
            }
        }
    };
}

units! {
    /// A number of things.
    Count "Count"
    /// A number of things a second.
    CountPerSecond "Count/Second"
    /// Of a hundred.
    Percent "Percent"
    /// Seconds.
    Seconds "Seconds"
    /// Thousandths of a second.
    Milliseconds "Milliseconds"
    /// Millionths of a second.
    Microseconds "Microseconds"
    /// Bytes.
    Bytes "Bytes"
    /// Bytes a second.
    BytesPerSecond "Bytes/Second"
    /// A number without a unit.
    None "None"
}

/// A metric that a service of AWS publishes, with the dimensions of the one resource it is about:
/// what an alarm watches and a dashboard shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Metric {
    namespace: Str,
    name: Str,
    unit: Option<Unit>,
    dimensions: Vec<(&'static str, Value<Text>)>,
}

impl Metric {
    pub(crate) fn new<const N: usize>(
        namespace: &'static str,
        name: &'static str,
        dimensions: [(&'static str, Value<Text>); N],
    ) -> Self {
        Self {
            namespace: Str::Borrowed(namespace),
            name: Str::Borrowed(name),
            unit: None,
            dimensions: dimensions.into(),
        }
    }

    /// A metric of the program's own, without dimensions.
    pub(crate) const fn custom(namespace: Str, name: Str) -> Self {
        Self { namespace, name, unit: None, dimensions: Vec::new() }
    }

    /// The same metric, measured in a unit.
    #[must_use]
    pub(crate) const fn in_unit(mut self, unit: Unit) -> Self {
        self.unit = Some(unit);
        self
    }

    /// The service's namespace, such as `AWS/RDS`.
    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    /// The metric's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it is measured in, if the service says so.
    ///
    /// No alarm asks for it: an alarm that names another unit than the service's waits for data for
    /// ever. Source: "PutMetricAlarm", Amazon CloudWatch API Reference.
    pub const fn unit(&self) -> Option<Unit> {
        self.unit
    }

    /// The dimensions, each a name and its value.
    pub fn dimensions(&self) -> &[(&'static str, Value<Text>)] {
        &self.dimensions
    }

    /// Its mean over each period.
    pub fn average(self) -> Measure {
        self.measured(Statistic::Average)
    }

    /// All of a period added up.
    pub fn sum(self) -> Measure {
        self.measured(Statistic::Sum)
    }

    /// The smallest of a period.
    pub fn minimum(self) -> Measure {
        self.measured(Statistic::Minimum)
    }

    /// The largest of a period.
    pub fn maximum(self) -> Measure {
        self.measured(Statistic::Maximum)
    }

    /// How many values there were in a period.
    pub fn samples(self) -> Measure {
        self.measured(Statistic::SampleCount)
    }

    /// What this share of a period's values is at most.
    pub fn percentile(self, percentile: Percentile) -> Measure {
        self.measured(Statistic::Percentile(percentile))
    }

    /// With any of the statistics.
    pub const fn measured(self, statistic: Statistic) -> Measure {
        Measure { metric: self, statistic }
    }
}

/// How the values of a period become one.
///
/// Source: "CloudWatch statistics definitions", Amazon CloudWatch User Guide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Statistic {
    /// Their mean.
    Average,
    /// All added up.
    Sum,
    /// The smallest.
    Minimum,
    /// The largest.
    Maximum,
    /// How many there are.
    SampleCount,
    /// What a share of them is at most.
    Percentile(Percentile),
}

impl Statistic {
    /// CloudWatch's name, such as `Average` or `p99`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Average => "Average",
            Self::Sum => "Sum",
            Self::Minimum => "Minimum",
            Self::Maximum => "Maximum",
            Self::SampleCount => "SampleCount",
            Self::Percentile(percentile) => percentile.name(),
        }
    }
}

/// A share of the values of a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Percentile {
    /// Half of them: the median.
    P50,
    /// Nine of ten.
    P90,
    /// 95 of a hundred.
    P95,
    /// 99 of a hundred.
    P99,
    /// 999 of a thousand.
    P999,
}

impl Percentile {
    /// CloudWatch's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::P50 => "p50",
            Self::P90 => "p90",
            Self::P95 => "p95",
            Self::P99 => "p99",
            Self::P999 => "p99.9",
        }
    }
}

/// A metric and the statistic by which it is looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct Measure {
    metric: Metric,
    statistic: Statistic,
}

impl Measure {
    /// The metric.
    pub const fn metric(&self) -> &Metric {
        &self.metric
    }

    /// The statistic.
    pub const fn statistic(&self) -> Statistic {
        self.statistic
    }

    /// The same, to reckon with: periods without data count as `value`.
    pub fn or_else(self, value: f64) -> Math {
        Math::from(self).or_else(value)
    }
}

impl From<Measure> for Signal {
    fn from(measure: Measure) -> Self {
        Self::Measure(measure)
    }
}
