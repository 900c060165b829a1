//! How far a serverless cluster scales.

use std::{fmt, marker::PhantomData};

use innovate_core::{Gives, MetBy, Node, NonProduction, Place, Stack, Stage, Value, value::Number};

#[cfg(doc)]
use super::Parameters;
use super::{Sizing, reader::Redundancy};

/// Aurora capacity units, in half steps: about 2 GiB of memory each, with the processor and network
/// that belong to it. [`acu!`](crate::acu) makes one that the compiler has checked.
///
/// Source: "Aurora Serverless v2 capacity", Amazon Aurora User Guide.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Acu {
    halves: u16,
}

/// Why a text is no capacity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AcuError {
    /// Not a plain decimal number.
    Form,
    /// Not a multiple of a half.
    HalfStep,
    /// Below 0.5 or above 256.
    Range,
}

impl AcuError {
    /// The reason in words.
    pub const fn message(self) -> &'static str {
        match self {
            Self::Form => "not a number such as 8 or 0.5",
            Self::HalfStep => "Aurora scales in steps of 0.5",
            Self::Range => "a capacity is 0.5 to 256 units; `Capacity::auto_pause` goes down to 0",
        }
    }
}

impl fmt::Display for AcuError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl std::error::Error for AcuError {}

impl Acu {
    /// The smallest capacity of a cluster that doesn't pause.
    pub const MIN: Self = Self { halves: 1 };
    /// The largest capacity, on every version that [`AuroraPostgres`](super::AuroraPostgres) names.
    pub const MAX: Self = Self { halves: 512 };
    /// The smallest capacity that has memory for insights.
    ///
    /// Source: "Performance and scaling for Aurora Serverless v2", Amazon Aurora User Guide.
    pub const FOR_INSIGHTS: Self = Self { halves: 4 };
    /// Paused.
    pub(crate) const ZERO: Self = Self { halves: 0 };
    /// The smallest maximum that CloudFormation takes.
    pub(crate) const ONE: Self = Self { halves: 2 };

    /// A capacity of `halves` half units, if that is 0.5 to 256 units.
    pub const fn from_halves(halves: u16) -> Option<Self> {
        if halves >= Self::MIN.halves && halves <= Self::MAX.halves {
            Some(Self { halves })
        } else {
            None
        }
    }

    /// How many half units it is.
    pub const fn halves(self) -> u16 {
        self.halves
    }

    /// Reads a decimal number, also at compile time.
    ///
    /// # Errors
    ///
    /// If the text is no plain decimal number, no multiple of 0.5, or not between 0.5 and 256.
    pub const fn parse(text: &str) -> Result<Self, AcuError> {
        let mut rest = text.as_bytes();
        let (mut whole, mut digits) = (0u32, 0);
        while let [digit @ b'0'..=b'9', tail @ ..] = rest {
            whole = whole * 10 + (*digit - b'0') as u32;
            digits += 1;
            rest = tail;
            if digits > 4 {
                return Err(AcuError::Range);
            }
        }
        let half = match rest {
            [] | [b'.', b'0'] => 0,
            [b'.', b'5'] => 1,
            [b'.', b'0'..=b'9', ..] => return Err(AcuError::HalfStep),
            _ => return Err(AcuError::Form),
        };
        if digits == 0 {
            return Err(AcuError::Form);
        }
        #[allow(clippy::cast_possible_truncation, reason = "four digits at most")]
        match Self::from_halves((whole * 2 + half) as u16) {
            Some(acu) => Ok(acu),
            None => Err(AcuError::Range),
        }
    }
}

impl fmt::Display for Acu {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let half = if self.halves.is_multiple_of(2) { "" } else { ".5" };
        write!(f, "{}{half}", self.halves / 2)
    }
}

