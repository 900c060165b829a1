//! `S3-04`: a bucket keeps old versions.

use innovate_core::{
    Diagnostic, Node, Rule, StackModel,
    check::{Check, Findings, Model},
};

/// `S3-04`.
pub static BUCKET_IS_VERSIONED: Rule = Rule {
    code: "S3-04",
    title: "a bucket keeps the versions that are overwritten or deleted",
    explanation: "Without versions an object that is overwritten or deleted by mistake is gone, and so \
is the log that somebody deletes on purpose. Replication and AWS Backup need them, too.\n\nSource: \
\"Retaining multiple versions of objects with S3 Versioning\", Amazon S3 User Guide; control S3.14, AWS \
Security Hub User Guide.",
    check: Check::EachStack(check),
};

const PROPERTY: &str = "VersioningConfiguration/Status";

fn check(_: &Model<'_>, stack: &StackModel, findings: &mut Findings) {
    for bucket in stack.resources_of("AWS::S3::Bucket") {
        let (node, id) = (bucket.properties().at(PROPERTY), bucket.logical_id());
        let given = match node.map(Node::as_text) {
            None => "no versioning",
            Some(Some("Enabled") | None) => continue,
            Some(Some(other)) => other,
        };
        let message = format!("what is deleted from the bucket `{id}` is gone");
        findings.report(
            Diagnostic::error("S3-04", message)
                .on(bucket)
                .property(PROPERTY)
                .given(given)
                .allowed("Enabled")
                .help("make it with `storage::Bucket`, which keeps versions"),
        );
    }
}
