//! What rules ask the model for.

use innovate_core::{
    App, Checks, Diagnostic, Node, ResourceRef, ResourceType, Rule, TemplateFormat, Text,
    check::Check,
};

use crate::program::{Fake, Plain, Set, Thing, app, stack};

/// Tells each resource which things refer to it in their property `Of`.
static REFERRERS: Rule = Rule {
    code: "TST-02",
    title: "nothing refers to anything",
    explanation: "each is told",
    check: Check::Model(|model, findings| {
        for resource in model.resources() {
            let by = model.referrers(Thing::TYPE, "Of", resource.address());
            let by: Vec<String> = by.map(|by| format!("{:?}", by.address())).collect();
            if !by.is_empty() {
                findings.report(Diagnostic::note("TST-02", by.join(", ")).on(resource));
            }
        }
    }),
};

/// Tells which things have a name.
static NAMED: Rule = Rule {
    code: "TST-03",
    title: "nothing has a name",
    explanation: "each is told",
    check: Check::Model(|model, findings| {
        for name in ["a", "b", "c"] {
            let named = model.resources_with(Thing::TYPE, "Names/First", name);
            let named: Vec<String> = named.map(|found| format!("{:?}", found.address())).collect();
            findings.report(Diagnostic::note("TST-03", format!("{name}: {}", named.join(", "))));
        }
    }),
};

/// What a rule tells, with the resource that it tells it, if any.
fn told(rule: &'static Rule, program: App) -> Vec<String> {
    let checks = Checks { registry: &Fake, rules: &[rule] };
    let report = program.synth(checks, TemplateFormat::Json).report;
    assert!(!report.has_errors(), "{report:#?}");
    let whom = |found: &Diagnostic| Some(format!("{}:{} ", found.stack()?, found.path()?));
    let mut told: Vec<String> = report
        .findings()
        .iter()
        .map(|found| format!("{}{}", whom(found).unwrap_or_default(), found.message()))
        .collect();
    told.sort();
    told
}

fn of(target: &ResourceRef) -> Thing {
    Thing::new().set("Of", target.reference::<Text>())
}

#[test]
fn a_resource_has_the_referrers_of_all_stacks_in_the_order_of_the_program() {
    let (mut one, mut other) = (stack("one"), stack("other"));
    let first = one.add("First", Plain::new());
    let second = one.add("Second", Plain::new());
    other.add("Z", of(&first));
    one.add("Y", of(&second));
    other.add("B", of(&first));
    // Each is named once, however often and wherever in the property it refers to one.
    let list = Node::list([
        first.attribute::<Text>("Arn").into_node(),
        second.reference::<Text>().into_node(),
        first.reference::<Text>().into_node(),
    ]);
    other.add("A", Thing::new().set("Of", list));
    // Of another type, or in another property, it is none of them.
    other.add("Plain", Plain::new().set("Of", first.reference::<Text>()));
    other.add("Else", Thing::new().set("By", first.reference::<Text>()));
    assert_eq!(
        told(&REFERRERS, app([other, one])),
        ["one:First other:Z, other:B, other:A", "one:Second other:A, one:Y"]
    );
}

#[test]
fn a_resource_is_found_by_a_text() {
    let mut stack = stack("one");
    let named = |name: &'static str| {
        Thing::new().set("Names", Node::Map(vec![("First".into(), Node::Text(name.into()))]))
    };
    let b = stack.add("B", named("b"));
    stack.add("A", named("a"));
    stack.add("Also", named("b"));
    stack.add("Plain", Plain::new().set("Names", "a"));
    stack.add("Later", Thing::new().set("Names", b.reference::<Text>()));
    assert_eq!(told(&NAMED, app([stack])), ["a: one:A", "b: one:B, one:Also", "c: "]);
}
