//! The rules about alarms: each test breaks a good program in just one way.

use innovate_aws::{
    cluster::ClusterAlarm,
    database::AuroraAlarm,
    observability::AlarmTopic,
    security::{Regional, WebAcl},
};
use innovate_cfn::{
    cloudwatch::{self, alarm},
    kind::KeyIdentifier,
    sns,
};
use innovate_core::{App, Diagnostic, Node, Prod, Severity, Stack, Value};

use crate::{
    alarm::monitoring,
    backup::Vaults,
    database::{Program, good},
    edge::Edge,
    program::{Platform, environment, findings, synth, with_code},
};

fn one(found: &[Diagnostic]) -> &Diagnostic {
    match found {
        [one] => one,
        other => panic!("not one finding: {other:#?}"),
    }
}

/// The good program, with one change to its stack of alarms.
fn broken(change: impl FnOnce(&mut Stack<Prod>)) -> Vec<Diagnostic> {
    let mut program = Program::<Prod>::new();
    let database = program.data.add("Database", good(&program));
    let (mut monitoring, topic) = monitoring::<Prod>();
    monitoring.add("Database", database.alarms().without(AuroraAlarm::Memory).notify(&topic));
    change(&mut monitoring);
    findings(program.app().stack(monitoring))
}

#[test]
fn a_good_program_has_no_finding() {
    assert_eq!(broken(|_| {}), []);
}

#[test]
fn an_alarm_without_an_action_is_refused() {
    let found = broken(|stack| {
        stack.override_property("DatabaseCpu", "AlarmActions", Node::list([]));
    });
    let found = one(&found);
    assert_eq!((found.code(), found.property_path()), ("ALM-01", Some("AlarmActions")));
    assert_eq!(found.message(), "the alarm `DatabaseCpu` tells nobody that it went off");
    let found = broken(|stack| {
        stack.override_property("DatabaseCpu", "ActionsEnabled", Node::Bool(false));
    });
    assert_eq!(one(&found).message(), "the actions of the alarm `DatabaseCpu` are switched off");
}

#[test]
fn an_alarm_that_a_composite_looks_at_needs_no_action_of_its_own() {
    let silent = |stack: &mut Stack<Prod>| {
        stack.override_property("DatabaseCpu", "AlarmActions", Node::list([]));
        let page = cloudwatch::CompositeAlarm::new(
            "ALARM(\"innovate-prod-monitoring-database-cpu\") OR FALSE",
        );
        stack.add("Page", page.alarm_actions(["arn:aws:sns:eu-west-1:444455556666:pager"]));
    };
    assert_eq!(broken(silent), []);
    let found = broken(|stack| {
        stack.add("Page", cloudwatch::CompositeAlarm::new("ALARM(\"other\")"));
    });
    assert_eq!(one(&found).message(), "the alarm `Page` tells nobody that it went off");
}

#[test]
fn an_alarm_says_what_missing_data_means() {
    let found = broken(|stack| {
        let alarm = cloudwatch::Alarm::new()
            .namespace("AWS/RDS")
            .metric_name("CPUUtilization")
            .dimensions([alarm::Dimension::new("DBClusterIdentifier", "orders")])
            .alarm_actions(["arn:aws:sns:eu-west-1:444455556666:pager"]);
        stack.add("Raw", alarm);
    });
    let found = one(&found);
    assert_eq!((found.code(), found.property_path()), ("ALM-01", Some("TreatMissingData")));
    assert_eq!(found.allowed_values(), Some("breaching, notBreaching, ignore or missing"));
}

#[test]
fn a_topic_with_a_key_of_aws_drops_what_alarms_publish() {
    let mut stack = environment::<Prod>().stack("monitoring");
    let own = Value::<KeyIdentifier>::literal("alias/aws/sns");
    let topic = stack.add("Alerts", sns::Topic::new().kms_master_key_id(own));
    let alarm = cloudwatch::Alarm::new()
        .treat_missing_data(alarm::TreatMissingData::BREACHING)
        .alarm_actions([topic.reference()]);
    stack.add("Raw", alarm);
    let found = findings(App::new("test").stack(stack));
    let found = one(&found);
    assert_eq!(found.message(), "what the alarm `Raw` publishes to `Alerts` is dropped");
    let given = "a topic encrypted with `alias/aws/sns`, which alarms can't use";
    assert_eq!((found.code(), found.given_value()), ("ALM-01", Some(given)));
    assert_eq!(found.related_places().len(), 1);
}

