//! The table of custom kinds, `src/rules/object/custom_kinds.txt`: what their definitions say.

use std::{fmt::Write, path::PathBuf};

use serde_json::Value;

use crate::schema::Definitions;

const HEADER: &str = "\
# The fields of custom kinds: a line each, indented below the field that it is in.
# `!` marks one that must be there. Types: `s` text, `i` integer, `n` number, `b` boolean,
# `x` integer or text, `*` anything, `{}` an object of the fields below, `{s}` a map of texts,
# `[s]` a list of texts, `[{}]` a list of such objects. What follows are the values that are allowed.
#
# Karpenter 1.14.1, External Secrets 2.9.0, AWS Load Balancer Controller 3.5.0,
# Velero 1.18.1 (each Apache-2.0).
# Made from their definitions by `UPDATE_TABLE=1 cargo test -p innovate-k8s --test it table`.
";

/// The kinds that constructs make, and those that programs write by hand beside them.
const KINDS: [(&str, &str); 12] = [
    ("elbv2.k8s.aws/v1beta1", "IngressClassParams"),
    ("elbv2.k8s.aws/v1beta1", "TargetGroupBinding"),
    ("external-secrets.io/v1", "ClusterSecretStore"),
    ("external-secrets.io/v1", "ExternalSecret"),
    ("external-secrets.io/v1", "SecretStore"),
    ("karpenter.k8s.aws/v1", "EC2NodeClass"),
    ("karpenter.sh/v1", "NodePool"),
    ("velero.io/v1", "Backup"),
    ("velero.io/v1", "BackupStorageLocation"),
    ("velero.io/v1", "Restore"),
    ("velero.io/v1", "Schedule"),
    ("velero.io/v1", "VolumeSnapshotLocation"),
];

#[test]
#[allow(clippy::disallowed_methods, reason = "a table is written on demand")]
fn the_table_of_custom_kinds_is_what_their_definitions_say() {
    let Some(definitions) = Definitions::read() else { return };
    let mut table = HEADER.to_owned();
    for (api, kind) in KINDS {
        writeln!(table, "\n{api} {kind}").unwrap();
        let schema = definitions.schema(api, kind).unwrap();
        fields(schema, 1, kind, &mut table);
    }
    let path =
        PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src/rules/object/custom_kinds.txt"));
    if std::env::var_os("UPDATE_TABLE").is_some() {
        std::fs::write(&path, &table).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap();
    assert!(committed == table, "stale: UPDATE_TABLE=1 cargo test -p innovate-k8s --test it table");
}

/// A line for each field of an object, and below it those of the objects in it.
fn fields(schema: &Value, depth: usize, path: &str, table: &mut String) {
    let required: Vec<&str> =
        schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        // The server knows itself what these hold, or writes them.
        if depth == 1 && name != "spec" {
            continue;
        }
        let path = format!("{path}/{name}");
        let mark = if required.contains(&name.as_str()) && field.get("default").is_none() {
            "!"
        } else {
            ""
        };
        // Of the many providers of secrets, the one of AWS is looked into.
        let closed = path.contains("SecretStore/spec/provider/") && !path.contains("/aws");
        let (kind, inner) = if closed { ("*".to_owned(), None) } else { kind(field) };
        write!(table, "{:depth$}{name}{mark} {kind}", "").unwrap();
        let allowed = |schema: &Value| schema["enum"].as_array().cloned();
        let values = allowed(field).or_else(|| allowed(&field["items"])).unwrap_or_default();
        if !values.is_empty() && values.iter().all(Value::is_string) {
            let values: Vec<&str> = values.iter().filter_map(Value::as_str).collect();
            assert!(values.iter().all(|value| !value.contains([' ', '|'])), "{path}: {values:?}");
            write!(table, " {}", values.join("|")).unwrap();
        }
        table.push('\n');
        if let Some(inner) = inner {
            fields(inner, depth + 1, &path, table);
        }
    }
}

/// The type of a field, and the schema of the objects in it.
fn kind(schema: &Value) -> (String, Option<&Value>) {
    if schema["x-kubernetes-int-or-string"] == true {
        return ("x".to_owned(), None);
    }
    match schema["type"].as_str() {
        Some("string") => ("s".to_owned(), None),
        Some("integer") => ("i".to_owned(), None),
        Some("number") => ("n".to_owned(), None),
        Some("boolean") => ("b".to_owned(), None),
        Some("array") => {
            let (kind, inner) = kind(&schema["items"]);
            (format!("[{kind}]"), inner)
        }
        Some("object") if schema["properties"].is_object() => ("{}".to_owned(), Some(schema)),
        Some("object") if schema["additionalProperties"].is_object() => {
            let (kind, inner) = kind(&schema["additionalProperties"]);
            (format!("{{{kind}}}"), inner)
        }
        _ => ("*".to_owned(), None),
    }
}
