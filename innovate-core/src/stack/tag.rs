//! The tags that a resource inherits from its site.

use super::{Properties, StackModel, Tags};
use crate::{
    check::{Known, Registry, TagFacts, TagShape},
    value::{Items, Node, Str},
};

impl StackModel {
    /// Adds the site's tags to every taggable resource. A tag of its own wins.
    pub(crate) fn apply_tags(&mut self, registry: &dyn Registry) {
        let tags = self.site.tags();
        if tags.is_empty() {
            return;
        }
        let inherited = Inherited::of(tags);
        let mut known = Known::new(registry);
        for resource in self.resources.iter_mut().filter(|found| !found.attributes.no_tags) {
            if let Some(facts) = known.facts(resource).and_then(|facts| facts.tags) {
                inherited.add(&mut resource.properties, facts);
            }
        }
    }
}

/// The site's tags as properties of their own, in each shape, for the resources that have no others:
/// these share them.
struct Inherited<'a> {
    tags: &'a Tags,
    list: Node,
    propagating_list: Node,
    map: Node,
}

impl<'a> Inherited<'a> {
    fn of(tags: &'a Tags) -> Self {
        let list = |shape| {
            let items = tags.iter().map(|(key, value)| item(shape, key, value));
            Node::List(Items::shared(items.collect()))
        };
        let entry = |(key, value): (&Str, &Str)| (key.clone(), Node::Text(value.clone()));
        Self {
            tags,
            list: list(TagShape::List),
            propagating_list: list(TagShape::PropagatingList),
            map: Node::Map(tags.iter().map(entry).collect()),
        }
    }

    fn add(&self, properties: &mut Properties, facts: TagFacts) {
        let node = match properties.at(facts.property) {
            // A list or map that is an expression is the program's own affair.
            Some(Node::Intrinsic(_)) => return,
            Some(own) => match self.beside(own, facts.shape) {
                Some(node) => node,
                None => return,
            },
            // The site's are sorted.
            None => match facts.shape {
                TagShape::Map => &self.map,
                TagShape::List => &self.list,
                TagShape::PropagatingList => &self.propagating_list,
            }
            .clone(),
        };
        if facts.property.contains('/') {
            // A path below something that isn't a map is the schema check's affair.
            let _ = properties.set_at(facts.property, node);
        } else {
            properties.set_last(facts.property, node);
        }
    }

    /// With a resource's own tags.
    fn beside(&self, own: &Node, shape: TagShape) -> Option<Node> {
        match own {
            Node::Map(entries) => {
                let mut entries = entries.clone();
                for (key, value) in self.tags {
                    if !entries.iter().any(|(known, _)| known == key) {
                        entries.push((key.clone(), Node::Text(value.clone())));
                    }
                }
                entries.sort_by(|(a, _), (b, _)| a.cmp(b));
                Some(Node::Map(entries))
            }
            Node::List(items) => {
                let mut items = items.to_vec();
                for (key, value) in self.tags {
                    if !items.iter().any(|item| key_of(item) == Some(key)) {
                        items.push(item(shape, key, value));
                    }
                }
                items.sort_by(|a, b| key_of(a).cmp(&key_of(b)));
                Some(Node::List(items.into()))
            }
            _ => None,
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
