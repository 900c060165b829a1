//! One test for each rule.

use serde_json::{Value, json};

use super::*;

fn schema(document: Value) -> Schema {
    let name = document.get("typeName").and_then(Value::as_str).unwrap_or("AWS::Test::Thing");
    Schema { name: name.to_owned(), document, regions: BTreeSet::new(), stateful: false }
}

fn read(document: Value) -> Shape {
    shape(&schema(document), &Meanings::default())
}

/// The kind of the property `P` whose schema is `property`, as the generated text writes it.
fn kind(property: Value, definitions: Value) -> String {
    let shape = read(json!({ "properties": { "P": property }, "definitions": definitions }));
    shape.properties.first().map(|property| property.kind.within(None).to_string()).unwrap()
}

/// Name and kind of each member of a nested structure; a required one is marked.
fn members(shape: &Shape, name: &str) -> Vec<String> {
    let Some(Nested::Structure(properties)) = shape.nested.get(name) else {
        panic!("no structure {name}: {:?}", shape.nested.keys());
    };
    let mark = |property: &Property| if property.required { "!" } else { "" };
    properties
        .iter()
        .map(|property| {
            format!("{}{} {}", property.name, mark(property), property.kind.within(None))
        })
        .collect()
}

#[test]
fn each_simple_type_has_its_kind() {
    for (property, expected) in [
        (json!({"type": "string"}), "t::Text"),
        (json!({"type": "string", "format": "AWS::IAM::Role.Arn"}), "t::RoleArn"),
        (json!({"type": "string", "format": "date-time"}), "t::Text"),
        (json!({"type": "integer"}), "t::Integer"),
        (json!({"type": "number"}), "t::Number"),
        (json!({"type": "boolean"}), "t::Boolean"),
        (json!({"type": ["boolean", "null"]}), "t::Boolean"),
        (json!({"type": ["integer", "string"]}), "t::Scalar"),
        (
            json!({"type": ["string", "number", "integer", "object", "array", "boolean"]}),
            "t::Scalar",
        ),
        (json!({"type": ["array", "number"]}), "t::Json"),
        (json!({"type": "object"}), "t::Json"),
        (json!({"type": ["object", "string"]}), "t::Json"),
        (json!({"format": "json", "pattern": "^.+$"}), "t::Json"),
        (json!({"type": "array", "items": {"type": "integer"}}), "t::List<t::Integer>"),
        (json!({"type": "array"}), "t::List<t::Json>"),
        (
            json!({"type": "array", "format": "AWS::EC2::Subnet.Ids", "items": {"type": "string", "format": "AWS::EC2::Subnet.Id"}}),
            "t::List<t::SubnetId>",
        ),
    ] {
        assert_eq!(kind(property.clone(), json!({})), expected, "{property}");
    }
}

#[test]
fn a_policy_is_known_by_its_name() {
    let document = json!({ "properties": {
        "PolicyDocument": {"type": ["object", "string"]},
        "RedrivePolicy": {"type": ["object", "string"]},
    }});
    let shape = read(document);
    let kinds: Vec<&Kind> = shape.properties.iter().map(|property| &property.kind).collect();
    assert_eq!(kinds, [&Kind::POLICY, &Kind::JSON]);
}

#[test]
fn formats_that_identify_one_thing_give_one_kind() {
    let key = json!({"type": "string", "anyOf": [
        {"format": "AWS::KMS::Key.Arn"}, {"format": "AWS::KMS::Key.Id"}, {"format": "AWS::KMS::Alias.AliasName"},
    ]});
    assert_eq!(kind(key.clone(), json!({})), "t::KeyIdentifier");
    let mut only_arn = key;
    only_arn.as_object_mut().unwrap().insert("pattern".into(), json!("^arn:[a-z-]+:kms:.*$"));
    assert_eq!(kind(only_arn, json!({})), "t::KeyArn");
    let related = json!({"type": "string", "relationshipRef": {"typeName": "AWS::EC2::VPC", "propertyPath": "/properties/VpcId"}});
    assert_eq!(kind(related, json!({})), "t::VpcId");
}

