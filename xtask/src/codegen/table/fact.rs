//! What is known of a type beside the constraints on its properties.

use serde_json::Value;

use super::{
    blob::{Blob, NodeId, Record},
    layout::{flag, record, tags},
};
use crate::{
    Result,
    codegen::model::{Schema, texts},
};

/// Where the tags are, unless the schema says otherwise.
const TAGS: &str = "/properties/Tags";

/// The record of a type.
pub(super) fn record(
    schema: &Schema,
    regions: &[String],
    root: NodeId,
    blob: &mut Blob,
) -> Result<Record> {
    let (tag_property, tag_shape) = tagging(schema)?;
    let mut regions_bits = 0_u64;
    for (bit, region) in regions.iter().enumerate() {
        if schema.regions.contains(region) {
            regions_bits |= 1_u64.checked_shl(u32::try_from(bit)?).ok_or("more than 64 regions")?;
        }
    }
    let mut lists = vec![0; record::list::COUNT];
    for (list, key) in [
        (record::list::PRIMARY_IDENTIFIER, "primaryIdentifier"),
        (record::list::CREATE_ONLY, "createOnlyProperties"),
        (record::list::CONDITIONAL_CREATE_ONLY, "conditionalCreateOnlyProperties"),
        (record::list::READ_ONLY, "readOnlyProperties"),
        (record::list::WRITE_ONLY, "writeOnlyProperties"),
        (record::list::DEPRECATED, "deprecatedProperties"),
    ] {
        let paths = schema.texts(key);
        let paths = paths.iter().map(|pointer| path(pointer)).collect::<Vec<_>>();
        set(&mut lists, list, blob.list(paths.iter().map(String::as_str)));
    }
    for (list, handler) in [
        (record::list::CREATE, "create"),
        (record::list::READ, "read"),
        (record::list::UPDATE, "update"),
        (record::list::DELETE, "delete"),
        (record::list::LIST, "list"),
    ] {
        let mut permissions = texts(at(at(&schema.document, "handlers"), handler), "permissions");
        permissions.retain(|permission| !permission.is_empty());
        permissions.sort_unstable();
        permissions.dedup();
        set(&mut lists, list, blob.list(permissions));
    }
    Ok(Record {
        name: blob.text(&schema.name),
        root,
        flags: flags(schema),
        tag_shape,
        tag_property: blob.text(&tag_property),
        regions: regions_bits,
        lists,
    })
}

fn set(lists: &mut [usize], list: usize, offset: usize) {
    if let Some(slot) = lists.get_mut(list) {
        *slot = offset;
    }
}

/// A pointer into the schema as a path into the template: `/properties/A/items/B` is `A/*/B`.
fn path(pointer: &str) -> String {
    let path = pointer.strip_prefix("/properties/").unwrap_or(pointer);
    path.replace("/items/", "/*/").replace("/properties/", "/").trim_matches('/').to_owned()
}

fn flags(schema: &Schema) -> u8 {
    let document = &schema.document;
    let tagging = at(document, "tagging");
    let is = |value: &Value| value.as_bool() == Some(true);
    let legacy = tagging.is_null();
    [
        (flag::STATEFUL, schema.stateful),
        (flag::DELETE_THEN_CREATE, at(document, "replacementStrategy") == "delete_then_create"),
        (flag::TAG_ON_CREATE, legacy || is(at(tagging, "tagOnCreate"))),
        (flag::TAG_UPDATABLE, legacy || is(at(tagging, "tagUpdatable"))),
        (flag::SYSTEM_TAGS, is(at(tagging, "cloudFormationSystemTags"))),
        (flag::HANDLERS, at(document, "handlers").is_object()),
    ]
    .into_iter()
    .filter(|(_, holds)| *holds)
    .fold(0, |flags, (flag, _)| flags | flag)
}

/// The property that holds the tags, and how. Types from before the registry don't say whether
/// they can be tagged: they can if they have `Tags`.
fn tagging(schema: &Schema) -> Result<(String, u8)> {
    let none = (String::new(), tags::NONE);
    let tagging = at(&schema.document, "tagging");
    let taggable = match (at(tagging, "taggable"), at(&schema.document, "taggable")) {
        (Value::Bool(taggable), _) | (_, Value::Bool(taggable)) => *taggable,
        _ => true,
    };
    let pointer = at(tagging, "tagProperty").as_str().unwrap_or(TAGS);
    let (property, nested) =
        match pointer.strip_prefix("/properties/").unwrap_or("").split_once('/') {
            Some((property, rest)) => (property, Some(rest)),
            None => (pointer.strip_prefix("/properties/").unwrap_or(""), None),
        };
    let found = schema.properties().find(|(name, _)| *name == property);
    let Some((_, found)) = found.filter(|_| taggable) else {
        return Ok(none);
    };
    if schema.texts("readOnlyProperties").contains(&pointer) {
        return Ok(none);
    }
    let shape = match nested {
        Some("*/Tags") => tags::SPECIFICATIONS,
        Some(other) => return Err(format!("{}: tags under {other}", schema.name).into()),
        None => shape(schema, schema.resolve(found))
            .ok_or_else(|| format!("{}: tags of an unknown shape", schema.name))?,
    };
    Ok((property.to_owned(), shape))
}

fn shape(schema: &Schema, found: &Value) -> Option<u8> {
    let properties = |schema: &Value| -> Vec<String> {
        at(schema, "properties")
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, _)| name.clone())
            .collect()
    };
    if at(found, "type") == "array" {
        let item = schema.resolve(at(found, "items"));
        let item = item.get("oneOf").and_then(|branches| branches.get(0)).unwrap_or(item);
        return match properties(item).iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
            ["Key", "Value"] => Some(tags::LIST),
            ["Key", "PropagateAtLaunch", "Value"] => Some(tags::PROPAGATED),
            _ => None,
        };
    }
    match properties(found).as_slice() {
        [] => Some(tags::MAP),
        [items] if items == "Items" => Some(tags::ITEMS),
        _ => None,
    }
}

/// The value under a key, or `null`.
fn at<'a>(object: &'a Value, key: &str) -> &'a Value {
    object.get(key).unwrap_or(&Value::Null)
}
