//! Where reports of AWS Backup go, and what they are about.

use innovate_aws::{
    backup::{Report, ReportFormat, ReportPlan},
    storage::{BackupReportBucket, BackupReportBucketHandle, ReportServiceRole},
};
use innovate_core::{App, Node, Prod, Stack};

use crate::{
    program::{findings, of_type, resource, text},
    storage::{said, storage},
};

const BUCKET: &str = "innovate-prod-reports-444455556666-eu-west-1-an";

fn reports(service_role: ReportServiceRole) -> (Stack<Prod>, BackupReportBucketHandle) {
    let (mut stack, key, logs) = storage::<Prod>();
    let bucket =
        BackupReportBucket::builder().key(&key).access_logs(&logs).service_role(service_role);
    let bucket = stack.add("Reports", bucket.build());
    (stack, bucket)
}

#[test]
fn the_role_of_the_reports_may_write_to_the_bucket_and_do_nothing_else() {
    let (stack, bucket) = reports(ReportServiceRole::Existing);
    assert_eq!(bucket.bucket().bucket_name().as_str(), BUCKET);
    let policy = resource(stack.model(), "ReportsPolicy").properties();
    let statements = policy.at("PolicyDocument/Statement").and_then(Node::as_list).unwrap();
    let allows = |statement: &&Node| statement.get("Effect").unwrap().as_text() == Some("Allow");
    let allowed: Vec<_> = statements.iter().filter(allows).collect();
    let [write] = allowed[..] else { panic!("{allowed:#?}") };
    let at = |path: &str| write.at(path).and_then(Node::as_text);
    assert_eq!(at("Action"), Some("s3:PutObject"));
    assert_eq!(at("Resource"), Some(&*format!("arn:aws:s3:::{BUCKET}/*")));
    assert_eq!(at("Condition/StringEquals/s3:x-amz-acl"), Some("bucket-owner-full-control"));
    let encryption = "BucketEncryption/ServerSideEncryptionConfiguration/0/ServerSideEncryptionByDefault/SSEAlgorithm";
    assert_eq!(text(resource(stack.model(), "Reports"), encryption), "aws:kms");
    assert_eq!(said(App::new("test").stack(stack)), [""; 0]);
}

#[test]
fn the_role_is_that_of_the_account_by_its_arn() {
    let (stack, _) = reports(ReportServiceRole::Existing);
    let policy = resource(stack.model(), "ReportsPolicy").properties();
    let principal = format!("{:?}", policy.at("PolicyDocument/Statement/2/Principal/AWS"));
    let role = ":iam::444455556666:role/aws-service-role/reports.backup.amazonaws.com/AWSServiceRoleForBackupReports";
    assert!(principal.contains(role), "{principal}");
}

#[test]
fn a_role_that_the_program_makes_is_there_before_the_policy_names_it() {
    let (stack, _) = reports(ReportServiceRole::Existing);
    assert_eq!(of_type(stack.model(), "AWS::IAM::ServiceLinkedRole").len(), 0);
    let (stack, _) = reports(ReportServiceRole::Created);
    let role = resource(stack.model(), "ReportsServiceRole");
    assert_eq!(text(role, "AWSServiceName"), "reports.backup.amazonaws.com");
    let waits = resource(stack.model(), "Reports").depends_on();
    assert!(waits.iter().any(|other| other.logical_id() == "ReportsServiceRole"), "{waits:?}");
    assert_eq!(said(App::new("test").stack(stack)), [""; 0]);
}

#[test]
fn a_report_plan_waits_until_it_may_deliver() {
    let (mut stack, bucket) = reports(ReportServiceRole::Existing);
    for (id, report) in [
        ("BackupJobs", Report::backup_jobs()),
        ("CopyJobs", Report::copy_jobs()),
        ("RestoreJobs", Report::restore_jobs()),
    ] {
        stack.add(id, ReportPlan::builder().report(report).bucket(&bucket).build());
    }
    for (id, template, name) in [
        ("BackupJobs", "BACKUP_JOB_REPORT", "innovate_prod_storage_backup_jobs"),
        ("CopyJobs", "COPY_JOB_REPORT", "innovate_prod_storage_copy_jobs"),
        ("RestoreJobs", "RESTORE_JOB_REPORT", "innovate_prod_storage_restore_jobs"),
    ] {
        let plan = resource(stack.model(), id);
        assert_eq!(text(plan, "ReportSetting/ReportTemplate"), template);
        assert_eq!(text(plan, "ReportPlanName"), name);
        assert_eq!(text(plan, "ReportDeliveryChannel/S3BucketName"), BUCKET);
        assert_eq!(text(plan, "ReportDeliveryChannel/Formats/0"), "CSV");
        assert_eq!(text(plan, "ReportDeliveryChannel/Formats/1"), "JSON");
        let [policy] = plan.depends_on() else { panic!("{:?}", plan.depends_on()) };
        assert_eq!(policy.logical_id(), "ReportsPolicy");
    }
    assert_eq!(said(App::new("test").stack(stack)), [""; 0]);
}

#[test]
fn a_format_that_is_named_twice_is_written_once() {
    let (mut stack, bucket) = reports(ReportServiceRole::Existing);
    let plan = ReportPlan::builder().report(Report::backup_jobs()).bucket(&bucket);
    stack.add("Jobs", plan.formats([ReportFormat::Json, ReportFormat::Json]).build());
    let formats = resource(stack.model(), "Jobs").properties().at("ReportDeliveryChannel/Formats");
    assert_eq!(formats.and_then(Node::as_list).map(<[Node]>::len), Some(1));
}

#[test]
fn a_report_without_a_format_is_an_error_at_its_line() {
    let (mut stack, bucket) = reports(ReportServiceRole::Existing);
    let plan = ReportPlan::builder().report(Report::backup_jobs()).bucket(&bucket).formats([]);
    stack.add("Jobs", plan.build());
    let line = line!() - 1;
    let found = findings(App::new("test").stack(stack));
    let [finding] = &*found else { panic!("one finding expected: {found:#?}") };
    assert_eq!((finding.code(), finding.setter_name()), ("BKP-05", Some("formats")));
    assert_eq!(finding.given_value(), Some("none"));
    assert_eq!(finding.place().map(|place| place.line), Some(line));
}
