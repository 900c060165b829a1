//! What waits for itself.

use innovate_core::{Node, ResourceType, Text, Value};

use crate::program::{Plain, Set, app, finding, findings, stack};

#[test]
fn resources_that_wait_for_each_other_are_shown_with_their_lines() {
    let mut made = stack("s");
    // The handles of a program come from what exists already, so a cycle needs an override.
    let first = made.add("First", Plain::new());
    let second = made.add("Second", Plain::new().set("Uses", first.reference::<Text>()));
    let line = line!() + 1;
    let third = made.add("Third", Plain::new().set("Uses", second.reference::<Text>()));
    made.override_property("First", "Uses", third.reference::<Text>());
    // A longer way round is not what is shown.
    let fourth = made.add("Fourth", Plain::new().set("Uses", third.reference::<Text>()));
    made.override_property("First", "Also", fourth.reference::<Text>());
    let found = finding(app([made]), "REF-05");
    assert_eq!(found.given_value(), Some("First -> Third -> Second -> First"));
    let [(place, what), (_, other)] = found.related_places() else { panic!("{found:?}") };
    assert_eq!((place.line, &**what), (line, "`Third` is made here"));
    assert_eq!(other, "`Second` is made here");
}

#[test]
fn a_resource_that_waits_for_itself_is_an_error() {
    let mut made = stack("s");
    let own: Value<Text> = made.add("Own", Plain::new()).reference();
    made.override_property("Own", "Uses", own);
    assert_eq!(finding(app([made]), "REF-05").message(), "`Own` waits for itself");
}

#[test]
fn each_knot_is_one_finding() {
    let mut made = stack("s");
    for pair in ["A", "B"] {
        let one: Value<Text> = made.add(format!("{pair}1"), Plain::new()).reference();
        let two = made.add(format!("{pair}2"), Plain::new().set("Uses", one));
        made.override_property(&format!("{pair}1"), "Uses", two.reference::<Text>());
    }
    let codes: Vec<&str> = findings(app([made])).iter().map(|found| found.code()).collect();
    assert_eq!(codes, ["REF-05", "REF-05"]);
}

#[test]
fn stacks_that_wait_for_each_other_are_shown_with_the_lines_that_cause_it() {
    let (mut one, mut two) = (stack("one"), stack("two"));
    let first = one.add("First", Plain::new());
    let there = line!() + 1;
    let second = two.add("Second", Plain::new().set("Uses", first.reference::<Text>()));
    let back = line!() + 1;
    one.add("Third", Plain::new().depends_on(&second));
    let found = finding(app([one, two]), "REF-06");
    assert_eq!(found.given_value(), Some("one -> two -> one"));
    let lines: Vec<(u32, &str)> =
        found.related_places().iter().map(|(place, what)| (place.line, &**what)).collect();
    assert_eq!(lines, [(back, "`Third` uses `Second`"), (there, "`Second` uses `First`")]);
}

#[test]
fn a_long_chain_is_no_cycle() {
    let mut stacks = vec![stack("s0")];
    let mut before: Option<Value<Text>> = None;
    for at in 0..400 {
        let mut node = Plain::new();
        if let Some(before) = before {
            node = node.set("Uses", before);
        }
        let last = stacks.last_mut().unwrap();
        before = Some(last.add(format!("R{at}"), node).reference());
        if at % 100 == 99 {
            stacks.push(stack(&format!("s{}", at + 1)));
        }
    }
    stacks.pop();
    assert_eq!(findings(app(stacks)), []);
    let _: Node = before.unwrap().into_node();
}
