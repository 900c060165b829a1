//! The queue through which Karpenter hears that an instance will be taken away.

use innovate_cfn::{
    events::{self, rule},
    policy::{Condition, PolicyDocument, Principal, Statement},
    sqs,
};
use innovate_core::{
    Construct as _, DeletionPolicy, MAIN, ResourceType as _, Scope, json, text, value::pseudo,
};

use crate::name::QueueName;

/// The events that mean so: the rule's id, the source and the detail type.
///
/// Source: "Disruption: Interruption", Karpenter documentation.
const EVENTS: [(&str, &str, &str); 5] = [
    ("ScheduledChange", "aws.health", "AWS Health Event"),
    ("SpotInterruption", "aws.ec2", "EC2 Spot Instance Interruption Warning"),
    ("Rebalance", "aws.ec2", "EC2 Instance Rebalance Recommendation"),
    ("InstanceStateChange", "aws.ec2", "EC2 Instance State-change Notification"),
    ("CapacityReservation", "aws.ec2", "EC2 Capacity Reservation Instance Interruption Warning"),
];

/// Adds the queue, its policy and the rules.
pub(super) fn add_to(scope: &mut Scope<'_>, name: &QueueName) -> sqs::QueueRef {
    let queue = sqs::Queue::new()
        .queue_name(name)
        // A warning is of no use once the instance is gone.
        .message_retention_period(300)
        .sqs_managed_sse_enabled(true)
        .removal_policy(DeletionPolicy::Delete)
        .suppress("CKV_AWS_27", "SQS encrypts it with keys of its own, which EventBridge can use")
        .suppress("CFN-02", "it holds warnings about instances, for five minutes");
    let queue = scope.add(MAIN, queue);

    let site = scope.site();
    let rules = format!(":events:{}:{}:rule/*", site.region(), site.account());
    let policy = PolicyDocument::new([
        Statement::allow(["sqs:SendMessage"])
            .sid("SendByRules")
            .to(Principal::service("events.amazonaws.com"))
            .on(queue.arn())
            .when(Condition::arn_like("aws:SourceArn", text!["arn:", pseudo::partition(), rules])),
        Statement::deny(["sqs:*"])
            .sid("DenyWithoutTls")
            .to(Principal::any())
            .on(queue.arn())
            .when(Condition::bool("aws:SecureTransport", false)),
    ]);
    let policy = scope.add("Policy", sqs::QueuePolicy::new(policy, [queue.queue_url()]));

    for (id, source, detail_type) in EVENTS {
        let rule = events::Rule::new()
            .description(format!("{detail_type} to Karpenter"))
            .event_pattern(json! { "source" => [source], "detail-type" => [detail_type] })
            .targets([rule::Target::new(queue.arn(), "KarpenterInterruptionQueue")])
            .depends_on(&policy);
        scope.add(id, rule);
    }
    queue
}
