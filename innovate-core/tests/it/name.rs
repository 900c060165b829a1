//! Ids and names.

use innovate_core::{
    Parameter, Prod, Stack, Text, Value,
    value::{intrinsic, pseudo},
};

use crate::program::{Plain, Set, app, finding, findings, site, stack, synth};

#[test]
fn two_stacks_of_one_name_are_shown_with_both_lines() {
    let mut stacks = Vec::new();
    let first = line!() + 2;
    for _ in 0..2 {
        let mut made = stack("s");
        made.add("R", Plain::new());
        stacks.push(made);
    }
    let found = finding(app(stacks), "STK-01");
    assert_eq!(found.place().unwrap().line, first);
    assert_eq!(found.related_places()[0].0.line, first);
}

#[test]
fn two_stacks_are_told_apart_by_more_than_case() {
    let stacks = ["network", "Network"].map(|name| {
        let mut made = stack(name);
        made.add("R", Plain::new());
        made
    });
    let found = finding(app(stacks), "STK-01");
    let message = "the names of two stacks differ in case only: `network` and `Network`";
    assert_eq!(found.message(), message);
}

#[test]
fn two_exports_of_a_place_have_two_names() {
    let made = |name: &'static str, region: &'static str| {
        let mut made: Stack<Prod> = Stack::new(name, site().in_region(region));
        made.add("R", Plain::new());
        made.scope().output("Out", "x").export("acme");
        made
    };
    let found = finding(app([made("a", "eu-west-1"), made("b", "eu-west-1")]), "STK-07");
    assert_eq!(found.given_value(), Some("`Out` of `b` and `Out` of `a`"));
    assert!(findings(app([made("a", "eu-west-1"), made("b", "us-east-1")])).is_empty());
}

#[test]
fn an_export_is_not_that_of_a_strong_reference() {
    let mut producer = stack("producer");
    let value: Value<Text> = producer.add("Vpc", Plain::new()).attribute("Id");
    producer.scope().output("Other", "x").export("producer:VpcId");
    let mut consumer = stack("consumer");
    consumer.add("It", Plain::new().set("Id", value.strong()));
    finding(app([producer, consumer]), "STK-07");
}

#[test]
fn two_resources_of_one_id_are_shown_with_both_lines() {
    for (one, other) in [("Vpc", "Vpc"), ("api-role", "ApiRole"), ("a/B", "AB")] {
        let mut made = stack("s");
        made.add(one, Plain::new());
        let first = line!() - 1;
        made.add(other, Plain::new());
        let found = finding(app([made]), "STK-03");
        assert_eq!(found.place().unwrap().line, first + 2);
        assert_eq!(found.related_places()[0].0.line, first);
    }
}

#[test]
fn a_construct_added_twice_is_one_finding() {
    let mut made = stack("s");
    for _ in 0..2 {
        made.scope().within("Queue", |scope| {
            for id in ["One", "Two", "Three"] {
                scope.add(id, Plain::new());
            }
        });
    }
    let found = finding(app([made]), "STK-03");
    assert_eq!(found.given_value(), Some("Queue/One, and 2 more"));
}

#[test]
fn parameters_conditions_mappings_and_outputs_have_ids_of_their_own() {
    let mut made = stack("s");
    made.add("R", Plain::new());
    for _ in 0..2 {
        let mut scope = made.scope();
        let _: Value<Text> = scope.parameter("P", Parameter::default());
        scope.condition("C", intrinsic::equals::<Text>("a", "b"));
        scope.mapping("M", [("a", [("b", "c")])]);
        scope.output("O", "x");
    }
    let _: Value<Text> = made.scope().parameter("R", Parameter::default());
    let found = findings(app([made]));
    let messages: Vec<&str> = found.iter().map(|found| found.message()).collect();
    assert!(found.iter().all(|found| found.code() == "STK-03"), "{found:?}");
    for text in [
        "two parameters of the stack `s` have the id `P`",
        "two conditions of the stack `s` have the id `C`",
        "two mappings of the stack `s` have the id `M`",
        "two outputs of the stack `s` have the id `O`",
        "a parameter and a resource have the id `R`",
    ] {
        assert!(messages.contains(&text), "{text}: {messages:?}");
    }
}

