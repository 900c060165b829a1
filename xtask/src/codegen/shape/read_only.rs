//! Which properties can only be read.

use std::collections::BTreeSet;

use serde_json::Value;

use super::place::{Places, escape};
use crate::codegen::model::entries;

/// The places of the properties that a template can't set.
pub(super) struct ReadOnly<'a> {
    schema: Places<'a>,
    places: BTreeSet<String>,
}

/// The state of a walk over all properties.
struct Visit<'a, 'listed> {
    schema: Places<'a>,
    listed: &'listed BTreeSet<String>,
    writable: BTreeSet<String>,
    /// The places on the way here, since a type may contain itself.
    open: Vec<String>,
}

impl<'a> Visit<'a, '_> {
    /// Notes the places of all properties that are reached by a path which isn't listed.
    fn walk(&mut self, path: &str, place: &str, node: &'a Value) {
        let (place, node) = self.schema.follow(place.to_owned(), node);
        if self.open.contains(&place) {
            return;
        }
        self.open.push(place.clone());
        if let Some(items) = node.get("items") {
            self.walk(path, &format!("{place}/items"), items);
        }
        for (pattern, value) in node.get("patternProperties").into_iter().flat_map(entries) {
            let at = format!("{place}/patternProperties/{}", escape(pattern));
            self.walk(&format!("{path}/*"), &at, value);
        }
        for (name, (at, member)) in self.schema.members(&place, node) {
            let path = if path.is_empty() { name } else { format!("{path}/{name}") };
            if !self.listed.contains(&path) {
                self.writable.insert(at.clone());
                self.walk(&path, &at, member);
            }
        }
        self.open.pop();
    }
}

impl<'a> ReadOnly<'a> {
    /// The places of what `readOnlyProperties` lists. A definition may serve several properties, of
    /// which only some are listed: its members stay writable.
    pub(super) fn new(schema: Places<'a>) -> Self {
        let mut listed = BTreeSet::new();
        let mut places = BTreeSet::new();
        for pointer in schema.0.texts("readOnlyProperties") {
            let path = pointer.trim_start_matches("/properties/");
            if let Some((place, _)) = schema.locate(path) {
                places.insert(place);
            }
            let names: Vec<&str> =
                path.split('/').filter(|part| !matches!(*part, "*" | "items")).collect();
            listed.insert(names.join("/"));
        }
        if places.iter().any(|place| place.starts_with("/definitions/")) {
            let mut visit =
                Visit { schema, listed: &listed, writable: BTreeSet::new(), open: Vec::new() };
            visit.walk("", "", &schema.0.document);
            places.retain(|place| !visit.writable.contains(place));
        }
        Self { schema, places }
    }

    /// Whether a property can only be read: the schema says so, of it or of all that is in it.
    pub(super) fn has(&self, place: &str, node: &'a Value) -> bool {
        self.has_within(place, node, 4)
    }

    fn has_within(&self, place: &str, node: &'a Value, depth: usize) -> bool {
        if self.places.contains(place) {
            return true;
        }
        let (mut place, mut node) = self.schema.follow(place.to_owned(), node);
        if let Some(items) = node.get("items") {
            (place, node) = self.schema.follow(format!("{place}/items"), items);
        }
        let members = self.schema.members(&place, node);
        depth > 0
            && !members.is_empty()
            && members.values().all(|(at, member)| self.has_within(at, member, depth - 1))
    }
}
