//! Custom resources against their definitions: structure by a walk over the OpenAPI schema, and the
//! rules in CEL by `kube-cel`. The API server does both; offline, nothing else does.

use std::{collections::BTreeMap, path::PathBuf, sync::LazyLock};

use serde_json::Value;

/// The definitions, by group, version and kind.
pub(crate) struct Definitions(BTreeMap<(String, String), Value>);

/// The projects whose custom resources are made here.
const PROJECTS: [&str; 4] =
    ["aws-load-balancer-controller", "external-secrets", "karpenter-aws", "velero"];

impl Definitions {
    /// Those in the folder beside the checkout; `None`, with a notice, if there is none.
    pub(crate) fn read() -> Option<&'static Self> {
        static DEFINITIONS: LazyLock<Option<Definitions>> = LazyLock::new(Definitions::load);
        DEFINITIONS.as_ref()
    }

    fn load() -> Option<Self> {
        let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data/crds"));
        if !folder.is_dir() {
            let notice =
                format!("skipped: no definitions of custom resources in {}\n", folder.display());
            std::io::Write::write_all(&mut std::io::stderr(), notice.as_bytes()).unwrap();
            return None;
        }
        let mut definitions = BTreeMap::new();
        for project in PROJECTS {
            for file in std::fs::read_dir(folder.join(project)).unwrap().flatten() {
                let text = std::fs::read_to_string(file.path()).unwrap();
                let definition: Value = serde_saphyr::from_str(&text).unwrap();
                let group = definition["spec"]["group"].as_str().unwrap();
                let kind = definition["spec"]["names"]["kind"].as_str().unwrap();
                for version in definition["spec"]["versions"].as_array().unwrap() {
                    let api = format!("{group}/{}", version["name"].as_str().unwrap());
                    let schema = version["schema"]["openAPIV3Schema"].clone();
                    definitions.insert((api, kind.to_owned()), schema);
                }
            }
        }
        Some(Self(definitions))
    }

    /// The schema of a kind.
    pub(crate) fn schema(&self, api_version: &str, kind: &str) -> Option<&Value> {
        self.0.get(&(api_version.to_owned(), kind.to_owned()))
    }

    /// What the API server would refuse, or `None` if it is no custom resource that is known.
    pub(crate) fn refusals(&self, object: &Value) -> Option<Vec<String>> {
        let text = |name: &str| object[name].as_str().unwrap_or_default().to_owned();
        let schema = self.0.get(&(text("apiVersion"), text("kind")))?;
        let mut refusals = Vec::new();
        walk(schema, object, "", &mut refusals);
        if let Err(errors) = kube_cel::Validator::new().validate(schema, object, None) {
            refusals.extend(errors.iter().map(|error| format!("{}: {error}", error.field_path)));
        }
        Some(refusals)
    }
}

/// Structure: types, required and unknown fields, enumerations, bounds and patterns.
fn walk(schema: &Value, value: &Value, path: &str, refusals: &mut Vec<String>) {
    let mut refuse = |what: String| refusals.push(format!("{path}: {what}"));
    if schema["x-kubernetes-int-or-string"] == true {
        if !(value.is_i64() || value.is_string()) {
            refuse(format!("{value} is neither an integer nor a text"));
        }
    } else if let Some(kind) = schema["type"].as_str() {
        let fits = match kind {
            "object" => value.is_object(),
            "array" => value.is_array(),
            "string" => value.is_string(),
            "boolean" => value.is_boolean(),
            "integer" => value.is_i64() || value.is_u64(),
            "number" => value.is_number(),
            _ => false,
        };
        if !fits {
            return refuse(format!("{value} is not of type {kind}"));
        }
    }
    if let Some(allowed) = schema["enum"].as_array()
        && !allowed.contains(value)
    {
        refuse(format!("{value} is none of {allowed:?}"));
    }
    match value {
        Value::String(text) => {
            let length = text.chars().count() as u64;
            let pattern = schema["pattern"].as_str();
            if pattern.is_some_and(|pattern| !regex::Regex::new(pattern).unwrap().is_match(text)) {
                refuse(format!("{text:?} doesn't match {}", schema["pattern"]));
            }
            if schema["minLength"].as_u64().is_some_and(|least| length < least)
                || schema["maxLength"].as_u64().is_some_and(|most| length > most)
            {
                refuse(format!("{text:?} is too short or too long"));
            }
        }
        Value::Number(number) => {
            let number = number.as_f64().unwrap();
            if schema["minimum"].as_f64().is_some_and(|least| number < least)
                || schema["maximum"].as_f64().is_some_and(|most| number > most)
            {
                refuse(format!("{number} is out of range"));
            }
        }
        Value::Array(items) => {
            let length = items.len() as u64;
            if schema["minItems"].as_u64().is_some_and(|least| length < least)
                || schema["maxItems"].as_u64().is_some_and(|most| length > most)
            {
                refuse(format!("{length} items are too few or too many"));
            }
            for (at, item) in items.iter().enumerate() {
                walk(&schema["items"], item, &format!("{path}/{at}"), refusals);
            }
        }
        Value::Object(fields) => {
            for name in schema["required"].as_array().into_iter().flatten() {
                if !fields.contains_key(name.as_str().unwrap()) {
                    refusals.push(format!("{path}: {name} is missing"));
                }
            }
            let open = schema["x-kubernetes-preserve-unknown-fields"] == true;
            for (name, field) in fields {
                let path = format!("{path}/{name}");
                let known = &schema["properties"][name];
                let rest = &schema["additionalProperties"];
                if known.is_object() {
                    // The server knows itself what metadata holds.
                    if path != "/metadata" {
                        walk(known, field, &path, refusals);
                    }
                } else if rest.is_object() {
                    walk(rest, field, &path, refusals);
                } else if !open && *rest != true {
                    refusals.push(format!("{path}: there is no such field"));
                }
            }
        }
        Value::Bool(_) | Value::Null => {}
    }
}
