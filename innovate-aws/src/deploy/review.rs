//! Whether a change set does no more than is allowed.

use std::collections::BTreeSet;

use innovate_cfn::schema;
use innovate_core::check::Registry;

use super::{Failure, FailureCause, PlannedChange};
use crate::plan::Allowed;

/// The resources that hold data and that the change set would delete or replace, although nobody named
/// them.
pub(super) fn losses(changes: &[PlannedChange], named: &BTreeSet<String>) -> Vec<FailureCause> {
    let lost = changes.iter().filter_map(|change| {
        let reason = loss(change)?;
        let stateful = schema::Registry.facts(&change.type_name).is_some_and(|it| it.stateful);
        (stateful && !named.contains(&change.logical_id)).then(|| FailureCause {
            logical_id: change.logical_id.clone(),
            type_name: change.type_name.clone(),
            status: change.action.clone(),
            reason: reason.to_owned(),
            place: change.place.clone(),
        })
    });
    lost.collect()
}

/// What the change set would do that a plan doesn't have.
pub(super) fn unplanned(changes: &[PlannedChange], planned: &Allowed) -> Vec<FailureCause> {
    let surplus = changes.iter().filter(|change| {
        !planned.has(&change.logical_id, &change.action, change.replacement.as_deref())
    });
    let cause = |change: &PlannedChange| {
        let how = match change.replacement.as_deref() {
            Some("True") => ", and be replaced",
            Some("Conditional") => ", and may be replaced",
            _ => "",
        };
        let what = match &*change.action {
            "Add" => "be made",
            "Remove" => "leave its stack",
            "Import" => "be imported",
            _ => "be changed",
        };
        FailureCause {
            logical_id: change.logical_id.clone(),
            type_name: change.type_name.clone(),
            status: change.action.clone(),
            reason: format!("it would {what}{how}"),
            place: change.place.clone(),
        }
    };
    surplus.map(cause).collect()
}

/// What a resource would lose. A replacement that depends on values counts as one.
fn loss(change: &PlannedChange) -> Option<&'static str> {
    let policy = change.policy_action.as_deref();
    match (&*change.action, change.replacement.as_deref()) {
        ("Remove", _) if policy == Some("Retain") => {
            Some("it holds data, and would be forgotten: it stays in the account, in no stack")
        }
        ("Remove", _) => Some("it holds data, and would be deleted"),
        ("Modify", Some("True")) => {
            Some("it holds data, and an empty one would be made in its place")
        }
        ("Modify", Some("Conditional")) => {
            Some("it holds data, and an empty one may be made in its place, as values will tell")
        }
        // What becomes of a physical resource is only said of one that goes.
        ("Add" | "Modify" | "Import" | "SyncWithActual", None | Some("False"))
            if policy.is_none() =>
        {
            None
        }
        // `Dynamic`, or what is newer than this version.
        _ => Some("it holds data, and CloudFormation doesn't say what becomes of it"),
    }
}

/// What is said of a change set that would lose these.
pub(super) fn refused(lost: Vec<FailureCause>, stack: &str) -> Failure {
    let names: Vec<String> = lost
        .iter()
        .map(|cause| {
            let option = if cause.status == "Remove" { "delete" } else { "replace" };
            format!("--{option} {stack}/{}", cause.logical_id)
        })
        .collect();
    Failure::new("CloudFormation would do more than the plan allows: nothing was changed")
        .help(format!("if that is meant: {}", names.join(" ")))
        .causes(lost)
}

/// The options that let these be deleted.
pub(super) fn named_deletions(stack: &str, lost: &[FailureCause]) -> String {
    let names: Vec<String> =
        lost.iter().map(|cause| format!("--delete {stack}/{}", cause.logical_id)).collect();
    names.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(action: &str, replacement: Option<&str>, type_name: &str) -> PlannedChange {
        PlannedChange {
            logical_id: "Store".to_owned(),
            type_name: type_name.to_owned(),
            action: action.to_owned(),
            replacement: replacement.map(str::to_owned),
            policy_action: None,
            place: None,
        }
    }

    #[test]
    fn what_holds_data_is_lost_only_if_it_is_named() {
        let table = "AWS::DynamoDB::Table";
        for (action, replacement) in [
            ("Remove", None),
            ("Modify", Some("True")),
            ("Modify", Some("Conditional")),
            ("Dynamic", None),
            ("News", None),
        ] {
            let changes = [change(action, replacement, table)];
            assert_eq!(losses(&changes, &BTreeSet::new()).len(), 1, "{action}");
            assert!(losses(&changes, &BTreeSet::from(["Store".to_owned()])).is_empty());
            let role = [change(action, replacement, "AWS::IAM::Role")];
            assert!(losses(&role, &BTreeSet::new()).is_empty());
        }
        for (action, replacement) in [("Add", None), ("Modify", Some("False")), ("Import", None)] {
            assert!(losses(&[change(action, replacement, table)], &BTreeSet::new()).is_empty());
        }
    }
}