#[test]
fn a_name_tells_what_no_format_does() {
    let named = |name: &str, type_name: &str| {
        let shape = read(json!({"typeName": type_name, "properties": {name: {"type": "string"}}}));
        shape.properties.first().unwrap().kind.within(None).to_string()
    };
    assert_eq!(named("LogsKmsKeyId", "AWS::Test::Thing"), "t::KeyIdentifier");
    assert_eq!(named("LogsRoleArn", "AWS::Test::Thing"), "t::RoleArn");
    assert_eq!(named("NatGatewayId", "AWS::EC2::Route"), "t::NatGatewayId");
    assert_eq!(named("NatGatewayId", "AWS::Test::Thing"), "t::Text");
    assert_eq!(named("BucketName", "AWS::S3::Bucket"), "t::Text", "the program chooses its name");
}

#[test]
fn a_map_has_the_kind_of_its_values() {
    let one = json!({"type": "object", "patternProperties": {".*": {"type": "string"}}});
    assert_eq!(kind(one, json!({})), "t::Map<t::Text>");
    let typed = json!({"type": "object", "additionalProperties": {"type": "integer"}});
    assert_eq!(kind(typed, json!({})), "t::Map<t::Integer>");
    let two = json!({"type": "object", "patternProperties": {"a": {"type": "string"}, "b": {"type": "integer"}}});
    assert_eq!(kind(two, json!({})), "t::Map<t::Json>");
    let nested =
        json!({"type": "object", "patternProperties": {".*": {"$ref": "#/definitions/D"}}});
    let definitions = json!({"D": {"type": "object", "properties": {"A": {"type": "string"}}}});
    assert_eq!(kind(nested, definitions), "t::Map<D>");
}

#[test]
fn alternatives_join_into_one_structure() {
    let shape = read(json!({
        "properties": {"Choice": {"$ref": "#/definitions/Choice"}},
        "definitions": {
            "Choice": {"oneOf": [
                {"type": "object", "properties": {"A": {"type": "string"}, "Both": {"type": "string"}}, "required": ["A", "Both"]},
                {"$ref": "#/definitions/Other"},
            ]},
            "Other": {"type": "object", "properties": {"B": {"type": "integer"}, "Both": {"type": "string"}}, "required": ["B", "Both"]},
        },
    }));
    assert_eq!(members(&shape, "Choice"), ["A t::Text", "B t::Integer", "Both! t::Text"]);
}

#[test]
fn an_alternative_that_only_requires_adds_no_member() {
    let shape = read(json!({
        "properties": {"A": {"type": "string"}, "B": {"type": "string"}, "C": {"type": "string"}},
        "required": ["C"],
        "oneOf": [{"required": ["A"]}, {"required": ["B"]}],
    }));
    let required: Vec<&str> = shape
        .properties
        .iter()
        .filter(|property| property.required)
        .map(|property| property.name.as_str())
        .collect();
    assert_eq!(required, ["C"]);
    assert!(shape.nested.is_empty());
}

#[test]
fn alternatives_of_other_types_are_json_unless_they_agree() {
    let mixed = json!({"oneOf": [{"type": "string"}, {"type": "object", "properties": {"A": {"type": "string"}}}]});
    assert_eq!(kind(mixed, json!({})), "t::Json");
    let same =
        json!({"anyOf": [{"type": "string", "pattern": "a"}, {"type": "string", "pattern": "b"}]});
    assert_eq!(kind(same, json!({})), "t::Text");
}

