//! `K8S-04`: what an object refers to exists.

use innovate_core::{
    Manifest, Rule, Severity,
    check::{Check, Findings, Model},
};
use serde_json::Value;

use super::super::clusters;
use crate::view::{Objects, items, text, title};

pub(crate) static REFERENCE_RESOLVES: Rule = Rule {
    code: "K8S-04",
    title: "what an object refers to exists, in its own cluster and namespace",
    explanation: "Pods don't start without their service account and config maps; an autoscaler \
without its target does nothing; an ingress to a service or port that isn't there answers 503; a \
node pool without its node class makes no nodes. Kubernetes accepts all of these objects. \
References of constructs can't dangle; those of raw manifests are looked up, in namespaces that the \
program makes.\n\nSource: Kubernetes API reference; \"NodePools\", Karpenter documentation.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    for objects in clusters(model) {
        let owned = |manifest: &Manifest| {
            manifest.namespace().is_some_and(|namespace| objects.owns(namespace))
        };
        for workload in objects.workloads().filter(|workload| owned(workload.manifest)) {
            for (kind, name, path) in workload.references() {
                resolve(
                    objects,
                    workload.manifest,
                    kind,
                    workload.namespace(),
                    name,
                    &path,
                    findings,
                );
            }
        }
        for manifest in objects.of_kind("HorizontalPodAutoscaler").filter(|found| owned(found)) {
            let target = ["/spec/scaleTargetRef/kind", "/spec/scaleTargetRef/name"];
            let [kind, name] = target.map(|pointer| manifest.text(pointer));
            let path = "spec/scaleTargetRef";
            resolve(objects, manifest, kind, manifest.namespace(), name, path, findings);
        }
        for manifest in objects.of_kind("Ingress").filter(|found| owned(found)) {
            let class = manifest.text("/spec/ingressClassName");
            if !class.is_empty() && class != "alb" {
                let path = "spec/ingressClassName";
                resolve(objects, manifest, "IngressClass", None, class, path, findings);
            }
            backends(objects, manifest, findings);
        }
        for manifest in objects.of_kind("TargetGroupBinding").filter(|found| owned(found)) {
            let (name, path) = (manifest.text("/spec/serviceRef/name"), "spec/serviceRef");
            resolve(objects, manifest, "Service", manifest.namespace(), name, path, findings);
        }
        for manifest in objects.of_kind("IngressClass") {
            let [kind, name] = ["/spec/parameters/kind", "/spec/parameters/name"]
                .map(|pointer| manifest.text(pointer));
            if kind == "IngressClassParams" {
                resolve(objects, manifest, kind, None, name, "spec/parameters", findings);
            }
        }
        for manifest in objects.of_kind("NodePool") {
            let pointer = "/spec/template/spec/nodeClassRef";
            let [kind, name] =
                ["kind", "name"].map(|field| manifest.text(&format!("{pointer}/{field}")));
            let path = pointer.trim_start_matches('/');
            resolve(objects, manifest, kind, None, name, path, findings);
        }
    }
}

fn resolve(
    objects: Objects<'_>,
    manifest: &Manifest,
    kind: &str,
    namespace: Option<&str>,
    name: &str,
    path: &str,
    findings: &mut Findings,
) {
    if objects.find(kind, namespace, name).is_some() {
        return;
    }
    let known: Vec<&str> = objects
        .of_kind(kind)
        .filter(|found| found.namespace() == namespace)
        .map(Manifest::name)
        .collect();
    let place = namespace.map(|namespace| format!(" in namespace `{namespace}`"));
    let message = format!("{} refers to a {kind} that there is not", title(manifest));
    let finding = objects
        .finding("K8S-04", Severity::Error, manifest, message)
        .property(path.trim_start_matches('/'))
        .given(name)
        .help(
            "add it, or make the object with its construct, which takes a handle instead of a name",
        );
    findings.report(match known.as_slice() {
        [] => finding.allowed(format!("none: there is no {kind}{}", place.unwrap_or_default())),
        known => finding.allowed(known.join(", ")),
    });
}

/// The services of an ingress, and their ports.
fn backends(objects: Objects<'_>, ingress: &Manifest, findings: &mut Findings) {
    let mut backends: Vec<(&Value, String)> = Vec::new();
    if let Some(backend) = ingress.object().pointer("/spec/defaultBackend/service") {
        backends.push((backend, "spec/defaultBackend/service".to_owned()));
    }
    for (at, rule) in items(ingress.object(), "/spec/rules").enumerate() {
        for (path_at, path) in items(rule, "/http/paths").enumerate() {
            if let Some(backend) = path.pointer("/backend/service") {
                let path = format!("spec/rules/{at}/http/paths/{path_at}/backend/service");
                backends.push((backend, path));
            }
        }
    }
    for (backend, path) in backends {
        let name = text(backend, "/name");
        let action = format!("alb.ingress.kubernetes.io/actions.{name}");
        let annotations = ingress.object().pointer("/metadata/annotations");
        if annotations.is_some_and(|annotations| annotations.get(&action).is_some()) {
            continue;
        }
        let Some(service) = objects.find("Service", ingress.namespace(), name) else {
            resolve(objects, ingress, "Service", ingress.namespace(), name, &path, findings);
            continue;
        };
        let wanted = backend.get("port").unwrap_or(&Value::Null);
        let mut ports = items(service.object(), "/spec/ports");
        let found = ports.any(|port| match (wanted.get("number"), wanted.get("name")) {
            (Some(number), _) => port.get("port") == Some(number),
            (None, Some(name)) => port.get("name") == Some(name),
            (None, None) => false,
        });
        if !found {
            let has: Vec<String> = items(service.object(), "/spec/ports")
                .map(|port| {
                    let number = port.get("port").unwrap_or(&Value::Null);
                    format!("{number} ({})", text(port, "/name"))
                })
                .collect();
            let message = format!("{} leads to a port that its service hasn't", title(ingress));
            findings.report(
                objects
                    .finding("K8S-04", Severity::Error, ingress, message)
                    .property(format!("{path}/port"))
                    .given(wanted)
                    .allowed(has.join(", ")),
            );
        }
    }
}
