//! From a JSON schema to nodes of the table.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{
    Patterns,
    blob::{Blob, NodeBytes, NodeId},
    layout::{FORMATS, hash, keyword, kind},
};
use crate::{
    Result,
    codegen::model::{Schema, entries, texts},
};

/// Keywords that constrain nothing.
const SILENT: &[&str] = &[
    "$comment",
    "arrayType",
    "default",
    "description",
    "examples",
    "insertionOrder",
    "relationshipRef",
    "title",
];

/// Keywords of the schema as a whole that are read as facts, not as constraints.
const FACTS: &[&str] = &[
    "$schema",
    "additionalIdentifiers",
    "conditionalCreateOnlyProperties",
    "createOnlyProperties",
    "definitions",
    "deprecatedProperties",
    "documentationUrl",
    "handlers",
    "lifecycle",
    "primaryIdentifier",
    "propertyTransform",
    "readOnlyProperties",
    "replacementStrategy",
    "resourceLink",
    "sourceUrl",
    "taggable",
    "tagging",
    "typeConfiguration",
    "typeName",
    "writeOnlyProperties",
];

/// Formats that nothing is checked by: those of numbers, which `type` says already; ids of lists,
/// whose items say theirs; and those that only one schema has.
const UNCHECKED_FORMATS: &[&str] = &[
    "(^arn:[a-z\\d-]+:rekognition:[a-z\\d-]+:\\d{12}:collection\\/([a-zA-Z0-9_.\\-]+){1,255})",
    "AWS::EC2::SecurityGroup.Ids",
    "AWS::EC2::SecurityGroup.Names",
    "AWS::EC2::Subnet.Ids",
    "AWS::Route53::AliasTarget.HostedZoneId",
    "AWS::Route53::HostedZone.Id",
    "double",
    "int64",
    "password",
    "string",
    "timestamp",
    "uri",
];

/// Keywords beside a `$ref` that count. The others of the registry contradict what they refer to:
/// `"type": "object"` beside a reference to text, in `AWS::MemoryDB::Cluster` and elsewhere.
const BESIDE_REFERENCES: &[&str] =
    &["dependencies", "format", "maxItems", "maxProperties", "minItems"];

/// Compiles one type's schema.
pub(super) struct Compiler<'a> {
    schema: &'a Schema,
    blob: &'a mut Blob,
    patterns: &'a mut Patterns,
    done: BTreeMap<String, NodeId>,
    /// Definitions on the way to the one at work, with their reserved number if they recur.
    open: BTreeMap<String, Option<NodeId>>,
}

impl<'a> Compiler<'a> {
    /// For one type.
    pub(super) fn new(schema: &'a Schema, blob: &'a mut Blob, patterns: &'a mut Patterns) -> Self {
        Self { schema, blob, patterns, done: BTreeMap::new(), open: BTreeMap::new() }
    }

    /// The node of the properties as a whole.
    pub(super) fn root(mut self) -> Result<NodeId> {
        let Value::Object(document) = &self.schema.document else {
            return Err(format!("{}: the schema is no object", self.schema.name).into());
        };
        let constraints: Map<String, Value> = document
            .iter()
            .filter(|(key, _)| !FACTS.contains(&key.as_str()))
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect();
        let name = self.schema.name.clone();
        self.object(&constraints, kind::OBJECT).map_err(|error| format!("{name}: {error}").into())
    }

    fn node(&mut self, schema: &Value) -> Result<NodeId> {
        match schema {
            Value::Bool(true) => self.object(&Map::new(), 0),
            Value::Object(keywords) => match keywords.get("$ref").and_then(Value::as_str) {
                Some(target) => self.reference(target, keywords),
                None => self.object(keywords, 0),
            },
            other => Err(format!("not a schema: {other}").into()),
        }
    }

    fn reference(&mut self, target: &str, keywords: &Map<String, Value>) -> Result<NodeId> {
        let referred = self.definition(target)?;
        let beside: Map<String, Value> = keywords
            .iter()
            .filter(|(key, _)| BESIDE_REFERENCES.contains(&key.as_str()))
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect();
        if beside.is_empty() {
            return Ok(referred);
        }
        let beside = self.object(&beside, 0)?;
        let mut both = NodeBytes::new(0);
        both.byte(keyword::ALL_OF).count(2).node(referred).node(beside).byte(keyword::END);
        Ok(self.blob.node(both))
    }