#[test]
fn a_list_wins_over_one_item_of_it_and_over_any_json() {
    let definitions = json!({
        "D": {"type": "object", "properties": {"A": {"type": "string"}}},
        "L": {"type": "array", "items": {"$ref": "#/definitions/D"}},
    });
    let item = json!({"oneOf": [{"$ref": "#/definitions/D"}, {"$ref": "#/definitions/L"}]});
    assert_eq!(kind(item, definitions.clone()), "t::List<D>");
    let free = json!({"oneOf": [{"$ref": "#/definitions/L"}, {"type": ["object", "string"], "format": "json"}]});
    assert_eq!(kind(free, definitions.clone()), "t::List<D>");
    let other = json!({"oneOf": [{"$ref": "#/definitions/L"}, {"type": "string"}]});
    assert_eq!(kind(other, definitions), "t::Json");
}

#[test]
fn scalars_of_several_types_are_one_kind() {
    let scalar = json!({"oneOf": [{"type": "string"}, {"type": "integer"}, {"type": "boolean"}]});
    assert_eq!(kind(scalar, json!({})), "t::Scalar");
}

#[test]
fn a_type_may_contain_itself() {
    let shape = read(json!({
        "properties": {"Statement": {"$ref": "#/definitions/Statement"}},
        "definitions": {
            "Statement": {"type": "object", "properties": {"Not": {"$ref": "#/definitions/Not"}, "Or": {"type": "array", "items": {"$ref": "#/definitions/Statement"}}}},
            "Not": {"type": "object", "properties": {"Statement": {"$ref": "#/definitions/Statement"}}, "required": ["Statement"]},
        },
    }));
    assert_eq!(members(&shape, "Statement"), ["Not Not", "Or t::List<Statement>"]);
    assert_eq!(members(&shape, "Not"), ["Statement! Statement"]);
}

#[test]
fn nested_types_without_a_name_take_that_of_their_way() {
    let object = json!({"type": "object", "properties": {"A": {"type": "string"}}});
    let shape = read(json!({
        "properties": {
            "Logging": {"type": "object", "properties": {"Target": object, "LoggingLevel": object}},
            "Target": {"$ref": "#/definitions/Target"},
        },
        "definitions": {"Target": object, "Unused": object},
    }));
    let names: Vec<&str> = shape.nested.keys().map(String::as_str).collect();
    assert_eq!(names, ["Logging", "LoggingLevel", "LoggingTarget", "Target"]);
    assert_eq!(shape.defined.iter().filter(|name| *name == "Target").count(), 1);
    assert!(!shape.defined.contains("LoggingTarget"));
}

#[test]
fn the_item_of_a_named_list_has_the_lists_name() {
    let shape = read(json!({
        "properties": {"Index": {"type": "object", "properties": {"Keys": {"$ref": "#/definitions/KeySchema"}}}},
        "definitions": {"KeySchema": {"type": "array", "items": {"type": "object", "properties": {"A": {"type": "string"}}}}},
    }));
    assert_eq!(members(&shape, "Index"), ["Keys t::List<KeySchema>"]);
}

#[test]
fn a_name_that_is_taken_gets_the_resources() {
    let object =
        |member: &str| json!({"type": "object", "properties": {member: {"type": "string"}}});
    let shape = read(json!({
        "properties": {"Policy": object("A"), "Other": {"$ref": "#/definitions/Policy"}},
        "definitions": {"Policy": object("B")},
    }));
    assert_eq!(members(&shape, "Policy"), ["B t::Text"]);
    assert_eq!(members(&shape, "ThingPolicy"), ["A t::Text"]);
}

#[test]
fn what_can_only_be_read_is_left_out() {
    let shape = read(json!({
        "properties": {
            "Arn": {"type": "string"},
            "Endpoint": {"type": "object", "properties": {"Address": {"type": "string"}}},
            "Config": {"type": "object", "properties": {"State": {"type": "string"}, "Mode": {"type": "string"}}},
            "Hosts": {"type": "array", "items": {"type": "object", "properties": {"Ip": {"type": "string"}, "Name": {"type": "string"}}}},
        },
        "readOnlyProperties": [
            "/properties/Arn", "/properties/Endpoint/Address", "/properties/Config/State", "/properties/Hosts/*/Ip",
        ],
    }));
    let names: Vec<&str> = shape.properties.iter().map(|property| &*property.name).collect();
    assert_eq!(names, ["Config", "Hosts"]);
    assert_eq!(members(&shape, "Config"), ["Mode t::Text"]);
    assert_eq!(members(&shape, "Hosts"), ["Name t::Text"]);
}

