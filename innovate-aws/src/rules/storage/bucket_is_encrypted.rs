//! `S3-05`: a bucket is encrypted with a key of its own.

use innovate_core::{
    Diagnostic, Resource, Rule, StackModel,
    check::{Check, Findings, Model},
};

use super::policy::{BY_DEFAULT, uses_kms, writer_without_kms};
use crate::rules::read::{pattern, truth};

/// The key that AWS keeps for S3 in each account.
const OWN_ALIAS: &str = "alias/aws/s3";

/// `S3-05`.
pub static BUCKET_IS_ENCRYPTED: Rule = Rule {
    code: "S3-05",
    title: "a bucket is encrypted with a customer-managed key, by a bucket key",
    explanation: "S3 encrypts everything, but with keys of its own that let in whoever the bucket lets \
in. A customer-managed key is a second lock: its policy says who may read, each use is in the trail, \
and it can be withdrawn. A bucket key has S3 ask for it once in a while and not for each object, which \
KMS charges for. Buckets to which a service \
writes that can use no key of KMS are left out: those of the access logs of load balancers and of \
buckets.\n\nSources: \"Using server-side encryption with AWS KMS keys (SSE-KMS)\" and \"Reducing the \
cost of SSE-KMS with Amazon S3 Bucket Keys\", Amazon S3 User Guide; control S3.17, AWS Security Hub \
User Guide.",
    check: Check::EachStack(check),
};

fn check(model: &Model<'_>, stack: &StackModel, findings: &mut Findings) {
    for bucket in stack.resources_of("AWS::S3::Bucket") {
        match uses_kms(bucket) {
            Some(true) => check_key(bucket, findings),
            Some(false) if writer_without_kms(model, bucket).is_none() => {
                findings.report(
                    error(bucket, "is encrypted with no key of its own")
                        .property(BY_DEFAULT)
                        .allowed("SSEAlgorithm aws:kms with a customer-managed key")
                        .help("make the key with `KmsKey::<S3>::new()`"),
                );
            }
            _ => {}
        }
    }
}

fn error(bucket: &Resource, what: &str) -> Diagnostic {
    let message = format!("the bucket `{}` {what}", bucket.logical_id());
    Diagnostic::error("S3-05", message).on(bucket)
}

fn check_key(bucket: &Resource, findings: &mut Findings) {
    let by_default = bucket.properties().at(BY_DEFAULT);
    let key = by_default.and_then(|by_default| by_default.get("KMSMasterKeyID"));
    if key.is_none_or(|key| pattern(key).ends_with(OWN_ALIAS)) {
        findings.report(
            error(bucket, "is encrypted with AWS's own key")
                .property(format!("{BY_DEFAULT}/KMSMasterKeyID"))
                .given(if key.is_some() { OWN_ALIAS } else { "no key, which means `alias/aws/s3`" })
                .allowed("a customer-managed key")
                .help("make the key with `KmsKey::<S3>::new()`"),
        );
    }
    let property = "BucketEncryption/ServerSideEncryptionConfiguration/0/BucketKeyEnabled";
    let deferred = bucket.properties().at(property).is_some();
    if truth(bucket, property).map_or(!deferred, |enabled| !enabled) {
        findings.report(
            error(bucket, "asks KMS for every object").property(property).allowed("`true`"),
        );
    }
}
