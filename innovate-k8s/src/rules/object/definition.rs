//! The fields of objects, by tables of what the definitions of their kinds say: which there are, of which
//! type, which must be there, and which values they take.
//!
//! `custom_kinds.txt` has the kinds of controllers, `native_kinds.txt` those of Kubernetes itself.

use std::{cell::OnceCell, collections::BTreeMap, iter::Peekable, str::Lines};

use innovate_core::{Manifest, check::suggest::nearest};
use serde_json::{Map, Value};

const CUSTOM: &str = include_str!("custom_kinds.txt");
const NATIVE: &str = include_str!("native_kinds.txt");

/// What stands in an object and isn't in the definition of its kind.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mistake {
    pub(super) path: String,
    pub(super) message: String,
    pub(super) help: Option<String>,
}

/// The tables, of which a section is read when it is first asked for.
pub(super) struct Table(BTreeMap<&'static str, Section>);

struct Section {
    text: &'static str,
    fields: OnceCell<Vec<Field>>,
}

impl Table {
    pub(super) fn new() -> Self {
        let sections = CUSTOM.split("\n\n").chain(NATIVE.split("\n\n"));
        let section = |text: &'static str| {
            let (title, text) = text.split_once('\n')?;
            Some((title, Section { text, fields: OnceCell::new() }))
        };
        Self(sections.filter_map(section).collect())
    }

    /// The fields below a title.
    fn fields(&self, title: &str) -> Option<&[Field]> {
        let section = self.0.get(title)?;
        let read = || fields(&mut section.text.lines().peekable(), 1);
        Some(section.fields.get_or_init(read))
    }

    /// The mistakes of an object in a cluster of this minor version; none if its kind isn't in the tables.
    pub(super) fn mistakes(&self, manifest: &Manifest, version: Option<u16>) -> Vec<Mistake> {
        let kind = manifest.kind();
        let title = format!("{} {kind}", manifest.api_version());
        let mut reader = Reader { table: self, kind, version, mistakes: Vec::new() };
        if let (Some(fields), Some(object)) = (self.fields(&title), manifest.object().as_object()) {
            let mut object = object.clone();
            object.remove("apiVersion");
            object.remove("kind");
            // The API server leaves out of what it is given what controllers write.
            object.remove("status");
            if let Some(metadata) = object.remove("metadata") {
                reader.check("@meta.v1.ObjectMeta", None, &metadata, "metadata");
            }
            reader.compare(fields, &object, "");
        }
        reader.mistakes
    }
}

/// A line of the table, and those that are indented below it.
struct Field {
    name: &'static str,
    required: bool,
    kind: &'static str,
    allowed: &'static str,
    /// The minor versions that have it: from the first, to the second.
    versions: [Option<u16>; 2],
    fields: Vec<Self>,
}

fn fields(lines: &mut Peekable<Lines<'static>>, depth: usize) -> Vec<Field> {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let mut found = Vec::new();
    while let Some(line) = lines.next_if(|line| indent(line) >= depth) {
        let mut words = line.split_whitespace();
        let [name, kind] = [(); 2].map(|()| words.next().unwrap_or_default());
        let (name, required) = match name.strip_suffix('!') {
            Some(name) => (name, true),
            None => (name, false),
        };
        let (mut allowed, mut versions) = ("", [None; 2]);
        for word in words {
            match word.split_at_checked(1) {
                Some(("+", since)) => versions[0] = since.parse().ok(),
                Some(("-", until)) => versions[1] = until.parse().ok(),
                _ => allowed = word,
            }
        }
        let fields = fields(lines, depth + 1);
        found.push(Field { name, required, kind, allowed, versions, fields });
    }
    found
}

/// What reads one object.
struct Reader<'object> {
    table: &'object Table,
    kind: &'object str,
    version: Option<u16>,
    mistakes: Vec<Mistake>,
}

