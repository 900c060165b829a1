//! Names of KMS keys.

use super::define::{Shape, begins_with};

const PREFIX: &str = "alias/";
/// AWS's own: nobody else can make one.
const RESERVED: &str = "alias/aws/";

/// The name of an alias of a KMS key, with its prefix `alias/`. Source: "CreateAlias", AWS KMS API
/// Reference.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeyAlias(innovate_core::value::Str);

impl KeyAlias {
    const fn fits(text: &str) -> bool {
        const SHAPE: Shape = Shape {
            fewest: 7,
            most: 256,
            first: "a-z",
            each: "a-zA-Z0-9/_-",
            last: "a-zA-Z0-9/_-",
        };
        let bytes = text.as_bytes();
        SHAPE.fits(text)
            && begins_with(bytes, PREFIX.as_bytes())
            && !begins_with(bytes, RESERVED.as_bytes())
    }
}

name_methods! {
    KeyAlias "key alias"
    "`alias/` and 1 to 250 letters, digits and any of /_-, but nothing in AWS's own `alias/aws/`"
    => innovate_cfn::kind::AliasName
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alias_has_its_prefix_and_is_none_of_aws() {
        for right in ["alias/a", "alias/innovate-prod/volumes", "alias/awsome", "alias/aws"] {
            assert!(KeyAlias::new(right).is_ok(), "{right}");
        }
        let long = format!("alias/{}", "a".repeat(251));
        for wrong in [
            "",
            "alias/",
            "alia",
            "volumes-key",
            "Alias/volumes",
            "alias/aws/ebs",
            "alias/a b",
            &long,
        ] {
            assert!(KeyAlias::new(wrong.to_owned()).is_err(), "{wrong}");
        }
        assert!(KeyAlias::new(format!("alias/{}", "a".repeat(250))).is_ok());
    }
}