impl fmt::Debug for Acu {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Gives<Number> for Acu {
    fn give(self) -> Value<Number> {
        Value::from_node(if self.halves.is_multiple_of(2) {
            Node::Integer(i64::from(self.halves / 2))
        } else {
            Node::Number(f64::from(self.halves) / 2.0)
        })
    }
}

/// A capacity that the compiler has checked: `acu!(0.5)`, `acu!(64)`.
#[macro_export]
macro_rules! acu {
    ($units:literal) => {{
        const ACU: $crate::database::Acu = match $crate::database::Acu::parse(stringify!($units)) {
            Ok(acu) => acu,
            Err(error) => $crate::literal::reject(&[
                "not a capacity: `",
                stringify!($units),
                "`: ",
                error.message(),
            ]),
        };
        ACU
    }};
}

/// How long a cluster must be without a connection before it pauses: 5 minutes to 24 hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Idle {
    seconds: u32,
}

impl Idle {
    /// Five minutes, the shortest.
    pub const FIVE_MINUTES: Self = Self { seconds: 300 };
    /// Half an hour.
    pub const HALF_AN_HOUR: Self = Self { seconds: 1_800 };
    /// One hour.
    pub const ONE_HOUR: Self = Self { seconds: 3_600 };
    /// 24 hours, the longest.
    pub const ONE_DAY: Self = Self { seconds: 86_400 };

    /// So many minutes, if they are 5 to 1,440.
    pub const fn minutes(minutes: u16) -> Option<Self> {
        match minutes {
            5..=1_440 => Some(Self { seconds: minutes as u32 * 60 }),
            _ => None,
        }
    }

    /// In seconds.
    pub const fn seconds(self) -> u32 {
        self.seconds
    }
}

/// A capacity's kind: the cluster never pauses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlwaysOn {}
/// A capacity's kind: the cluster pauses when it is idle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AutoPause {}

/// A need of a cluster that pauses: its first connection waits 15 seconds or more, which users
/// would see.
#[derive(Clone, Copy, Debug)]
pub enum StackOutsideProductionOrCapacityWithoutAutoPause {}

/// A stage whose databases may pause.
#[diagnostic::on_unimplemented(
    message = "a production database may not pause",
    label = "this cluster pauses when it is idle",
    note = "keep it awake: `.capacity(capacity!(0.5..=64))`"
)]
pub trait LetsDatabasesPause: Stage {}

#[diagnostic::do_not_recommend]
impl<S: NonProduction> LetsDatabasesPause for S {}

impl<S: LetsDatabasesPause, P: Place> MetBy<Stack<S, P>>
    for StackOutsideProductionOrCapacityWithoutAutoPause
{
}

/// [`AlwaysOn`] or [`AutoPause`].
#[diagnostic::on_unimplemented(
    message = "a cluster of the kind `{Self}` doesn't scale with its load",
    label = "this is about clusters that do",
    note = "only a serverless cluster has a capacity, and measures it in ACU"
)]
pub trait Pausing: Sizing<Size = Capacity<Self>> {
    /// What a cluster of this kind and with readers of the kind `R` needs of its stack.
    type Needs<R: Redundancy>;
}

impl Pausing for AlwaysOn {
    type Needs<R: Redundancy> = R::Needs;
}

impl Pausing for AutoPause {
    type Needs<R: Redundancy> = StackOutsideProductionOrCapacityWithoutAutoPause;
}

/// The range in which each instance of a cluster scales.
///
/// The maximum decides how many connections the cluster takes, and a change of it is felt only after
/// the instances were restarted.
///
/// Source: "Performance and scaling for Aurora Serverless v2", Amazon Aurora User Guide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capacity<K = AlwaysOn> {
    pub(super) min: Acu,
    pub(super) max: Acu,
    pub(super) idle: Option<Idle>,
    kind: PhantomData<fn() -> K>,
}

/// Why two capacities are no range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CapacityError {
    /// The minimum is above the maximum.
    Order,
    /// The maximum is below 1.
    Max,
}

impl CapacityError {
    /// The reason in words.
    pub const fn message(self) -> &'static str {
        match self {
            Self::Order => "the minimum is above the maximum",
            Self::Max => "the maximum is at least 1 unit",
        }
    }
}

impl Capacity<AlwaysOn> {
    /// Scales between `min` and `max`. What is no range is a finding when the cluster is added;
    /// [`capacity!`](crate::capacity) has the compiler find it.
    pub const fn between(min: Acu, max: Acu) -> Self {
        Self { min, max, idle: None, kind: PhantomData }
    }
}

