//! What a plan does when.

use innovate_cfn::{
    backup::backup_plan::{BackupRuleResourceType, CopyActionResourceType, LifecycleResourceType},
    kind::BackupVaultArn,
};
use innovate_core::{HomeRegion, RecoveryRegion, ResourceRef, Str, Value};

use super::{Lifecycle, StartWindow, Vault, Weekday, schedule::Cadence};

/// Where copies go: a vault of the recovery region, or a logically air-gapped one of either region.
#[diagnostic::on_unimplemented(
    message = "no copies go to `{Self}`",
    label = "not a vault of the recovery region",
    note = "a copy in the region of the original is lost with it: make the vault with `BackupVault::<RecoveryRegion>::builder()` in a stack of `environment.recovery_stack(..)`",
    note = "a `LogicallyAirGappedVault` takes copies in the region, too: they are out of everyone's reach"
)]
pub trait TakesCopies {
    /// The vault's ARN.
    fn vault_arn(&self) -> Value<BackupVaultArn>;
    /// The vault itself, which is made before the plan that copies to it: its ARN is made of its name
    /// and leads to no stack.
    fn vault(&self) -> ResourceRef;
    /// The code of the region that the vault is in.
    fn region(&self) -> &str;
}

impl TakesCopies for Vault<RecoveryRegion> {
    fn vault_arn(&self) -> Value<BackupVaultArn> {
        self.arn()
    }

    fn vault(&self) -> ResourceRef {
        self.as_ref().clone()
    }

    fn region(&self) -> &str {
        Self::region(self)
    }
}

#[derive(Clone, Debug)]
struct Copy {
    to: Value<BackupVaultArn>,
    vault: ResourceRef,
    region: Str,
    lifecycle: Lifecycle,
}

/// Whether a rule's backups reach any moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Grain {
    Snapshot,
    Continuous,
}

/// A rule of a plan: how often backups are made, how long they are kept, and where they are copied to.
///
/// Daily, weekly and monthly rules begin between 05:00 and 06:00 UTC by default, all of them: where the
/// windows of several rules of a plan meet, AWS Backup makes one backup, for the rule that keeps it the
/// longest. So there is one backup and one copy on a day, and on a Sunday it is the weekly one, kept for longer
/// and copied to where the daily one is. If it isn't, or isn't kept for longer, something would be lost without
/// a word: a finding (`BKP-03`), with which the rules need windows of their own.
///
/// What is lost at worst (the recovery point objective) is what was written since the last backup: up to a
/// day and the window for a daily rule, a week for a weekly one. A restore takes as long as the data
/// is large: minutes for a volume, half an hour to hours for a database.
///
/// ```
/// use innovate_aws::{
///     backup::{BackupRule, Vault, Weekday},
///     lifecycle, start_window,
/// };
/// use innovate_core::RecoveryRegion;
///
/// fn rules(dr: &Vault<RecoveryRegion>) -> [BackupRule; 3] {
///     [
///         BackupRule::daily(lifecycle!(35 days)).copy_to(dr),
///         BackupRule::weekly(Weekday::Sunday, lifecycle!(90 days)).copy_to(dr),
///         // Not copied, so that it is made beside the others.
///         BackupRule::monthly(lifecycle!(365 days)).window(start_window!("20:00-22:00")),
///     ]
/// }
/// ```
///
/// Sources: "Backup plan options and configuration" and "Understanding backup plan summary", AWS Backup
/// Developer Guide; "BackupRule", AWS Backup API Reference.
#[derive(Clone, Debug)]
pub struct BackupRule {
    cadence: Cadence,
    lifecycle: Lifecycle,
    /// None for that of the grain.
    window: Option<StartWindow>,
    grain: Grain,
    archives_volumes: bool,
    copies: Vec<Copy>,
    name: Option<Str>,
}

impl BackupRule {
    const fn new(cadence: Cadence, lifecycle: Lifecycle) -> Self {
        Self {
            cadence,
            lifecycle,
            window: None,
            grain: Grain::Snapshot,
            archives_volumes: false,
            copies: Vec::new(),
            name: None,
        }
    }

    /// Every day, from 05:00 UTC.
    pub const fn daily(lifecycle: Lifecycle) -> Self {
        Self::new(Cadence::Daily, lifecycle)
    }

    /// Once a week, from 05:00 UTC: instead of a daily rule's backup of that day.
    pub const fn weekly(day: Weekday, lifecycle: Lifecycle) -> Self {
        Self::new(Cadence::Weekly(day), lifecycle)
    }

    /// On the first day of each month, from 05:00 UTC: instead of a daily or weekly rule's backup of that day.
    pub const fn monthly(lifecycle: Lifecycle) -> Self {
        Self::new(Cadence::Monthly(1), lifecycle)
    }

