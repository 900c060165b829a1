//! The versions of Aurora PostgreSQL.

use std::fmt;

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
/// Sources: the CloudFormation registry of October 2026 as shipped with cfn-lint 1.58.0; "Aurora
/// PostgreSQL versions", Amazon Aurora User Guide.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct AuroraPostgres {
    major: u8,
    minor: Option<u8>,
}

macro_rules! versions {
    ($($major:ident $number:literal: $($minor:ident $minor_number:literal)*;)*) => {
        impl AuroraPostgres {
            $($(
                #[doc = concat!("Exactly ", $number, ".", $minor_number, ".")]
                pub const $minor: Self = Self { major: $number, minor: Some($minor_number) };
            )*)*
        }

        /// The minor versions of each major version, oldest first.
        pub(crate) const MINOR_VERSIONS: &[(u8, &[u8])] = &[$(($number, &[$($minor_number),*])),*];
    };
}

versions! {
    V14 14: V14_17 17 V14_18 18 V14_19 19 V14_20 20 V14_22 22 V14_23 23 V14_24 24;
    V15 15: V15_10 10 V15_12 12 V15_13 13 V15_14 14 V15_15 15 V15_17 17 V15_18 18 V15_19 19;
    V16 16: V16_8 8 V16_9 9 V16_10 10 V16_11 11 V16_13 13 V16_14 14 V16_15 15;
    V17 17: V17_4 4 V17_5 5 V17_6 6 V17_7 7 V17_9 9 V17_10 10 V17_11 11;
    V18 18: V18_3 3 V18_4 4 V18_6 6;
}

impl AuroraPostgres {
    /// PostgreSQL 17, with AWS's minor upgrades.
    pub const V17: Self = Self { major: 17, minor: None };
    /// PostgreSQL 18, with AWS's minor upgrades.
    pub const V18: Self = Self { major: 18, minor: None };

    /// Exactly `major.minor`, for a minor version that came after this crate. A minor version that
    /// Aurora left out is a finding.
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
        format!("aurora-postgresql{}", self.major)
    }

    /// Reads a version as CloudFormation writes it: `17` or `17.11`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        match text.split_once('.') {
            None => Some(Self { major: text.parse().ok()?, minor: None }),
            Some((major, minor)) => Some(Self::exact(major.parse().ok()?, minor.parse().ok()?)),
        }
    }

    /// Whether Aurora has this version, as far as is known here: what is newer than the newest known
    /// may exist, and so may what is older than the oldest.
    pub(crate) fn may_exist(self) -> bool {
        let known = MINOR_VERSIONS.iter().find(|(major, _)| *major == self.major);
        let (Some((_, minors)), Some(minor)) = (known, self.minor) else { return true };
        let (Some(oldest), Some(newest)) = (minors.first(), minors.last()) else { return true };
        minors.contains(&minor) || minor < *oldest || minor > *newest
    }

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
}

impl fmt::Display for AuroraPostgres {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.minor {
            Some(minor) => write!(f, "{}.{minor}", self.major),
            None => write!(f, "{}", self.major),
        }
    }
}

impl fmt::Debug for AuroraPostgres {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_version_named_exists_and_can_pause() {
        for (major, minors) in MINOR_VERSIONS {
            assert!(minors.is_sorted());
            for minor in *minors {
                let version = AuroraPostgres::exact(*major, *minor);
                assert!(version.may_exist() && version.can_pause(), "{version}");
                assert_eq!(AuroraPostgres::parse(&version.to_string()), Some(version));
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
