//! `BKP-06`: what is sent to cold storage goes there.

use innovate_core::{
    Diagnostic,
    check::{Check, Findings, Model},
};

use super::{
    plan::{self, Rule},
    selection,
};
use crate::{backup::ResourceKind, rules::read::number};

/// `BKP-06`.
pub static COLD_STORAGE_TAKES_WHAT_IS_SENT: innovate_core::Rule = innovate_core::Rule {
    code: "BKP-06",
    title: "a rule that sends backups to cold storage selects what goes there",
    explanation: "Where a lifecycle asks for cold storage, AWS Backup moves backups of EFS file systems, of \
DynamoDB tables with its advanced features, and of the volumes of a cluster that are such file systems. \
Snapshots of EBS volumes go to their archive if the rule opts in. For all else it ignores the request \
without a word: backups of databases and buckets stay in warm storage until they are \
deleted, and are paid for as such.\n\nLeave cold storage out of their rules, `lifecycle!(365 days)`, and \
give what goes there a plan of its own. For volumes add `.archive_volumes()`.\n\nSources: \"Lifecycle\", \
AWS Backup API Reference; \"Feature availability by resource\" and \"Amazon EKS backups\", AWS Backup \
Developer Guide.",
    check: Check::Model(check),
};

/// How the backups of a kind of resource are kept.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Keeping {
    /// Always warm.
    Warm,
    /// Cold if the lifecycle says so.
    Cold,
    /// Cold if the rule opts in as well.
    Archive,
}

fn check(model: &Model<'_>, findings: &mut Findings) {
    for rule in plan::rules(model) {
        let own = rule.node.get("Lifecycle").map(|node| (rule.path("Lifecycle"), node));
        let copies = rule.copies().filter_map(|(index, copy)| {
            Some((rule.path(&format!("CopyActions/{index}/Lifecycle")), copy.get("Lifecycle")?))
        });
        let cold = own.into_iter().chain(copies).find_map(|(path, lifecycle)| {
            let after = number(lifecycle.get("MoveToColdStorageAfterDays")?)?;
            let archives = lifecycle.get("OptInToArchiveForSupportedResources");
            Some((path, after, archives.is_some_and(|node| node.as_bool() != Some(false))))
        });
        if let Some((path, after, archives)) = cold {
            check_rule(model, &rule, (&path, after, archives), findings);
        }
    }
}

fn check_rule(
    model: &Model<'_>,
    rule: &Rule<'_>,
    (path, after, archives): (&str, i64, bool),
    findings: &mut Findings,
) {
    let (mut warm, mut others) = (Vec::new(), false);
    for selection in selection::of_plan(model, rule.plan) {
        let tags = selection::list(selection, "ListOfTags");
        others |= !tags.is_empty();
        for node in selection::list(selection, "Resources") {
            match selection::kind(model, node).map(|kind| (kind, keeping(kind))) {
                Some((kind, Keeping::Warm)) => warm.push(kind.name()),
                Some((kind, Keeping::Archive)) if !archives => warm.push(kind.name()),
                _ => others = true,
            }
        }
    }
    warm.sort_unstable();
    warm.dedup();
    if warm.is_empty() {
        return;
    }
    let (name, kinds) = (rule.name(), warm.join(", "));
    let finding = if others {
        Diagnostic::warning(
            "BKP-06",
            format!("not all that the rule `{name}` backs up goes to cold storage"),
        )
    } else {
        Diagnostic::error(
            "BKP-06",
            format!("nothing that the rule `{name}` backs up goes to cold storage"),
        )
    };
    let finding = finding
        .on(rule.plan)
        .setter("rules")
        .property(format!("{path}/MoveToColdStorageAfterDays"))
        .given(format!("{kinds}, cold after {after} days"))
        .allowed("EFS file systems, DynamoDB tables, and EBS volumes that the rule archives");
    findings.report(if warm == [ResourceKind::EbsVolume.name()] {
        finding.help("add `.archive_volumes()` to the rule")
    } else {
        finding.help(
            "they stay in warm storage: give them a plan whose lifecycles have no `cold after`",
        )
    });
}

/// How the backups of a kind of resource are kept.
const fn keeping(kind: ResourceKind) -> Keeping {
    match kind {
        ResourceKind::AuroraCluster | ResourceKind::RdsInstance | ResourceKind::S3Bucket => {
            Keeping::Warm
        }
        // Of a cluster, its volumes may be file systems of EFS.
        ResourceKind::DynamoDbTable | ResourceKind::EfsFileSystem | ResourceKind::EksCluster => {
            Keeping::Cold
        }
        ResourceKind::EbsVolume => Keeping::Archive,
    }
}
