//! What a template becomes so that ministack can make it. Left out are
//!
//! * resources of types that it lacks (`lacking.txt`),
//! * alarms on metric math, which it refuses,
//! * KMS keys that sign: for them it needs another package.
//!
//! What refers to one of those, or to an output of another region, which ministack looks for in the
//! stack's own, gets a text in its place: `absent-ID`, so that the rest stays as it is.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

/// The types of the examples' resources that ministack lacks, one a line.
pub(super) const LACKING: &str = include_str!("lacking.txt");

/// The template without what ministack can't make.
pub(super) fn cut(template: &Value) -> Value {
    let resources = template["Resources"].as_object().unwrap();
    let absent: BTreeSet<&str> = resources
        .iter()
        .filter(|(_, resource)| is_beyond(resource))
        .map(|(id, _)| id.as_str())
        .collect();
    let mut cut = template.clone();
    let kept: Map<String, Value> = resources
        .iter()
        .filter(|(id, _)| !absent.contains(id.as_str()))
        .map(|(id, resource)| (id.clone(), without(resource, &absent)))
        .collect();
    cut["Resources"] = Value::Object(kept);
    if let Some(outputs) = template.get("Outputs") {
        cut["Outputs"] = replaced(outputs, &absent);
    }
    cut
}

fn is_beyond(resource: &Value) -> bool {
    let properties = &resource["Properties"];
    match resource["Type"].as_str().unwrap() {
        "AWS::CloudWatch::Alarm" => properties.get("Metrics").is_some(),
        "AWS::KMS::Key" => {
            properties.get("KeySpec").is_some_and(|kind| kind != "SYMMETRIC_DEFAULT")
        }
        kind => LACKING.lines().any(|lacking| lacking == kind),
    }
}

/// A resource that stays.
fn without(resource: &Value, absent: &BTreeSet<&str>) -> Value {
    let mut resource = replaced(resource, absent);
    let stays = |id: &Value| !absent.contains(id.as_str().unwrap());
    let waits_for = match resource.get("DependsOn") {
        None => return resource,
        Some(Value::Array(ids)) => ids.iter().filter(|id| stays(id)).cloned().collect(),
        Some(id) => Vec::from_iter(stays(id).then(|| id.clone())),
    };
    resource["DependsOn"] = Value::Array(waits_for);
    resource
}

/// The value, with texts for what can't be had.
fn replaced(value: &Value, absent: &BTreeSet<&str>) -> Value {
    match value {
        Value::Object(fields) => match text_for(fields, absent) {
            Some(text) => text,
            None => fields
                .iter()
                .map(|(key, value)| (key.clone(), replaced(value, absent)))
                .collect::<Map<_, _>>()
                .into(),
        },
        Value::Array(items) => items.iter().map(|item| replaced(item, absent)).collect(),
        other => other.clone(),
    }
}

/// The text for a call of an intrinsic function whose result can't be had.
fn text_for(fields: &Map<String, Value>, absent: &BTreeSet<&str>) -> Option<Value> {
    let (function, argument) = fields.iter().next().filter(|_| fields.len() == 1)?;
    let id = match function.as_str() {
        "Ref" => argument.as_str()?,
        "Fn::GetAtt" => match argument {
            Value::String(path) => path.split('.').next()?,
            path => path[0].as_str()?,
        },
        "Fn::GetStackOutput" => {
            argument.get("Region")?;
            return Some(format!("absent-{}", argument["OutputName"].as_str()?).into());
        }
        "Fn::Sub" => return sub(argument, absent),
        _ => return None,
    };
    absent.contains(id).then(|| format!("absent-{id}").into())
}

/// `Fn::Sub`, with texts for the references in it.
fn sub(argument: &Value, absent: &BTreeSet<&str>) -> Option<Value> {
    let (text, variables) = match argument {
        Value::String(text) => (text, None),
        pair => match (&pair[0], pair.get(1)) {
            (Value::String(text), variables) => (text, variables),
            _ => return None,
        },
    };
    let mut parts = text.split("${");
    let mut out = parts.next()?.to_owned();
    for part in parts {
        let (reference, rest) = part.split_once('}')?;
        match reference.split('.').next().filter(|id| absent.contains(id)) {
            Some(id) => out.push_str(&format!("absent-{id}")),
            None => out.push_str(&format!("${{{reference}}}")),
        }
        out.push_str(rest);
    }
    let argument = match variables {
        None => Value::String(out),
        Some(variables) => Value::Array(vec![out.into(), replaced(variables, absent)]),
    };
    Some(Value::Object([("Fn::Sub".to_owned(), argument)].into_iter().collect()))
}

/// How many resources of each type a template has.
pub(super) fn types(template: &Value) -> BTreeMap<String, usize> {
    let mut types = BTreeMap::new();
    for resource in template["Resources"].as_object().unwrap().values() {
        *types.entry(resource["Type"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    types
}

mod tests {
    use serde_json::json;

    use super::cut;

    #[test]
    fn what_ministack_can_make_stays_as_it_is() {
        let template = json!({
            "Resources": {
                "Key": { "Type": "AWS::KMS::Key", "DeletionPolicy": "Retain" },
                "Queue": {
                    "Type": "AWS::SQS::Queue",
                    "DependsOn": ["Key"],
                    "Properties": {
                        "KmsMasterKeyId": { "Ref": "Key" },
                        "QueueName": { "Fn::GetStackOutput": { "StackName": "a", "OutputName": "B" } },
                        "Note": { "Fn::Sub": ["${Key.Arn} ${x}", { "x": { "Ref": "Key" } }] }
                    }
                }
            },
            "Outputs": { "Arn": { "Value": { "Fn::GetAtt": ["Key", "Arn"] } } }
        });
        assert_eq!(cut(&template), template);
    }

    #[test]
    fn what_it_can_not_make_is_left_out_and_a_text_wherever_it_is_referred_to() {
        let template = json!({
            "Resources": {
                "Address": { "Type": "AWS::EC2::EIP" },
                "Signing": { "Type": "AWS::KMS::Key", "Properties": { "KeySpec": "ECC_NIST_P256" } },
                "Ratio": { "Type": "AWS::CloudWatch::Alarm", "Properties": { "Metrics": [] } },
                "Queue": {
                    "Type": "AWS::SQS::Queue",
                    "DependsOn": ["Address", "Topic"],
                    "Properties": {
                        "A": [{ "Ref": "Address" }, { "Fn::GetAtt": ["Signing", "Arn"] }],
                        "B": { "Fn::Sub": "x ${Address.PublicIp} ${Topic} ${AWS::Region}" },
                        "C": { "Fn::GetStackOutput": { "StackName": "a", "OutputName": "B", "Region": "us-east-1" } }
                    }
                },
                "Topic": { "Type": "AWS::SNS::Topic", "DependsOn": "Ratio" }
            },
            "Outputs": { "Ip": { "Value": { "Fn::GetAtt": "Address.PublicIp" } } }
        });
        assert_eq!(
            cut(&template),
            json!({
                "Resources": {
                    "Queue": {
                        "Type": "AWS::SQS::Queue",
                        "DependsOn": ["Topic"],
                        "Properties": {
                            "A": ["absent-Address", "absent-Signing"],
                            "B": { "Fn::Sub": "x absent-Address ${Topic} ${AWS::Region}" },
                            "C": "absent-B"
                        }
                    },
                    "Topic": { "Type": "AWS::SNS::Topic", "DependsOn": [] }
                },
                "Outputs": { "Ip": { "Value": "absent-Address" } }
            })
        );
    }
}
