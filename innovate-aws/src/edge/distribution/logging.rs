//! Where a distribution writes down each request.

use innovate_cfn::{
    logs,
    policy::{Condition, PolicyDocument, Principal, Statement},
};
use innovate_core::{ResourceType as _, Scope, Text, Value, text, value::pseudo};

use crate::{
    keys::{Key, KmsKey, Logs},
    name::LogGroupName,
    observability::{LogGroup, Retention},
};

/// Delivers the requests to a log group, which is made before.
///
/// Source: "Configure standard logging (v2)", Amazon CloudFront Developer Guide; "Logging that
/// requires additional permissions [V2]", Amazon CloudWatch Logs User Guide.
pub(super) fn build(
    name: &str,
    distribution: Value<Text>,
    retention: Option<Retention>,
    key: Option<Key<Logs>>,
    scope: &mut Scope<'_>,
) {
    let key = key.unwrap_or_else(|| scope.add("LogKey", KmsKey::<Logs>::new()));
    let group_name = LogGroupName::trusted(format!("/aws/vendedlogs/cloudfront/{name}"));
    let group = LogGroup::builder()
        .name(group_name)
        .retention(retention.unwrap_or_else(|| Retention::of_stage(scope.stage())))
        .key(&key)
        .build();
    let group = scope.add("Logs", group);
    let site = scope.site().clone();
    let (region, account) = (site.region(), site.account());
    let logs = format!(":logs:{region}:{account}:");
    let arn = || text!["arn:", pseudo::partition(), logs.clone()];
    let group_arn = || text![arn(), "log-group:", group.group_name()];
    let write = Statement::allow(["logs:CreateLogStream", "logs:PutLogEvents"])
        .sid("WriteByLogDelivery")
        .to(Principal::service("delivery.logs.amazonaws.com"))
        .on(text![group_arn(), ":log-stream:*"])
        .when(Condition::string_equals("aws:SourceAccount", account.to_owned()))
        .when(Condition::arn_like("aws:SourceArn", text![arn(), "*"]));
    let policy = logs::ResourcePolicy::new(PolicyDocument::new([write]), name.to_owned());
    let policy = scope.add("LogPolicy", policy);
    let source = logs::DeliverySource::new(name.to_owned())
        .log_type("ACCESS_LOGS")
        .resource_arn(distribution);
    let source = scope.add("LogSource", source);
    let destination = logs::DeliveryDestination::new(name.to_owned())
        .destination_resource_arn(group_arn())
        .output_format("json");
    let destination = scope.add("LogDestination", destination);
    let delivery = logs::Delivery::new(destination.arn(), source.reference()).depends_on(&policy);
    scope.add("LogDelivery", delivery);
}
