//! Findings as they are shown.

use std::{
    io::{self, Write},
    process::{Command, Stdio},
};

use serde_json::Value;

use crate::program::Bench;

const SOURCE: &str = include_str!("../../src/main.rs");

/// The line of the program that holds a text, counted from 1.
fn line_of(text: &str) -> usize {
    SOURCE.lines().position(|line| line.contains(text)).unwrap() + 1
}

#[test]
fn a_finding_points_at_the_call_that_is_wrong() {
    let bench = Bench::new();
    let line = line_of("// at most 8");
    let text = SOURCE.lines().nth(line - 1).unwrap();
    let before = text.find("9)").unwrap();
    let (column, space) = (before + 1, " ".repeat(before));
    let expected = format!(
        "\
error[TST-01]: the gate is too wide
  --> tests/cli/src/main.rs:{line}:{column}
   |
{line} | {text}
   | {space}^
   |
   = construct: stack acme-network, Wide
   = allowed: 1 to 8
   = help: make two gates

"
    );
    let ended = bench.refused("error", "check", 1, &expected);
    assert!(ended.out.starts_with("1 error in 2 stacks, 4 resources, 1 manifest ("), "{ended:?}");
    let synth = bench.refused("error", "", 1, &expected);
    assert!(synth.err.ends_with("\n1 error; nothing was written\n"), "{synth:?}");
    assert_eq!(synth.out, "");
}

#[test]
fn findings_are_json_for_machines() {
    let bench = Bench::new();
    for arguments in ["check --json", "--json"] {
        let ended = bench.refused("error", arguments, 1, "");
        assert_eq!(ended.err, "");
        let json: Value = serde_json::from_str(&ended.out).unwrap();
        assert_eq!(json["errors"], 1);
        let finding = &json["findings"][0];
        assert_eq!(finding["code"], "TST-01");
        assert_eq!(finding["severity"], "error");
        assert_eq!(finding["given"], "9");
        assert_eq!(finding["place"]["line"], line_of("// at most 8"));
        let text = SOURCE.lines().nth(line_of("// at most 8") - 1).unwrap();
        assert_eq!(finding["place"]["column"], text.find("9)").unwrap() + 1);
    }
    let json: Value = serde_json::from_str(&bench.good("accepted", "check --json").out).unwrap();
    assert_eq!(json["accepted"][0]["reason"], "trucks pass it");
    assert_eq!(json["accepted"][0]["finding"]["code"], "TST-01");
    assert_eq!(json["overridden"][0]["property"], "VisibilityTimeout");
}

#[test]
fn check_shows_what_the_program_accepts_and_overrides() {
    let bench = Bench::new();
    let text = bench.good("accepted", "check").out;
    let (accepted, overridden) = (line_of("trucks pass it"), line_of("Timeout\", 60)"));
    let expected = format!(
        "\
accepted error[TST-01] (tests/cli/src/main.rs:{accepted}): the gate is too wide
  reason: trucks pass it
overridden VisibilityTimeout of Jobs in acme-data (tests/cli/src/main.rs:{overridden})
no findings; 1 accepted with a reason in 2 stacks, 4 resources, 1 manifest ("
    );
    assert!(text.starts_with(&expected), "{text}");
}

#[test]
fn a_suppression_that_accepts_nothing_is_a_warning() {
    let bench = Bench::new();
    let ended = bench.good("warning", "");
    let line = line_of("there was one once");
    let place = format!("--> tests/cli/src/main.rs:{line}:");
    assert!(ended.err.starts_with("warning[SUP-01]: nothing here is found by `LIM-01`\n"));
    assert!(ended.err.contains(&place), "{ended:?}");
    assert!(ended.out.contains("; 1 warning\n"), "{ended:?}");
}

#[test]
fn what_an_override_breaks_is_shown_at_the_override() {
    let bench = Bench::new();
    let line = line_of("Timeout\", -1)");
    let place = format!("--> tests/cli/src/main.rs:{line}:");
    let ended = bench.refused("overridden", "check", 1, &place);
    assert!(ended.err.contains("= resource: stack acme-data, Jobs (AWS::SQS::Queue)"), "{ended:?}");
}

#[test]
fn colors_are_for_terminals_and_for_who_asks() {
    let bench = Bench::new();
    assert!(!bench.run("error", "check").err.contains('\x1b'));
    assert!(!bench.run("error", "check --color never").err.contains('\x1b'));
    assert!(bench.run("error", "check --color always").err.contains('\x1b'));
    assert!(bench.run("", "explain A --color always").err.contains('\x1b'));
}

/// What a run shows on a terminal of its own, which `script` of util-linux makes.
fn on_a_terminal(bench: &Bench, arguments: &str, environment: [(&str, &str); 2]) -> String {
    let run = bench.command("error", arguments);
    let words = [run.get_program()].into_iter().chain(run.get_args());
    let words: Vec<String> = words.map(|word| format!("'{}'", word.display())).collect();
    let mut script = Command::new("script");
    script.args(["-qec", &words.join(" "), "/dev/null"]).envs(environment);
    script.current_dir(&bench.folder).stdin(Stdio::null());
    for (name, value) in run.get_envs().filter(|(name, _)| *name != "NO_COLOR") {
        script.env(name, value.unwrap_or_default());
    }
    let output = script.output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_terminal_shows_colors_unless_its_user_wants_none() {
    let version = Command::new("script").arg("--version").output();
    if !version.is_ok_and(|version| version.stdout.starts_with(b"script from util-linux")) {
        let notice = "skipped: there is no `script` of util-linux to make a terminal\n";
        io::stderr().lock().write_all(notice.as_bytes()).unwrap();
        return;
    }
    let bench = Bench::new();
    let colored = |arguments, no_color, terminal| {
        let shown = on_a_terminal(&bench, arguments, [("NO_COLOR", no_color), ("TERM", terminal)]);
        assert!(shown.contains("the gate is too wide"), "{shown}");
        shown.contains('\x1b')
    };
    assert!(colored("check", "", "xterm"));
    assert!(!colored("check", "1", "xterm"));
    assert!(!colored("check", "", "dumb"));
    assert!(!colored("check --color never", "", "xterm"));
    assert!(colored("check --color always", "1", "dumb"));
}
