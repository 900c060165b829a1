//! `S3-13`: a lock on objects can hold.

use innovate_core::{
    Diagnostic, Node, Rule, StackModel,
    check::{Check, Findings, Model},
};

use super::policy::is_access_log_target;
use crate::rules::read::truth;

/// `S3-13`.
pub static LOCK_CAN_HOLD: Rule = Rule {
    code: "S3-13",
    title: "a bucket that locks objects keeps versions and takes no access logs",
    explanation: "Object Lock holds on to versions of objects, so S3 refuses it without versioning. The \
service that delivers server access logs writes to no bucket that locks by default. A lock lasts 1 to \
36,500 days.\n\nSource: \"Object Lock considerations\" and \"Enabling Amazon S3 server access logging\", \
Amazon S3 User Guide.",
    check: Check::EachStack(check),
};

fn check(model: &Model<'_>, stack: &StackModel, findings: &mut Findings) {
    for bucket in stack.resources_of("AWS::S3::Bucket") {
        if truth(bucket, "ObjectLockEnabled") != Some(true) {
            continue;
        }
        let status = bucket.properties().at("VersioningConfiguration/Status");
        let versioned =
            status.is_some_and(|status| status.as_text().is_none_or(|on| on == "Enabled"));
        if !versioned {
            findings.report(
                Diagnostic::error("S3-13", "objects are locked in a bucket without versions")
                    .on(bucket)
                    .setter("object_lock")
                    .property("VersioningConfiguration/Status")
                    .given(status.and_then(Node::as_text).unwrap_or("no versioning"))
                    .allowed("Enabled"),
            );
        }
        let locks = bucket.properties().at("ObjectLockConfiguration/Rule/DefaultRetention");
        if locks.is_some() && is_access_log_target(model, bucket) {
            let id = bucket.logical_id();
            findings.report(
                Diagnostic::error(
                    "S3-13",
                    format!("S3 delivers no access logs to the bucket `{id}`"),
                )
                .on(bucket)
                .property("ObjectLockConfiguration/Rule/DefaultRetention")
                .given("a lock on every object")
                .allowed("no default retention"),
            );
        }
    }
}
