//! `S3-10`: the services that write to a bucket can use its encryption.

use innovate_core::{
    Diagnostic, Rule, StackModel,
    check::{Check, Findings, Model},
};

use super::policy::{BY_DEFAULT, uses_kms, writer_without_kms};

/// `S3-10`.
pub static WRITER_CAN_ENCRYPT: Rule = Rule {
    code: "S3-10",
    title: "a bucket for access logs is encrypted with S3's own keys",
    explanation: "Elastic Load Balancing and S3's server access logging deliver to no bucket whose \
default encryption is a key of KMS: the load balancer can't be set up, and the logs of buckets never \
come. `AccessLogBucket` and `LoadBalancerLogBucket` take no key.\n\nSources: \"Enable access logs for \
your Application Load Balancer\", Elastic Load Balancing User Guide for Application Load Balancers; \
\"Enabling Amazon S3 server access logging\", Amazon S3 User Guide.",
    check: Check::EachStack(check),
};

fn check(model: &Model<'_>, stack: &StackModel, findings: &mut Findings) {
    for bucket in stack.resources_of("AWS::S3::Bucket") {
        if uses_kms(bucket) != Some(true) {
            continue;
        }
        if let Some((service, name)) = writer_without_kms(model, bucket) {
            let id = bucket.logical_id();
            findings.report(
                Diagnostic::error("S3-10", format!("{name} can't write to the bucket `{id}`"))
                    .on(bucket)
                    .property(format!("{BY_DEFAULT}/SSEAlgorithm"))
                    .given(format!("a key of KMS, and {service} as a writer"))
                    .allowed("AES256"),
            );
        }
    }
}
