//! Commands and what they print.

use std::process::Stdio;

use serde_json::Value;

use crate::program::Bench;

#[test]
fn synth_says_what_it_made_where_and_how_long_it_took() {
    let bench = Bench::new();
    for arguments in ["", "synth"] {
        let ended = bench.good("", arguments);
        let mut lines = ended.out.lines();
        assert_eq!(
            lines.next(),
            Some("innovate-cli-tests: 2 stacks, 3 resources, 1 manifest; no findings")
        );
        let wrote = lines.next().unwrap();
        assert!(wrote.starts_with("wrote innovate.out/innovate-cli-tests in "), "{wrote}");
        assert!(wrote.ends_with(" ms"), "{wrote}");
        assert_eq!(ended.err, "");
    }
}

#[test]
fn wrong_use_ends_with_2_and_says_what_is_right() {
    let bench = Bench::new();
    for (arguments, text) in [
        ("--nonsense", "unexpected argument '--nonsense'"),
        ("chekc", "'check'"),
        ("--format xml", "[possible values: json, yaml]"),
        ("--color sometimes", "[possible values: auto, always, never]"),
        ("--out", "a value is required for '--out <DIR>'"),
        ("--out x check", "options of `synth` stand behind the command"),
        ("--locked --update-lock", "cannot be used with"),
        ("--stack netwrok", "help: there is `network`"),
        ("list --stack zzz", "help: it has network, data"),
        ("explain LOKC-01", "help: there is `LOCK-01`"),
        ("explain ZZZ-99", "`explain` without a code lists all of them"),
    ] {
        bench.refused("", arguments, 2, text);
    }
}

#[cfg(unix)]
#[test]
fn a_program_whose_name_is_no_text_says_what_is_right_too() {
    use std::{
        ffi::OsStr,
        os::unix::{ffi::OsStrExt, process::CommandExt},
    };
    let bench = Bench::new();
    for (arguments, code) in [("--out x check", 2), ("check", 0)] {
        let mut command = bench.command("", arguments);
        let ended = command.arg0(OsStr::from_bytes(b"pr\xffd")).output().unwrap();
        let text = String::from_utf8(ended.stderr).unwrap();
        assert_eq!(ended.status.code(), Some(code), "{text}");
    }
}

#[test]
fn help_names_every_command_and_the_exit_codes() {
    let bench = Bench::new();
    for arguments in ["--help", "-h"] {
        let ended = bench.good("", arguments);
        for text in ["synth ", "check ", "list ", "explain ", "Exit code: 0 all is well"] {
            assert!(ended.out.contains(text), "{}", ended.out);
        }
    }
}

#[test]
fn list_shows_ids_types_and_lines() {
    let bench = Bench::new();
    let text = bench.good("", "list").out;
    assert!(text.contains("stack acme-data (111122223333, eu-west-1): 2 resources"), "{text}");
    assert!(text.contains("  Jobs  AWS::SQS::Queue "), "{text}");
    assert!(text.contains("acme/configmap-gates.yaml"), "{text}");
    let one = bench.good("", "list --stack network").out;
    assert!(!one.contains("acme-data"));
    assert_eq!(bench.good("", "list --stack network --stack acme-network").out, one);

    let json: Value = serde_json::from_str(&bench.good("", "list --json").out).unwrap();
    assert_eq!(json["stacks"][1]["resources"][1]["logicalId"], "Jobs");
    assert_eq!(json["clusters"][0]["manifests"][0]["kind"], "ConfigMap");
    assert!(crate::program::files(&bench.folder).is_empty());
}

#[test]
fn explain_says_what_a_code_means() {
    let bench = Bench::new();
    let text = bench.good("", "explain lock-01").out;
    assert!(text.starts_with("LOCK-01: a stateful resource keeps its logical id\n\n"), "{text}");
    let all = bench.good("", "explain").out;
    for code in ["STK-01", "REF-05", "LIM-01", "OUT-01", "SUP-01", "LOCK-01", "CFN-02"] {
        assert!(all.lines().any(|line| line.starts_with(code)), "{code}: {all}");
    }
    let json: Value = serde_json::from_str(&bench.good("", "explain --json").out).unwrap();
    assert_eq!(json.as_array().unwrap().len(), all.lines().count());
}

#[test]
fn a_reader_that_stops_reading_is_no_failure() {
    let bench = Bench::new();
    let mut child = bench
        .command("large", "list")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let ended = child.wait_with_output().unwrap();
    assert_eq!((ended.status.code(), ended.stderr.len()), (Some(0), 0));
}

#[cfg(target_os = "linux")]
#[test]
fn an_output_that_can_not_be_written_is_a_failure() {
    let bench = Bench::new();
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let ended = bench.command("", "list").stdout(full).stderr(Stdio::piped()).output().unwrap();
    assert_eq!(ended.status.code(), Some(2));
    let text = String::from_utf8(ended.stderr).unwrap();
    assert_eq!(text, "error: can't write to the standard output: no space left on device\n");
}
