//! What refuses its deletion.

use innovate_core::{check::Diagnostic, diff::Refusal};
use serde_json::Value;

use super::{Found, RemnantKind, Said, Subject};

/// Properties of which each keeps a resource from being deleted: the type, or what its name begins with,
/// the path, and the values that protect.
///
/// Source: the pages of these types in the AWS CloudFormation Template Reference.
const PROTECTIONS: &[(&str, &str, &[&str])] = &[
    ("AWS::", "DeletionProtection", &["true", "ACTIVE", "ENABLED", "enabled"]),
    ("AWS::", "DeletionProtectionEnabled", &["true"]),
    ("AWS::", "TerminationProtectionEnabled", &["true"]),
    ("AWS::AutoScaling::", "DeletionProtection", &["prevent-all-deletion"]),
    ("AWS::VerifiedPermissions::", "DeletionProtection/Mode", &["ENABLED"]),
    ("AWS::NetworkFirewall::", "DeleteProtection", &["true"]),
    ("AWS::EC2::Instance", "DisableApiTermination", &["true"]),
    ("AWS::EMR::Cluster", "Instances/TerminationProtected", &["true"]),
];

/// The attribute of load balancers that protects them.
///
/// Source: "LoadBalancer LoadBalancerAttribute", AWS CloudFormation Template Reference.
const ATTRIBUTE: &str = "deletion_protection.enabled";

pub(super) fn of(subject: &Subject<'_>, found: Found<'_>) {
    let Some((property, certain)) = protection(subject) else { return };
    let why = if certain {
        format!("`{property}` is set: the service refuses to delete it")
    } else {
        format!("`{property}` isn't known here: if it is set, the service refuses to delete it")
    };
    found(
        RemnantKind::Obstacle,
        Said::new(
            "protection against deletion",
            why,
            format!("set `{property}` to its opposite and deploy that, then destroy"),
        ),
    );
}

/// Why the stack's deletion would stop half way, or take along what nobody sees.
pub(super) fn refusal(subject: &Subject<'_>) -> Option<Refusal> {
    let id = &subject.change.logical_id;
    let finding = match protection(subject) {
        Some((property, true)) => Diagnostic::error(
            "PLAN-08",
            format!("`{id}` is protected against deletion, as it is deployed: its stack would be deleted half way"),
        )
        .property(property)
        .help("deploy it without the protection, then destroy"),
        // One that holds data is refused as such.
        _ if holds_stacks(subject) && !subject.change.stateful => Diagnostic::error(
            "PLAN-03",
            format!("`{id}` makes stacks of its own, which are deleted with it: what they hold isn't known here"),
        ),
        _ => return None,
    };
    Some(Refusal {
        stack: subject.stack.id.clone(),
        logical_id: id.clone(),
        finding: match &subject.change.place {
            Some(place) => finding.at(place.clone()),
            None => finding,
        },
        by_name: true,
    })
}

fn holds_stacks(subject: &Subject<'_>) -> bool {
    let kind = subject.type_name();
    let nested = matches!(kind, "AWS::CloudFormation::Stack" | "AWS::CloudFormation::StackSet");
    nested && !subject.is_retained()
}

/// What protects it, and whether that is certain. What is retained needs no protection.
fn protection(subject: &Subject<'_>) -> Option<(String, bool)> {
    if subject.is_retained() {
        return None;
    }
    let of_type = PROTECTIONS.iter().filter(|(kind, ..)| subject.type_name().starts_with(kind));
    for (_, path, values) in of_type {
        let protects = |text: &str| values.contains(&text);
        match (subject.at(path), subject.text(path)) {
            (None, _) | (Some(Value::Bool(false)), _) => {}
            (Some(Value::Bool(true)), _) if protects("true") => {
                return Some((path.replace('/', "."), true));
            }
            (_, Some(text)) if protects(text) => return Some((path.replace('/', "."), true)),
            (Some(Value::Object(map)), None) if is_function(map) => {
                return Some((path.replace('/', "."), false));
            }
            _ => {}
        }
    }
    let attributes = subject.at("LoadBalancerAttributes").and_then(Value::as_array);
    let attribute = attributes.into_iter().flatten().find_map(|attribute| {
        let is_it = attribute.get("Key").and_then(Value::as_str) == Some(ATTRIBUTE);
        attribute.get("Value").filter(|_| is_it)
    });
    let replicas = subject.at("Replicas").and_then(Value::as_array);
    let mut replicas = replicas.into_iter().flatten();
    let replica =
        |replica: &Value| replica.get("DeletionProtectionEnabled") == Some(&Value::Bool(true));
    match attribute {
        Some(Value::Bool(true)) => Some((ATTRIBUTE.to_owned(), true)),
        Some(Value::String(text)) if text == "true" => Some((ATTRIBUTE.to_owned(), true)),
        Some(Value::Object(_)) => Some((ATTRIBUTE.to_owned(), false)),
        _ if replicas.any(replica) => Some(("Replicas.DeletionProtectionEnabled".to_owned(), true)),
        _ => None,
    }
}

fn is_function(map: &serde_json::Map<String, Value>) -> bool {
    map.len() == 1 && map.keys().all(|key| key == "Ref" || key.starts_with("Fn::"))
}
