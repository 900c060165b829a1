//! A template, and what CloudFormation checks before it looks at anything else.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde_json::{Map, Value};

use crate::refusal::Refusal;

static NONE: LazyLock<Map<String, Value>> = LazyLock::new(Map::new);

/// A template as it was given, and what it says.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Template {
    pub(crate) body: String,
    value: Value,
}

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    /// What `ValidateTemplate` refuses: not JSON, no resources, more than 500, references to what
    /// is not there, circles.
    pub(crate) fn parse(body: &str) -> Result<Self, Refusal> {
        let value: Value = serde_json::from_str(body).map_err(|error| {
            Refusal::invalid(format!(
                "Template format error: JSON not well-formed. (line {}, column {})",
                error.line(),
                error.column()
            ))
        })?;
        let template = Self { body: body.to_owned(), value };
        let resources = template.section("Resources");
        if resources.is_empty() {
            return Err(Refusal::invalid(
                "Template format error: At least one Resources member must be defined.",
            ));
        }
        if resources.len() > 500 {
            return Err(Refusal::invalid(format!(
                "Template format error: Number of resources, {}, is greater than maximum \
                 allowed, 500",
                resources.len()
            )));
        }
        for (id, resource) in resources {
            if resource.get("Type").and_then(Value::as_str).is_none() {
                return Err(Refusal::invalid(format!(
                    "Template format error: [/Resources/{id}] Every Resources object must contain \
                     a Type member."
                )));
            }
        }
        template.references_resolve()?;
        template.has_no_circle()?;
        Ok(template)
    }

    pub(crate) fn section(&self, name: &str) -> &Map<String, Value> {
        self.value.get(name).and_then(Value::as_object).unwrap_or(&NONE)
    }

    pub(crate) fn description(&self) -> Option<&str> {
        self.value.get("Description").and_then(Value::as_str)
    }

    pub(crate) fn resource(&self, logical_id: &str) -> Option<&Value> {
        self.section("Resources").get(logical_id)
    }

    pub(crate) fn kind(&self, logical_id: &str) -> &str {
        self.resource(logical_id)
            .and_then(|resource| resource.get("Type"))
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    /// The resources that this one needs: by `DependsOn`, `Ref`, `Fn::GetAtt` and `Fn::Sub`.
    pub(crate) fn depends(&self, logical_id: &str) -> BTreeSet<String> {
        let mut named = BTreeSet::new();
        if let Some(resource) = self.resource(logical_id) {
            for key in ["Properties", "Metadata"] {
                references(resource.get(key).unwrap_or(&Value::Null), &mut named);
            }
            named.extend(strings(resource.get("DependsOn")));
        }
        named.retain(|name| self.section("Resources").contains_key(name));
        named
    }

    /// The values of the parameters: given, previous or default.
    ///
    /// # Errors
    /// If one is not declared, or one has no value.
    pub(crate) fn parameters(
        &self,
        given: &BTreeMap<String, String>,
    ) -> Result<BTreeMap<String, String>, Refusal> {
        let declared = self.section("Parameters");
        let unknown: Vec<_> = given.keys().filter(|key| !declared.contains_key(*key)).collect();
        if !unknown.is_empty() {
            return Err(Refusal::invalid(format!(
                "Parameters: [{}] do not exist in the template",
                joined(unknown)
            )));
        }
        let (mut values, mut missing) = (BTreeMap::new(), Vec::new());
        for (key, declaration) in declared {
            let default = declaration.get("Default").map(plain);
            match given.get(key).cloned().or(default) {
                Some(value) => {
                    values.insert(key.clone(), value);
                }
                None => missing.push(key),
            }
        }
        if missing.is_empty() {
            Ok(values)
        } else {
            Err(Refusal::invalid(format!("Parameters: [{}] must have values", joined(missing))))
        }
    }

    /// The capability that the template needs, as for resources of IAM.
    pub(crate) fn capability(&self) -> Option<&'static str> {
        let mut needed = None;
        for resource in self.section("Resources").values() {
            let kind = resource.get("Type").and_then(Value::as_str).unwrap_or_default();
            let name = match kind.strip_prefix("AWS::IAM::") {
                Some("Role") => "RoleName",
                Some("User") => "UserName",
                Some("Group") => "GroupName",
                Some("ManagedPolicy") => "ManagedPolicyName",
                Some("InstanceProfile") => "InstanceProfileName",
                Some(
                    "AccessKey"
                    | "Policy"
                    | "RolePolicy"
                    | "UserPolicy"
                    | "GroupPolicy"
                    | "UserToGroupAddition",
                ) => "",
                _ => continue,
            };
            if resource.get("Properties").is_some_and(|properties| properties.get(name).is_some()) {
                return Some("CAPABILITY_NAMED_IAM");
            }
            needed = Some("CAPABILITY_IAM");
        }
        needed
    }

    fn references_resolve(&self) -> Result<(), Refusal> {
        let mut named = BTreeSet::new();
        references(&Value::Object(self.section("Resources").clone()), &mut named);
        for resource in self.section("Resources").values() {
            named.extend(strings(resource.get("DependsOn")));
        }
        let unknown: Vec<_> = named.iter().filter(|name| !self.declares(name)).collect();
        if !unknown.is_empty() {
            return Err(Refusal::invalid(format!(
                "Template format error: Unresolved resource dependencies [{}] in the Resources \
                 block of the template",
                joined(unknown)
            )));
        }
        let mut named = BTreeSet::new();
        references(&Value::Object(self.section("Outputs").clone()), &mut named);
        let unknown: Vec<_> = named.iter().filter(|name| !self.declares(name)).collect();
        if unknown.is_empty() {
            Ok(())
        } else {
            Err(Refusal::invalid(format!(
                "Template format error: Unresolved resource dependencies [{}] in the Outputs \
                 block of the template",
                joined(unknown)
            )))
        }
    }

    fn declares(&self, name: &str) -> bool {
        name.starts_with("AWS::")
            || self.section("Parameters").contains_key(name)
            || self.section("Resources").contains_key(name)
    }

    fn has_no_circle(&self) -> Result<(), Refusal> {
        let mut left: BTreeMap<&String, BTreeSet<String>> =
            self.section("Resources").keys().map(|id| (id, self.depends(id))).collect();
        loop {
            let ready: Vec<String> = left
                .iter()
                .filter(|(_, needs)| needs.is_empty())
                .map(|(id, _)| (*id).clone())
                .collect();
            if ready.is_empty() {
                break;
            }
            left.retain(|id, _| !ready.contains(id));
            for needs in left.values_mut() {
                needs.retain(|id| !ready.contains(id));
            }
        }
        if left.is_empty() {
            Ok(())
        } else {
            Err(Refusal::invalid(format!(
                "Circular dependency between resources: [{}]",
                joined(left.into_keys())
            )))
        }
    }
}

