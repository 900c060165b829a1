//! Composite alarms, dashboards, counts of what stands in logs, and traces.

use innovate_aws::{
    cluster::{ClusterMetric, EksCluster, KubernetesVersion},
    database::AuroraMetric,
    edge::DistributionMetric,
    name,
    observability::{
        Alarm, AlarmHandle, AlarmTopic, CompositeAlarm, Condition, Dashboard, DataIdentifier,
        DataProtectionPolicy, FieldPattern, LogGroup, LogMetric, LogPattern, MissingData,
        PromQlAlarm, Retention, Tracing, Widget,
    },
};
use innovate_core::{App, Node, Prod, Resource, Stack, value::Intrinsic};
use serde_json::Value as Json;

use crate::{
    alarm::monitoring,
    database::{Program, good},
    program::{Platform, findings, of_type, resource, synth_with_registry, text},
};

/// The text of a value, with `<>` for what is known only at deployment.
fn flat(node: &Node) -> String {
    match node {
        Node::Text(text) => text.to_string(),
        Node::Intrinsic(intrinsic) => match &**intrinsic {
            Intrinsic::Concat(parts) => parts.iter().map(flat).collect(),
            _ => "<>".to_owned(),
        },
        other => panic!("{other:?}"),
    }
}

fn property(resource: &Resource, path: &str) -> String {
    flat(resource.properties().at(path).unwrap_or_else(|| panic!("no {path}")))
}

#[test]
fn one_page_stands_for_many_symptoms() {
    let mut program = Program::<Prod>::new();
    let database = program.data.add("Database", good(&program));
    let (mut stack, topic) = monitoring::<Prod>();
    let pager = stack.add("Pager", AlarmTopic::builder().build());
    let alarms = stack.add("Database", database.alarms().notify(&topic));
    let two: Vec<&AlarmHandle> = alarms.all().take(2).collect();
    let page = CompositeAlarm::any(two.clone()).describe("Look at the database").notify(&pager);
    let page = stack.add("Page", page);
    stack.add("Both", CompositeAlarm::all(two).notify(&pager));
    assert_eq!(page.name(), "innovate-prod-monitoring-page");
    let rule = |id: &str| property(resource(stack.model(), id), "AlarmRule");
    assert_eq!(rule("Page"), "ALARM(\"<>\") OR ALARM(\"<>\")");
    assert_eq!(rule("Both"), "ALARM(\"<>\") AND ALARM(\"<>\")");
    let actions = resource(stack.model(), "Page").properties().at("AlarmActions/0").unwrap();
    assert_eq!(actions.as_reference().map(|found| found.target.logical_id()), Some("Pager"));
    assert_eq!(findings(program.app().stack(stack)), []);
}

#[test]
fn a_composite_alarm_over_nothing_is_refused() {
    let (mut stack, topic) = monitoring::<Prod>();
    stack.add("Page", CompositeAlarm::any([]).notify(&topic));
    let found = findings(App::new("test").stack(stack));
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].code(), found[0].given_value()), ("ALM-03", Some("0")));
}

#[test]
fn a_query_in_promql_has_its_own_way_to_wait() {
    let (mut stack, topic) = monitoring::<Prod>();
    stack.add("Restarts", PromQlAlarm::when("rate(restarts[5m]) > 1").notify(&topic));
    let alarm = resource(stack.model(), "Restarts");
    assert_eq!(text(alarm, "EvaluationCriteria/PromQLCriteria/Query"), "rate(restarts[5m]) > 1");
    assert_eq!(alarm.properties().at("EvaluationInterval"), Some(&Node::Integer(60)));
    assert_eq!(findings(App::new("test").stack(stack)), []);
}

