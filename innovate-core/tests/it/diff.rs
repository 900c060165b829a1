//! What changes between two sets of stacks, and what that does.

use innovate_core::{
    DeletionPolicy,
    check::{Coloring, Facts, Registry, Replacement, ReplacementOrder},
    diff::{Action, Diff, Impact, Snapshot, StackAction, StackId, StackSnapshot},
    stack::Move,
};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Networks, subnets in them, stores that hold data, and templates of machines with versions.
struct Types;

impl Registry for Types {
    fn version(&self) -> &str {
        "2026-01-01"
    }

    fn facts(&self, type_name: &str) -> Option<Facts> {
        Some(Facts { tags: None, stateful: type_name == "T::Store" })
    }

    fn replacement(&self, type_name: &str, path: &str) -> Replacement {
        match (type_name, path.split('/').next().unwrap_or_default()) {
            ("T::Network", "Block") | ("T::Subnet", "NetworkId") | ("T::Store", "Engine") => {
                Replacement::Always
            }
            ("T::Store", "Size") => Replacement::Conditional,
            ("T::Store", "Volume") if path == "Volume/Key" => Replacement::Always,
            _ => Replacement::Never,
        }
    }

    fn replacement_below(&self, type_name: &str, path: &str) -> Replacement {
        match (type_name, path) {
            ("T::Store", "Volume") => Replacement::Always,
            _ => Replacement::Never,
        }
    }

    fn replacement_order(&self, type_name: &str) -> ReplacementOrder {
        match type_name {
            "T::Subnet" => ReplacementOrder::DeleteFirst,
            _ => ReplacementOrder::CreateFirst,
        }
    }

    fn own_name(&self, type_name: &str) -> Vec<&'static str> {
        if type_name == "T::Network" { vec!["Name"] } else { Vec::new() }
    }

    fn default_deletion_policy(&self, type_name: &str, _: Option<&Value>) -> DeletionPolicy {
        match type_name {
            "T::Store" => DeletionPolicy::Snapshot,
            _ => DeletionPolicy::Delete,
        }
    }
}

fn id(name: &str) -> StackId {
    let (account, region) = ("111122223333".to_owned(), "eu-west-1".to_owned());
    StackId { name: name.to_owned(), account, region }
}

fn stack(name: &str, resources: Value) -> StackSnapshot {
    StackSnapshot::new(id(name), json!({ "Resources": resources }))
}

fn diff(
    before: impl IntoIterator<Item = StackSnapshot>,
    after: impl IntoIterator<Item = StackSnapshot>,
) -> Diff {
    Diff::between(&Snapshot::new(before), &Snapshot::new(after), &Types)
}

/// The diff of one stack with these resources.
fn change(before: Value, after: Value) -> Diff {
    diff([stack("app", before)], [stack("app", after)])
}

/// Each resource that changes: its id, what becomes of it, and the worst of it.
fn found(diff: &Diff) -> Vec<(String, Action, Impact)> {
    let each = |found: &innovate_core::diff::ResourceChange| {
        (found.logical_id.clone(), found.action, found.impact)
    };
    diff.resources().map(|(_, found)| each(found)).collect()
}

fn codes(diff: &Diff) -> Vec<&'static str> {
    diff.refusals.iter().map(|refusal| refusal.finding.code()).collect()
}

fn network(block: &str) -> Value {
    json!({ "Type": "T::Network", "Properties": { "Block": block } })
}

fn subnet() -> Value {
    json!({ "Type": "T::Subnet", "Properties": { "NetworkId": { "Ref": "Network" } } })
}

fn store(properties: Value) -> Value {
    json!({ "Type": "T::Store", "Properties": properties })
}

#[test]
fn what_stays_is_no_change() {
    let all = json!({ "Network": network("10.0.0.0/16"), "Subnet": subnet() });
    let diff = change(all.clone(), all);
    assert!(diff.is_empty());
    assert_eq!(diff.stacks[0].action, StackAction::Keep);
    assert_eq!(diff.summary(), "no changes in 1 stack");
    assert_eq!(diff.impact(), Impact::Nothing);
}

#[test]
fn a_new_stack_makes_its_resources() {
    let diff = diff([], [stack("app", json!({ "Network": network("10.0.0.0/16") }))]);
    assert_eq!(diff.stacks[0].action, StackAction::Create);
    assert_eq!(found(&diff), [("Network".to_owned(), Action::Create, Impact::Create)]);
}

