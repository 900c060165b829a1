//! What RDS tells about a database.

use innovate_cfn::rds;
use innovate_core::{
    AnyStack, Construct, Diagnostic, MAIN, ResourceRef, ResourceType as _, Scope, Text, Value,
};

use super::{DatabaseKind, PostgresDatabase};
use crate::{
    name::name_of,
    observability::{Publisher, TopicHandle},
};

/// Tells a topic what happens to a database that no metric shows: that it failed over, that it failed,
/// that it is maintained or will be, and that its storage runs out.
///
/// The events of a cluster's instances are told, too, and those of an instance's replicas. The topic is in the database's region, and
/// lets RDS publish, as every [`AlarmTopic`](crate::observability::AlarmTopic) does unless its
/// publishers are named.
///
/// ```
/// use innovate_aws::{
///     database::{AuroraCluster, DatabaseEvents},
///     observability::TopicHandle,
/// };
/// use innovate_core::{Prod, Stack};
///
/// fn watch(monitoring: &mut Stack<Prod>, database: &AuroraCluster, topic: &TopicHandle) {
///     monitoring.add("DatabaseEvents", DatabaseEvents::of(database, topic));
/// }
/// ```
///
/// Sources: "Amazon RDS event categories and event messages", "Working with Amazon RDS event
/// notification", Amazon RDS User Guide.
#[derive(Clone, Debug)]
#[must_use]
pub struct DatabaseEvents {
    database: ResourceRef,
    kind: DatabaseKind,
    instances: Vec<ResourceRef>,
    region: String,
    topic: TopicHandle,
}

const OF_CLUSTERS: [&str; 3] = ["failover", "failure", "maintenance"];
const OF_INSTANCES: [&str; 4] = ["failover", "failure", "low storage", "maintenance"];

impl DatabaseEvents {
    /// The events of a database, told to a topic.
    pub fn of(database: &impl PostgresDatabase, topic: &TopicHandle) -> Self {
        let found = database.database();
        Self {
            database: found.resource().clone(),
            kind: found.kind(),
            instances: found.instances().iter().chain(found.replicas()).cloned().collect(),
            region: found.server().site().region().to_owned(),
            topic: topic.clone(),
        }
    }

    /// Reports a topic that RDS can't tell.
    fn check(&self, scope: &mut Scope<'_>) {
        if self.topic.region() != self.region {
            scope.report(
                Diagnostic::error("ALM-03", "RDS tells topics of the database's region alone")
                    .setter("of")
                    .given(self.topic.region())
                    .allowed(self.region.clone())
                    .help("add an `AlarmTopic` to a stack of that region"),
            );
        }
        if !self.topic.lets_publish(Publisher::DatabaseEvents) {
            scope.report(
                Diagnostic::error("ALM-03", "the topic doesn't let RDS publish, which RDS refuses")
                    .setter("of")
                    .given(self.topic.name())
                    .help("add `Publisher::DatabaseEvents` to its `.publishers(..)`"),
            );
        }
    }

    fn subscribe(&self, kind: DatabaseKind, sources: Vec<Value<Text>>) -> rds::EventSubscription {
        let subscription =
            rds::EventSubscription::new(&self.topic).enabled(true).source_ids(sources);
        // RDS publishes to the topic when it is subscribed, so it must be let in before.
        let subscription = subscription.depends_on(self.topic.policy());
        match kind {
            DatabaseKind::Cluster => {
                subscription.source_type("db-cluster").event_categories(OF_CLUSTERS)
            }
            DatabaseKind::Instance => {
                subscription.source_type("db-instance").event_categories(OF_INSTANCES)
            }
        }
    }
}

impl Construct for DatabaseEvents {
    type Handle = ();
    type Needs = AnyStack;

    fn build(self, scope: &mut Scope<'_>) {
        self.check(scope);
        let name = name_of(scope);
        let main = self.subscribe(self.kind, vec![self.database.reference()]);
        scope.add(MAIN, main.subscription_name(name.clone()));
        if !self.instances.is_empty() {
            let sources: Vec<Value<Text>> =
                self.instances.iter().map(ResourceRef::reference).collect();
            let instances = self.subscribe(DatabaseKind::Instance, sources);
            scope.add("Instances", instances.subscription_name(format!("{name}-instances")));
        }
    }
}
