//! Queues: what they are made of, who may use them, and what is watched.

use innovate_aws::{
    Environment, Region, account, arn, domain,
    identity::{Grant, RoleHandle},
    keys::{Key, KmsKey, Sqs},
    messaging::{Queue, QueueAlarm, QueueMetric},
    name,
    observability::{AlarmTopic, Subscriber},
};
use innovate_cfn::{
    kind::QueueUrl,
    policy::{Condition, PolicyDocument, Principal, Statement},
    sns, sqs,
};
use innovate_core::{
    App, DeletionPolicy, Dev, Diagnostic, Gives as _, Node, Parameter, Prod, Stack, Stage, Text,
    Value,
};

use crate::program::{
    environment, problems, resource, synth, synth_with_registry, text, with_code,
};

fn stack<S: Stage>() -> (Stack<S>, Key<Sqs>) {
    let mut stack = environment::<S>().stack("app");
    let key = stack.add("Messages", KmsKey::<Sqs>::new());
    (stack, key)
}

#[test]
fn a_queue_is_encrypted_and_gives_up_what_nobody_can_work_on() {
    let (mut stack, key) = stack::<Prod>();
    let queue = stack.add("Mails", Queue::builder().key(&key).visibility_seconds(120).build());
    let made = resource(stack.model(), "Mails");
    assert_eq!(text(made, "QueueName"), "innovate-prod-app-mails");
    let key = made.properties().at("KmsMasterKeyId").and_then(Node::as_reference).unwrap();
    assert_eq!(key.target.logical_id(), "Messages");
    let number = |path: &str| made.properties().at(path).and_then(Node::as_integer);
    assert_eq!(number("VisibilityTimeout"), Some(120));
    assert_eq!(number("RedrivePolicy/maxReceiveCount"), Some(5));
    let dead = made.properties().at("RedrivePolicy/deadLetterTargetArn").unwrap();
    assert_eq!(dead.as_reference().unwrap().target.logical_id(), "MailsDeadLetters");
    assert_eq!(made.deletion_policy(), Some(DeletionPolicy::RetainExceptOnCreate));
    let dead = resource(stack.model(), "MailsDeadLetters");
    assert_eq!(text(dead, "QueueName"), "innovate-prod-app-mails-dead-letters");
    assert_eq!(text(dead, "RedriveAllowPolicy/redrivePermission"), "byQueue");
    for policy in ["MailsPolicy", "MailsDeadLettersPolicy"] {
        let policy = resource(stack.model(), policy);
        assert_eq!(text(policy, "PolicyDocument/Statement/0/Sid"), "DenyWithoutTls");
    }
    let url = "https://sqs.eu-west-1.amazonaws.com/444455556666/innovate-prod-app-mails";
    assert_eq!(queue.url(), url);
    let synthesis = synth_with_registry(App::new("test").stack(stack));
    assert_eq!(problems(&synthesis), [""; 0]);
}

#[test]
fn a_queue_outside_production_goes_with_its_stack() {
    let (mut stack, key) = stack::<Dev>();
    stack.add("Mails", Queue::builder().key(&key).build());
    let made = resource(stack.model(), "Mails");
    assert_eq!(made.deletion_policy(), Some(DeletionPolicy::Delete));
}

