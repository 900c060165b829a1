//! `K8S-14`: a class of ingresses takes those that name it.

use innovate_core::{
    Manifest, Rule, Severity,
    check::{Check, Findings, Model},
};
use serde_json::{Map, Value};

use super::{super::clusters, ingresses, parameters};
use crate::view::{Objects, selects, title};

pub(crate) static CLASS_ADMITS_NAMESPACE: Rule = Rule {
    code: "K8S-14",
    title: "an ingress is in a namespace that its class is for",
    explanation: "An `IngressClassParams` may name the namespaces whose ingresses it is for, so that \
no other team stands behind the same web ACL or before the internet unasked. For an ingress of another \
namespace the load balancer controller makes no load balancer, and says so in an event \
only.\n\nSource: \"IngressClass\" (spec.namespaceSelector), AWS Load Balancer Controller \
documentation.",
    check: Check::Model(check),
};

/// By this label the API server names each namespace.
const NAME: &str = "kubernetes.io/metadata.name";

fn check(model: &Model<'_>, findings: &mut Findings) {
    for objects in clusters(model) {
        for ingress in ingresses(objects) {
            let Some(selector) =
                parameters(objects, ingress).and_then(|spec| spec.get("namespaceSelector"))
            else {
                continue;
            };
            let Some(namespace) = ingress.namespace() else { continue };
            let made = objects.find("Namespace", None, namespace);
            if made.is_none() && !is_by_name(selector) {
                // Its labels are another program's.
                continue;
            }
            if selects(selector, Some(&labels(namespace, made))) {
                continue;
            }
            let message = format!(
                "the class `{}` is not for ingresses of namespace `{namespace}`",
                ingress.text("/spec/ingressClassName")
            );
            let admitted = admitted(objects, selector);
            findings.report(
                objects
                    .finding("K8S-14", Severity::Error, ingress, message)
                    .setter("class")
                    .property("spec/ingressClassName")
                    .given(title(ingress))
                    .allowed(match admitted.as_slice() {
                        [] => "no namespace".to_owned(),
                        names => format!("ingresses of {}", names.join(", ")),
                    })
                    .help("name the namespace when the class is made: `.namespace(&namespace)`"),
            );
        }
    }
}

/// Whether the selector asks for nothing but the namespace's name.
fn is_by_name(selector: &Value) -> bool {
    let keys = selector.get("matchLabels").and_then(Value::as_object).into_iter().flatten();
    let expressions = crate::view::items(selector, "/matchExpressions");
    keys.map(|(key, _)| key.as_str())
        .chain(expressions.map(|expression| crate::view::text(expression, "/key")))
        .all(|key| key == NAME)
}

fn labels(name: &str, namespace: Option<&Manifest>) -> Map<String, Value> {
    let own = namespace.and_then(|found| found.object().pointer("/metadata/labels"));
    let mut labels = own.and_then(Value::as_object).cloned().unwrap_or_default();
    labels.insert(NAME.to_owned(), name.into());
    labels
}

/// The namespaces of the program that the class is for.
fn admitted<'app>(objects: Objects<'app>, selector: &Value) -> Vec<&'app str> {
    let namespaces = objects.of_kind("Namespace");
    namespaces
        .filter(|found| selects(selector, Some(&labels(found.name(), Some(found)))))
        .map(Manifest::name)
        .collect()
}
