//! Which values may be secrets.
//!
//! A service doesn't give back what it knows to be a secret, so CloudFormation can't compare it. What is
//! left are those that only the program knows to be some: what comes from a parameter that isn't echoed or
//! from a secret by a dynamic reference, and what by its name may be one.

use innovate_cfn::schema::{ResourceFacts, may_be_secret, resource_type};
use serde_json::Value;

/// What stands for a value below one that is shown.
const NOT_SHOWN: &str = "(not shown)";

/// What is known of the secrets of a resource.
pub(super) struct Secrets<'a> {
    facts: Option<ResourceFacts>,
    /// Its properties in the template, and the parameters that are not echoed.
    declared: Option<&'a Value>,
    unechoed: Vec<&'a str>,
    /// All of its properties, as they should be and as they are.
    sides: [Option<Value>; 2],
}

impl<'a> Secrets<'a> {
    pub(super) fn of(
        type_name: &str,
        logical_id: &str,
        template: Option<&'a Value>,
        sides: [Option<&str>; 2],
    ) -> Self {
        let declared = template
            .and_then(|template| template.get("Resources")?.get(logical_id)?.get("Properties"));
        let parameters = template.and_then(|template| template.get("Parameters")?.as_object());
        let is_unechoed = |parameter: &Value| match parameter.get("NoEcho") {
            Some(Value::Bool(unechoed)) => *unechoed,
            Some(Value::String(text)) => text == "true",
            _ => false,
        };
        let unechoed = parameters.into_iter().flatten();
        let unechoed = unechoed.filter(|(_, of)| is_unechoed(of)).map(|(name, _)| name.as_str());
        let side = |side: Option<&str>| side.and_then(|side| serde_json::from_str(side).ok());
        Self {
            facts: resource_type(type_name),
            declared,
            unechoed: unechoed.collect(),
            sides: sides.map(side),
        }
    }

    /// Whether the values of the property at a path may be secrets.
    pub(super) fn hide(&self, path: &str, values: [Option<&Value>; 2]) -> bool {
        path.split('/').any(may_be_secret)
            || self.facts.is_some_and(|facts| facts.is_write_only(path))
            || self.is_value_of_secret(path)
            || self
                .declared
                .and_then(|declared| along(declared, path))
                .is_some_and(|value| self.refers(value))
            || values.into_iter().flatten().any(|value| self.refers(value))
    }

    /// Whether it is the value of a pair whose name may be that of a secret, such as a variable of a
    /// container.
    fn is_value_of_secret(&self, path: &str) -> bool {
        let Some((above, _)) = path.rsplit_once('/') else { return false };
        self.sides
            .iter()
            .flatten()
            .any(|side| side.pointer(&format!("/{above}")).is_some_and(is_pair_of_secret))
    }

    /// Whether a value of a template comes from a secret.
    fn refers(&self, value: &Value) -> bool {
        match value {
            Value::String(text) => {
                text.contains("{{resolve:secretsmanager:")
                    || text.contains("{{resolve:ssm-secure:")
                    || self.unechoed.iter().any(|name| {
                        text == name
                            || text.contains(&format!("${{{name}}}"))
                            || text.contains(&format!("${{{name}."))
                    })
            }
            Value::Array(items) => items.iter().any(|item| self.refers(item)),
            Value::Object(fields) => fields.values().any(|field| self.refers(field)),
            _ => false,
        }
    }

    /// The value of the property at a path, without what may be a secret below it.
    pub(super) fn without(&self, path: &str, value: Value) -> Value {
        let below = |name: &str| format!("{path}/{name}");
        match value {
            Value::Object(fields) => {
                let pair = is_pair_of_secret(&Value::Object(fields.clone()));
                let field = |(name, field): (String, Value)| {
                    let path = below(&name);
                    let hidden = may_be_secret(&name)
                        || (pair && matches!(&*name, "Value" | "value"))
                        || self.facts.is_some_and(|facts| facts.is_write_only(&path))
                        || self.refers(&field);
                    let shown = if hidden { NOT_SHOWN.into() } else { self.without(&path, field) };
                    (name, shown)
                };
                Value::Object(fields.into_iter().map(field).collect())
            }
            Value::Array(items) => {
                let item = |(at, item): (usize, Value)| self.without(&below(&at.to_string()), item);
                Value::Array(items.into_iter().enumerate().map(item).collect())
            }
            other => other,
        }
    }
}

