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
    fn an_organization_has_an_id_of_its_form() {
        assert_eq!(organization!("o-a1b2c3d4e5").as_str(), "o-a1b2c3d4e5");
        for wrong in
            ["", "o-short", "a1b2c3d4e5f6", "o-A1B2C3D4E5", "o-a1b2c-3d4e5", "x-a1b2c3d4e5"]
        {
            assert!(OrganizationId::new(wrong).is_err(), "{wrong}");
        }
    }
}
