//! When an alarm goes off.

use innovate_cfn::cloudwatch::alarm::{ComparisonOperator, TreatMissingData};
use innovate_core::Literal;

/// What the signal must be for a period to count as bad.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Condition {
    /// Greater than this.
    Above(f64),
    /// This or greater.
    AtLeast(f64),
    /// Less than this.
    Below(f64),
    /// This or less.
    AtMost(f64),
    /// Greater than what CloudWatch expects from the past two weeks, by this many standard
    /// deviations. Source: "Using CloudWatch anomaly detection", Amazon CloudWatch User Guide.
    AboveBand(f64),
    /// Less than expected, by this many standard deviations.
    BelowBand(f64),
    /// Greater or less than expected.
    OutsideBand(f64),
}

impl Condition {
    /// The number in it.
    pub const fn number(self) -> f64 {
        match self {
            Self::Above(number)
            | Self::AtLeast(number)
            | Self::Below(number)
            | Self::AtMost(number)
            | Self::AboveBand(number)
            | Self::BelowBand(number)
            | Self::OutsideBand(number) => number,
        }
    }

    /// The same with another number.
    #[must_use]
    pub const fn with_number(self, number: f64) -> Self {
        match self {
            Self::Above(_) => Self::Above(number),
            Self::AtLeast(_) => Self::AtLeast(number),
            Self::Below(_) => Self::Below(number),
            Self::AtMost(_) => Self::AtMost(number),
            Self::AboveBand(_) => Self::AboveBand(number),
            Self::BelowBand(_) => Self::BelowBand(number),
            Self::OutsideBand(_) => Self::OutsideBand(number),
        }
    }

    /// How wide the band of what is expected is, if it compares with that.
    pub(super) const fn band(self) -> Option<f64> {
        match self {
            Self::AboveBand(width) | Self::BelowBand(width) | Self::OutsideBand(width) => {
                Some(width)
            }
            Self::Above(_) | Self::AtLeast(_) | Self::Below(_) | Self::AtMost(_) => None,
        }
    }

    pub(super) const fn operator(self) -> Literal<ComparisonOperator> {
        match self {
            Self::Above(_) => ComparisonOperator::GREATER_THAN_THRESHOLD,
            Self::AtLeast(_) => ComparisonOperator::GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            Self::Below(_) => ComparisonOperator::LESS_THAN_THRESHOLD,
            Self::AtMost(_) => ComparisonOperator::LESS_THAN_OR_EQUAL_TO_THRESHOLD,
            Self::AboveBand(_) => ComparisonOperator::GREATER_THAN_UPPER_THRESHOLD,
            Self::BelowBand(_) => ComparisonOperator::LESS_THAN_LOWER_THRESHOLD,
            Self::OutsideBand(_) => {
                ComparisonOperator::LESS_THAN_LOWER_OR_GREATER_THAN_UPPER_THRESHOLD
            }
        }
    }
}

/// What a period without data counts as.
///
/// There is no default: a service that counts errors publishes nothing while there are none, and a
/// heartbeat that has stopped publishes nothing either.
///
/// Source: "Configuring how CloudWatch alarms treat missing data", Amazon CloudWatch User Guide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MissingData {
    /// As bad: for what must always report.
    Breaching,
    /// As good: for what is published only when it happens.
    NotBreaching,
    /// The alarm stays as it is.
    Ignore,
    /// The alarm says that it doesn't know.
    Missing,
}

impl MissingData {
    pub(super) const fn treatment(self) -> Literal<TreatMissingData> {
        match self {
            Self::Breaching => TreatMissingData::BREACHING,
            Self::NotBreaching => TreatMissingData::NOT_BREACHING,
            Self::Ignore => TreatMissingData::IGNORE,
            Self::Missing => TreatMissingData::MISSING,
        }
    }
}

/// How long the values of a metric are put together. The metrics of services have one a minute at
/// most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Period {
    /// A minute.
    OneMinute,
    /// Five minutes.
    FiveMinutes,
    /// A quarter of an hour.
    FifteenMinutes,
    /// An hour.
    OneHour,
    /// Six hours.
    SixHours,
    /// A day.
    OneDay,
}

impl Period {
    /// In seconds.
    pub const fn seconds(self) -> u32 {
        match self {
            Self::OneMinute => 60,
            Self::FiveMinutes => 300,
            Self::FifteenMinutes => 900,
            Self::OneHour => 3_600,
            Self::SixHours => 21_600,
            Self::OneDay => 86_400,
        }
    }
}

/// How many of the last periods must be bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Datapoints {
    pub(super) bad: u16,
    pub(super) of: u16,
}

impl Datapoints {
    /// So many in a row.
    pub const fn in_a_row(bad: u16) -> Self {
        Self { bad, of: bad }
    }

    /// `bad` of the last `of`.
    pub const fn any(bad: u16, of: u16) -> Self {
        Self { bad, of }
    }
}
