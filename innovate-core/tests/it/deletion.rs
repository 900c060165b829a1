//! What becomes of stacks that are deleted, and in which order they go.

use std::collections::BTreeSet;

use innovate_core::{
    DeletionPolicy,
    check::{Coloring, Facts, Registry},
    diff::{Action, DeletionTurn, Diff, Snapshot, StackId, StackSnapshot},
};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Stores hold data; what isn't said of them, a snapshot is kept of.
struct Types;

impl Registry for Types {
    fn version(&self) -> &str {
        "2026-01-01"
    }

    fn facts(&self, type_name: &str) -> Option<Facts> {
        Some(Facts { tags: None, stateful: type_name == "T::Store" })
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

fn stack(name: &str, template: Value) -> StackSnapshot {
    StackSnapshot::new(id(name), template)
}

/// A stack that reads outputs of others.
fn reading(name: &str, others: &[&str]) -> StackSnapshot {
    let reads =
        |other: &&str| json!({ "Fn::GetStackOutput": { "StackName": other, "OutputName": "o" } });
    let values: Vec<Value> = others.iter().map(reads).collect();
    let properties = json!({ "Values": values });
    stack(name, json!({ "Resources": { "R": { "Type": "T::Thing", "Properties": properties } } }))
}

fn names(turns: &[DeletionTurn]) -> Vec<&str> {
    turns.iter().map(|turn| &*turn.stack.name).collect()
}

fn order(stacks: &[StackSnapshot], links: &[(&str, &str)], wanted: &[&str]) -> Vec<DeletionTurn> {
    let ids: Vec<StackId> = stacks.iter().map(|stack| stack.id.clone()).collect();
    let links: Vec<_> = links.iter().map(|(one, other)| (id(one), id(other))).collect();
    let wanted: Vec<_> = wanted.iter().map(|name| id(name)).collect();
    Snapshot::new(stacks.iter().cloned()).deletion_order(&ids, &links, &wanted)
}

#[test]
fn what_reads_from_a_stack_is_deleted_before_it() {
    let stacks = [
        reading("network", &[]),
        reading("data", &["network"]),
        reading("logs", &[]),
        reading("app", &["data", "network"]),
    ];
    let turns = order(&stacks, &[], &[]);
    assert_eq!(names(&turns), ["app", "logs", "data", "network"]);
    assert_eq!(turns[3].after, [id("data"), id("app")]);
    assert_eq!(turns[1].after, [], "nothing reads from it, so it waits for nothing");
}

#[test]
fn a_stack_that_is_named_takes_along_what_reads_from_it_and_nothing_else() {
    let stacks =
        [reading("network", &[]), reading("data", &["network"]), reading("app", &["data"])];
    assert_eq!(names(&order(&stacks, &[], &["data"])), ["app", "data"]);
    assert_eq!(names(&order(&stacks, &[], &["app"])), ["app"]);
    let linked = [&stacks[..], &[reading("alarms", &[])]].concat();
    let turns = order(&linked, &[("alarms", "app")], &["app"]);
    assert_eq!(names(&turns), ["alarms", "app"], "the program deploys it later");
}

#[test]
fn an_import_decides_about_the_order_of_stacks_that_read_from_each_other() {
    let exporting = json!({
        "Resources": { "R": { "Type": "T::Thing", "Properties": {
            "Value": { "Fn::GetStackOutput": { "StackName": "b", "OutputName": "o" } }
        } } },
        "Outputs": { "O": { "Value": "v", "Export": { "Name": "shared" } } },
    });
    let importing = json!({ "Resources": {
        "R": { "Type": "T::Thing", "Properties": { "Value": { "Fn::ImportValue": "shared" } } }
    } });
    let stacks = [stack("a", exporting), stack("b", importing)];
    for wanted in [&[][..], &["a"], &["b"]] {
        assert_eq!(names(&order(&stacks, &[("a", "b")], wanted)), ["b", "a"], "{wanted:?}");
    }
}

#[test]
fn stacks_of_one_name_in_two_regions_are_two() {
    let there = StackId { region: "us-east-1".to_owned(), ..id("app") };
    let read = json!({ "Fn::GetStackOutput": {
        "StackName": "app", "OutputName": "o", "Region": "us-east-1"
    } });
    let reader =
        json!({ "Resources": { "R": { "Type": "T::Thing", "Properties": { "V": read } } } });
    let empty = StackSnapshot::new(there.clone(), json!({ "Resources": {} }));
    let snapshot = Snapshot::new([stack("app", reader), empty]);
    let ids = [there.clone(), id("app")];
    let turns = snapshot.deletion_order(&ids, &[], std::slice::from_ref(&there));
    assert_eq!(turns[0], DeletionTurn { stack: id("app"), after: vec![] });
    assert_eq!(turns[1], DeletionTurn { stack: there, after: vec![id("app")] });
}

fn destroying(template: Value) -> Diff {
    let snapshot = Snapshot::new([stack("app", template)]);
    Diff::destroying(&snapshot, [id("app"), id("review")], &Types)
}

#[test]
fn what_holds_data_is_refused_unless_it_is_retained() {
    let diff = destroying(json!({ "Resources": {
        "Thing": { "Type": "T::Thing" },
        "Kept": { "Type": "T::Store", "DeletionPolicy": "Retain" },
        "KeptToo": { "Type": "T::Store", "DeletionPolicy": "RetainExceptOnCreate" },
        "Lost": { "Type": "T::Store", "DeletionPolicy": "Delete" },
        "Snapped": { "Type": "T::Store" },
    } }));
    let becomes: Vec<_> =
        diff.resources().map(|(_, found)| (&*found.logical_id, found.old_resource)).collect();
    assert_eq!(
        becomes,
        [
            ("Kept", Some("Retain")),
            ("KeptToo", Some("Retain")),
            ("Lost", Some("Delete")),
            ("Snapped", Some("Snapshot")),
            ("Thing", Some("Delete")),
        ]
    );
    let refused: Vec<_> =
        diff.refusals.iter().map(|found| (found.finding.code(), &*found.logical_id)).collect();
    assert_eq!(refused, [("PLAN-03", "Lost"), ("PLAN-03", "Snapped")]);
    assert!(diff.refusals.iter().all(|refusal| refusal.by_name));
    assert_eq!(diff.summary(), "2 stacks to delete: 3 to delete, 2 to let go");
    let text = diff.to_text(Coloring::Plain);
    assert!(text.contains("app (111122223333, eu-west-1): deleted\n"), "{text}");
    assert!(text.contains("  - Lost  T::Store  is deleted, with what it holds\n"), "{text}");
    assert!(text.contains("  - Snapped  T::Store  is deleted; a snapshot is kept\n"), "{text}");
    assert!(diff.to_markdown().contains("### `review`: deleted"));
    assert!(!diff.is_empty());
}

#[test]
fn a_protected_stack_is_refused() {
    let mut app = stack("app", json!({ "Resources": {} }));
    app.termination_protection = true;
    let diff = Diff::destroying(&Snapshot::new([app]), [id("app")], &Types);
    let [refusal] = &*diff.refusals else { panic!("{:?}", diff.refusals) };
    assert_eq!((refusal.finding.code(), refusal.by_name), ("PLAN-07", true));
    assert_eq!(diff.summary(), "1 stack to delete");
}

proptest! {
    /// However stacks read from each other: each has one turn, after all that it waits for; what is
    /// wanted is there, and every reader of what is there.
    #[test]
    fn every_order_of_deletion_can_be_followed(
        reads in prop::collection::vec(prop::collection::btree_set(0..6_usize, 0..4), 6),
        links in prop::collection::vec((0..6_usize, 0..6_usize), 0..5),
        wanted in prop::collection::btree_set(0..6_usize, 0..3),
    ) {
        let name = |at: usize| format!("s{at}");
        let stacks: Vec<StackSnapshot> = reads.iter().enumerate().map(|(at, others)| {
            let others: Vec<String> = others.iter().map(|other| name(*other)).collect();
            reading(&name(at), &others.iter().map(String::as_str).collect::<Vec<_>>())
        }).collect();
        let ids: Vec<StackId> = stacks.iter().map(|stack| stack.id.clone()).collect();
        let linked: Vec<_> = links.iter().map(|(one, other)| (id(&name(*one)), id(&name(*other)))).collect();
        let roots: Vec<StackId> = wanted.iter().map(|at| id(&name(*at))).collect();
        let turns = Snapshot::new(stacks).deletion_order(&ids, &linked, &roots);
        let mut gone = BTreeSet::new();
        for turn in &turns {
            prop_assert!(turn.after.iter().all(|other| gone.contains(other)), "{turns:?}");
            prop_assert!(gone.insert(turn.stack.clone()), "{turns:?}");
        }
        prop_assert!(roots.iter().all(|root| gone.contains(root)));
        prop_assert!(!wanted.is_empty() || gone.len() == 6);
        for (reader, others) in reads.iter().enumerate() {
            let read = others.iter().any(|other| gone.contains(&id(&name(*other))));
            prop_assert!(!read || gone.contains(&id(&name(reader))), "{reader} reads: {turns:?}");
        }
        prop_assert!(gone.iter().all(|there| {
            wanted.is_empty() || roots.contains(there) || reads.iter().enumerate().any(|(reader, others)| {
                name(reader) == there.name && others.iter().any(|other| gone.contains(&id(&name(*other))))
            }) || linked.iter().any(|(reader, read)| reader == there && gone.contains(read))
        }), "something goes for no reason: {turns:?}");
    }
}

#[test]
fn a_resource_that_is_not_retained_leaves_with_its_line() {
    let mut app = stack("app", json!({ "Resources": { "Thing": { "Type": "T::Thing" } } }));
    let place = innovate_core::check::Place::from(std::panic::Location::caller());
    app.places.insert("Thing".to_owned(), place.clone());
    let diff = Diff::destroying(&Snapshot::new([app]), [id("app")], &Types);
    let (_, found) = diff.resources().next().unwrap();
    assert_eq!((found.action, found.place.as_ref()), (Action::Delete, Some(&place)));
}
