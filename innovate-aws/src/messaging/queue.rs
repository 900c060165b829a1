//! The construct of a queue, and its handle.

use innovate_cfn::{
    kind::QueueArn,
    policy::{Condition, PolicyDocument, Principal, Statement},
    sns, sqs,
};
use innovate_core::{
    AnyStack, Construct, DeletionPolicy, Diagnostic, Gives, MAIN, ResourceRef, ResourceType as _,
    Scope, Site, StageKind, Text, Value, json, text, value::pseudo,
};
use typed_builder::TypedBuilder;

use crate::{
    identity::{Grant, Grantee},
    keys::{Key, Sqs},
    name::{QueueName, name_of},
    observability::TopicHandle,
    region::Region,
};

/// A queue, in which a message waits until somebody has worked on it.
///
/// It is encrypted with a customer-managed key and spoken to over TLS only. A message that was received five
/// times, and that nobody was done with, goes to a queue of dead letters, which is made with it. It keeps a
/// message for 4 days, and its dead letters one for 14 days, both from when the message was first sent, so
/// that there are at least 10 days to look at a dead letter. In production they stay when they leave their
/// stack. Its name is its stack's and its path's, `<stack>-<path>`, so that pods know its URL before
/// deployment.
///
/// ```
/// use innovate_aws::{identity::RoleHandle, keys::{KmsKey, Sqs}, messaging::Queue};
/// use innovate_core::{Prod, Stack};
///
/// fn mails(app: &mut Stack<Prod>, api: &RoleHandle, worker: &RoleHandle) {
///     let key = app.add("Messages", KmsKey::<Sqs>::new());
///     let mails = app.add("Mails", Queue::builder().key(&key).visibility_seconds(120).build());
///     app.add("ApiSends", mails.grant_send(api));
///     app.add("WorkerReceives", mails.grant_receive(worker));
/// }
/// ```
///
/// Sources: "Fanout to Amazon SQS queues" and "Sending Amazon SNS messages to an Amazon SQS queue or AWS
/// Lambda function in a different Region", Amazon SNS Developer Guide; "Amazon SQS visibility timeout",
/// "Using dead-letter queues in Amazon SQS" and "Encryption at rest in Amazon SQS", Amazon SQS Developer
/// Guide.
#[derive(Clone, Debug, TypedBuilder)]
#[builder(mutators(
    /// Subscribes it to a topic, and lets that send to it. May be called for each. What arrives is SNS's
    /// notification, with the message in it. The topic may be in another region, if both regions are enabled
    /// in every account: of others SNS has service principals of their own, which the queue's key would have to
    /// let in.
    #[allow(unreachable_pub, reason = "the builder has it as a public method")]
    pub fn topic(&mut self, topic: &TopicHandle) {
        self.topics.push(topic.clone());
    }
))]
pub struct Queue {
    /// What encrypts its messages.
    #[builder(setter(transform = |key: &Key<Sqs>| key.clone()))]
    key: Key<Sqs>,
    /// For how long nobody else gets a message that was received, in seconds, up to 43,200: longer than the
    /// work on one takes. 30 by default.
    #[builder(default = 30)]
    visibility_seconds: u16,
    /// How often a message is received before it goes to the dead letters, up to 1,000 times. 5 by default.
    #[builder(default = 5)]
    max_receives: u16,
    #[builder(via_mutators)]
    topics: Vec<TopicHandle>,
}

/// How long it keeps a message: 4 days.
const RETENTION_SECONDS: u32 = 345_600;
/// How long SQS keeps a message at most: 14 days. A dead letter is as old as the message that it was.
const DEAD_RETENTION_SECONDS: u32 = 1_209_600;

impl Queue {
    /// What SQS refuses.
    fn check(&self, name: &QueueName, scope: &mut Scope<'_>) {
        let own = scope.site().region().to_owned();
        for topic in self.topics.iter().filter(|topic| topic.region() != own) {
            if let Some(region) = [topic.region(), &own].into_iter().find(|it| is_opt_in(it)) {
                scope.report(
                    Diagnostic::error("SQS-01", "SNS sends to this queue under another name")
                        .setter("topic")
                        .given(format!("a topic in {} to a queue in {own}", topic.region()))
                        .allowed(format!("both in one region, or in other regions than {region}"))
                        .help(format!("{region} is enabled by who opts in, and what crosses its borders is sent by `sns.{region}.amazonaws.com`: subscribe a queue in the topic's own region")),
                );
            }
        }
        if self.visibility_seconds > 43_200 {
            scope.report(
                Diagnostic::error("SQS-01", "SQS hides a message for 12 hours at most")
                    .setter("visibility_seconds")
                    .given(self.visibility_seconds)
                    .allowed("0 to 43200 seconds"),
            );
        }
        if !(1..=1_000).contains(&self.max_receives) {
            scope.report(
                Diagnostic::error("SQS-01", "a message is received once at least")
                    .setter("max_receives")
                    .given(self.max_receives)
                    .allowed("1 to 1000 times"),
            );
        }
        if let Err(error) = name.verify() {
            scope.report(
                Diagnostic::error("SQS-01", "a queue would have a name that SQS refuses")
                    .given(error.given())
                    .allowed(error.allowed())
                    .help("add it under a shorter id"),
            );
        }
    }
}

impl Construct for Queue {
    type Handle = QueueHandle;
    type Needs = AnyStack;

