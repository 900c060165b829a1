//! A resource's properties and nested types, read from its schema.
//!
//! The schema says in many ways what Rust says in few; each is handled by a rule:
//!
//! * `$ref`: the definition; a property's own name if it refers to another property,
//! * an object with properties: a nested type. `oneOf`, `anyOf` and `allOf` of objects: one nested type
//!   with the properties of all alternatives, of which those are required that all of them require,
//! * an object with `patternProperties` or typed `additionalProperties`: a map,
//! * an object without either, or one that may also be text: free JSON, an IAM policy by its name,
//! * `anyOf` of formats: the kind that all of them identify,
//! * several types: `Scalar` if text is one of them, or if all of them are scalars,
//! * a list, or one item of it, or any JSON: the list,
//! * `enum`: an enumeration of texts or of whole numbers,
//! * `readOnlyProperties` inside a writable object: left out of the nested type.
//!
//! `place` finds the way in a schema, `read_only` knows what can't be set, `enumeration` names values.

mod enumeration;
mod place;
mod read_only;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{
    kind::Kind,
    meaning::{self, Meanings},
    model::{Schema, entries},
    name::pascal,
};
use enumeration::enumeration;
use place::{Places, alternatives, escape, has_type, is_free_object, is_tag, types};
use read_only::ReadOnly;

/// One property of a resource or nested type.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Property {
    /// CloudFormation's name.
    pub(crate) name: String,
    /// What it means.
    pub(crate) kind: Kind,
    /// Whether it must be given.
    pub(crate) required: bool,
}

/// A type of the resource's own module.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Nested {
    /// Properties of their own.
    Structure(Vec<Property>),
    /// An enumeration of texts: constants and their values.
    Texts(Vec<(String, String)>),
    /// An enumeration of whole numbers.
    Integers(Vec<(String, i64)>),
}

/// What is generated of one resource type.
pub(crate) struct Shape {
    /// Its writable properties.
    pub(crate) properties: Vec<Property>,
    /// The types that they need, by name.
    pub(crate) nested: BTreeMap<String, Nested>,
    /// The names of those that have a name in the schema, and so a page of their own.
    pub(crate) defined: BTreeSet<String>,
}

/// Reads a resource type.
pub(crate) fn shape(schema: &Schema, meanings: &Meanings) -> Shape {
    let mut shaper = Shaper::new(schema, meanings);
    let properties = shaper.structure("", &schema.document, None);
    let nested = std::mem::take(&mut shaper.nested);
    let is_defined =
        |place: &String| place.rsplit_once('/').is_some_and(|(at, _)| at == "/definitions");
    let defined = shaper.names.iter().filter(|(place, _)| is_defined(place));
    let defined = defined.map(|(_, name)| name.clone()).collect();
    Shape { properties, nested, defined }
}

/// Reads one schema.
pub(crate) struct Shaper<'a> {
    schema: &'a Schema,
    places: Places<'a>,
    meanings: &'a Meanings,
    /// The name of each nested type that has one, by its place in the schema.
    names: BTreeMap<String, String>,
    taken: BTreeSet<String>,
    nested: BTreeMap<String, Nested>,
    read_only: ReadOnly<'a>,
    tag_property: Option<&'a str>,
}

impl<'a> Shaper<'a> {
    /// For a resource type, with the tables of what texts mean.
    pub(crate) fn new(schema: &'a Schema, meanings: &'a Meanings) -> Self {
        let tag_property = schema.document.pointer("/tagging/tagProperty").and_then(Value::as_str);
        let places = Places(schema);
        let mut shaper = Self {
            schema,
            places,
            meanings,
            names: BTreeMap::new(),
            taken: BTreeSet::new(),
            nested: BTreeMap::new(),
            read_only: ReadOnly::new(places),
            tag_property,
        };
        for (name, definition) in schema.definitions() {
            if shaper.needs_name(definition) {
                shaper.reserve(format!("/definitions/{}", escape(name)), [pascal(name)]);
            }
        }
        shaper
    }

    /// What `Fn::GetAtt` or `Ref` gives for the property at `path`, such as `Endpoint/Address`.
    pub(crate) fn read_kind(&self, path: &str) -> Kind {
        if let Some(kind) = self.meanings.identity(&self.schema.name, path) {
            return kind;
        }
        let Some((place, node)) = self.places.locate(path) else { return Kind::TEXT };
        self.plain_kind(&place, node, path.rsplit('/').next().unwrap_or(path))
    }