#[test]
fn a_queue_subscribes_to_its_topics_and_lets_no_other_send() {
    let (mut stack, key) = stack::<Prod>();
    let topics = ["News", "Orders"].map(|id| stack.add(id, AlarmTopic::builder().build()));
    let [news, orders] = &topics;
    stack.add("Mails", Queue::builder().key(&key).topic(news).topic(orders).build());
    let policy = resource(stack.model(), "MailsPolicy");
    let statements = policy.properties().at("PolicyDocument/Statement").and_then(Node::as_list);
    let [_, send] = statements.unwrap() else { panic!("{statements:#?}") };
    let service = send.at("Principal/Service").and_then(Node::as_text);
    assert_eq!(service, Some("sns.amazonaws.com"));
    let sources = send.at("Condition/ArnEquals/aws:SourceArn").and_then(Node::as_list).unwrap();
    let target = |node: &Node| node.as_reference().unwrap().target.logical_id().to_owned();
    assert_eq!(sources.iter().map(target).collect::<Vec<_>>(), ["News", "Orders"]);
    for (id, topic) in [
        ("MailsSubscriptionInnovateProdAppNews", "News"),
        ("MailsSubscriptionInnovateProdAppOrders", "Orders"),
    ] {
        let subscription = resource(stack.model(), id);
        assert_eq!(text(subscription, "Protocol"), "sqs");
        let properties = subscription.properties();
        assert_eq!(target(properties.get("TopicArn").unwrap()), topic);
        assert_eq!(target(properties.get("Endpoint").unwrap()), "Mails");
        assert_eq!(properties.get("RawMessageDelivery"), None);
    }
    let synthesis = synth_with_registry(App::new("test").stack(stack));
    assert_eq!(problems(&synthesis), [""; 0]);
}

#[test]
fn a_topic_of_another_region_is_subscribed_to_there() {
    let with = |region: Region| {
        let environment = environment::<Prod>();
        let mut there = environment.us_east_1_stack("news");
        let news = there.add("News", AlarmTopic::builder().build());
        let mut here = environment.stack("app");
        let key = here.add("Messages", KmsKey::<Sqs>::new());
        here.add("Mails", Queue::builder().key(&key).topic(&news).build());
        let subscription = "MailsSubscriptionInnovateProdNewsNewsUsEast1";
        if region != Region::UsEast1 {
            here.override_property(subscription, "Region", region.code());
        }
        synth_with_registry(App::new("test").stack(there).stack(here))
    };
    assert_eq!(problems(&with(Region::UsEast1)), [""; 0]);
    let synthesis = with(Region::EuWest1);
    let found = with_code(&synthesis, "SQS-02");
    let [one] = &*found else { panic!("{:#?}", problems(&synthesis)) };
    assert_eq!(one.message(), "a subscription looks for its topic in another region");
    assert_eq!((one.given_value(), one.allowed_values()), (Some("eu-west-1"), Some("us-east-1")));
}

#[test]
fn what_crosses_the_border_of_a_region_that_is_opted_into_is_refused() {
    let milan = Environment::<Prod>::builder()
        .application(name!("innovate"))
        .account(account!("444455556666"))
        .region(Region::EuSouth1)
        .domain(domain!("innovate.example"))
        .owner("platform")
        .build();
    let mut there = milan.us_east_1_stack("news");
    let news = there.add("News", AlarmTopic::builder().build());
    let mut here = milan.stack("app");
    let key = here.add("Messages", KmsKey::<Sqs>::new());
    here.add("Mails", Queue::builder().key(&key).topic(&news).build());
    let line = line!() - 1;
    let synthesis = synth(App::new("test").stack(there).stack(here));
    let found = with_code(&synthesis, "SQS-01");
    let [one] = &*found else { panic!("{found:#?}") };
    assert_eq!(one.given_value(), Some("a topic in us-east-1 to a queue in eu-south-1"));
    assert_eq!((one.setter_name(), one.place().unwrap().line), (Some("topic"), line));
}

#[test]
fn a_subscriber_of_the_program_lets_its_topic_send() {
    let check = |by_queue: bool| {
        let (mut stack, key) = stack::<Prod>();
        let other = stack.add("Other", AlarmTopic::builder().build());
        let queue = Queue::builder().key(&key).topic(&other).build();
        let queue = stack.add("Mails", queue);
        let topic = AlarmTopic::builder();
        match by_queue {
            true => drop(stack.add("News", topic.build())),
            false => {
                let subscribers = [Subscriber::queue(&queue)];
                drop(stack.add("News", topic.subscribers(subscribers).build()));
            }
        }
        synth(App::new("test").stack(stack))
    };
    assert_eq!(with_code(&check(true), "SQS-02").len(), 0);
    let synthesis = check(false);
    let found = with_code(&synthesis, "SQS-02");
    let [one] = &*found else { panic!("{found:#?}") };
    assert_eq!(one.message(), "a queue that is subscribed to a topic doesn't let it send");
    assert_eq!(
        (one.given_value(), one.setter_name()),
        (Some("the queue `Mails`"), Some("subscribers"))
    );
    assert!(one.help_texts()[0].contains("Queue::builder().topic(&topic)"));
    let outside = arn!(QueueArn: "arn:aws:sqs:eu-west-1:444455556666:elsewhere");
    let (mut stack, _) = stack::<Prod>();
    stack.add("News", AlarmTopic::builder().subscribers([Subscriber::queue(outside)]).build());
    let synthesis = synth(App::new("test").stack(stack));
    assert_eq!(with_code(&synthesis, "SQS-02").len(), 0, "of which nothing is known");
}

