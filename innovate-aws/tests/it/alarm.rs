//! Alarms: what they watch, when they go off and whom they tell.

use innovate_aws::{
    database::{AuroraAlarm, AuroraMetric, DatabaseEvents, PostgresEndpoint as _},
    email,
    keys::{KmsKey, Sns},
    observability::{
        Alarm, AlarmKind as _, AlarmTopic, Condition, Datapoints, MissingData, Percentile, Period,
        Publisher, Subscriber, TopicHandle,
    },
};
use innovate_core::{App, Dev, Diagnostic, Node, Prod, Stack, Stage};

use crate::{
    database::{Program, good},
    program::{environment, findings, of_type, resource, synth_with_registry, text},
};

/// A stack for alarms, with a topic as `Alerts`.
pub(crate) fn monitoring<S: Stage>() -> (Stack<S>, TopicHandle) {
    let mut stack = environment::<S>().stack("monitoring");
    let topic = stack.add("Alerts", AlarmTopic::builder().build());
    (stack, topic)
}

/// The alarms of a cluster that scales with its load.
fn serverless() -> Vec<AuroraAlarm> {
    let alarms = AuroraAlarm::ALL.iter().copied();
    alarms.filter(|alarm| *alarm != AuroraAlarm::LocalStorage).collect()
}

/// A property of an alarm.
fn at<'a, S: Stage>(stack: &'a Stack<S>, id: &str, path: &str) -> Option<&'a Node> {
    resource(stack.model(), id).properties().at(path)
}

#[test]
fn a_database_is_watched_in_one_line() {
    let mut program = Program::<Prod>::new();
    let database = program.data.add("Database", good(&program));
    let (mut monitoring, topic) = monitoring::<Prod>();
    let alarms = monitoring.add("Database", database.alarms().notify(&topic));
    assert_eq!(alarms.all().count(), serverless().len());
    let name = alarms.alarm(AuroraAlarm::Cpu).map(|alarm| alarm.name().to_owned());
    assert_eq!(name.as_deref(), Some("innovate-prod-monitoring-database-cpu"));
    let ids: Vec<_> = of_type(monitoring.model(), "AWS::CloudWatch::Alarm")
        .iter()
        .map(|alarm| alarm.logical_id().to_owned())
        .collect();
    let expected: Vec<_> =
        serverless().iter().map(|kind| format!("Database{}", kind.id())).collect();
    assert_eq!(ids, expected, "the ids are a contract");
    let alarm = resource(monitoring.model(), "DatabaseCpu");
    assert_eq!(text(alarm, "Namespace"), "AWS/RDS");
    assert_eq!(text(alarm, "MetricName"), "CPUUtilization");
    assert_eq!(text(alarm, "Dimensions/0/Name"), "DBClusterIdentifier");
    assert_eq!(text(alarm, "Dimensions/0/Value"), database.identifier());
    assert_eq!(text(alarm, "Statistic"), "Average");
    assert_eq!(text(alarm, "TreatMissingData"), "missing");
    assert_eq!(at(&monitoring, "DatabaseCpu", "Threshold"), Some(&Node::Number(80.0)));
    assert_eq!(at(&monitoring, "DatabaseCpu", "Period"), Some(&Node::Integer(300)));
    for actions in ["AlarmActions/0", "OKActions/0"] {
        let target = at(&monitoring, "DatabaseCpu", actions).and_then(Node::as_reference);
        assert_eq!(target.map(|found| found.target.logical_id()), Some("Alerts"));
    }
    assert_eq!(findings(program.app().stack(monitoring)), []);
}

