//! How long automated backups are kept.

use std::fmt;

use innovate_core::{Gives, Value, value::Integer};

use crate::days::Days;

/// How long automated backups are kept, which is also how far back a point-in-time restore reaches:
/// 7 to 35 days, and at least 14 in production.
///
/// Aurora itself would take a single day, which is too short to notice a mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct BackupRetention {
    days: u16,
}

impl BackupRetention {
    /// The shortest.
    pub const MIN: Self = Self { days: 7 };
    /// The longest that Aurora keeps.
    pub const MAX: Self = Self { days: 35 };
    /// The shortest in production.
    pub const MIN_IN_PRODUCTION: Self = Self { days: 14 };

    /// So many days, for a number that the compiler doesn't know. One outside 7 to 35 is a finding
    /// when the cluster is added; [`days!`](crate::days!) has the compiler find it.
    pub const fn of_days(days: u16) -> Self {
        Self { days }
    }

    /// In days.
    pub const fn days(self) -> u16 {
        self.days
    }
}

impl fmt::Display for BackupRetention {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} days", self.days)
    }
}

impl Gives<Integer> for BackupRetention {
    fn give(self) -> Value<Integer> {
        self.days.give()
    }
}

/// What is a retention of automated backups: `days!(7)` to `days!(35)`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no retention of automated backups",
    label = "write `days!(7)` to `days!(35)`"
)]
pub trait RetainsBackups {
    /// The retention.
    fn retention(self) -> BackupRetention;
}

impl RetainsBackups for BackupRetention {
    fn retention(self) -> BackupRetention {
        self
    }
}

macro_rules! retains {
    ($($days:literal)*) => {$(
        impl RetainsBackups for Days<$days> {
            fn retention(self) -> BackupRetention {
                BackupRetention { days: $days }
            }
        }
    )*};
}
retains! {
    7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35
}
