//! Finding one's way in a schema: what a `$ref` refers to, and which members an object has.
//!
//! A place is the JSON pointer of a schema within the type's document, after all references are
//! followed: it names a nested type whichever way leads to it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::codegen::model::{Schema, entries, texts};

/// The members of an object by name: the place and the schema of each.
pub(super) type Members<'a> = BTreeMap<String, (String, &'a Value)>;

/// One type's document.
#[derive(Clone, Copy)]
pub(super) struct Places<'a>(pub(super) &'a Schema);

impl<'a> Places<'a> {
    /// The place and schema of the property at a path as the registry writes it: names with
    /// slashes between, `*` or nothing for the items of a list.
    pub(super) fn locate(&self, path: &str) -> Option<(String, &'a Value)> {
        let (mut place, mut node) = (String::new(), &self.0.document);
        for segment in path.split('/').filter(|segment| !segment.is_empty()) {
            (place, node) = self.follow(place, node);
            if matches!(segment, "*" | "items") {
                if let Some(items) = node.get("items") {
                    (place, node) = (format!("{place}/items"), items);
                }
                continue;
            }
            if segment == "properties" && node.pointer("/properties/properties").is_none() {
                continue;
            }
            if let Some(items) = node.get("items") {
                (place, node) = self.follow(format!("{place}/items"), items);
            }
            let (found, next) = self.member(&place, node, segment)?;
            (place, node) = (found, next);
        }
        Some((place, node))
    }

    /// The property `name` of an object, in any of its alternatives.
    pub(super) fn member(
        &self,
        place: &str,
        node: &'a Value,
        name: &str,
    ) -> Option<(String, &'a Value)> {
        self.members(place, node).remove(name)
    }

    /// What a `$ref` refers to, and its place.
    pub(super) fn follow(&self, mut place: String, mut node: &'a Value) -> (String, &'a Value) {
        for _ in 0..8 {
            let Some(target) = node.get("$ref").and_then(Value::as_str) else { break };
            let target = target.trim_start_matches('#');
            let Some(next) = self.0.document.pointer(target) else { break };
            (place, node) = (target.to_owned(), next);
        }
        (place, node)
    }

    /// The properties of an object and of its alternatives, by name.
    pub(super) fn members(&self, place: &str, node: &'a Value) -> Members<'a> {
        let mut members = Members::new();
        self.collect(place, node, &mut members);
        members
    }

    fn collect(&self, place: &str, node: &'a Value, found: &mut Members<'a>) {
        let (place, node) = self.follow(place.to_owned(), node);
        for (name, property) in node.get("properties").into_iter().flat_map(entries) {
            let at = format!("{place}/properties/{}", escape(name));
            match found.get(name) {
                // An alternative may only say that the property is there.
                Some((_, known)) if !is_empty(known) => {}
                _ => {
                    found.insert(name.clone(), (at, property));
                }
            }
        }
        for combination in ["allOf", "anyOf", "oneOf"] {
            for (index, part) in alternatives(node, combination) {
                self.collect(&format!("{place}/{combination}/{index}"), part, found);
            }
        }
    }

    /// What an object requires whichever alternative holds.
    pub(super) fn required(&self, node: &'a Value) -> BTreeSet<&'a str> {
        let (_, node) = self.follow(String::new(), node);
        let mut required: BTreeSet<&str> = texts(node, "required").into_iter().collect();
        for (_, part) in alternatives(node, "allOf") {
            required.extend(self.required(part));
        }
        for combination in ["anyOf", "oneOf"] {
            let all: Vec<_> =
                alternatives(node, combination).map(|(_, part)| self.required(part)).collect();
            if let Some((first, rest)) = all.split_first() {
                required.extend(
                    first.iter().filter(|name| rest.iter().all(|other| other.contains(*name))),
                );
            }
        }
        required
    }

    /// The alternative that is a list, where the others say no more: one item of it, or any JSON.
    pub(super) fn list_alternative(
        &self,
        place: &str,
        node: &'a Value,
    ) -> Option<(String, &'a Value)> {
        let parts: Vec<(String, &Value)> = ["anyOf", "oneOf"]
            .into_iter()
            .flat_map(|combination| {
                alternatives(node, combination).map(move |part| (combination, part))
            })
            .map(|(combination, (at, part))| {
                self.follow(format!("{place}/{combination}/{at}"), part)
            })
            .collect();
        let (at, list) = parts.iter().find(|(_, part)| has_type(part, "array"))?;
        let (item, _) = self.follow(format!("{at}/items"), list.get("items")?);
        let says_less = |(other, part): &(String, &Value)| {
            other == at || *other == item || is_free_object(part)
        };
        parts.iter().all(says_less).then(|| (at.clone(), *list))
    }

    /// Whether no alternative is anything but an object.
    pub(super) fn only_objects(&self, node: &'a Value) -> bool {
        ["allOf", "anyOf", "oneOf"].into_iter().all(|combination| {
            alternatives(node, combination).all(|(_, part)| {
                let (_, part) = self.follow(String::new(), part);
                let types = types(part);
                (types.is_empty() || types.contains(&"object")) && self.only_objects(part)
            })
        })
    }
}

/// Whether an item of a list is the tag that most types have: a key and a value.
pub(super) fn is_tag(item: &Value) -> bool {
    let Some(properties) = item.get("properties").and_then(Value::as_object) else { return false };
    properties.len() == 2
        && ["Key", "Value"].iter().all(|name| {
            properties.get(*name).is_some_and(|property| {
                has_type(property, "string") || property.get("$ref").is_some()
            })
        })
}

pub(super) fn is_free_object(node: &Value) -> bool {
    has_type(node, "object")
        && ["properties", "patternProperties", "oneOf", "anyOf", "allOf"]
            .iter()
            .all(|key| node.get(*key).is_none())
        && !node.get("additionalProperties").is_some_and(Value::is_object)
}

pub(super) fn is_empty(node: &Value) -> bool {
    node.as_object().is_some_and(|object| !object.keys().any(|key| key != "description"))
        || node.is_boolean()
}

pub(super) fn alternatives<'a>(
    node: &'a Value,
    combination: &str,
) -> impl Iterator<Item = (usize, &'a Value)> + use<'a> {
    node.get(combination).and_then(Value::as_array).into_iter().flatten().enumerate()
}

/// The types that a schema allows, also where it doesn't name them: it says what an object or a list
/// holds, or that the format is JSON, which may be an object or its text.
pub(super) fn types(node: &Value) -> Vec<&str> {
    match node.get("type") {
        Some(Value::String(name)) => vec![name],
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
        _ if node.get("properties").is_some() || node.get("patternProperties").is_some() => {
            vec!["object"]
        }
        _ if node.get("items").is_some() => vec!["array"],
        _ if node.get("format").and_then(Value::as_str) == Some("json") => vec!["object", "string"],
        _ => Vec::new(),
    }
}

pub(super) fn has_type(node: &Value, name: &str) -> bool {
    types(node).contains(&name)
}

/// A name as a JSON pointer has it.
pub(super) fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
