//! Findings as text.

use std::borrow::Cow;

use innovate_core::{
    Diagnostic,
    check::{Coloring, NoSources, Place, Sources},
};

use crate::program::{Plain, STRICT, Set, Thing, app, stack};

const PROGRAM: &str = r#"fn prod() -> App {
    let mut network = prod.stack("network");
    let vpc = network.add(
        "Vpc",
        Vpc::builder()
            .cidr(cidr!("10.0.0.0/29"))
            .build(),
    );
    network.add("Other", Subnet::new(&vpc));
}
"#;

/// A program in one file.
struct One;

impl Sources for One {
    fn text(&self, file: &str) -> Option<Cow<'_, str>> {
        (file == "examples/prod.rs").then_some(Cow::Borrowed(PROGRAM))
    }
}

fn at(line: u32, column: u32) -> Place {
    Place { file: "examples/prod.rs".into(), line, column }
}

fn cidr() -> Diagnostic {
    Diagnostic::error("NET-03", "the block is too small")
        .at(at(3, 23))
        .setter("cidr")
        .property("Cidr/Block")
        .given("10.0.0.0/29")
        .allowed("/16 to /28")
        .help("take a larger block")
        .help("or leave it out")
        .related(at(9, 13), "it is used here")
}

#[track_caller]
fn check(finding: &Diagnostic, sources: &dyn Sources, expected: &str) {
    let text = finding.render(sources, Coloring::Plain);
    assert_eq!(text, expected.trim_matches('\n'), "\n{text}");
}

#[test]
fn a_finding_has_the_look_of_the_compiler() {
    check(
        &cidr(),
        &One,
        r#"
error[NET-03]: the block is too small
 --> examples/prod.rs:6:19
  |
6 |             .cidr(cidr!("10.0.0.0/29"))
  |                   ^^^^^^^^^^^^^^^^^^^^ 10.0.0.0/29
...
9 |     network.add("Other", Subnet::new(&vpc));
  |             ------------------------------- it is used here
  |
  = property: Cidr.Block
  = allowed: /16 to /28
  = help: take a larger block
  = help: or leave it out
"#,
    );
}

#[test]
fn without_the_source_the_place_remains() {
    check(
        &cidr(),
        &NoSources,
        r"
error[NET-03]: the block is too small
--> examples/prod.rs:3:23
 = note: it is used here: examples/prod.rs:9:13
 = property: Cidr.Block
 = given: 10.0.0.0/29
 = allowed: /16 to /28
 = help: take a larger block
 = help: or leave it out
",
    );
}

#[test]
fn a_place_that_the_source_has_no_more_is_shown_as_it_is() {
    let finding = Diagnostic::warning("NET-04", "old").at(at(40, 2)).related(at(3, 23), "here");
    check(
        &finding,
        &One,
        r"
warning[NET-04]: old
 --> examples/prod.rs:40:2
  |
 ::: examples/prod.rs:3:23
  |
3 |     let vpc = network.add(
  |                       --- here
",
    );
}

#[test]
fn a_finding_without_a_place_is_text_alone() {
    let finding = Diagnostic::note("APP-01", "as a whole").given("this\nand that");
    check(
        &finding,
        &One,
        "
note[APP-01]: as a whole
 |
 = given: this
          and that
",
    );
}

#[test]
fn a_long_value_is_a_note() {
    let long = "x".repeat(100);
    let finding = Diagnostic::error("NET-03", "long").at(at(2, 28)).given(&long);
    let text = finding.render(&One, Coloring::Plain);
    assert!(text.contains(&format!("= given: {long}")), "{text}");
    assert!(text.contains("prod.stack(\"network\")"), "{text}");
    assert!(text.contains("^^^^^^^^^^^^^^^^\n"), "{text}");
}

#[test]
fn what_it_is_about_is_named() {
    let mut made = stack("shop");
    made.add("api-service", Thing::new().set("Wrong", "yes"));
    made.add("other", Thing::new().set("Wrong", "yes"));
    let report = app([made]).synth(STRICT, Default::default()).report;
    let text = report.render(&NoSources, Coloring::Plain);
    let expected = "  = resource: stack shop, ApiService (Test::Unit::Thing)\n";
    assert!(text.contains(&expected[2..]), "{text}");
    // A blank line between two findings, and none at the end.
    assert_eq!(
        (text.matches("\n\n").count(), text.trim_end().len() + 1),
        (1, text.len()),
        "{text}"
    );
    assert!(report.render(&NoSources, Coloring::Ansi).contains("\x1b["));
}

#[test]
fn the_summary_counts() {
    let mut made = stack("s");
    for number in 0..450 {
        made.add(format!("R{number}"), Plain::new());
    }
    made.add("Wrong", Thing::new().set("Wrong", "yes"));
    made.add("Also", Thing::new().set("Wrong", "yes"));
    let thing = Thing::new().set("Wrong", "yes");
    made.add("Fine", innovate_core::Construct::suppress(thing, "TST-01", "it is"));
    let report = app([made]).synth(STRICT, Default::default()).report;
    assert_eq!(report.summary(), "2 errors, 1 warning; 1 accepted with a reason");
    let good = app(Vec::<innovate_core::Stack<innovate_core::Prod>>::new())
        .synth(STRICT, Default::default())
        .report;
    assert_eq!(
        (good.summary(), good.render(&NoSources, Coloring::Plain)),
        ("no findings".to_owned(), String::new())
    );
}

#[test]
fn json_has_the_line_that_is_shown() {
    let mut made = stack("s");
    made.add("It", Thing::new().set("Wrong", "yes"));
    let line = line!() - 1;
    let json = app([made]).synth(STRICT, Default::default()).report.to_json(&NoSources);
    assert_eq!(json["errors"], 1);
    let finding = &json["findings"][0];
    assert_eq!(finding["severity"], "error");
    assert_eq!(finding["place"]["line"], line);
    assert_eq!(finding["type"], "Test::Unit::Thing");
    assert_eq!(finding["given"], serde_json::Value::Null);
    assert_eq!(cidr().resolved_place(&One), Some(at(6, 19)));
    assert_eq!(cidr().resolved_place(&NoSources), Some(at(3, 23)));
}
