//! The versions of PostgreSQL that Aurora and RDS have.

use std::fmt;

/// The minor versions of each major version, oldest first.
type Known = [(u8, &'static [u8])];

/// `major`, or `major.minor`.
fn read(text: &str) -> Option<(u8, Option<u8>)> {
    match text.split_once('.') {
        None => Some((text.parse().ok()?, None)),
        Some((major, minor)) => Some((major.parse().ok()?, Some(minor.parse().ok()?))),
    }
}

/// Whether a version exists, as far as is known here: what is newer than the newest known may exist, and
/// so may what is older than the oldest.
fn may_exist(known: &Known, major: u8, minor: Option<u8>) -> bool {
    let known = known.iter().find(|(named, _)| *named == major);
    let (Some((_, minors)), Some(minor)) = (known, minor) else { return true };
    let (Some(oldest), Some(newest)) = (minors.first(), minors.last()) else { return true };
    minors.contains(&minor) || minor < *oldest || minor > *newest
}

/// Whether a version is newer than every one that is known here.
fn is_unheard_of(known: &Known, major: u8, minor: Option<u8>) -> bool {
    match known.iter().find(|(named, _)| *named == major) {
        Some((_, minors)) => minor > minors.last().copied(),
        None => known.last().is_some_and(|(newest, _)| major > *newest),
    }
}

/// The known versions of a major version, or of the newest, for a finding.
fn known_of(known: &Known, major: u8) -> String {
    let named = known.iter().find(|(named, _)| *named == major).or(known.last());
    let (major, minors) = named.copied().unwrap_or_default();
    let each = |minor: &u8| format!("{major}.{minor}");
    minors.iter().map(each).collect::<Vec<_>>().join(", ")
}

macro_rules! versions {
    ($(#[$doc:meta])* $name:ident $family:literal $service:literal
        $($major:ident $number:literal: $($minor:ident $minor_number:literal)*;)*) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash)]
        pub struct $name {
            major: u8,
            minor: Option<u8>,
        }

        impl $name {
            $($(
                #[doc = concat!("Exactly ", $number, ".", $minor_number, ".")]
                pub const $minor: Self = Self { major: $number, minor: Some($minor_number) };
            )*)*

            const KNOWN: &Known = &[$(($number, &[$($minor_number),*])),*];

            /// PostgreSQL 17, with AWS's minor upgrades.
            pub const V17: Self = Self { major: 17, minor: None };
            /// PostgreSQL 18, with AWS's minor upgrades.
            pub const V18: Self = Self { major: 18, minor: None };

            #[doc = concat!(
                "Exactly `major.minor`, for a minor version that came after this crate. One that ",
                $service, " left out is refused; of one that is newer than those named here, you are warned.",
            )]
            pub const fn exact(major: u8, minor: u8) -> Self {
                Self { major, minor: Some(minor) }
            }

            /// The major version.
            pub const fn major(self) -> u8 {
                self.major
            }

            /// The minor version, or `None` if AWS upgrades it.
            pub const fn minor(self) -> Option<u8> {
                self.minor
            }

            /// The family of parameter groups that fit this version.
            pub fn family(self) -> String {
                format!(concat!($family, "{}"), self.major)
            }

            /// Reads a version as CloudFormation writes it: `17` or `17.11`.
            pub(crate) fn parse(text: &str) -> Option<Self> {
                read(text).map(|(major, minor)| Self { major, minor })
            }

            /// Whether the version exists, as far as is known here.
            pub(crate) fn may_exist(self) -> bool {
                may_exist(Self::KNOWN, self.major, self.minor)
            }

            /// Whether it is newer than every version that is known here.
            pub(crate) fn is_unheard_of(self) -> bool {
                is_unheard_of(Self::KNOWN, self.major, self.minor)
            }

            /// The exact versions of the same major version, or of the newest one.
            pub(crate) fn siblings(self) -> String {
                known_of(Self::KNOWN, self.major)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self.minor {
                    Some(minor) => write!(f, "{}.{minor}", self.major),
                    None => write!(f, "{}", self.major),
                }
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }
    };
}