/// How many queues don't let their topic send, of one whose policy is made of this ARN of a topic.
fn not_let(
    topic_name: Option<&'static str>,
    source: impl FnOnce(&mut Stack<Prod>) -> Value<Text>,
    policy: impl FnOnce(&mut Stack<Prod>, PolicyDocument, &sqs::QueueRef),
) -> usize {
    let mut stack = environment::<Prod>().stack("app");
    let topic = match topic_name {
        Some(name) => sns::Topic::new().topic_name(name),
        None => sns::Topic::new(),
    };
    let topic = stack.add("News", topic);
    let queue = stack.add("Mails", sqs::Queue::new().queue_name("mails"));
    let source = source(&mut stack);
    let send = Statement::allow(["sqs:SendMessage"])
        .to(Principal::service("sns.amazonaws.com"))
        .on(queue.arn())
        .when(Condition::arn_like("aws:SourceArn", source));
    policy(&mut stack, PolicyDocument::new([send]), &queue);
    let subscription =
        sns::Subscription::new("sqs", topic.topic_arn()).endpoint(queue.arn().assume::<Text>());
    stack.add("Subscription", subscription);
    with_code(&synth(App::new("test").stack(stack)), "SQS-02").len()
}

#[test]
fn a_topic_is_let_in_by_any_pattern_of_its_arn() {
    let of = |name, source: &'static str| {
        not_let(
            name,
            |_| source.give(),
            |stack, policy, queue| {
                stack.add("Policy", sqs::QueuePolicy::new(policy, [queue.queue_url()]));
            },
        )
    };
    for (name, source, expected) in [
        (Some("news"), "arn:aws:sns:eu-west-1:444455556666:news", 0),
        (Some("news"), "arn:aws:sns:eu-west-1:444455556666:n*", 0),
        (Some("news"), "arn:aws:sns:eu-west-1:444455556666:orders", 1),
        (None, "arn:aws:sns:eu-west-1:444455556666:*", 0),
        (None, "arn:aws:sns:eu-west-1:444455556666:app-*", 0),
        (None, "arn:aws:sns:*", 0),
        (None, "arn:aws:sns:eu-west-1:555566667777:*", 1),
        (None, "arn:aws:sns:eu-west-1:444455556666:news", 1),
    ] {
        assert_eq!(of(name, source), expected, "{name:?} by {source}");
    }
    let deferred = not_let(
        Some("news"),
        |stack| stack.scope().parameter("Source", Parameter::default()),
        |stack, policy, queue| {
            stack.add("Policy", sqs::QueuePolicy::new(policy, [queue.queue_url()]));
        },
    );
    assert_eq!(deferred, 0, "which may be the topic's");
}

#[test]
fn a_queues_policy_may_be_inline_or_name_its_queue_by_a_url() {
    const OWN: &str = "arn:aws:sns:eu-west-1:444455556666:news";
    const OTHER: &str = "arn:aws:sns:eu-west-1:444455556666:orders";
    let inline = |source: &'static str| {
        not_let(
            Some("news"),
            |_| source.give(),
            |stack, policy, queue| {
                let url = queue.queue_url().assume::<Text>();
                stack.add("Policy", sqs::QueueInlinePolicy::new(policy, url));
            },
        )
    };
    assert_eq!([inline(OWN), inline(OTHER)], [0, 1]);
    let by_url = |name: &str| {
        let url = format!("https://sqs.eu-west-1.amazonaws.com/444455556666/{name}");
        not_let(
            Some("news"),
            |_| OWN.give(),
            |stack, policy, _| {
                stack.add(
                    "Policy",
                    sqs::QueuePolicy::new(policy, [Value::<QueueUrl>::literal(url)]),
                );
            },
        )
    };
    assert_eq!([by_url("mails"), by_url("others")], [0, 1]);
}

