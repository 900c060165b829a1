//! `S3-02`: load balancers can write to the bucket of their access logs.

use innovate_core::{
    Node, Resource, Rule, Severity,
    check::{Check, Findings, Model},
};

use super::super::clusters;
use crate::view::{items, text, title};

pub(crate) static ACCESS_LOGS_CAN_BE_WRITTEN: Rule = Rule {
    code: "S3-02",
    title: "the bucket of a load balancer's access logs is one that load balancers write to",
    explanation: "Elastic Load Balancing writes access logs to no bucket whose default encryption is \
a key of KMS, nor to one whose policy doesn't let it in: the load balancer can't be set up with it. \
Give the logs a bucket of their own, a `LoadBalancerLogBucket`, which has the policy and is encrypted \
with S3's own keys. Buckets that the program makes under a literal name are looked at.\n\nSource: \"Enable access logs for your Application Load Balancer\", \
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
                all.find(|bucket| is_named(bucket, name)).map(|bucket| (name, bucket))
            });
            let Some((name, bucket)) = made else { continue };
            let (given, allowed) = if uses_kms(bucket) {
                ("encrypted with a key of KMS", "a bucket whose SSEAlgorithm is AES256")
            } else if !lets_load_balancers_in(model, bucket) {
                ("whose policy lets no load balancer in", "a `LoadBalancerLogBucket`")
            } else {
                continue;
            };
            let message =
                format!("{} writes access logs to a bucket that takes none", title(class));
            findings.report(
                objects
                    .finding("S3-02", Severity::Error, class, message)
                    .setter("access_logs")
                    .property("spec/loadBalancerAttributes")
                    .given(format!("`{name}`, {given}"))
                    .allowed(allowed)
                    .related(bucket.location(), "the bucket is made here"),
            );
        }
    }
}

fn is_named(bucket: &Resource, name: &str) -> bool {
    bucket.properties().at("BucketName").and_then(Node::as_text) == Some(name)
}

/// Whether what is written to the bucket is encrypted with a key of KMS unless told otherwise.
fn uses_kms(bucket: &Resource) -> bool {
    let rules = bucket.properties().at("BucketEncryption/ServerSideEncryptionConfiguration");
    rules.and_then(Node::as_list).unwrap_or_default().iter().any(|rule| {
        let algorithm = rule.at("ServerSideEncryptionByDefault/SSEAlgorithm");
        algorithm.and_then(Node::as_text).is_some_and(|name| name.starts_with("aws:kms"))
    })
}

/// Whether one of the bucket's policies names the service that writes load balancers' logs, or is
/// known only at deployment.
fn lets_load_balancers_in(model: &Model<'_>, bucket: &Resource) -> bool {
    const WRITER: &str = "logdelivery.elasticloadbalancing.amazonaws.com";
    let mut policies = model.resources_of("AWS::S3::BucketPolicy").filter(|policy| {
        policy.properties().at("Bucket").is_some_and(|node| match node.as_reference() {
            Some(reference) => &reference.target == bucket.address(),
            None => node.as_text().is_some_and(|name| is_named(bucket, name)),
        })
    });
    policies.any(|policy| {
        let Some(statements) = policy.properties().at("PolicyDocument/Statement") else {
            return true;
        };
        let statements = statements.as_list().unwrap_or(std::slice::from_ref(statements));
        statements.iter().any(|statement| {
            let allows = statement.get("Effect").and_then(Node::as_text) == Some("Allow");
            let services = statement.at("Principal/Service");
            let services = services
                .map(|node| node.as_list().unwrap_or(std::slice::from_ref(node)))
                .unwrap_or_default();
            allows && services.iter().any(|service| service.as_text() == Some(WRITER))
        })
    })
}