#[test]
fn a_threshold_follows_the_stage_unless_the_program_names_another() {
    let mut program = Program::<Dev>::new();
    let database = program.data.add("Database", good(&program));
    let (mut monitoring, topic) = monitoring::<Dev>();
    monitoring.add("Database", database.alarms().notify(&topic));
    let changed = database
        .alarms()
        .threshold(AuroraAlarm::Cpu, 70)
        .threshold(AuroraAlarm::Cpu, 75.5)
        .without(AuroraAlarm::Deadlocks);
    let alarms = monitoring.add("Changed", changed.notify(&topic));
    assert_eq!(at(&monitoring, "DatabaseCpu", "Threshold"), Some(&Node::Number(90.0)));
    assert_eq!(at(&monitoring, "ChangedCpu", "Threshold"), Some(&Node::Number(75.5)));
    assert!(alarms.alarm(AuroraAlarm::Deadlocks).is_none());
    assert_eq!(alarms.all().count(), serverless().len() - 1);
}

#[test]
fn arithmetic_and_bands_become_queries() {
    let mut program = Program::<Prod>::new();
    let database = program.data.add("Database", good(&program));
    let (mut monitoring, topic) = monitoring::<Prod>();
    let share = database.metric(AuroraMetric::Deadlocks).sum().or_else(0.0)
        / database.metric(AuroraMetric::DatabaseConnections).average()
        * 100.0;
    monitoring.add(
        "Share",
        Alarm::when(share, Condition::AtLeast(5.0), MissingData::NotBreaching).notify(&topic),
    );
    let connections = database.metric(AuroraMetric::DatabaseConnections).average();
    monitoring.add(
        "Connections",
        Alarm::when(connections, Condition::OutsideBand(2.0), MissingData::Ignore)
            .period(Period::OneHour)
            .notify(&topic),
    );
    let share = resource(monitoring.model(), "Share");
    assert_eq!(text(share, "Metrics/0/Expression"), "((FILL(m1, 0) / m2) * 100)");
    assert_eq!(text(share, "Metrics/2/MetricStat/Metric/MetricName"), "DatabaseConnections");
    assert_eq!(share.properties().at("Metrics/2/ReturnData"), Some(&Node::Bool(false)));
    assert!(share.properties().at("MetricName").is_none());
    let band = resource(monitoring.model(), "Connections");
    assert_eq!(text(band, "ThresholdMetricId"), "expected");
    assert_eq!(text(band, "Metrics/1/Expression"), "ANOMALY_DETECTION_BAND(watched, 2)");
    assert_eq!(text(band, "ComparisonOperator"), "LessThanLowerOrGreaterThanUpperThreshold");
    assert!(band.properties().at("Threshold").is_none());
    assert_eq!(band.properties().at("Metrics/0/MetricStat/Period"), Some(&Node::Integer(3_600)));
    assert_eq!(findings(program.app().stack(monitoring)), []);
}

#[test]
fn an_alarm_tells_each_topic_once() {
    let mut program = Program::<Prod>::new();
    let database = program.data.add("Database", good(&program));
    let (mut monitoring, topic) = monitoring::<Prod>();
    let pager = monitoring.add("Pager", AlarmTopic::builder().build());
    let latency = database.metric(AuroraMetric::CommitLatency).percentile(Percentile::P99);
    let alarm = Alarm::when(latency, Condition::Above(20.0), MissingData::NotBreaching)
        .datapoints(Datapoints::any(2, 3))
        .notify(&topic)
        .notify(&pager);
    monitoring.add("Latency", alarm);
    let alarm = resource(monitoring.model(), "Latency");
    let actions = alarm.properties().at("AlarmActions").and_then(Node::as_list).unwrap();
    assert_eq!(actions.len(), 2);
    assert_eq!(text(alarm, "ExtendedStatistic"), "p99");
    assert_eq!(alarm.properties().at("DatapointsToAlarm"), Some(&Node::Integer(2)));
    assert_eq!(alarm.properties().at("EvaluationPeriods"), Some(&Node::Integer(3)));
}

