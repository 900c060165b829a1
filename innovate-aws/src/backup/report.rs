//! Reports of what AWS Backup did.

use innovate_cfn::backup::{
    self,
    report_plan::{ReportDeliveryChannel, ReportSetting},
};
use innovate_core::{AnyStack, Construct, Diagnostic, MAIN, ResourceType as _, Scope, Text, Value};
use typed_builder::TypedBuilder;

use crate::{
    name::{name_of, underscored},
    storage::BackupReportBucketHandle,
};

/// What a report is about. AWS Backup delivers one a day by itself, and another whenever it is asked to:
/// `aws backup start-report-job`. No schedule can be given.
///
/// Source: "Choosing your report template", AWS Backup Developer Guide.
#[derive(Clone, Debug)]
pub struct Report {
    template: &'static str,
    framework: Option<Value<Text>>,
}

impl Report {
    const fn of(template: &'static str) -> Self {
        Self { template, framework: None }
    }

    /// The backup jobs that ended in the last 24 hours, and those that are under way.
    pub const fn backup_jobs() -> Self {
        Self::of("BACKUP_JOB_REPORT")
    }

    /// The copies, of the same time.
    pub const fn copy_jobs() -> Self {
        Self::of("COPY_JOB_REPORT")
    }

    /// The restores, of the same time, those of restore testing among them: how long each took is what
    /// the recovery time objective is measured by.
    pub const fn restore_jobs() -> Self {
        Self::of("RESTORE_JOB_REPORT")
    }

    /// Which resources are as the controls of a framework ask, and which aren't.
    pub fn resource_compliance(framework: &backup::FrameworkRef) -> Self {
        let framework = Some(framework.framework_arn());
        Self { framework, ..Self::of("RESOURCE_COMPLIANCE_REPORT") }
    }

    /// How many resources are as each control of a framework asks, and how many aren't.
    pub fn control_compliance(framework: &backup::FrameworkRef) -> Self {
        let framework = Some(framework.framework_arn());
        Self { framework, ..Self::of("CONTROL_COMPLIANCE_REPORT") }
    }
}

/// How a report is written.
///
/// Source: "ReportDeliveryChannel", AWS Backup API Reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportFormat {
    /// Comma-separated values.
    Csv,
    /// JSON.
    Json,
}

impl ReportFormat {
    const fn name(self) -> &'static str {
        match self {
            Self::Csv => "CSV",
            Self::Json => "JSON",
        }
    }
}

/// Delivers a report about the account and region to a bucket, every day.
///
/// Its objects are at `Backup/<account>/<region>/<year>/<month>/<day>/<name>` in the bucket. What it
/// reports on is what was done in the region of its stack: copies, where they begin.
///
/// ```
/// use innovate_aws::{
///     backup::{Report, ReportPlan},
///     storage::BackupReportBucketHandle,
/// };
/// use innovate_core::{Prod, Stack};
///
/// fn report(backup: &mut Stack<Prod>, reports: &BackupReportBucketHandle) {
///     for (id, report) in [
///         ("BackupJobs", Report::backup_jobs()),
///         ("CopyJobs", Report::copy_jobs()),
///         ("RestoreJobs", Report::restore_jobs()),
///     ] {
///         backup.add(id, ReportPlan::builder().report(report).bucket(reports).build());
///     }
/// }
/// ```
///
/// Sources: "Creating report plans using the AWS Backup console" and "Working with audit reports", AWS
/// Backup Developer Guide.
#[derive(Clone, Debug, TypedBuilder)]
pub struct ReportPlan {
    /// What it reports on.
    report: Report,
    /// Where reports are delivered.
    #[builder(setter(transform = |bucket: &BackupReportBucketHandle| bucket.clone()))]
    bucket: BackupReportBucketHandle,
    /// How reports are written: one object for each format. CSV and JSON by default.
    #[builder(default = vec![ReportFormat::Csv, ReportFormat::Json], setter(
        fn transform(formats: impl IntoIterator<Item = ReportFormat>) -> Vec<ReportFormat> {
            formats.into_iter().collect()
        }
    ))]
    formats: Vec<ReportFormat>,
}

impl Construct for ReportPlan {
    type Handle = backup::ReportPlanRef;
    type Needs = AnyStack;

    fn build(self, scope: &mut Scope<'_>) -> backup::ReportPlanRef {
        self.check(scope);
        let mut formats = Vec::new();
        for format in self.formats.iter().map(|format| format.name()) {
            if !formats.contains(&format) {
                formats.push(format);
            }
        }
        let channel =
            ReportDeliveryChannel::new(self.bucket.bucket().bucket_name()).formats(formats);
        let mut setting = ReportSetting::new(self.report.template);
        if let Some(framework) = self.report.framework {
            setting = setting.framework_arns([framework]);
        }
        let plan = backup::ReportPlan::new(channel, setting)
            .report_plan_name(underscored(&name_of(scope)))
            .depends_on(&self.bucket);
        scope.add(MAIN, plan)
    }
}

impl ReportPlan {
    /// Reports a plan whose reports nobody could read.
    fn check(&self, scope: &mut Scope<'_>) {
        if self.formats.is_empty() {
            scope.report(
                Diagnostic::error("BKP-05", "a report is written in a format")
                    .setter("formats")
                    .given("none")
                    .allowed("`ReportFormat::Csv`, `ReportFormat::Json` or both")
                    .help("leave `formats` out for both"),
            );
        }
    }
}
