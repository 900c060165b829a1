//! `SQS-02`: a queue that is subscribed to a topic lets it send.

use innovate_core::{
    Diagnostic, Node, Resource, Rule, StackModel,
    check::{Check, Findings, Model},
};

use super::queue_policy::{self, QUEUE};
use crate::{
    identity::{
        action::matches,
        document::flat,
        statement::{allows, is_about, names_everyone, principals, values_asked_for},
    },
    rules::read::{each, pattern, region_of, text},
};

/// `SQS-02`.
pub static QUEUE_LETS_ITS_TOPIC_SEND: Rule = Rule {
    code: "SQS-02",
    title: "a queue that is subscribed to a topic lets it send, and is subscribed in the topic's region",
    explanation: "SNS subscribes a queue whose policy doesn't let it send, and drops every message: nothing fails \
at deployment. So the queue's policy allows sqs:SendMessage to sns.amazonaws.com, for messages of this topic. A \
subscription is made in the region of its topic, which CloudFormation looks for in the stack's own region unless \
`Region` says another.\n\n`.topic(&topic)` of `Queue` does all of it. Of a queue outside the program nothing is \
known here.\n\nSources: \"Fanout to Amazon SQS queues\" and \"Sending Amazon SNS messages to an Amazon SQS queue \
or AWS Lambda function in a different Region\", Amazon SNS Developer Guide; \"AWS::SNS::Subscription\", AWS \
CloudFormation Template Reference Guide.",
    check: Check::Model(check),
};

const TOPIC: &str = "AWS::SNS::Topic";

fn check(model: &Model<'_>, findings: &mut Findings) {
    for (stack, subscription) in each(model, "AWS::SNS::Subscription") {
        let topic = subscription.properties().at("TopicArn").and_then(|arn| model.target(arn));
        if let Some(topic) = topic.filter(|topic| topic.type_name() == TOPIC) {
            findings.extend(elsewhere(model, stack, subscription, topic));
        }
        if text(subscription, "Protocol") != Some("sqs") {
            continue;
        }
        let Some(queue) = endpoint(model, stack, subscription) else { continue };
        if lets_send(model, queue, topic) {
            continue;
        }
        findings.report(
            Diagnostic::error("SQS-02", "a queue that is subscribed to a topic doesn't let it send")
                .on(subscription)
                .property("Endpoint")
                .setter("subscribers")
                .given(format!("the queue `{}`", queue.logical_id()))
                .allowed("one whose policy allows sqs:SendMessage to sns.amazonaws.com, for this topic")
                .related(queue.location(), "the queue is made here")
                .help("leave the subscriber out, and subscribe the queue itself: `Queue::builder().topic(&topic)`"),
        );
    }
}

fn elsewhere(
    model: &Model<'_>,
    stack: &StackModel,
    subscription: &Resource,
    topic: &Resource,
) -> Option<Diagnostic> {
    let of_topic = region_of(model, topic)?;
    let given = match subscription.properties().at("Region") {
        Some(region) => flat(region, Some(stack.site())),
        None => stack.site().region().into(),
    };
    (given != of_topic && !given.contains("${")).then(|| {
        Diagnostic::error("SQS-02", "a subscription looks for its topic in another region")
            .on(subscription)
            .property("Region")
            .given(given)
            .allowed(of_topic)
            .related(topic.location(), "the topic is made here")
            .help(format!("say where the topic is: `.region(\"{of_topic}\")`"))
    })
}

/// The queue of the program that a subscription sends to, named by a reference or by its ARN.
fn endpoint<'m>(
    model: &Model<'m>,
    stack: &StackModel,
    subscription: &Resource,
) -> Option<&'m Resource> {
    let node = subscription.properties().at("Endpoint")?;
    if let Some(queue) = model.target(node) {
        return (queue.type_name() == QUEUE).then_some(queue);
    }
    let arn = flat(node, Some(stack.site()));
    let mut queues = each(model, QUEUE);
    queues
        .find(|(stack, queue)| arn_of(stack, queue, "sqs", "QueueName").is_some_and(|it| it == arn))
        .map(|(_, queue)| queue)
}

/// The ARN of a queue or topic that the program names.
fn arn_of(
    stack: &StackModel,
    resource: &Resource,
    service: &str,
    property: &str,
) -> Option<String> {
    let (site, name) = (stack.site(), text(resource, property)?);
    Some(format!("arn:aws:{service}:{}:{}:{name}", site.region(), site.account()))
}

/// Whether a queue's policies let the topic send. Where they aren't all known, they may.
fn lets_send(model: &Model<'_>, queue: &Resource, topic: Option<&Resource>) -> bool {
    let Some(policies) = queue_policy::of(model, queue) else { return true };
    policies.iter().flat_map(|policy| policy.statements()).any(|statement| {
        allows(statement)
            && is_about(statement, "sqs:SendMessage")
            && (names_everyone(statement)
                || principals(statement, "Service")
                    .iter()
                    .any(|name| *name == "sns.amazonaws.com" || name.starts_with("sns.")))
            && topic.is_none_or(|topic| is_of(model, statement, topic))
    })
}

/// Whether a statement holds for what a topic sends, or may do so.
fn is_of(model: &Model<'_>, statement: &Node, topic: &Resource) -> bool {
    let mut named = false;
    if let Some(condition) = statement.get("Condition") {
        condition.visit_references(&mut |reference| named |= reference.target == *topic.address());
    }
    let mut asked = values_asked_for(statement, "aws:SourceArn").peekable();
    named || asked.peek().is_none() || asked.any(|arn| may_be(model, arn, topic))
}

/// Whether what a condition asks for is the topic's ARN, as far as both are known.
fn may_be(model: &Model<'_>, asked: &Node, topic: &Resource) -> bool {
    if let Some(other) = model.target(asked).filter(|found| found.type_name() == TOPIC) {
        return other.address() == topic.address();
    }
    let pattern = pattern(asked);
    if asked.as_text().is_none() && !pattern.contains(':') {
        return true;
    }
    let Some(stack) = model.stack_of(topic) else { return true };
    if let Some(arn) = arn_of(stack, topic, "sns", "TopicName") {
        return matches(&pattern, &arn);
    }
    // Of a name that is known only at deployment, a pattern may match the end.
    let place = format!("arn:aws:sns:{}:{}", stack.site().region(), stack.site().account());
    let deferred = topic.properties().get("TopicName").is_some();
    matches(&pattern, &format!("{place}:*"))
        || pattern.rsplit_once(':').is_some_and(|(before, name)| {
            matches(before, &place) && (deferred || name.contains(['*', '?']))
        })
}
