//! What AWS Backup Audit Manager watches over.

use innovate_cfn::backup::{
    self,
    framework::{ControlInputParameter, FrameworkControl, FrameworkControlControlScope},
};
use innovate_core::{AnyStack, Construct, Diagnostic, MAIN, Scope, Str, Text, Value};
use typed_builder::TypedBuilder;

use crate::{
    name::{name_of, underscored},
    region::Region,
};

/// A kind of resource that controls are about. Clusters of EKS are none.
///
/// Source: "Controls and remediation", AWS Backup Developer Guide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AuditedKind {
    /// Clusters of Aurora.
    AuroraCluster,
    /// Tables of DynamoDB.
    DynamoDbTable,
    /// Volumes of EBS.
    EbsVolume,
    /// File systems of EFS.
    EfsFileSystem,
    /// Instances of RDS that are in no cluster.
    RdsInstance,
    /// Buckets of S3.
    S3Bucket,
}

impl AuditedKind {
    const fn name(self) -> &'static str {
        match self {
            Self::AuroraCluster => "Aurora",
            Self::DynamoDbTable => "DynamoDB",
            Self::EbsVolume => "EBS",
            Self::EfsFileSystem => "EFS",
            Self::RdsInstance => "RDS",
            Self::S3Bucket => "S3",
        }
    }
}

/// How often a plan makes backups, at least.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BackupFrequency {
    /// Every so many hours: 1 to 24.
    EveryHours(u8),
    /// Every so many days: 1 to 31.
    EveryDays(u8),
}

impl BackupFrequency {
    /// The unit, how many of it, and how many there can be.
    const fn parts(self) -> (&'static str, u8, u8) {
        match self {
            Self::EveryHours(hours) => ("hours", hours, 24),
            Self::EveryDays(days) => ("days", days, 31),
        }
    }
}

/// A question that a [`Framework`] asks about the backups of its account and region, once a day or
/// whenever the answer may have changed.
///
/// A plan knows those that it is meant to pass: [`Plan::controls`](super::Plan::controls).
///
/// Sources: "Choosing your controls" and "Creating frameworks using the AWS Backup API", AWS Backup
/// Developer Guide.
#[derive(Clone, Debug)]
pub struct Control {
    name: &'static str,
    parameters: Vec<(&'static str, Str)>,
    subject: Subject,
    frequency: Option<BackupFrequency>,
}

/// What a control looks at.
#[derive(Clone, Debug)]
enum Subject {
    /// Every plan, vault or recovery point.
    Every,
    /// One plan.
    Plan(Value<Text>),
    /// Every resource of these kinds.
    Kinds(Vec<AuditedKind>),
}

impl Control {
    const fn new(name: &'static str, subject: Subject) -> Self {
        Self { name, parameters: Vec::new(), subject, frequency: None }
    }

    fn of(name: &'static str, kinds: impl IntoIterator<Item = AuditedKind>) -> Self {
        let mut kinds: Vec<_> = kinds.into_iter().collect();
        kinds.sort();
        kinds.dedup();
        Self::new(name, Subject::Kinds(kinds))
    }

    fn with(mut self, name: &'static str, value: impl Into<Str>) -> Self {
        self.parameters.push((name, value.into()));
        self
    }

    /// Every resource of these kinds is in a backup plan.
    pub fn in_backup_plan(kinds: impl IntoIterator<Item = AuditedKind>) -> Self {
        Self::of("BACKUP_RESOURCES_PROTECTED_BY_BACKUP_PLAN", kinds)
    }

    /// Every plan has a rule that makes backups so often and keeps them for so many days.
    pub fn plans_make(frequency: BackupFrequency, kept_days: u16) -> Self {
        let (unit, number, _) = frequency.parts();
        let control =
            Self::new("BACKUP_PLAN_MIN_FREQUENCY_AND_MIN_RETENTION_CHECK", Subject::Every)
                .with("requiredFrequencyUnit", unit)
                .with("requiredFrequencyValue", number.to_string())
                .with("requiredRetentionDays", kept_days.to_string());
        Self { frequency: Some(frequency), ..control }
    }

    /// The same of one plan.
    pub(super) fn plan_makes(
        plan: Value<Text>,
        frequency: BackupFrequency,
        kept_days: u16,
    ) -> Self {
        Self { subject: Subject::Plan(plan), ..Self::plans_make(frequency, kept_days) }
    }

    /// Every recovery point is kept for so many days.
    pub fn kept_for(days: u16) -> Self {
        Self::new("BACKUP_RECOVERY_POINT_MINIMUM_RETENTION_CHECK", Subject::Every)
            .with("requiredRetentionDays", days.to_string())
    }

    /// Backups of every resource of these kinds are copied to this region.
    pub fn copied_to(region: Region, kinds: impl IntoIterator<Item = AuditedKind>) -> Self {
        Self::copied_to_code(region.code(), kinds)
    }

    pub(super) fn copied_to_code(
        region: &str,
        kinds: impl IntoIterator<Item = AuditedKind>,
    ) -> Self {
        Self::of("BACKUP_RESOURCES_PROTECTED_BY_CROSS_REGION", kinds)
            .with("crossRegionList", region.to_owned())
    }

