//! How each function is written.

use innovate_core::{
    App, Node, Parameter, Str, TemplateFormat, Text, Value, cidr, json, text,
    value::{IntoJson, intrinsic, pseudo},
};
use serde_json::json as expect;

use crate::program::{CHECKS, Plain, Set, app, stack, written};

/// How a value is written in a stack that has the resource `Other`, a parameter, a condition and a
/// mapping.
#[track_caller]
fn json_of(node: Node) -> serde_json::Value {
    written(with(node), "It", "Is")
}

fn with(node: Node) -> innovate_core::Stack<innovate_core::Prod> {
    let mut stack = stack("s");
    stack.add("Other", Plain::new());
    let mut scope = stack.scope();
    let _: Value<Text> = scope.parameter("Name", Parameter::default());
    let _ = scope.condition("Here", intrinsic::equals::<Text>(pseudo::region(), "eu-west-1"));
    let _ = scope.mapping("Table", [("a", [("b", "c")])]);
    stack.add("It", Plain::new().set("Is", node));
    stack
}

/// What the stack of [`with`] has, as other values see it.
struct Made {
    other: innovate_core::ResourceRef,
    parameter: Value<Text>,
    condition: intrinsic::Condition,
    mapping: intrinsic::Mapping,
}

fn made() -> Made {
    let mut stack = stack("s");
    let other = stack.add("Other", Plain::new());
    let mut scope = stack.scope();
    Made {
        other,
        parameter: scope.parameter("Name", Parameter::default()),
        condition: scope.condition("Here", intrinsic::equals::<Text>("a", "b")),
        mapping: scope.mapping("Table", [("a", [("b", "c")])]),
    }
}

#[test]
fn every_function_is_written_as_cloudformation_reads_it() {
    let Made { other, parameter, condition, mapping } = made();
    let name: Value<Text> = other.reference();
    let arn: Value<Text> = other.attribute("Arn");
    let zones = intrinsic::get_azs();
    let cases = [
        (name.clone().into_node(), expect!({ "Ref": "Other" })),
        (arn.clone().into_node(), expect!({ "Fn::GetAtt": ["Other", "Arn"] })),
        (parameter.clone().into_node(), expect!({ "Ref": "Name" })),
        (pseudo::account_id().into_node(), expect!({ "Ref": "AWS::AccountId" })),
        (pseudo::no_value::<Text>().into_node(), expect!({ "Ref": "AWS::NoValue" })),
        (pseudo::notification_arns().into_node(), expect!({ "Ref": "AWS::NotificationARNs" })),
        (pseudo::stack_id().into_node(), expect!({ "Ref": "AWS::StackId" })),
        (
            intrinsic::sub("${A}-${!B}-${AWS::Region}", [("A", name.clone())]).into_node(),
            expect!({ "Fn::Sub": ["${A}-${!B}-${AWS::Region}", { "A": { "Ref": "Other" } }] }),
        ),
        (
            intrinsic::sub("${AWS::Region}", []).into_node(),
            expect!({ "Fn::Sub": "${AWS::Region}" }),
        ),
        (
            intrinsic::join("-", [name.clone(), arn.clone()]).into_node(),
            expect!({ "Fn::Join": ["-", [{ "Ref": "Other" }, { "Fn::GetAtt": ["Other", "Arn"] }]] }),
        ),
        (
            intrinsic::select(1, zones.clone()).into_node(),
            expect!({ "Fn::Select": [1, { "Fn::GetAZs": "" }] }),
        ),
        (
            intrinsic::split("/", &arn).into_node(),
            expect!({ "Fn::Split": ["/", { "Fn::GetAtt": ["Other", "Arn"] }] }),
        ),
        (
            intrinsic::if_::<Text>(&condition, "a", &name).into_node(),
            expect!({ "Fn::If": ["Here", "a", { "Ref": "Other" }] }),
        ),
        (
            intrinsic::find_in_map(&mapping, "a", "b").into_node(),
            expect!({ "Fn::FindInMap": ["Table", "a", "b"] }),
        ),
        (intrinsic::base64(&name).into_node(), expect!({ "Fn::Base64": { "Ref": "Other" } })),
        (
            intrinsic::cidr(cidr!("10.0.0.0/16"), 4, 8).into_node(),
            expect!({ "Fn::Cidr": ["10.0.0.0/16", 4, 8] }),
        ),
        (intrinsic::import_value("x").into_node(), expect!({ "Fn::ImportValue": "x" })),
        (
            intrinsic::get_stack_output("other", "Out").into_json(),
            expect!({ "Fn::GetStackOutput": { "StackName": "other", "OutputName": "Out" } }),
        ),
        (
            intrinsic::get_stack_output("other", "Out").region("us-east-1").role(&name).into_json(),
            expect!({ "Fn::GetStackOutput": {
                "StackName": "other", "OutputName": "Out", "Region": "us-east-1",
                "RoleArn": { "Ref": "Other" },
            } }),
        ),
        (json! { "a" => 1, "b" => 2, "a" => 3 }.into_node(), expect!({ "a": 3, "b": 2 })),
        (
            intrinsic::to_json_string(json! { "a" => &name }).into_node(),
            expect!({ "Fn::ToJsonString": { "a": { "Ref": "Other" } } }),
        ),
        (Node::list([Node::Null, Node::Bool(true), Node::Number(1.5)]), expect!([null, true, 1.5])),
    ];
    for (node, expected) in cases {
        assert_eq!(json_of(node.clone()), expected);
        // YAML says the same, function for function.
        let yaml = app([with(node)]).synth(CHECKS, TemplateFormat::Yaml).assembly.unwrap();
        let text = &yaml.files()["templates/s.template.yaml"];
        let read: serde_json::Value = serde_saphyr::from_str(text).unwrap();
        assert_eq!(read["Resources"]["It"]["Properties"]["Is"], expected, "{text}");
    }
}

