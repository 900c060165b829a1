//! Custom kinds, by a table of what their definitions say: which fields there are, of which type,
//! which must be there, and which values they take.

use std::{iter::Peekable, str::Lines};

use innovate_core::{Manifest, check::suggest::nearest};
use serde_json::{Map, Value};

const TABLE: &str = include_str!("custom_kinds.txt");

/// What stands in an object of a custom kind and isn't in its definition.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mistake {
    pub(super) path: String,
    pub(super) message: String,
    pub(super) help: Option<String>,
}

/// The mistakes of an object; none if its kind isn't in the table.
pub(super) fn mistakes(manifest: &Manifest) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    let (api_version, kind) = (manifest.api_version(), manifest.kind());
    let title = |line: &&str| {
        let below = line.strip_prefix(api_version).and_then(|rest| rest.strip_prefix(' '));
        below == Some(kind)
    };
    let mut lines = TABLE.lines().peekable();
    if lines.find(title).is_none() {
        return mistakes;
    }
    let mut fields = fields(&mut lines, 1);
    let top = |name| Field { name, required: false, kind: "*", allowed: "", fields: Vec::new() };
    fields.extend(["apiVersion", "kind", "metadata"].map(top));
    if let Some(object) = manifest.object().as_object() {
        compare(kind, &fields, object, "", &mut mistakes);
    }
    mistakes
}

/// A line of the table, and those that are indented below it.
struct Field<'table> {
    name: &'table str,
    required: bool,
    kind: &'table str,
    allowed: &'table str,
    fields: Vec<Self>,
}

fn fields<'table>(lines: &mut Peekable<Lines<'table>>, depth: usize) -> Vec<Field<'table>> {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let mut found = Vec::new();
    while let Some(line) = lines.next_if(|line| !line.is_empty() && indent(line) >= depth) {
        let mut words = line.split_whitespace();
        let [name, kind, allowed] = [(); 3].map(|()| words.next().unwrap_or_default());
        let (name, required) = match name.strip_suffix('!') {
            Some(name) => (name, true),
            None => (name, false),
        };
        found.push(Field { name, required, kind, allowed, fields: fields(lines, depth + 1) });
    }
    found
}

