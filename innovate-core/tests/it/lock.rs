//! What a lock holds a program to; reading and writing it is tested with the command line.

use innovate_core::{
    App, Prod, ResourceType, Stack,
    lock::{Lock, Losses, Update},
};

use crate::program::{Fake, KEPT, OtherStore, Plain, Store, app, site, stack, synth};

fn update(lock: &Lock, app: &App) -> Update {
    lock.update(app, &Fake, "prod", Losses::Refuse)
}

/// A program with one store, made by `add`.
fn with(name: &str, add: impl FnOnce(&mut Stack<Prod>)) -> App {
    let mut made = stack(name);
    made.add("Plain", Plain::new());
    add(&mut made);
    app([made])
}

fn store(id: &'static str) -> impl FnOnce(&mut Stack<Prod>) {
    move |stack| drop(stack.add(id, Store::new().removal_policy(KEPT)))
}

/// The lock of a program with the store `Data` in the stack `s`.
fn locked() -> Lock {
    let lock = update(&Lock::default(), &with("s", store("Data"))).lock;
    assert_eq!(lock.stacks().len(), 1);
    lock
}

fn ids(lock: &Lock) -> Vec<String> {
    let each = |stack: &innovate_core::lock::LockedStack| {
        let of = |(id, kind): (&String, &String)| format!("{}/{id} {kind}", stack.name);
        stack.resources.iter().map(of).collect::<Vec<_>>()
    };
    lock.stacks().iter().flat_map(each).collect()
}

fn codes(update: &Update) -> Vec<&'static str> {
    update.findings.iter().map(|found| found.code()).collect()
}

#[test]
fn stateful_resources_are_recorded_and_no_others() {
    assert_eq!(ids(&locked()), ["s/Data Test::Unit::Store"]);
    let lock = locked();
    let stack = &lock.stacks()[0];
    assert_eq!((&*stack.account, &*stack.region), ("111122223333", "eu-west-1"));
    assert_eq!(update(&locked(), &with("s", store("Data"))).lock, locked());
}

#[test]
fn a_loss_is_refused_at_the_stack() {
    let refused = update(&locked(), &with("s", |_| {}));
    assert_eq!(codes(&refused), ["LOCK-01"]);
    assert_eq!(refused.lock, locked());
    let found = &refused.findings[0];
    assert_eq!(found.message(), "`s` loses its stateful resource `Data`");
    assert!(found.place().is_some());
    let accepted = locked().update(&with("s", |_| {}), &Fake, "prod", Losses::Accept);
    assert_eq!((ids(&accepted.lock).len(), accepted.findings.len()), (0, 0));
}

#[test]
fn a_rename_is_shown_with_the_line_to_write() {
    let refused = update(&locked(), &with("s", store("Orders")));
    let found = &refused.findings[0];
    assert_eq!(found.related_places()[0].1, "`Orders` is new, and of that type");
    assert!(found.help_texts()[0].contains("`.moved_from(\"Data\")`"), "{found:?}");
    assert!(found.help_texts()[0].contains("`stack.moved(\"Data\", \"Orders\")`"), "{found:?}");
    assert!(
        found.help_texts()[1].contains("aws cloudformation create-stack-refactor"),
        "{found:?}"
    );
}

/// The lock of a program with the stores of a database in the stack `s`.
fn locked_database() -> Lock {
    let database = |stack: &mut Stack<Prod>| {
        for id in ["Db", "DbLogs", "DbReader", "DbWriter", "DbWriter2"] {
            store(id)(stack);
        }
    };
    update(&Lock::default(), &with("s", database)).lock
}

#[test]
fn all_that_a_stack_loses_is_one_finding_that_names_the_first() {
    let refused = update(&locked_database(), &with("s", |_| {}));
    assert_eq!(codes(&refused), ["LOCK-01"]);
    let found = &refused.findings[0];
    assert_eq!(found.message(), "`s` loses 5 stateful resources");
    let given = "the lock file has Db (Test::Unit::Store), DbLogs (Test::Unit::Store), DbReader (Test::Unit::Store) and 2 more";
    assert_eq!(found.given_value(), Some(given));
    // Nothing is new that they could have become.
    assert_eq!(found.help_texts().len(), 1, "{found:?}");
}

#[test]
fn each_of_many_renames_is_matched_with_what_is_most_like_it() {
    let renamed = |stack: &mut Stack<Prod>| {
        for id in ["OrdersWriter", "OrdersReader", "Orders", "OrdersLogs", "OrdersWriter2"] {
            store(id)(stack);
        }
    };
    let refused = update(&locked_database(), &with("s", renamed));
    let help = &refused.findings[0].help_texts()[0];
    let calls = ".moved(\"DbLogs\", \"OrdersLogs\").moved(\"DbReader\", \"OrdersReader\")";
    assert!(help.contains(calls) && help.ends_with(", and so on for 2 more"), "{help}");
    assert!(refused.findings[0].related_places().len() <= 3);
}

