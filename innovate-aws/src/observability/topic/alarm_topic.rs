//! The construct of a topic, and its handle.

use std::collections::BTreeSet;

use innovate_cfn::{
    kind::TopicArn,
    policy::{Condition, PolicyDocument, Principal, Statement},
    sns,
};
use innovate_core::{
    AnyStack, Construct, Gives, MAIN, ResourceRef, Scope, Site, Value, text, value::pseudo,
};
use typed_builder::TypedBuilder;

use super::{Publisher, Subscriber};
use crate::{
    identity::{Grant, Grantee},
    keys::{Key, KmsKey, Sns},
    name::name_of,
};

/// A topic that alarms tell, with those who are told.
///
/// It is encrypted with a customer-managed key whose policy lets CloudWatch in: alarms can't use
/// AWS's own key for topics, and what they publish to such a topic is dropped without a word. Only
/// services that act for this account publish to it, and only over TLS.
///
/// An alarm tells a topic of its own region: alarms about CloudFront, which are in us-east-1, need one
/// there.
///
/// ```
/// use innovate_aws::{
///     email,
///     keys::{Key, Sns},
///     observability::{AlarmTopic, Subscriber},
/// };
/// use innovate_core::{Prod, Stack};
///
/// fn topic(monitoring: &mut Stack<Prod>, key: &Key<Sns>) {
///     monitoring.add(
///         "Alerts",
///         AlarmTopic::builder()
///             .key(key)
///             .subscribers([Subscriber::email(email!("oncall@innovate.example"))])
///             .build(),
///     );
/// }
/// ```
///
/// Sources: "Managing Amazon SNS encryption keys and costs" and "Amazon SNS security best
/// practices", Amazon SNS Developer Guide.
#[derive(Clone, Debug, TypedBuilder)]
pub struct AlarmTopic {
    /// What encrypts it. A key of its own by default.
    #[builder(default, setter(transform = |key: &Key<Sns>| Some(key.clone())))]
    key: Option<Key<Sns>>,
    /// Who is told. None by default.
    #[builder(default, setter(
        fn transform(subscribers: impl IntoIterator<Item = Subscriber>) -> Vec<Subscriber> {
            subscribers.into_iter().collect()
        }
    ))]
    subscribers: Vec<Subscriber>,
    /// What may publish to it beside alarms. By default event rules, AWS Backup and the events of
    /// RDS.
    #[builder(
        default = [Publisher::EventRules, Publisher::Backup, Publisher::DatabaseEvents].into(),
        setter(
            fn transform(publishers: impl IntoIterator<Item = Publisher>) -> BTreeSet<Publisher> {
                publishers.into_iter().collect()
            }
        )
    )]
    publishers: BTreeSet<Publisher>,
}

impl Construct for AlarmTopic {
    type Handle = TopicHandle;
    type Needs = AnyStack;

    fn build(self, scope: &mut Scope<'_>) -> TopicHandle {
        let name = name_of(scope);
        let site = scope.site().clone();
        let key = self.key.unwrap_or_else(|| scope.add("Key", KmsKey::<Sns>::new()));
        let topic = sns::Topic::new()
            .topic_name(name.clone())
            .display_name(site.environment().to_owned())
            .kms_master_key_id(key.id())
            // The one that is made with SHA-256.
            .signature_version("2");
        let topic = scope.add(MAIN, topic);

        let mut publishers = self.publishers;
        publishers.insert(Publisher::Alarms);
        let statements = publishers.iter().copied().map(|each| each.statement(&site).on(&topic));
        let mut policy = PolicyDocument::new(statements);
        let without_tls = Statement::deny(["sns:Publish"])
            .sid("DenyWithoutTls")
            .to(Principal::any())
            .on(&topic)
            .when(Condition::bool("aws:SecureTransport", false));
        policy.extend([without_tls]);
        let policy = scope.add("Policy", sns::TopicPolicy::new(policy, [&topic]));

        for (number, subscriber) in (1..).zip(self.subscribers) {
            if let Some(finding) = subscriber.finding() {
                scope.report(finding);
            }
            // By its endpoint: under a number, one that takes the place of another would be subscribed first, which
            // SNS does once, and unsubscribed then.
            let subscriber_id = match subscriber.endpoint.node().as_text() {
                Some(endpoint) => format!("Subscription-{endpoint}"),
                None => format!("Subscription{number}"),
            };
            let subscription =
                sns::Subscription::new(subscriber.protocol, &topic).endpoint(subscriber.endpoint);
            scope.add(subscriber_id, subscription);
        }
        TopicHandle { topic, policy, publishers, name, key, site }
    }
}

/// A topic that is in a stack.
#[derive(Clone, Debug)]
pub struct TopicHandle {
    topic: sns::TopicRef,
    policy: sns::TopicPolicyRef,
    publishers: BTreeSet<Publisher>,
    name: String,
    key: Key<Sns>,
    site: Site,
}

impl TopicHandle {
    /// Its ARN.
    pub fn arn(&self) -> Value<TopicArn> {
        self.topic.reference()
    }

    /// Its name, known before deployment.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether a service may publish to it, on this account's behalf.
    pub fn lets_publish(&self, publisher: Publisher) -> bool {
        self.publishers.contains(&publisher)
    }

    /// What lets them: a service that publishes as soon as it knows the topic depends on it.
    pub(crate) const fn policy(&self) -> &sns::TopicPolicyRef {
        &self.policy
    }

    /// The region that it is in. Only alarms of this region can tell it.
    pub fn region(&self) -> &str {
        self.site.region()
    }

    /// Lets a role publish to it, through its key: an application that tells people itself.
    ///
    /// Sources: "Using identity-based policies with Amazon SNS" and "Managing Amazon SNS encryption keys and
    /// costs", Amazon SNS Developer Guide.
    pub fn grant_publish(&self, to: &impl Grantee) -> Grant {
        let (region, account) = (self.site.region(), self.site.account());
        let arn = format!(":sns:{region}:{account}:{}", self.name);
        let publish = Statement::allow(["sns:Publish"]).sid("Publish").on(text![
            "arn:",
            pseudo::partition(),
            arn
        ]);
        Grant::new(to, &self.site, [publish]).encrypting(&self.key, "sns", &self.site)
    }
}

impl Gives<TopicArn> for &TopicHandle {
    fn give(self) -> Value<TopicArn> {
        self.arn()
    }
}

impl AsRef<ResourceRef> for TopicHandle {
    fn as_ref(&self) -> &ResourceRef {
        self.topic.as_ref()
    }
}
