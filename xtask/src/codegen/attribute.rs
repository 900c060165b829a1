//! What `Fn::GetAtt` and `Ref` return.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{kind::Kind, model::Schema, name::snake, shape};

/// An attribute of a resource.
pub(crate) struct Attribute {
    /// Its name in `Fn::GetAtt`: `Endpoint.Address`.
    pub(crate) name: String,
    /// What it means.
    pub(crate) kind: Kind,
}

/// The attributes of a type, by the names of their methods.
pub(crate) fn attributes(schema: &Schema) -> BTreeMap<String, Attribute> {
    let mut paths: BTreeSet<String> = schema
        .texts("readOnlyProperties")
        .into_iter()
        .map(|pointer| pointer.trim_start_matches("/properties/").to_owned())
        .filter(|path| path.split('/').all(|segment| !matches!(segment, "*" | "items")))
        .collect();
    paths.remove("");
    let mut found: BTreeMap<String, Attribute> = BTreeMap::new();
    for path in paths {
        let name = path.replace('/', ".");
        let kind = shape::attribute_kind(schema, &path);
        let method = snake(&name);
        // A plain name comes before a dotted one: they are one datum under two names.
        match found.get(&method) {
            Some(known) if !known.name.contains('.') => {}
            _ => {
                found.insert(method, Attribute { name, kind });
            }
        }
    }
    found
}

/// What `Ref` returns: the primary identifier, or text if that has several parts.
pub(crate) fn reference(schema: &Schema) -> Kind {
    let identifier = schema.document.get("primaryIdentifier").and_then(Value::as_array);
    match identifier.map(Vec::as_slice) {
        Some([Value::String(pointer)]) => {
            shape::attribute_kind(schema, pointer.trim_start_matches("/properties/"))
        }
        _ => Kind::TEXT,
    }
}
