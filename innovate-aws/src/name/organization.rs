//! Organization ids.

use super::define::{Shape, begins_with};

/// The id of an organization of AWS accounts. [`organization!`](crate::organization) makes one that the
/// compiler has checked.
///
/// Source: "Organization", AWS Organizations API Reference.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct OrganizationId(innovate_core::value::Str);

impl OrganizationId {
    const fn fits(text: &str) -> bool {
        const SHAPE: Shape =
            Shape { fewest: 12, most: 34, first: "o", each: "a-z0-9-", last: "a-z0-9" };
        let (mut rest, mut hyphens) = (text.as_bytes(), 0);
        while let [byte, others @ ..] = rest {
            if *byte == b'-' {
                hyphens += 1;
            }
            rest = others;
        }
        SHAPE.fits(text) && begins_with(text.as_bytes(), b"o-") && hyphens == 1
    }
}

name_methods! {
    OrganizationId "organization id"
    "`o-` and 10 to 32 lower-case letters and digits"
}

/// The id of a unit of an organization, or of its root, in which all its accounts are.
/// `name!(OrganizationalUnitId: "ou-ab12-11111111")` makes one that the compiler has checked.
///
/// Sources: "OrganizationalUnit" and "Root", AWS Organizations API Reference.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct OrganizationalUnitId(innovate_core::value::Str);

impl OrganizationalUnitId {
    const fn fits(text: &str) -> bool {
        is_unit(text.as_bytes()) || begins(text.as_bytes(), b"r-", 4)
    }
}

name_methods! {
    OrganizationalUnitId "id of an organizational unit"
    "`ou-`, the root's id, a hyphen, and 8 to 32 lower-case letters and digits, or `r-` and the root's id"
}

/// Where a unit is in an organization: the ids of the organization, of its root, and of the units on the way
/// to it, with slashes between them. `name!(OrganizationPath: "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111")` makes
/// one that the compiler has checked.
///
/// Sources: "OrganizationalUnit" and "Root", AWS Organizations API Reference; "Understand the AWS
/// Organizations entity path", IAM User Guide.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct OrganizationPath(innovate_core::value::Str);

impl OrganizationPath {
    const fn fits(text: &str) -> bool {
        let (mut rest, mut before) = (text.as_bytes(), 0);
        loop {
            let (id, after) = cut(rest, b'/');
            let is_one = match before {
                0 => begins(id, b"o-", 10),
                1 => begins(id, b"r-", 4),
                _ => is_unit(id),
            };
            if !is_one {
                return false;
            }
            before += 1;
            match after {
                Some(after) => rest = after,
                None => return before > 2,
            }
        }
    }
}

/// What is before a byte, and what is after it.
const fn cut(text: &[u8], at: u8) -> (&[u8], Option<&[u8]>) {
    let (mut rest, mut length) = (text, 0);
    while let [byte, others @ ..] = rest {
        if *byte == at {
            let (before, _) = text.split_at(length);
            return (before, Some(others));
        }
        rest = others;
        length += 1;
    }
    (text, None)
}

/// Whether a text has this many to 32 lower-case letters and digits.
const fn is_id(text: &[u8], fewest: usize) -> bool {
    let mut rest = text;
    while let [byte, others @ ..] = rest {
        if !byte.is_ascii_lowercase() && !byte.is_ascii_digit() {
            return false;
        }
        rest = others;
    }
    fewest <= text.len() && text.len() <= 32
}

const fn begins(text: &[u8], with: &[u8], fewest: usize) -> bool {
    match text.split_at_checked(with.len()) {
        Some((first, rest)) => begins_with(first, with) && is_id(rest, fewest),
        None => false,
    }
}

/// `ou-`, the root's id, and the unit's own.
const fn is_unit(text: &[u8]) -> bool {
    match text.split_at_checked(3) {
        Some((first, rest)) if begins_with(first, b"ou-") => {
            let (root, own) = cut(rest, b'-');
            match own {
                Some(own) => is_id(root, 4) && is_id(own, 8),
                None => false,
            }
        }
        _ => false,
    }
}

name_methods! {
    OrganizationPath "organization path"
    "the ids of an organization, its root and its units down to one, such as `o-a1b2c3d4e5/r-ab12/ou-ab12-11111111`"
}

/// An organization id that the compiler has checked: `organization!("o-a1b2c3d4e5")`.
#[macro_export]
macro_rules! organization {
    ($text:literal) => {
        $crate::name!(OrganizationId: $text)
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_leads_from_an_organization_to_a_unit() {
        let unit = "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111";
        assert_eq!(OrganizationPath::checked(unit).as_str(), unit);
        assert!(OrganizationPath::new(format!("{unit}/ou-ab12-22222222")).is_ok());
        for wrong in [
            "",
            "o-a1b2c3d4e5",
            "o-a1b2c3d4e5/r-ab12",
            "o-a1b2c3d4e5/r-ab12/",
            "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/",
            "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*",
            "o-a1b2c3d4e5/ou-ab12-11111111/r-ab12",
            "o-a1b2c3d4e5/r-ab1/ou-ab12-11111111",
            "o-a1b2c3d4e5/r-ab12/ou-ab12-1111",
            "o-A1B2C3D4E5/r-ab12/ou-ab12-11111111",
            "o-a1b2c3d4e5/r-ab12/ou-11111111",
        ] {
            assert!(OrganizationPath::new(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_unit_has_an_id_of_its_form_and_so_has_the_root() {
        assert!(OrganizationalUnitId::new("ou-ab12-11111111").is_ok());
        assert!(OrganizationalUnitId::new("r-ab12").is_ok());
        for wrong in ["", "ou-ab12", "ou-ab12-1111", "OU-ab12-11111111", "r-ab", "o-a1b2c3d4e5"] {
            assert!(OrganizationalUnitId::new(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_organization_has_an_id_of_its_form() {
        assert_eq!(organization!("o-a1b2c3d4e5").as_str(), "o-a1b2c3d4e5");
        for wrong in
            ["", "o-short", "a1b2c3d4e5f6", "o-A1B2C3D4E5", "o-a1b2c-3d4e5", "x-a1b2c3d4e5"]
        {
            assert!(OrganizationId::new(wrong).is_err(), "{wrong}");
        }
    }
}
