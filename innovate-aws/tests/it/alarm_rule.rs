//! The rules about alarms: each test breaks a good program in just one way.

use innovate_aws::database::AuroraAlarm;
use innovate_cfn::{
    cloudwatch::{self, alarm},
    kind::KeyIdentifier,
    sns,
};
use innovate_core::{App, Diagnostic, Node, Prod, Stack, Value};

use crate::{
    alarm::monitoring,
    database::{Program, good},
    program::{environment, findings},
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
        stack.override_property("DatabaseCpu", "AlarmActions", Node::List(Vec::new()));
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
        stack.override_property("DatabaseCpu", "AlarmActions", Node::List(Vec::new()));
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
