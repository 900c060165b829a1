//! `K8S-02`: quantities, ports and limits are what the API server reads.

use innovate_core::{
    Rule, Severity,
    check::{Check, Findings, Model},
};
use serde_json::Value;

use super::super::clusters;
use crate::{
    quantity::milli,
    view::{Objects, items, title},
};

pub(crate) static VALUE_IS_WELL_FORMED: Rule = Rule {
    code: "K8S-02",
    title: "quantities, ports and limits are what the API server reads",
    explanation: "`512MB` is no quantity (it is `512M` or `512Mi`), a request may not be above its \
limit, a port is between 1 and 65535, and a config map has keys of letters and digits and is no \
larger than 1 MiB. The API server refuses the object, or Argo CD reports it \
as out of sync for ever.\n\nSource: \"Quantity\", Kubernetes API reference; \"Resource Management \
for Pods and Containers\", Kubernetes documentation.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    for objects in clusters(model) {
        containers(objects, findings);
        maps_of_quantities(objects, findings);
        config_maps(objects, findings);
        autoscalers(objects, findings);
    }
}

/// The most bytes that a config map may hold.
const CONFIG_MAP: usize = 1 << 20;

fn config_maps(objects: Objects<'_>, findings: &mut Findings) {
    for manifest in objects.of_kind("ConfigMap") {
        let mut size = 0;
        for field in ["data", "binaryData"] {
            let entries = manifest.object().get(field).and_then(Value::as_object);
            for (key, value) in entries.into_iter().flatten() {
                size += key.len() + value.as_str().map_or(0, str::len);
                let allowed =
                    |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
                if key.is_empty()
                    || key.len() > 253
                    || key.starts_with("..")
                    || key == "."
                    || !key.bytes().all(allowed)
                {
                    let message = "Kubernetes accepts no such key of a config map";
                    findings.report(
                        objects
                            .finding("K8S-02", Severity::Error, manifest, message)
                            .setter("entry")
                            .property(format!("{field}/{key}"))
                            .given(format!("{key:?}"))
                            .allowed("up to 253 letters, digits, `-`, `_` and `.`"),
                    );
                }
            }
        }
        if size > CONFIG_MAP {
            let message = format!("{} is larger than Kubernetes accepts", title(manifest));
            findings.report(
                objects
                    .finding("K8S-02", Severity::Error, manifest, message)
                    .property("data")
                    .given(format!("{size} bytes"))
                    .allowed(format!("{CONFIG_MAP} bytes")),
            );
        }
    }
}

fn autoscalers(objects: Objects<'_>, findings: &mut Findings) {
    for manifest in objects.of_kind("HorizontalPodAutoscaler") {
        for (at, metric) in items(manifest.object(), "/spec/metrics").enumerate() {
            let target = metric.pointer("/resource/target/averageUtilization");
            if target.and_then(Value::as_i64).is_some_and(|percent| percent < 1) {
                let message = format!("{} aims at no use at all", title(manifest));
                findings.report(
                    objects
                        .finding("K8S-02", Severity::Error, manifest, message)
                        .setter("cpu_target_percent")
                        .property(format!("spec/metrics/{at}/resource/target/averageUtilization"))
                        .given("0")
                        .allowed("1 or more, in percent of what is requested"),
                );
            }
        }
    }
}

fn containers(objects: Objects<'_>, findings: &mut Findings) {
    for workload in objects.workloads() {
        for container in workload.containers() {
            let amounts = |which: &str| {
                container.value.pointer(&format!("/resources/{which}")).and_then(Value::as_object)
            };
            let (requests, limits) = (amounts("requests"), amounts("limits"));
            let mut report = |message: String, field: String, given: String, help: &str| {
                findings.report(
                    objects
                        .finding("K8S-02", Severity::Error, workload.manifest, message)
                        .setter("resources")
                        .property(format!("{}/{field}", container.path))
                        .given(given)
                        .help(help),
                );
            };
            for (which, amounts) in [("requests", requests), ("limits", limits)] {
                for (name, value) in amounts.into_iter().flatten() {
                    if quantity(value).is_none_or(|milli| milli < 0) {
                        report(
                            format!("the API server reads no quantity here: {name} of {which}"),
                            format!("resources/{which}/{name}"),
                            value.to_string(),
                            "write `250m` for a quarter of a core, `256Mi` for memory",
                        );
                    }
                }
            }
            for (name, request) in requests.into_iter().flatten() {
                let Some(limit) = limits.and_then(|limits| limits.get(name)) else { continue };
                if let (Some(requested), Some(most)) = (quantity(request), quantity(limit))
                    && requested > most
                {
                    let written = |amount: &Value| amount.to_string().replace('"', "");
                    report(
                        format!("a container requests more {name} than its limit"),
                        format!("resources/requests/{name}"),
                        format!("{} requested, limit {}", written(request), written(limit)),
                        "raise the limit, or request less",
                    );
                }
            }
            for (at, port) in items(container.value, "/ports").enumerate() {
                let number = port.get("containerPort").and_then(Value::as_i64).unwrap_or_default();
                if !(1..=65535).contains(&number) {
                    let finding = objects
                        .finding(
                            "K8S-02",
                            Severity::Error,
                            workload.manifest,
                            "a container listens on no port that there is",
                        )
                        .setter("listen")
                        .property(format!("{}/ports/{at}/containerPort", container.path))
                        .given(number)
                        .allowed("1 to 65535");
                    findings.report(finding);
                }
            }
        }
    }
}

fn quantity(value: &Value) -> Option<i128> {
    match value {
        Value::String(text) => milli(text),
        Value::Number(number) => milli(&number.to_string()),
        _ => None,
    }
}

fn maps_of_quantities(objects: Objects<'_>, findings: &mut Findings) {
    for manifest in objects.all() {
        let path = match manifest.kind() {
            "ResourceQuota" => "spec/hard",
            "NodePool" => "spec/limits",
            _ => continue,
        };
        let amounts = manifest.object().pointer(&format!("/{path}")).and_then(Value::as_object);
        for (name, value) in amounts.into_iter().flatten() {
            if quantity(value).is_none() {
                let message =
                    format!("the API server reads no quantity here: {name} of {}", title(manifest));
                findings.report(
                    objects
                        .finding("K8S-02", Severity::Error, manifest, message)
                        .property(format!("{path}/{name}"))
                        .given(value)
                        .help("write `400` for cores, `1600Gi` for memory"),
                );
            }
        }
    }
}
