//! The construct of a vault, and its handle.

use std::{fmt, marker::PhantomData};

use innovate_cfn::{
    backup::{self, backup_vault},
    kind::{BackupVaultArn, TopicArn},
    policy::{Condition, PolicyDocument, Principal, Statement},
};
use innovate_core::{
    Construct, DeletionPolicy, Diagnostic, Gives, HomeRegion, MAIN, RecoveryRegion, ResourceRef,
    ResourceType as _, Scope, Site, StackInHomeRegion, StackInRecoveryRegion, StageKind, Text,
    Value, text, value::pseudo,
};
use typed_builder::TypedBuilder;

use super::{Arrival, BackupMetric, RetentionRange, VaultLock};
use crate::{
    keys::{self, Key},
    name::{BackupVaultName, RoleName, name_of},
    observability::{Metric, Unit},
};

mod sealed {
    pub trait Sealed {}
    impl Sealed for innovate_core::HomeRegion {}
    impl Sealed for innovate_core::RecoveryRegion {}
}

/// Where a vault is: [`HomeRegion`], with what is backed up, or [`RecoveryRegion`], for copies.
#[diagnostic::on_unimplemented(
    message = "no vault is at `{Self}`",
    label = "a vault is in `HomeRegion` or in `RecoveryRegion`"
)]
pub trait VaultPlace: sealed::Sealed + Clone + fmt::Debug + 'static {
    /// What a vault there needs of its stack.
    type Needs;

    /// What recovery points come into a vault there by.
    const TAKES: Arrival;
}

impl VaultPlace for HomeRegion {
    type Needs = StackInHomeRegion;

    const TAKES: Arrival = Arrival::Backups;
}

impl VaultPlace for RecoveryRegion {
    type Needs = StackInRecoveryRegion;

    const TAKES: Arrival = Arrival::Copies;
}

/// Something that happens in a vault and is worth a message.
///
/// Source: "Notification options with AWS Backup", AWS Backup Developer Guide, without the events
/// that AWS no longer sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VaultEvent {
    /// A backup job was begun.
    BackupJobStarted,
    /// A backup job is over, done or not: the message says its state.
    BackupJobCompleted,
    /// A copy was begun.
    CopyJobStarted,
    /// A copy arrived.
    CopyJobSuccessful,
    /// A copy failed.
    CopyJobFailed,
    /// A restore was begun.
    RestoreJobStarted,
    /// A restore is over, done or not: the message says its state.
    RestoreJobCompleted,
    /// The lifecycle or the vault of a recovery point was changed, or it was deleted.
    RecoveryPointModified,
    /// An object of a bucket could not be backed up.
    S3BackupObjectFailed,
    /// An object of a bucket could not be restored.
    S3RestoreObjectFailed,
    /// A continuous backup was interrupted.
    ContinuousBackupInterrupted,
}

impl VaultEvent {
    /// What goes wrong without anyone having asked for it.
    pub(super) const PROBLEMS: [Self; 4] = [
        Self::ContinuousBackupInterrupted,
        Self::CopyJobFailed,
        Self::S3BackupObjectFailed,
        Self::S3RestoreObjectFailed,
    ];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::BackupJobStarted => "BACKUP_JOB_STARTED",
            Self::BackupJobCompleted => "BACKUP_JOB_COMPLETED",
            Self::CopyJobStarted => "COPY_JOB_STARTED",
            Self::CopyJobSuccessful => "COPY_JOB_SUCCESSFUL",
            Self::CopyJobFailed => "COPY_JOB_FAILED",
            Self::RestoreJobStarted => "RESTORE_JOB_STARTED",
            Self::RestoreJobCompleted => "RESTORE_JOB_COMPLETED",
            Self::RecoveryPointModified => "RECOVERY_POINT_MODIFIED",
            Self::S3BackupObjectFailed => "S3_BACKUP_OBJECT_FAILED",
            Self::S3RestoreObjectFailed => "S3_RESTORE_OBJECT_FAILED",
            Self::ContinuousBackupInterrupted => "CONTINUOUS_BACKUP_INTERRUPTED",
        }
    }
}

