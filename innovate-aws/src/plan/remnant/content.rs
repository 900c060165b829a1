//! What can't be deleted as long as something is in it.

use serde_json::Value;

use super::{Found, RemnantKind::Obstacle, Said, Subject};

/// What a type must not hold when it is deleted, why, and what to do.
///
/// Source: the pages of the deletions of these types in their services' API references.
const CONTENTS: &[(&str, &str, &str, &str)] = &[
    (
        "AWS::S3::Bucket",
        "objects, their versions and delete markers",
        "a bucket is deleted only if it is empty",
        "empty it first, old versions too (`Empty` in the console); what writes to it, such as access logs and replication, goes on until its own stack is gone",
    ),
    (
        "AWS::S3Express::DirectoryBucket",
        "objects",
        "a bucket is deleted only if it is empty",
        "empty it first",
    ),
    (
        "AWS::ECR::PublicRepository",
        "images",
        "a repository is deleted only if it is empty",
        "delete its images first",
    ),
    (
        "AWS::Backup::BackupVault",
        "recovery points",
        "a vault is deleted only if it is empty",
        "delete its recovery points first, or wait until their retention is over",
    ),
    (
        "AWS::Backup::LogicallyAirGappedBackupVault",
        "recovery points",
        "a vault is deleted only if it is empty, and this kind is locked",
        "wait until their retention is over, then destroy again",
    ),
    (
        "AWS::Route53::HostedZone",
        "records that no stack made: of ExternalDNS, of the validation of certificates, made by hand",
        "a zone is deleted only if it has no records but its own NS and SOA; CloudFormation leaves the records by which it validated certificates",
        "delete them first, beside those that the program's stacks have",
    ),
    (
        "AWS::ServiceDiscovery::Service",
        "registered instances",
        "a service is deleted only if none is registered",
        "deregister them first",
    ),
    (
        "AWS::IAM::Group",
        "users and policies that no stack added",
        "a group is deleted only if it is empty",
        "take them out first",
    ),
    (
        "AWS::Organizations::OrganizationalUnit",
        "accounts",
        "a unit is deleted only if it is empty",
        "move its accounts elsewhere first",
    ),
    (
        "AWS::CloudFront::KeyValueStore",
        "functions that no stack associated",
        "a store is deleted only if no function uses it",
        "take it from them first",
    ),
];

pub(super) fn of(subject: &Subject<'_>, found: Found<'_>) {
    let type_name = subject.type_name();
    for (_, what, why, advice) in CONTENTS.iter().filter(|(kind, ..)| *kind == type_name) {
        found(Obstacle, Said::new(*what, *why, *advice));
    }
    match type_name {
        "AWS::ECR::Repository" if subject.is_on("EmptyOnDelete") != Some(true) => found(
            Obstacle,
            Said::new(
                "images",
                "a repository is deleted only if it is empty, unless it says `EmptyOnDelete`",
                "delete its images first, or set `EmptyOnDelete` and deploy that",
            ),
        ),
        "AWS::S3::Bucket" if subject.is_on("ObjectLockEnabled") != Some(false) => found(
            Obstacle,
            Said::new(
                "objects under a lock",
                "nobody deletes a version in compliance mode before its retention is over",
                "wait for the end of the retention, or retain the bucket once its stack's deletion has failed",
            ),
        ),
        "AWS::Backup::BackupVault" if subject.at("LockConfiguration").is_some() => {
            let cooling = subject.at("LockConfiguration/ChangeableForDays");
            let why = match cooling.and_then(Value::as_u64) {
                Some(days) => {
                    format!("the lock can't be taken away any more {days} days after it was set")
                }
                None => "the lock keeps recovery points for as long as it says".to_owned(),
            };
            found(
                Obstacle,
                Said::new(
                    "recovery points under the vault's lock",
                    why,
                    "take the lock away while that is possible, or wait until the retention of the last point is over",
                ),
            );
        }
        _ => {}
    }
}
