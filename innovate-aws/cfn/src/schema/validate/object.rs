//! Maps: a resource's properties, and those of its properties.

use innovate_core::{
    Node, Str,
    check::suggest::several,
    value::{Intrinsic, Pseudo},
};

use super::{
    super::{
        constraint::{Keyword, Schema, Schemas},
        pattern,
        table::{Properties, utf8},
    },
    Given, Walk, code,
    finding::{Finding, Path, counted, quoted},
};

/// Whether a value is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Presence {
    Yes,
    /// It depends on a condition.
    Maybe,
    No,
}

/// Whether a value is there once conditions are decided and `AWS::NoValue` is removed.
pub(super) fn presence(node: &Node) -> Presence {
    match node.as_intrinsic() {
        Some(Intrinsic::Pseudo(Pseudo::NoValue)) => Presence::No,
        Some(Intrinsic::If { then, otherwise, .. }) => {
            match (presence(then), presence(otherwise)) {
                (Presence::Yes, Presence::Yes) => Presence::Yes,
                (Presence::No, Presence::No) => Presence::No,
                _ => Presence::Maybe,
            }
        }
        _ => Presence::Yes,
    }
}

/// The entries of a map.
#[derive(Clone, Copy)]
pub(super) struct Entries<'a>(pub(super) &'a [(Str, Node)]);

impl<'a> Entries<'a> {
    fn presence(self, name: impl AsRef<[u8]>) -> Presence {
        let found = self.0.iter().find(|(key, _)| key.as_bytes() == name.as_ref());
        found.map_or(Presence::No, |(_, node)| presence(node))
    }

    fn given(self) -> impl Iterator<Item = (&'a str, &'a Node)> {
        self.0
            .iter()
            .filter(|(_, node)| presence(node) != Presence::No)
            .map(|(name, node)| (&**name, node))
    }
}

/// Which properties a schema knows.
#[derive(Default)]
struct Known {
    named: Option<Properties>,
    by_pattern: Option<Schemas>,
    closed: bool,
}

impl Walk {
    pub(super) fn object(
        &mut self,
        schema: Schema,
        entries: Entries<'_>,
        given: Given<'_>,
        path: &Path<'_>,
    ) {
        let mut known = Known::default();
        for keyword in schema.keywords() {
            match keyword {
                Keyword::Properties(properties) => known.named = Some(properties),
                Keyword::PatternProperties(schemas) => known.by_pattern = Some(schemas),
                Keyword::Closed => known.closed = true,
                keyword => self.entries(keyword, entries, given, path),
            }
        }
        for (name, node) in entries.given() {
            self.property(&known, name, node, entries, path);
        }
    }

    fn property(
        &mut self,
        known: &Known,
        name: &str,
        node: &Node,
        entries: Entries<'_>,
        path: &Path<'_>,
    ) {
        let here = path.name(name);
        if let Some(at) = known.named.and_then(|properties| properties.get(name)) {
            self.check(Schema { at }, node, &here);
            return;
        }
        let mut matched = false;
        for (pattern, schema) in known.by_pattern.iter().flat_map(|schemas| schemas.by_pattern()) {
            if pattern::matches(pattern, name) {
                matched = true;
                self.check(schema, node, &here);
            }
        }
        if !matched && known.closed {
            self.fail(|| unknown(known, name, node, entries, path));
        }
    }