impl Capacity<AutoPause> {
    /// Scales up to `max`, and pauses after it was `idle`. Neither a proxy nor a production stack
    /// takes such a cluster.
    ///
    /// The first connection after a pause waits about 15 seconds, or 30 when the pause was longer
    /// than a day: give clients a timeout of at least 45 seconds, and no pool that keeps connections.
    ///
    /// Any open connection keeps it awake, also one that does nothing. So sessions that are idle for five
    /// minutes are ended by default (`idle_session_timeout`, which [`Parameters::set`] sets otherwise), and
    /// readiness probes, exporters of metrics and pools with a least size must not connect to it. What
    /// isn't seen while it pauses is off by default, and would hold its capacity up between the pauses:
    /// enhanced monitoring and insights.
    ///
    /// Readers that are ready to take over pause with the writer; those that scale on their own pause on
    /// their own.
    ///
    /// Source: "Scaling to Zero ACUs with automatic pause and resume for Aurora Serverless v2",
    /// Amazon Aurora User Guide.
    pub const fn auto_pause(max: Acu, idle: Idle) -> Self {
        Self { min: Acu::ZERO, max, idle: Some(idle), kind: PhantomData }
    }
}

impl<K> Capacity<K> {
    /// Whether it is a range that Aurora takes.
    ///
    /// # Errors
    ///
    /// If the minimum is above the maximum, or the maximum below 1.
    pub const fn check(self) -> Result<Self, CapacityError> {
        if self.max.halves < Acu::ONE.halves {
            Err(CapacityError::Max)
        } else if self.min.halves > self.max.halves {
            Err(CapacityError::Order)
        } else {
            Ok(self)
        }
    }
}

impl<K> fmt::Display for Capacity<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} to {} ACU", self.min, self.max)
    }
}

/// A range of capacity that the compiler has checked: `capacity!(1..=64)`, `capacity!(0.5..=8)`.
#[macro_export]
macro_rules! capacity {
    ($min:literal ..= $max:literal) => {{
        const CAPACITY: $crate::database::Capacity =
            match $crate::database::Capacity::between($crate::acu!($min), $crate::acu!($max))
                .check()
            {
                Ok(capacity) => capacity,
                Err(error) => $crate::literal::reject(&[
                    "not a range of capacity: `",
                    stringify!($min),
                    "..=",
                    stringify!($max),
                    "`: ",
                    error.message(),
                ]),
            };
        CAPACITY
    }};
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_capacity_reads_back_as_it_was_written() {
        for text in ["0.5", "1", "1.5", "64", "127.5", "256"] {
            assert_eq!(Acu::parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_no_capacity_is_refused_with_its_reason() {
        for (text, error) in [
            ("", AcuError::Form),
            (".5", AcuError::Form),
            ("1.", AcuError::Form),
            ("-1", AcuError::Form),
            ("1e2", AcuError::Form),
            ("0.25", AcuError::HalfStep),
            ("1.7", AcuError::HalfStep),
            ("0", AcuError::Range),
            ("256.5", AcuError::Range),
            ("99999", AcuError::Range),
        ] {
            assert_eq!(Acu::parse(text), Err(error), "{text}");
        }
    }

    #[test]
    fn a_range_needs_an_order_and_a_whole_unit() {
        let half = Acu::MIN;
        assert_eq!(Capacity::between(half, half).check(), Err(CapacityError::Max));
        assert_eq!(Capacity::between(Acu::MAX, Acu::ONE).check(), Err(CapacityError::Order));
        assert!(Capacity::between(Acu::ONE, Acu::ONE).check().is_ok());
        assert!(Capacity::auto_pause(Acu::ONE, Idle::ONE_HOUR).check().is_ok());
    }

    #[test]
    fn whole_units_are_written_without_a_fraction() {
        assert_eq!(Gives::<Number>::give(Acu::MAX).node(), &Node::Integer(256));
        assert_eq!(Gives::<Number>::give(Acu::MIN).node(), &Node::Number(0.5));
    }
}
