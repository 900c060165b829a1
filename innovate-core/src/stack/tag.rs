//! The tags that a resource inherits from its site.

use super::{Properties, StackModel, Tags};
use crate::{
    check::{Known, Registry, TagFacts, TagShape},
    value::{Node, Str},
};

impl StackModel {
    /// Adds the site's tags to every taggable resource. A tag of its own wins.
    pub(crate) fn apply_tags(&mut self, registry: &dyn Registry) {
        let tags = self.site.tags().clone();
        if tags.is_empty() {
            return;
        }
        let mut known = Known::new(registry);
        for resource in self.resources.iter_mut().filter(|found| !found.attributes.no_tags) {
            if let Some(facts) = known.facts(resource).and_then(|facts| facts.tags) {
                add_tags(&mut resource.properties, facts, &tags);
            }
        }
    }
}

fn add_tags(properties: &mut Properties, facts: TagFacts, tags: &Tags) {
    let mut node = match properties.at(facts.property) {
        // A list or map that is an expression is the program's own affair.
        Some(Node::Intrinsic(_)) => return,
        Some(node) => node.clone(),
        // Most have no tags of their own, and the site's are sorted.
        None => {
            let _ = properties.set_at(facts.property, all(facts.shape, tags));
            return;
        }
    };
    match &mut node {
        Node::Map(entries) => {
            for (key, value) in tags {
                if !entries.iter().any(|(known, _)| known == key) {
                    entries.push((key.clone(), Node::Text(value.clone())));
                }
            }
            entries.sort_by(|(a, _), (b, _)| a.cmp(b));
        }
        Node::List(items) => {
            for (key, value) in tags {
                if !items.iter().any(|item| key_of(item) == Some(key)) {
                    items.push(item(facts.shape, key, value));
                }
            }
            items.sort_by(|a, b| key_of(a).cmp(&key_of(b)));
        }
        _ => return,
    }
    // A path below something that isn't a map is the schema check's affair.
    let _ = properties.set_at(facts.property, node);
}

/// The tags as a property of their own.
fn all(shape: TagShape, tags: &Tags) -> Node {
    let entry = |(key, value): (&Str, &Str)| (key.clone(), Node::Text(value.clone()));
    match shape {
        TagShape::Map => Node::Map(tags.iter().map(entry).collect()),
        TagShape::List | TagShape::PropagatingList => {
            Node::List(tags.iter().map(|(key, value)| item(shape, key, value)).collect())
        }
    }
}

/// A tag as an item of a list.
fn item(shape: TagShape, key: &Str, value: &Str) -> Node {
    let (key, value) = (Node::Text(key.clone()), Node::Text(value.clone()));
    let mut tag = vec![(Str::Borrowed("Key"), key), (Str::Borrowed("Value"), value)];
    if shape == TagShape::PropagatingList {
        tag.push((Str::Borrowed("PropagateAtLaunch"), Node::Bool(true)));
    }
    Node::Map(tag)
}

fn key_of(tag: &Node) -> Option<&str> {
    tag.get("Key").and_then(Node::as_text)
}
