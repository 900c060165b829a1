//! What `check` refuses, with a finding at the line of the edit.

use std::{path::Path, process::Command};

use innovate_variation_tests::{check::CHECK, variation::Variation};

use crate::PROGRAM;

/// The exit code of `check`, and its findings as the user reads them.
pub(crate) fn check(module: &str) -> (Option<i32>, String) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let output = Command::new(env!("CARGO_BIN_EXE_variation"))
        .args(["check", "--lock"])
        .arg(root.join("innovate.lock"))
        .env("VARIATION", module)
        .output()
        .unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

/// A finding in its own words: its labels too, but neither the place nor the lines of the program,
/// which have the words of the edit.
fn said(finding: &str) -> String {
    let of_program = |line: &&str| {
        let line = line.trim_start();
        line.starts_with("-->") || line.starts_with(|first: char| first.is_ascii_digit())
    };
    finding.lines().filter(|line| !of_program(line)).collect::<Vec<_>>().join("\n")
}

/// What is amiss with how an edit is refused.
fn amiss(variation: &Variation) -> Option<String> {
    let (place, code) = (variation.apply(&PROGRAM).unwrap().place, variation.code.unwrap());
    let (exit, findings) = check(&variation.module());
    if exit != Some(1) {
        return Some(format!("it ends with {exit:?}\n{findings}"));
    }
    let place = format!("/{}/{place}:", variation.module());
    let expected = findings.split("\n\n").find(|finding| {
        let place_line = finding.lines().find(|line| line.trim_start().starts_with("-->"));
        finding.starts_with(&format!("error[{code}]"))
            && place_line.is_some_and(|line| line.contains(&place))
            && said(finding).contains(variation.says)
    });
    expected
        .is_none()
        .then(|| format!("no {code} at {place} with `{}` in\n{findings}", variation.says))
}

#[test]
fn the_program_itself_has_no_findings() {
    assert_eq!(check("prod"), (Some(0), String::new()));
}

#[test]
fn the_words_of_a_finding_are_not_those_of_the_program() {
    let finding = "\
error[TST-01]: the gate is too wide
  --> out/wide.rs:9:12
   |
 9 |     gate.open(10); // wide
   |               ^^ 10 metres
   |
   = help: make two";
    let words = ["the gate", "10 metres", "make two"].map(|words| said(finding).contains(words));
    let program = ["wide.rs", "open(10)"].map(|words| said(finding).contains(words));
    assert_eq!((words, program), ([true; 3], [false; 2]));
}

#[test]
fn check_refuses_each_edit_at_its_line() {
    let failures: Vec<String> = CHECK
        .iter()
        .filter_map(|variation| amiss(variation).map(|what| format!("{}: {what}", variation.name)))
        .collect();
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}