#[test]
fn a_topic_of_another_region_is_refused() {
    let mut edge = environment::<Prod>().us_east_1_stack("edge");
    let topic = edge.add("Alerts", innovate_aws::observability::AlarmTopic::builder().build());
    let mut stack = environment::<Prod>().stack("monitoring");
    let alarm = cloudwatch::Alarm::new()
        .treat_missing_data(alarm::TreatMissingData::BREACHING)
        .alarm_actions([topic.arn()]);
    stack.add("Raw", alarm);
    let found = findings(App::new("test").stack(edge).stack(stack));
    let found = one(&found);
    assert_eq!(found.message(), "the alarm `Raw` tells a topic of another region");
    assert_eq!(found.given_value(), Some("`Alerts` in us-east-1"));
}

/// What is found about a raw alarm on a metric, in the good program.
fn raw(alarm: cloudwatch::Alarm) -> Vec<Diagnostic> {
    broken(|stack| {
        let alarm = alarm
            .treat_missing_data(alarm::TreatMissingData::NOT_BREACHING)
            .alarm_actions(["arn:aws:sns:eu-west-1:444455556666:pager"]);
        stack.add("Raw", alarm);
    })
}

fn on(
    namespace: &'static str,
    metric: &'static str,
    dimensions: &[&'static str],
) -> cloudwatch::Alarm {
    let dimensions: Vec<_> =
        dimensions.iter().map(|name| alarm::Dimension::new(*name, "eu-west-1")).collect();
    cloudwatch::Alarm::new().namespace(namespace).metric_name(metric).dimensions(dimensions)
}

#[test]
fn a_metric_that_nobody_publishes_is_refused_with_the_nearest() {
    for good in [
        on("AWS/SQS", "ApproximateAgeOfOldestMessage", &["QueueName"]),
        on("AWS/ApplicationELB", "RequestCount", &["TargetGroup", "LoadBalancer"]),
        on("AWS/WAFV2", "BlockedRequests", &["WebACL", "Rule", "Region"]),
        on("AWS/Backup", "NumberOfBackupJobsFailed", &[]),
        on("AWS/DynamoDB", "WhoKnows", &["TableName"]),
        on("Innovate/Orders", "Refused", &[]),
    ] {
        assert_eq!(raw(good), []);
    }
    let found = raw(on("AWS/SQS", "ApproximateAgeOfOldestMesage", &["QueueName"]));
    let found = one(&found);
    assert_eq!(found.message(), "`AWS/SQS` has no metric `ApproximateAgeOfOldestMesage`");
    assert_eq!(found.help_texts(), ["there is `ApproximateAgeOfOldestMessage`"]);
    let found = raw(on("AWS/Sqs", "NumberOfMessagesSent", &["QueueName"]));
    assert_eq!(one(&found).help_texts(), ["there is `AWS/SQS`"]);
}

#[test]
fn a_metric_with_dimensions_that_nobody_publishes_is_refused() {
    let found = raw(on("AWS/ApplicationELB", "HTTPCode_ELB_5XX_Count", &["TargetGroup"]));
    let found = one(&found);
    assert_eq!((found.code(), found.given_value()), ("ALM-01", Some("TargetGroup")));
    assert_eq!(found.allowed_values(), Some("`LoadBalancer` or `AvailabilityZone, LoadBalancer`"));
    let metric = alarm::Metric::new().namespace("AWS/RDS").metric_name("CPUUtilisation");
    let query = alarm::MetricDataQuery::new("m1")
        .metric_stat(alarm::MetricStat::new(metric, 60, "Average"))
        .return_data(true);
    let found = raw(cloudwatch::Alarm::new().metrics([query]));
    let found = one(&found);
    assert_eq!(found.property_path(), Some("Metrics/0"));
    assert_eq!(found.help_texts(), ["there is `CPUUtilization`"]);
    let query = alarm::MetricDataQuery::new("q1").expression(
        "SELECT SUM(HTTPCode_Target_5XX) FROM SCHEMA(\"AWS/ApplicationELB\", LoadBalancer)",
    );
    let found = raw(cloudwatch::Alarm::new().metrics([query]));
    assert_eq!(one(&found).message(), "`AWS/ApplicationELB` has no metric `HTTPCode_Target_5XX`");
}

#[test]
fn an_alarm_is_where_its_metric_is() {
    let found = raw(on("AWS/CloudFront", "5xxErrorRate", &["DistributionId", "Region"]));
    let found = one(&found);
    assert_eq!(
        (found.given_value(), found.allowed_values()),
        (Some("eu-west-1"), Some("us-east-1"))
    );
    assert_eq!(found.help_texts(), ["add the alarm to a stack in us-east-1"]);
    let found = raw(on("AWS/WAFV2", "BlockedRequests", &["WebACL", "Rule"]));
    assert_eq!(one(&found).allowed_values(), Some("us-east-1"), "no region: of CloudFront");
}

#[test]
fn production_watches_what_it_runs_on() {
    let (platform, cluster, _) = Platform::<Prod>::new().with_cluster();
    let (mut stack, topic) = monitoring::<Prod>();
    let acl = stack.add("WebAcl", WebAcl::<Regional>::builder().build());
    let nodes = cluster.alarms().without(ClusterAlarm::NodeMemory);
    stack.add("Cluster", nodes.notify(&topic));
    let Platform { keys, network, compute, .. } = platform;
    let parts = [keys, network, compute];
    let app = App::new("test").stacks(parts);
    let synthesis = synth(app.stack(stack));
    let found = with_code(&synthesis, "ALM-02");
    let said: Vec<_> = found.iter().map(|found| found.message()).collect();
    let expected = [
        "of `WebAcl` no alarm watches what it blocks",
        "of `Cluster` no alarm watches its nodes' memory",
    ];
    assert_eq!(said, expected);
    assert!(
        found.iter().all(|found| found.severity() == Severity::Warning && found.place().is_some())
    );
    assert_eq!(found[0].help_texts(), ["add `acl.alarms().notify(&topic)`"]);
    assert!(acl.capacity() > 0);
}

#[test]
fn production_that_is_watched_has_nothing_to_say() {
    let (platform, cluster, _) = Platform::<Prod>::new().with_cluster();
    let (mut stack, topic) = monitoring::<Prod>();
    let acl = stack.add("WebAcl", WebAcl::<Regional>::builder().build());
    stack.add("Cluster", cluster.alarms().notify(&topic));
    stack.add("Protection", acl.alarms().notify(&topic));
    let Platform { keys, network, compute, .. } = platform;
    let synthesis = synth(App::new("test").stacks([keys, network, compute, stack]));
    assert_eq!(with_code(&synthesis, "ALM-02").len(), 0);
    let (platform, ..) = Platform::<innovate_core::Dev>::new().with_cluster();
    assert_eq!(with_code(&platform.synth(), "ALM-02").len(), 0, "elsewhere nobody must");
}

#[test]
fn production_without_any_alarm_is_not_watched() {
    let (platform, ..) = Platform::<Prod>::new().with_cluster();
    let synthesis = platform.synth();
    let said: Vec<_> =
        with_code(&synthesis, "ALM-02").iter().map(|found| found.message().to_owned()).collect();
    let expected = [
        "of `Cluster` no alarm watches its nodes' CPU",
        "of `Cluster` no alarm watches its nodes' memory",
    ];
    assert_eq!(said, expected);
}

#[test]
fn each_vault_of_production_is_watched_in_its_region() {
    let said = |app| -> Vec<String> {
        let synthesis = synth(app);
        let found = with_code(&synthesis, "ALM-02");
        let about = |found: &&&Diagnostic| found.message().ends_with("whether backups come to it");
        found.iter().filter(about).map(|found| found.message().to_owned()).collect()
    };
    let unwatched = said(Vaults::new().app());
    assert_eq!(unwatched.len(), 2, "{unwatched:?}");

    let watched_at_home = || {
        let mut vaults = Vaults::new();
        let topic = vaults.backup.add("Alerts", AlarmTopic::builder().build());
        vaults.backup.add("Backups", vaults.home_vault.alarms().notify(&topic));
        vaults
    };
    let one = said(watched_at_home().app());
    assert_eq!(one.len(), 1, "{one:?}");
    let mut vaults = watched_at_home();
    let topic = vaults.recovery.add("Alerts", AlarmTopic::builder().build());
    vaults.recovery.add("Copies", vaults.recovery_vault.alarms().notify(&topic));
    assert_eq!(said(vaults.app()), [""; 0]);
}

#[test]
fn a_distribution_of_production_is_watched_where_its_metrics_are() {
    let (mut edge, distribution) = Edge::<Prod>::new().with_distribution();
    let of = |app| {
        let synthesis = synth(app);
        let found = with_code(&synthesis, "ALM-02");
        let about = |found: &&&Diagnostic| found.message().starts_with("of `Distribution`");
        found.iter().filter(about).flat_map(|found| found.help_texts().to_vec()).collect::<Vec<_>>()
    };
    let (unwatched, _) = Edge::<Prod>::new().with_distribution();
    assert_eq!(of(unwatched.app()), ["add `distribution.alarms().notify(&topic)`"]);
    let (other, _) = Edge::<innovate_core::Dev>::new().with_distribution();
    assert_eq!(of(other.app()), Vec::<String>::new());
    let topic = edge.stack.add("Alerts", AlarmTopic::builder().build());
    edge.stack.add("Watched", distribution.alarms().notify(&topic));
    assert_eq!(of(edge.app()), Vec::<String>::new());
}