/// Whether it is a pair of a name and a value, and the name may be that of a secret.
fn is_pair_of_secret(pair: &Value) -> bool {
    ["Name", "Key", "ParameterName", "ParameterKey", "name", "key"]
        .iter()
        .filter_map(|name| pair.get(name)?.as_str())
        .any(may_be_secret)
}

/// The value at a path, or what stands for it: a function, or a list, whose items may have another order
/// elsewhere.
fn along<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    let mut value = value;
    for part in path.split('/') {
        let is_function = |fields: &serde_json::Map<String, Value>| {
            let mut names = fields.keys();
            let only = names.next().filter(|_| names.next().is_none());
            only.is_some_and(|name| name == "Ref" || name.starts_with("Fn::"))
        };
        match value {
            Value::Object(fields) if !is_function(fields) => value = fields.get(part)?,
            _ => return Some(value),
        }
    }
    Some(value)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn hidden(template: &Value, path: &str, sides: [&str; 2]) -> bool {
        let sides = sides.map(Some);
        let secrets = Secrets::of("AWS::Lambda::Function", "F", Some(template), sides);
        secrets.hide(path, [None, None])
    }

    #[test]
    fn what_comes_from_a_secret_is_hidden_and_what_stands_beside_it_is_not() {
        let template = json!({
            "Parameters": { "Key": { "Type": "String", "NoEcho": true }, "Plain": { "Type": "String" } },
            "Resources": { "F": { "Properties": { "Environment": { "Variables": {
                "A": { "Ref": "Key" },
                "B": { "Fn::Sub": "x-${Key}" },
                "C": "{{resolve:secretsmanager:db:SecretString:user}}",
                "D": { "Ref": "Plain" },
                "E": { "Fn::If": ["On", { "Ref": "Key" }, "off"] },
            } }, "Layers": [{ "Ref": "Key" }, "x"] } } },
        });
        for (name, secret) in [("A", true), ("B", true), ("C", true), ("D", false), ("E", true)] {
            let path = format!("Environment/Variables/{name}");
            assert_eq!(hidden(&template, &path, ["{}", "{}"]), secret, "{name}");
        }
        // Of a list it isn't known which item is which.
        assert!(hidden(&template, "Layers/1", ["{}", "{}"]));
        assert!(!hidden(&template, "Timeout", ["{}", "{}"]));
    }

    #[test]
    fn what_its_name_or_the_registry_calls_a_secret_is_hidden() {
        let nothing = json!({});
        assert!(hidden(&nothing, "Environment/Variables/DB_PASSWORD", ["{}", "{}"]));
        // The code of a function can't be read back.
        assert!(hidden(&nothing, "Code/ZipFile", ["{}", "{}"]));
        let side = r#"{ "Variables": [{ "Name": "API_TOKEN", "Value": "x" }, { "Name": "A", "Value": "y" }] }"#;
        assert!(hidden(&nothing, "Variables/0/Value", ["{}", side]));
        assert!(!hidden(&nothing, "Variables/1/Value", ["{}", side]));
    }

    #[test]
    fn below_what_is_shown_secrets_are_left_out() {
        let secrets = Secrets::of("AWS::Lambda::Function", "F", None, [None, None]);
        let code = json!({ "ZipFile": "code", "List": [{ "Key": "my_secret", "Value": 1 }] });
        assert_eq!(
            secrets.without("Code", code),
            json!({ "ZipFile": "(not shown)", "List": [{ "Key": "my_secret", "Value": "(not shown)" }] })
        );
        let environment = json!({ "Variables": { "MODE": "b", "DB_PASSWORD": "x" } });
        assert_eq!(
            secrets.without("Environment", environment),
            json!({ "Variables": { "MODE": "b", "DB_PASSWORD": "(not shown)" } })
        );
    }
}
