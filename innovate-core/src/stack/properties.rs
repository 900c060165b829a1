//! The properties of a resource or of a nested property.

use crate::value::{Gives, Node, Str, first_part};

/// What was set, in the order in which it was set. A generated type wraps one and gives each
/// property its name and meaning.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Properties(Vec<(Str, Node)>);

impl Properties {
    /// No properties.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Makes room for as many as most resources have, if there are none yet.
    pub(super) fn reserve(&mut self) {
        if self.0.is_empty() {
            self.0.reserve_exact(4);
        }
    }

    /// Sets a property by CloudFormation's name; a later value replaces an earlier one.
    pub fn set<T: ?Sized>(&mut self, name: impl Into<Str>, value: impl Gives<T>) {
        self.set_node(name.into(), value.give().into_node());
    }

    /// The same properties with one more; a later value replaces an earlier one.
    #[must_use]
    pub fn with<T: ?Sized>(mut self, name: &'static str, value: impl Gives<T>) -> Self {
        self.set::<T>(name, value);
        self
    }

    /// Sets a property to an untyped node.
    pub fn set_node(&mut self, name: Str, node: Node) {
        match self.0.iter_mut().find(|(known, _)| *known == name) {
            Some((_, old)) => *old = node,
            None => {
                // Most nested properties have one of their own: room for four would be wasted.
                if self.0.capacity() == 0 {
                    self.0.reserve_exact(1);
                }
                self.0.push((name, node));
            }
        }
    }

    /// Sets a property behind which no other will be: no room is made for more.
    pub(super) fn set_last(&mut self, name: &'static str, node: Node) {
        self.0.reserve_exact(1);
        self.set_node(Str::Borrowed(name), node);
    }

    /// The property under CloudFormation's name.
    pub fn get(&self, name: &str) -> Option<&Node> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, node)| node)
    }

    /// The node at a path of names; list items are reached by their number (`"Rules/0/Name"`).
    pub fn at(&self, path: &str) -> Option<&Node> {
        let (first, rest) = first_part(path);
        self.get(first)?.at(rest)
    }

    /// All of them.
    pub fn entries(&self) -> &[(Str, Node)] {
        &self.0
    }

    pub(super) fn entries_mut(&mut self) -> &mut [(Str, Node)] {
        &mut self.0
    }

    /// As a map.
    pub fn into_node(self) -> Node {
        Node::Map(self.0)
    }

    /// Sets the node at a path, making maps on the way; the number behind a list's last appends.
    ///
    /// # Errors
    ///
    /// The part of the path that can't be followed: below text, a number or a function, or beyond
    /// a list's end.
    pub(crate) fn set_at(&mut self, path: &str, node: Node) -> Result<(), String> {
        let (first, rest) = path.split_once('/').unwrap_or((path, ""));
        if first.is_empty() {
            return Err(path.to_owned());
        }
        if rest.is_empty() {
            self.set_node(Str::Owned(first.to_owned()), node);
            return Ok(());
        }
        match self.0.iter_mut().find(|(known, _)| known == first) {
            Some((_, parent)) => set_in(parent, rest, node),
            None => {
                let mut parent = Node::Map(Vec::new());
                set_in(&mut parent, rest, node)?;
                self.0.push((Str::Owned(first.to_owned()), parent));
                Ok(())
            }
        }
    }
}

fn set_in(parent: &mut Node, path: &str, node: Node) -> Result<(), String> {
    let (first, rest) = path.split_once('/').unwrap_or((path, ""));
    let new = |node: Node| {
        let mut made = Node::Map(Vec::new());
        if rest.is_empty() { Ok(node) } else { set_in(&mut made, rest, node).map(|()| made) }
    };
    let child = match parent {
        Node::List(items) => {
            let index: usize = first.parse().map_err(|_| first.to_owned())?;
            if index == items.len() {
                items.to_mut().push(new(node)?);
                return Ok(());
            }
            items.to_mut().get_mut(index)
        }
        Node::Map(entries) if !first.is_empty() => {
            match entries.iter().position(|(name, _)| name == first) {
                Some(at) => entries.get_mut(at).map(|(_, entry)| entry),
                None => {
                    entries.push((Str::Owned(first.to_owned()), new(node)?));
                    return Ok(());
                }
            }
        }
        _ => None,
    };
    let child = child.ok_or_else(|| first.to_owned())?;
    if rest.is_empty() {
        *child = node;
        return Ok(());
    }
    set_in(child, rest, node)
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
        properties.set_node("Rules".into(), Node::list([Node::Map(vec![])]));
        properties.set_at("Rules/0/Action/Block", Node::Bool(true)).unwrap();
        properties.set_at("Rules/1/Name", Node::Integer(2)).unwrap();
        properties.set_at("Deep/Er", Node::Integer(1)).unwrap();
        assert_eq!(properties.at("Rules/0/Action/Block"), Some(&Node::Bool(true)));
        assert_eq!(properties.at("Rules/1/Name"), Some(&Node::Integer(2)));
        assert_eq!(properties.at("Deep/Er"), Some(&Node::Integer(1)));
    }

    #[test]
    fn a_path_that_leads_nowhere_changes_nothing() {
        let mut properties = Properties::new();
        properties.set_at("Rules", Node::list([Node::Text("a".into())])).unwrap();
        let before = properties.clone();
        for (path, part) in [("Rules/2", "2"), ("Rules/x/y", "x"), ("Rules/0/a", "a"), ("", "")] {
            assert_eq!(properties.set_at(path, Node::Null), Err(part.to_owned()), "{path}");
            assert_eq!(properties, before);
        }
    }
}
