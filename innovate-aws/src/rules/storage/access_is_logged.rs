//! `S3-08`: a bucket logs the requests that it gets.

use innovate_core::{
    Diagnostic, Resource, Rule, StackModel,
    check::{Check, Findings, Model},
};

use super::policy::{SERVER_ACCESS_LOGS, bucket_of, is_access_log_target, writer_without_kms};
use crate::rules::read::region_of;

/// `S3-08`.
pub static ACCESS_IS_LOGGED: Rule = Rule {
    code: "S3-08",
    title: "a bucket logs its requests to a bucket of its region",
    explanation: "Who read what is asked only after something happened, and then it is too late to \
start logging. S3 delivers access logs to a bucket of the same region and account. The bucket of the \
logs has none of its own: each delivery would be a request to log.\n\nSource: \"Logging requests with \
server access logging\", Amazon S3 User Guide; control S3.9, AWS Security Hub User Guide.",
    check: Check::EachStack(check),
};

fn check(model: &Model<'_>, stack: &StackModel, findings: &mut Findings) {
    for bucket in stack.resources_of("AWS::S3::Bucket") {
        let id = bucket.logical_id();
        let Some(target) = bucket.properties().at("LoggingConfiguration/DestinationBucketName")
        else {
            // Without a name, a bucket that logs does so to itself.
            let itself = bucket.properties().at("LoggingConfiguration").is_some();
            if itself || !takes_access_logs(model, bucket) {
                findings.report(
                    Diagnostic::error(
                        "S3-08",
                        format!("the bucket `{id}` doesn't log its requests"),
                    )
                    .on(bucket)
                    .property("LoggingConfiguration/DestinationBucketName")
                    .given(if itself { "the bucket itself" } else { "no destination" })
                    .allowed("another bucket of the region")
                    .help("make it with `AccessLogBucket`"),
                );
            }
            continue;
        };
        let logs = bucket_of(model, target);
        if let Some(logs) = logs.filter(|logs| region_of(model, logs) != region_of(model, bucket)) {
            let there = region_of(model, logs).unwrap_or_default();
            findings.report(
                Diagnostic::error("S3-08", "a bucket logs its requests in its own region")
                    .on(bucket)
                    .setter("access_logs")
                    .property("LoggingConfiguration/DestinationBucketName")
                    .given(format!("`{}` in {there}", logs.logical_id()))
                    .allowed("an `AccessLogBucket` in the bucket's own region")
                    .related(logs.location(), "the bucket of the logs is made here"),
            );
        }
    }
}

fn takes_access_logs(model: &Model<'_>, bucket: &Resource) -> bool {
    is_access_log_target(model, bucket)
        || writer_without_kms(model, bucket).is_some_and(|(name, _)| name == SERVER_ACCESS_LOGS)
}
