//! `K8S-16`: the volumes that pods claim are encrypted.

use innovate_core::{
    Manifest, Rule, Severity,
    check::{Check, Findings, Model},
};
use serde_json::Value;

use super::super::clusters;
use crate::{storage_class::EBS_DRIVER, view::title};

pub(crate) static VOLUME_IS_ENCRYPTED: Rule = Rule {
    code: "K8S-16",
    title: "the volumes of a storage class of EBS are encrypted",
    explanation: "The EBS driver makes volumes without encryption unless the parameters of their \
class say `encrypted: \"true\"`, and a volume that isn't encrypted stays so: its data has to be \
copied.\n\nSource: \"CreateVolume Parameters\", Amazon EBS CSI driver documentation.",
    check: Check::Model(check),
};

/// What makes volumes of EBS; the API server hands what the second is asked for to the first.
const DRIVERS: [&str; 2] = [EBS_DRIVER, "kubernetes.io/aws-ebs"];

fn check(model: &Model<'_>, findings: &mut Findings) {
    for objects in clusters(model) {
        for class in objects.of_kind("StorageClass") {
            if !DRIVERS.contains(&class.text("/provisioner")) || is_encrypted(class) {
                continue;
            }
            let message = format!("{} makes volumes that aren't encrypted", title(class));
            let given = class.object().pointer("/parameters/encrypted");
            findings.report(
                objects
                    .finding("K8S-16", Severity::Error, class, message)
                    .property("parameters/encrypted")
                    .given(given.map_or_else(|| "nothing".to_owned(), Value::to_string))
                    .allowed("\"true\"")
                    .help(
                        "make the class with `StorageClass`, which takes the cluster's volume key",
                    ),
            );
        }
    }
}

/// The driver reads the names of parameters in any case.
fn is_encrypted(class: &Manifest) -> bool {
    let parameters = class.object().get("parameters").and_then(Value::as_object);
    parameters.into_iter().flatten().any(|(name, value)| {
        name.eq_ignore_ascii_case("encrypted") && value.as_str() == Some("true")
    })
}
