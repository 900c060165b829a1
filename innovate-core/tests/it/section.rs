//! Parameters, mappings and outputs in a template.

use innovate_core::{Parameter, Text, Value, value::intrinsic};
use serde_json::json;

use crate::program::{Plain, Set, app, stack, synth};

#[test]
fn sections_come_in_cloudformation_s_order() {
    let mut made = stack("s");
    made.describe("what it is");
    let mut scope = made.scope();
    let size: Value<Text> = scope.parameter(
        "Size",
        Parameter {
            default: Some("small".into()),
            allowed_values: vec!["small".into(), "large".into()],
            description: Some("how large".into()),
            ..Parameter::default()
        },
    );
    let _: Value<Text> =
        scope.parameter("Secret", Parameter { no_echo: true, ..Default::default() });
    let table = scope.mapping("Table", [("small", [("cpu", "1")]), ("large", [("cpu", "4")])]);
    scope.condition("Large", intrinsic::equals::<Text>(&size, "large"));
    let cpu = intrinsic::find_in_map(&table, size, "cpu");
    let json = intrinsic::to_json_string(innovate_core::json! { "a" => 1 });
    let it: Value<Text> =
        scope.add("It", Plain::new().set("Cpu", cpu).set("Json", json)).reference();
    scope.output("Name", it).describe("what it is called").export("acme-name");
    let assembly = synth(app([made])).assembly.unwrap();
    let text = &assembly.files()["templates/s.template.json"];
    let sections: Vec<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("  \"")?.split_once("\":"))
        .map(|(section, _)| section)
        .collect();
    assert_eq!(
        sections,
        [
            "AWSTemplateFormatVersion",
            "Description",
            "Transform",
            "Parameters",
            "Mappings",
            "Conditions",
            "Resources",
            "Outputs",
        ]
    );
    let template: serde_json::Value = serde_json::from_str(text).unwrap();
    assert_eq!(
        template["Parameters"],
        json!({
            "Secret": { "Type": "String", "NoEcho": true },
            "Size": {
                "Type": "String",
                "Default": "small",
                "Description": "how large",
                "AllowedValues": ["small", "large"],
            },
        })
    );
    assert_eq!(
        template["Mappings"],
        json!({ "Table": { "small": { "cpu": "1" }, "large": { "cpu": "4" } } })
    );
    let output = json!({
        "Description": "what it is called",
        "Value": { "Ref": "It" },
        "Export": { "Name": "acme-name" },
    });
    assert_eq!(template["Outputs"], json!({ "Name": output }));
}