#[test]
fn a_dashboard_is_json_that_cloudwatch_takes() {
    let mut program = Program::<Prod>::new();
    let database = program.data.add("Database", good(&program));
    let (mut stack, topic) = monitoring::<Prod>();
    let alarms = stack.add("Database", database.alarms().notify(&topic));
    let share = database.metric(AuroraMetric::Deadlocks).sum().or_else(0.0)
        / database.metric(AuroraMetric::DatabaseConnections).average();
    let cpu = database.metric(AuroraMetric::CpuUtilization);
    let network = &program.vpc;
    let drops = network.nat_signal(innovate_aws::network::NatMetric::PacketsDropped).unwrap();
    let overview = Dashboard::new()
        .section("Alarms", [Widget::alarms("All \"of\" them", alarms.all())])
        .section(
            "Data",
            [
                Widget::line("CPU", [cpu.clone().average(), cpu.maximum()]),
                Widget::line("Deadlocks", [share]),
                Widget::number("Drops", [drops]),
                Widget::line("Memory", [database.metric(AuroraMetric::FreeableMemory).minimum()]),
            ],
        );
    stack.add("Overview", overview);
    let dashboard = resource(stack.model(), "Overview");
    assert_eq!(text(dashboard, "DashboardName"), "innovate-prod-monitoring-overview");
    let body: Json = serde_json::from_str(&property(dashboard, "DashboardBody")).unwrap();
    let widgets = body["widgets"].as_array().unwrap();
    assert_eq!(widgets.len(), 7);
    assert_eq!(widgets[1]["properties"]["title"], "All \"of\" them");
    assert_eq!(widgets[1]["properties"]["alarms"].as_array().unwrap().len(), alarms.all().count());
    let line = &widgets[3]["properties"];
    assert_eq!(line["region"], "eu-west-1");
    assert_eq!(line["metrics"][0][1], "CPUUtilization");
    assert_eq!(line["metrics"][1][4]["stat"], "Maximum");
    let reckoned = &widgets[4]["properties"]["metrics"];
    assert_eq!(reckoned[0][0]["expression"], "(FILL(s1m1, 0) / s1m2)");
    assert_eq!(
        (&reckoned[2][4]["id"], &reckoned[2][4]["visible"]),
        (&"s1m2".into(), &false.into())
    );
    let found = widgets[5]["properties"]["metrics"][0][0]["expression"].as_str().unwrap();
    assert!(found.ends_with("WHERE NatGatewayId = '<>'"), "{found}");
    let places: Vec<_> = widgets
        .iter()
        .map(|each| (each["x"].as_i64().unwrap(), each["y"].as_i64().unwrap()))
        .collect();
    assert_eq!(places, [(0, 0), (0, 1), (0, 7), (0, 8), (8, 8), (16, 8), (0, 14)]);
    let synthesis = synth_with_registry(program.app().stack(stack));
    assert_eq!(crate::program::problems(&synthesis), Vec::<String>::new());
}

#[test]
fn a_dashboard_with_too_many_metrics_is_refused() {
    let (platform, cluster, _) = Platform::<Prod>::new().with_cluster();
    let (mut stack, _) = monitoring::<Prod>();
    let many = std::iter::repeat_n(cluster.metric(ClusterMetric::NodeCpu).average(), 501);
    stack.add("Overview", Dashboard::new().section("Nodes", [Widget::line("CPU", many)]));
    let Platform { keys, network, compute, .. } = platform;
    let found = findings(App::new("test").stacks([keys, network, compute, stack]));
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!((found[0].code(), found[0].given_value()), ("ALM-03", Some("501")));
    assert_eq!(DistributionMetric::Requests.name(), "Requests");
}

#[test]
fn errors_in_the_application_log_are_counted_and_watched() {
    let (platform, cluster, _) = Platform::<Prod>::new().with_cluster();
    let (mut stack, topic) = monitoring::<Prod>();
    let pattern = LogPattern::field("$.log_processed.level", "er\"ror");
    assert_eq!(pattern.as_str(), "{ $.log_processed.level = \"er\\\"ror\" }");
    assert_eq!(LogPattern::text("Out of memory").as_str(), "\"Out of memory\"");
    let errors = stack.add("Errors", LogMetric::count(pattern, cluster.application_logs()));
    assert_eq!(
        (errors.namespace(), errors.name()),
        ("innovate-prod", "innovate-prod-monitoring-errors")
    );
    let alarm = Alarm::when(errors.sum(), Condition::Above(10.0), MissingData::NotBreaching);
    stack.add("ManyErrors", alarm.notify(&topic));
    let filter = resource(stack.model(), "Errors");
    let group = filter.properties().at("LogGroupName").and_then(Node::as_reference).unwrap();
    let of = platform.compute.model().resource(group.target.logical_id()).unwrap();
    assert_eq!(text(of, "LogGroupName"), "/aws/containerinsights/innovate-prod/application");
    assert_eq!(
        filter.properties().at("MetricTransformations/0/DefaultValue"),
        Some(&Node::Integer(0))
    );
    let Platform { keys, network, compute, .. } = platform;
    assert_eq!(findings(App::new("test").stacks([keys, network, compute, stack])), []);
}

