//! How a vault refuses to lose recovery points.

use std::fmt;

use crate::days::Days;

/// How long a locked vault takes recovery points for.
/// [`retention_range!`](crate::retention_range) makes one that the compiler has checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetentionRange {
    pub(super) min: u16,
    pub(super) max: Option<u16>,
}

/// Why two numbers are no range of retentions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RetentionRangeError {
    /// A minimum of no day.
    Zero,
    /// A maximum below the minimum.
    Reversed,
    /// More than 36,500 days.
    Long,
    /// Less than 7 days, for a logically air-gapped vault.
    Short,
}

impl RetentionRangeError {
    /// The reason in words.
    pub const fn message(self) -> &'static str {
        match self {
            Self::Zero => "a lock keeps recovery points for a day at least",
            Self::Reversed => "the maximum is not below the minimum",
            Self::Long => "a lock keeps recovery points for 36,500 days at most",
            Self::Short => "a logically air-gapped vault keeps recovery points for 7 days at least",
        }
    }
}

impl fmt::Display for RetentionRangeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl std::error::Error for RetentionRangeError {}

impl RetentionRange {
    /// So many days or more.
    ///
    /// # Errors
    ///
    /// If it is less than a day or more than 36,500.
    pub const fn at_least(min: u16) -> Result<Self, RetentionRangeError> {
        match min {
            0 => Err(RetentionRangeError::Zero),
            36_501.. => Err(RetentionRangeError::Long),
            _ => Ok(Self { min, max: None }),
        }
    }

    /// From so many days to so many.
    ///
    /// # Errors
    ///
    /// If it is less than a day or more than 36,500, or if the maximum is below the minimum.
    pub const fn between(min: u16, max: u16) -> Result<Self, RetentionRangeError> {
        match Self::at_least(min) {
            Ok(_) if max > 36_500 => Err(RetentionRangeError::Long),
            Ok(_) if max < min => Err(RetentionRangeError::Reversed),
            Ok(range) => Ok(Self { min: range.min, max: Some(max) }),
            Err(error) => Err(error),
        }
    }

    /// The shortest retention that it takes, in days.
    pub const fn min(self) -> u16 {
        self.min
    }

    /// The longest, in days, if there is one.
    pub const fn max(self) -> Option<u16> {
        self.max
    }
}

impl fmt::Display for RetentionRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.max {
            Some(max) => write!(f, "{} to {max} days", self.min),
            None => write!(f, "{} days or more", self.min),
        }
    }
}

/// The retentions that a locked vault takes, in days, checked by the compiler:
/// `retention_range!(7..=400)`, or without a maximum `retention_range!(7..)`.
#[macro_export]
macro_rules! retention_range {
    ($min:literal ..= $max:literal) => {
        $crate::retention_range!(
            @check $crate::backup::RetentionRange::between($min, $max),
            stringify!($min), "..=", stringify!($max)
        )
    };
    ($min:literal ..) => {
        $crate::retention_range!(
            @check $crate::backup::RetentionRange::at_least($min), stringify!($min), ".."
        )
    };
    (@check $range:expr, $($text:expr),+) => {{
        const RANGE: $crate::backup::RetentionRange = match $range {
            Ok(range) => range,
            Err(error) => $crate::literal::reject(&[
                "not a range of retentions: `",
                $($text,)+
                "`: ",
                error.message(),
            ]),
        };
        RANGE
    }};
}

/// How long a [`LogicallyAirGappedVault`](super::LogicallyAirGappedVault) takes recovery points for: from 7
/// days or more to a maximum. [`air_gapped_retention!`](crate::air_gapped_retention) makes one that the
/// compiler has checked.
///
/// Source: "CreateLogicallyAirGappedBackupVault", AWS Backup API Reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AirGappedRetention {
    min: u16,
    max: u16,
}

impl AirGappedRetention {
    /// The least that such a vault takes for a minimum, in days.
    pub(crate) const SHORTEST: u16 = 7;

    /// From so many days to so many.
    ///
    /// # Errors
    ///
    /// If it is less than 7 days or more than 36,500, or if the maximum is below the minimum.
    pub const fn between(min: u16, max: u16) -> Result<Self, RetentionRangeError> {
        match RetentionRange::between(min, max) {
            Ok(_) if min < Self::SHORTEST => Err(RetentionRangeError::Short),
            Ok(_) => Ok(Self { min, max }),
            Err(error) => Err(error),
        }
    }