#[test]
fn a_definition_that_another_property_sets_keeps_its_members() {
    let shape = read(json!({
        "properties": {"Own": {"$ref": "#/definitions/Network"}, "Replica": {"$ref": "#/definitions/Network"}},
        "definitions": {"Network": {"type": "object", "properties": {"Vpc": {"type": "string"}, "Zone": {"type": "string"}}}},
        "readOnlyProperties": ["/properties/Replica/Vpc"],
    }));
    assert_eq!(members(&shape, "Network"), ["Vpc t::Text", "Zone t::Text"]);
}

#[test]
fn tags_have_one_type_in_all_resources() {
    let tag = json!({"type": "object", "properties": {"Key": {"type": "string"}, "Value": {"type": "string"}}});
    let own = json!({"type": "object", "properties": {
        "Key": {"type": "string"}, "PropagateAtLaunch": {"type": "boolean"}, "Value": {"type": "string"},
    }});
    let tags = |item: &Value, property: &str| {
        let shape = read(json!({
            "properties": {property: {"type": "array", "items": {"$ref": "#/definitions/Tag"}}},
            "definitions": {"Tag": item},
            "tagging": {"tagProperty": "/properties/HostedZoneTags"},
        }));
        shape.properties.first().unwrap().kind.within(None).to_string()
    };
    assert_eq!(tags(&tag, "Tags"), "t::List<t::Tag>");
    assert_eq!(tags(&tag, "HostedZoneTags"), "t::List<t::Tag>");
    assert_eq!(tags(&tag, "Pairs"), "t::List<Tag>");
    assert_eq!(tags(&own, "Tags"), "t::List<Tag>");
    let free = read(json!({"properties": {"Tags": {"type": ["object", "string"]}}}));
    assert_eq!(free.properties.first().unwrap().kind, Kind::TEXT.map());
}

#[test]
fn an_enumeration_has_a_constant_for_each_value() {
    let shape = read(json!({"properties": {
        "StorageClass": {"type": "string", "enum": ["Glacier", "GLACIER", "aws:kms", "*", ""]},
        "RetentionInDays": {"type": "integer", "enum": [30, 1]},
        "Flag": {"type": "boolean", "enum": [true]},
    }}));
    let Some(Nested::Texts(texts)) = shape.nested.get("StorageClass") else { panic!("no texts") };
    let texts: Vec<(&str, &str)> =
        texts.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    // Two spellings of one value are one constant.
    assert_eq!(
        texts,
        [("ALL", "*"), ("AWS_KMS", "aws:kms"), ("EMPTY", ""), ("GLACIER", "GLACIER")]
    );
    let Some(Nested::Integers(numbers)) = shape.nested.get("RetentionInDays") else {
        panic!("no numbers")
    };
    assert_eq!(numbers, &[("DAYS_1".to_owned(), 1), ("DAYS_30".to_owned(), 30)]);
    assert_eq!(shape.nested.len(), 2, "one value of a boolean needs no type");
}

#[test]
fn a_reference_to_a_property_is_that_property() {
    let shape = read(json!({"properties": {
        "First": {"type": "object", "properties": {"A": {"type": "string"}}},
        "Second": {"$ref": "#/properties/First"},
    }}));
    let kinds: Vec<&Kind> = shape.properties.iter().map(|property| &property.kind).collect();
    assert_eq!(kinds, [&Kind::Own("First".to_owned()), &Kind::Own("First".to_owned())]);
}