#[test]
fn conditions_are_written_as_cloudformation_reads_them() {
    let mut stack = stack("s");
    let mut scope = stack.scope();
    let one = scope.condition("One", intrinsic::equals::<Text>(pseudo::region(), "eu-west-1"));
    let two = scope.condition("Two", intrinsic::not(one.value()));
    scope.condition("Both", intrinsic::and([one.value(), two.value()]));
    scope.condition("Either", intrinsic::or([one.value(), two.value()]));
    let many = |count| std::iter::repeat_with(|| one.value()).take(count);
    scope.condition("Many", intrinsic::and(many(12)));
    scope.condition("Single", intrinsic::or(many(1)));
    scope.condition("Always", intrinsic::and([]));
    scope.condition("Never", intrinsic::or([]));
    stack.add("It", Plain::new());
    let template = crate::program::template(app([stack]), "s");
    let one = serde_json::json!({ "Condition": "One" });
    let ten = vec![one.clone(); 10];
    assert_eq!(
        template["Conditions"],
        expect!({
            "Always": { "Fn::Equals": ["true", "true"] },
            "Many": { "Fn::And": [{ "Fn::And": ten }, one, one] },
            "Never": { "Fn::Equals": ["false", "true"] },
            "Single": { "Condition": "One" },
            "Both": { "Fn::And": [{ "Condition": "One" }, { "Condition": "Two" }] },
            "Either": { "Fn::Or": [{ "Condition": "One" }, { "Condition": "Two" }] },
            "One": { "Fn::Equals": [{ "Ref": "AWS::Region" }, "eu-west-1"] },
            "Two": { "Fn::Not": [{ "Condition": "One" }] },
        })
    );
}

#[test]
fn text_of_parts_is_one_sub() {
    let Made { other, parameter, .. } = made();
    let (name, arn): (Value<Text>, Value<Text>) = (other.reference(), other.attribute("Arn"));
    assert_eq!(json_of(text!["a", "b", 'c'.to_string()].into_node()), expect!("abc"));
    assert_eq!(
        json_of(
            text!["${x} ", &name, "/", &arn, "/", parameter, "/", pseudo::region()].into_node()
        ),
        expect!({ "Fn::Sub": "${!x} ${Other}/${Other.Arn}/${Name}/${AWS::Region}" })
    );
    let zone = intrinsic::select(0, intrinsic::get_azs());
    assert_eq!(
        json_of(text!["in ", &zone, " and ", &zone, " of ", &arn].into_node()),
        expect!({ "Fn::Sub": [
            "in ${Part} and ${Part} of ${Other.Arn}",
            { "Part": { "Fn::Select": [0, { "Fn::GetAZs": "" }] } },
        ] })
    );
}

#[test]
fn variables_of_a_text_are_told_apart() {
    // Two stacks with a resource of one name, a resource and a part that are named like variables.
    let mut stacks = Vec::new();
    let mut values: Vec<Value<Text>> = Vec::new();
    for name in ["one", "two"] {
        let mut stack = stack(name);
        values.push(stack.add("Vpc", Plain::new()).attribute("Id"));
        stacks.push(stack);
    }
    let mut last = stack("last");
    let own: Value<Text> = last.add("VpcId", Plain::new()).reference();
    let part: Value<Text> = last.add("Part", Plain::new()).reference();
    let zone = intrinsic::select::<Text>(0, intrinsic::get_azs());
    let value = text![&values[0], "-", &values[1], "-", own, "-", part, "-", zone];
    last.add("It", Plain::new().set("Is", value));
    stacks.push(last);
    let template = crate::program::template(app(stacks), "last");
    let output = |stack: &str| expect!({ "Fn::GetStackOutput": { "StackName": stack, "OutputName": "VpcId" } });
    assert_eq!(
        template["Resources"]["It"]["Properties"]["Is"],
        expect!({ "Fn::Sub": ["${VpcId2}-${VpcId3}-${VpcId}-${Part}-${Part2}", {
            "VpcId2": output("one"),
            "VpcId3": output("two"),
            "Part2": { "Fn::Select": [0, { "Fn::GetAZs": "" }] },
        }] })
    );
}

#[test]
fn json_as_text_asks_for_the_transform_that_makes_it() {
    for in_output in [false, true] {
        let mut stack = stack("s");
        stack.add("Other", Plain::new());
        let text = intrinsic::to_json_string(json! { "a" => 1 });
        if in_output {
            stack.scope().output("Text", text);
        } else {
            stack.add("It", Plain::new().set("Is", text));
        }
        let template = crate::program::template(App::new("app").stack(stack), "s");
        assert_eq!(template["Transform"], "AWS::LanguageExtensions");
    }
    let plain = with(Node::Text(Str::Borrowed("x")));
    assert!(crate::program::template(app([plain]), "s").get("Transform").is_none());
}