    /// The paths of all properties that are neither objects nor lists of them.
    pub(crate) fn leaves(&self) -> Vec<String> {
        let mut leaves = Vec::new();
        self.collect_leaves("", &self.schema.document, 0, &mut leaves);
        leaves
    }

    fn collect_leaves(&self, path: &str, node: &'a Value, depth: usize, leaves: &mut Vec<String>) {
        // No object that is read in parts lies deeper; the bound ends a recursive type.
        if depth > 4 {
            return;
        }
        for (name, property) in node.get("properties").into_iter().flat_map(entries) {
            let (_, property) = self.places.follow(String::new(), property);
            let path = if path.is_empty() { name.clone() } else { format!("{path}/{name}") };
            let item =
                property.get("items").map(|items| self.places.follow(String::new(), items).1);
            let whole =
                item.is_none_or(|item| !has_type(item, "object") && !has_type(item, "array"));
            if has_type(property, "object") {
                self.collect_leaves(&path, property, depth + 1, leaves);
            } else if whole {
                leaves.push(path);
            }
        }
    }

    /// The writable properties of an object.
    fn structure(&mut self, place: &str, node: &'a Value, owner: Option<&str>) -> Vec<Property> {
        let members = self.places.members(place, node);
        let required = self.places.required(node);
        let mut properties = Vec::new();
        for (name, (at, member)) in members {
            if self.read_only.has(&at, member) {
                continue;
            }
            let kind = match self.own_name(&at, &name) {
                Some(kind) => kind,
                None => self.kind(&at, member, owner, &name),
            };
            properties.push(Property { required: required.contains(name.as_str()), name, kind });
        }
        properties
    }

    /// Text, if the property is the resource's own name.
    fn own_name(&self, place: &str, property: &str) -> Option<Kind> {
        let path = place.strip_prefix("/properties/")?;
        (path == property && self.meanings.identity(&self.schema.name, path).is_some())
            .then_some(Kind::TEXT)
    }

    /// What the schema at `place` means, as the value of `owner`'s property `property`.
    fn kind(&mut self, place: &str, node: &'a Value, owner: Option<&str>, property: &str) -> Kind {
        let (target, resolved) = self.places.follow(place.to_owned(), node);
        if let Some(kind) = self.meaning(place, node, property) {
            return kind;
        }
        if self.is_tags(place, property) {
            let item =
                resolved.get("items").map(|items| self.places.follow(String::new(), items).1);
            if item.is_some_and(is_tag) {
                return Kind::TAG.list();
            }
            if is_free_object(resolved) {
                return Kind::TEXT.map();
            }
        }
        if self.needs_name(resolved) {
            return Kind::Own(self.name(&target, resolved, owner, property));
        }
        if let Some(items) = resolved.get("items") {
            return self.kind(&format!("{target}/items"), items, owner, property).list();
        }
        if let Some((place, list)) = self.places.list_alternative(&target, resolved) {
            return self.kind(&place, list, owner, property);
        }
        if let Some(kind) = self.map(&target, resolved, owner, property) {
            return kind;
        }
        self.plain_kind(&target, resolved, property)
    }

    /// What the tables say of the schema at `place`, or of what it refers to.
    fn meaning(&self, place: &str, node: &'a Value, property: &str) -> Option<Kind> {
        let (target, resolved) = self.places.follow(place.to_owned(), node);
        if let Some(items) = resolved.get("items").filter(|items| items.get("$ref").is_some()) {
            return self.meaning(place, items, property).map(Kind::list);
        }
        self.meanings.of(self.schema, [place, &target], resolved, property)
    }

    /// A map's kind, if the object is one.
    fn map(
        &mut self,
        place: &str,
        node: &'a Value,
        owner: Option<&str>,
        property: &str,
    ) -> Option<Kind> {
        if !has_type(node, "object") {
            return None;
        }
        let mut kinds = BTreeSet::new();
        for (pattern, value) in node.get("patternProperties").into_iter().flat_map(entries) {
            let at = format!("{place}/patternProperties/{}", escape(pattern));
            kinds.insert(self.kind(&at, value, owner, property));
        }
        if let Some(value) = node.get("additionalProperties").filter(|value| value.is_object()) {
            kinds.insert(self.kind(
                &format!("{place}/additionalProperties"),
                value,
                owner,
                property,
            ));
        }
        let mut kinds = kinds.into_iter();
        match (kinds.next(), kinds.next()) {
            (Some(kind), None) => Some(kind.map()),
            (Some(_), Some(_)) => Some(Kind::JSON.map()),
            _ => None,
        }
    }

