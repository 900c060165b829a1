//! Constraints: what a node of the table asks of a value.

use super::{
    layout::{keyword, kind},
    table::{Cursor, List, Properties},
};

/// What is asked of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Schema {
    pub(super) at: usize,
}

/// One thing that is asked. The names are those of JSON schema and of cfn-lint's additions.
#[derive(Clone, Copy, Debug)]
pub(super) enum Keyword {
    Properties(Properties),
    Closed,
    PatternProperties(Schemas),
    Required(List),
    Enum(List),
    EnumAnyCase(List),
    Pattern(usize),
    MinLength(usize),
    MaxLength(usize),
    Minimum(f64),
    Maximum(f64),
    ExclusiveMaximum(f64),
    MultipleOf(f64),
    MinItems(usize),
    MaxItems(usize),
    UniqueItems,
    MaxUniqueItems(usize),
    UniqueKeys(List),
    Items(Schema),
    PrefixItems(Schemas),
    MinProperties(usize),
    MaxProperties(usize),
    Format(u8),
    AllOf(Schemas),
    AnyOf(Schemas),
    OneOf(Schemas),
    Not(Schema),
    If { condition: Schema, then: Schema, otherwise: Schema },
    RequiredXor(List),
    RequiredOr(List),
    DependentRequired(&'static str, List),
    DependentExcluded(&'static str, List),
    DependentSchema(&'static str, Schema),
}

/// A list of schemas, each behind the number of a pattern if they are of pattern properties.
#[derive(Clone, Copy, Debug)]
pub(super) struct Schemas {
    at: usize,
    count: usize,
}

impl Schemas {
    pub(super) fn iter(self) -> impl ExactSizeIterator<Item = Schema> + Clone {
        let mut cursor = Cursor { at: self.at };
        (0..self.count).map(move |_| Schema { at: cursor.id() })
    }

    /// With the numbers of their patterns.
    pub(super) fn by_pattern(self) -> impl ExactSizeIterator<Item = (usize, Schema)> + Clone {
        let mut cursor = Cursor { at: self.at };
        (0..self.count).map(move |_| (cursor.id(), Schema { at: cursor.id() }))
    }
}

/// The kinds of value that a schema accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Kinds(u8);

impl Kinds {
    /// Whether all are accepted.
    pub(super) const fn is_any(self) -> bool {
        self.0 == 0
    }

    /// Whether one of `kinds` is named.
    pub(super) const fn has(self, kinds: u8) -> bool {
        self.0 & kinds != 0
    }

    /// Whether one of `kinds` is accepted.
    pub(super) const fn accepts(self, kinds: u8) -> bool {
        self.is_any() || self.has(kinds)
    }

    /// In words: "a list or a text".
    pub(super) fn describe(self) -> String {
        let words = [
            (kind::TEXT, "text"),
            (kind::INTEGER, "a whole number"),
            (kind::NUMBER, "a number"),
            (kind::BOOLEAN, "true or false"),
            (kind::LIST, "a list"),
            (kind::OBJECT, "a map"),
            (kind::NULL, "null"),
        ];
        let words: Vec<&str> =
            words.into_iter().filter(|(kind, _)| self.has(*kind)).map(|(_, word)| word).collect();
        words.join(" or ")
    }
}

impl Schema {
    /// The kinds of value that it accepts.
    pub(super) fn kinds(self) -> Kinds {
        Kinds(super::table::byte(self.at))
    }

    /// Whether it asks nothing.
    pub(super) fn is_empty(self) -> bool {
        self.kinds().is_any() && self.keywords().next().is_none()
    }

    /// What it asks.
    pub(super) fn keywords(self) -> Keywords {
        Keywords(Cursor { at: self.at + 1 })
    }
}

/// Reads keyword after keyword.
#[derive(Clone, Copy, Debug)]
pub(super) struct Keywords(Cursor);

impl Keywords {
    fn schema(&mut self) -> Schema {
        Schema { at: self.0.id() }
    }

    fn schemas(&mut self, width: usize) -> Schemas {
        let count = self.0.count();
        let schemas = Schemas { at: self.0.at, count };
        self.0.at += width * count;
        schemas
    }
}

#[cfg(test)]
impl Keywords {
    /// Whether, all being read, the last byte said that it is the last.
    pub(super) fn is_at_end(self) -> bool {
        super::table::byte(self.0.at - 1) == keyword::END
    }
}

impl Iterator for Keywords {
    type Item = Keyword;

    fn next(&mut self) -> Option<Keyword> {
        let keyword = self.0.byte();
        Some(match keyword {
            keyword::PROPERTIES => Keyword::Properties(self.0.properties()),
            keyword::CLOSED => Keyword::Closed,
            keyword::PATTERN_PROPERTIES => Keyword::PatternProperties(self.schemas(6)),
            keyword::REQUIRED => Keyword::Required(self.0.list()),
            keyword::ENUM => Keyword::Enum(self.0.list()),
            keyword::ENUM_ANY_CASE => Keyword::EnumAnyCase(self.0.list()),
            keyword::PATTERN => Keyword::Pattern(self.0.id()),
            keyword::MIN_LENGTH => Keyword::MinLength(self.0.count()),
            keyword::MAX_LENGTH => Keyword::MaxLength(self.0.count()),
            keyword::MINIMUM => Keyword::Minimum(self.0.number()),
            keyword::MAXIMUM => Keyword::Maximum(self.0.number()),
            keyword::EXCLUSIVE_MAXIMUM => Keyword::ExclusiveMaximum(self.0.number()),
            keyword::MULTIPLE_OF => Keyword::MultipleOf(self.0.number()),
            keyword::MIN_ITEMS => Keyword::MinItems(self.0.count()),
            keyword::MAX_ITEMS => Keyword::MaxItems(self.0.count()),
            keyword::UNIQUE_ITEMS => Keyword::UniqueItems,
            keyword::MAX_UNIQUE_ITEMS => Keyword::MaxUniqueItems(self.0.count()),
            keyword::UNIQUE_KEYS => Keyword::UniqueKeys(self.0.list()),
            keyword::ITEMS => Keyword::Items(self.schema()),
            keyword::PREFIX_ITEMS => Keyword::PrefixItems(self.schemas(3)),
            keyword::MIN_PROPERTIES => Keyword::MinProperties(self.0.count()),
            keyword::MAX_PROPERTIES => Keyword::MaxProperties(self.0.count()),
            keyword::FORMAT => Keyword::Format(self.0.byte()),
            keyword::ALL_OF => Keyword::AllOf(self.schemas(3)),
            keyword::ANY_OF => Keyword::AnyOf(self.schemas(3)),
            keyword::ONE_OF => Keyword::OneOf(self.schemas(3)),
            keyword::NOT => Keyword::Not(self.schema()),
            keyword::IF => Keyword::If {
                condition: self.schema(),
                then: self.schema(),
                otherwise: self.schema(),
            },
            keyword::REQUIRED_XOR => Keyword::RequiredXor(self.0.list()),
            keyword::REQUIRED_OR => Keyword::RequiredOr(self.0.list()),
            keyword::DEPENDENT_REQUIRED => Keyword::DependentRequired(self.0.text(), self.0.list()),
            keyword::DEPENDENT_EXCLUDED => Keyword::DependentExcluded(self.0.text(), self.0.list()),
            keyword::DEPENDENT_NODE => Keyword::DependentSchema(self.0.text(), self.schema()),
            _ => return None,
        })
    }
}
