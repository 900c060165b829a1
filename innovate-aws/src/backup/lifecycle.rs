//! How long recovery points are kept.

use std::fmt;

/// The longest that AWS Backup keeps anything, in days: about a hundred years.
const LONGEST: u16 = 36_500;
/// How long a recovery point stays in cold storage at least, in days.
pub(crate) const COLD: u16 = 90;

/// How long recovery points are kept, and when they move to cold storage.
/// [`lifecycle!`](crate::lifecycle) makes one that the compiler has checked.
///
/// Source: "Lifecycle", AWS Backup API Reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifecycle {
    days: u16,
    cold_after: Option<u16>,
}

/// Why a lifecycle is none that AWS Backup takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LifecycleError {
    /// Kept for no day.
    Zero,
    /// Kept for more than 36,500 days.
    Long,
    /// In cold storage from the day on which it is made.
    ColdAtOnce,
    /// In cold storage for less than 90 days.
    ColdTooShort,
}

impl LifecycleError {
    /// The reason in words.
    pub const fn message(self) -> &'static str {
        match self {
            Self::Zero => "a recovery point is kept for a day at least",
            Self::Long => "a recovery point is kept for 36,500 days at most",
            Self::ColdAtOnce => {
                "a recovery point is a day old at least when it moves to cold storage"
            }
            Self::ColdTooShort => {
                "what moves to cold storage stays there for 90 days at least, and only then is deleted"
            }
        }
    }
}

impl fmt::Display for LifecycleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl std::error::Error for LifecycleError {}

impl Lifecycle {
    /// Kept for so many days, for a number that the compiler doesn't know. One that AWS Backup doesn't
    /// take is a finding of the plan; [`lifecycle!`](crate::lifecycle) has the compiler find it.
    pub const fn of_days(days: u16) -> Self {
        Self { days, cold_after: None }
    }

    /// The same, in cold storage from so many days on. File systems of EFS and tables of DynamoDB with
    /// advanced features go there, and volumes of EBS with
    /// [`archive_volumes`](super::BackupRule::archive_volumes). Databases, buckets and what Kubernetes
    /// knows stay in warm storage, and are paid for as such: a finding (`BKP-06`) where a plan selects them.
    ///
    /// Source: "Feature availability by resource", AWS Backup Developer Guide.
    #[must_use]
    pub const fn cold_after(self, days: u16) -> Self {
        Self { days: self.days, cold_after: Some(days) }
    }

    /// The same, if AWS Backup takes it.
    ///
    /// # Errors
    ///
    /// If it is kept for less than a day or more than 36,500, or in cold storage for less than 90.
    pub const fn check(self) -> Result<Self, LifecycleError> {
        if self.days == 0 {
            return Err(LifecycleError::Zero);
        }
        if self.days > LONGEST {
            return Err(LifecycleError::Long);
        }
        match self.cold_after {
            Some(0) => Err(LifecycleError::ColdAtOnce),
            // Beyond 16 bits it is no longer than the longest either.
            Some(cold) if self.days < cold.saturating_add(COLD) => {
                Err(LifecycleError::ColdTooShort)
            }
            _ => Ok(self),
        }
    }

    /// After how many days a recovery point is deleted.
    pub const fn days(self) -> u16 {
        self.days
    }

    /// After how many days it moves to cold storage, if it does.
    pub const fn days_until_cold(self) -> Option<u16> {
        self.cold_after
    }
}

/// A lifecycle that the compiler has checked: `lifecycle!(35 days)`, or, with cold storage,
/// `lifecycle!(365 days, cold after 30)`.
#[macro_export]
macro_rules! lifecycle {
    ($days:literal days) => {
        $crate::lifecycle!(@check $crate::backup::Lifecycle::of_days($days), stringify!($days), " days")
    };
    ($days:literal days, cold after $cold:literal) => {
        $crate::lifecycle!(
            @check $crate::backup::Lifecycle::of_days($days).cold_after($cold),
            stringify!($days), " days, cold after ", stringify!($cold)
        )
    };
    (@check $lifecycle:expr, $($text:expr),+) => {{
        const LIFECYCLE: $crate::backup::Lifecycle = match $lifecycle.check() {
            Ok(lifecycle) => lifecycle,
            Err(error) => $crate::literal::reject(&[
                "not a lifecycle: `",
                $($text,)+
                "`: ",
                error.message(),
            ]),
        };
        LIFECYCLE
    }};
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lifecycle_leaves_90_days_to_cold_storage() {
        for (lifecycle, expected) in [
            (Lifecycle::of_days(0), Err(LifecycleError::Zero)),
            (Lifecycle::of_days(36_501), Err(LifecycleError::Long)),
            (Lifecycle::of_days(119).cold_after(30), Err(LifecycleError::ColdTooShort)),
            (Lifecycle::of_days(365).cold_after(0), Err(LifecycleError::ColdAtOnce)),
            (Lifecycle::of_days(36_500).cold_after(u16::MAX), Err(LifecycleError::ColdTooShort)),
        ] {
            assert_eq!(lifecycle.check(), expected, "{lifecycle:?}");
        }
        for right in [
            Lifecycle::of_days(1),
            Lifecycle::of_days(36_500),
            Lifecycle::of_days(120).cold_after(30),
        ] {
            assert_eq!(right.check(), Ok(right));
        }
    }

    #[test]
    fn a_literal_is_checked_by_the_compiler() {
        assert_eq!(lifecycle!(35 days), Lifecycle::of_days(35));
        assert_eq!(lifecycle!(365 days, cold after 30), Lifecycle::of_days(365).cold_after(30));
    }
}