    /// The kind of what needs no type of its own. Objects are free JSON here.
    fn plain_kind(&self, place: &str, node: &'a Value, property: &str) -> Kind {
        if let Some(kind) = self.meaning(place, node, property) {
            return kind;
        }
        let (place, node) = self.places.follow(place.to_owned(), node);
        let types = types(node);
        match types.as_slice() {
            ["array"] => match node.get("items") {
                Some(items) => self.plain_kind(&format!("{place}/items"), items, property).list(),
                None => Kind::JSON.list(),
            },
            ["string"] => Kind::TEXT,
            ["integer"] => Kind::INTEGER,
            ["number"] => Kind::NUMBER,
            ["boolean"] | ["boolean", "null"] => Kind::BOOLEAN,
            ["object"] | ["object", "string"] | ["string", "object"] => meaning::of_json(property),
            [] => self.combined(&place, node, property),
            several if several.contains(&"string") => Kind::SCALAR,
            _ => Kind::JSON,
        }
    }

    /// The kind on which all alternatives agree.
    fn combined(&self, place: &str, node: &'a Value, property: &str) -> Kind {
        let mut kinds = BTreeSet::new();
        for combination in ["allOf", "anyOf", "oneOf"] {
            for (index, part) in alternatives(node, combination) {
                let place = format!("{place}/{combination}/{index}");
                kinds.insert(self.plain_kind(&place, part, property));
            }
        }
        if node.get("enum").is_some() || node.get("pattern").is_some() {
            kinds.insert(Kind::TEXT);
        }
        if kinds.len() > 1 && kinds.iter().all(Kind::is_scalar) {
            return Kind::SCALAR;
        }
        let mut kinds = kinds.into_iter();
        match (kinds.next(), kinds.next()) {
            (Some(kind), None) => kind,
            _ => Kind::JSON,
        }
    }

    /// Whether it becomes a type of the resource's module: an object with properties, an enumeration.
    fn needs_name(&self, node: &'a Value) -> bool {
        if node.get("$ref").is_some() {
            return false;
        }
        if node.get("enum").is_some() {
            return enumeration(node, "").is_some();
        }
        let members = self.places.members("", node);
        let types = types(node);
        (types.contains(&"object") || types.is_empty())
            && !members.is_empty()
            && self.places.only_objects(node)
    }

    /// The name of the nested type at `place`, which is made if it is new.
    fn name(
        &mut self,
        place: &str,
        node: &'a Value,
        owner: Option<&str>,
        property: &str,
    ) -> String {
        let name = match self.names.get(place) {
            Some(name) => name.clone(),
            None => {
                let short = pascal(property);
                let long = match owner {
                    Some(owner) if !short.starts_with(owner) => format!("{owner}{short}"),
                    _ => short.clone(),
                };
                let owner = owner.unwrap_or(self.schema.split_name().1);
                let whole = format!("{owner}{short}");
                // The item of a list that has a name is known by that name.
                let list = place
                    .strip_prefix("/definitions/")
                    .and_then(|at| at.strip_suffix("/items"))
                    .filter(|name| !name.contains('/'));
                match list {
                    Some(list) => self.reserve(place.to_owned(), [pascal(list), long, whole]),
                    None => self.reserve(place.to_owned(), [long, whole]),
                }
            }
        };
        if !self.nested.contains_key(&name) {
            // Stands in for the type while its own properties are read, since it may contain itself.
            self.nested.insert(name.clone(), Nested::Structure(Vec::new()));
            let nested = match enumeration(node, &name) {
                Some(enumeration) => enumeration,
                None => Nested::Structure(self.structure(place, node, Some(&name))),
            };
            self.nested.insert(name.clone(), nested);
        }
        name
    }

    /// Gives the type at `place` the first of the names that is free, or numbers the last.
    fn reserve<const N: usize>(&mut self, place: String, names: [String; N]) -> String {
        let numbered = names.last().cloned().unwrap_or_default();
        let candidates = names.into_iter().chain((2..).map(|number| format!("{numbered}{number}")));
        for name in candidates {
            if self.taken.insert(name.clone()) {
                self.names.insert(place, name.clone());
                return name;
            }
        }
        numbered
    }

    /// Whether the property at `place` holds tags: the resource's own, or those of what it makes.
    fn is_tags(&self, place: &str, property: &str) -> bool {
        property == "Tags" || self.tag_property == Some(place)
    }
}
