//! `S3-09`: a bucket has one policy.

use innovate_core::{
    Diagnostic, Resource, Rule, StackModel,
    check::{Check, Findings, Model},
};

use super::policy::policies_for;

/// `S3-09`.
pub static BUCKET_HAS_ONE_POLICY: Rule = Rule {
    code: "S3-09",
    title: "a bucket has at most one policy",
    explanation: "S3 keeps one policy a bucket. A second `AWS::S3::BucketPolicy` replaces the first as \
it is deployed, with everything that it allowed and denied, or is refused because there is one. Put all \
statements into one.\n\nSource: \"AWS::S3::BucketPolicy\", AWS CloudFormation Template Reference; \
\"PutBucketPolicy\", Amazon S3 API Reference.",
    check: Check::EachStack(check),
};

fn check(model: &Model<'_>, stack: &StackModel, findings: &mut Findings) {
    for bucket in stack.resources_of("AWS::S3::Bucket") {
        if let [first, others @ ..] = policies_for(model, bucket).as_slice() {
            let together = |other: &&&Resource| model.may_both_exist(first, other);
            for other in others.iter().filter(together) {
                let id = bucket.logical_id();
                findings.report(
                    Diagnostic::error("S3-09", format!("the bucket `{id}` has two policies"))
                        .on(other)
                        .property("Bucket")
                        .given(format!("a bucket with the policy `{}`", first.logical_id()))
                        .allowed("one policy a bucket")
                        .related(first.location(), "the other policy is made here"),
                );
            }
        }
    }
}