#[test]
fn a_stack_that_the_program_has_no_more_is_left_alone() {
    let diff = diff([stack("app", json!({ "Store": store(json!({})) }))], []);
    assert_eq!(diff.stacks[0].action, StackAction::Leave);
    assert!(diff.is_empty());
    assert!(found(&diff).is_empty());
    assert!(diff.to_text(Coloring::Plain).contains("not in the program any more"));
}

#[test]
fn a_property_says_what_its_change_does() {
    let before = json!({ "Store": store(json!({ "Label": "a", "Size": 1 })) });
    for (properties, impact) in [
        (json!({ "Label": "b", "Size": 1 }), Impact::Update),
        (json!({ "Label": "a", "Size": 2 }), Impact::MayInterrupt),
        (json!({ "Label": "a", "Size": 1, "Engine": "x" }), Impact::Replace),
    ] {
        let diff = change(before.clone(), json!({ "Store": store(properties) }));
        assert_eq!(diff.resources().next().unwrap().1.impact, impact);
        assert_eq!(diff.impact(), impact);
    }
}

#[test]
fn what_is_create_only_deep_inside_counts_when_all_around_it_goes() {
    let before = json!({ "Store": store(json!({ "Volume": { "Key": "k", "Label": "a" } })) });
    let diff = change(before.clone(), json!({ "Store": store(json!({})) }));
    assert_eq!(diff.impact(), Impact::Replace);
    let other = json!({ "Store": store(json!({ "Volume": { "Key": "k", "Label": "b" } })) });
    assert_eq!(change(before, other).impact(), Impact::Update);
}

#[test]
fn a_replaced_resource_replaces_what_can_not_change_its_reference() {
    let diff = change(
        json!({ "Network": network("10.0.0.0/16"), "Subnet": subnet() }),
        json!({ "Network": network("10.1.0.0/16"), "Subnet": subnet() }),
    );
    assert_eq!(
        found(&diff),
        [
            ("Network".to_owned(), Action::Replace, Impact::Replace),
            ("Subnet".to_owned(), Action::Replace, Impact::Replace),
        ]
    );
    let (_, subnet) = diff.resources().nth(1).unwrap();
    assert_eq!(subnet.properties[0].path, "NetworkId");
    assert_eq!(subnet.properties[0].causes[0].id, "Network");
    assert!(diff.to_text(Coloring::Plain).contains("(replaces it; app/Network changes)"));
}

#[test]
fn what_may_be_replaced_makes_nothing_else_certain() {
    let reader = json!({ "Type": "T::Subnet", "Properties": { "NetworkId": { "Ref": "Store" } } });
    let diff = change(
        json!({ "Store": store(json!({ "Size": 1 })), "Reader": reader }),
        json!({ "Store": store(json!({ "Size": 2 })), "Reader": reader }),
    );
    let reader = diff.resources().find(|(_, found)| found.logical_id == "Reader").unwrap().1;
    assert_eq!((reader.action, reader.impact), (Action::Update, Impact::MayInterrupt));
    assert!(!reader.properties[0].causes[0].certain);
}

#[test]
fn an_update_changes_versions_and_nothing_else_of_a_resource() {
    let reader = |attribute: &str| json!({ "Type": "T::Group", "Properties": { "Version": { "Fn::GetAtt": ["Template", attribute] } } });
    let template = |image: &str| json!({ "Type": "T::Template", "Properties": { "Image": image } });
    for (attribute, changes) in [("LatestVersionNumber", 2), ("Arn", 1)] {
        let diff = change(
            json!({ "Template": template("a"), "Group": reader(attribute) }),
            json!({ "Template": template("b"), "Group": reader(attribute) }),
        );
        assert_eq!(diff.resources().count(), changes, "{attribute}");
    }
}

