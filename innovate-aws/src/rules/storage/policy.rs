//! The policies of a bucket, and who writes to it.

use innovate_core::{Node, Resource, check::Model};

use crate::identity::{
    document::{Policy, policies_of},
    statement::{allows, principals},
};

const BUCKET: &str = "AWS::S3::Bucket";

/// The services that write only to buckets that S3 encrypts with keys of its own.
///
/// Source: "Enable access logs for your Application Load Balancer", Elastic Load Balancing User Guide
/// for Application Load Balancers; "Enabling Amazon S3 server access logging", Amazon S3 User Guide.
pub(super) const WITHOUT_KMS: [(&str, &str); 2] = [
    ("logdelivery.elasticloadbalancing.amazonaws.com", "Elastic Load Balancing"),
    (SERVER_ACCESS_LOGS, "S3 server access logging"),
];

/// The service that writes server access logs.
pub(super) const SERVER_ACCESS_LOGS: &str = "logging.s3.amazonaws.com";

/// Whether a property names the bucket: by a reference or by its literal name.
pub(super) fn names(node: &Node, bucket: &Resource) -> bool {
    match node.as_reference() {
        Some(reference) => reference.attribute.is_none() && &reference.target == bucket.address(),
        None => node.as_text().is_some_and(|name| Some(name) == name_of(bucket)),
    }
}

/// The name that the program gives the bucket.
pub(super) fn name_of(bucket: &Resource) -> Option<&str> {
    bucket.properties().at("BucketName").and_then(Node::as_text)
}

/// The resources of a type whose property names the bucket.
fn naming<'m>(
    model: &Model<'m>,
    (type_name, property): (&str, &str),
    bucket: &Resource,
) -> Vec<&'m Resource> {
    let referring = model.referrers(type_name, property, bucket.address());
    let naming = name_of(bucket).map(|name| model.resources_with(type_name, property, name));
    referring
        .filter(|found| found.properties().at(property).is_some_and(|node| names(node, bucket)))
        .chain(naming.into_iter().flatten())
        .collect()
}

/// The bucket that a property names, if it is one of the program.
pub(super) fn bucket_of<'m>(model: &Model<'m>, node: &Node) -> Option<&'m Resource> {
    match node.as_reference() {
        Some(_) => {
            let is_it = |found: &&Resource| found.type_name() == BUCKET && names(node, found);
            model.target(node).filter(is_it)
        }
        None => model.resources_with(BUCKET, "BucketName", node.as_text()?).next(),
    }
}

/// The policies that name the bucket.
pub(crate) fn policies_for<'m>(model: &Model<'m>, bucket: &Resource) -> Vec<&'m Resource> {
    naming(model, ("AWS::S3::BucketPolicy", "Bucket"), bucket)
}

/// The service among those of [`WITHOUT_KMS`] that writes to the bucket: one that its policies let in,
/// or that another resource of the program is set to log through.
pub(super) fn writer_without_kms(
    model: &Model<'_>,
    bucket: &Resource,
) -> Option<(&'static str, &'static str)> {
    let policies = policies_for(model, bucket);
    let found = WITHOUT_KMS.into_iter().find(|(service, _)| {
        policies
            .iter()
            .any(|policy| policies_of(policy).iter().any(|found| lets_in(found, service)))
    });
    let [balancers, access_logs] = WITHOUT_KMS;
    found
        .or_else(|| is_access_log_target(model, bucket).then_some(access_logs))
        .or_else(|| is_balancer_target(model, bucket).then_some(balancers))
}

fn lets_in(policy: &Policy<'_>, service: &str) -> bool {
    policy.statements().iter().any(|statement| {
        allows(statement) && principals(statement, "Service").iter().any(|named| *named == service)
    })
}

/// Whether another bucket logs its requests to this one.
pub(super) fn is_access_log_target(model: &Model<'_>, bucket: &Resource) -> bool {
    let logging = naming(model, (BUCKET, "LoggingConfiguration/DestinationBucketName"), bucket);
    logging.iter().any(|other| other.address() != bucket.address())
}

/// Whether a load balancer logs to the bucket.
fn is_balancer_target(model: &Model<'_>, bucket: &Resource) -> bool {
    model.resources_of("AWS::ElasticLoadBalancingV2::LoadBalancer").any(|balancer| {
        let attributes = balancer.properties().at("LoadBalancerAttributes");
        let attributes = attributes.and_then(Node::as_list).unwrap_or_default();
        attributes.iter().any(|attribute| {
            let key = attribute.get("Key").and_then(Node::as_text);
            key == Some("access_logs.s3.bucket")
                && attribute.get("Value").is_some_and(|node| names(node, bucket))
        })
    })
}

/// Whether what is written to the bucket is encrypted with a key of KMS unless told otherwise; `None`
/// if that is known only at deployment.
pub(super) fn uses_kms(bucket: &Resource) -> Option<bool> {
    let by_default = bucket.properties().at(BY_DEFAULT);
    let algorithm = by_default.and_then(|by_default| by_default.get("SSEAlgorithm"));
    match algorithm {
        None => Some(false),
        Some(node) => node.as_text().map(|name| name.starts_with("aws:kms")),
    }
}

/// Where a bucket says what encrypts.
pub(super) const BY_DEFAULT: &str =
    "BucketEncryption/ServerSideEncryptionConfiguration/0/ServerSideEncryptionByDefault";
