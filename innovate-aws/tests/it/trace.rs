//! Traces: which are kept, and which are looked at together.

use innovate_aws::observability::{SamplingRule, TraceGroup, TraceInsights};
use innovate_core::{App, Node, Prod};

use crate::{
    alarm::monitoring,
    program::{findings, problems, resource, synth_with_registry, text},
};

#[test]
fn requests_are_traced_as_the_program_says() {
    let (mut stack, _) = monitoring::<Prod>();
    let probes = SamplingRule::builder()
        .priority(10)
        .path("/healthz")
        .method("GET")
        .per_second(0)
        .percent(0.0);
    stack.add("Probes", probes.build());
    stack.add(
        "Orders",
        SamplingRule::builder().priority(100).service("orders").percent(20.0).build(),
    );
    let of = |id: &str, path: &str| {
        let rule = resource(stack.model(), id);
        rule.properties().at(&format!("SamplingRule/{path}")).cloned()
    };
    let words =
        |id: &str, path: &str| of(id, path).and_then(|node| Some(node.as_text()?.to_owned()));
    assert_eq!(words("Probes", "RuleName").as_deref(), Some("innovate-prod-probes"));
    assert_eq!(words("Probes", "URLPath").as_deref(), Some("/healthz"));
    assert_eq!(words("Probes", "HTTPMethod").as_deref(), Some("GET"));
    assert_eq!(words("Probes", "ServiceName").as_deref(), Some("*"));
    assert_eq!(of("Probes", "ReservoirSize"), Some(Node::Integer(0)));
    assert_eq!(of("Probes", "FixedRate").and_then(|rate| rate.as_number()), Some(0.0));
    assert_eq!(words("Orders", "ServiceName").as_deref(), Some("orders"));
    assert_eq!(of("Orders", "ReservoirSize"), Some(Node::Integer(1)));
    assert_eq!(of("Orders", "FixedRate"), Some(Node::Number(0.2)));
    assert_eq!(of("Orders", "Priority"), Some(Node::Integer(100)));
    assert_eq!(problems(&synth_with_registry(App::new("test").stack(stack))), Vec::<String>::new());
}

#[test]
fn what_x_ray_refuses_of_a_sampling_rule_is_refused() {
    for (priority, percent, setter, given) in [
        (0, 5.0, "priority", "0"),
        (10_000, 5.0, "priority", "10000"),
        (1, 100.5, "percent", "100.5"),
    ] {
        let (mut stack, _) = monitoring::<Prod>();
        stack.add("Rule", SamplingRule::builder().priority(priority).percent(percent).build());
        let found = findings(App::new("test").stack(stack));
        let [found] = found.as_slice() else { panic!("{setter}: {found:#?}") };
        assert_eq!((found.code(), found.given_value()), ("ALM-03", Some(given)));
    }
    let (mut stack, _) = monitoring::<Prod>();
    let rule = SamplingRule::builder().priority(1).percent(5.0).build();
    stack.add("RequestsOfWhoeverAsksForOrders", rule);
    let found = findings(App::new("test").stack(stack));
    let [found] = found.as_slice() else { panic!("{found:#?}") };
    assert_eq!(found.allowed_values(), Some("up to 32 characters"));
}

#[test]
fn traces_that_belong_together_are_a_group() {
    let (mut stack, _) = monitoring::<Prod>();
    let slow = "service(\"shop-api\") AND responsetime > 1";
    stack.add("Slow", TraceGroup::builder().filter(slow).build());
    let failed = TraceGroup::builder().filter("fault = true").insights(TraceInsights::Told).build();
    stack.add("Failed", failed);
    let group = resource(stack.model(), "Slow");
    assert_eq!(text(group, "GroupName"), "innovate-prod-slow");
    assert_eq!(text(group, "FilterExpression"), slow);
    let insights = |id: &str| {
        let group = resource(stack.model(), id);
        ["InsightsEnabled", "NotificationsEnabled"].map(|name| {
            let path = format!("InsightsConfiguration/{name}");
            group.properties().at(&path).and_then(Node::as_bool).unwrap()
        })
    };
    assert_eq!(insights("Slow"), [false, false]);
    assert_eq!(insights("Failed"), [true, true]);
    assert_eq!(problems(&synth_with_registry(App::new("test").stack(stack))), Vec::<String>::new());

    let (mut stack, _) = monitoring::<Prod>();
    stack.add("All", TraceGroup::builder().filter(" ").build());
    let found = findings(App::new("test").stack(stack));
    let [found] = found.as_slice() else { panic!("{found:#?}") };
    assert_eq!((found.code(), found.message()), ("ALM-03", "a group of all traces is no group"));
}
