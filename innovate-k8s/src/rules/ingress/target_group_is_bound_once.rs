//! `ELB-06`: a target group that pods are put into is in the program, takes pods, and is theirs alone.

use std::collections::BTreeMap;

use innovate_core::{
    Diagnostic, Manifest, Node, Rule, Severity,
    check::{Check, Findings, Model},
};

use super::{super::clusters, name_of, target_group, target_groups};
use crate::view::{Objects, items, title};

pub(crate) static TARGET_GROUP_IS_BOUND_ONCE: Rule = Rule {
    code: "ELB-06",
    title: "a target group that a binding names is in the program, takes addresses of pods, and is bound once",
    explanation: "The load balancer controller finds a target group by its name, and takes each \
for its own: of two bindings of one group, each takes out the targets of the other, unless both say \
`multiClusterTargetGroup`. If there is no group of that name, the API server's webhook refuses the \
binding. A target group that another program makes is accepted with a reason: `.suppress(\"ELB-06\", \
\"..\")`.\n\nSource: \"TargetGroupBinding\", AWS Load Balancer Controller documentation.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    let mut bound: BTreeMap<_, &Manifest> = BTreeMap::new();
    for objects in clusters(model) {
        for binding in objects.of_kind("TargetGroupBinding") {
            let name = binding.text("/spec/targetGroupName");
            if name.is_empty() {
                continue;
            }
            let shared = binding.object().pointer("/spec/multiClusterTargetGroup");
            let shared = shared.and_then(serde_json::Value::as_bool).unwrap_or_default();
            let site = objects.set().site();
            let key = (site.account(), site.region(), name);
            if let Some(other) = bound.insert(key, binding).filter(|_| !shared) {
                findings.report(
                    finding(
                        objects,
                        Severity::Error,
                        binding,
                        "names a target group that is bound already",
                    )
                    .given(name)
                    .allowed("a target group of its own")
                    .related(other.location(), "the other binding is made here"),
                );
            }
            findings.extend(mismatch(model, objects, binding));
        }
    }
}

fn finding(objects: Objects<'_>, severity: Severity, binding: &Manifest, what: &str) -> Diagnostic {
    objects
        .finding("ELB-06", severity, binding, format!("{} {what}", title(binding)))
        .property("spec/targetGroupName")
        .setter("target_group")
}

/// What is wrong with the target group of a binding.
fn mismatch(model: &Model<'_>, objects: Objects<'_>, binding: &Manifest) -> Option<Diagnostic> {
    let Some(group) = target_group(model, objects, binding) else {
        let known: Vec<&str> = target_groups(model, objects).filter_map(name_of).collect();
        let finding =
            finding(objects, Severity::Warning, binding, "names a target group that is not in the app")
                .given(binding.text("/spec/targetGroupName"))
                .help("add the stack of the target group to the app, and make the binding with `TargetGroupBinding`");
        return Some(match known.as_slice() {
            [] => finding,
            known => finding.allowed(known.join(", ")),
        });
    };
    let text = |property: &str| group.properties().at(property).and_then(Node::as_text);
    let takes = text("TargetType").unwrap_or("instance");
    if takes != "ip" {
        return Some(
            finding(objects, Severity::Error, binding, "puts pods where no pod can be put")
                .given(format!("a target group of type `{takes}`"))
                .allowed("`ip`")
                .related(group.location(), "the target group is made here"),
        );
    }
    let service =
        objects.find("Service", binding.namespace(), binding.text("/spec/serviceRef/name"))?;
    let wanted = binding.object().pointer("/spec/serviceRef/port")?;
    let has = items(service.object(), "/spec/ports")
        .any(|port| port.get("port") == Some(wanted) || port.get("name") == Some(wanted));
    (!has).then(|| {
        let ports: Vec<String> = items(service.object(), "/spec/ports")
            .filter_map(|port| port.get("port"))
            .map(ToString::to_string)
            .collect();
        finding(objects, Severity::Error, binding, "is about a port that its service hasn't")
            .property("spec/serviceRef/port")
            .given(wanted)
            .allowed(ports.join(", "))
    })
}