    fn definition(&mut self, target: &str) -> Result<NodeId> {
        if let Some(done) = self.done.get(target) {
            return Ok(*done);
        }
        if let Some(reserved) = self.open.get(target) {
            let id = reserved.unwrap_or_else(|| self.blob.reserve());
            self.open.insert(target.to_owned(), Some(id));
            return Ok(id);
        }
        let schema = self
            .schema
            .document
            .pointer(target.trim_start_matches('#'))
            .ok_or_else(|| format!("{target} is not there"))?;
        if let Some(next) = schema.get("$ref").and_then(Value::as_str) {
            return self.definition(next);
        }
        let Value::Object(keywords) = schema else {
            return Err(format!("{target} is no object").into());
        };
        self.open.insert(target.to_owned(), None);
        let node = self.bytes(keywords, 0)?;
        let id = match self.open.remove(target).flatten() {
            Some(reserved) => {
                self.blob.fill(reserved, node);
                reserved
            }
            None => self.blob.node(node),
        };
        self.done.insert(target.to_owned(), id);
        Ok(id)
    }

    fn object(&mut self, keywords: &Map<String, Value>, kinds: u8) -> Result<NodeId> {
        let node = self.bytes(keywords, kinds)?;
        Ok(self.blob.node(node))
    }

    fn bytes(&mut self, keywords: &Map<String, Value>, kinds: u8) -> Result<NodeBytes> {
        let mut node = NodeBytes::new(match keywords.get("type") {
            Some(types) => kinds_of(types)?,
            None => kinds,
        });
        for (key, value) in keywords {
            self.keyword(&mut node, keywords, key, value)
                .map_err(|error| format!("{key} {value}: {error}"))?;
        }
        node.byte(keyword::END);
        Ok(node)
    }

    fn keyword(
        &mut self,
        node: &mut NodeBytes,
        keywords: &Map<String, Value>,
        key: &str,
        value: &Value,
    ) -> Result {
        match key {
            "properties" => {
                let mut properties = Vec::new();
                for (name, schema) in entries(value) {
                    properties.push((hash(name), name, self.blob.text(name), self.node(schema)?));
                }
                properties.sort();
                node.byte(keyword::PROPERTIES).short(properties.len())?;
                for (hash, _, name, property) in properties {
                    node.short(hash.into())?.id(name).node(property);
                }
            }
            "additionalProperties" => match value {
                Value::Bool(true) => {}
                Value::Bool(false) => {
                    node.byte(keyword::CLOSED);
                }
                _ => return Err("a schema for all other properties".into()),
            },
            "patternProperties" => {
                let mut properties = Vec::new();
                for (pattern, schema) in entries(value) {
                    properties
                        .push((self.patterns.number(self.blob, pattern)?, self.node(schema)?));
                }
                node.byte(keyword::PATTERN_PROPERTIES).count(properties.len());
                for (pattern, property) in properties {
                    node.id(pattern).node(property);
                }
            }
            "required" if value.as_array().is_some_and(Vec::is_empty) => {}
            "required" => self.names(node, keyword::REQUIRED, keywords, key),
            "requiredXor" => self.names(node, keyword::REQUIRED_XOR, keywords, key),
            "requiredOr" => self.names(node, keyword::REQUIRED_OR, keywords, key),
            "uniqueKeys" => self.names(node, keyword::UNIQUE_KEYS, keywords, key),
            "enum" => self.values(node, keyword::ENUM, value.as_array().ok_or("not a list")?)?,
            "enumCaseInsensitive" => {
                let values = value.as_array().ok_or("not a list")?;
                self.values(node, keyword::ENUM_ANY_CASE, values)?;
            }
            "const" => self.values(node, keyword::ENUM, std::slice::from_ref(value))?,
            "pattern" => {
                let pattern = value.as_str().ok_or("not a text")?;
                if let Some(number) = self.patterns.number_unless_always_true(self.blob, pattern)? {
                    node.byte(keyword::PATTERN).id(number);
                }
            }
            "format" => self.format(node, value.as_str().ok_or("not a text")?)?,
            "minLength" => counted(node, keyword::MIN_LENGTH, value)?,
            "maxLength" => counted(node, keyword::MAX_LENGTH, value)?,
            "minItems" => counted(node, keyword::MIN_ITEMS, value)?,
            "maxItems" => counted(node, keyword::MAX_ITEMS, value)?,
            "maxUniqueItems" => counted(node, keyword::MAX_UNIQUE_ITEMS, value)?,
            "minProperties" => counted(node, keyword::MIN_PROPERTIES, value)?,
            "maxProperties" => counted(node, keyword::MAX_PROPERTIES, value)?,
            "minimum" => number(node, keyword::MINIMUM, value)?,
            "maximum" => number(node, keyword::MAXIMUM, value)?,
            "exclusiveMaximum" => number(node, keyword::EXCLUSIVE_MAXIMUM, value)?,
            "multipleOf" => number(node, keyword::MULTIPLE_OF, value)?,
            "uniqueItems" => {
                if value.as_bool() == Some(true) {
                    node.byte(keyword::UNIQUE_ITEMS);
                }
            }
            "items" => {
                let items = self.node(value)?;
                node.byte(keyword::ITEMS).node(items);
            }
            "prefixItems" => self.nodes(node, keyword::PREFIX_ITEMS, value)?,
            "allOf" => self.nodes(node, keyword::ALL_OF, value)?,
            "anyOf" => self.nodes(node, keyword::ANY_OF, value)?,
            "oneOf" => self.nodes(node, keyword::ONE_OF, value)?,
            "not" => {
                let not = self.node(value)?;
                node.byte(keyword::NOT).node(not);
            }
            "if" => {
                let always = Value::Bool(true);
                let condition = self.node(value)?;
                let then = self.node(keywords.get("then").unwrap_or(&always))?;
                let otherwise = self.node(keywords.get("else").unwrap_or(&always))?;
                node.byte(keyword::IF).node(condition).node(then).node(otherwise);
            }
            "dependentExcluded" => self.dependents(node, keyword::DEPENDENT_EXCLUDED, value),
            "dependentRequired" => self.dependents(node, keyword::DEPENDENT_REQUIRED, value),
            "dependencies" => {
                for (name, dependency) in entries(value) {
                    if dependency.is_array() {
                        let one = Value::Object(
                            [(name.clone(), dependency.clone())].into_iter().collect(),
                        );
                        self.dependents(node, keyword::DEPENDENT_REQUIRED, &one);
                    } else {
                        let name = self.blob.text(name);
                        let dependency = self.node(dependency)?;
                        node.byte(keyword::DEPENDENT_NODE).id(name).node(dependency);
                    }
                }
            }
            // `then` without `if` says nothing.
            "type" | "then" | "else" => {}
            _ if SILENT.contains(&key) => {}
            _ => return Err("the keyword is unknown".into()),
        }
        Ok(())
    }

