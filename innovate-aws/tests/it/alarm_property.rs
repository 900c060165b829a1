//! What holds for the alarms of any handle, whichever are left out and whatever numbers they compare with.

use innovate_aws::{
    backup::VaultAlarm,
    cluster::{ClusterAlarm, IngressAlarm, KarpenterAlarm, ServiceAlarm},
    database::{
        AuroraAlarm, Availability, PostgresVersion, ProxyAlarm, ProxyAuth, RdsAlarm,
        RdsInstanceClass, RdsPostgres, RdsProxy, ReadReplica, ReplicaAlarm,
    },
    edge::{CertificateAlarm, DistributionAlarm},
    load_balancer::{LoadBalancerAlarm, Scheme, TargetGroup, TargetGroupAlarm},
    name,
    network::{Connect as _, NetworkAlarm, Port},
    observability::{AlarmKind, AlarmTopic, Alarms, TopicHandle},
    security::{Regional, WebAcl, web_acl::WebAclAlarm},
    storage,
};
use innovate_core::{App, Dev, InOneRegion, MetBy, Node, Prod, Resource, Stack, Stage};
use proptest::{prelude::*, sample::Index};

use crate::{
    alarm::monitoring,
    backup::Vaults,
    database::{Program, good},
    edge::Edge,
    load_balancer,
    program::{Platform, environment, findings, of_type, recoverable},
};

/// What a program may say about the alarms of a handle.
#[derive(Clone, Debug)]
struct Choice {
    without: Vec<Index>,
    thresholds: Vec<(Index, f64)>,
}

fn choice() -> impl Strategy<Value = Choice> {
    let thresholds = prop::collection::vec((any::<Index>(), 0.001..1e12), 0..4);
    let without = prop::collection::vec(any::<Index>(), 0..4);
    (without, thresholds).prop_map(|(without, thresholds)| Choice { without, thresholds })
}

/// Whether an alarm compares with a number: with it, or with what is expected, so many deviations off.
fn compares_with(alarm: &Resource, number: f64) -> bool {
    let properties = alarm.properties();
    let band = format!("ANOMALY_DETECTION_BAND(watched, {number})");
    let queries = properties.at("Metrics").and_then(Node::as_list).unwrap_or_default();
    let mut expressions = queries.iter().filter_map(|query| query.get("Expression")?.as_text());
    properties.at("Threshold") == Some(&Node::Number(number))
        || expressions.any(|expression| expression == band)
}

/// The alarms that watch, in a program with what they watch.
fn watched<K: AlarmKind, S: Stage>(
    app: App,
    alarms: &Alarms<K>,
    kinds: &[K],
    choice: &Choice,
) -> Result<(), TestCaseError> {
    watched_from(monitoring::<S>, app, alarms, kinds, choice)
}

