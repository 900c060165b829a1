//! `S3-07`: a bucket doesn't grow for ever.

use innovate_core::{
    Diagnostic, Node, Rule, StackModel,
    check::{Check, Findings, Model},
};

/// `S3-07`.
pub static BUCKET_IS_TIDIED_UP: Rule = Rule {
    code: "S3-07",
    title: "a bucket has a lifecycle: old versions and the parts of broken uploads go",
    explanation: "Versions that were overwritten and the parts of uploads that were never completed are \
in no listing, and are paid for as long as they are there. A lifecycle takes them away after a while. \
It can move objects to cheaper storage and let them expire, too: ever colder and ever later, the \
expiry last.\n\nSource: \"Managing the lifecycle of objects\" and \"Configuring a bucket lifecycle \
configuration to delete incomplete multipart uploads\", Amazon S3 User Guide; controls S3.10 and S3.13, \
AWS Security Hub User Guide.",
    check: Check::EachStack(check),
};

fn check(_: &Model<'_>, stack: &StackModel, findings: &mut Findings) {
    for bucket in stack.resources_of("AWS::S3::Bucket") {
        let properties = bucket.properties();
        let rules = match properties.at("LifecycleConfiguration/Rules") {
            None => &[][..],
            Some(node) => match node.as_list() {
                Some(rules) => rules,
                None => continue,
            },
        };
        let enabled = |part: &str| {
            let on = |rule: &&Node| rule.get("Status").and_then(Node::as_text) != Some("Disabled");
            rules.iter().filter(on).any(|rule| rule.get(part).is_some())
        };
        let versioned = properties.at("VersioningConfiguration/Status").is_some();
        let old = enabled("NoncurrentVersionExpiration")
            || enabled("NoncurrentVersionExpirationInDays")
            || !versioned;
        let uploads = enabled("AbortIncompleteMultipartUpload");
        let what = match (old, uploads) {
            (true, true) => continue,
            (false, false) => "old versions and the parts of broken uploads",
            (false, true) => "old versions",
            (true, false) => "the parts of broken uploads",
        };
        let message = format!("the bucket `{}` keeps {what} for ever", bucket.logical_id());
        findings.report(
            Diagnostic::error("S3-07", message)
                .on(bucket)
                .property("LifecycleConfiguration")
                .allowed("an enabled rule that takes them away")
                .help("`storage::Bucket` has one; `ObjectLifecycle` says when"),
        );
    }
}
