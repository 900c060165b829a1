//! Where AWS Backup delivers its reports.

use innovate_cfn::{
    iam,
    policy::{Condition, Principal, Statement},
};
use innovate_core::{
    AnyStack, Construct, DeletionPolicy, ResourceRef, ResourceType as _, Scope, Text, Value, text,
    value::pseudo,
};
use typed_builder::TypedBuilder;

use super::{
    AccessLogs, BucketHandle, Encryption, LogsAccess, ObjectLifecycle,
    blueprint::{Blueprint, Policy},
};
use crate::{
    keys::{Key, S3},
    name::BucketName,
};

/// Who makes `AWSServiceRoleForBackupReports`, the role with which AWS Backup delivers reports.
///
/// An account has one at most, whatever the number of its report plans and regions, and making a second
/// fails the deployment. AWS Backup makes it with the first framework or report plan of the account.
/// That is too late for the bucket's policy, which names it: S3 refuses a policy that names a role
/// which doesn't exist.
///
/// Source: "Creating report plans using the AWS Backup console" and "Using service-linked roles for
/// AWS Backup", AWS Backup Developer Guide.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReportServiceRole {
    /// The account has it: it had a report plan before, or `aws iam create-service-linked-role
    /// --aws-service-name reports.backup.amazonaws.com` made it.
    #[default]
    Existing,
    /// This program, for an account that has none: with one bucket of all that the account has. It
    /// stays when it leaves its stack, since others may use it; a stack that is made anew then has
    /// to leave it out.
    Created,
}

impl ReportServiceRole {
    fn arn(account: &str) -> Value<Text> {
        let role =
            "role/aws-service-role/reports.backup.amazonaws.com/AWSServiceRoleForBackupReports";
        text!["arn:", pseudo::partition(), format!(":iam::{account}:{role}")]
    }

    /// What the bucket waits for, if the program makes the role.
    fn add_to(self, scope: &mut Scope<'_>) -> Option<ResourceRef> {
        match self {
            Self::Existing => None,
            Self::Created => {
                let role = iam::ServiceLinkedRole::new()
                    .aws_service_name("reports.backup.amazonaws.com")
                    .description("Lets AWS Backup deliver reports")
                    .removal_policy(DeletionPolicy::Retain);
                Some(scope.add("ServiceRole", role).as_ref().clone())
            }
        }
    }
}

/// A bucket to which AWS Backup delivers reports, for a [`ReportPlan`](crate::backup::ReportPlan).
///
/// The role of AWS Backup's reports may write to it, and hand over what it wrote, nothing else. The key
/// lets whoever of the account comes through S3 use it, the role among them. Reports go after a year
/// in production and a month elsewhere. It is of the same account as the report plans.
///
/// Source: "Creating report plans using the AWS Backup console", AWS Backup Developer Guide.
///
/// ```
/// # use innovate_aws::{Environment, Region, account, domain, name};
/// # use innovate_core::Prod;
/// use innovate_aws::{
///     keys::{KmsKey, S3},
///     storage::{AccessLogBucket, BackupReportBucket, ReportServiceRole},
/// };
/// # let prod = Environment::<Prod>::builder().application(name!("innovate")).account(account!("444455556666"))
/// #     .region(Region::EuWest1).domain(domain!("innovate.example")).owner("platform").build();
/// # let mut backup = prod.stack("backup");
///
/// let key = backup.add("ReportKey", KmsKey::<S3>::new());
/// let logs = backup.add("AccessLogs", AccessLogBucket::builder().build());
/// let reports = BackupReportBucket::builder()
///     .key(&key)
///     .access_logs(&logs)
///     .service_role(ReportServiceRole::Created)
///     .build();
/// let reports = backup.add("Reports", reports);
/// ```
#[derive(Clone, Debug, TypedBuilder)]
pub struct BackupReportBucket {
    /// Its name, if it has to be another than that made of its id.
    #[builder(default, setter(strip_option))]
    name: Option<BucketName>,
    /// What encrypts the reports.
    #[builder(setter(transform = |key: &Key<S3>| key.clone()))]
    key: Key<S3>,
    /// Where its own requests are logged: the handle of an [`AccessLogBucket`](super::AccessLogBucket),
    /// or a [`Waiver`](super::Waiver) to log none.
    #[builder(setter(
        fn transform(to: impl LogsAccess) -> AccessLogs {
            to.access_logs()
        }
    ))]
    access_logs: AccessLogs,
    /// Who makes the role that delivers. The account has it by default.
    #[builder(default)]
    service_role: ReportServiceRole,
    /// When the reports move and go. They go after a year in production and a month elsewhere by
    /// default.
    #[builder(default, setter(strip_option))]
    lifecycle: Option<ObjectLifecycle>,
}

impl Construct for BackupReportBucket {
    type Handle = BackupReportBucketHandle;
    type Needs = AnyStack;

    fn build(self, scope: &mut Scope<'_>) -> BackupReportBucketHandle {
        let site = scope.site().clone();
        let encryption = Encryption::of_key(&self.key);
        let mut blueprint = Blueprint::new(self.name, encryption, self.access_logs, scope);
        let deliver = Statement::allow(["s3:PutObject"])
            .sid("WriteByBackupReports")
            .to(Principal::aws(ReportServiceRole::arn(site.account())))
            .on(blueprint.objects(""))
            .when(Condition::string_equals("s3:x-amz-acl", "bucket-owner-full-control"));
        blueprint.policy = Policy::Own(vec![deliver]);
        blueprint.lifecycle = Ok(ObjectLifecycle::of_logs(self.lifecycle, site.stage()));
        blueprint.after = self.service_role.add_to(scope);
        BackupReportBucketHandle(blueprint.build(scope))
    }
}

/// A bucket to which AWS Backup delivers reports. A report plan takes this handle and no other
/// bucket's.
#[derive(Clone, Debug)]
pub struct BackupReportBucketHandle(BucketHandle);

impl BackupReportBucketHandle {
    /// The bucket, to read the reports.
    pub const fn bucket(&self) -> &BucketHandle {
        &self.0
    }
}

impl AsRef<ResourceRef> for BackupReportBucketHandle {
    fn as_ref(&self) -> &ResourceRef {
        self.0.as_ref()
    }
}