/// A vault: where AWS Backup keeps recovery points, encrypted with the key that it is given.
///
/// Its policy denies everyone to delete recovery points or to shorten their lives: in production a
/// lock in governance mode does, too. It stays when it leaves its stack, and its name is its stack's and
/// its path's: `<stack>-<path>`.
///
/// A vault for copies, of the [`RecoveryRegion`], goes into a recovery stack, with a key of that
/// stack:
///
/// ```
/// use innovate_aws::{backup::{BackupVault, Vault, VaultLock}, keys::{Backup, KmsKey}, retention_range};
/// use innovate_core::{Prod, RecoveryRegion, Stack};
///
/// fn vault(dr: &mut Stack<Prod, RecoveryRegion>) -> Vault<RecoveryRegion> {
///     let key = dr.add("BackupKey", KmsKey::<Backup>::new());
///     dr.add(
///         "Vault",
///         BackupVault::<RecoveryRegion>::builder()
///             .key(&key)
///             .lock(VaultLock::governance(retention_range!(7..=400)))
///             .build(),
///     )
/// }
/// ```
///
/// Databases of RDS and volumes keep their own key while their recovery points are in their own
/// region; copies, and what AWS Backup manages itself, have the vault's.
///
/// Sources: "Backup vaults", "Vault access policies" and "Encryption for backups", AWS Backup
/// Developer Guide.
#[derive(Clone, Debug, TypedBuilder)]
pub struct BackupVault<P: VaultPlace> {
    /// What encrypts the recovery points. It can't be changed later.
    #[builder(setter(transform = |key: &Key<keys::Backup>| key.clone()))]
    key: Key<keys::Backup>,
    /// Whether, and for how long, it refuses to lose recovery points. By default it is locked in
    /// governance mode for 7 days or more in production, and not locked elsewhere.
    #[builder(default, setter(strip_option))]
    lock: Option<VaultLock>,
    /// The roles of the account that may delete recovery points all the same. None by default:
    /// whoever must, changes the vault's policy first, which leaves a trace.
    #[builder(default, setter(
        fn transform(roles: impl IntoIterator<Item = RoleName>) -> Vec<RoleName> {
            roles.into_iter().collect()
        }
    ))]
    deletable_by: Vec<RoleName>,
    /// The topic that problems are told to. None by default. The topic's policy must let AWS Backup
    /// publish.
    #[builder(default, setter(
        fn transform(topic: impl Gives<TopicArn>) -> Option<Value<TopicArn>> {
            Some(topic.give())
        }
    ))]
    notify: Option<Value<TopicArn>>,
    /// What the topic is told. What goes wrong by itself by default.
    #[builder(default = VaultEvent::PROBLEMS.into(), setter(
        fn transform(events: impl IntoIterator<Item = VaultEvent>) -> Vec<VaultEvent> {
            events.into_iter().collect()
        }
    ))]
    events: Vec<VaultEvent>,
    #[builder(default, setter(skip))]
    place: PhantomData<fn() -> P>,
}

impl<P: VaultPlace> Construct for BackupVault<P> {
    type Handle = Vault<P>;
    type Needs = P::Needs;

    fn build(self, scope: &mut Scope<'_>) -> Vault<P> {
        let name = named(scope);
        let by_stage = match scope.stage() {
            StageKind::Prod => VaultLock::governance(RetentionRange { min: 7, max: None }),
            StageKind::Dev | StageKind::Staging => VaultLock::unlocked(),
        };
        let lock = self.lock.unwrap_or(by_stage);
        let mut vault = backup::BackupVault::new(&name)
            .encryption_key_arn(self.key.arn())
            .access_policy(keeps(&self.deletable_by))
            .removal_policy(DeletionPolicy::RetainExceptOnCreate);
        if let Some(range) = lock.range {
            vault = vault.lock_configuration(lock_configuration(range, lock.grace));
        }
        if let Some(topic) = self.notify {
            let events: Vec<_> = self.events.iter().map(|event| event.name()).collect();
            vault = vault.notifications(backup_vault::NotificationObjectType::new(events, topic));
        }
        let vault = scope.add(MAIN, vault);
        let site = scope.site().clone();
        Vault { vault, name, site, lock, place: PhantomData }
    }
}

/// The name of a vault: its stack's and its path's.
///
/// One that is too long is reported where the vault is added, and cut, so that it is reported once.
pub(super) fn named(scope: &mut Scope<'_>) -> BackupVaultName {
    /// Source: "CreateBackupVault", AWS Backup API Reference.
    const LONGEST: usize = 50;
    let name = BackupVaultName::trusted(name_of(scope));
    let Err(error) = name.verify() else { return name };
    scope.report(
        Diagnostic::error("BKP-04", "a vault would have a name that AWS Backup refuses")
            .given(format!("`{name}`, {} characters", name.as_str().len()))
            .allowed(error.allowed())
            .help("add it under a shorter id, or to a stack with a shorter one"),
    );
    BackupVaultName::trusted(name.as_str().chars().take(LONGEST).collect::<String>())
}

