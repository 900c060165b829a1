//! How many readers a cluster has, by their load.

use std::fmt;

use innovate_cfn::applicationautoscaling::scaling_policy::PredefinedMetricSpecificationPredefinedMetricType as PredefinedMetric;

use innovate_core::value::Literal;

use crate::percent::Percent;

/// From how many to how many readers: up to 15. [`reader_range!`](crate::reader_range) makes one that
/// the compiler has checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ReaderRange {
    least: u8,
    most: u8,
}

impl ReaderRange {
    /// The most readers that a cluster has.
    pub const MOST: u8 = 15;

    /// From `least` to `most` readers, if there is at least one, and the most are no fewer than the least
    /// and no more than 15.
    pub const fn new(least: u8, most: u8) -> Option<Self> {
        if least >= 1 && least <= most && most <= Self::MOST {
            Some(Self { least, most })
        } else {
            None
        }
    }

    pub(super) const fn bounds(self) -> (u8, u8) {
        (self.least, self.most)
    }
}

impl fmt::Display for ReaderRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} to {} readers", self.least, self.most)
    }
}

/// A range of readers that the compiler has checked: `reader_range!(1..=5)`.
#[macro_export]
macro_rules! reader_range {
    ($least:literal ..= $most:literal) => {{
        const RANGE: $crate::database::ReaderRange =
            match $crate::database::ReaderRange::new($least, $most) {
                Some(range) => range,
                None => $crate::literal::reject(&[
                    "not a range of readers: `",
                    stringify!($least),
                    "..=",
                    stringify!($most),
                    "`: 1 to 15, the fewest first",
                ]),
            };
        RANGE
    }};
}

/// Adds readers to an Aurora cluster when those that there are have too much to do, and takes away the
/// ones that it has added.
///
/// It waits five minutes between one step and the next. A reader that it adds is of the writer's class and
/// is the last to take over. Declared readers count, and are never taken away; without one, the fewest of
/// the range are added at once.
///
/// CloudFormation doesn't know the readers that it has added: before the cluster is deleted, or this is
/// taken out, they are deleted by hand.
///
/// Source: "Amazon Aurora Auto Scaling with Aurora Replicas", Amazon Aurora User Guide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReaderScaling {
    range: ReaderRange,
    measure: Measure,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Measure {
    Cpu(Percent),
    Connections(u16),
}

impl ReaderScaling {
    /// Seconds between one step and the next, which Aurora has by default too.
    pub(super) const COOLDOWN: u16 = 300;

    /// Keeps the readers' processors as busy as this on average.
    pub const fn by_cpu(average: Percent, range: ReaderRange) -> Self {
        Self { range, measure: Measure::Cpu(average) }
    }

    /// Keeps as many clients connected to each reader on average.
    pub const fn by_connections(average: std::num::NonZeroU16, range: ReaderRange) -> Self {
        Self { range, measure: Measure::Connections(average.get()) }
    }

    pub(super) const fn range(&self) -> ReaderRange {
        self.range
    }

    /// What is measured, and what it is kept at.
    pub(super) fn target(&self) -> (Literal<PredefinedMetric>, u16) {
        match self.measure {
            Measure::Cpu(percent) => {
                (PredefinedMetric::RDS_READER_AVERAGE_CPU_UTILIZATION, percent.get().into())
            }
            Measure::Connections(count) => {
                (PredefinedMetric::RDS_READER_AVERAGE_DATABASE_CONNECTIONS, count)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_has_one_reader_to_fifteen_in_order() {
        for (least, most, is_range) in
            [(1, 1, true), (1, 15, true), (0, 3, false), (4, 3, false), (1, 16, false)]
        {
            assert_eq!(ReaderRange::new(least, most).is_some(), is_range, "{least} {most}");
        }
        assert_eq!(reader_range!(1..=5).to_string(), "1 to 5 readers");
    }
}