    /// The shortest retention that it takes, in days.
    pub const fn min(self) -> u16 {
        self.min
    }

    /// The longest, in days.
    pub const fn max(self) -> u16 {
        self.max
    }
}

impl fmt::Display for AirGappedRetention {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} to {} days", self.min, self.max)
    }
}

/// The retentions that a logically air-gapped vault takes, in days, checked by the compiler:
/// `air_gapped_retention!(7..=90)`.
#[macro_export]
macro_rules! air_gapped_retention {
    ($min:literal ..= $max:literal) => {{
        const RANGE: $crate::backup::AirGappedRetention =
            match $crate::backup::AirGappedRetention::between($min, $max) {
                Ok(range) => range,
                Err(error) => $crate::literal::reject(&[
                    "not a range of retentions: `",
                    stringify!($min),
                    "..=",
                    stringify!($max),
                    "`: ",
                    error.message(),
                ]),
            };
        RANGE
    }};
}

/// Says that whoever wrote it knows: nobody can remove a lock in compliance mode after its grace time,
/// nor delete what it protects before its time, neither the account's root nor AWS. A logically air-gapped
/// vault has no grace time. The vault
/// and its bill stay until the last recovery point has expired.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IUnderstandThisCantBeUndone;

/// How long a lock in compliance mode can still be removed: `days!(3)` to `days!(30)`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no grace time of a vault lock",
    label = "write `days!(3)` to `days!(30)`",
    note = "AWS Backup makes a lock in compliance mode final after 3 days at the earliest"
)]
pub trait GraceTime {
    /// In days.
    fn grace_days(self) -> u16;
}

macro_rules! grace_times {
    ($($days:literal)*) => {$(
        impl GraceTime for Days<$days> {
            fn grace_days(self) -> u16 {
                $days
            }
        }
    )*};
}
grace_times! {
    3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30
}

/// Whether a vault refuses to lose recovery points before their time, and to take some that are
/// kept too short or too long.
///
/// A locked vault fails every job whose lifecycle isn't within its range, so a plan that has such a
/// rule is a finding (`BKP-01`). What was in the vault before isn't touched.
///
/// Source: "AWS Backup Vault Lock", AWS Backup Developer Guide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VaultLock {
    pub(super) range: Option<RetentionRange>,
    pub(super) grace: Option<u16>,
}

impl VaultLock {
    /// Not locked: who has the permissions changes lifecycles. The vault's policy still denies
    /// everyone to delete recovery points.
    pub const fn unlocked() -> Self {
        Self { range: None, grace: None }
    }

    /// Locked in governance mode: only who has `backup:DeleteBackupVaultLockConfiguration` can
    /// remove the lock.
    pub const fn governance(range: RetentionRange) -> Self {
        Self { range: Some(range), grace: None }
    }

    /// Locked in compliance mode: when the grace time is over, nobody can remove the lock any more.
    /// For records that the law wants kept unaltered.
    pub fn compliance(
        range: RetentionRange,
        grace: impl GraceTime,
        _: IUnderstandThisCantBeUndone,
    ) -> Self {
        Self { range: Some(range), grace: Some(grace.grace_days()) }
    }

    /// The retentions that it takes; any, if the vault isn't locked.
    pub const fn range(self) -> Option<RetentionRange> {
        self.range
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_within_a_day_and_a_hundred_years() {
        for (range, expected) in [
            (RetentionRange::at_least(0), Err(RetentionRangeError::Zero)),
            (RetentionRange::at_least(36_501), Err(RetentionRangeError::Long)),
            (RetentionRange::between(7, 36_501), Err(RetentionRangeError::Long)),
            (RetentionRange::between(7, 6), Err(RetentionRangeError::Reversed)),
        ] {
            assert_eq!(range, expected);
        }
        for (range, expected) in [
            (AirGappedRetention::between(6, 90), Err(RetentionRangeError::Short)),
            (AirGappedRetention::between(0, 90), Err(RetentionRangeError::Zero)),
            (AirGappedRetention::between(14, 7), Err(RetentionRangeError::Reversed)),
            (AirGappedRetention::between(7, 36_501), Err(RetentionRangeError::Long)),
        ] {
            assert_eq!(range, expected);
        }
        assert_eq!(air_gapped_retention!(7..=7).to_string(), "7 to 7 days");
        assert_eq!(retention_range!(7..=400).to_string(), "7 to 400 days");
        assert_eq!(retention_range!(7..).to_string(), "7 days or more");
    }
}
