//! `BKP-07`: a logically air-gapped vault can be, and takes what is copied to it.

use innovate_core::{
    Diagnostic,
    check::{Check, Findings, Model},
};

use super::{
    plan::{self, AIR_GAPPED, Rule},
    selection,
};
use crate::{
    backup::{AirGappedRetention, ResourceKind},
    rules::read::number,
};

/// `BKP-07`.
pub static AIR_GAPPED_VAULT_TAKES_ITS_COPIES: innovate_core::Rule = innovate_core::Rule {
    code: "BKP-07",
    title: "a logically air-gapped vault is where AWS offers one, and is sent what it takes",
    explanation: "Not every region has logically air-gapped vaults, and each keeps recovery points for 7 days \
or more. They take copies of most kinds of resources, but none of RDS instances: the backup is made, and \
its copy fails, every day.\n\nMake the vault in another region. Copy RDS instances to a vault of the \
recovery region that is locked in compliance mode, with a plan of their own, or have their backups \
replicated: `.backup_replication(..)`.\n\nSources: \"Logically air-gapped vault\" and \"Feature availability \
by resource\", AWS Backup Developer Guide; \"CreateLogicallyAirGappedBackupVault\", AWS Backup API \
Reference.",
    check: Check::Model(check),
};

/// The regions without such vaults, of the commercial partition.
const WITHOUT: [&str; 6] = [
    "ap-east-2",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ca-west-1",
    "mx-central-1",
];

fn check(model: &Model<'_>, findings: &mut Findings) {
    for vault in model.resources_of(AIR_GAPPED) {
        let id = vault.logical_id();
        let report = |message: String| Diagnostic::error("BKP-07", message).on(vault);
        let region = model.stack_of(vault).map(|stack| stack.site().region());
        if let Some(region) = region.filter(|region| WITHOUT.contains(region)) {
            findings.report(
                report(format!("the vault `{id}` can't be air-gapped in its region"))
                    .given(region)
                    .allowed(format!("a region other than {}", WITHOUT.join(", "))),
            );
        }
        let days = |name: &str| vault.properties().get(name).and_then(number);
        let (min, max) = (days("MinRetentionDays"), days("MaxRetentionDays"));
        let least = i64::from(AirGappedRetention::SHORTEST);
        if let Some(min) = min.filter(|min| *min < least) {
            findings.report(
                report(format!("the vault `{id}` would keep recovery points for too short a time"))
                    .property("MinRetentionDays")
                    .given(format!("{min} days"))
                    .allowed(format!("{least} days or more")),
            );
        }
        if let (Some(min), Some(max)) = (min, max)
            && max < min
        {
            findings.report(
                report(format!("the vault `{id}` would take no recovery point"))
                    .property("MaxRetentionDays")
                    .given(format!("{min} to {max} days"))
                    .allowed(format!("{min} days or more")),
            );
        }
    }
    let vaults = plan::vaults(model);
    for rule in plan::rules(model) {
        for (index, copy) in rule.copies() {
            let to = plan::destination(&vaults, model, rule.site, copy);
            let vault = to.and_then(|to| to.vault);
            let Some(vault) = vault.filter(|vault| vault.resource.type_name() == AIR_GAPPED) else {
                continue;
            };
            if selects_instances(model, &rule) {
                let name = rule.name();
                findings.report(
                    Diagnostic::error(
                        "BKP-07",
                        format!("an air-gapped vault takes no copies of what the rule `{name}` backs up"),
                    )
                    .on(rule.plan)
                    .setter("rules")
                    .property(rule.path(&format!("CopyActions/{index}/DestinationBackupVaultArn")))
                    .given(ResourceKind::RdsInstance.name())
                    .allowed("Aurora and EKS clusters, volumes, buckets, file systems, tables")
                    .related(vault.resource.location(), "the vault is made here")
                    .help("give RDS instances a plan that copies to a vault of the recovery region alone"),
                );
            }
        }
    }
}

fn selects_instances(model: &Model<'_>, rule: &Rule<'_>) -> bool {
    selection::of_plan(model, rule.plan).any(|found| {
        let named = selection::list(found, "Resources").iter();
        named
            .filter_map(|node| selection::kind(model, node))
            .any(|kind| kind == ResourceKind::RdsInstance)
    })
}