    fn build(self, scope: &mut Scope<'_>) -> QueueHandle {
        let site = scope.site().clone();
        let name = name_of(scope);
        let dead_letters = QueueName::trusted(format!("{name}-dead-letters"));
        let name = QueueName::trusted(name);
        self.check(&dead_letters, scope);
        let Self { key, visibility_seconds, max_receives, topics } = self;
        let keep = match site.stage() {
            StageKind::Prod => DeletionPolicy::RetainExceptOnCreate,
            StageKind::Dev | StageKind::Staging => DeletionPolicy::Delete,
        };
        let queue = |name: &QueueName, retention: u32| {
            sqs::Queue::new()
                .queue_name(name)
                .kms_master_key_id(key.id())
                .message_retention_period(retention)
                .removal_policy(keep)
        };
        let own = arn(&site, &name);
        let dead = queue(&dead_letters, DEAD_RETENTION_SECONDS).redrive_allow_policy(json! {
            "redrivePermission" => "byQueue", "sourceQueueArns" => [own.clone()],
        });
        let dead = scope.add("DeadLetters", dead);
        let redrive = sqs::queue::RedrivePolicy::new()
            .dead_letter_target_arn(dead.arn())
            .max_receive_count(max_receives);
        let main = queue(&name, RETENTION_SECONDS)
            .visibility_timeout(visibility_seconds)
            // Waits for a message, so that an empty queue costs little.
            .receive_message_wait_time_seconds(20)
            .redrive_policy(redrive);
        let main = scope.add(MAIN, main);

        let mut policy = PolicyDocument::new([tls_only(own.clone())]);
        let named: Vec<_> = topics.iter().map(TopicHandle::arn).collect();
        if !named.is_empty() {
            let send = Statement::allow(["sqs:SendMessage"])
                .sid("SendByTopic")
                .to(Principal::service("sns.amazonaws.com"))
                .on(own)
                .when(Condition::arn_equals("aws:SourceArn", named));
            policy.extend([send]);
        }
        let policy = scope.add("Policy", sqs::QueuePolicy::new(policy, [main.queue_url()]));
        for topic in &topics {
            let subscription = sns::Subscription::new("sqs", topic.arn())
                .endpoint(main.arn().assume::<Text>())
                .depends_on(&policy);
            // By its topic: under a number, one that takes the place of another would be subscribed first, which
            // SNS does once, and unsubscribed then.
            let id = format!("Subscription-{}", topic.name());
            match topic.region() {
                here if here == site.region() => scope.add(id, subscription),
                there => scope.add(format!("{id}-{there}"), subscription.region(there.to_owned())),
            };
        }
        let of_dead = PolicyDocument::new([tls_only(arn(&site, &dead_letters))]);
        scope.add("DeadLettersPolicy", sqs::QueuePolicy::new(of_dead, [dead.queue_url()]));
        QueueHandle { queue: main, name, dead_letters, key, site }
    }
}

/// Whether a region is one that an account has to enable.
fn is_opt_in(code: &str) -> bool {
    Region::from_code(code).is_some_and(Region::is_opt_in)
}

fn tls_only(queue: Value<Text>) -> Statement {
    Statement::deny(["sqs:*"])
        .sid("DenyWithoutTls")
        .to(Principal::any())
        .on(queue)
        .when(Condition::bool("aws:SecureTransport", false))
}

/// The ARN as the name gives it, so that what names it needs no reference.
fn arn(site: &Site, name: &QueueName) -> Value<Text> {
    let rest = format!(":sqs:{}:{}:{name}", site.region(), site.account());
    text!["arn:", pseudo::partition(), rest]
}

/// A queue that is in a stack.
#[derive(Clone, Debug)]
pub struct QueueHandle {
    queue: sqs::QueueRef,
    name: QueueName,
    dead_letters: QueueName,
    key: Key<Sqs>,
    site: Site,
}

impl QueueHandle {
    /// Its name, known before deployment.
    pub const fn name(&self) -> &QueueName {
        &self.name
    }

    /// The name of the queue of its dead letters.
    pub const fn dead_letters(&self) -> &QueueName {
        &self.dead_letters
    }

    /// Its URL, known before deployment: what a config map tells pods.
    pub fn url(&self) -> String {
        let (region, account) = (self.site.region(), self.site.account());
        format!("https://sqs.{region}.amazonaws.com/{account}/{}", self.name)
    }

    /// Its ARN.
    pub fn arn(&self) -> Value<QueueArn> {
        arn(&self.site, &self.name).assume()
    }

    /// Lets a role send messages to it, through its key.
    ///
    /// Source: "Key management", Amazon SQS Developer Guide.
    pub fn grant_send(&self, to: &impl Grantee) -> Grant {
        let send = Statement::allow(["sqs:GetQueueUrl", "sqs:SendMessage"])
            .sid("SendMessages")
            .on(self.arn());
        Grant::new(to, &self.site, [send]).encrypting(&self.key, "sqs", &self.site)
    }

    /// Lets a role receive its messages and be done with them, through its key.
    pub fn grant_receive(&self, to: &impl Grantee) -> Grant {
        let receive = Statement::allow([
            "sqs:ChangeMessageVisibility",
            "sqs:DeleteMessage",
            "sqs:GetQueueAttributes",
            "sqs:GetQueueUrl",
            "sqs:ReceiveMessage",
        ])
        .sid("ReceiveMessages")
        .on(self.arn());
        Grant::new(to, &self.site, [receive]).decrypting(&self.key, "sqs", &self.site)
    }
}

impl Gives<QueueArn> for &QueueHandle {
    fn give(self) -> Value<QueueArn> {
        self.arn()
    }
}

impl AsRef<ResourceRef> for QueueHandle {
    fn as_ref(&self) -> &ResourceRef {
        self.queue.as_ref()
    }
}
