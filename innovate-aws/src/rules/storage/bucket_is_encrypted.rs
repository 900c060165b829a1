//! `S3-05`: a bucket is encrypted with a key of its own.

use innovate_core::{
    Diagnostic, Node, Resource, Rule,
    check::{Check, Findings, Model},
};

use super::policy::{BY_DEFAULT, uses_kms, writer_without_kms};
use crate::rules::read::truth;

/// `S3-05`.
pub static BUCKET_IS_ENCRYPTED: Rule = Rule {
    code: "S3-05",
    title: "a bucket is encrypted with a customer-managed key of its region, by a bucket key",
    explanation: "S3 encrypts everything, but with keys of its own that let in whoever the bucket lets \
in. A customer-managed key is a second lock: its policy says who may read, each use is in the trail, \
and it can be withdrawn. A bucket key has S3 ask for it once in a while and not for each object, which \
KMS charges for. The key is in the bucket's region, since S3 takes no other. Buckets to which a service \
writes that can use no key of KMS are left out: those of the access logs of load balancers and of \
buckets.\n\nSources: \"Using server-side encryption with AWS KMS keys (SSE-KMS)\" and \"Reducing the \
cost of SSE-KMS with Amazon S3 Bucket Keys\", Amazon S3 User Guide; control S3.17, AWS Security Hub \
User Guide.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    for bucket in model.resources_of("AWS::S3::Bucket") {
        match uses_kms(bucket) {
            Some(true) => check_key(model, bucket, findings),
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

fn check_key(model: &Model<'_>, bucket: &Resource, findings: &mut Findings) {
    let path = format!("{BY_DEFAULT}/KMSMasterKeyID");
    let key = bucket.properties().at(&path);
    match key {
        None => findings.report(
            error(bucket, "is encrypted with AWS's own key")
                .property(&path)
                .given("no key, which means `alias/aws/s3`")
                .allowed("a customer-managed key")
                .help("make the key with `KmsKey::<S3>::new()`"),
        ),
        Some(node) => {
            if let Some((key, there)) = in_another_region(model, bucket, node) {
                findings.report(
                    error(bucket, "is encrypted with a key of another region")
                        .property(&path)
                        .given(format!("a key in {there}"))
                        .allowed("a key of the bucket's own region")
                        .related(key.location(), "the key is made here"),
                );
            }
        }
    }
    let property = "BucketEncryption/ServerSideEncryptionConfiguration/0/BucketKeyEnabled";
    let deferred = bucket.properties().at(property).is_some();
    if truth(bucket, property).map_or(!deferred, |enabled| !enabled) {
        findings.report(
            error(bucket, "asks KMS for every object").property(property).allowed("`true`"),
        );
    }
}

/// The key that the property refers to, and its region, if that isn't the bucket's.
fn in_another_region<'m>(
    model: &Model<'m>,
    bucket: &Resource,
    node: &Node,
) -> Option<(&'m Resource, &'m str)> {
    let key = model.resource(&node.as_reference()?.target)?;
    let region = |resource: &Resource| {
        let name = resource.address().stack();
        let stack = model.stacks().iter().find(|stack| stack.name() == name)?;
        Some(stack.site().region())
    };
    let there = region(key)?;
    (region(bucket)? != there).then_some((key, there))
}
