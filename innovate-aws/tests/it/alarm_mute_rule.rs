//! Alarms that keep quiet for a while.

use innovate_aws::{
    database::AuroraAlarm,
    observability::{AlarmHandle, AlarmMuteRule, AlarmTopic, CompositeAlarm},
    schedule::Recurrence,
    security::{CloudFront, WebAcl},
    time_of_day, time_zone, weekly_window,
};
use innovate_core::{App, Diagnostic, Node, Prod, Resource, Stack};

use crate::{
    alarm::monitoring,
    database::{Program, good},
    program::{environment, findings, problems, resource, synth_with_registry, text},
};

/// The stack of alarms of a program, where what is said about its alarms is added.
fn program(add: impl FnOnce(&mut Stack<Prod>, &[&AlarmHandle])) -> (App, Stack<Prod>) {
    let mut program = Program::<Prod>::new();
    let database = program.data.add("Database", good(&program));
    let (mut stack, topic) = monitoring::<Prod>();
    let alarms = stack.add("Database", database.alarms().notify(&topic));
    let lag = alarms.alarm(AuroraAlarm::ReplicaLag).unwrap();
    let page = stack.add("Page", CompositeAlarm::any([lag]).notify(&topic));
    let all: Vec<&AlarmHandle> = alarms.all().collect();
    add(&mut stack, &all);
    stack.add(
        "Both",
        AlarmMuteRule::during(weekly_window!("sun:04:00-sun:05:30"))
            .alarms([lag])
            .alarms([lag])
            .composite(&page)
            .describe("The database is patched"),
    );
    (program.app(), stack)
}

fn targets(rule: &Resource) -> Vec<String> {
    let names = rule.properties().at("MuteTargets/AlarmNames").and_then(Node::as_list).unwrap();
    let id = |name: &Node| name.as_reference().unwrap().target.logical_id().to_owned();
    names.iter().map(id).collect()
}

#[test]
fn alarms_keep_quiet_while_a_database_is_patched() {
    let (app, stack) = program(|_, _| {});
    let rule = resource(stack.model(), "Both");
    assert_eq!(text(rule, "Name"), "innovate-prod-monitoring-both");
    assert_eq!(text(rule, "Rule/Schedule/Expression"), "cron(0 4 * * SUN)");
    assert_eq!(text(rule, "Rule/Schedule/Duration"), "PT1H30M");
    assert_eq!(text(rule, "Rule/Schedule/Timezone"), "UTC");
    assert_eq!(text(rule, "Description"), "The database is patched");
    assert_eq!(targets(rule), ["DatabaseReplicaLag", "Page"], "each once");
    assert_eq!(problems(&synth_with_registry(app.stack(stack))), Vec::<String>::new());
}

#[test]
fn alarms_keep_quiet_at_night_where_it_is_night() {
    let (_, stack) = program(|stack, alarms| {
        let evening = Recurrence::daily(time_of_day!("20:00"));
        let night = AlarmMuteRule::every(evening, time_zone!("Europe/Berlin"), 11 * 60);
        stack.add("Night", night.alarms(alarms.iter().copied()));
    });
    let rule = resource(stack.model(), "Night");
    assert_eq!(text(rule, "Rule/Schedule/Expression"), "cron(0 20 * * *)");
    assert_eq!(text(rule, "Rule/Schedule/Duration"), "PT11H");
    assert_eq!(text(rule, "Rule/Schedule/Timezone"), "Europe/Berlin");
}

/// What is found of one more rule in the good program.
fn found(rule: impl FnOnce(&[&AlarmHandle]) -> AlarmMuteRule) -> Diagnostic {
    let (app, stack) = program(|stack, alarms| {
        stack.add("Quiet", rule(alarms));
    });
    match findings(app.stack(stack)).as_slice() {
        [one] if one.code() == "ALM-03" => one.clone(),
        other => panic!("not one finding: {other:#?}"),
    }
}

#[test]
fn what_cloudwatch_refuses_to_mute_is_refused() {
    let daily = || Recurrence::daily(time_of_day!("20:00"));
    let zone = || time_zone!("Europe/Berlin");
    let nothing = found(|_| AlarmMuteRule::every(daily(), zone(), 60));
    assert_eq!(nothing.given_value(), Some("0"));
    for minutes in [0, 15 * 24 * 60 + 1] {
        let long = found(|alarms| {
            AlarmMuteRule::every(daily(), zone(), minutes).alarms(alarms.iter().copied())
        });
        assert_eq!(long.given_value(), Some(format!("{minutes} minutes").as_str()));
        assert_eq!(long.allowed_values(), Some("1 minute to 15 days"));
    }
}

#[test]
fn alarms_of_another_region_are_not_muted_from_here() {
    let mut edge = environment::<Prod>().us_east_1_stack("edge");
    let topic = edge.add("Alerts", AlarmTopic::builder().build());
    let acl = edge.add("WebAcl", WebAcl::<CloudFront>::builder().build());
    let far = edge.add("Protection", acl.alarms().notify(&topic));
    let quiet = AlarmMuteRule::during(weekly_window!("sun:04:00-sun:05:00")).alarms(far.all());
    let (app, mut stack) = program(|_, _| {});
    stack.add("Quiet", quiet);
    let found = findings(app.stack(edge).stack(stack));
    let [far] = found.as_slice() else { panic!("not one finding: {found:#?}") };
    assert_eq!(far.code(), "ALM-03");
    assert_eq!(far.given_value(), Some("`innovate-prod-edge-protection-blocked` in us-east-1"));
    assert_eq!(far.allowed_values(), Some("alarms in eu-west-1"));
}
