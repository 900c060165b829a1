//! Resources that exist under a condition.

use innovate_core::{
    Diagnostic, Parameter, Prod, ResourceRef, ResourceType, Stack, Text, Value,
    value::{
        Boolean,
        intrinsic::{self, Condition},
        pseudo,
    },
};

use crate::program::{Plain, Set, app, finding, findings, stack};

/// A stack with the resource `Vpc`, which exists if the condition `Large` holds.
fn conditional() -> (Stack<Prod>, Value<Text>, Condition, ResourceRef) {
    let mut made = stack("s");
    let size = made.scope().parameter("Size", Parameter::default());
    let large = made.scope().condition("Large", intrinsic::equals::<Text>(&size, "large"));
    let vpc = made.add("Vpc", Plain::new().condition(&large));
    (made, size, large, vpc)
}

fn id(vpc: &ResourceRef) -> Value<Text> {
    vpc.reference()
}

#[track_caller]
fn refused(made: Stack<Prod>, message: &str) -> Diagnostic {
    let found = finding(app([made]), "REF-09");
    let holds = "uses `Vpc`, which only exists if the condition `Large` holds";
    assert_eq!(found.message(), format!("{message} {holds}"));
    assert_eq!(found.related_places().len(), 1);
    found
}

#[test]
fn what_may_not_exist_is_not_used_in_any_case() {
    let (mut made, .., vpc) = conditional();
    made.add("Subnet", Plain::new().set("VpcId", id(&vpc)).depends_on(&vpc));
    let found = refused(made, "`Subnet`");
    assert_eq!((found.path(), found.property_path()), (Some("Subnet"), Some("VpcId")));

    let (mut made, .., vpc) = conditional();
    made.add("Subnet", Plain::new().depends_on(&vpc));
    refused(made, "`Subnet`");

    let (mut made, .., vpc) = conditional();
    made.scope().output("Vpc", id(&vpc));
    assert_eq!(refused(made, "the output `Vpc`").stack(), Some("s"));

    let (mut made, _, large, vpc) = conditional();
    made.add("Subnet", Plain::new().set("VpcId", intrinsic::if_::<Text>(&large, "none", id(&vpc))));
    refused(made, "`Subnet`");
}

#[test]
fn what_may_not_exist_is_not_read_by_another_stack() {
    let (made, .., vpc) = conditional();
    let mut other = stack("other");
    let large = other.scope().condition("Large", intrinsic::equals::<Text>("a", "a"));
    other.add("Subnet", Plain::new().condition(&large).set("VpcId", id(&vpc)));
    let found = finding(app([made, other]), "REF-09");
    assert_eq!((found.stack(), found.path()), (Some("other"), Some("Subnet")));
}

#[test]
fn what_may_not_exist_is_used_where_its_condition_holds() {
    let (mut made, _, large, vpc) = conditional();
    made.add("Same", Plain::new().condition(&large).set("VpcId", id(&vpc)).depends_on(&vpc));
    made.add("If", Plain::new().set("VpcId", intrinsic::if_::<Text>(&large, id(&vpc), "none")));
    made.scope().output("Vpc", intrinsic::if_::<Text>(&large, id(&vpc), "none"));
    // A branch that is never taken.
    let small = made.scope().condition("Small", intrinsic::not(large.value()));
    let other = made.add("Other", Plain::new().condition(&small));
    let either = || intrinsic::if_::<Text>(&large, id(&vpc), id(&other));
    made.add("Either", Plain::new().condition(&large).set("VpcId", either()));
    made.add(
        "Nested",
        Plain::new().set("VpcId", intrinsic::if_::<Text>(&small, either(), either())),
    );
    assert!(findings(app([made])).is_empty());
}

#[test]
fn a_condition_that_implies_it_is_as_good_and_no_other() {
    type Make = fn(&Value<Text>, Value<Boolean>) -> Value<Boolean>;
    fn is(size: &Value<Text>, what: &'static str) -> Value<Boolean> {
        intrinsic::equals::<Text>(size, what)
    }
    let implying: [(Make, bool); 12] = [
        (|_, large| large, true),
        (|size, _| is(size, "large"), true),
        (|size, large| intrinsic::and([is(size, "x"), large]), true),
        (|_, large| intrinsic::not(intrinsic::not(large)), true),
        (|size, large| intrinsic::or([is(size, "x"), large]), false),
        (|_, large| intrinsic::not(large), false),
        (|size, _| is(size, "small"), false),
        (|size, _| intrinsic::equals::<Text>("large", size), true),
        (|size, _| intrinsic::not(intrinsic::equals::<Text>("large", size)), false),
        (
            |size, large| {
                intrinsic::and([
                    intrinsic::or([is(size, "x"), large]),
                    intrinsic::not(is(size, "x")),
                ])
            },
            true,
        ),
        (|_, _| intrinsic::equals::<Text>(pseudo::region(), pseudo::stack_name()), false),
        // Never true: it isn't made at all.
        (|_, _| intrinsic::equals::<Text>("a", "b"), true),
    ];
    for (number, (make, implies)) in implying.into_iter().enumerate() {
        let (mut made, size, large, vpc) = conditional();
        let other = made.scope().condition("Other", make(&size, large.value()));
        made.add("Subnet", Plain::new().condition(&other).set("VpcId", id(&vpc)));
        let found = findings(app([made]));
        assert_eq!(found.is_empty(), implies, "{number}: {found:?}");
    }
    // One value isn't two texts, nor a third one.
    let mut made = stack("s");
    let size: Value<Text> = made.scope().parameter("Size", Parameter::default());
    let not_small = made.scope().condition("NotSmall", intrinsic::not(is(&size, "small")));
    let large = made.scope().condition("Large", is(&size, "large"));
    let vpc = made.add("Vpc", Plain::new().condition(&not_small));
    made.add("Subnet", Plain::new().condition(&large).set("VpcId", id(&vpc)));
    assert!(findings(app([made])).is_empty());
    let mut made = stack("s");
    let stage: Value<Text> = made.scope().parameter("Stage", Parameter::default());
    let trial = intrinsic::or([is(&stage, "dev"), is(&stage, "test")]);
    let trial = made.scope().condition("Trial", trial);
    let not_prod = made.scope().condition("NotProd", intrinsic::not(is(&stage, "prod")));
    let vpc = made.add("Vpc", Plain::new().condition(&not_prod));
    made.add("Subnet", Plain::new().condition(&trial).set("VpcId", id(&vpc)));
    assert!(findings(app([made])).is_empty());
}

#[test]
fn conditions_that_build_on_each_other_are_decided_once() {
    let (mut made, _, large, vpc) = conditional();
    let mut last = large;
    for level in 0..64 {
        let twice = intrinsic::and([last.value(), intrinsic::or([last.value(), last.value()])]);
        last = made.scope().condition(format!("Level{level}"), twice);
    }
    made.add("Subnet", Plain::new().condition(&last).set("VpcId", id(&vpc)));
    assert!(findings(app([made])).is_empty());
}

#[test]
fn a_stack_of_too_many_combinations_is_let_be() {
    for (values, refused) in [(11, true), (12, false)] {
        let (mut made, .., vpc) = conditional();
        for number in 0..values {
            let other: Value<Text> =
                made.scope().parameter(format!("Other{number}"), Parameter::default());
            made.scope().condition(format!("Is{number}"), intrinsic::equals::<Text>(&other, "x"));
        }
        made.add("Subnet", Plain::new().set("VpcId", id(&vpc)));
        assert_eq!(!findings(app([made])).is_empty(), refused, "{values}");
    }
}