    fn names(
        &mut self,
        node: &mut NodeBytes,
        keyword: u8,
        keywords: &Map<String, Value>,
        key: &str,
    ) {
        let names = keywords.get(key).and_then(Value::as_array).into_iter().flatten();
        node.byte(keyword).list(self.blob, names.filter_map(Value::as_str));
    }

    fn values(&mut self, node: &mut NodeBytes, keyword: u8, values: &[Value]) -> Result {
        let mut written = Vec::new();
        for value in values {
            written.push(match value {
                Value::String(text) => text.clone(),
                Value::Number(_) | Value::Bool(_) => value.to_string(),
                _ => return Err("an enumeration of something other than text and numbers".into()),
            });
        }
        node.byte(keyword).list(self.blob, written.iter().map(String::as_str));
        Ok(())
    }

    fn nodes(&mut self, node: &mut NodeBytes, keyword: u8, schemas: &Value) -> Result {
        let mut nodes = Vec::new();
        for schema in schemas.as_array().ok_or("not a list")? {
            nodes.push(self.node(schema)?);
        }
        node.byte(keyword).count(nodes.len());
        for child in nodes {
            node.node(child);
        }
        Ok(())
    }

    fn dependents(&mut self, node: &mut NodeBytes, keyword: u8, value: &Value) {
        for (name, _) in entries(value) {
            let id = self.blob.text(name);
            node.byte(keyword).id(id).list(self.blob, texts(value, name));
        }
    }

    fn format(&mut self, node: &mut NodeBytes, format: &str) -> Result {
        match FORMATS.iter().position(|known| *known == format) {
            Some(number) => {
                node.byte(keyword::FORMAT).byte(u8::try_from(number)?);
                Ok(())
            }
            None if UNCHECKED_FORMATS.contains(&format) => Ok(()),
            None => Err("the format is unknown".into()),
        }
    }
}

fn kinds_of(types: &Value) -> Result<u8> {
    let one = |name: &Value| -> Result<u8> {
        Ok(match name.as_str() {
            Some("string") => kind::TEXT,
            Some("object") => kind::OBJECT,
            Some("array") => kind::LIST,
            Some("integer") => kind::INTEGER,
            Some("number") => kind::NUMBER,
            Some("boolean") => kind::BOOLEAN,
            Some("null") => kind::NULL,
            _ => return Err(format!("{name} is no type").into()),
        })
    };
    match types {
        Value::Array(names) => names.iter().try_fold(0, |all, name| Ok(all | one(name)?)),
        name => one(name),
    }
}

fn counted(node: &mut NodeBytes, keyword: u8, value: &Value) -> Result {
    let count = value.as_u64().ok_or("not a count")?;
    node.byte(keyword).count(usize::try_from(count)?);
    Ok(())
}

fn number(node: &mut NodeBytes, keyword: u8, value: &Value) -> Result {
    node.byte(keyword).number(value.as_f64().ok_or("not a number")?);
    Ok(())
}