#[test]
fn a_topic_is_encrypted_and_lets_only_this_accounts_services_publish() {
    let mut stack = environment::<Prod>().stack("monitoring");
    let key = stack.add("Topics", KmsKey::<Sns>::new());
    let topic = AlarmTopic::builder()
        .key(&key)
        .subscribers([
            Subscriber::email(email!("oncall@innovate.example")),
            Subscriber::https("https://pager.example/hook"),
        ])
        .publishers([Publisher::Backup])
        .build();
    let topic = stack.add("Alerts", topic);
    assert_eq!(topic.name(), "innovate-prod-monitoring-alerts");
    let made = resource(stack.model(), "Alerts");
    let key = made.properties().at("KmsMasterKeyId").and_then(Node::as_reference).unwrap();
    assert_eq!(key.target.logical_id(), "Topics");
    let policy = resource(stack.model(), "AlertsPolicy");
    let statements =
        policy.properties().at("PolicyDocument/Statement").and_then(Node::as_list).unwrap();
    let sids: Vec<_> =
        statements.iter().filter_map(|statement| statement.get("Sid")?.as_text()).collect();
    assert_eq!(sids, ["PublishByAlarms", "PublishByBackup", "DenyWithoutTls"]);
    for statement in statements.iter().filter(|found| found.at("Principal/Service").is_some()) {
        let account = statement.at("Condition/StringEquals/aws:SourceAccount");
        assert_eq!(account.and_then(Node::as_text), Some("444455556666"), "{statement:?}");
    }
    let endpoint =
        text(resource(stack.model(), "AlertsSubscriptionOncallInnovateExample"), "Endpoint");
    assert_eq!(endpoint, "oncall@innovate.example");
    assert_eq!(findings(App::new("test").stack(stack)), []);
}

#[test]
fn who_stays_subscribed_keeps_its_id_when_another_goes() {
    let ids = |subscribers: Vec<Subscriber>| {
        let mut stack = environment::<Prod>().stack("monitoring");
        stack.add("Alerts", AlarmTopic::builder().subscribers(subscribers).build());
        let subscriptions = stack.model().resources().iter();
        let subscriptions =
            subscriptions.filter(|made| made.type_name() == "AWS::SNS::Subscription");
        subscriptions.map(|made| made.logical_id().to_owned()).collect::<Vec<_>>()
    };
    let on_call = || Subscriber::email(email!("oncall@innovate.example"));
    let pager = || Subscriber::https("https://pager.innovate.example/alarms");
    let both = ids(vec![on_call(), pager()]);
    assert_eq!(both.len(), 2);
    assert_eq!(ids(vec![pager()]), both[1..]);
}

fn one(found: &[Diagnostic]) -> &Diagnostic {
    match found {
        [one] => one,
        other => panic!("not one finding: {other:#?}"),
    }
}

#[test]
fn a_web_hook_without_tls_is_refused() {
    let mut stack = environment::<Prod>().stack("monitoring");
    let hook = Subscriber::https("http://pager.example/hook");
    stack.add("Alerts", AlarmTopic::builder().subscribers([hook]).build());
    let found = findings(App::new("test").stack(stack));
    let found = one(&found);
    assert_eq!((found.code(), found.setter_name()), ("ALM-03", Some("subscribers")));
    assert_eq!(found.given_value(), Some("http://pager.example/hook"));
}

#[test]
fn an_alarm_does_not_tell_a_topic_of_another_region() {
    let mut program = Program::<Prod>::new();
    let database = program.data.add("Database", good(&program));
    let mut edge = environment::<Prod>().us_east_1_stack("edge");
    let topic = edge.add("Alerts", AlarmTopic::builder().build());
    let mut monitoring = environment::<Prod>().stack("monitoring");
    let alarms = database.alarms().notify(&topic);
    monitoring.add("Database", alarms);
    let found = findings(program.app().stack(edge).stack(monitoring));
    assert_eq!(found.len(), serverless().len(), "{found:#?}");
    assert_eq!((found[0].code(), found[0].setter_name()), ("ALM-01", Some("notify")));
    assert_eq!(found[0].given_value(), Some("`Alerts` in us-east-1"));
    assert_eq!(found[0].allowed_values(), Some("a topic in eu-west-1"));
}

#[test]
fn what_cloudformation_says_of_alarms_and_topics_holds() {
    let mut program = Program::<Prod>::new();
    let database = program.data.add("Database", good(&program));
    let (mut monitoring, topic) = monitoring::<Prod>();
    monitoring.add("Database", database.alarms().notify(&topic));
    let synthesis = synth_with_registry(program.app().stack(monitoring));
    assert_eq!(crate::program::problems(&synthesis), Vec::<String>::new());
}