#[test]
fn a_change_goes_through_outputs_into_the_stacks_that_read_them() {
    let producer = |block: &str| {
        StackSnapshot::new(
            id("network"),
            json!({
                "Resources": { "Network": network(block) },
                "Outputs": { "Id": { "Value": { "Ref": "Network" } } },
            }),
        )
    };
    let value = json!({ "Fn::GetStackOutput": { "StackName": "network", "OutputName": "Id" } });
    let consumer = stack(
        "app",
        json!({ "Subnet": { "Type": "T::Subnet", "Properties": { "NetworkId": value } } }),
    );
    let diff = diff(
        [producer("10.0.0.0/16"), consumer.clone()],
        [producer("10.1.0.0/16"), consumer.clone()],
    );
    assert_eq!(diff.stacks[1].action, StackAction::Update);
    assert_eq!(diff.stacks[1].resources[0].action, Action::Replace);
    let elsewhere =
        StackSnapshot { id: StackId { region: "us-east-1".to_owned(), ..id("app") }, ..consumer };
    let apart = self::diff(
        [producer("10.0.0.0/16"), elsewhere.clone()],
        [producer("10.1.0.0/16"), elsewhere],
    );
    assert_eq!(apart.stacks[1].action, StackAction::Keep, "its own region has no such stack");
}

#[test]
fn another_value_of_a_parameter_changes_what_refers_to_it() {
    let with = |value: &str| {
        let mut stack = StackSnapshot::new(
            id("app"),
            json!({
                "Parameters": { "Engine": { "Type": "String", "Default": "a" } },
                "Resources": { "Store": store(json!({ "Engine": { "Ref": "Engine" } })) },
            }),
        );
        stack.parameters.insert("Engine".to_owned(), value.to_owned());
        stack
    };
    assert!(diff([with("a")], [with("a")]).is_empty());
    assert_eq!(diff([with("a")], [with("b")]).impact(), Impact::Replace);
}

#[test]
fn what_leaves_a_stack_goes_by_its_deletion_policy() {
    for (policy, action) in [
        (Some("Retain"), Action::Retain),
        (Some("RetainExceptOnCreate"), Action::Retain),
        (Some("Snapshot"), Action::Delete),
        (Some("Delete"), Action::Delete),
        (None, Action::Delete),
    ] {
        let mut store = store(json!({}));
        if let Some(policy) = policy {
            store["DeletionPolicy"] = policy.into();
        }
        let diff = change(json!({ "Store": store }), json!({}));
        let (_, gone) = diff.resources().next().unwrap();
        assert_eq!(gone.action, action, "{policy:?}");
        assert_eq!(
            gone.old_resource,
            Some(match policy {
                Some("Snapshot") | None => "Snapshot",
                Some("Delete") => "Delete",
                _ => "Retain",
            })
        );
        assert_eq!(codes(&diff), ["PLAN-03"], "it holds data, whatever its policy");
    }
    assert!(codes(&change(json!({ "Subnet": subnet() }), json!({}))).is_empty());
}

#[test]
fn a_store_that_would_be_replaced_is_refused_by_its_property() {
    let diff = change(
        json!({ "Store": store(json!({ "Engine": "a" })) }),
        json!({ "Store": store(json!({ "Engine": "b" })) }),
    );
    assert_eq!(codes(&diff), ["PLAN-01"]);
    assert_eq!(diff.refusals[0].finding.given_value(), Some("Engine"));
    assert!(diff.refusals[0].by_name);
}

#[test]
fn a_store_with_another_logical_id_is_refused_with_what_to_write() {
    let diff =
        change(json!({ "Store": store(json!({})) }), json!({ "MainStore": store(json!({})) }));
    assert_eq!(codes(&diff), ["PLAN-02"]);
    assert!(diff.refusals[0].finding.help_texts()[0].contains(".moved_from(\"Store\")"));
    let other = self::diff(
        [stack("app", json!({ "Store": store(json!({})) }))],
        [stack("app", json!({})), stack("data", json!({ "Store": store(json!({})) }))],
    );
    assert_eq!(codes(&other), ["PLAN-02"]);
    assert!(other.refusals[0].finding.help_texts()[0].contains(".moved_from(\"app/Store\")"));
}

#[test]
fn a_store_that_says_what_it_was_is_moved() {
    let moved = |from: &str| StackSnapshot {
        moved: vec![Move { from: from.to_owned(), to: "data/Main".to_owned() }],
        ..stack("data", json!({ "Main": store(json!({ "Label": "b" })) }))
    };
    let rest = || json!({ "Key": { "Type": "T::Group" } });
    let before = || {
        let store = store(json!({ "Label": "a" }));
        [stack("app", json!({ "Key": { "Type": "T::Group" }, "Store": store }))]
    };
    let due = diff(before(), [stack("app", rest()), moved("app/Store")]);
    assert!(codes(&due).is_empty(), "{:?}", due.refusals);
    assert_eq!((&*due.moves[0].from, &*due.moves[0].to), ("app/Store", "data/Main"));
    assert_eq!(found(&due), [("Main".to_owned(), Action::Update, Impact::Update)]);
    assert_eq!(due.stacks[1].action, StackAction::Create);
    assert_eq!(due.resources().next().unwrap().1.moved_from.as_deref(), Some("app/Store"));
    let done = diff(
        [stack("app", rest()), stack("data", json!({ "Main": store(json!({ "Label": "b" })) }))],
        [stack("app", rest()), moved("app/Store")],
    );
    assert!(done.is_empty(), "{done:?}");
    assert!(done.refactors.is_empty());
}

