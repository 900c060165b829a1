//! Where a distribution writes down each request.

use innovate_cfn::{
    logs,
    policy::{Condition, PolicyDocument, Principal, Statement},
};
use innovate_core::{ResourceRef, ResourceType as _, Scope, Text, Value, text, value::pseudo};

use crate::{
    keys::{Key, KmsKey, Logs},
    name::LogGroupName,
    observability::{LogGroup, Retention},
    storage::BucketHandle,
};

/// Where the requests go, and what that needs.
pub(super) struct Destination {
    pub(super) bucket: Option<BucketHandle>,
    pub(super) retention: Option<Retention>,
    pub(super) key: Option<Key<Logs>>,
}

/// What is written down of a request: all that there is in a standard log but its cookies, which hold
/// sessions that whoever reads the log could go on with.
///
/// Source: "Standard logging reference", Amazon CloudFront Developer Guide.
const FIELDS: [&str; 32] = [
    "date",
    "time",
    "x-edge-location",
    "sc-bytes",
    "c-ip",
    "cs-method",
    "cs(Host)",
    "cs-uri-stem",
    "sc-status",
    "cs(Referer)",
    "cs(User-Agent)",
    "cs-uri-query",
    "x-edge-result-type",
    "x-edge-request-id",
    "x-host-header",
    "cs-protocol",
    "cs-bytes",
    "time-taken",
    "x-forwarded-for",
    "ssl-protocol",
    "ssl-cipher",
    "x-edge-response-result-type",
    "cs-protocol-version",
    "fle-status",
    "fle-encrypted-fields",
    "c-port",
    "time-to-first-byte",
    "x-edge-detailed-result-type",
    "sc-content-type",
    "sc-content-len",
    "sc-range-start",
    "sc-range-end",
];

/// Delivers the requests to a log group, which is made before, or to a bucket.
///
/// Source: "Configure standard logging (v2)", Amazon CloudFront Developer Guide; "Logging that
/// requires additional permissions \[V2\]", Amazon CloudWatch Logs User Guide.
pub(super) fn build(name: &str, distribution: Value<Text>, to: Destination, scope: &mut Scope<'_>) {
    let (arn, ready) = match to.bucket {
        Some(bucket) => (bucket.arn().assume(), bucket.as_ref().clone()),
        None => group(name, to, scope),
    };
    let source = logs::DeliverySource::new(name.to_owned())
        .log_type("ACCESS_LOGS")
        .resource_arn(distribution);
    let source = scope.add("LogSource", source);
    let destination = logs::DeliveryDestination::new(name.to_owned())
        .destination_resource_arn(arn)
        .output_format("json");
    let destination = scope.add("LogDestination", destination);
    let delivery = logs::Delivery::new(destination.arn(), source.reference())
        .record_fields(FIELDS)
        .depends_on(&ready);
    scope.add("LogDelivery", delivery);
}

/// The log group's ARN, and the policy that lets the log delivery write to it.
fn group(name: &str, to: Destination, scope: &mut Scope<'_>) -> (Value<Text>, ResourceRef) {
    let key = to.key.unwrap_or_else(|| scope.add("LogKey", KmsKey::<Logs>::new()));
    let group_name = LogGroupName::trusted(format!("/aws/vendedlogs/cloudfront/{name}"));
    let group = LogGroup::builder()
        .name(group_name)
        .retention(to.retention.unwrap_or_else(|| Retention::of_stage(scope.stage())))
        .key(&key)
        .build();
    let group = scope.add("Logs", group);
    let site = scope.site().clone();
    let (region, account) = (site.region(), site.account());
    let logs = format!(":logs:{region}:{account}:");
    let arn = || text!["arn:", pseudo::partition(), logs.clone()];
    let group_arn = text![arn(), "log-group:", group.group_name()];
    let write = Statement::allow(["logs:CreateLogStream", "logs:PutLogEvents"])
        .sid("WriteByLogDelivery")
        .to(Principal::service("delivery.logs.amazonaws.com"))
        .on(text![group_arn.clone(), ":log-stream:*"])
        .when(Condition::string_equals("aws:SourceAccount", account.to_owned()))
        .when(Condition::arn_like("aws:SourceArn", text![arn(), "*"]));
    let policy = logs::ResourcePolicy::new(PolicyDocument::new([write]), name.to_owned());
    (group_arn, scope.add("LogPolicy", policy).as_ref().clone())
}
