//! How a name is defined: its shape, and what every name can do.

use std::fmt;

/// Which texts are names of a kind: how long, and which characters come first, anywhere and last.
/// The characters are written as in a bracket expression: `a-z0-9_-`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    pub(crate) fewest: usize,
    pub(crate) most: usize,
    pub(crate) first: &'static str,
    pub(crate) each: &'static str,
    pub(crate) last: &'static str,
}

#[allow(clippy::indexing_slicing, reason = "each index is compared with the length first")]
const fn contains(characters: &str, byte: u8) -> bool {
    let (characters, mut at) = (characters.as_bytes(), 0);
    while at < characters.len() {
        if at + 2 < characters.len() && characters[at + 1] == b'-' {
            if characters[at] <= byte && byte <= characters[at + 2] {
                return true;
            }
            at += 3;
        } else if characters[at] == byte {
            return true;
        } else {
            at += 1;
        }
    }
    false
}

/// Whether a text begins with another.
pub(crate) const fn begins_with(text: &[u8], with: &[u8]) -> bool {
    match text.split_at_checked(with.len()) {
        Some((first, _)) => same(first, with),
        None => false,
    }
}

/// Whether two texts are the same.
pub(crate) const fn same(mut one: &[u8], mut other: &[u8]) -> bool {
    while let ([first, rest @ ..], [second, others @ ..]) = (one, other) {
        if *first != *second {
            return false;
        }
        (one, other) = (rest, others);
    }
    one.is_empty() && other.is_empty()
}

impl Shape {
    #[allow(clippy::indexing_slicing, reason = "each index is compared with the length first")]
    pub(crate) const fn fits(&self, text: &str) -> bool {
        let bytes = text.as_bytes();
        if bytes.len() < self.fewest || bytes.len() > self.most {
            return false;
        }
        let mut at = 0;
        while at < bytes.len() {
            if !contains(self.each, bytes[at])
                || at == 0 && !contains(self.first, bytes[at])
                || at + 1 == bytes.len() && !contains(self.last, bytes[at])
            {
                return false;
            }
            at += 1;
        }
        true
    }
}

/// A text is no name of the kind asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameError {
    pub(crate) what: &'static str,
    pub(crate) rule: &'static str,
    pub(crate) given: String,
}

impl NameError {
    /// The text.
    pub fn given(&self) -> &str {
        &self.given
    }

    /// What is allowed.
    pub const fn allowed(&self) -> &'static str {
        self.rule
    }
}

impl fmt::Display for NameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not {} {}: `{}`: {}", article(self.what), self.what, self.given, self.rule)
    }
}

impl std::error::Error for NameError {}

fn article(what: &str) -> &'static str {
    if what.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" }
}

/// What every name can do, whatever decides that a text is one.
macro_rules! name_methods {
    ($name:ident $what:literal $rule:literal $(=> $kind:ty)?) => {
        impl $name {
            /// The name, if the text is one.
            ///
            /// # Errors
            ///
            /// If the text is not what the service allows as such a name.
            pub fn new(text: impl Into<innovate_core::value::Str>) -> Result<Self, $crate::name::NameError> {
                let text = text.into();
                if Self::fits(&text) {
                    return Ok(Self(text));
                }
                let given = text.into_owned();
                Err($crate::name::NameError { what: $what, rule: $rule, given })
            }

            #[doc(hidden)]
            #[track_caller]
            pub const fn checked(text: &'static str) -> Self {
                if !Self::fits(text) {
                    innovate_core::literal::reject(&["not a valid ", $what, ": `", text, "`: ", $rule]);
                }
                Self(innovate_core::value::Str::Borrowed(text))
            }

            /// A name made of names that were checked. One that is too long for its service is
            /// found when it is used, since the registry's schema says how long it may be.
            #[doc(hidden)]
            pub fn trusted(text: impl Into<innovate_core::value::Str>) -> Self {
                Self(text.into())
            }

            /// Whether the text is such a name after all, for one that was put together.
            ///
            /// # Errors
            ///
            /// As [`new`](Self::new).
            pub fn verify(&self) -> Result<(), $crate::name::NameError> {
                Self::new(self.0.clone()).map(drop)
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::name::NameError;

            fn from_str(text: &str) -> Result<Self, $crate::name::NameError> {
                Self::new(text.to_owned())
            }
        }

        impl innovate_core::value::IntoJson for &$name {
            fn into_json(self) -> innovate_core::Node {
                innovate_core::Node::Text(self.0.clone())
            }
        }

        name_methods!(@gives $name innovate_core::Text);
        $(name_methods!(@gives $name $kind);)?
    };
    (@gives $name:ident $kind:ty) => {
        impl innovate_core::Gives<$kind> for &$name {
            fn give(self) -> innovate_core::Value<$kind> {
                innovate_core::Value::from_node(innovate_core::Node::Text(self.0.clone()))
            }
        }

        impl innovate_core::Gives<$kind> for $name {
            fn give(self) -> innovate_core::Value<$kind> {
                (&self).give()
            }
        }
    };
}

/// Names whose shape is a length and the characters that come first, anywhere and last.
macro_rules! names {
    ($(
        $(#[$doc:meta])*
        $name:ident $what:literal $fewest:literal..=$most:literal
            $first:literal $each:literal $last:literal $rule:literal $(=> $kind:ty)?
    )*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub struct $name(innovate_core::value::Str);

        impl $name {
            const fn fits(text: &str) -> bool {
                const SHAPE: $crate::name::define::Shape = $crate::name::define::Shape {
                    fewest: $fewest,
                    most: $most,
                    first: $first,
                    each: $each,
                    last: $last,
                };
                SHAPE.fits(text)
            }
        }

        name_methods!($name $what $rule $(=> $kind)?);
    )*};
}

/// A name that the compiler has checked: `name!(RoleName: "innovate-eks-admin")`, or an
/// application's `name!("innovate")`.
#[macro_export]
macro_rules! name {
    ($text:literal) => {
        $crate::name!(ApplicationName: $text)
    };
    ($kind:ident: $text:literal) => {{
        #[allow(clippy::declare_interior_mutable_const, reason = "text that is never changed")]
        const NAME: $crate::name::$kind = $crate::name::$kind::checked($text);
        NAME
    }};
}
