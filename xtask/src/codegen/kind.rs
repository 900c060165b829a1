//! What a property means, as the generated text writes it.

use std::fmt;

/// A kind of `innovate_cfn::kind`, or a type of the resource's own module.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// A kind by its name: `Text`, `VpcId`.
    Common(&'static str),
    /// A nested type or enumeration of the resource.
    Own(String),
    /// A list.
    List(Box<Kind>),
    /// A map from text.
    Map(Box<Kind>),
}

impl Kind {
    pub(crate) const TEXT: Self = Self::Common("Text");
    pub(crate) const INTEGER: Self = Self::Common("Integer");
    pub(crate) const NUMBER: Self = Self::Common("Number");
    pub(crate) const BOOLEAN: Self = Self::Common("Boolean");
    pub(crate) const SCALAR: Self = Self::Common("Scalar");
    pub(crate) const JSON: Self = Self::Common("Json");
    pub(crate) const POLICY: Self = Self::Common("PolicyDocument");
    pub(crate) const TAG: Self = Self::Common("Tag");

    /// Whether it is a text, a number or a boolean.
    pub(crate) fn is_scalar(&self) -> bool {
        [Self::TEXT, Self::INTEGER, Self::NUMBER, Self::BOOLEAN].contains(self)
    }

    pub(crate) fn list(self) -> Self {
        Self::List(Box::new(self))
    }

    pub(crate) fn map(self) -> Self {
        Self::Map(Box::new(self))
    }

    /// As it is written where the resource's own types are in the module `own`, or at hand if that is
    /// `None`.
    pub(crate) fn within(&self, own: Option<&str>) -> impl fmt::Display {
        match self {
            Self::Common(name) => format!("t::{name}"),
            Self::Own(name) => match own {
                Some(module) => format!("{module}::{name}"),
                None => name.clone(),
            },
            Self::List(item) => format!("t::List<{}>", item.within(own)),
            Self::Map(item) => format!("t::Map<{}>", item.within(own)),
        }
    }
}