    /// Checks one keyword against a map as a whole.
    fn entries(
        &mut self,
        keyword: Keyword,
        entries: Entries<'_>,
        given: Given<'_>,
        path: &Path<'_>,
    ) {
        match keyword {
            Keyword::Required(names) => {
                for name in names.bytes() {
                    match entries.presence(name) {
                        Presence::Yes => {}
                        Presence::Maybe => self.unsure = true,
                        Presence::No => self.fail(|| missing(utf8(name), path)),
                    }
                }
            }
            Keyword::RequiredXor(names) => {
                self.one_of(names.texts(), entries, path, true);
            }
            Keyword::RequiredOr(names) => self.one_of(names.texts(), entries, path, false),
            Keyword::DependentRequired(name, needed) => {
                if entries.presence(name) != Presence::Yes {
                    return;
                }
                for needed in needed.texts() {
                    match entries.presence(needed) {
                        Presence::Yes => {}
                        Presence::Maybe => self.unsure = true,
                        Presence::No => self.fail(|| {
                            let message = format!("`{name}` needs `{needed}` beside it");
                            Finding::at(code::COMBINATION, &path.name(name), message)
                                .help(format!("set `{needed}` too, or leave `{name}` out"))
                        }),
                    }
                }
            }
            Keyword::DependentExcluded(name, excluded) => {
                if entries.presence(name) != Presence::Yes {
                    return;
                }
                for excluded in excluded.texts() {
                    match entries.presence(excluded) {
                        Presence::No => {}
                        Presence::Maybe => self.unsure = true,
                        // Where each excludes the other, one finding says it.
                        Presence::Yes if self.reported_pair(path, excluded, name) => {}
                        Presence::Yes => self.fail(|| exclude(name, excluded, path)),
                    }
                }
            }
            Keyword::DependentSchema(name, schema) => match entries.presence(name) {
                Presence::Yes => self.check(schema, Given::Entries(entries.0), path),
                Presence::Maybe => self.unsure = true,
                Presence::No => {}
            },
            Keyword::MinProperties(least) => {
                let count = entries.given().count();
                if count < least {
                    self.fail(|| wrong_count(path, count, "least", least));
                }
            }
            Keyword::MaxProperties(most) => {
                let sure = |node: &Node| presence(node) == Presence::Yes;
                let count = entries.given().filter(|(_, node)| sure(node)).count();
                if count > most {
                    self.fail(|| wrong_count(path, count, "most", most));
                }
            }
            keyword => self.combination(keyword, given, path),
        }
    }

    fn reported_pair(&self, path: &Path<'_>, name: &str, excluded: &str) -> bool {
        self.findings.contains(&exclude(name, excluded, path))
    }

    fn one_of<'a>(
        &mut self,
        names: impl Iterator<Item = &'a str> + Clone,
        entries: Entries<'_>,
        path: &Path<'_>,
        only: bool,
    ) {
        let with = |presence: Presence| {
            names.clone().filter(move |name| entries.presence(name) == presence)
        };
        let (given, possible) = (with(Presence::Yes).count(), with(Presence::Maybe).count());
        if given == 0 && possible == 0 {
            self.fail(|| {
                let subject = path.subject();
                let names = quoted(names.clone(), "or");
                Finding::at(code::COMBINATION, path, format!("`{subject}` needs {names}")).help(
                    format!("set {} of them", if only { "exactly one" } else { "at least one" }),
                )
            });
        } else if only && given > 1 {
            self.fail(|| {
                let given = quoted(with(Presence::Yes), "and");
                Finding::at(code::COMBINATION, path, format!("{given} exclude each other"))
                    .allowed(format!("one of {}", quoted(names.clone(), "or")))
            });
        } else if possible > 0 {
            self.unsure = true;
        }
    }
}

pub(super) fn missing(name: &str, path: &Path<'_>) -> Finding {
    let subject = path.subject();
    Finding::at(code::MISSING, path, format!("`{subject}` lacks the required `{name}`"))
        .help(format!("set `{name}`"))
}

fn exclude(name: &str, excluded: &str, path: &Path<'_>) -> Finding {
    let message = format!("`{name}` and `{excluded}` exclude each other");
    Finding::at(code::COMBINATION, path, message).help("leave one of them out")
}

fn wrong_count(path: &Path<'_>, given: usize, bound: &str, count: usize) -> Finding {
    let message = format!("`{}` has {}", path.subject(), counted(given, "entry"));
    Finding::at(code::ITEMS, path, message)
        .allowed(format!("at {bound} {}", counted(count, "entry")))
}

fn unknown(
    known: &Known,
    name: &str,
    node: &Node,
    entries: Entries<'_>,
    path: &Path<'_>,
) -> Finding {
    let subject = path.subject();
    let here = path.name(name);
    let mut names: Vec<&str> =
        known.named.iter().flat_map(|named| named.iter()).map(|(name, _)| name).collect();
    names.sort_unstable();
    if names.is_empty()
        && let Some(patterns) = known.by_pattern
    {
        let sources = patterns.by_pattern().map(|(number, _)| pattern::source(number));
        let message = format!("`{subject}` has the key `{name}`, which its service refuses");
        return Finding::at(code::UNKNOWN_PROPERTY, &here, message)
            .allowed(format!("keys that match {}", quoted(sources, "or")));
    }
    let finding =
        Finding::at(code::UNKNOWN_PROPERTY, &here, format!("`{subject}` has no property `{name}`"))
            .given(&here, node);
    // What is set already can't be what was meant.
    let free = names.iter().copied().filter(|name| entries.presence(name) == Presence::No);
    let near = several(name, free, 3);
    if near.is_empty() {
        finding.allowed(quoted(names, "and"))
    } else {
        finding.help(format!("did you mean {}?", quoted(near, "or")))
    }
}
