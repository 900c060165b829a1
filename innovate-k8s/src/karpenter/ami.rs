//! What a node boots.

use std::fmt;

use innovate_core::Str;

use crate::{AnyCluster, ClusterForDevelopment};

/// A family of images that EKS maintains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AmiFamily {
    /// Bottlerocket: a read-only system made for containers, without a shell.
    Bottlerocket,
    /// Amazon Linux 2023.
    Al2023,
}

impl AmiFamily {
    const fn name(self) -> &'static str {
        match self {
            Self::Bottlerocket => "bottlerocket",
            Self::Al2023 => "al2023",
        }
    }
}

/// One release of an image: it changes when the program does, not by itself.
/// [`ami!`](crate::ami!) makes one that the compiler has checked.
///
/// Source: "spec.amiSelectorTerms", Karpenter documentation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ami {
    family: AmiFamily,
    alias: Str,
}

/// Whatever release of an image is the newest: nodes are replaced when AWS publishes one. For
/// development only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LatestAmi {
    /// Bottlerocket.
    Bottlerocket,
    /// Amazon Linux 2023.
    Al2023,
}

/// Says what nodes boot: an [`Ami`], or in development a [`LatestAmi`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` says not what a node boots",
    label = "expected an image for nodes",
    note = "`ami!(\"bottlerocket@v1.53.0\")` names one release"
)]
pub trait NodeImage {
    /// Which clusters may boot it.
    type Needs;

    /// The family.
    fn family(&self) -> AmiFamily;

    /// The alias by which Karpenter finds it.
    fn alias(&self) -> String;
}

impl NodeImage for Ami {
    type Needs = AnyCluster;

    fn family(&self) -> AmiFamily {
        self.family
    }

    fn alias(&self) -> String {
        self.alias.to_string()
    }
}

impl NodeImage for LatestAmi {
    type Needs = ClusterForDevelopment;

    fn family(&self) -> AmiFamily {
        match self {
            Self::Bottlerocket => AmiFamily::Bottlerocket,
            Self::Al2023 => AmiFamily::Al2023,
        }
    }

    fn alias(&self) -> String {
        format!("{}@latest", self.family().name())
    }
}

/// Why a text is no alias of an image's release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AmiError {
    /// The family is neither `bottlerocket` nor `al2023`.
    Family,
    /// The version is `latest`.
    Latest,
    /// The version isn't of the family's form.
    Version,
}

impl AmiError {
    /// The reason in words.
    pub const fn message(self) -> &'static str {
        match self {
            Self::Family => "the family is `bottlerocket` or `al2023`, then `@` and the version",
            Self::Latest => {
                "`@latest` replaces nodes whenever AWS publishes an image; pin a version, or take `LatestAmi` in development"
            }
            Self::Version => "a version reads `bottlerocket@v1.53.0` or `al2023@v20260318`",
        }
    }
}

impl fmt::Display for AmiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl std::error::Error for AmiError {}

impl Ami {
    /// Reads an alias that the program computes.
    ///
    /// # Errors
    ///
    /// If the family is unknown, or the version isn't one of its releases.
    pub fn parse(alias: impl Into<Str>) -> Result<Self, AmiError> {
        let alias = alias.into();
        let family = Self::family_of(&alias)?;
        Ok(Self { family, alias })
    }

    /// The family of an alias such as `bottlerocket@v1.53.0`.
    ///
    /// # Errors
    ///
    /// If the family is unknown, or the version isn't one of its releases.
    pub const fn family_of(alias: &str) -> Result<AmiFamily, AmiError> {
        let (family, version) = match alias.as_bytes() {
            [
                b'b',
                b'o',
                b't',
                b't',
                b'l',
                b'e',
                b'r',
                b'o',
                b'c',
                b'k',
                b'e',
                b't',
                b'@',
                version @ ..,
            ] => (AmiFamily::Bottlerocket, version),
            [b'a', b'l', b'2', b'0', b'2', b'3', b'@', version @ ..] => {
                (AmiFamily::Al2023, version)
            }
            _ => return Err(AmiError::Family),
        };
        if matches!(version, b"latest") {
            return Err(AmiError::Latest);
        }
        let [b'v', rest @ ..] = version else { return Err(AmiError::Version) };
        let (mut rest, mut dots, mut digits, mut all) = (rest, 0, 0, 0);
        while let [byte, after @ ..] = rest {
            match byte {
                b'.' if digits > 0 => (dots, digits) = (dots + 1, 0),
                b'0'..=b'9' => (digits, all) = (digits + 1, all + 1),
                _ => return Err(AmiError::Version),
            }
            rest = after;
        }
        match family {
            AmiFamily::Bottlerocket if dots == 2 && digits > 0 => Ok(family),
            AmiFamily::Al2023 if dots == 0 && all == 8 => Ok(family),
            _ => Err(AmiError::Version),
        }
    }

    #[doc(hidden)]
    pub const fn checked(family: AmiFamily, alias: &'static str) -> Self {
        Self { family, alias: Str::Borrowed(alias) }
    }
}

/// A release of a node image that the compiler has checked: `ami!("bottlerocket@v1.53.0")`.
#[macro_export]
macro_rules! ami {
    ($alias:expr) => {{
        const AMI: $crate::Ami = match $crate::Ami::family_of($alias) {
            Ok(family) => $crate::Ami::checked(family, $alias),
            Err(error) => $crate::literal::reject(&[
                "not a release of a node image: `",
                $alias,
                "`: ",
                error.message(),
            ]),
        };
        AMI
    }};
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_release_is_an_ami() {
        for (alias, family) in [
            ("bottlerocket@v1.53.0", Ok(AmiFamily::Bottlerocket)),
            ("al2023@v20260318", Ok(AmiFamily::Al2023)),
            ("bottlerocket@latest", Err(AmiError::Latest)),
            ("al2023@latest", Err(AmiError::Latest)),
            ("al2@v20260318", Err(AmiError::Family)),
            ("bottlerocket", Err(AmiError::Family)),
            ("bottlerocket@1.44.0", Err(AmiError::Version)),
            ("bottlerocket@v1.44", Err(AmiError::Version)),
            ("bottlerocket@v1..0", Err(AmiError::Version)),
            ("bottlerocket@v20260318", Err(AmiError::Version)),
            ("al2023@v1.53.0", Err(AmiError::Version)),
            ("al2023@v", Err(AmiError::Version)),
        ] {
            assert_eq!(Ami::family_of(alias), family, "{alias}");
        }
    }
}
