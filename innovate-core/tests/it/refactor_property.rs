//! A stack refactor, whatever is moved: it moves, and does nothing else.

use std::collections::BTreeMap;

use innovate_core::diff::StackSnapshot;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::refactor::{diff, moved, stack, thing};

const STACKS: [&str; 3] = ["a", "b", "c"];
const IDS: [&str; 4] = ["W", "X", "Y", "Z"];

/// Resources of three stacks, each referring to others of its stack in one way or another.
fn deployed() -> impl Strategy<Value = Vec<StackSnapshot>> {
    let reference = (prop::sample::select(&IDS[..]), 0..5_u8).prop_map(|(id, way)| match way {
        0 => json!({ "Ref": id }),
        1 => json!({ "Fn::GetAtt": [id, "Arn"] }),
        2 => json!({ "Fn::Sub": format!("x-${{{id}}}-${{{id}.Arn}}-${{!{id}}}") }),
        3 => json!([{ "Fn::Join": ["", ["x", { "Fn::GetAtt": format!("{id}.Name") }]] }]),
        _ => json!({ "Fn::Sub": ["${V}${AWS::Region}", { "V": { "Ref": id } }] }),
    });
    let resource = (reference, prop::option::of(prop::sample::select(&IDS[..])));
    let stack_of = prop::collection::vec(resource, IDS.len());
    prop::collection::vec(stack_of, STACKS.len()).prop_map(|stacks| {
        let each = stacks.into_iter().zip(STACKS).map(|(resources, name)| {
            let resources: BTreeMap<&str, Value> = resources
                .into_iter()
                .zip(IDS)
                .map(|((reference, wait), id)| {
                    let mut resource =
                        thing(json!({ "Own": format!("{name}/{id}"), "R": reference }));
                    if let Some(wait) = wait {
                        resource["DependsOn"] = wait.into();
                    }
                    (id, resource)
                })
                .collect();
            let outputs = json!({ "Out": { "Value": { "Ref": "W" } } });
            stack(name, json!({ "Resources": resources, "Outputs": outputs }))
        });
        each.collect()
    })
}

/// The text of every `Own` in the stacks, sorted.
fn owned(templates: &BTreeMap<String, Value>) -> Vec<String> {
    let all = templates.values().flat_map(|template| template["Resources"].as_object().unwrap());
    let mut owned: Vec<String> =
        all.map(|(_, it)| it["Properties"]["Own"].as_str().unwrap().to_owned()).collect();
    owned.sort();
    owned
}

/// Every reference that leads nowhere.
fn dangling(templates: &BTreeMap<String, Value>) -> Vec<String> {
    type Found<'a> = &'a mut dyn FnMut(&str, Option<(&str, &str)>);
    fn look(value: &Value, found: Found<'_>) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| look(item, found)),
            Value::Object(map) => {
                for (name, argument) in map {
                    let text = argument.as_str().unwrap_or_default();
                    match &**name {
                        "Ref" => found(text, None),
                        "Fn::GetAtt" => {
                            let id = argument.get(0).and_then(Value::as_str);
                            found(id.unwrap_or_else(|| text.split_once('.').unwrap().0), None);
                        }
                        "Fn::Sub" => {
                            let text = argument.get(0).and_then(Value::as_str).unwrap_or(text);
                            let variables = argument.get(1).and_then(Value::as_object);
                            for name in
                                text.split("${").skip(1).map(|part| part.split_once('}').unwrap().0)
                            {
                                let known = variables.is_some_and(|all| all.contains_key(name));
                                if !name.starts_with('!') && !known {
                                    found(name.split('.').next().unwrap(), None);
                                }
                            }
                        }
                        "Fn::GetStackOutput" => {
                            let text = |key: &str| argument[key].as_str().unwrap();
                            found("", Some((text("StackName"), text("OutputName"))));
                        }
                        "DependsOn" => match argument {
                            Value::Array(ids) => {
                                ids.iter().for_each(|id| found(id.as_str().unwrap(), None))
                            }
                            _ => found(text, None),
                        },
                        _ => {}
                    }
                    look(argument, found);
                }
            }
            _ => {}
        }
    }
    let mut all = Vec::new();
    for (stack, template) in templates {
        look(template, &mut |id, output| {
            let there = match output {
                Some((stack, name)) => templates
                    .get(stack)
                    .is_some_and(|template| template["Outputs"].get(name).is_some()),
                None => id.starts_with("AWS::") || template["Resources"].get(id).is_some(),
            };
            if !there {
                all.push(format!("{stack}: {id} {output:?}"));
            }
        });
    }
    all
}

proptest! {
    #[test]
    fn a_refactor_moves_and_does_nothing_else(
        before in deployed(),
        chosen in prop::collection::btree_map((0..3_usize, 0..4_usize), 0..3_usize, 1..8),
    ) {
        let moves: Vec<(String, String)> = chosen
            .iter()
            .map(|(&(stack, id), &to)| {
                let (stack, id, to) = (STACKS[stack], IDS[id], STACKS[to]);
                (format!("{stack}/{id}"), format!("{to}/From{stack}{id}"))
            })
            .collect();
        let after = STACKS.map(|name| {
            let of_it: Vec<(&str, &str)> = moves
                .iter()
                .filter(|(_, to)| to.starts_with(&format!("{name}/")))
                .map(|(from, to)| (&**from, &**to))
                .collect();
            moved(stack(name, json!({ "Resources": {} })), &of_it)
        });
        let diff = diff(before.clone(), after);
        prop_assert_eq!(diff.moves.len(), moves.len());
        let mut templates: BTreeMap<String, Value> =
            before.iter().map(|stack| (stack.id.name.clone(), stack.template.clone())).collect();
        let all = owned(&templates);
        for refactored in diff.refactors.iter().flat_map(|refactor| &refactor.stacks) {
            templates.insert(refactored.id.name.clone(), refactored.template.clone());
        }
        // Each resource once, those that moved under their new ids.
        prop_assert_eq!(owned(&templates), all);
        for (from, to) in &moves {
            let (stack, id) = to.split_once('/').unwrap();
            prop_assert_eq!(&templates[stack]["Resources"][id]["Properties"]["Own"], from);
        }
        prop_assert_eq!(dangling(&templates), Vec::<String>::new());
        let listed: usize = diff.refactors.iter().map(|refactor| refactor.moves.len()).sum();
        prop_assert_eq!(listed, moves.len());
    }
}