#[test]
fn what_is_said_about_an_alarm_that_is_not_there_is_refused() {
    let mut program = Program::<Prod>::new();
    let database = program.data.add("Database", good(&program));
    let (mut monitoring, topic) = monitoring::<Prod>();
    let alarms = database.alarms().threshold(AuroraAlarm::LocalStorage, 1);
    monitoring.add("Database", alarms.notify(&topic));
    let found = findings(program.app().stack(monitoring));
    let found = one(&found);
    assert_eq!((found.code(), found.setter_name()), ("ALM-03", Some("threshold")));
    assert_eq!(found.given_value(), Some("LocalStorage"));
    assert!(found.allowed_values().is_some_and(|allowed| allowed.starts_with("Cpu, Memory, ")));
}

#[test]
fn what_happens_to_a_database_and_its_instances_is_told() {
    let mut program = Program::<Prod>::new();
    let database = program.data.add("Database", good(&program));
    let (mut monitoring, topic) = monitoring::<Prod>();
    monitoring.add("Events", DatabaseEvents::of(&database, &topic));
    let listed = |id: &str, path: &str| {
        let list = at(&monitoring, id, path).and_then(Node::as_list).unwrap();
        list.iter().filter_map(Node::as_text).collect::<Vec<_>>()
    };
    assert_eq!(listed("Events", "EventCategories"), ["failover", "failure", "maintenance"]);
    let of_instances = ["failover", "failure", "low storage", "maintenance"];
    assert_eq!(listed("EventsInstances", "EventCategories"), of_instances);
    for (id, kind, source) in [
        ("Events", "db-cluster", "AWS::RDS::DBCluster"),
        ("EventsInstances", "db-instance", "AWS::RDS::DBInstance"),
    ] {
        let events = resource(monitoring.model(), id);
        assert_eq!(text(events, "SourceType"), kind);
        let sources = events.properties().at("SourceIds").and_then(Node::as_list).unwrap();
        let of = program.data.model();
        let types = sources.iter().map(|found| {
            let target = found.as_reference().unwrap().target.logical_id();
            of.resource(target).unwrap().type_name()
        });
        assert!(types.eq(vec![source; sources.len()]) && !sources.is_empty());
        let policy = events.depends_on().first().map(|found| found.logical_id());
        assert_eq!(policy, Some("AlertsPolicy"), "RDS publishes when it is subscribed");
    }
    let synthesis = synth_with_registry(program.app().stack(monitoring));
    assert_eq!(crate::program::problems(&synthesis), Vec::<String>::new());
}

#[test]
fn rds_tells_topics_of_its_region_that_let_it() {
    let mut program = Program::<Prod>::new();
    let database = program.data.add("Database", good(&program));
    let mut monitoring = environment::<Prod>().stack("monitoring");
    let topic = AlarmTopic::builder().publishers([Publisher::Backup]).build();
    let topic = monitoring.add("Alerts", topic);
    monitoring.add("Events", DatabaseEvents::of(&database, &topic));
    let found = findings(program.app().stack(monitoring));
    let found = one(&found);
    assert_eq!((found.code(), found.setter_name()), ("ALM-03", Some("of")));
    assert_eq!(found.given_value(), Some(topic.name()));

    let mut program = Program::<Prod>::new();
    let database = program.data.add("Database", good(&program));
    let mut edge = environment::<Prod>().us_east_1_stack("edge");
    let topic = edge.add("Alerts", AlarmTopic::builder().build());
    let mut monitoring = environment::<Prod>().stack("monitoring");
    monitoring.add("Events", DatabaseEvents::of(&database, &topic));
    let found = findings(program.app().stack(edge).stack(monitoring));
    let found = found.iter().find(|found| found.code() == "ALM-03").unwrap();
    assert_eq!(
        (found.given_value(), found.allowed_values()),
        (Some("us-east-1"), Some("eu-west-1"))
    );
}
