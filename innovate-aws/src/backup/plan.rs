//! The construct of a plan, and its handle.

use std::cmp::Reverse;

use innovate_cfn::{
    backup::{self, backup_plan},
    iam,
    kind::RoleArn,
    policy::{Condition, Statement},
};
use innovate_core::{
    Construct, Gives as _, HomeRegion, MAIN, ResourceType as _, Scope, Site, StackInHomeRegion,
    Text, Value,
};
use typed_builder::TypedBuilder;

use super::{AuditedKind, BackupFrequency, BackupRule, Control, Selection, Vault, role};
use crate::{
    identity::{Grant, Grantee},
    name::name_of,
};

/// A plan: what is backed up when, and copied where.
///
/// It makes the role that AWS Backup acts with. Whoever adds one has opted in to the kinds of resources
/// that it selects, once in each region, which CloudFormation can't do:
///
/// ```text
/// aws backup update-region-settings --resource-type-opt-in-preference Aurora=true,RDS=true,EKS=true,EBS=true,S3=true
/// ```
///
/// A backup on demand, such as before a migration, has the plan's vault and role:
///
/// ```text
/// aws backup start-backup-job --backup-vault-name VAULT --resource-arn ARN --iam-role-arn ROLE --lifecycle DeleteAfterDays=35
/// ```
///
/// Who makes one needs [`Plan::grant_backup`].
///
/// ```
/// use innovate_aws::{
///     backup::{BackupPlan, BackupRule, Selection, Vault, Weekday},
///     cluster::Cluster, database::AuroraCluster, lifecycle,
/// };
/// use innovate_core::{HomeRegion, Prod, RecoveryRegion, Stack};
///
/// fn plan(
///     stack: &mut Stack<Prod>,
///     home: &Vault<HomeRegion>,
///     dr: &Vault<RecoveryRegion>,
///     database: &AuroraCluster,
///     cluster: &Cluster,
/// ) {
///     stack.add(
///         "Plan",
///         BackupPlan::builder()
///             .vault(home)
///             .rules([
///                 BackupRule::daily(lifecycle!(35 days)).copy_to(dr),
///                 BackupRule::weekly(Weekday::Sunday, lifecycle!(90 days)).copy_to(dr),
///             ])
///             .selections([Selection::of(database), Selection::of(cluster)])
///             .build(),
///     );
/// }
/// ```
///
/// AWS Backup for EKS wants access entries, which clusters of this library have: it makes its own entry
/// for the plan's role when it first backs the cluster up. It saves the state of Kubernetes and the
/// volumes of EBS, EFS and S3, not images, nodes or the network.
///
/// Sources: "Backup plans" and "Amazon EKS backups", AWS Backup Developer Guide; `AWS::Backup::BackupPlan`,
/// AWS CloudFormation Template Reference Guide.
#[derive(Clone, Debug, TypedBuilder)]
pub struct BackupPlan {
    /// Where recovery points are kept: a vault of the environment's own region.
    #[builder(setter(transform = |vault: &Vault<HomeRegion>| vault.clone()))]
    vault: Vault<HomeRegion>,
    /// When backups are made, how long they are kept, and where they are copied to.
    #[builder(setter(
        fn transform(rules: impl IntoIterator<Item = BackupRule>) -> Vec<BackupRule> {
            rules.into_iter().collect()
        }
    ))]
    rules: Vec<BackupRule>,
    /// What is backed up.
    #[builder(setter(
        fn transform(selections: impl IntoIterator<Item = Selection>) -> Vec<Selection> {
            selections.into_iter().collect()
        }
    ))]
    selections: Vec<Selection>,
}

impl Construct for BackupPlan {
    type Handle = Plan;
    type Needs = StackInHomeRegion;

