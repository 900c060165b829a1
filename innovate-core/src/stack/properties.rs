//! The properties of a resource or of a nested property.

use crate::value::{Gives, Node, Str};

/// What was set, in the order in which it was set. A generated type wraps one and gives each
/// property its name and meaning.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Properties(Vec<(Str, Node)>);

impl Properties {
    /// No properties.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Sets a property by CloudFormation's name; a later value replaces an earlier one.
    pub fn set<T: ?Sized>(&mut self, name: impl Into<Str>, value: impl Gives<T>) {
        self.set_node(name.into(), value.give().into_node());
    }

    /// Sets a property to an untyped node.
    pub fn set_node(&mut self, name: Str, node: Node) {
        match self.0.iter_mut().find(|(known, _)| *known == name) {
            Some((_, old)) => *old = node,
            None => self.0.push((name, node)),
        }
    }

    /// The property under CloudFormation's name.
    pub fn get(&self, name: &str) -> Option<&Node> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, node)| node)
    }

    /// The node at a path of names; list items are reached by their number (`"Rules/0/Name"`).
    pub fn at(&self, path: &str) -> Option<&Node> {
        let (first, rest) = path.split_once('/').unwrap_or((path, ""));
        self.get(first)?.at(rest)
    }

    /// All of them.
    pub fn entries(&self) -> &[(Str, Node)] {
        &self.0
    }

    /// As a map.
    pub fn into_node(self) -> Node {
        Node::Map(self.0)
    }

    pub(crate) fn set_at(&mut self, path: &str, node: Node) {
        let (first, rest) = path.split_once('/').unwrap_or((path, ""));
        if rest.is_empty() {
            return self.set_node(Str::Owned(first.to_owned()), node);
        }
        if self.get(first).is_none() {
            self.0.push((Str::Owned(first.to_owned()), Node::Map(Vec::new())));
        }
        if let Some((_, parent)) = self.0.iter_mut().find(|(known, _)| known == first) {
            set_in(parent, rest, node);
        }
    }
}

/// Sets the node at `path` below `parent`, making maps on the way; a list's items are reached by
/// number, and the number behind the last appends.
fn set_in(parent: &mut Node, path: &str, node: Node) {
    let (first, rest) = path.split_once('/').unwrap_or((path, ""));
    if let (Node::List(items), Ok(index)) = (&mut *parent, first.parse::<usize>()) {
        if index >= items.len() {
            items.push(Node::Map(Vec::new()));
        }
        let last = items.len().saturating_sub(1);
        if let Some(item) = items.get_mut(index.min(last)) {
            if rest.is_empty() { *item = node } else { set_in(item, rest, node) }
        }
        return;
    }
    if !matches!(parent, Node::Map(_)) {
        *parent = Node::Map(Vec::new());
    }
    let Node::Map(entries) = parent else { return };
    let at = entries.iter().position(|(name, _)| name == first).unwrap_or_else(|| {
        entries.push((Str::Owned(first.to_owned()), Node::Map(Vec::new())));
        entries.len() - 1
    });
    if let Some((_, entry)) = entries.get_mut(at) {
        if rest.is_empty() { *entry = node } else { set_in(entry, rest, node) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::{Integer, Text};

    #[test]
    fn a_later_value_replaces_an_earlier_one() {
        let mut properties = Properties::new();
        properties.set::<Text>("Name", "a");
        properties.set::<Integer>("Size", 1);
        properties.set::<Text>("Name", "b");
        assert_eq!(properties.entries().len(), 2);
        assert_eq!(properties.get("Name").and_then(Node::as_text), Some("b"));
    }

    #[test]
    fn a_path_reaches_into_maps_and_lists() {
        let mut properties = Properties::new();
        properties.set_node("Rules".into(), Node::List(vec![Node::Map(vec![])]));
        properties.set_at("Rules/0/Action/Block", Node::Bool(true));
        properties.set_at("Deep/Er", Node::Integer(1));
        assert_eq!(properties.at("Rules/0/Action/Block"), Some(&Node::Bool(true)));
        assert_eq!(properties.at("Deep/Er"), Some(&Node::Integer(1)));
    }
}