/// A scalar as CloudFormation writes it where a string is wanted.
pub(crate) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(plain).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}

pub(crate) fn joined<T: AsRef<str>>(names: impl IntoIterator<Item = T>) -> String {
    names.into_iter().map(|name| name.as_ref().to_owned()).collect::<Vec<_>>().join(", ")
}

fn strings(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::String(one)) => vec![one.clone()],
        Some(Value::Array(many)) => {
            many.iter().filter_map(Value::as_str).map(str::to_owned).collect()
        }
        _ => Vec::new(),
    }
}

/// The `${NAME}` in a text of `Fn::Sub`, without those that are escaped.
pub(crate) fn placeholders(text: &str) -> Vec<String> {
    text.split("${")
        .skip(1)
        .filter_map(|part| part.split_once('}'))
        .map(|(name, _)| name.trim().to_owned())
        .filter(|name| !name.starts_with('!'))
        .collect()
}

/// Every name that the value refers to: parameters, pseudo parameters and resources.
fn references(value: &Value, named: &mut BTreeSet<String>) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| references(value, named)),
        Value::Object(fields) => {
            let single = fields.iter().next().filter(|_| fields.len() == 1);
            match single.map(|(key, value)| (key.as_str(), value)) {
                Some(("Ref", Value::String(name))) => {
                    named.insert(name.clone());
                }
                Some(("Fn::GetAtt", target)) => {
                    let first = match target {
                        Value::Array(parts) => parts.first().and_then(Value::as_str),
                        other => other.as_str().and_then(|text| text.split('.').next()),
                    };
                    named.extend(first.map(str::to_owned));
                }
                Some(("Fn::Sub", target)) => {
                    let (text, variables) = match target {
                        Value::Array(parts) => {
                            (parts.first().and_then(Value::as_str), parts.get(1))
                        }
                        other => (other.as_str(), None),
                    };
                    let own = variables.and_then(Value::as_object).unwrap_or(&NONE);
                    for name in placeholders(text.unwrap_or_default()) {
                        if !own.contains_key(&name) {
                            let head = name.split('.').next().unwrap_or_default();
                            named.insert(head.to_owned());
                        }
                    }
                    references(&Value::Object(own.clone()), named);
                }
                _ => fields.values().for_each(|value| references(value, named)),
            }
        }
        _ => {}
    }
}