#[test]
fn dead_letters_are_kept_for_longer_than_what_they_were() {
    let (mut stack, key) = stack::<Prod>();
    stack.add("Mails", Queue::builder().key(&key).build());
    let kept = ["Mails", "MailsDeadLetters"].map(|id| {
        let kept = resource(stack.model(), id).properties().get("MessageRetentionPeriod");
        kept.and_then(Node::as_integer)
    });
    assert_eq!(kept, [Some(345_600), Some(1_209_600)]);
}

/// The actions of each statement of a grant.
fn actions(grant: Grant) -> Vec<Vec<String>> {
    let mut stack = environment::<Prod>().stack("grants");
    stack.add("Grant", grant);
    let policy = resource(stack.model(), "Grant");
    let all = policy.properties().at("PolicyDocument/Statement").and_then(Node::as_list).unwrap();
    let texts = |node: &Node| match node {
        Node::List(items) => items.iter().filter_map(Node::as_text).map(str::to_owned).collect(),
        node => vec![node.as_text().unwrap().to_owned()],
    };
    all.iter().map(|statement| texts(statement.at("Action").unwrap())).collect()
}

#[test]
fn who_sends_receives_nothing_and_who_receives_sends_nothing() {
    let (mut stack, key) = stack::<Prod>();
    let queue = stack.add("Mails", Queue::builder().key(&key).build());
    let role = RoleHandle::existing(&name!(RoleName: "api"), stack.model().site());
    let send = actions(queue.grant_send(&role));
    assert_eq!(send[0], ["sqs:GetQueueUrl", "sqs:SendMessage"]);
    assert_eq!(send[1], ["kms:Decrypt", "kms:GenerateDataKey"]);
    let receive = actions(queue.grant_receive(&role));
    assert!(receive[0].contains(&"sqs:DeleteMessage".to_owned()));
    assert!(!receive[0].contains(&"sqs:SendMessage".to_owned()));
    assert_eq!(receive[1], ["kms:Decrypt"]);
}

#[test]
fn dead_letters_and_old_messages_are_told() {
    let (mut stack, key) = stack::<Prod>();
    let queue = stack.add("Mails", Queue::builder().key(&key).build());
    let topic = stack.add("Alerts", AlarmTopic::builder().build());
    stack.add("Watch", queue.alarms().notify(&topic));
    assert_eq!(QueueAlarm::ALL.len(), 2);
    let dead = resource(stack.model(), "WatchDeadLetters");
    assert_eq!(text(dead, "Dimensions/0/Value"), "innovate-prod-app-mails-dead-letters");
    let old = resource(stack.model(), "WatchOldMessages");
    assert_eq!(text(old, "MetricName"), "ApproximateAgeOfOldestMessage");
    assert_eq!(queue.metric(QueueMetric::SentMessages).namespace(), "AWS/SQS");
    let synthesis = synth_with_registry(App::new("test").stack(stack));
    assert_eq!(problems(&synthesis), [""; 0]);
}

#[test]
fn what_sqs_refuses_of_a_queue_is_told() {
    let (mut stack, key) = stack::<Prod>();
    stack.add("Hidden", Queue::builder().key(&key).visibility_seconds(43_201).build());
    stack.add("Never", Queue::builder().key(&key).max_receives(0).build());
    stack.add("A".repeat(60), Queue::builder().key(&key).build());
    let synthesis = synth(App::new("test").stack(stack));
    let found = with_code(&synthesis, "SQS-01");
    let setters: Vec<_> = found.iter().map(|found| found.setter_name()).collect();
    assert_eq!(setters, [Some("visibility_seconds"), Some("max_receives"), None]);
    assert_eq!(found.first().and_then(|found| Diagnostic::given_value(found)), Some("43201"));
}
