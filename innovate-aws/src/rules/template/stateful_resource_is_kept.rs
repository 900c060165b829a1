//! `CFN-02`: a resource that holds data says what becomes of it.

use innovate_core::{
    DeletionPolicy, Diagnostic, Resource, Rule, StackModel, StageKind,
    check::{Check, Findings, Model},
};

/// `CFN-02`.
pub static STATEFUL_RESOURCE_IS_KEPT: Rule = Rule {
    code: "CFN-02",
    title: "a resource that holds data says what becomes of it",
    explanation: "CloudFormation deletes a resource that leaves its stack, and the old one of a \
replacement, with its data. A type that holds data (a database, a bucket, a key, a volume, a log \
group, ...) therefore sets both DeletionPolicy and UpdateReplacePolicy, and in production neither \
is Delete. Write `.removal_policy(DeletionPolicy::Retain)` on the resource, or Snapshot where its \
type can.\n\nSource: \"DeletionPolicy attribute\" and \"UpdateReplacePolicy attribute\", AWS \
CloudFormation Template Reference Guide.",
    check: Check::EachStack(check),
};

fn check(model: &Model<'_>, stack: &StackModel, findings: &mut Findings) {
    let production = stack.site().stage() == StageKind::Prod;
    for resource in model.stateful(stack) {
        findings.extend(finding(resource, production));
    }
}

fn finding(resource: &Resource, production: bool) -> Option<Diagnostic> {
    let policies = [
        ("DeletionPolicy", resource.deletion_policy()),
        ("UpdateReplacePolicy", resource.update_replace_policy()),
    ];
    // The data of such an instance is its cluster's or its source's, and RDS takes no snapshot of it.
    let data_is_elsewhere = ["DBClusterIdentifier", "SourceDBInstanceIdentifier"]
        .iter()
        .any(|of| resource.properties().get(of).is_some());
    let loses = |policy: Option<DeletionPolicy>| match policy {
        None => true,
        Some(policy) => production && policy == DeletionPolicy::Delete && !data_is_elsewhere,
    };
    let (name, policy) = policies.into_iter().find(|(_, policy)| loses(*policy))?;
    let (id, kind) = (resource.logical_id(), resource.type_name());
    let message = match policy {
        None => format!("`{id}` ({kind}) holds data and sets no {name}: its data goes with it"),
        Some(_) => format!("`{id}` ({kind}) holds production data and its {name} deletes it"),
    };
    Some(
        Diagnostic::error("CFN-02", message)
            .on(resource)
            .property(name)
            .given(policy.map_or("nothing, which means Delete", DeletionPolicy::name))
            .allowed("Retain, RetainExceptOnCreate, or Snapshot where the type can")
            .help("add `.removal_policy(DeletionPolicy::Retain)` to the resource"),
    )
}
