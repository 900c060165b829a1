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
//! * several types: `Scalar` if text is one of them,
//! * `enum`: an enumeration of texts or of whole numbers,
//! * `readOnlyProperties` inside a writable object: left out of the nested type.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{
    kind::Kind,
    meaning::{self, Meanings},
    model::{Schema, entries, texts},
    name::{pascal, screaming, words},
};

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

/// The state of a walk over all properties.
struct Visit<'a> {
    listed: &'a BTreeSet<String>,
    writable: BTreeSet<String>,
    /// The places on the way here, since a type may contain itself.
    open: Vec<String>,
}

/// Reads one schema.
pub(crate) struct Shaper<'a> {
    schema: &'a Schema,
    meanings: &'a Meanings,
    /// The name of each nested type that has one, by its place in the schema.
    names: BTreeMap<String, String>,
    taken: BTreeSet<String>,
    nested: BTreeMap<String, Nested>,
    /// Places of the properties that can only be read.
    read_only: BTreeSet<String>,
    tag_property: Option<&'a str>,
}

impl<'a> Shaper<'a> {
    /// For a resource type, with the tables of what texts mean.
    pub(crate) fn new(schema: &'a Schema, meanings: &'a Meanings) -> Self {
        let tag_property = schema.document.pointer("/tagging/tagProperty").and_then(Value::as_str);
        let mut shaper = Self {
            schema,
            meanings,
            names: BTreeMap::new(),
            taken: BTreeSet::new(),
            nested: BTreeMap::new(),
            read_only: BTreeSet::new(),
            tag_property,
        };
        for (name, definition) in schema.definitions() {
            if shaper.needs_name(definition) {
                shaper.reserve(format!("/definitions/{}", escape(name)), [pascal(name)]);
            }
        }
        shaper.read_only = shaper.read_only_places();
        shaper
    }

    /// The places of what `readOnlyProperties` lists. A definition may serve several properties, of
    /// which only some are listed: its members stay writable.
    fn read_only_places(&self) -> BTreeSet<String> {
        let mut listed = BTreeSet::new();
        let mut places = BTreeSet::new();
        for pointer in self.schema.texts("readOnlyProperties") {
            let path = pointer.trim_start_matches("/properties/");
            if let Some((place, _)) = self.locate(path) {
                places.insert(place);
            }
            let names: Vec<&str> =
                path.split('/').filter(|part| !matches!(*part, "*" | "items")).collect();
            listed.insert(names.join("/"));
        }
        if places.iter().any(|place| place.starts_with("/definitions/")) {
            let mut visit = Visit { listed: &listed, writable: BTreeSet::new(), open: Vec::new() };
            self.visit(&mut visit, "", "", &self.schema.document);
            places.retain(|place| !visit.writable.contains(place));
        }
        places
    }

    /// Notes the places of all properties that are reached by a path which isn't listed.
    fn visit(&self, visit: &mut Visit<'_>, path: &str, place: &str, node: &'a Value) {
        let (place, node) = self.follow(place.to_owned(), node);
        if visit.open.contains(&place) {
            return;
        }
        visit.open.push(place.clone());
        if let Some(items) = node.get("items") {
            self.visit(visit, path, &format!("{place}/items"), items);
        }
        for (pattern, value) in node.get("patternProperties").into_iter().flat_map(entries) {
            let at = format!("{place}/patternProperties/{}", escape(pattern));
            self.visit(visit, &format!("{path}/*"), &at, value);
        }
        let mut members = BTreeMap::new();
        self.members(&place, node, &mut members);
        for (name, (at, member)) in members {
            let path = if path.is_empty() { name } else { format!("{path}/{name}") };
            if !visit.listed.contains(&path) {
                visit.writable.insert(at.clone());
                self.visit(visit, &path, &at, member);
            }
        }
        visit.open.pop();
    }