/// Denies everyone but the roles what loses recovery points before their time.
fn keeps(roles: &[RoleName]) -> PolicyDocument {
    let deny =
        Statement::deny(["backup:DeleteRecoveryPoint", "backup:UpdateRecoveryPointLifecycle"])
            .sid("KeepRecoveryPoints")
            .to(Principal::aws("*"))
            .on_all();
    if roles.is_empty() {
        return PolicyDocument::new([deny]);
    }
    let arn = |role: &RoleName| -> Value<Text> {
        text!["arn:", pseudo::partition(), ":iam::", pseudo::account_id(), ":role/", role]
    };
    let arns: Vec<Value<Text>> = roles.iter().map(arn).collect();
    PolicyDocument::new([deny.when(Condition::arn_not_equals("aws:PrincipalArn", arns))])
}

fn lock_configuration(
    range: RetentionRange,
    grace: Option<u16>,
) -> backup_vault::LockConfigurationType {
    let mut lock = backup_vault::LockConfigurationType::new(range.min);
    if let Some(max) = range.max {
        lock = lock.max_retention_days(max);
    }
    match grace {
        Some(days) => lock.changeable_for_days(days),
        None => lock,
    }
}

/// A vault that is in a stack at the place `P`.
#[derive(Clone, Debug)]
pub struct Vault<P> {
    vault: backup::BackupVaultRef,
    name: BackupVaultName,
    site: Site,
    lock: VaultLock,
    place: PhantomData<fn() -> P>,
}

impl<P: VaultPlace> Vault<P> {
    /// Its name, known before deployment.
    pub const fn name(&self) -> &BackupVaultName {
        &self.name
    }

    /// Its ARN, made of its name, so that another region needs nothing of its stack.
    pub fn arn(&self) -> Value<BackupVaultArn> {
        arn_of(&self.name, &self.site)
    }

    /// How it is locked.
    pub const fn lock(&self) -> VaultLock {
        self.lock
    }

    /// A metric of the vault, in its own region.
    pub fn metric(&self, metric: BackupMetric) -> Metric {
        metric_of(&self.name, metric)
    }

    /// The code of the region that it is in.
    pub(super) fn region(&self) -> &str {
        self.site.region()
    }

    /// The vault by its name, for a resource of its own region.
    pub(super) const fn vault(&self) -> &backup::BackupVaultRef {
        &self.vault
    }
}

/// The ARN of the vault of this name in the account and region of the site.
pub(super) fn arn_of(name: &BackupVaultName, site: &Site) -> Value<BackupVaultArn> {
    let rest = format!(":backup:{}:{}:backup-vault:{name}", site.region(), site.account());
    let arn: Value<Text> = text!["arn:", pseudo::partition(), rest];
    arn.assume()
}

/// A metric of the vault of this name.
pub(super) fn metric_of(name: &BackupVaultName, metric: BackupMetric) -> Metric {
    Metric::new("AWS/Backup", metric.name(), [("BackupVaultName", name.give())])
        .in_unit(Unit::Count)
}

/// What recovery points at the place `P` are in: a [`Vault`], or an
/// [`AirGappedVault`](super::AirGappedVault).
#[diagnostic::on_unimplemented(
    message = "`{Self}` holds no recovery points of a stack at `{P}`",
    label = "not a vault of the region of the stack"
)]
pub trait HasRecoveryPoints<P> {
    /// Where they are.
    fn recovery_points(&self) -> RecoveryPoints<P>;
}

/// A vault at the place `P`, as what restores from it names it.
#[derive(Clone, Debug)]
pub struct RecoveryPoints<P> {
    pub(super) arn: Value<BackupVaultArn>,
    /// Made before what restores from it: its ARN is made of its name and leads to no stack.
    pub(super) vault: ResourceRef,
    place: PhantomData<fn() -> P>,
}

impl<P> RecoveryPoints<P> {
    pub(super) const fn new(arn: Value<BackupVaultArn>, vault: ResourceRef) -> Self {
        Self { arn, vault, place: PhantomData }
    }
}

impl<P: VaultPlace> HasRecoveryPoints<P> for Vault<P> {
    fn recovery_points(&self) -> RecoveryPoints<P> {
        RecoveryPoints::new(self.arn(), self.as_ref().clone())
    }
}

impl<P> AsRef<ResourceRef> for Vault<P> {
    fn as_ref(&self) -> &ResourceRef {
        self.vault.as_ref()
    }
}