/// The same, from stacks of one place with a topic there.
fn watched_from<K: AlarmKind, N: MetBy<Stack<S, P>>, S: Stage, P: InOneRegion>(
    stack: impl Fn() -> (Stack<S, P>, TopicHandle),
    app: App,
    alarms: &Alarms<K, N>,
    kinds: &[K],
    choice: &Choice,
) -> Result<(), TestCaseError> {
    let from = stack;
    let (mut whole, topic) = from();
    let every = whole.add("Watch", alarms.clone().notify(&topic));
    let kinds: Vec<K> = kinds.iter().copied().filter(|kind| every.alarm(*kind).is_some()).collect();
    let without: Vec<K> = choice.without.iter().map(|index| *index.get(&kinds)).collect();
    let named = choice.thresholds.iter().map(|(index, number)| (*index.get(&kinds), *number));
    let thresholds: Vec<(K, f64)> = named.collect();

    let mut chosen = alarms.clone();
    for kind in &without {
        chosen = chosen.without(*kind);
    }
    for (kind, number) in &thresholds {
        chosen = chosen.threshold(*kind, *number);
    }
    let (mut stack, topic) = from();
    let some = stack.add("Watch", chosen.notify(&topic));
    let mut left = 0;
    for kind in &kinds {
        let id = format!("Watch{}", kind.id());
        let found = stack.model().resource(&id);
        prop_assert_eq!(found.is_none(), without.contains(kind), "{}", id);
        prop_assert_eq!(some.alarm(*kind).is_none(), without.contains(kind));
        let Some(alarm) = found else { continue };
        left += 1;
        let properties = alarm.properties();
        let actions = properties.at("AlarmActions").and_then(Node::as_list).unwrap_or_default();
        prop_assert_eq!(actions.len(), 1, "{} tells nobody", id);
        let silence = properties.at("TreatMissingData").and_then(Node::as_text);
        prop_assert!(silence.is_some(), "{} doesn't say what silence means", id);
        match thresholds.iter().rfind(|(named, _)| named == kind) {
            Some((_, number)) => {
                prop_assert!(compares_with(alarm, *number), "{}: {:?}", id, properties);
            }
            None => {
                let as_ever = whole.model().resource(&id).map(|alarm| alarm.properties());
                prop_assert_eq!(Some(properties), as_ever, "{} depends on others", id);
            }
        }
    }
    let alarms = of_type(stack.model(), "AWS::CloudWatch::Alarm");
    prop_assert_eq!(alarms.len(), left);
    // Each watches a metric that is known, or `ALM-01` would have found it.
    prop_assert_eq!(findings(app.stack(stack)), []);
    Ok(())
}

/// What a handle is of.
#[derive(Clone, Copy, Debug)]
enum Of {
    Cluster,
    Ingresses,
    Karpenter,
    Network,
    Service,
    LoadBalancer,
    Targets,
    WebAcl,
    Distribution,
    Certificate,
}

const ALL: [Of; 10] = [
    Of::Cluster,
    Of::Ingresses,
    Of::Karpenter,
    Of::Network,
    Of::Service,
    Of::LoadBalancer,
    Of::Targets,
    Of::WebAcl,
    Of::Distribution,
    Of::Certificate,
];

/// What is before the cluster, as alarms and what they are of.
fn of_way_in<S: Stage>(of: Of, choice: &Choice) -> Result<(), TestCaseError> {
    let mut alarms = None;
    let app = load_balancer::program::<S>(|stack, vpc, cluster| {
        let acl = stack.add("WebAcl", WebAcl::<Regional>::builder().build());
        let scheme = Scheme::internet(vpc, &acl);
        let balancer = stack.add("LoadBalancer", load_balancer::balancer(scheme));
        stack.allow(&balancer, Port::tcp(8443), cluster);
        let host = environment::<S>().host("api");
        let group = TargetGroup::builder().load_balancer(&balancer).port(8443).host(host).build();
        let group = stack.add("Targets", group);
        alarms = Some((balancer.alarms(), group.alarms(), acl.alarms()));
    });
    let (balancer, group, acl) = alarms.unwrap();
    match of {
        Of::LoadBalancer => watched::<_, S>(app, &balancer, LoadBalancerAlarm::ALL, choice),
        Of::Targets => watched::<_, S>(app, &group, TargetGroupAlarm::ALL, choice),
        _ => watched::<_, S>(app, &acl, WebAclAlarm::ALL, choice),
    }
}

/// What is in us-east-1.
fn of_edge<S: Stage>(of: Of, choice: &Choice) -> Result<(), TestCaseError> {
    let (edge, distribution) = Edge::<S>::new().with_distribution();
    let stack = || {
        let mut stack = environment::<S>().us_east_1_stack("watch");
        let topic = stack.add("Alerts", AlarmTopic::builder().build());
        (stack, topic)
    };
    let certificate = edge.certificate.alarms();
    let app = edge.app();
    match of {
        Of::Certificate => watched_from(stack, app, &certificate, CertificateAlarm::ALL, choice),
        _ => watched_from(stack, app, &distribution.alarms(), DistributionAlarm::ALL, choice),
    }
}

