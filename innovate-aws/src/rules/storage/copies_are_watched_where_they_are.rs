//! `S3-15`: alarms on the copies of a bucket are where their metrics are.

use innovate_core::{
    Diagnostic, Node, Resource, Rule,
    check::{Check, Findings, Model},
};

use super::policy::names;
use crate::rules::read::{region_of, text};

/// `S3-15`.
pub static COPIES_ARE_WATCHED_WHERE_THEY_ARE: Rule = Rule {
    code: "S3-15",
    title: "an alarm on a bucket's replication is in the region that publishes its metric",
    explanation: "S3 publishes how far copies are behind, and what waits to be copied, in the region of the \
bucket that they go to; what failed to be copied in that of the bucket that is copied. An alarm in the other \
region waits for data for ever.\n\nAdd `bucket.copy_alarms()` to a stack of the recovery region, and \
`bucket.alarms()` to one of the bucket's own.\n\nSource: \"Using S3 Replication metrics\", Amazon S3 User \
Guide.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    for alarm in model.resources_of("AWS::CloudWatch::Alarm") {
        let publisher = match text(alarm, "MetricName") {
            Some("OperationsFailedReplication") => "SourceBucket",
            Some(
                "BytesPendingReplication" | "OperationsPendingReplication" | "ReplicationLatency",
            ) => "DestinationBucket",
            _ => continue,
        };
        if text(alarm, "Namespace") != Some("AWS/S3") {
            continue;
        }
        let Some(bucket) = bucket(model, alarm, publisher) else { continue };
        let (Some(here), Some(there)) = (region_of(model, alarm), region_of(model, bucket)) else {
            continue;
        };
        if here != there {
            let id = alarm.logical_id();
            findings.report(
                Diagnostic::error(
                    "S3-15",
                    format!("the metric of the alarm `{id}` is in another region"),
                )
                .on(alarm)
                .property("MetricName")
                .given(format!("an alarm in {here}"))
                .allowed(format!("an alarm in {there}"))
                .related(bucket.location(), "S3 publishes it in the region of this bucket")
                .help(format!("add the alarm to a stack in {there}")),
            );
        }
    }
}

/// The bucket of the program that a dimension of the alarm names.
fn bucket<'m>(model: &Model<'m>, alarm: &Resource, dimension: &str) -> Option<&'m Resource> {
    let dimensions = alarm.properties().at("Dimensions").and_then(Node::as_list)?;
    let named = |node: &&Node| node.get("Name").and_then(Node::as_text) == Some(dimension);
    let value = dimensions.iter().find(named)?.get("Value")?;
    model.resources_of("AWS::S3::Bucket").find(|bucket| names(value, bucket))
}