#[test]
fn a_stack_that_is_renamed_is_shown_with_what_to_write_in_the_new_one() {
    let program = with("t", |stack| {
        store("DbWriter")(stack);
        store("Db")(stack);
    });
    let refused = update(&locked_database(), &program);
    assert_eq!(codes(&refused), ["LOCK-01"]);
    let help = &refused.findings[0].help_texts()[0];
    let calls = "`stack.moved(\"s/Db\", \"Db\").moved(\"s/DbWriter\", \"DbWriter\")`";
    assert!(help.contains("in the stack `t`") && help.ends_with(calls), "{help}");
}

/// A program of stacks, each with stores.
fn stores<'a>(stacks: impl IntoIterator<Item = (String, Vec<String>)> + 'a) -> App {
    app(stacks.into_iter().map(|(name, ids)| {
        let mut made = stack(&name);
        for id in ids {
            made.add(id, Store::new().removal_policy(KEPT));
        }
        made
    }))
}

#[test]
fn the_stacks_of_a_renamed_application_are_told_apart_by_their_names() {
    let program = |application: &str| {
        let of = |(stack, id): (&str, &str)| {
            (format!("{application}-{stack}"), vec!["Storage".to_owned(), id.to_owned()])
        };
        stores([("cache", "Sessions"), ("data", "Orders")].map(of))
    };
    let locked = update(&Lock::default(), &program("shop")).lock;
    let refused = update(&locked, &program("a-store"));
    assert_eq!(codes(&refused), ["LOCK-01", "LOCK-01"]);
    for (found, (stack, id)) in
        refused.findings.iter().zip([("cache", "Sessions"), ("data", "Orders")])
    {
        let calls = [id, "Storage"].map(|id| format!(".moved(\"shop-{stack}/{id}\", \"{id}\")"));
        let help = &found.help_texts()[0];
        assert!(help.contains(&format!("in the stack `a-store-{stack}`")), "{help}");
        assert!(calls.iter().all(|call| help.contains(call)), "{help}");
        // What is matched is in one of the stacks only.
        assert_eq!(found.help_texts().len(), 3, "{found:?}");
    }
}

#[test]
fn a_large_application_that_is_renamed_is_matched_at_once() {
    let program = |application: &str| {
        let ids = || (0..100).map(|bucket| format!("Bucket{bucket}")).collect();
        stores((0..250).map(|stack| (format!("{application}-part{stack}"), ids())))
    };
    let locked = update(&Lock::default(), &program("shop")).lock;
    let refused = update(&locked, &program("store"));
    assert_eq!(refused.findings.len(), 250);
    for found in &refused.findings {
        let part = found.stack().unwrap().strip_prefix("shop-").unwrap();
        let help = &found.help_texts()[0];
        assert!(help.contains(&format!("in the stack `store-{part}`")), "{help}");
    }
}

#[test]
fn what_has_become_another_is_not_proposed_again() {
    let program = with("s", |stack| drop(stack.add("Orders", Store::new().moved_from("Db"))));
    let refused = update(&locked_database(), &program);
    let help = refused.findings[0].help_texts();
    assert_eq!(help.len(), 1, "{help:?}");
}

#[test]
fn a_move_to_another_region_is_none() {
    let mut moved: Stack<Prod> = Stack::new("t", site().in_region("eu-central-1"));
    moved.add("Data", Store::new().moved_from("s/Data"));
    let refused = update(&locked(), &app([moved]));
    assert_eq!(codes(&refused), ["LOCK-01"]);
    let help = &refused.findings[0].help_texts()[0];
    assert!(help.contains("111122223333/eu-central-1, not in 111122223333/eu-west-1"), "{help}");
}

#[test]
fn two_resources_were_not_the_same_one() {
    let program = with("s", |stack| {
        stack.add("One", Store::new().moved_from("Data"));
        store("Two")(stack);
        stack.moved("Data", "Two").moved("Data", "Two");
    });
    for losses in [Losses::Refuse, Losses::Accept] {
        let refused = locked().update(&program, &Fake, "prod", losses);
        assert_eq!(codes(&refused), ["LOCK-04"]);
        assert_eq!(refused.findings[0].given_value(), Some("One and Two"));
        assert_eq!(refused.lock, locked());
    }
}

