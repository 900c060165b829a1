//! CloudFormation's quotas.

use innovate_core::{Node, Parameter, Prod, Severity, Stack, Text, Value, text};

use crate::program::{Plain, Set, app, findings, stack};

fn filled(resources: usize) -> Stack<Prod> {
    let mut made = stack("s");
    for number in 0..resources {
        made.add(format!("R{number}"), Plain::new());
    }
    made
}

/// The code and severity of the one finding, if there is one.
fn of(made: Stack<Prod>) -> Option<(&'static str, Severity)> {
    let found = findings(app([made]));
    assert!(found.len() < 2, "{found:?}");
    found.first().map(|found| (found.code(), found.severity()))
}

#[test]
fn resources_are_counted() {
    assert_eq!(of(filled(399)), None);
    assert_eq!(of(filled(400)), Some(("LIM-01", Severity::Warning)));
    assert_eq!(of(filled(500)), Some(("LIM-01", Severity::Warning)));
    assert_eq!(of(filled(501)), Some(("LIM-01", Severity::Error)));
    assert_eq!(of(filled(0)), Some(("LIM-06", Severity::Error)));
}

#[test]
fn outputs_parameters_and_mappings_are_counted() {
    type Add = fn(&mut Stack<Prod>, String);
    let kinds: [(&str, Add); 3] = [
        ("LIM-02", |stack, id| drop(stack.scope().output(id, "x").clone())),
        ("LIM-03", |stack, id| {
            drop::<Value<Text>>(stack.scope().parameter(id, Parameter::default()))
        }),
        ("LIM-04", |stack, id| drop(stack.scope().mapping(id, [("a", [("b", "c")])]))),
    ];
    for (code, add) in kinds {
        for (count, expected) in [
            (159, None),
            (160, Some((code, Severity::Warning))),
            (200, Some((code, Severity::Warning))),
            (201, Some((code, Severity::Error))),
        ] {
            let mut made = filled(1);
            (0..count).for_each(|number| add(&mut made, format!("Id{number}")));
            assert_eq!(of(made), expected, "{count}");
        }
    }
}

#[test]
fn what_other_stacks_read_counts_as_an_output() {
    let (mut producer, mut consumer) = (filled(201), stack("consumer"));
    for number in 0..201 {
        let value: Value<Text> = producer.add(format!("P{number}"), Plain::new()).reference();
        consumer.add(format!("C{number}"), Plain::new().set("Is", value));
    }
    let codes: Vec<&str> =
        findings(app([producer, consumer])).iter().map(|found| found.code()).collect();
    assert!(codes.contains(&"LIM-02"), "{codes:?}");
}

#[test]
fn the_body_is_measured() {
    let long = |bytes: usize| {
        let mut made = stack("s");
        made.add("R", Plain::new().set("Text", Node::Text("x".repeat(bytes).into())));
        made
    };
    assert_eq!(of(long(790_000)), None);
    assert_eq!(of(long(800_000)), Some(("LIM-05", Severity::Warning)));
    assert_eq!(of(long(1_000_000)), Some(("LIM-05", Severity::Error)));
}

#[test]
fn a_number_that_can_not_be_written_is_found_at_its_resource() {
    for number in [f64::NAN, f64::INFINITY] {
        for node in [
            Node::Number(number),
            text!["a", Value::<Text>::from_node(Node::Number(number))].into_node(),
        ] {
            let mut made = filled(1);
            made.add("Wrong", Plain::new().set("Number", node));
            let found = findings(app([made]));
            assert_eq!(found.len(), 1, "{found:?}");
            assert_eq!((found[0].code(), found[0].path()), ("OUT-01", Some("Wrong")));
        }
    }
}

#[test]
fn a_description_is_measured_in_bytes() {
    for (text, expected) in [
        ("x".repeat(1_024), None),
        ("x".repeat(1_025), Some(("LIM-07", Severity::Error))),
        ("é".repeat(513), Some(("LIM-07", Severity::Error))),
    ] {
        let mut made = filled(1);
        made.describe(text.clone());
        assert_eq!(of(made), expected);
        let mut made = filled(1);
        made.scope().output("Out", "x").describe(text);
        assert_eq!(of(made), expected);
    }
}

#[test]
fn a_limit_that_is_near_can_be_accepted_on_the_stack() {
    let mut made = filled(450);
    made.suppress("LIM-01", "it does not grow");
    assert_eq!(of(made), None);
    let mut made = filled(501);
    made.suppress("LIM-01", "it does not grow");
    let found = findings(app([made]));
    let codes: Vec<&str> = found.iter().map(|found| found.code()).collect();
    assert_eq!(codes, ["LIM-01", "SUP-01"], "CloudFormation would refuse it");
}