fn of_any<S: Stage>(of: Of, choice: &Choice) -> Result<(), TestCaseError> {
    match of {
        Of::LoadBalancer | Of::Targets | Of::WebAcl => of_way_in::<S>(of, choice),
        Of::Distribution | Of::Certificate => of_edge::<S>(of, choice),
        _ => of_platform::<S>(of, choice),
    }
}

fn of_platform<S: Stage>(of: Of, choice: &Choice) -> Result<(), TestCaseError> {
    let (platform, cluster, karpenter) = Platform::<S>::new().with_cluster();
    let network = platform.vpc.alarms();
    let app = App::new("test").stacks([platform.keys, platform.network, platform.compute]);
    match of {
        Of::Cluster => watched::<_, S>(app, &cluster.alarms(), ClusterAlarm::ALL, choice),
        Of::Ingresses => watched::<_, S>(app, &cluster.ingress_alarms(), IngressAlarm::ALL, choice),
        Of::Karpenter => watched::<_, S>(app, &karpenter.alarms(), KarpenterAlarm::ALL, choice),
        Of::Service => {
            let alarms = cluster.service_alarms("shop", "orders");
            watched::<_, S>(app, &alarms, ServiceAlarm::ALL, choice)
        }
        _ => watched::<_, S>(app, &network, NetworkAlarm::ALL, choice),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_is_watched_of_a_platform_is_told(
        of in prop::sample::select(ALL.to_vec()),
        production: bool,
        choice in choice(),
    ) {
        if production {
            of_any::<Prod>(of, &choice)?;
        } else {
            of_any::<Dev>(of, &choice)?;
        }
    }

    #[test]
    fn what_is_watched_of_a_database_is_told(through_proxy: bool, choice in choice()) {
        let mut program = Program::<Prod>::new();
        let database = program.data.add("Database", good(&program));
        let proxy = RdsProxy::builder()
            .database(&database)
            .network(program.vpc.data())
            .auth(ProxyAuth::iam([name!(DatabaseUser: "app")]))
            .build();
        let proxy = program.data.add("Proxy", proxy);
        if through_proxy {
            watched::<_, Prod>(program.app(), &proxy.alarms(), ProxyAlarm::ALL, &choice)?;
        } else {
            watched::<_, Prod>(program.app(), &database.alarms(), AuroraAlarm::ALL, &choice)?;
        }
    }

    #[test]
    fn what_is_watched_of_an_instance_is_told(of_replica: bool, choice in choice()) {
        let mut program = Program::<Prod>::new();
        let instance = RdsPostgres::builder()
            .engine(PostgresVersion::V17)
            .instance_class(RdsInstanceClass::M8gLarge)
            .storage(storage!(100..=1000))
            .network(program.vpc.data())
            .key(&program.key)
            .availability(Availability::multi_az())
            .replicas([ReadReplica::of_class(RdsInstanceClass::M8gLarge)])
            .build();
        let instance = program.data.add("Instance", instance);
        if of_replica {
            let replica = instance.replicas()[0].alarms();
            watched::<_, Prod>(program.app(), &replica, ReplicaAlarm::ALL, &choice)?;
        } else {
            watched::<_, Prod>(program.app(), &instance.alarms(), RdsAlarm::ALL, &choice)?;
        }
    }

    #[test]
    fn what_is_watched_of_backups_is_told(of_copies: bool, choice in choice()) {
        let vaults = Vaults::new();
        let (made, copied) = (vaults.home_vault.alarms(), vaults.recovery_vault.alarms());
        let app = vaults.app();
        if of_copies {
            let stack = || {
                let mut stack = recoverable::<Prod>().recovery_stack("watch");
                let topic = stack.add("Alerts", AlarmTopic::builder().build());
                (stack, topic)
            };
            watched_from(stack, app, &copied, VaultAlarm::ALL, &choice)?;
        } else {
            let stack = || {
                let mut stack = recoverable::<Prod>().stack("watch");
                let topic = stack.add("Alerts", AlarmTopic::builder().build());
                (stack, topic)
            };
            watched_from(stack, app, &made, VaultAlarm::ALL, &choice)?;
        }
    }
}