#[test]
fn a_rename_that_is_declared_is_recorded() {
    let by_resource = with("s", |stack| drop(stack.add("Orders", Store::new().moved_from("Data"))));
    let by_stack = with("s", |stack| {
        stack.add("Orders", Store::new());
        stack.moved("Data", "Orders");
    });
    for program in [by_resource, by_stack] {
        let update = update(&locked(), &program);
        assert_eq!(codes(&update), Vec::<&str>::new());
        assert_eq!(ids(&update.lock), ["s/Orders Test::Unit::Store"]);
        assert_eq!(moved(&update), ["s/Data -> s/Orders"]);
        // The declaration may stay, and says nothing new.
        let again = update.lock.update(&program, &Fake, "prod", Losses::Refuse);
        assert_eq!((again.lock, again.moved), (update.lock, vec![]));
    }
}

fn moved(update: &Update) -> Vec<String> {
    update.moved.iter().map(|moved| format!("{} -> {}", moved.from, moved.to)).collect()
}

#[test]
fn what_is_moved_is_in_the_index_as_long_as_the_program_says_so() {
    let program = with("s", |stack| {
        stack.add("Orders", Store::new().moved_from("t/Data").moved_from("Old"));
    });
    let assembly = synth(program).assembly.unwrap();
    let index: serde_json::Value =
        serde_json::from_str(&assembly.files()["manifest.json"]).unwrap();
    let expected = serde_json::json!([
        { "from": "t/Data", "to": "s/Orders" },
        { "from": "s/Old", "to": "s/Orders" },
    ]);
    assert_eq!(index["stacks"][0]["moved"], expected);
    let without = synth(with("s", store("Data"))).assembly.unwrap();
    assert!(!without.files()["manifest.json"].contains("moved"));
}

#[test]
fn what_is_still_there_has_not_moved() {
    let program = with("s", |stack| {
        store("Data")(stack);
        stack.add("Orders", Store::new().moved_from("Data"));
    });
    assert!(update(&locked(), &program).moved.is_empty());
}

#[test]
fn a_move_to_another_stack_is_declared_with_the_stack() {
    let program = |from: &'static str| {
        let mut old = stack("s");
        old.add("Plain", Plain::new());
        let mut new = stack("t");
        new.add("Data", Store::new().moved_from(from));
        app([old, new])
    };
    let refused = update(&locked(), &program("Data"));
    assert!(refused.findings[0].help_texts()[0].contains(".moved_from(\"s/Data\")"), "{refused:?}");
    let accepted = update(&locked(), &program("s/Data"));
    assert_eq!(ids(&accepted.lock), ["t/Data Test::Unit::Store"]);
    assert_eq!(moved(&accepted), ["s/Data -> t/Data"]);
}

#[test]
fn another_type_under_the_id_is_refused_at_the_resource() {
    let retyped = with("s", |stack| drop(stack.add("Data", OtherStore::new())));
    let moved = with("s", |stack| drop(stack.add("New", OtherStore::new().moved_from("Data"))));
    let stateless = with("s", |stack| drop(stack.add("Data", Plain::new())));
    for program in [retyped, moved, stateless] {
        let refused = update(&locked(), &program);
        assert_eq!(codes(&refused), ["LOCK-02"]);
        assert!(refused.findings[0].path().is_some());
        // That it is meant makes it no move: no refactor can do that.
        let accepted = locked().update(&program, &Fake, "prod", Losses::Accept);
        assert_eq!((accepted.findings.len(), accepted.moved.len()), (0, 0));
    }
}

#[test]
fn a_stack_in_another_place_is_another_stack() {
    let moved: Stack<Prod> = {
        let mut moved = Stack::new("s", site().in_region("eu-central-1"));
        moved.add("Data", Store::new());
        moved
    };
    let refused = update(&locked(), &app([moved]));
    assert_eq!(codes(&refused), ["LOCK-01"]);
    let message = "the stack `s` in 111122223333/eu-west-1 is gone, with its stateful resources";
    assert_eq!(refused.findings[0].message(), message);
}

#[test]
fn a_program_answers_for_its_own_stacks_only() {
    let other = with("other", store("Data"));
    let update = locked().update(&other, &Fake, "staging", Losses::Refuse);
    assert_eq!(ids(&update.lock), ["other/Data Test::Unit::Store", "s/Data Test::Unit::Store"]);
    // Not even when it accepts its own losses.
    let emptied = update.lock.update(&with("x", |_| {}), &Fake, "staging", Losses::Accept);
    assert_eq!(ids(&emptied.lock), ["s/Data Test::Unit::Store"]);
}

#[test]
fn a_change_is_a_finding_where_it_is_forbidden() {
    let same = update(&locked(), &with("s", store("Data")));
    assert_eq!(locked().forbid_change(&same), None);
    let more = with("s", |stack| {
        store("Data")(stack);
        store("More")(stack);
    });
    let found = locked().forbid_change(&update(&locked(), &more)).unwrap();
    assert_eq!((found.code(), found.given_value()), ("LOCK-03", Some("s/More")));
}