versions! {
    /// A version of Aurora PostgreSQL, and with it who decides on minor upgrades.
    ///
    /// * A major version alone ([`V17`](Self::V17)) leaves the minor version to AWS, which upgrades it in
    ///   the maintenance window.
    /// * An exact version ([`V17_11`](Self::V17_11)) stays until the program names another. A pinned
    ///   version with automatic upgrades can't be written: after the first upgrade, CloudFormation would
    ///   try to downgrade the cluster at the next deployment, and fail.
    ///
    /// The versions named here are those in standard support that can pause and that scale to 256 units.
    ///
    /// Sources: the CloudFormation registry of October 2026; "Aurora
    /// PostgreSQL versions", Amazon Aurora User Guide.
    AuroraPostgres "aurora-postgresql" "Aurora"
    V14 14: V14_17 17 V14_18 18 V14_19 19 V14_20 20 V14_22 22 V14_23 23 V14_24 24;
    V15 15: V15_10 10 V15_12 12 V15_13 13 V15_14 14 V15_15 15 V15_17 17 V15_18 18 V15_19 19;
    V16 16: V16_8 8 V16_9 9 V16_10 10 V16_11 11 V16_13 13 V16_14 14 V16_15 15;
    V17 17: V17_4 4 V17_5 5 V17_6 6 V17_7 7 V17_9 9 V17_10 10 V17_11 11;
    V18 18: V18_3 3 V18_4 4 V18_6 6;
}

versions! {
    /// A version of RDS for PostgreSQL, and with it who decides on minor upgrades: AWS, for a major
    /// version alone ([`V17`](Self::V17)), or the program, for an exact one ([`V17_11`](Self::V17_11)).
    ///
    /// Sources: the CloudFormation registry of October 2026; "Amazon RDS
    /// for PostgreSQL versions", Amazon RDS User Guide.
    PostgresVersion "postgres" "RDS"
    V14 14: V14_17 17 V14_18 18 V14_19 19 V14_20 20 V14_21 21 V14_22 22 V14_23 23 V14_24 24;
    V15 15: V15_12 12 V15_13 13 V15_14 14 V15_15 15 V15_16 16 V15_17 17 V15_18 18 V15_19 19;
    V16 16: V16_8 8 V16_9 9 V16_10 10 V16_11 11 V16_12 12 V16_13 13 V16_14 14 V16_15 15;
    V17 17: V17_4 4 V17_5 5 V17_6 6 V17_7 7 V17_8 8 V17_9 9 V17_10 10 V17_11 11;
    V18 18: V18_1 1 V18_2 2 V18_3 3 V18_4 4 V18_6 6;
}

impl AuroraPostgres {
    /// Whether it can pause: Aurora's documentation gives 13.15, 14.12, 15.7 and 16.3 as the first.
    pub(crate) const fn can_pause(self) -> bool {
        let first = match self.major {
            13 => 15,
            14 => 12,
            15 => 7,
            16 => 3,
            major => return major > 16,
        };
        match self.minor {
            Some(minor) => minor >= first,
            None => true,
        }
    }

    /// Whether it can end sessions that are idle: PostgreSQL 14 was the first.
    pub(crate) const fn ends_idle_sessions(self) -> bool {
        self.major >= 14
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_version_named_exists_and_can_pause() {
        for (major, minors) in AuroraPostgres::KNOWN {
            assert!(minors.is_sorted());
            for minor in *minors {
                let version = AuroraPostgres::exact(*major, *minor);
                assert!(version.may_exist() && version.can_pause(), "{version}");
                assert_eq!(AuroraPostgres::parse(&version.to_string()), Some(version));
            }
        }
    }

    #[test]
    fn rds_has_versions_that_aurora_left_out() {
        assert!(PostgresVersion::exact(17, 8).may_exist());
        assert!(!PostgresVersion::exact(18, 5).may_exist());
        assert_eq!(PostgresVersion::V18_3.siblings(), "18.1, 18.2, 18.3, 18.4, 18.6");
        assert_eq!(PostgresVersion::V17.family(), "postgres17");
        for (major, minors) in PostgresVersion::KNOWN {
            assert!(minors.is_sorted());
            for minor in *minors {
                let version = PostgresVersion::exact(*major, *minor);
                assert_eq!(PostgresVersion::parse(&version.to_string()), Some(version));
            }
        }
    }

    #[test]
    fn a_version_that_aurora_left_out_is_known_as_such() {
        assert!(!AuroraPostgres::exact(17, 8).may_exist());
        assert!(!AuroraPostgres::exact(16, 12).may_exist());
        assert!(AuroraPostgres::exact(17, 12).may_exist());
        assert!(AuroraPostgres::exact(19, 1).may_exist());
    }

    #[test]
    fn old_versions_cannot_pause() {
        for (text, can) in
            [("13.14", false), ("13.15", true), ("16.2", false), ("16.3", true), ("12.22", false)]
        {
            assert_eq!(AuroraPostgres::parse(text).unwrap().can_pause(), can, "{text}");
        }
    }
}
