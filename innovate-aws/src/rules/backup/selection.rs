//! How the rules read what plans select.

use std::iter;

use innovate_core::{Node, Resource, check::Model};

use crate::{
    backup::ResourceKind,
    rules::read::{items, pattern},
};

pub(crate) const SELECTION: &str = "AWS::Backup::BackupSelection";

/// The selections of a plan of the program.
pub(super) fn of_plan<'m>(
    model: &'m Model<'m>,
    plan: &'m Resource,
) -> impl Iterator<Item = &'m Resource> {
    model.resources_of(SELECTION).filter(|selection| {
        let named = selection.properties().get("BackupPlanId");
        let target = named.and_then(|named| model.target(named));
        target.is_some_and(|target| target.address() == plan.address())
    })
}

/// The items of one of a selection's lists.
pub(super) fn list<'m>(selection: &'m Resource, name: &str) -> &'m [Node] {
    let path = format!("BackupSelection/{name}");
    selection.properties().at(&path).map_or(&[][..], items)
}

/// What a selection names with one of its ARNs; `None` for what may be of several kinds.
pub(super) fn kind(model: &Model<'_>, node: &Node) -> Option<ResourceKind> {
    if let Some(resource) = model.target(node) {
        return Some(match resource.type_name() {
            "AWS::DynamoDB::GlobalTable" | "AWS::DynamoDB::Table" => ResourceKind::DynamoDbTable,
            "AWS::EC2::Volume" => ResourceKind::EbsVolume,
            "AWS::EFS::FileSystem" => ResourceKind::EfsFileSystem,
            "AWS::EKS::Cluster" => ResourceKind::EksCluster,
            "AWS::RDS::DBCluster" => ResourceKind::AuroraCluster,
            "AWS::RDS::DBInstance" => ResourceKind::RdsInstance,
            "AWS::S3::Bucket" => ResourceKind::S3Bucket,
            _ => return None,
        });
    }
    let arn = pattern(node);
    let mut parts = arn.splitn(6, ':').skip(2);
    let (service, resource) = (parts.next()?, parts.nth(2)?);
    Some(match service {
        "dynamodb" => ResourceKind::DynamoDbTable,
        "ec2" if resource.starts_with("volume/") => ResourceKind::EbsVolume,
        "eks" => ResourceKind::EksCluster,
        "elasticfilesystem" => ResourceKind::EfsFileSystem,
        "rds" if resource.starts_with("cluster:") => ResourceKind::AuroraCluster,
        "rds" if resource.starts_with("db:") => ResourceKind::RdsInstance,
        "s3" => ResourceKind::S3Bucket,
        _ => return None,
    })
}

/// Whether a selection takes a resource, whose ARN has `*` where it isn't known yet. What is known only
/// at deployment may.
///
/// A plan backs up what is in its own account and region. Source: "BackupSelection", AWS Backup API
/// Reference.
pub(crate) fn takes(
    model: &Model<'_>,
    selection: &Resource,
    resource: &Resource,
    arn: &str,
) -> bool {
    let site = |resource: &Resource| {
        let site = model.stack_of(resource)?.site();
        Some((site.account(), site.region()))
    };
    if site(selection) != site(resource) {
        return false;
    }
    let is_named = |node: &Node| match model.target(node) {
        Some(target) => target.address() == resource.address(),
        None => meet(&pattern(node), arn),
    };
    let (resources, tags) = (list(selection, "Resources"), list(selection, "ListOfTags"));
    let equals = |value: &str, tag: &str| value == tag;
    let named = match (resources, tags) {
        // All that the conditions, or the exceptions, leave.
        ([], []) => true,
        _ => {
            resources.iter().any(is_named)
                || tags.iter().any(|condition| holds(condition, resource, equals))
        }
    };
    named
        && [
            ("StringEquals", true),
            ("StringLike", true),
            ("StringNotEquals", false),
            ("StringNotLike", false),
        ]
        .iter()
        .all(|(operator, expected)| {
            let like = operator.ends_with("Like");
            let compare =
                |value: &str, tag: &str| if like { meet(value, tag) } else { equals(value, tag) };
            list(selection, &format!("Conditions/{operator}")).iter().all(|condition| {
                is_unknown(condition) || holds(condition, resource, compare) == *expected
            })
        })
        && !list(selection, "NotResources").iter().any(is_named)
}

/// Whether the key or the value of a condition is known only at deployment.
fn is_unknown(condition: &Node) -> bool {
    ["ConditionKey", "ConditionValue"]
        .iter()
        .any(|part| condition.get(part).and_then(Node::as_text).is_none())
}

/// Whether the resource has a tag as the condition says, whose key may have the prefix that conditions
/// write and lists of tags don't.
fn holds(condition: &Node, resource: &Resource, compare: impl Fn(&str, &str) -> bool) -> bool {
    let part = |name: &str| condition.get(name).and_then(Node::as_text);
    let (Some(key), Some(value)) = (part("ConditionKey"), part("ConditionValue")) else {
        return true;
    };
    let key = key.strip_prefix("aws:ResourceTag/").unwrap_or(key);
    resource.tag(key).is_some_and(|tag| compare(value, tag))
}

/// Whether what a pattern says may be said of a resource. `*` stands for anything in the pattern, and for
/// what isn't known yet in the other: a part of an ARN, in which there is no `:`.
fn meet(pattern: &str, known: &str) -> bool {
    let known: Vec<char> = known.chars().rev().collect();
    // For what is left of the pattern, whether it is of the ends of the other, the empty one first.
    let empty = iter::once(true);
    let unknown = known.iter().scan(true, |all, letter| {
        *all &= *letter == '*';
        Some(*all)
    });
    let mut meets: Vec<bool> = empty.chain(unknown).collect();
    for asked in pattern.chars().rev() {
        let mut here = asked == '*' && meets.first() == Some(&true);
        let mut row = Vec::with_capacity(meets.len());
        row.push(here);
        for ((letter, shorter), same) in known.iter().zip(&meets).zip(meets.iter().skip(1)) {
            here = match (asked, *letter) {
                ('*', _) => *same || here,
                (':', '*') => here,
                (_, '*') => *same || here,
                _ => asked == *letter && *shorter,
            };
            row.push(here);
        }
        meets = row;
    }
    meets.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::meet;

    #[test]
    fn a_star_stands_for_anything() {
        let arn = "arn:aws:rds:eu-west-1:444455556666:cluster:innovate-prod-data-database";
        let unnamed = "arn:aws:rds:eu-west-1:444455556666:cluster:*";
        for (pattern, arn, expected) in [
            ("*", arn, true),
            (arn, arn, true),
            ("arn:*:rds:*:*:cluster:*", arn, true),
            ("arn:aws:rds:*:*:cluster:innovate-*-database", arn, true),
            ("arn:*:rds:*:*:db:*", arn, false),
            ("arn:aws:rds:*:*:cluster:shop-*", arn, false),
            ("", arn, false),
            ("arn:aws:rds", arn, false),
            ("arn:aws:rds:*:*:cluster:shop-*", unnamed, true),
            ("arn:aws:rds:*:*:db:shop-*", unnamed, false),
            ("arn:aws:rds:*:444455556667:cluster:*", unnamed, false),
        ] {
            assert_eq!(meet(pattern, arn), expected, "{pattern} {arn}");
        }
    }
}