#[test]
fn names_that_cloudformation_refuses_are_errors() {
    for name in ["", "1a", "a_b", "a/../../b", "-a", "ä", &"x".repeat(129)] {
        let mut made = stack(name);
        made.add("R", Plain::new());
        let found = findings(app([made]));
        assert!(found.iter().any(|found| found.code() == "STK-05"), "{name:?}: {found:?}");
    }
    for id in ["", "---", "ä", &"x".repeat(256)] {
        let mut made = stack("s");
        made.add(id.to_owned(), Plain::new());
        finding(app([made]), "STK-05");
    }
    let mut made = stack("s");
    made.add("R", Plain::new());
    made.scope().output("--", "x");
    finding(app([made]), "STK-05");
}

#[test]
fn ids_of_outputs_are_written_like_those_of_resources() {
    let mut made = stack("s");
    made.add("R", Plain::new());
    made.scope().within("api-service", |scope| {
        scope.output("base-url", "x");
    });
    let template = crate::program::template(app([made]), "s");
    assert_eq!(template["Outputs"]["ApiServiceBaseUrl"]["Value"], "x");
}

#[test]
fn ids_do_not_depend_on_what_else_there_is() {
    let ids = |reversed: bool, more: bool| {
        let mut names = vec!["Vpc", "db/primary", "api role"];
        if reversed {
            names.reverse();
        }
        let mut made = stack("s");
        if more {
            made.add("Zzz", Plain::new());
        }
        for name in names {
            made.add(name, Plain::new());
        }
        synth(app([made])).assembly.unwrap().files()["templates/s.template.json"].clone()
    };
    assert_eq!(ids(false, false), ids(true, false));
    for id in ["Vpc", "DbPrimary", "ApiRole"] {
        assert!(ids(true, true).contains(&format!("\"{id}\": {{")), "{id}");
    }
}

#[test]
fn what_belongs_to_another_stack_is_an_error() {
    let mut other = stack("other");
    other.add("R", Plain::new());
    let mut scope = other.scope();
    let parameter: Value<Text> = scope.parameter("P", Parameter::default());
    let condition = scope.condition("C", intrinsic::equals::<Text>("a", "b"));
    let mapping = scope.mapping("M", [("a", [("b", "c")])]);
    let cases = [
        (parameter, "the stack `s` has no parameter `P`".to_owned()),
        (intrinsic::if_(&condition, "a", "b"), "the stack `s` has no condition `C`".to_owned()),
        (intrinsic::find_in_map(&mapping, "a", "b"), "the stack `s` has no mapping `M`".to_owned()),
        (
            intrinsic::sub("${Vpc} ${!Not} ${AWS::Region} ${V}", [("V", pseudo::region())]),
            "the stack `s` has no variable or parameter `Vpc`".to_owned(),
        ),
    ];
    for (value, message) in cases {
        let mut made = stack("s");
        made.add("It", Plain::new().set("Is", value));
        let found = finding(app([made, other_again()]), "REF-07");
        assert_eq!(found.message(), message);
        assert_eq!(found.path(), Some("It"));
    }
}

fn other_again() -> innovate_core::Stack<innovate_core::Prod> {
    let mut other = stack("other");
    other.add("R", Plain::new());
    other
}

#[test]
fn a_condition_on_a_resource_is_an_error() {
    let mut made = stack("s");
    let name: Value<Text> = made.add("R", Plain::new()).reference();
    made.scope().condition("C", intrinsic::equals::<Text>(name, "x"));
    let found = finding(app([made]), "REF-08");
    assert_eq!(found.message(), "the condition `C` depends on the resource `R`");
}