    /// What `Fn::GetAtt` or `Ref` gives for the property at `path`, such as `Endpoint/Address`.
    pub(crate) fn read_kind(&self, path: &str) -> Kind {
        if let Some(kind) = self.meanings.identity(&self.schema.name, path) {
            return kind;
        }
        let Some((place, node)) = self.locate(path) else { return Kind::TEXT };
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
            let (_, property) = self.follow(String::new(), property);
            let path = if path.is_empty() { name.clone() } else { format!("{path}/{name}") };
            let item = property.get("items").map(|items| self.follow(String::new(), items).1);
            let whole =
                item.is_none_or(|item| !has_type(item, "object") && !has_type(item, "array"));
            if has_type(property, "object") {
                self.collect_leaves(&path, property, depth + 1, leaves);
            } else if whole {
                leaves.push(path);
            }
        }
    }

    /// The place and schema of the property at a path as the registry writes it: names with
    /// slashes between, `*` or nothing for the items of a list.
    fn locate(&self, path: &str) -> Option<(String, &'a Value)> {
        let (mut place, mut node) = (String::new(), &self.schema.document);
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
    fn member(&self, place: &str, node: &'a Value, name: &str) -> Option<(String, &'a Value)> {
        let mut members = BTreeMap::new();
        self.members(place, node, &mut members);
        members.remove(name)
    }

    /// What a `$ref` refers to, and its place.
    fn follow(&self, mut place: String, mut node: &'a Value) -> (String, &'a Value) {
        for _ in 0..8 {
            let Some(target) = node.get("$ref").and_then(Value::as_str) else { break };
            let target = target.trim_start_matches('#');
            let Some(next) = self.schema.document.pointer(target) else { break };
            (place, node) = (target.to_owned(), next);
        }
        (place, node)
    }

    /// The properties of an object and of its alternatives, by name.
    fn members(
        &self,
        place: &str,
        node: &'a Value,
        found: &mut BTreeMap<String, (String, &'a Value)>,
    ) {
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
                self.members(&format!("{place}/{combination}/{index}"), part, found);
            }
        }
    }

    /// What an object requires whichever alternative holds.
    fn required(&self, node: &'a Value) -> BTreeSet<&'a str> {
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

    /// The writable properties of an object.
    fn structure(&mut self, place: &str, node: &'a Value, owner: Option<&str>) -> Vec<Property> {
        let mut members = BTreeMap::new();
        self.members(place, node, &mut members);
        let required = self.required(node);
        let mut properties = Vec::new();
        for (name, (at, member)) in members {
            if self.is_read_only(&at, member) {
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

    /// Whether a property can only be read: the schema says so, of it or of all that is in it.
    fn is_read_only(&self, place: &str, node: &'a Value) -> bool {
        self.is_read_only_within(place, node, 4)
    }

    fn is_read_only_within(&self, place: &str, node: &'a Value, depth: usize) -> bool {
        if self.read_only.contains(place) {
            return true;
        }
        let (mut place, mut node) = self.follow(place.to_owned(), node);
        if let Some(items) = node.get("items") {
            (place, node) = self.follow(format!("{place}/items"), items);
        }
        let mut members = BTreeMap::new();
        self.members(&place, node, &mut members);
        depth > 0
            && !members.is_empty()
            && members.values().all(|(at, member)| self.is_read_only_within(at, member, depth - 1))
    }

    /// What the schema at `place` means, as the value of `owner`'s property `property`.
    fn kind(&mut self, place: &str, node: &'a Value, owner: Option<&str>, property: &str) -> Kind {
        let (target, resolved) = self.follow(place.to_owned(), node);
        if let Some(kind) = self.meaning(place, node, property) {
            return kind;
        }
        if self.is_tags(place, property) {
            let item = resolved.get("items").map(|items| self.follow(String::new(), items).1);
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
        if let Some(kind) = self.map(&target, resolved, owner, property) {
            return kind;
        }
        self.plain_kind(&target, resolved, property)
    }

    /// What the tables say of the schema at `place`, or of what it refers to.
    fn meaning(&self, place: &str, node: &'a Value, property: &str) -> Option<Kind> {
        let (target, resolved) = self.follow(place.to_owned(), node);
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
        let (place, node) = self.follow(place.to_owned(), node);
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
        let mut members = BTreeMap::new();
        self.members("", node, &mut members);
        let types = types(node);
        (types.contains(&"object") || types.is_empty())
            && !members.is_empty()
            && self.only_objects(node)
    }

    /// Whether no alternative is anything but an object.
    fn only_objects(&self, node: &'a Value) -> bool {
        ["allOf", "anyOf", "oneOf"].into_iter().all(|combination| {
            alternatives(node, combination).all(|(_, part)| {
                let (_, part) = self.follow(String::new(), part);
                let types = types(part);
                (types.is_empty() || types.contains(&"object")) && self.only_objects(part)
            })
        })
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
                self.reserve(place.to_owned(), [long, format!("{owner}{short}")])
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

/// An enumeration's constants, if the schema is one that a type serves.
fn enumeration(node: &Value, name: &str) -> Option<Nested> {
    let values = node.get("enum")?.as_array()?;
    if values.iter().all(Value::is_string) {
        let values: Vec<&str> = values.iter().filter_map(Value::as_str).collect();
        return Some(Nested::Texts(constants(&values)));
    }
    let unit = words(name).pop().unwrap_or_default().to_ascii_uppercase();
    let numbers: Option<Vec<i64>> = values.iter().map(Value::as_i64).collect();
    let mut numbers = numbers?;
    numbers.sort_unstable();
    let numbers = numbers.into_iter().map(|number| {
        let constant = screaming(&number.to_string());
        (format!("{unit}_{}", constant.trim_start_matches('_')), number)
    });
    Some(Nested::Integers(numbers.collect()))
}

/// The constants of an enumeration of texts. Values that differ in nothing but case or separators are
/// spellings of one: the one that reads as its constant does wins, then the first.
fn constants(values: &[&str]) -> Vec<(String, String)> {
    let mut found: BTreeMap<String, &str> = BTreeMap::new();
    for value in values {
        let constant = screaming(value);
        let known = found.entry(constant.clone()).or_insert(value);
        if *value == constant {
            *known = value;
        }
    }
    found.into_iter().map(|(constant, value)| (constant, value.to_owned())).collect()
}

/// Whether an item of a list is the tag that most types have: a key and a value.
fn is_tag(item: &Value) -> bool {
    let Some(properties) = item.get("properties").and_then(Value::as_object) else { return false };
    properties.len() == 2
        && ["Key", "Value"].iter().all(|name| {
            properties.get(*name).is_some_and(|property| {
                has_type(property, "string") || property.get("$ref").is_some()
            })
        })
}

fn is_free_object(node: &Value) -> bool {
    has_type(node, "object")
        && ["properties", "patternProperties", "oneOf", "anyOf", "allOf"]
            .iter()
            .all(|key| node.get(*key).is_none())
        && !node.get("additionalProperties").is_some_and(Value::is_object)
}

fn is_empty(node: &Value) -> bool {
    node.as_object().is_some_and(|object| !object.keys().any(|key| key != "description"))
        || node.is_boolean()
}

fn alternatives<'a>(
    node: &'a Value,
    combination: &str,
) -> impl Iterator<Item = (usize, &'a Value)> + use<'a> {
    node.get(combination).and_then(Value::as_array).into_iter().flatten().enumerate()
}

/// The types that a schema allows. `object` where it only says what an object holds.
fn types(node: &Value) -> Vec<&str> {
    match node.get("type") {
        Some(Value::String(name)) => vec![name],
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
        _ if node.get("properties").is_some() || node.get("patternProperties").is_some() => {
            vec!["object"]
        }
        _ if node.get("items").is_some() => vec!["array"],
        _ => Vec::new(),
    }
}

fn has_type(node: &Value, name: &str) -> bool {
    types(node).contains(&name)
}

/// A name as a JSON pointer has it.
fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
