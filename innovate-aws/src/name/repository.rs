//! Names of container image repositories, and where they are.

use std::fmt;

use super::{AccountId, define::Shape};
use crate::region::Region;

/// Whether a text is lower-case words with single separators between: `team/api-v2`.
const fn is_path(text: &str, fewest: usize, most: usize) -> bool {
    let shape = Shape { fewest, most, first: "a-z0-9", each: "a-z0-9/._-", last: "a-z0-9" };
    let (mut rest, mut separated) = (text.as_bytes(), false);
    while let [byte, others @ ..] = rest {
        let separator = !byte.is_ascii_alphanumeric();
        if separator && separated {
            return false;
        }
        separated = separator;
        rest = others;
    }
    shape.fits(text)
}

/// The name of a repository in ECR. Source: "CreateRepository", Amazon ECR API Reference.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RepositoryName(innovate_core::value::Str);

impl RepositoryName {
    const fn fits(text: &str) -> bool {
        is_path(text, 2, 256)
    }
}

name_methods! {
    RepositoryName "name of a repository"
    "2 to 256 lower-case letters and digits, with single `/`, `.`, `_` or `-` between"
    => innovate_cfn::kind::RepositoryName
}

/// What the names of some repositories begin with, before a slash. Source: "CreatePullThroughCacheRule",
/// Amazon ECR API Reference.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RepositoryPrefix(innovate_core::value::Str);

impl RepositoryPrefix {
    const fn fits(text: &str) -> bool {
        is_path(text, 2, 30)
    }
}

name_methods! {
    RepositoryPrefix "prefix of repositories"
    "2 to 30 lower-case letters and digits, with single `/`, `.`, `_` or `-` between"
}

/// Where a repository is: `444455556666.dkr.ecr.eu-west-1.amazonaws.com/shop/api`. An image is one of it
/// by its digest.
///
/// Source: "Pulling an image to your local environment from an Amazon ECR private repository", Amazon ECR
/// User Guide.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RepositoryUri {
    registry: String,
    name: RepositoryName,
}

impl RepositoryUri {
    /// A repository of an account and region, of this program or another.
    pub fn new(account: AccountId, region: Region, name: RepositoryName) -> Self {
        Self::of(&account.to_string(), region.code(), name)
    }

    pub(crate) fn of(account: &str, region: &str, name: RepositoryName) -> Self {
        Self { registry: format!("{account}.dkr.ecr.{region}.amazonaws.com"), name }
    }

    /// The host that serves it.
    pub fn registry(&self) -> &str {
        &self.registry
    }

    /// The repository's name.
    pub const fn name(&self) -> &RepositoryName {
        &self.name
    }
}

impl fmt::Display for RepositoryUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.registry, self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account;

    #[test]
    fn a_repository_has_a_name_that_ecr_takes() {
        for good in ["api", "innovate/api", "a1", "team/api-v2.1_x"] {
            assert!(RepositoryName::new(good).is_ok(), "{good}");
        }
        for wrong in ["a", "Api", "/api", "api/", "api//x", "api-.x", "-api", "api:1", "a b"] {
            assert!(RepositoryName::new(wrong).is_err(), "{wrong}");
        }
        assert!(RepositoryName::new("r".repeat(257)).is_err());
        assert!(RepositoryPrefix::new("p".repeat(31)).is_err());
    }

    #[test]
    fn a_repository_is_at_its_registry() {
        let name = name!(RepositoryName: "innovate/api");
        let uri = RepositoryUri::new(account!("444455556666"), Region::EuWest1, name);
        assert_eq!(uri.to_string(), "444455556666.dkr.ecr.eu-west-1.amazonaws.com/innovate/api");
    }
}
