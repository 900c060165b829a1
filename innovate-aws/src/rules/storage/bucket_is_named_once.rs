//! `S3-12`: a bucket's name is its own.

use innovate_core::{
    Diagnostic, Rule,
    check::{Check, Findings, Model},
};

use super::policy::name_of;
use crate::rules::read::OneOfEach;

/// `S3-12`.
pub static BUCKET_IS_NAMED_ONCE: Rule = Rule {
    code: "S3-12",
    title: "no two buckets have one name, and each name is one that S3 takes",
    explanation: "The name of a bucket is unique in all of AWS, whatever its stack, account or region. \
`storage::Bucket` makes it of the environment, the id, the account and the region, at most 63 \
characters in all; two buckets of one id in two stacks of a region need a name of their own.\n\nSource: \
\"General purpose bucket naming rules\", Amazon S3 User Guide.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    let mut known = OneOfEach::new();
    for bucket in model.resources_of("AWS::S3::Bucket") {
        let Some(name) = name_of(bucket) else { continue };
        if let Some(first) = known.add(model, name, bucket) {
            findings.report(
                Diagnostic::error("S3-12", "two buckets have one name")
                    .on(bucket)
                    .setter("name")
                    .property("BucketName")
                    .given(format!("`{name}`, the name of `{}`", first.logical_id()))
                    .allowed("a name of its own")
                    .related(first.location(), "the other bucket is made here"),
            );
        }
    }
}