    fn build(self, scope: &mut Scope<'_>) -> Plan {
        let name = name_of(scope);
        let copies: Vec<_> = self.rules.iter().flat_map(BackupRule::copies).cloned().collect();
        let mut kinds: Vec<_> = self.selections.iter().filter_map(Selection::audited).collect();
        kinds.sort();
        kinds.dedup();
        let promise = self
            .rules
            .iter()
            .map(|rule| (rule.days_between(), Reverse(rule.days_kept())))
            .min()
            .map(|(days, Reverse(kept))| (BackupFrequency::EveryDays(days), kept));
        let recovery_region = scope.site().recovery_region().map(str::to_owned);
        let copied_to =
            recovery_region.filter(|region| self.rules.iter().any(|rule| rule.copies_to(region)));
        let locked = self.vault.lock().range().is_some();
        let rules: Vec<_> = self.rules.into_iter().map(|rule| rule.resource(&self.vault)).collect();
        let plan = backup_plan::BackupPlanResourceType::new(name, rules);
        let plan = scope.add(MAIN, backup::BackupPlan::new(plan).depends_on_all(&copies));
        let buckets = self.selections.iter().any(|selection| selection.may_be_bucket);
        let role = role::for_backup(scope, buckets);
        for selection in Selection::merge(self.selections) {
            let id = selection.id();
            let resource = selection.resource(role.arn());
            scope.add(id, backup::BackupSelection::new(plan.backup_plan_id(), resource));
        }
        let site = scope.site().clone();
        let vault = self.vault;
        Plan {
            role,
            vault,
            site,
            id: plan.backup_plan_id().assume(),
            kinds,
            promise,
            copied_to,
            locked,
        }
    }
}

/// A plan that is in a stack.
#[derive(Clone, Debug)]
pub struct Plan {
    role: iam::RoleRef,
    vault: Vault<HomeRegion>,
    site: Site,
    id: Value<Text>,
    kinds: Vec<AuditedKind>,
    /// What its most frequent rule does: how often, and for how many days.
    promise: Option<(BackupFrequency, u16)>,
    copied_to: Option<String>,
    locked: bool,
}

impl Plan {
    /// The role that AWS Backup backs up with, also for a backup on demand.
    pub fn role_arn(&self) -> Value<RoleArn> {
        self.role.arn().give()
    }

    /// Lets a role make a backup on demand, such as a pipeline before a migration: with the plan's role, into
    /// the plan's vault, of whatever the plan's role may back up.
    ///
    /// Sources: "Actions, resources, and condition keys for AWS Backup", Service Authorization Reference;
    /// "Grant a user permissions to pass a role to an AWS service", IAM User Guide.
    pub fn grant_backup(&self, to: &impl Grantee) -> Grant {
        let start =
            Statement::allow(["backup:StartBackupJob"]).sid("StartBackup").on(self.vault.arn());
        let pass = Statement::allow(["iam:PassRole"])
            .sid("PassBackupRole")
            .on(self.role.arn())
            .when(Condition::string_equals("iam:PassedToService", "backup.amazonaws.com"));
        let watch = Statement::allow(["backup:DescribeBackupJob"]).sid("WatchBackup").on_all();
        Grant::new(to, &self.site, [start, pass, watch])
    }

    /// What a [`Framework`](super::Framework) asks so that what the plan is for holds: that it makes
    /// backups as often as its most frequent rule and keeps them as long, that they are encrypted, and,
    /// of the kinds of resources that it selects whatever their tags, that each resource of the account and region is in a
    /// plan, that its backups are copied if the plan copies, and that their vault is locked if the plan's is.
    pub fn controls(&self) -> Vec<Control> {
        let mut controls = vec![Control::encrypted()];
        if let Some((frequency, kept)) = self.promise {
            controls.push(Control::plan_makes(self.id.clone(), frequency, kept));
        }
        if self.kinds.is_empty() {
            return controls;
        }
        let kinds = || self.kinds.iter().copied();
        controls.push(Control::in_backup_plan(kinds()));
        if let Some(region) = &self.copied_to {
            controls.push(Control::copied_to_code(region, kinds()));
        }
        if self.locked {
            controls.push(Control::in_locked_vault(kinds()));
        }
        controls
    }
}