impl Reader<'_> {
    fn report(&mut self, path: &str, message: String, help: Option<String>) {
        self.mistakes.push(Mistake { path: path.to_owned(), message, help });
    }

    fn compare(&mut self, fields: &[Field], object: &Map<String, Value>, path: &str) {
        let below = |name: &str| match path {
            "" => name.to_owned(),
            path => format!("{path}/{name}"),
        };
        let kind = self.kind;
        let missing = |field: &&Field| field.required && !object.contains_key(field.name);
        for field in fields.iter().filter(missing) {
            let path = below(field.name);
            self.report(&path, format!("{kind} needs a field `{path}`"), None);
        }
        for (name, value) in object {
            let path = below(name);
            let Some(field) = fields.iter().find(|field| field.name == name) else {
                let help = nearest(name, fields.iter().map(|field| field.name))
                    .map(|nearest| format!("`{nearest}` may be meant"));
                self.report(&path, format!("{kind} has no field `{path}`"), help);
                continue;
            };
            match (field.versions, self.version) {
                ([Some(since), _], Some(version)) if version < since => {
                    let help = format!("the cluster has Kubernetes 1.{version}");
                    let message =
                        format!("{kind} has no field `{path}` before Kubernetes 1.{since}");
                    self.report(&path, message, Some(help));
                }
                ([_, Some(until)], Some(version)) if version > until => {
                    let help = format!("the cluster has Kubernetes 1.{version}");
                    let message =
                        format!("{kind} has no field `{path}` since Kubernetes 1.{}", until + 1);
                    self.report(&path, message, Some(help));
                }
                _ => self.check(field.kind, Some(field), value, &path),
            }
        }
    }

    fn check(&mut self, expected: &'static str, field: Option<&Field>, value: &Value, path: &str) {
        let kind = self.kind;
        let inner = |open, close| expected.strip_prefix(open)?.strip_suffix(close);
        let is_integer = value.is_i64() || value.is_u64();
        let (fits, what) = match expected {
            "s" => (value.is_string(), "a text"),
            "i" => (is_integer, "an integer"),
            "n" => (value.is_number(), "a number"),
            "b" => (value.is_boolean(), "`true` or `false`"),
            "x" => (is_integer || value.is_string(), "an integer or a text"),
            "q" => (value.is_number() || value.is_string(), "a number or a text"),
            _ if expected.starts_with('[') => (value.is_array(), "a list"),
            _ if expected.starts_with(['{', '@']) => (value.is_object(), "an object"),
            _ => (true, ""),
        };
        if !fits {
            let message = format!("the field `{path}` of {kind} is no {value}");
            self.report(path, message, Some(format!("it is {what}")));
            return;
        }
        match value {
            Value::Array(items) => {
                let item = inner('[', ']').unwrap_or_default();
                for (at, value) in items.iter().enumerate() {
                    self.check(item, field, value, &format!("{path}/{at}"));
                }
            }
            Value::Object(object) if expected == "{}" => {
                let fields = field.map(|field| &*field.fields).unwrap_or_default();
                self.compare(fields, object, path);
            }
            Value::Object(object) if expected.starts_with('@') => {
                let table = self.table;
                if let Some(fields) = table.fields(expected) {
                    self.compare(fields, object, path);
                }
            }
            Value::Object(object) => {
                let Some(entry) = inner('{', '}') else { return };
                for (name, value) in object {
                    self.check(entry, field, value, &format!("{path}/{name}"));
                }
            }
            Value::String(text) => {
                let allowed = field.map(|field| field.allowed).unwrap_or_default();
                if !allowed.is_empty() && allowed.split('|').all(|value| value != text) {
                    let message = format!("the field `{path}` of {kind} takes no {text:?}");
                    let help = format!("it takes {}", allowed.replace('|', ", "));
                    self.report(path, message, Some(help));
                }
            }
            _ => {}
        }
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
        let found = Table::new().mistakes(&Manifest::new(object, Location::caller()), None);
        found
            .into_iter()
            .map(|found| [found.message, found.help.unwrap_or_default()].join("; "))
            .collect()
    }

    #[test]
    fn the_table_is_read_as_it_is_indented() {
        assert!(
            [CUSTOM, NATIVE]
                .iter()
                .flat_map(|text| text.lines())
                .all(|line| { line.trim_end() == line && line.is_ascii() })
        );
        let table = Table::new();
        // The two headers are sections that nothing asks for.
        let titles = table.0.keys().filter(|title| !title.starts_with('#'));
        let mut references = 0;
        for title in titles {
            let fields = table.fields(title).unwrap();
            assert!(
                !fields.is_empty() && fields.iter().all(|field| !field.kind.is_empty()),
                "{title}"
            );
            for field in fields {
                if let Some(at) = field.kind.find('@') {
                    let name = field.kind[at..].trim_end_matches([']', '}']);
                    assert!(table.fields(name).is_some(), "{title}: {name}");
                    references += 1;
                }
            }
        }
        assert!(references > 200, "{references}");
        let pod = table.fields("@core.v1.PodSpec").unwrap();
        let containers = pod.iter().find(|field| field.name == "containers").unwrap();
        assert_eq!((containers.required, containers.kind), (true, "[@core.v1.Container]"));
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
    fn what_controllers_write_is_no_mistake_of_an_object() {
        for (version, kind) in [("apps/v1", "Deployment"), ("karpenter.sh/v1", "NodePool")] {
            let mistakes = |status: &str| {
                let object = json!({ "apiVersion": version, "kind": kind, status: {} });
                Table::new().mistakes(&Manifest::new(object, Location::caller()), None)
            };
            let told = |found: &[Mistake], field: &str| found.iter().any(|at| at.path == field);
            assert!(!told(&mistakes("status"), "status"), "{kind}");
            assert!(told(&mistakes("state"), "state"), "{kind}");
        }
    }

    #[test]
    fn a_kind_that_the_table_does_not_have_is_not_looked_into() {
        let object = json!({ "apiVersion": "example.com/v1", "kind": "NodePool", "sepc": 1 });
        let manifest = Manifest::new(object, Location::caller());
        assert_eq!(Table::new().mistakes(&manifest, None), []);
    }
}
