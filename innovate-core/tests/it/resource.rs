//! What a resource says beside its properties, and what a program changes afterwards.

use innovate_core::{DeletionPolicy, ResourceType, Text, Value, value::intrinsic};
use serde_json::json;

use crate::program::{Plain, Set, Thing, app, finding, stack, synth, template};

#[test]
fn depends_on_is_left_out_where_a_property_refers_to_it_anyway() {
    let mut made = stack("s");
    let condition = made.scope().condition("C", intrinsic::equals::<Text>("a", "b"));
    let one = made.add("One", Plain::new());
    let two = made.add("Two", Plain::new());
    let three = made.add("Three", Plain::new());
    let (name, other): (Value<Text>, Value<Text>) = (one.reference(), three.reference());
    made.add(
        "It",
        Plain::new()
            .set("Deep", intrinsic::join("", [name]))
            // This makes CloudFormation wait only if the branch is taken.
            .set("Maybe", intrinsic::if_::<Text>(&condition, other, "none"))
            .depends_on_all([&three, &two, &one, &two]),
    );
    let template = template(app([made]), "s");
    assert_eq!(template["Resources"]["It"]["DependsOn"], json!(["Three", "Two"]));
}

#[test]
fn a_resource_of_another_stack_is_no_reason_to_leave_it_out() {
    let (mut one, mut two) = (stack("one"), stack("two"));
    let there: Value<Text> = one.add("Same", Plain::new()).reference();
    let here = two.add("Same", Plain::new());
    two.add("It", Plain::new().set("Uses", there).depends_on(&here));
    let template = template(app([one, two]), "two");
    assert_eq!(template["Resources"]["It"]["DependsOn"], json!(["Same"]));
}

#[test]
fn policies_and_metadata_are_written() {
    let mut made = stack("s");
    let condition = made.scope().condition("C", intrinsic::equals::<Text>("a", "b"));
    made.add(
        "It",
        Plain::new()
            .condition(&condition)
            .removal_policy(DeletionPolicy::RetainExceptOnCreate)
            .metadata("Why", innovate_core::json! { "a" => 1 }.into_node())
            .creation_policy(innovate_core::json! { "StartFleet" => true }.into_node())
            .update_policy(innovate_core::json! { "UseOnlineResharding" => true }.into_node()),
    );
    let template = template(app([made]), "s");
    assert_eq!(
        template["Resources"]["It"],
        json!({
            "Type": "Test::Unit::Plain",
            "Condition": "C",
            "CreationPolicy": { "StartFleet": true },
            "UpdatePolicy": { "UseOnlineResharding": true },
            "DeletionPolicy": "RetainExceptOnCreate",
            "UpdateReplacePolicy": "Retain",
            "Metadata": { "Why": { "a": 1 } },
        })
    );
}

#[test]
fn an_override_is_written_and_listed() {
    let mut made = stack("s");
    made.add("It", Plain::new().set("Deep", innovate_core::json! { "a" => "old" }));
    let line = line!() + 1;
    made.override_property("It", "Deep/a", "new").override_property("It", "List", ["x"]);
    let synthesis = synth(app([made]));
    let assembly = synthesis.assembly.unwrap();
    let template = &assembly.files()["templates/s.template.json"];
    let template: serde_json::Value = serde_json::from_str(template).unwrap();
    let properties = &template["Resources"]["It"]["Properties"];
    assert_eq!(properties, &json!({ "Deep": { "a": "new" }, "List": ["x"] }));
    let overridden = synthesis.report.overridden();
    let listed: Vec<(u32, &str, &str)> = overridden
        .iter()
        .map(|found| (found.place.line, &*found.logical_id, &*found.property))
        .collect();
    assert_eq!(listed, [(line, "It", "Deep/a"), (line, "It", "List")]);
}

#[test]
fn an_override_of_nothing_is_an_error() {
    let mut made = stack("s");
    made.add("Table", Plain::new());
    made.override_property("Tabel", "A", 1);
    let found = finding(app([made]), "STK-02");
    assert_eq!(found.message(), "no resource `Tabel` in stack `s`");
    assert_eq!(found.help_texts(), ["there is `Table`"]);
    assert_eq!(found.place().unwrap().line, line!() - 4);

    let mut made = stack("s");
    made.add("It", Plain::new().set("Text", "x"));
    made.override_property("It", "Text/a", 1);
    finding(app([made]), "STK-04");
}

#[test]
fn what_is_wrong_with_an_override_is_shown_there() {
    let mut made = stack("s");
    made.add("It", Thing::new());
    made.override_property("It", "Wrong", true);
    let line = line!() - 1;
    let report = app([made]).synth(crate::program::STRICT, Default::default()).report;
    assert_eq!(report.findings()[0].place().unwrap().line, line);
}