#[test]
fn another_type_under_one_id_is_refused() {
    let diff =
        change(json!({ "A": { "Type": "T::Subnet" } }), json!({ "A": { "Type": "T::Network" } }));
    assert_eq!(codes(&diff), ["PLAN-04"]);
    assert!(!diff.refusals[0].by_name);
    assert_eq!(diff.refusals[0].finding.allowed_values(), Some("`T::Subnet`, as it is deployed"));
}

#[test]
fn a_named_resource_is_replaced_under_another_name_alone() {
    let named = |name: &str, block: &str| json!({ "Network": { "Type": "T::Network", "Properties": { "Name": name, "Block": block } } });
    assert_eq!(codes(&change(named("n", "10.0.0.0/16"), named("n", "10.1.0.0/16"))), ["PLAN-05"]);
    assert!(codes(&change(named("n", "10.0.0.0/16"), named("m", "10.1.0.0/16"))).is_empty());
    assert!(codes(&change(named("n", "10.0.0.0/16"), named("m", "10.0.0.0/16"))).is_empty());
}

#[test]
fn an_export_that_is_imported_stays() {
    let producer = |name: &str| {
        StackSnapshot::new(
            id("network"),
            json!({
                "Resources": { "Network": network("10.0.0.0/16") },
                "Outputs": { "Id": { "Value": { "Ref": "Network" }, "Export": { "Name": name } } },
            }),
        )
    };
    let consumer = stack(
        "app",
        json!({ "Subnet": { "Type": "T::Subnet", "Properties": { "NetworkId": { "Fn::ImportValue": "n" } } } }),
    );
    let diff = diff([producer("n"), consumer.clone()], [producer("m"), stack("app", json!({}))]);
    assert_eq!(codes(&diff), ["PLAN-06"]);
    assert!(diff.refusals[0].finding.message().contains("`app`"));
    assert!(codes(&self::diff([producer("n")], [producer("m")])).is_empty(), "nobody imports it");
}

#[test]
fn what_stands_beside_the_properties_does_nothing_to_a_resource() {
    let with = |policy: &str| json!({ "Store": { "Type": "T::Store", "DeletionPolicy": policy } });
    let diff = change(with("Delete"), with("Retain"));
    assert_eq!(found(&diff), [("Store".to_owned(), Action::Update, Impact::Nothing)]);
    assert!(!diff.is_empty(), "the stack must be updated all the same");
}

#[test]
fn what_is_said_of_the_stack_itself_changes_it() {
    let plain = || stack("app", json!({}));
    let tagged = StackSnapshot { tags: [("team".to_owned(), "a".to_owned())].into(), ..plain() };
    let diff = diff([plain()], [StackSnapshot { termination_protection: true, ..tagged }]);
    assert_eq!(diff.stacks[0].action, StackAction::Update);
    assert_eq!(
        diff.to_text(Coloring::Plain),
        "app (111122223333, eu-west-1)\n  + Tags.team: \"a\"\n  ~ TerminationProtection: false -> true\n\n1 stack to update, no resource changes\n"
    );
}