#[test]
fn a_pattern_that_cloudwatch_logs_refuses_is_refused() {
    let found = |pattern: LogPattern| {
        let (platform, cluster, _) = Platform::<Prod>::new().with_cluster();
        let (mut stack, _) = monitoring::<Prod>();
        stack.add("Errors", LogMetric::count(pattern, cluster.application_logs()));
        let Platform { keys, network, compute, .. } = platform;
        let found = findings(App::new("test").stacks([keys, network, compute, stack]));
        assert!(found.iter().all(|found| found.code() == "ALM-03"), "{found:#?}");
        found.iter().map(|found| found.given_value().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let good = FieldPattern::is("$.log_processed.level", "error");
    assert_eq!(found(good.clone().into()), Vec::<String>::new());
    assert_eq!(found(LogPattern::field("level", "error")), ["level"]);
    let joined = good.and(FieldPattern::at_least("$.status code", 500));
    assert_eq!(found(joined.into()), ["$.status code"]);
    assert_eq!(found(LogPattern::text(&"x".repeat(1_023))), ["1025 characters"]);
    assert_eq!(found(LogPattern::text(&"x".repeat(1_022))), Vec::<String>::new());
}

#[test]
fn fields_of_a_log_are_joined_as_the_program_reads() {
    let api = FieldPattern::is("$.kubernetes.namespace_name", "api");
    let slow = FieldPattern::at_least("$.log_processed.milliseconds", 500);
    let error = FieldPattern::is("$.log_processed.level", "error");
    let pattern = LogPattern::from(api.clone().and(error.clone().or(slow.clone())));
    assert_eq!(
        pattern.as_str(),
        "{ ($.kubernetes.namespace_name = \"api\") && (($.log_processed.level = \"error\") || \
         ($.log_processed.milliseconds >= 500)) }"
    );
    let other_way = LogPattern::from(api.and(error).or(slow));
    assert_eq!(
        other_way.as_str(),
        "{ (($.kubernetes.namespace_name = \"api\") && ($.log_processed.level = \"error\")) || \
         ($.log_processed.milliseconds >= 500) }"
    );
}

#[test]
fn traces_are_searched_and_their_log_is_kept() {
    let (platform, ..) = Platform::<Prod>::new().with_cluster();
    let (mut stack, _): (Stack<Prod>, _) = monitoring::<Prod>();
    stack
        .add("Tracing", Tracing::builder().logs_key(&platform.logs_key).indexed_percent(5).build());
    let group = resource(stack.model(), "TracingSignals");
    assert_eq!(text(group, "LogGroupName"), "/aws/application-signals/data");
    assert_eq!(group.properties().at("RetentionInDays"), Some(&Node::Integer(365)));
    let search = of_type(stack.model(), "AWS::XRay::TransactionSearchConfig");
    assert_eq!(search[0].properties().at("IndexingPercentage"), Some(&Node::Integer(5)));
    let policy = resource(stack.model(), "TracingSpansPolicy");
    let statement = policy.properties().at("PolicyDocument/Statement/0").unwrap();
    let account = statement.at("Condition/StringEquals/aws:SourceAccount").and_then(Node::as_text);
    assert_eq!(account, Some("444455556666"));
    let Platform { keys, network, compute, .. } = platform;
    let app = App::new("test").stacks([keys, network, compute, stack]);
    assert_eq!(crate::program::problems(&synth_with_registry(app)), Vec::<String>::new());
}

#[test]
fn what_is_masked_in_a_log_is_found_and_hidden() {
    let platform = Platform::<Prod>::new();
    let masked = DataProtectionPolicy::masking(DataIdentifier::PhoneNumberDe)
        .and(DataIdentifier::EmailAddress)
        .and(DataIdentifier::PhoneNumberDe);
    let (mut stack, _) = monitoring::<Prod>();
    let group = LogGroup::builder().retention(Retention::OneYear).key(&platform.logs_key);
    stack.add("Orders", group.clone().data_protection(masked.clone()).build());
    stack.add("Plain", group.build());
    let found = |id| resource(stack.model(), id).properties().at("DataProtectionPolicy").cloned();
    assert_eq!(found("Plain"), None);
    let policy = found("Orders").unwrap();
    assert_eq!(policy.at("Version").and_then(Node::as_text), Some("2021-06-01"));
    let kinds = |statement: usize| -> Vec<String> {
        let path = format!("Statement/{statement}/DataIdentifier");
        policy.at(&path).and_then(Node::as_list).unwrap().iter().map(flat).collect()
    };
    let arn = |name| format!("arn:<>:dataprotection::aws:data-identifier/{name}");
    assert_eq!(kinds(0), [arn("EmailAddress"), arn("PhoneNumber-DE")]);
    assert_eq!(kinds(0), kinds(1), "what is masked must be looked for");
    assert!(policy.at("Statement/0/Operation/Audit/FindingsDestination").is_some());
    assert!(policy.at("Statement/1/Operation/Deidentify/MaskConfig").is_some());

    let mut platform = platform;
    let cluster = EksCluster::builder()
        .version(KubernetesVersion::V1_35)
        .network(platform.vpc.private(), platform.vpc.intra())
        .administrator(name!(RoleName: "innovate-eks-admin"))
        .secrets_key(&platform.secrets_key)
        .volume_key(&platform.volume_key)
        .logs_key(&platform.logs_key)
        .application_log_protection(masked)
        .build();
    platform.compute.add("Cluster", cluster);
    let groups = of_type(platform.compute.model(), "AWS::Logs::LogGroup");
    let masked: Vec<_> = groups
        .iter()
        .filter(|group| group.properties().at("DataProtectionPolicy").is_some())
        .map(|group| text(group, "LogGroupName"))
        .collect();
    assert_eq!(masked, ["/aws/containerinsights/innovate-prod/application"]);
    let Platform { keys, network, compute, .. } = platform;
    let app = App::new("test").stacks([keys, network, compute, stack]);
    assert_eq!(crate::program::problems(&synth_with_registry(app)), Vec::<String>::new());
}