fn compare(
    kind: &str,
    fields: &[Field<'_>],
    object: &Map<String, Value>,
    path: &str,
    mistakes: &mut Vec<Mistake>,
) {
    let below = |name: &str| match path {
        "" => name.to_owned(),
        path => format!("{path}/{name}"),
    };
    for field in fields.iter().filter(|field| field.required && !object.contains_key(field.name)) {
        let path = below(field.name);
        let message = format!("{kind} needs a field `{path}`");
        mistakes.push(Mistake { path, message, help: None });
    }
    for (name, value) in object {
        let path = below(name);
        match fields.iter().find(|field| field.name == name) {
            Some(field) => check(kind, field, field.kind, value, &path, mistakes),
            None => mistakes.push(Mistake {
                message: format!("{kind} has no field `{path}`"),
                help: nearest(name, fields.iter().map(|field| field.name))
                    .map(|nearest| format!("`{nearest}` may be meant")),
                path,
            }),
        }
    }
}

fn check(
    kind: &str,
    field: &Field<'_>,
    expected: &str,
    value: &Value,
    path: &str,
    mistakes: &mut Vec<Mistake>,
) {
    let inner = |open, close| expected.strip_prefix(open)?.strip_suffix(close);
    let is_number = value.is_i64() || value.is_u64();
    let (fits, what) = match expected {
        "s" => (value.is_string(), "a text"),
        "i" => (is_number, "an integer"),
        "n" => (value.is_number(), "a number"),
        "b" => (value.is_boolean(), "`true` or `false`"),
        "x" => (is_number || value.is_string(), "an integer or a text"),
        _ if expected.starts_with('[') => (value.is_array(), "a list"),
        _ if expected.starts_with('{') => (value.is_object(), "an object"),
        _ => (true, ""),
    };
    if !fits {
        let message = format!("the field `{path}` of {kind} is no {value}");
        let help = Some(format!("it is {what}"));
        mistakes.push(Mistake { path: path.to_owned(), message, help });
        return;
    }
    match value {
        Value::Array(items) => {
            let item = inner('[', ']').unwrap_or_default();
            for (at, value) in items.iter().enumerate() {
                check(kind, field, item, value, &format!("{path}/{at}"), mistakes);
            }
        }
        Value::Object(object) if expected == "{}" => {
            compare(kind, &field.fields, object, path, mistakes);
        }
        Value::Object(object) => {
            let Some(entry) = inner('{', '}') else { return };
            for (name, value) in object {
                check(kind, field, entry, value, &format!("{path}/{name}"), mistakes);
            }
        }
        Value::String(text) => {
            let allowed = || field.allowed.split('|');
            if !field.allowed.is_empty() && allowed().all(|value| value != text) {
                let message = format!("the field `{path}` of {kind} takes no {text:?}");
                let help = Some(format!("it takes {}", field.allowed.replace('|', ", ")));
                mistakes.push(Mistake { path: path.to_owned(), message, help });
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use std::panic::Location;

    use serde_json::json;

    use super::*;

    fn of(spec: &Value) -> Vec<String> {
        let object = json!({
            "apiVersion": "karpenter.sh/v1", "kind": "NodePool", "metadata": { "name": "a" },
            "spec": spec,
        });
        let found = mistakes(&Manifest::new(object, Location::caller()));
        found
            .into_iter()
            .map(|found| [found.message, found.help.unwrap_or_default()].join("; "))
            .collect()
    }

    #[test]
    fn the_table_is_read_as_it_is_indented() {
        assert!(TABLE.lines().all(|line| line.trim_end() == line && line.is_ascii()));
        let kinds: Vec<&str> = TABLE
            .lines()
            .filter(|line| !line.starts_with(['#', ' ']) && !line.is_empty())
            .collect();
        for kind in kinds {
            let mut lines = TABLE.lines().peekable();
            assert!(lines.find(|line| *line == kind).is_some());
            let fields = fields(&mut lines, 1);
            assert_eq!(
                fields.iter().map(|field| field.name).collect::<Vec<_>>(),
                ["spec"],
                "{kind}"
            );
            assert!(fields.iter().all(|field| field.fields.len() > 2), "{kind}");
            assert!(lines.next().is_none_or(str::is_empty), "{kind}");
        }
    }

    #[test]
    fn a_field_is_one_of_its_kind_and_what_its_kind_says() {
        let pool = |change: fn(&mut Value)| {
            let mut spec = json!({
                "template": { "spec": {
                    "nodeClassRef": { "group": "karpenter.k8s.aws", "kind": "EC2NodeClass", "name": "a" },
                    "requirements": [
                        { "key": "kubernetes.io/arch", "operator": "In", "values": ["arm64"] },
                    ],
                } },
                "disruption": {
                    "consolidateAfter": "5m", "budgets": [{ "nodes": "0", "reasons": ["Drifted"] }],
                },
                "limits": { "cpu": 400, "memory": "1600Gi" },
                "weight": 10,
            });
            change(&mut spec);
            of(&spec)
        };
        assert_eq!(pool(|_| ()), [""; 0]);
        for (change, told) in [
            (
                (|spec| spec["limit"] = json!({})) as fn(&mut Value),
                "NodePool has no field `spec/limit`; `limits` may be meant",
            ),
            (
                |spec| spec["disruption"]["budgets"][0]["nodez"] = "1".into(),
                "NodePool has no field `spec/disruption/budgets/0/nodez`; `nodes` may be meant",
            ),
            (
                |spec| spec["weight"] = "10".into(),
                "the field `spec/weight` of NodePool is no \"10\"; it is an integer",
            ),
            (
                |spec| spec["disruption"]["budgets"][0]["reasons"] = json!(["Old"]),
                "the field `spec/disruption/budgets/0/reasons/0` of NodePool takes no \"Old\"; it takes Underutilized, Empty, Drifted",
            ),
            (
                |spec| {
                    spec["template"]["spec"]["nodeClassRef"]
                        .as_object_mut()
                        .unwrap()
                        .remove("name");
                },
                "NodePool needs a field `spec/template/spec/nodeClassRef/name`; ",
            ),
            (
                |spec| spec["limits"]["cpu"] = json!([]),
                "the field `spec/limits/cpu` of NodePool is no []; it is an integer or a text",
            ),
        ] {
            assert_eq!(pool(change), [told]);
        }
    }

    #[test]
    fn a_kind_that_the_table_does_not_have_is_not_looked_into() {
        let object = json!({ "apiVersion": "example.com/v1", "kind": "NodePool", "sepc": 1 });
        assert_eq!(mistakes(&Manifest::new(object, Location::caller())), []);
    }
}
