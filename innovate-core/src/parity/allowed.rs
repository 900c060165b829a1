//! What may differ.

use std::{fmt, panic::Location};

use super::compare::Found;
use crate::value::Str;

/// Properties in which an environment may differ from the one that it mirrors.
///
/// A property is named by the type of its resource or Kubernetes object (`AWS::RDS::DBCluster`,
/// `apps/v1/Deployment`) and its path (`ServerlessV2ScalingConfiguration/MinCapacity`, `spec/replicas`),
/// in which `*` stands for any one part. An item of a list is named by its key or name where each has one
/// of its own, and by its number otherwise. What is below a property is allowed with it.
///
/// ```
/// use innovate_core::parity::Difference;
///
/// const LOGS: Difference = Difference::of(&[("AWS::Logs::LogGroup", "RetentionInDays")]);
/// let allowed = LOGS.because("what staging logs is of no use after a month");
/// ```
#[derive(Clone, Debug)]
pub struct Difference {
    named: Named,
    only: Option<Str>,
}

#[derive(Clone, Debug)]
enum Named {
    Group(&'static [(&'static str, &'static str)]),
    One(Str, Str),
}

impl Difference {
    /// In any of these properties, each with its type. One that differs nowhere is no finding as
    /// long as another does, so that a group may be named for what its properties have in common.
    pub const fn of(properties: &'static [(&'static str, &'static str)]) -> Self {
        Self { named: Named::Group(properties), only: None }
    }

    /// In a property of all resources or objects of a type.
    pub fn in_property(type_name: impl Into<Str>, property: impl Into<Str>) -> Self {
        Self { named: Named::One(type_name.into(), property.into()), only: None }
    }

    /// In whether there are resources or objects of a type at all. Those that both have must be equal.
    /// Whole stacks are `AWS::CloudFormation::Stack`.
    pub fn in_presence_of(type_name: impl Into<Str>) -> Self {
        Self::in_property(type_name, "")
    }

    /// Only of the resource with this logical id, the object with this name, or the stack with this
    /// one here or there.
    #[must_use]
    pub fn only_of(mut self, id: impl Into<Str>) -> Self {
        self.only = Some(id.into());
        self
    }

    /// Allows it, for a reason that stands in the program for whoever reviews it.
    #[track_caller]
    pub fn because(self, reason: impl Into<Str>) -> Allowed {
        Allowed { difference: self, reason: reason.into(), location: Location::caller() }
    }

    fn properties(&self) -> impl Iterator<Item = (&str, &str)> {
        let (group, one) = match &self.named {
            Named::Group(group) => (*group, None),
            Named::One(type_name, property) => (&[][..], Some((&**type_name, &**property))),
        };
        group.iter().copied().chain(one)
    }

    /// The types that it names.
    pub(super) fn types(&self) -> impl Iterator<Item = &str> {
        self.properties().map(|(type_name, _)| type_name)
    }

    /// Whether it names one property alone.
    pub(super) fn is_single(&self) -> bool {
        self.properties().count() == 1
    }

    pub(super) fn covers(&self, found: &Found<'_>) -> bool {
        let named = |(type_name, property): (&str, &str)| {
            type_name == found.type_name
                && match property.is_empty() {
                    true => found.property.is_empty(),
                    false => is_at_or_below(property, &found.property),
                }
        };
        let whole = self.only.as_deref().is_none_or(|only| found.is_of(only));
        whole && self.properties().any(named)
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut properties = self.properties();
        if let Some((type_name, property)) = properties.next() {
            f.write_str(type_name)?;
            if !property.is_empty() {
                write!(f, " {property}")?;
            }
        }
        match properties.count() {
            0 => {}
            more => write!(f, " and {more} more")?,
        }
        match &self.only {
            Some(only) => write!(f, " of `{only}`"),
            None => Ok(()),
        }
    }
}

/// Whether `path` is what `pattern` names, or below it.
fn is_at_or_below(pattern: &str, path: &str) -> bool {
    let mut parts = path.split('/');
    pattern
        .split('/')
        .all(|wanted| parts.next().is_some_and(|part| wanted == "*" || wanted == part))
}

/// A difference that the program allows, with its reason: see [`Difference::because`].
#[derive(Clone, Debug)]
#[must_use = "it is allowed where it is handed to `App::mirrors`"]
pub struct Allowed {
    pub(super) difference: Difference,
    pub(super) reason: Str,
    pub(super) location: &'static Location<'static>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_names_what_is_at_it_and_below() {
        for (pattern, path, holds) in [
            ("Rules", "Rules", true),
            ("Rules", "Rules/0/Name", true),
            ("Rules/*/Name", "Rules/0/Name", true),
            ("Rules/*/Name", "Rules/0/Action", false),
            ("Rules/0", "Rules", false),
            ("Rule", "Rules", false),
        ] {
            assert_eq!(is_at_or_below(pattern, path), holds, "{pattern} {path}");
        }
    }

    #[test]
    fn a_difference_says_what_it_names() {
        let group = Difference::of(&[("A::B::C", "D"), ("E::F::G", "H")]);
        assert_eq!(group.to_string(), "A::B::C D and 1 more");
        let one = Difference::in_presence_of("A::B::C").only_of("Cache");
        assert_eq!(one.to_string(), "A::B::C of `Cache`");
    }
}
