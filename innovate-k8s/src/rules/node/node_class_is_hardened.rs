//! `KAR-08`: Karpenter's nodes keep pods from the instance metadata, and encrypt their volumes.

use innovate_core::{
    Rule, Severity,
    check::{Check, Findings, Model},
};
use serde_json::Value;

use super::super::clusters;
use crate::view::{items, title};

pub(crate) static NODE_CLASS_IS_HARDENED: Rule = Rule {
    code: "KAR-08",
    title: "Karpenter's nodes keep pods from the instance metadata, and encrypt their volumes",
    explanation: "A pod that reaches the instance metadata has the node's role. Karpenter's default \
asks for session tokens with a hop limit of 1, which no pod's request survives; a node class that says \
otherwise opens it. A class that lists its volumes must say of each that it is encrypted: they hold \
images, logs and secrets that pods mount. EKS-06 says the same of managed node groups.\n\nSource: \
\"spec.metadataOptions\" and \"spec.blockDeviceMappings\", Karpenter documentation; \"Restrict access to \
the instance profile assigned to the worker node\", Amazon EKS Best Practices Guide.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    for objects in clusters(model) {
        for class in objects.of_kind("EC2NodeClass") {
            let mut report = |message: &str, property: String, given: String, help: &str| {
                let message = format!("{} {message}", title(class));
                findings.report(
                    objects
                        .finding("KAR-08", Severity::Error, class, message)
                        .property(property)
                        .given(given)
                        .help(help),
                );
            };
            let options = "spec/metadataOptions";
            let option = |name: &str| class.object().pointer(&format!("/{options}/{name}"));
            if let Some(tokens) = option("httpTokens").filter(|tokens| *tokens != "required") {
                report(
                    "answers for the instance metadata without a session token",
                    format!("{options}/httpTokens"),
                    tokens.to_string(),
                    "leave it out, or write `httpTokens: required`",
                );
            }
            let hops = option("httpPutResponseHopLimit").and_then(Value::as_i64);
            let disabled = option("httpEndpoint").is_some_and(|endpoint| endpoint == "disabled");
            if let Some(hops) = hops.filter(|hops| *hops > 1 && !disabled) {
                report(
                    "lets pods reach the instance metadata",
                    format!("{options}/httpPutResponseHopLimit"),
                    hops.to_string(),
                    "leave it out, or write `httpPutResponseHopLimit: 1`; pods get their role by Pod Identity",
                );
            }
            for (at, device) in items(class.object(), "/spec/blockDeviceMappings").enumerate() {
                let encrypted = device.pointer("/ebs/encrypted");
                if encrypted != Some(&Value::Bool(true)) {
                    report(
                        "has a volume that isn't encrypted",
                        format!("spec/blockDeviceMappings/{at}/ebs/encrypted"),
                        encrypted.map_or_else(|| "nothing".to_owned(), Value::to_string),
                        "write `encrypted: true`, and `kmsKeyID` for a key of your own",
                    );
                }
            }
        }
    }
}
