//! What holds for the alarms of any handle, whichever are left out and whatever numbers they compare with.

use innovate_aws::{
    cluster::{ClusterAlarm, IngressAlarm, KarpenterAlarm},
    database::{AuroraAlarm, ProxyAlarm, ProxyAuth, RdsProxy},
    name,
    network::NetworkAlarm,
    observability::{AlarmKind, Alarms},
};
use innovate_core::{App, Dev, Node, Prod, Stage};
use proptest::{prelude::*, sample::Index};

use crate::{
    alarm::monitoring,
    database::{Program, good},
    program::{Platform, findings, of_type},
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

/// The alarms that watch, in a program with what they watch.
fn watched<K: AlarmKind, S: Stage>(
    app: App,
    alarms: &Alarms<K>,
    kinds: &[K],
    choice: &Choice,
) -> Result<(), TestCaseError> {
    let (mut whole, topic) = monitoring::<S>();
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
    let (mut stack, topic) = monitoring::<S>();
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
                prop_assert_eq!(properties.at("Threshold"), Some(&Node::Number(*number)));
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
}

fn of_platform<S: Stage>(of: Of, choice: &Choice) -> Result<(), TestCaseError> {
    let (platform, cluster, karpenter) = Platform::<S>::new().with_cluster();
    let network = platform.vpc.alarms();
    let app = App::new("test").stacks([platform.keys, platform.network, platform.compute]);
    match of {
        Of::Cluster => watched::<_, S>(app, &cluster.alarms(), ClusterAlarm::ALL, choice),
        Of::Ingresses => watched::<_, S>(app, &cluster.ingress_alarms(), IngressAlarm::ALL, choice),
        Of::Karpenter => watched::<_, S>(app, &karpenter.alarms(), KarpenterAlarm::ALL, choice),
        Of::Network => watched::<_, S>(app, &network, NetworkAlarm::ALL, choice),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_is_watched_of_a_platform_is_told(
        of in prop::sample::select(vec![Of::Cluster, Of::Ingresses, Of::Karpenter, Of::Network]),
        production: bool,
        choice in choice(),
    ) {
        if production {
            of_platform::<Prod>(of, &choice)?;
        } else {
            of_platform::<Dev>(of, &choice)?;
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
}
