//! Parameters, mappings and outputs in a template.

use innovate_core::{Parameter, Text, Value, value::intrinsic};
use serde_json::json;

use crate::program::{Plain, Set, app, stack, template};

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
    let it: Value<Text> = scope.add("It", Plain::new().set("Cpu", cpu)).reference();
    scope.output("Name", it).describe("what it is called").export("acme-name");
    let template = template(app([made]), "s");
    let sections: Vec<&str> = template.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        {
            let mut sorted = sections.clone();
            sorted.sort_unstable();
            sorted
        },
        [
            "AWSTemplateFormatVersion",
            "Conditions",
            "Description",
            "Mappings",
            "Outputs",
            "Parameters",
            "Resources",
        ]
    );
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
