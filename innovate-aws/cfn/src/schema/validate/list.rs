//! Lists.

use innovate_core::{
    Node,
    value::{Intrinsic, Pseudo},
};

use super::{
    super::constraint::{Keyword, Schema},
    Walk, code,
    finding::{Finding, Path, counted, quoted},
    object::{Presence, presence},
};

impl Walk {
    pub(super) fn list(&mut self, schema: Schema, items: &[Node], node: &Node, path: &Path<'_>) {
        let (mut prefix, mut every) = (0, None);
        for keyword in schema.keywords() {
            match keyword {
                Keyword::PrefixItems(schemas) => {
                    prefix = schemas.iter().len();
                    for (index, (item, schema)) in items.iter().zip(schemas.iter()).enumerate() {
                        self.check(schema, item, &path.index(index));
                    }
                }
                Keyword::MinItems(least) => {
                    let (_, count) = count(items);
                    if count < least {
                        self.fail(|| wrong_count(path, count, "least", least));
                    }
                }
                Keyword::MaxItems(most) => {
                    let (count, _) = count(items);
                    if count > most {
                        self.fail(|| wrong_count(path, count, "most", most));
                    }
                }
                Keyword::UniqueItems => {
                    if let Some((index, item)) = repeated(items) {
                        self.fail(|| repeats(path, &path.index(index), item));
                    }
                }
                Keyword::MaxUniqueItems(most) => {
                    let mut seen: Vec<&Node> = Vec::new();
                    for item in items.iter().filter(|item| !is_deferred(item)) {
                        if !seen.contains(&item) {
                            seen.push(item);
                        }
                    }
                    if seen.len() > most {
                        self.fail(|| wrong_count(path, seen.len(), "most", most));
                    }
                }
                Keyword::UniqueKeys(keys) => self.unique_keys(keys.texts(), items, path),
                Keyword::Items(schema) => every = Some(schema),
                keyword => self.combination(keyword, node.into(), path),
            }
        }
        if let Some(schema) = every {
            for (index, item) in items.iter().enumerate().skip(prefix) {
                self.check(schema, item, &path.index(index));
            }
        }
    }

    /// Items that agree in all of the keys, where these are known.
    fn unique_keys<'a>(
        &mut self,
        keys: impl Iterator<Item = &'a str> + Clone,
        items: &[Node],
        path: &Path<'_>,
    ) {
        let identities: Vec<Option<Vec<&Node>>> = items
            .iter()
            .map(|item| {
                let values: Option<Vec<&Node>> = keys.clone().map(|key| item.get(key)).collect();
                values.filter(|values| !values.iter().any(|value| is_deferred(value)))
            })
            .collect();
        for (index, identity) in identities.iter().enumerate() {
            let before = identities.iter().take(index);
            if identity.is_some() && before.clone().any(|other| other == identity) {
                let named = identity.iter().flatten().next().copied();
                self.fail(|| {
                    let keys = quoted(keys.clone(), "and");
                    let subject = path.subject();
                    let path = path.index(index);
                    let message = format!("two items of `{subject}` have the same {keys}");
                    let finding = Finding::at(code::ITEMS, &path, message);
                    match named {
                        Some(value) => finding.given(&path, value),
                        None => finding,
                    }
                });
                return;
            }
        }
    }
}

/// The least and the greatest number of items: those that are left out count for neither, those
/// that may be left out for the greatest alone.
fn count(items: &[Node]) -> (usize, usize) {
    items.iter().fold((0, 0), |(least, most), item| match presence(item) {
        Presence::Yes => (least + 1, most + 1),
        Presence::Maybe => (least, most + 1),
        Presence::No => (least, most),
    })
}

/// The first item that stands in the list before, too.
fn repeated(items: &[Node]) -> Option<(usize, &Node)> {
    items.iter().enumerate().find(|(index, item)| {
        !is_deferred(item) && items.iter().take(*index).any(|other| other == *item)
    })
}

/// Whether the value, or a part of it, is known only at deployment. A bare reference is the same
/// each time.
fn is_deferred(node: &Node) -> bool {
    match node {
        Node::Intrinsic(intrinsic) => match &**intrinsic {
            Intrinsic::Reference(_) | Intrinsic::Parameter(_) => false,
            Intrinsic::Pseudo(pseudo) => *pseudo == Pseudo::NoValue,
            _ => true,
        },
        Node::List(items) => items.iter().any(is_deferred),
        Node::Map(entries) => entries.iter().any(|(_, value)| is_deferred(value)),
        _ => false,
    }
}

fn wrong_count(path: &Path<'_>, given: usize, bound: &str, count: usize) -> Finding {
    let subject = path.subject();
    let message = format!("`{subject}` has {}", counted(given, "item"));
    Finding::at(code::ITEMS, path, message)
        .allowed(format!("at {bound} {}", counted(count, "item")))
}

fn repeats(list: &Path<'_>, item: &Path<'_>, node: &Node) -> Finding {
    let message = format!("`{}` has the same item twice", list.subject());
    Finding::at(code::ITEMS, item, message).given(item, node).allowed("each item once")
}