#[test]
fn a_difference_reads_well_as_text_and_as_markdown() {
    let diff = change(
        json!({ "Network": network("10.0.0.0/16"), "Subnet": subnet(), "Old": { "Type": "T::Group" } }),
        json!({ "Network": network("10.1.0.0/16"), "Subnet": subnet(), "New": { "Type": "T::Group", "Properties": { "A|B": "`x`" } } }),
    );
    assert_eq!(
        diff.to_text(Coloring::Plain),
        "app (111122223333, eu-west-1)
  ± Network  T::Network  is replaced; the old one is deleted
      ~ Block: \"10.0.0.0/16\" -> \"10.1.0.0/16\"  (replaces it)
  + New  T::Group
  - Old  T::Group  is deleted
  ± Subnet  T::Subnet  is replaced; the old one is deleted
      ~ NetworkId: {\"Ref\":\"Network\"}  (replaces it; app/Network changes)

1 to create, 2 to replace, 1 to delete in 1 stack; 0 stay as they are
"
    );
    let markdown = diff.to_markdown();
    assert!(
        markdown.starts_with("**1 to create, 2 to replace, 1 to delete in 1 stack"),
        "{markdown}"
    );
    assert!(
        markdown
            .contains("| ± | `Network` | T::Network | is replaced; the old one is deleted |  |\n")
    );
    assert!(markdown.contains("* `Block`: `\"10.0.0.0/16\" -> \"10.1.0.0/16\"` (replaces it)\n"));
}

#[test]
fn what_is_given_another_name_changes_what_refers_to_it() {
    let named = |name: &str| {
        json!({
            "Network": { "Type": "T::Network", "Properties": { "Name": name, "Block": name } },
            "Subnet": subnet(),
        })
    };
    let diff = change(named("a"), named("b"));
    let subnet = diff.resources().find(|(_, found)| found.logical_id == "Subnet").unwrap().1;
    assert_eq!(subnet.action, Action::Replace);
}

#[test]
fn a_function_may_hold_what_replaces_a_resource() {
    let with = |key: &str| json!({ "Store": store(json!({ "Volume": { "Fn::If": ["C", { "Key": key }, { "Key": "x" }] } })) });
    assert_eq!(change(with("a"), with("b")).impact(), Impact::MayInterrupt);
}

#[test]
fn a_condition_that_may_hold_no_more_may_delete_what_is_under_it() {
    let with = |expression: Value, value: &str| {
        let mut stack = StackSnapshot::new(
            id("app"),
            json!({
                "Parameters": { "Stage": { "Type": "String", "Default": "a" } },
                "Conditions": { "Kept": expression },
                "Resources": { "Store": { "Type": "T::Store", "Condition": "Kept" } },
            }),
        );
        stack.parameters.insert("Stage".to_owned(), value.to_owned());
        stack
    };
    let equals = |text: &str| json!({ "Fn::Equals": [{ "Ref": "Stage" }, text] });
    let same = diff([with(equals("a"), "a")], [with(equals("a"), "a")]);
    assert!(same.is_empty());
    for changed in [
        diff([with(equals("a"), "a")], [with(equals("b"), "a")]),
        diff([with(equals("a"), "a")], [with(equals("a"), "b")]),
        diff([stack("app", json!({ "Store": { "Type": "T::Store" } }))], [with(equals("a"), "a")]),
    ] {
        assert_eq!(found(&changed), [("Store".to_owned(), Action::Update, Impact::Destroy)]);
        assert_eq!(codes(&changed), ["PLAN-03"]);
        assert!(changed.to_text(Coloring::Plain).contains("may be deleted, with what it holds"));
    }
}

#[test]
fn what_refers_to_a_moved_resource_does_not_change_by_that() {
    let reader = |reference: &str| {
        json!({ "Type": "T::Store", "DependsOn": reference, "Properties": {
            "Engine": { "Ref": reference },
            "Label": { "Fn::Sub": format!("${{{reference}}}-${{{reference}.Arn}}") },
        } })
    };
    let moved = StackSnapshot {
        moved: vec![Move { from: "app/Key".to_owned(), to: "app/DataKey".to_owned() }],
        ..stack("app", json!({ "DataKey": { "Type": "T::Group" }, "Store": reader("DataKey") }))
    };
    let before = stack("app", json!({ "Key": { "Type": "T::Group" }, "Store": reader("Key") }));
    let diff = diff([before], [moved]);
    assert_eq!(found(&diff), [("DataKey".to_owned(), Action::Update, Impact::Nothing)]);
    assert!(codes(&diff).is_empty());
}

#[test]
fn an_id_that_something_new_takes_over_is_made_anew() {
    let moved = |to: &str, old: Value| {
        let stack = |name: &str, resources: Value| StackSnapshot {
            moved: vec![Move { from: "app/Store".to_owned(), to: format!("{to}/Main") }],
            ..stack(name, resources)
        };
        let main = json!({ "Main": store(json!({})) });
        match to {
            "app" => vec![stack("app", json!({ "Main": store(json!({})), "Store": old }))],
            _ => vec![self::stack("app", json!({ "Store": old })), stack(to, main)],
        }
    };
    for to in ["app", "data"] {
        let before = stack("app", json!({ "Store": store(json!({})) }));
        let diff = diff([before], moved(to, store(json!({}))));
        let taken = diff.resources().find(|(_, found)| found.logical_id == "Store").unwrap().1;
        assert_eq!(taken.action, Action::Create, "{to}");
    }
}

#[test]
fn an_export_of_what_is_replaced_changes_too() {
    let producer = |block: &str| {
        StackSnapshot::new(
            id("network"),
            json!({
                "Resources": { "Network": network(block) },
                "Outputs": { "Id": { "Value": { "Ref": "Network" }, "Export": { "Name": "n" } } },
            }),
        )
    };
    let consumer = StackSnapshot::new(
        id("app"),
        json!({ "Resources": {}, "Outputs": { "Copy": { "Value": { "Fn::ImportValue": "n" } } } }),
    );
    let diff =
        diff([producer("10.0.0.0/16"), consumer.clone()], [producer("10.1.0.0/16"), consumer]);
    assert_eq!(codes(&diff), ["PLAN-06"]);
}

#[test]
fn a_parameter_without_a_value_and_a_secret_one_stay_as_they_are() {
    let with = |value: Option<&str>| {
        let mut stack = StackSnapshot::new(
            id("app"),
            json!({
                "Parameters": { "Engine": { "Type": "String" } },
                "Resources": { "Store": store(json!({ "Engine": { "Ref": "Engine" } })) },
            }),
        );
        stack.parameters.extend(value.map(|value| ("Engine".to_owned(), value.to_owned())));
        stack
    };
    assert!(diff([with(Some("a"))], [with(None)]).is_empty());
    assert!(diff([with(Some("****"))], [with(Some("a"))]).is_empty());
    assert!(!diff([with(Some("a"))], [with(Some("b"))]).is_empty());
}

fn template() -> impl Strategy<Value = Value> {
    let literal = prop_oneof!["[a-c]", "[a-c]"].prop_map(Value::from);
    let reference = "[A-D]".prop_map(|id| json!({ "Ref": id }));
    const KINDS: &[&str] = &["T::Network", "T::Subnet", "T::Store", "T::Group"];
    let resource = (
        prop::sample::select(KINDS),
        prop::collection::btree_map(
            "Block|NetworkId|Engine|Size|Label",
            prop_oneof![literal, reference],
            0..4,
        ),
    );
    let resource =
        resource.prop_map(|(kind, properties)| json!({ "Type": kind, "Properties": properties }));
    prop::collection::btree_map("[A-D]", resource, 0..5).prop_map(|all| json!(all))
}

proptest! {
    #[test]
    fn nothing_changes_between_equals(resources in template()) {
        let diff = change(resources.clone(), resources);
        prop_assert!(diff.is_empty());
        prop_assert!(diff.refusals.is_empty());
    }

    #[test]
    fn every_resource_that_differs_is_in_the_diff_and_ends_somewhere(before in template(), after in template()) {
        let diff = change(before.clone(), after.clone());
        for id in ["A", "B", "C", "D"] {
            let change = diff.resources().find(|(_, found)| found.logical_id == id).map(|(_, found)| found);
            match (before.get(id), after.get(id)) {
                (None, None) => prop_assert!(change.is_none()),
                (None, Some(_)) => prop_assert_eq!(change.unwrap().action, Action::Create),
                (Some(_), None) => prop_assert!(change.unwrap().impact == Impact::Destroy),
                (Some(old), Some(new)) if old != new => prop_assert!(change.is_some()),
                // The same text: only what it refers to may change it.
                (Some(_), Some(_)) => if let Some(change) = change {
                    prop_assert!(change.properties.iter().all(|property| !property.causes.is_empty()));
                },
            }
        }
    }

    #[test]
    fn no_store_is_lost_without_a_refusal(before in template(), after in template()) {
        let diff = change(before.clone(), after.clone());
        let engine = |store: &Value| store.pointer("/Properties/Engine").cloned();
        for (id, old) in before.as_object().unwrap() {
            let lost = match after.get(id) {
                Some(new) if new["Type"] == "T::Store" => engine(old) != engine(new),
                _ => true,
            };
            let refused = diff.refusals.iter().any(|refusal| refusal.logical_id == *id);
            prop_assert!(!(lost && old["Type"] == "T::Store") || refused, "{id}");
        }
    }
}
