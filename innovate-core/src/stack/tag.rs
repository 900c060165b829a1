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
    let mut node = match (properties.at(facts.property), facts.shape) {
        // A list or map that is an expression is the program's own affair.
        (Some(Node::Intrinsic(_)), _) => return,
        (Some(node), _) => node.clone(),
        (None, TagShape::Map) => Node::Map(Vec::with_capacity(tags.len())),
        (None, _) => Node::List(Vec::with_capacity(tags.len())),
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
                    let mut tag = vec![
                        (Str::Borrowed("Key"), Node::Text(key.clone())),
                        (Str::Borrowed("Value"), Node::Text(value.clone())),
                    ];
                    if facts.shape == TagShape::PropagatingList {
                        tag.push((Str::Borrowed("PropagateAtLaunch"), Node::Bool(true)));
                    }
                    items.push(Node::Map(tag));
                }
            }
            items.sort_by(|a, b| key_of(a).cmp(&key_of(b)));
        }
        _ => return,
    }
    // A path below something that isn't a map is the schema check's affair.
    let _ = properties.set_at(facts.property, node);
}

fn key_of(tag: &Node) -> Option<&str> {
    tag.get("Key").and_then(Node::as_text)
}
