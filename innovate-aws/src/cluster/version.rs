//! The versions of Kubernetes that EKS supports, and until when.

use std::fmt;

/// A day of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// The day, as ISO 8601 orders its parts.
    pub(crate) const fn new(year: u16, month: u8, day: u8) -> Self {
        Self { year, month, day }
    }

    /// About how many days later `other` is: a month counts as 30 days.
    pub(crate) fn days_until(self, other: Self) -> i32 {
        let number = |date: Self| {
            i32::from(date.year) * 365 + i32::from(date.month) * 30 + i32::from(date.day)
        };
        number(other) - number(self)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

macro_rules! versions {
    (as of $as_of:expr; $($version:ident $text:literal $end:expr;)*) => {
        /// A minor version of Kubernetes in EKS's standard support.
        ///
        /// Source: "Understand the Kubernetes version lifecycle on EKS", Amazon EKS User Guide.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum KubernetesVersion {
            $(
                #[doc = concat!("Kubernetes ", $text, ".")]
                $version,
            )*
        }

        impl KubernetesVersion {
            /// Every version in standard support, the oldest first.
            pub const ALL: &'static [Self] = &[$(Self::$version),*];

            /// The day on which this list was compared with AWS's calendar. Synthesis reads no
            /// clock, so a program gives the same result on every day.
            pub const AS_OF: Date = $as_of;

            /// The version as EKS writes it, such as `1.35`.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$version => $text,)*
                }
            }

            /// The day on which its standard support ends. On that day EKS upgrades the control
            /// plane by itself, since the clusters made here decline extended support.
            pub const fn end_of_standard_support(self) -> Date {
                match self {
                    $(Self::$version => $end,)*
                }
            }
        }
    };
}

versions! {
    as of Date::new(2026, 11, 20);
    V1_34 "1.34" Date::new(2026, 12, 2);
    V1_35 "1.35" Date::new(2027, 3, 27);
    V1_36 "1.36" Date::new(2027, 8, 2);
}

impl KubernetesVersion {
    /// The minor version's number: 35 for 1.35.
    pub fn minor(self) -> u16 {
        minor_of(self.as_str()).unwrap_or_default()
    }

    /// The version that EKS writes as `text`.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|version| version.as_str() == text)
    }
}

impl fmt::Display for KubernetesVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The number of the minor version in `1.35`, `v1.35.3-eksbuild.17` and the like.
pub(crate) fn minor_of(text: &str) -> Option<u16> {
    let (major, rest) = text.trim_start_matches('v').split_once('.')?;
    let digits: &str = rest.split(|character: char| !character.is_ascii_digit()).next()?;
    (major == "1").then(|| digits.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_version_is_in_standard_support_on_the_lists_own_day() {
        for version in KubernetesVersion::ALL {
            assert!(version.end_of_standard_support() > KubernetesVersion::AS_OF, "{version}");
            assert_eq!(KubernetesVersion::parse(version.as_str()), Some(*version));
        }
    }

    #[test]
    fn a_minor_version_is_read_from_what_aws_writes() {
        assert_eq!(minor_of("1.35"), Some(35));
        assert_eq!(minor_of("v1.35.3-eksbuild.17"), Some(35));
        assert_eq!(minor_of("2.1"), None);
        assert_eq!(minor_of("latest"), None);
        assert_eq!(KubernetesVersion::V1_36.minor(), 36);
    }

    #[test]
    fn days_between_dates_are_about_right() {
        let from = Date::new(2026, 11, 20);
        assert_eq!(from.days_until(Date::new(2026, 12, 2)), 12);
        assert!(from.days_until(Date::new(2027, 8, 2)) > 200);
    }
}