    /// Backups of every resource of these kinds go to a vault with a lock.
    pub fn in_locked_vault(kinds: impl IntoIterator<Item = AuditedKind>) -> Self {
        Self::of("BACKUP_RESOURCES_PROTECTED_BY_BACKUP_VAULT_LOCK", kinds)
    }

    /// Every recovery point is encrypted.
    pub const fn encrypted() -> Self {
        Self::new("BACKUP_RECOVERY_POINT_ENCRYPTED", Subject::Every)
    }

    /// The policy of every vault denies everyone to delete recovery points, to shorten their lives and
    /// to change the policy.
    ///
    /// A [`BackupVault`](super::BackupVault) denies the first two. It doesn't deny the third, which would
    /// keep CloudFormation from it, too, so this control finds it: it is for vaults that are made elsewhere.
    ///
    /// Source: "backup-recovery-point-manual-deletion-disabled", AWS Config Developer Guide.
    pub const fn manual_deletion_disabled() -> Self {
        Self::new("BACKUP_RECOVERY_POINT_MANUAL_DELETION_DISABLED", Subject::Every)
    }

    fn resource(self) -> FrameworkControl {
        let mut control = FrameworkControl::new(self.name);
        if !self.parameters.is_empty() {
            let parameters = self.parameters.into_iter();
            let parameters =
                parameters.map(|(name, value)| ControlInputParameter::new(name, value));
            control = control.control_input_parameters(parameters.collect::<Vec<_>>());
        }
        let scope = FrameworkControlControlScope::new();
        match self.subject {
            Subject::Every => control,
            Subject::Plan(id) => control.control_scope(
                scope
                    .compliance_resource_ids([id])
                    .compliance_resource_types(["AWS::Backup::BackupPlan"]),
            ),
            Subject::Kinds(kinds) => {
                let kinds: Vec<_> = kinds.iter().map(|kind| kind.name()).collect();
                control.control_scope(scope.compliance_resource_types(kinds))
            }
        }
    }

    /// Reports what Audit Manager doesn't take.
    fn check(&self, scope: &mut Scope<'_>) {
        if let Subject::Kinds(kinds) = &self.subject
            && kinds.is_empty()
        {
            scope.report(
                Diagnostic::error(
                    "BKP-05",
                    format!("the control `{}` looks at nothing", self.name),
                )
                .setter("controls")
                .given("no kind of resource")
                .allowed("one kind of resource or more"),
            );
        }
        if let Some((unit, number, most)) = self.frequency.map(BackupFrequency::parts)
            && !(1..=most).contains(&number)
        {
            scope.report(
                Diagnostic::error("BKP-05", "Audit Manager knows no such frequency")
                    .setter("controls")
                    .given(format!("every {number} {unit}"))
                    .allowed(format!("1 to {most} {unit}")),
            );
        }
    }
}

/// Watches over the backups of the account and region: what is not as its controls ask is reported,
/// by a [`ReportPlan`](super::ReportPlan) every day and in the console.
///
/// Audit Manager makes rules of AWS Config, so Config has to record the resources, the plans, vaults
/// and recovery points, and its own findings in the region. An account has 50 controls a region at most.
///
/// ```
/// use innovate_aws::{
///     backup::{Framework, Plan, Report, ReportPlan},
///     storage::BackupReportBucketHandle,
/// };
/// use innovate_core::{Prod, Stack};
///
/// fn audit(backup: &mut Stack<Prod>, plan: &Plan, reports: &BackupReportBucketHandle) {
///     let framework = Framework::builder().controls(plan.controls()).build();
///     let framework = backup.add("Framework", framework);
///     let report = Report::resource_compliance(&framework);
///     backup.add("Compliance", ReportPlan::builder().report(report).bucket(reports).build());
/// }
/// ```
///
/// Sources: "AWS Backup Audit Manager" and "Turning on resource tracking", AWS Backup Developer Guide.
#[derive(Clone, Debug, TypedBuilder)]
pub struct Framework {
    /// What it asks.
    #[builder(setter(
        fn transform(controls: impl IntoIterator<Item = Control>) -> Vec<Control> {
            controls.into_iter().collect()
        }
    ))]
    controls: Vec<Control>,
}

impl Construct for Framework {
    type Handle = backup::FrameworkRef;
    type Needs = AnyStack;

    fn build(self, scope: &mut Scope<'_>) -> backup::FrameworkRef {
        if self.controls.is_empty() {
            scope.report(
                Diagnostic::error("BKP-05", "a framework without controls watches over nothing")
                    .setter("controls")
                    .given("none")
                    .allowed("one control or more")
                    .help("take those of a plan: `plan.controls()`"),
            );
        }
        for control in &self.controls {
            control.check(scope);
        }
        let controls: Vec<_> = self.controls.into_iter().map(Control::resource).collect();
        let framework = backup::Framework::new(controls);
        let framework = framework.framework_name(underscored(&name_of(scope)));
        scope.add(MAIN, framework)
    }
}
