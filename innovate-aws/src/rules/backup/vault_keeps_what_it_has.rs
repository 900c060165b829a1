//! `BKP-04`: a vault is encrypted, stays, and lets nobody delete what it has.

use innovate_core::{
    DeletionPolicy, Diagnostic, Resource, Rule,
    check::{Check, Findings, Model},
};

use super::plan::{AIR_GAPPED, VAULT};
use crate::{
    identity::{
        document::policies_of,
        statement::{denies, is_about, names_everyone},
    },
    rules::read::{is_production, number},
};

/// `BKP-04`.
pub static VAULT_KEEPS_WHAT_IT_HAS: Rule = Rule {
    code: "BKP-04",
    title: "a vault has a key, stays with its recovery points, and keeps them from deletion in production",
    explanation: "Backups are what an attacker deletes first, and what a mistake takes with it. A vault that \
leaves its stack with recovery points in it fails the stack, so it is retained. Encrypted with a key of \
AWS's own, a snapshot can't be copied to another account. In production nobody deletes recovery points: \
the vault is locked, or its policy denies it, but for roles that the policy names.\n\n\
`BackupVault` does all of it. A lock in compliance mode has a grace time of 3 days or more, and a longest \
retention: without one it lets in a recovery point that is kept for ever, and that nobody can delete.\n\nSources: \
control Backup.1, AWS Security Hub User Guide; \"Vault access policies\" and \"AWS Backup Vault Lock\", \
AWS Backup Developer Guide.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    for vault in model.resources_of(VAULT).chain(model.resources_of(AIR_GAPPED)) {
        let id = vault.logical_id();
        let report = |message: String| Diagnostic::error("BKP-04", message).on(vault);
        let keeps = |policy: Option<DeletionPolicy>| {
            matches!(policy, Some(DeletionPolicy::Retain | DeletionPolicy::RetainExceptOnCreate))
        };
        if !keeps(vault.deletion_policy()) || !keeps(vault.update_replace_policy()) {
            findings.report(
                report(format!("the vault `{id}` would be deleted with its stack, or fail it"))
                    .allowed("DeletionPolicy and UpdateReplacePolicy Retain")
                    .help("add `.removal_policy(DeletionPolicy::Retain)`"),
            );
        }
        if vault.type_name() == AIR_GAPPED {
            continue;
        }
        if vault.properties().get("EncryptionKeyArn").is_none() {
            findings.report(
                report(format!("the vault `{id}` is encrypted with a key of AWS's own"))
                    .property("EncryptionKeyArn")
                    .given("nothing")
                    .allowed("a customer-managed key")
                    .help("make one with `KmsKey::<Backup>::new()`"),
            );
        }
        let lock = vault.properties().get("LockConfiguration");
        let grace = lock.and_then(|lock| lock.get("ChangeableForDays")).and_then(number);
        if let Some(days) = grace.filter(|days| *days < 3) {
            findings.report(
                report(format!("the lock of the vault `{id}` would be final too soon"))
                    .property("LockConfiguration/ChangeableForDays")
                    .given(format!("{days} days"))
                    .allowed("3 days or more"),
            );
        }
        let max = lock.and_then(|lock| lock.get("MaxRetentionDays"));
        if let (Some(_), None) = (lock.and_then(|lock| lock.get("ChangeableForDays")), max) {
            findings.report(
                Diagnostic::warning(
                    "BKP-04",
                    format!("the vault `{id}` takes recovery points that nobody could ever delete"),
                )
                .on(vault)
                .setter("lock")
                .property("LockConfiguration/MaxRetentionDays")
                .given("a lock in compliance mode without a longest retention")
                .allowed("a longest retention")
                .help("give the lock one, such as `retention_range!(7..=400)`: a job with a lifecycle of a hundred years is charged for all of them"),
            );
        }
        if is_production(model, vault) && lock.is_none() && !denies_deletion(vault) {
            findings.report(
                report(format!("recovery points in the vault `{id}` can be deleted"))
                    .property("AccessPolicy")
                    .allowed(
                        "a lock, or a policy that denies backup:DeleteRecoveryPoint to everyone",
                    )
                    .help("make the vault with `BackupVault`"),
            );
        }
    }
}

/// Whether the vault's policy denies deletion to everyone, but for some whom a condition excepts.
fn denies_deletion(vault: &Resource) -> bool {
    policies_of(vault).iter().any(|policy| {
        policy.statements().iter().any(|statement| {
            denies(statement)
                && names_everyone(statement)
                && is_about(statement, "backup:DeleteRecoveryPoint")
        })
    })
}
