//! `S3-02`: load balancers can write to the bucket of their access logs.

use innovate_core::{
    Node, Resource, Rule, Severity,
    check::{Check, Findings, Model},
};

use super::super::clusters;
use crate::view::{items, text, title};

pub(crate) static ACCESS_LOGS_CAN_BE_WRITTEN: Rule = Rule {
    code: "S3-02",
    title: "the bucket of a load balancer's access logs is encrypted with S3's own key",
    explanation: "Elastic Load Balancing writes access logs to no bucket whose default encryption is \
a key of KMS: the load balancer can't be set up with it. Give the logs a bucket of their own with \
`SSEAlgorithm` `AES256`, or with none, which means the same. Buckets that the program makes under a \
literal name are looked at.\n\nSource: \"Enable access logs for your Application Load Balancer\", \
Elastic Load Balancing User Guide for Application Load Balancers.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    for objects in clusters(model) {
        for class in objects.of_kind("IngressClassParams") {
            let attributes = items(class.object(), "/spec/loadBalancerAttributes");
            let mut buckets = attributes
                .filter(|attribute| text(attribute, "/key") == "access_logs.s3.bucket")
                .map(|attribute| text(attribute, "/value"));
            let made = buckets.find_map(|name| {
                let mut all = model.resources_of("AWS::S3::Bucket");
                let named = |bucket: &Resource| {
                    bucket.properties().at("BucketName").and_then(Node::as_text) == Some(name)
                };
                all.find(|bucket| named(bucket) && uses_kms(bucket)).map(|bucket| (name, bucket))
            });
            let Some((name, bucket)) = made else { continue };
            let message =
                format!("{} writes access logs to a bucket that takes none", title(class));
            findings.report(
                objects
                    .finding("S3-02", Severity::Error, class, message)
                    .setter("access_logs")
                    .property("spec/loadBalancerAttributes")
                    .given(format!("`{name}`, encrypted with a key of KMS"))
                    .allowed("a bucket whose SSEAlgorithm is AES256")
                    .related(bucket.location(), "the bucket is made here"),
            );
        }
    }
}

/// Whether what is written to the bucket is encrypted with a key of KMS unless told otherwise.
fn uses_kms(bucket: &Resource) -> bool {
    let rules = bucket.properties().at("BucketEncryption/ServerSideEncryptionConfiguration");
    rules.and_then(Node::as_list).unwrap_or_default().iter().any(|rule| {
        let algorithm = rule.at("ServerSideEncryptionByDefault/SSEAlgorithm");
        algorithm.and_then(Node::as_text).is_some_and(|name| name.starts_with("aws:kms"))
    })
}
