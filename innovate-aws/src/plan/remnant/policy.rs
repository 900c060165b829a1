//! What is retained, snapshots that are kept, keys that wait.

use super::{
    Found,
    RemnantKind::{Delayed, Retained, Snapshot},
    Said, Subject,
};

/// How many days a key waits for its deletion, unless the template says otherwise.
///
/// Source: "AWS::KMS::Key", AWS CloudFormation Template Reference.
const KEY_DAYS: u64 = 30;

pub(super) fn of(subject: &Subject<'_>, found: Found<'_>) {
    match (subject.type_name(), subject.change.old_resource) {
        (type_name, Some("Retain")) => {
            let paid =
                if subject.change.stateful { ", with what it holds, and is paid for" } else { "" };
            let again = match type_name {
                "AWS::S3::Bucket" | "AWS::ECR::Repository" => {
                    "; its name stays taken, so that the next deployment would fail at it unless it imports it"
                }
                _ => "",
            };
            found(
                Retained,
                Said::new(
                    format!("the resource itself{paid}"),
                    "its `DeletionPolicy` retains it",
                    format!(
                        "delete it by hand once nobody needs it, or import it into a stack{again}"
                    ),
                ),
            );
        }
        ("AWS::RDS::DBInstance" | "AWS::RDS::DBCluster", Some("Snapshot")) => found(
            Snapshot,
            Said::new(
                "a last snapshot of the database",
                "its `DeletionPolicy`, or that of its type, asks for it",
                "keep the KMS key that it is encrypted with, or nobody can restore it; delete it once nobody needs it",
            ),
        ),
        (_, Some("Snapshot")) => found(
            Snapshot,
            Said::new(
                "a last snapshot",
                "its `DeletionPolicy`, or that of its type, asks for it",
                "keep the key that it is encrypted with; delete it once nobody needs it",
            ),
        ),
        ("AWS::KMS::Key" | "AWS::KMS::ReplicaKey", _) => {
            let days = subject.at("PendingWindowInDays").and_then(serde_json::Value::as_u64);
            let days = days.unwrap_or(KEY_DAYS);
            found(
                Delayed,
                Said::new(
                    format!("the key, for {days} days"),
                    "a key is scheduled for its deletion, and is of no use from now on: what it encrypts and stays (snapshots, recovery points, retained buckets and logs) can't be read any more",
                    "within that time `aws kms cancel-key-deletion`, then `enable-key`, gets it back",
                ),
            );
        }
        ("AWS::SecretsManager::Secret", _) => found(
            Delayed,
            Said::new(
                "the secret, at once",
                "CloudFormation deletes secrets without the time in which they could be restored",
                "copy what is still needed elsewhere first",
            ),
        ),
        _ => {}
    }
}
