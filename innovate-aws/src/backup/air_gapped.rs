//! The construct of a logically air-gapped vault, and its handle.

use std::marker::PhantomData;

use innovate_cfn::{
    backup::{self, logically_air_gapped_backup_vault as air_gapped},
    kind::{BackupVaultArn, TopicArn},
};
use innovate_core::{
    Construct, DeletionPolicy, Gives, MAIN, ResourceRef, ResourceType as _, Scope, Site, Text,
    Value,
};
use typed_builder::TypedBuilder;

use super::{
    AirGappedRetention, Arrival, BackupMetric, HasRecoveryPoints, IUnderstandThisCantBeUndone,
    RecoveryPoints, TakesCopies, VaultAlarm, VaultEvent, VaultPlace, alarm,
    vault::{arn_of, metric_of, named},
};
use crate::{
    keys::{self, Key},
    name::BackupVaultName,
    observability::{Alarms, Metric},
};

/// A vault that AWS keeps apart from the account: copies in it are stored in an account of AWS Backup's
/// own, and from the moment that it is made nobody deletes one before its time, shortens its life or
/// unlocks the vault, neither the account's root nor AWS. It is for the day on which the account's
/// administrator is not who it should be.
///
/// Plans copy to it, `.copy_to(&vault)`, in the environment's own region too; the copy for the loss of the
/// region is another. It takes copies of Aurora clusters, EKS clusters, volumes, buckets, file systems of
/// EFS and tables of DynamoDB with advanced features; of RDS instances it takes none (`BKP-07`). What
/// AWS Backup doesn't manage itself, such as a database or a volume, has to be encrypted with a key of
/// the account's own.
///
/// AWS encrypts it with a key of its own, which nobody of the account can delete or withdraw. Who has
/// access to it beside the account is said by AWS Resource Access Manager, or by a team that approves
/// (multi-party approval): so another account restores from it when this one can't be reached.
///
/// Its name is its stack's and its path's, `<stack>-<path>`, and it stays when it leaves its stack.
///
/// ```
/// use innovate_aws::{
///     air_gapped_retention,
///     backup::{AirGappedVault, BackupRule, IUnderstandThisCantBeUndone, LogicallyAirGappedVault, Vault},
///     lifecycle,
/// };
/// use innovate_core::{HomeRegion, Prod, RecoveryRegion, Stack};
///
/// fn vault(backup: &mut Stack<Prod>) -> AirGappedVault<HomeRegion> {
///     let vault = LogicallyAirGappedVault::<HomeRegion>::builder()
///         .retention(air_gapped_retention!(7..=90), IUnderstandThisCantBeUndone)
///         .build();
///     backup.add("AirGapped", vault)
/// }
///
/// fn rule(recovery: &Vault<RecoveryRegion>, air_gapped: &AirGappedVault<HomeRegion>) -> BackupRule {
///     BackupRule::daily(lifecycle!(35 days)).copy_to(recovery).copy_for(air_gapped, lifecycle!(14 days))
/// }
/// ```
///
/// Sources: "Logically air-gapped vault" and "Feature availability by resource", AWS Backup Developer
/// Guide; `AWS::Backup::LogicallyAirGappedBackupVault`, AWS CloudFormation Template Reference Guide.
#[derive(Clone, Debug, TypedBuilder)]
pub struct LogicallyAirGappedVault<P: VaultPlace> {
    /// For how long it takes copies: `.retention(air_gapped_retention!(7..=90),
    /// IUnderstandThisCantBeUndone)`. It is locked in compliance mode at once, without a time of grace, and
    /// the range can't be changed later.
    #[builder(setter(
        fn transform(
            retention: AirGappedRetention,
            _acknowledged: IUnderstandThisCantBeUndone,
        ) -> AirGappedRetention {
            retention
        }
    ))]
    retention: AirGappedRetention,
    /// What encrypts it, if it has to be a key of your own. A key that AWS owns by default, which is AWS's
    /// advice: whoever takes over the account could delete its keys. So a key of your own is of another
    /// account, [`Key::existing`], which lets this one use it. It can't be changed later.
    #[builder(default, setter(transform = |key: &Key<keys::Backup>| Some(key.clone())))]
    key: Option<Key<keys::Backup>>,
    /// The team of multi-party approval, by its ARN, that lets another account in when the vault's own
    /// can't be reached. None by default.
    #[builder(default, setter(
        fn transform(team: impl Gives<Text>) -> Option<Value<Text>> {
            Some(team.give())
        }
    ))]
    approval_team: Option<Value<Text>>,
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

impl<P: VaultPlace> Construct for LogicallyAirGappedVault<P> {
    type Handle = AirGappedVault<P>;
    type Needs = P::Needs;

    fn build(self, scope: &mut Scope<'_>) -> AirGappedVault<P> {
        let name = named(scope);
        let retention = self.retention;
        let mut vault = backup::LogicallyAirGappedBackupVault::new(
            name.as_str().to_owned(),
            retention.max(),
            retention.min(),
        )
        .removal_policy(DeletionPolicy::RetainExceptOnCreate);
        if let Some(key) = &self.key {
            vault = vault.encryption_key_arn(key.arn());
        }
        if let Some(team) = self.approval_team {
            vault = vault.mpa_approval_team_arn(team);
        }
        if let Some(topic) = self.notify {
            let events: Vec<_> = self.events.iter().map(|event| event.name()).collect();
            vault = vault.notifications(air_gapped::NotificationObjectType::new(events, topic));
        }
        let vault = scope.add(MAIN, vault);
        AirGappedVault { vault, name, site: scope.site().clone(), retention, place: PhantomData }
    }
}

/// A logically air-gapped vault that is in a stack at the place `P`.
#[derive(Clone, Debug)]
pub struct AirGappedVault<P> {
    vault: backup::LogicallyAirGappedBackupVaultRef,
    name: BackupVaultName,
    site: Site,
    retention: AirGappedRetention,
    place: PhantomData<fn() -> P>,
}

impl<P: VaultPlace> AirGappedVault<P> {
    /// Its name, known before deployment.
    pub const fn name(&self) -> &BackupVaultName {
        &self.name
    }

    /// Its ARN, made of its name, so that another region needs nothing of its stack.
    pub fn arn(&self) -> Value<BackupVaultArn> {
        arn_of(&self.name, &self.site)
    }

    /// For how long it takes copies.
    pub const fn retention(&self) -> AirGappedRetention {
        self.retention
    }

    /// A metric of the vault, in its own region.
    pub fn metric(&self, metric: BackupMetric) -> Metric {
        metric_of(&self.name, metric)
    }

    /// The alarms of a vault for copies: [`VaultAlarm`].
    pub fn alarms(&self) -> Alarms<VaultAlarm, P::Needs> {
        alarm::of(Arrival::Copies, |metric| self.metric(metric))
    }
}

impl<P: VaultPlace> TakesCopies for AirGappedVault<P> {
    fn vault_arn(&self) -> Value<BackupVaultArn> {
        self.arn()
    }

    fn vault(&self) -> ResourceRef {
        self.as_ref().clone()
    }

    fn region(&self) -> &str {
        self.site.region()
    }
}

impl<P: VaultPlace> HasRecoveryPoints<P> for AirGappedVault<P> {
    fn recovery_points(&self) -> RecoveryPoints<P> {
        RecoveryPoints::new(self.arn(), self.as_ref().clone())
    }
}

impl<P> AsRef<ResourceRef> for AirGappedVault<P> {
    fn as_ref(&self) -> &ResourceRef {
        self.vault.as_ref()
    }
}
