//! `SEC-02`: a manifest holds no secret.

use innovate_aws::rules::template::secret_in;
use innovate_core::{
    Rule, Severity,
    check::{Check, Findings, Model},
};
use serde_json::Value;

use super::super::clusters;
use crate::view::{items, text, title};

pub(crate) static SECRET_IS_NO_LITERAL: Rule = Rule {
    code: "SEC-02",
    title: "no manifest holds a secret",
    explanation: "Manifests are kept in Git, and whoever reads Git reads them: base64 hides \
nothing. Keep the secret in Secrets Manager, and let External Secrets make the Secret in the \
cluster.\n\nLooked for: Secrets with contents, environment variables and settings of a \
ConfigMap that are named after a secret, and texts that look like keys, tokens or \
credentials.\n\nSource: \"Good practices for Kubernetes Secrets\", Kubernetes documentation.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    for objects in clusters(model) {
        for manifest in objects.all() {
            let mut report = |what: &str, path: &str| {
                let message = format!("{} holds {what}", title(manifest));
                findings.report(
                    objects
                        .finding("SEC-02", Severity::Error, manifest, message)
                        .property(path.trim_start_matches('/'))
                        .given("not shown")
                        .help("take it out of the program and replace it, since it is in Git now; keep the new one in Secrets Manager, and let an ExternalSecret bring it into the cluster"),
                );
            };
            let filled = |field: &str| {
                let map = manifest.object().get(field).and_then(Value::as_object);
                map.is_some_and(|map| !map.is_empty())
            };
            if manifest.kind() == "Secret" && (filled("data") || filled("stringData")) {
                report("the contents of a secret", "/data");
                continue;
            }
            visit(manifest.object(), &mut String::new(), &mut report);
            if manifest.kind() == "ConfigMap" {
                let settings = manifest.object().get("data").and_then(Value::as_object);
                for (name, value) in settings.into_iter().flatten() {
                    let value = value.as_str().unwrap_or_default();
                    if named_after_a_secret(name) && !value.is_empty() && secret_in(value).is_none()
                    {
                        report(&format!("a literal where a secret belongs: `{name}`"), "/data");
                    }
                }
            }
        }
        for workload in objects.workloads() {
            for container in workload.containers() {
                for (at, variable) in items(container.value, "/env").enumerate() {
                    let (name, value) = (text(variable, "/name"), text(variable, "/value"));
                    if named_after_a_secret(name) && !value.is_empty() && secret_in(value).is_none()
                    {
                        let message =
                            format!("`{name}` is set to a literal where a secret belongs");
                        findings.report(
                            objects
                                .finding("SEC-02", Severity::Error, workload.manifest, message)
                                .property(format!("{}/env/{at}/value", container.path))
                                .given("not shown")
                                .help("mount the secret as a file, or read it with `secretKeyRef`"),
                        );
                    }
                }
            }
        }
    }
}

fn visit(value: &Value, path: &mut String, report: &mut impl FnMut(&str, &str)) {
    let length = path.len();
    match value {
        Value::String(text) => {
            if let Some(what) = secret_in(text) {
                report(what, path);
            }
        }
        Value::Array(values) => {
            for (at, item) in values.iter().enumerate() {
                path.push_str(&format!("/{at}"));
                visit(item, path, report);
                path.truncate(length);
            }
        }
        Value::Object(fields) => {
            for (name, field) in fields {
                path.push('/');
                path.push_str(name);
                visit(field, path, report);
                path.truncate(length);
            }
        }
        _ => {}
    }
}

/// `DB_PASSWORD`, `API_TOKEN`; not `TOKEN_URL` or `PASSWORD_FILE`, which say where one is.
fn named_after_a_secret(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    ["PASSWORD", "PASSWD", "SECRET", "TOKEN", "API_KEY", "PRIVATE_KEY", "SECRET_ACCESS_KEY"]
        .iter()
        .any(|word| name == *word || name.ends_with(&format!("_{word}")))
}
