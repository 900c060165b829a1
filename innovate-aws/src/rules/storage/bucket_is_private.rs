//! `S3-01`: a bucket is closed to the public.

use innovate_core::{
    Diagnostic, Rule, StackModel,
    check::{Check, Findings, Model},
};

use crate::rules::read::truth;

/// `S3-01`.
pub static BUCKET_IS_PRIVATE: Rule = Rule {
    code: "S3-01",
    title: "a bucket blocks public access in all four ways",
    explanation: "A list or a policy that opens a bucket to everyone is one careless edit away. Block \
Public Access refuses new ones and ignores those that are there, whoever made them. What the public \
should read is served by CloudFront.\n\nSource: \"Blocking public access to your Amazon S3 storage\", \
Amazon S3 User Guide; control S3.8, AWS Security Hub User Guide.",
    check: Check::EachStack(check),
};

const PARTS: [&str; 4] =
    ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"];

fn check(_: &Model<'_>, stack: &StackModel, findings: &mut Findings) {
    for bucket in stack.resources_of("AWS::S3::Bucket") {
        let open: Vec<&str> = PARTS
            .into_iter()
            .filter(|part| {
                let path = format!("PublicAccessBlockConfiguration/{part}");
                let deferred = bucket.properties().at(&path).is_some();
                truth(bucket, &path).map_or(!deferred, |blocks| !blocks)
            })
            .collect();
        if !open.is_empty() {
            let id = bucket.logical_id();
            findings.report(
                Diagnostic::error(
                    "S3-01",
                    format!("the bucket `{id}` can be opened to the public"),
                )
                .on(bucket)
                .property("PublicAccessBlockConfiguration")
                .given(format!("without {}", open.join(", ")))
                .allowed("all four, `true`")
                .help("make it with `storage::Bucket`, which sets them"),
            );
        }
    }
}
