//! The schemas of the registry as the wheel has them: loaded once, read by every part of the generator.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::wheel::Wheel;
use crate::Result;

/// The region whose types are generated.
const HOME: &str = "us-east-1";
/// Where the wheel keeps what is read here.
const PROVIDERS: &str = "cfnlint/data/schemas/providers/";
const RESOURCES: &str = "cfnlint/data/schemas/resources/";
const STATEFUL: &str = "cfnlint/data/AdditionalSpecs/StatefulResources.json";

/// All resource types.
pub(crate) struct Registry {
    /// The types of us-east-1, by name.
    pub(crate) types: BTreeMap<String, Schema>,
    /// The regions that publish their own list of types. cfn-lint has no list of the isolated
    /// partitions' regions and gives them that of us-east-1: those are left out.
    pub(crate) regions: Vec<String>,
}

/// One resource type.
pub(crate) struct Schema {
    /// Its name, such as `AWS::EC2::Subnet`.
    pub(crate) name: String,
    /// The registry's schema with cfn-lint's corrections. Objects iterate in the order of their keys.
    pub(crate) document: Value,
    /// The regions of [`Registry::regions`] that have it.
    pub(crate) regions: BTreeSet<String>,
    /// Whether it holds data that is lost with it.
    pub(crate) stateful: bool,
}

impl Registry {
    /// Reads the types of us-east-1, and the regions that have each.
    pub(crate) fn load(wheel: &mut Wheel) -> Result<Self> {
        let stateful = wheel.json(STATEFUL)?;
        let stateful = stateful.get("ResourceTypes").ok_or("the stateful types are elsewhere")?;
        let home = wheel.json(&format!("{PROVIDERS}{HOME}.json"))?;
        let mut types = BTreeMap::new();
        for (name, hash) in entries(&home) {
            let hash = hash.as_str().ok_or("the list of types gives no file")?;
            let schema = Schema {
                name: name.clone(),
                document: wheel.json(&format!("{RESOURCES}{hash}.json"))?,
                regions: BTreeSet::new(),
                stateful: stateful.get(name).is_some(),
            };
            types.insert(name.clone(), schema);
        }
        let mut regions = Vec::new();
        for file in wheel.names()? {
            let Some(region) =
                file.strip_prefix(PROVIDERS).and_then(|name| name.strip_suffix(".json"))
            else {
                continue;
            };
            // `sam` is no region: it has the types of the serverless transform.
            let published = wheel.json(&file)?;
            if region == "sam" || (region != HOME && published == home) {
                continue;
            }
            regions.push(region.to_owned());
            for (name, _) in entries(&published) {
                if let Some(schema) = types.get_mut(name) {
                    schema.regions.insert(region.to_owned());
                }
            }
        }
        Ok(Self { types, regions })
    }
}

impl Schema {
    /// The namespace and the type's own name: `AWS::EC2`, `Subnet`.
    pub(crate) fn split_name(&self) -> (&str, &str) {
        self.name.rsplit_once("::").unwrap_or(("", &self.name))
    }

    /// The value behind a `$ref`, or the schema itself if it is none.
    pub(crate) fn resolve<'a>(&'a self, schema: &'a Value) -> &'a Value {
        let mut found = schema;
        // No chain in the registry is longer than two; the bound ends a cycle.
        for _ in 0..8 {
            let Some(target) = found.get("$ref").and_then(Value::as_str) else { break };
            let Some(next) = self.document.pointer(target.trim_start_matches('#')) else { break };
            found = next;
        }
        found
    }

    /// A list of texts at the top of the schema, such as `readOnlyProperties`; empty if there is none.
    pub(crate) fn texts(&self, key: &str) -> Vec<&str> {
        texts(&self.document, key)
    }

    /// The top properties.
    pub(crate) fn properties(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.document.get("properties").into_iter().flat_map(entries)
    }

    /// The definitions that `$ref` names.
    pub(crate) fn definitions(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.document.get("definitions").into_iter().flat_map(entries)
    }
}

/// A list of texts under `key`, empty if there is none.
pub(crate) fn texts<'a>(schema: &'a Value, key: &str) -> Vec<&'a str> {
    schema
        .get(key)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect()
}

/// The entries of an object, none for anything else.
pub(crate) fn entries(object: &Value) -> impl Iterator<Item = (&String, &Value)> {
    object.as_object().into_iter().flat_map(Map::iter)
}
