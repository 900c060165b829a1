//! What is moved before a deployment, and what CloudFormation would refuse of it.

use std::collections::BTreeMap;

use innovate_core::{
    check::{Coloring, Facts, Registry, Replacement},
    diff::{Action, Diff, Impact, Refactor, Snapshot, StackId, StackSnapshot},
    stack::Move,
};
use serde_json::{Value, json};

/// Whatever a `T::Reader` refers to replaces it; a `T::Fixed` can't be moved.
struct Types;

impl Registry for Types {
    fn version(&self) -> &str {
        "2026-01-01"
    }

    fn facts(&self, _: &str) -> Option<Facts> {
        Some(Facts::default())
    }

    fn replacement(&self, type_name: &str, _: &str) -> Replacement {
        if type_name == "T::Reader" { Replacement::Always } else { Replacement::Never }
    }

    fn is_movable(&self, type_name: &str) -> bool {
        type_name != "T::Fixed"
    }
}

fn id(name: &str) -> StackId {
    let (account, region) = ("111122223333".to_owned(), "eu-west-1".to_owned());
    StackId { name: name.to_owned(), account, region }
}

pub(crate) fn stack(name: &str, template: Value) -> StackSnapshot {
    StackSnapshot::new(id(name), template)
}

pub(crate) fn moved(stack: StackSnapshot, moves: &[(&str, &str)]) -> StackSnapshot {
    let each = |(from, to): &(&str, &str)| Move { from: (*from).into(), to: (*to).into() };
    StackSnapshot { moved: moves.iter().map(each).collect(), ..stack }
}

pub(crate) fn diff(
    before: impl IntoIterator<Item = StackSnapshot>,
    after: impl IntoIterator<Item = StackSnapshot>,
) -> Diff {
    Diff::between(&Snapshot::new(before), &Snapshot::new(after), &Types)
}

/// The templates after the only refactor of a plan, by stack.
fn templates(diff: &Diff) -> BTreeMap<String, Value> {
    let [Refactor { stacks, .. }] = &*diff.refactors else { panic!("{:?}", diff.refactors) };
    stacks.iter().map(|stack| (stack.id.name.clone(), stack.template.clone())).collect()
}

fn plan_09(diff: &Diff) -> Vec<String> {
    let found = diff.refusals.iter().filter(|refusal| refusal.finding.code() == "PLAN-09");
    found.map(|refusal| refusal.finding.message().to_owned()).collect()
}

pub(crate) fn thing(properties: Value) -> Value {
    json!({ "Type": "T::Thing", "Properties": properties })
}

fn reader(properties: Value) -> Value {
    json!({ "Type": "T::Reader", "Properties": properties })
}

fn output(stack: &str, output: &str) -> Value {
    json!({ "Fn::GetStackOutput": { "StackName": stack, "OutputName": output } })
}