    /// Begins within this window instead, in UTC. A rule whose window meets no other's makes its backup beside
    /// the others'.
    #[must_use]
    pub const fn window(mut self, window: StartWindow) -> Self {
        self.window = Some(window);
        self
    }

    /// When it begins.
    fn begins(&self) -> StartWindow {
        self.window.unwrap_or(match self.grain {
            Grain::Snapshot => StartWindow::hour_from(5),
            // Which of a continuous rule and another is left out isn't said, so they don't meet.
            Grain::Continuous => StartWindow::hour_from(6),
        })
    }

    /// Copies each backup to a vault of the recovery region, or to a logically air-gapped one, and keeps the
    /// copy as long as the original.
    #[must_use]
    pub fn copy_to(self, vault: &impl TakesCopies) -> Self {
        let lifecycle = self.lifecycle;
        self.copy_for(vault, lifecycle)
    }

    /// Copies each backup to a vault of the recovery region, or to a logically air-gapped one, and keeps the
    /// copy for its own time.
    #[must_use]
    pub fn copy_for(mut self, vault: &impl TakesCopies, lifecycle: Lifecycle) -> Self {
        self.copies.push(Copy {
            to: vault.vault_arn(),
            vault: vault.vault(),
            region: Str::Owned(vault.region().to_owned()),
            lifecycle,
        });
        self
    }

    /// Backs up continuously what can be, and keeps it for at most 35 days: a restore reaches any
    /// second of them, so that seconds to minutes are lost instead of a day. Copies are snapshots all the
    /// same.
    ///
    /// Snapshots alone by default. Databases of RDS and Aurora have point-in-time restore of their own:
    /// with this, AWS Backup takes over their backup window and retention, and the next change of
    /// the database's stack finds other values than the template's. It is for buckets. It begins from 06:00 UTC
    /// by default, beside rules that make snapshots.
    ///
    /// Source: "Continuous backups and point-in-time recovery (PITR)", AWS Backup Developer Guide.
    #[must_use]
    pub const fn continuous(mut self) -> Self {
        self.grain = Grain::Continuous;
        self
    }

    /// Moves snapshots of volumes to the archive, too, where the lifecycle says cold storage. They are
    /// whole there, not increments, and take up to 72 hours to come back. Without it they stay in warm
    /// storage, and cold storage for nothing but volumes is a finding (`BKP-06`).
    ///
    /// Source: "Archive Amazon EBS snapshots", Amazon EBS User Guide.
    #[must_use]
    pub const fn archive_volumes(mut self) -> Self {
        self.archives_volumes = true;
        self
    }

    /// Its name, with which reports and recovery points name it: 1 to 50 letters, digits and any of
    /// `-_.`. By default what it does when: `daily-0500`.
    #[must_use]
    pub fn named(mut self, name: impl Into<Str>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// The vaults that it copies to.
    pub(super) fn copies(&self) -> impl Iterator<Item = &ResourceRef> {
        self.copies.iter().map(|copy| &copy.vault)
    }

    /// Whether it copies to this region.
    pub(super) fn copies_to(&self, region: &str) -> bool {
        self.copies.iter().any(|copy| copy.region == region)
    }

    /// At most so many days from one backup to the next.
    pub(super) const fn days_between(&self) -> u8 {
        match self.cadence {
            Cadence::Daily => 1,
            Cadence::Weekly(_) => 7,
            Cadence::Monthly(_) => 31,
        }
    }

    /// For how many days a backup is kept.
    pub(super) const fn days_kept(&self) -> u16 {
        self.lifecycle.days()
    }

    pub(super) fn resource(self, vault: &Vault<HomeRegion>) -> BackupRuleResourceType {
        let window = self.begins();
        let name = self.name.unwrap_or_else(|| self.cadence.name(window).into());
        let mut rule = BackupRuleResourceType::new(name, vault.vault())
            .schedule_expression(self.cadence.cron(window))
            .start_window_minutes(window.minutes())
            .lifecycle(lifecycle(self.lifecycle, self.archives_volumes));
        if self.grain == Grain::Continuous {
            rule = rule.enable_continuous_backup(true);
        }
        if !self.copies.is_empty() {
            let copies = self.copies.into_iter().map(|copy| {
                CopyActionResourceType::new(copy.to)
                    .lifecycle(lifecycle(copy.lifecycle, self.archives_volumes))
            });
            rule = rule.copy_actions(copies.collect::<Vec<_>>());
        }
        rule
    }
}

fn lifecycle(lifecycle: Lifecycle, archives_volumes: bool) -> LifecycleResourceType {
    let resource = LifecycleResourceType::new().delete_after_days(lifecycle.days());
    match lifecycle.days_until_cold() {
        Some(days) if archives_volumes => resource
            .move_to_cold_storage_after_days(days)
            .opt_in_to_archive_for_supported_resources(true),
        Some(days) => resource.move_to_cold_storage_after_days(days),
        None => resource,
    }
}