#[test]
fn a_resource_with_another_logical_id_is_renamed_with_all_that_refers_to_it() {
    let before = stack(
        "app",
        json!({
            "Parameters": { "Stage": { "Type": "String", "Default": "a" } },
            "Resources": {
                "Key": thing(json!({ "Label": "x" })),
                "Store": { "Type": "T::Reader", "DependsOn": ["Key", "Other"], "Properties": {
                    "A": { "Ref": "Key" },
                    "B": { "Fn::GetAtt": ["Key", "Arn"] },
                    "C": { "Fn::Sub": "${Key}/${Key.Arn}/${!Key}/${AWS::Region}/${Other}" },
                    "D": { "Fn::Sub": ["${Key}${Own}", { "Own": { "Fn::GetAtt": "Key.Arn" } }] },
                    "E": { "Fn::If": ["Kept", { "Ref": "Key" }, "Key"] },
                    "F": { "Ref": "Stage" },
                } },
                "Other": thing(json!({ "Ref": "Key", "and": "no function" })),
            },
            "Outputs": { "Arn": { "Value": { "Fn::GetAtt": ["Key", "Arn"] } } },
        }),
    );
    let text = serde_json::to_string(&before.template).unwrap();
    let text = text.replace("\"Key\"", "\"DataKey\"").replace("${Key", "${DataKey");
    let text = text.replace("\"Key.Arn\"", "\"DataKey.Arn\"");
    let text = text.replace(r#"{"Ref":"DataKey","and""#, r#"{"Ref":"Key","and""#);
    let text = text.replace(r#"{"Ref":"DataKey"},"DataKey"]"#, r#"{"Ref":"DataKey"},"Key"]"#);
    let after = StackSnapshot::parse(&text).unwrap();
    let diff = diff([before], [moved(stack("app", after.clone()), &[("app/Key", "app/DataKey")])]);
    assert!(plan_09(&diff).is_empty());
    assert_eq!(templates(&diff)["app"], after);
    let changes: Vec<&str> = diff.resources().map(|(_, found)| &*found.logical_id).collect();
    assert_eq!(changes, ["DataKey"], "nothing else changes");
    assert!(!diff.refactors[0].stacks[0].is_new);
}

/// A store with its key in `app`, and what reads the store there, before and after the store has a stack
/// of its own; `web` reads it from wherever it is.
fn split(link: impl Fn(&str, &str) -> Value) -> (Vec<StackSnapshot>, Vec<StackSnapshot>) {
    let key = thing(json!({}));
    let before = stack(
        "app",
        json!({
            "Resources": {
                "Key": key,
                "Store": { "Type": "T::Reader", "DependsOn": "Key", "Properties": { "Key": { "Fn::GetAtt": ["Key", "Arn"] } } },
                "Reader": { "Type": "T::Reader", "DependsOn": ["Store"], "Properties": {
                    "Store": { "Ref": "Store" },
                    "Text": { "Fn::Sub": "x-${Store.Arn}-${Key}" },
                    "List": { "Fn::GetAtt": ["Store", "Names"] },
                } },
            },
            "Outputs": { "StoreArn": { "Value": { "Fn::GetAtt": ["Store", "Arn"] } } },
        }),
    );
    let web =
        |arn: Value| stack("web", json!({ "Resources": { "Web": reader(json!({ "Arn": arn })) } }));
    let exported =
        |value: Value, name: &str, stack: &str| match link(stack, name).get("Fn::ImportValue") {
            Some(export) => json!({ "Value": value, "Export": { "Name": export } }),
            None => json!({ "Value": value }),
        };
    let app = stack(
        "app",
        json!({
            "Resources": {
                "Key": key,
                "Reader": reader(json!({
                    "Store": link("data", "Main"),
                    "Text": { "Fn::Join": ["", ["x-", link("data", "MainArn"), "-", { "Ref": "Key" }]] },
                    "List": { "Fn::Split": [",", { "Fn::Join": ["", [link("data", "MainNames")]] }] },
                })),
            },
        }),
    );
    let data = moved(
        stack(
            "data",
            json!({
                "Resources": { "Main": reader(json!({ "Key": "k" })) },
                "Outputs": {
                    "Main": exported(json!({ "Ref": "Main" }), "Main", "data"),
                    "MainArn": exported(json!({ "Fn::GetAtt": ["Main", "Arn"] }), "MainArn", "data"),
                    "MainNames": exported(json!({ "Fn::Join": [",", { "Fn::GetAtt": ["Main", "Names"] }] }), "MainNames", "data"),
                },
            }),
        ),
        &[("app/Store", "data/Main")],
    );
    let mut before_store = before.clone();
    // The key is the program's own text, so that no two stacks read from each other.
    before_store.template["Resources"]["Store"] =
        json!({ "Type": "T::Reader", "Properties": { "Key": "k" } });
    (
        vec![before_store, web(output("app", "StoreArn"))],
        vec![data, app, web(output("data", "MainArn"))],
    )
}

#[test]
fn a_resource_that_gets_another_stack_is_read_from_there_as_the_program_reads_it() {
    let (before, after) = split(output);
    let diff = diff(before, after);
    assert!(plan_09(&diff).is_empty(), "{:?}", plan_09(&diff));
    let templates = templates(&diff);
    assert_eq!(
        templates["app"],
        json!({
            "Resources": {
                "Key": thing(json!({})),
                "Reader": reader(json!({
                    "Store": output("data", "Main"),
                    "Text": { "Fn::Sub": ["x-${StoreArn}-${Key}", { "StoreArn": output("data", "MainArn") }] },
                    "List": { "Fn::Split": [",", { "Fn::Join": ["", [output("data", "MainNames")]] }] },
                })),
            },
        }),
        "the output went with what it says; nothing waits for what isn't in the stack"
    );
    assert_eq!(
        templates["data"],
        json!({
            "Resources": { "Main": reader(json!({ "Key": "k" })) },
            "Outputs": {
                "Main": { "Value": { "Ref": "Main" } },
                "MainArn": { "Value": { "Fn::GetAtt": ["Main", "Arn"] } },
                "MainNames": { "Value": { "Fn::Join": [",", { "Fn::GetAtt": ["Main", "Names"] }] } },
            },
        })
    );
    let [refactor] = &*diff.refactors else { panic!() };
    let new: Vec<(&str, bool)> =
        refactor.stacks.iter().map(|stack| (&*stack.id.name, stack.is_new)).collect();
    assert_eq!(new, [("app", false), ("data", true)]);
}

#[test]
fn what_reads_a_moved_resource_is_not_replaced_by_the_move() {
    for link in
        [output, |stack: &str, name: &str| json!({ "Fn::ImportValue": format!("{stack}:{name}") })]
    {
        let (before, after) = split(link);
        let diff = diff(before, after);
        assert!(!diff.resources().any(|(_, found)| found.action == Action::Replace), "{diff:?}");
        let web = diff.resources().find(|(_, found)| found.logical_id == "Web").unwrap().1;
        assert_eq!((web.action, web.impact), (Action::Update, Impact::Nothing));
        assert_eq!(web.properties[0].after, Some(output("data", "MainArn")));
        let text = diff.to_text(Coloring::Plain);
        assert!(text.contains("\"StackName\":\"data\"}}  (the same value)"), "{text}");
    }
}

#[test]
fn what_the_program_imports_is_exported_by_the_refactor_already() {
    let link = |stack: &str, name: &str| json!({ "Fn::ImportValue": format!("{stack}:{name}") });
    let (before, after) = split(link);
    let templates = templates(&diff(before, after));
    assert_eq!(
        templates["app"]["Resources"]["Reader"]["Properties"]["Store"],
        link("data", "Main")
    );
    let output = &templates["data"]["Outputs"]["Main"];
    assert_eq!(output, &json!({ "Value": { "Ref": "Main" }, "Export": { "Name": "data:Main" } }));
}

#[test]
fn a_moved_resource_that_is_replaced_all_the_same_replaces_what_reads_it() {
    let (before, mut after) = split(output);
    after[0].template["Resources"]["Main"]["Properties"]["Key"] = "other".into();
    let diff = diff(before, after);
    let replaced: Vec<&str> = diff
        .resources()
        .filter(|(_, found)| found.action == Action::Replace)
        .map(|(_, found)| &*found.logical_id)
        .collect();
    assert_eq!(replaced, ["Main", "Reader", "Web"]);
}

#[test]
fn what_the_program_has_no_output_for_gets_one_for_the_time_being() {
    let before = stack(
        "app",
        json!({ "Resources": {
            "Store": thing(json!({})),
            "Reader": thing(json!({ "Arn": { "Fn::GetAtt": ["Store", "Arn"] } })),
        } }),
    );
    let app = stack("app", json!({ "Resources": { "Reader": thing(json!({})) } }));
    let data = moved(
        stack("data", json!({ "Resources": { "Store": thing(json!({})) } })),
        &[("app/Store", "data/Store")],
    );
    let templates = templates(&diff([before], [data, app]));
    assert_eq!(
        templates["app"]["Resources"]["Reader"]["Properties"]["Arn"],
        output("data", "MovedStoreArn")
    );
    let value = json!({ "Value": { "Fn::GetAtt": ["Store", "Arn"] } });
    assert_eq!(templates["data"]["Outputs"], json!({ "MovedStoreArn": value }));
}

#[test]
fn moves_that_share_no_stack_are_refactors_of_their_own() {
    let two =
        |a: &str, b: &str| json!({ "Resources": { a: thing(json!({})), b: thing(json!({})) } });
    let all = |id: &'static str| ["a", "b"].map(|name| stack(name, two(id, "Rest")));
    let after = all("New").map(|stack| {
        let name = stack.id.name.clone();
        moved(stack, &[(&format!("{name}/Old"), &format!("{name}/New"))])
    });
    let diff = diff(all("Old"), after);
    assert_eq!(diff.refactors.len(), 2);
    assert_eq!(diff.refactors[0].moves[0].to, "a/New");
    assert_ne!(diff.refactors[0].digest(), diff.refactors[1].digest());
    assert_eq!(diff.refactors[0].digest().len(), 16);
}

/// What is said against a move of `app/Thing`, of these other entries in its stack, to `to`.
fn refused(resource: Value, others: Value, to: &StackSnapshot) -> Vec<String> {
    let mut template = json!({ "Resources": { "Rest": thing(json!({})) } });
    for (name, section) in others.as_object().unwrap() {
        template[name] = section.clone();
    }
    let rest = stack("app", template.clone());
    template["Resources"]["Thing"] = resource.clone();
    let mut after = to.clone();
    after.template["Resources"]["Moved"] = resource;
    let target = format!("{}/Moved", to.id.name);
    let after = moved(after, &[("app/Thing", &target)]);
    let known = to.template.get("Resources").is_some();
    let before = std::iter::once(stack("app", template)).chain(known.then(|| to.clone()));
    let diff = diff(before.collect::<Vec<_>>(), [rest, after]);
    for refusal in diff.refusals.iter().filter(|refusal| refusal.finding.code() == "PLAN-09") {
        assert!(!refusal.by_name);
        assert_eq!((&*refusal.stack.name, &*refusal.logical_id), (&*to.id.name, "Moved"));
        assert!(!refusal.finding.help_texts().is_empty());
    }
    plan_09(&diff)
}

#[test]
fn a_type_that_can_not_be_moved_is_refused() {
    let new = stack("data", json!({}));
    assert_eq!(
        refused(json!({ "Type": "T::Fixed" }), json!({}), &new),
        ["`app/Thing` can't be moved: CloudFormation takes no T::Fixed in a stack refactor"]
    );
    assert!(refused(thing(json!({})), json!({}), &new).is_empty());
}

#[test]
fn what_refers_to_its_own_stack_can_not_leave_it() {
    let named = thing(json!({ "Name": { "Fn::Sub": "${AWS::StackName}-x" } }));
    let found = refused(named.clone(), json!({}), &stack("data", json!({})));
    assert_eq!(found.len(), 1);
    assert!(found[0].contains("it refers to AWS::StackName"), "{found:?}");
    let regional = thing(json!({ "Name": { "Ref": "AWS::Region" } }));
    assert!(refused(regional, json!({}), &stack("data", json!({}))).is_empty());
    // In its stack it may be called otherwise.
    let before = stack("app", json!({ "Resources": { "A": named } }));
    let after = stack("app", json!({ "Resources": { "B": named } }));
    assert!(plan_09(&diff([before], [moved(after, &[("app/A", "app/B")])])).is_empty());
}

#[test]
fn what_it_refers_to_must_be_in_the_new_stack_already() {
    let uses = thing(json!({ "Size": { "Ref": "Size" }, "Kind": { "Fn::If": ["Large", 1, 2] } }));
    let sections = |size: &str| {
        json!({
            "Parameters": { "Size": { "Type": "String", "Default": size } },
            "Conditions": { "Large": { "Fn::Equals": [{ "Ref": "Size" }, "a"] } },
        })
    };
    let there = |mut sections: Value| {
        sections["Resources"] = json!({ "Other": thing(json!({})) });
        stack("data", sections)
    };
    assert!(refused(uses.clone(), sections("a"), &there(sections("a"))).is_empty());
    let lacking = refused(uses.clone(), sections("a"), &there(json!({})));
    assert!(lacking[0].contains("refers to the condition `Large`"), "{lacking:?}");
    let other = refused(uses.clone(), sections("a"), &there(sections("b")));
    assert!(other[0].contains("refers to the parameter `Size`"), "{other:?}");
    let new = refused(uses, sections("a"), &stack("data", json!({})));
    assert_eq!(new.len(), 1);
    let under = json!({ "Type": "T::Thing", "Condition": "Large" });
    let found = refused(under, sections("a"), &stack("data", json!({})));
    assert!(found[0].contains("refers to the condition `Large`"), "{found:?}");
}

#[test]
fn what_another_stack_imports_can_not_leave() {
    let exporting = |import: Value| {
        let app = stack(
            "app",
            json!({
                "Resources": { "Store": thing(json!({})), "Rest": thing(json!({})) },
                "Outputs": { "Store": { "Value": { "Ref": "Store" }, "Export": { "Name": "app:Store" } } },
            }),
        );
        let web =
            stack("web", json!({ "Resources": { "Web": thing(json!({ "Store": import })) } }));
        let data = moved(
            stack("data", json!({ "Resources": { "Store": thing(json!({})) } })),
            &[("app/Store", "data/Store")],
        );
        let rest = stack("app", json!({ "Resources": { "Rest": thing(json!({})) } }));
        plan_09(&diff([app, web.clone()], [data, rest, web]))
    };
    let found = exporting(json!({ "Fn::ImportValue": "app:Store" }));
    assert!(found[0].contains("the stack `web` imports it from the output `Store`"), "{found:?}");
    assert!(exporting(output("app", "Store")).is_empty());
}

#[test]
fn five_stacks_take_part_in_a_refactor() {
    let moves = |count: usize| {
        let names: Vec<String> = (0..count).map(|at| format!("s{at}")).collect();
        let mut resources = json!({ "Rest": thing(json!({})) });
        names.iter().for_each(|name| resources[name] = thing(json!({})));
        let after = names.iter().map(|name| {
            let new = stack(name, json!({ "Resources": { "New": thing(json!({})) } }));
            moved(new, &[(&format!("app/{name}"), &format!("{name}/New"))])
        });
        let rest = stack("app", json!({ "Resources": { "Rest": thing(json!({})) } }));
        let after: Vec<StackSnapshot> = after.chain([rest]).collect();
        plan_09(&diff([stack("app", json!({ "Resources": resources }))], after))
    };
    assert!(moves(4).is_empty());
    assert_eq!(
        moves(5),
        ["the moves link 6 stacks, and CloudFormation takes 5 in a stack refactor"]
    );
}

#[test]
fn a_stack_is_not_left_empty() {
    let before = stack("app", json!({ "Resources": { "Store": thing(json!({})) } }));
    let data = moved(
        stack("data", json!({ "Resources": { "Store": thing(json!({})) } })),
        &[("app/Store", "data/Store")],
    );
    assert_eq!(
        plan_09(&diff([before], [data])),
        ["the moves leave nothing in `app`: CloudFormation has no empty stacks, and refuses"]
    );
}

#[test]
fn a_template_that_transforms_itself_is_not_followed() {
    let found = refused(
        thing(json!({})),
        json!({ "Transform": "AWS::LanguageExtensions" }),
        &stack("data", json!({})),
    );
    assert!(found[0].contains("the deployed template of `app` transforms itself"), "{found:?}");
}

#[test]
fn stacks_that_would_read_from_each_other_are_refused() {
    let before = stack(
        "app",
        json!({ "Resources": {
            "Key": thing(json!({})),
            "Store": thing(json!({ "Key": { "Ref": "Key" } })),
            "Reader": thing(json!({ "Store": { "Ref": "Store" } })),
        } }),
    );
    let after = |also: bool| {
        let mut moves = vec![("app/Store", "data/Store")];
        let mut data = json!({ "Store": thing(json!({ "Key": { "Ref": "Key" } })) });
        let mut app = json!({ "Reader": thing(json!({})), "Key": thing(json!({})) });
        if also {
            moves.push(("app/Key", "data/Key"));
            data["Key"] = thing(json!({}));
            app.as_object_mut().unwrap().remove("Key");
        }
        [
            moved(stack("data", json!({ "Resources": data })), &moves),
            stack("app", json!({ "Resources": app })),
        ]
    };
    let found = plan_09(&diff([before.clone()], after(false)));
    assert!(found[0].contains("`app` and `data` would read from each other"), "{found:?}");
    assert!(plan_09(&diff([before], after(true))).is_empty());
}
