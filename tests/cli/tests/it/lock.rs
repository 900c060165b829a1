//! `innovate.lock`.

use std::{
    fs::{self, File},
    io::{BufRead, BufReader},
    process::Stdio,
};

use serde_json::Value;

use crate::program::Bench;

const LOCK: &str = "\
# The logical ids of the resources that hold data. Written by innovate: commit it, don't edit it.
# A program that loses one of them is refused; `explain LOCK-01` says what to do then.
version = 1

[[stack]]
name = \"acme-data\"
account = \"111122223333\"
region = \"eu-west-1\"
program = \"innovate-cli-tests\"

[stack.resources]
Jobs = \"AWS::SQS::Queue\"
";

fn lock(bench: &Bench) -> String {
    fs::read_to_string(bench.folder.join("innovate.lock")).unwrap()
}

#[test]
fn what_holds_data_is_recorded() {
    let bench = Bench::new();
    let ended = bench.good("", "");
    assert!(ended.out.ends_with("updated innovate.lock: 1 stateful resource; commit it\n"));
    assert_eq!(lock(&bench), LOCK);
    assert!(!bench.good("", "").out.contains("innovate.lock"));
}

#[test]
fn what_holds_data_can_not_be_lost() {
    let bench = Bench::new();
    bench.good("", "");
    for arguments in ["", "check"] {
        bench.refused(
            "lost",
            arguments,
            1,
            "error[LOCK-01]: `acme-data` loses its stateful resource `Jobs`",
        );
        bench.refused(
            "gone",
            arguments,
            1,
            "the stack `acme-data` in 111122223333/eu-west-1 is gone",
        );
    }
    bench.good("lost", "--update-lock");
    assert!(!lock(&bench).contains("Jobs"));
}

#[test]
fn what_holds_data_can_be_moved() {
    let bench = Bench::new();
    bench.good("", "");
    let refused = bench.refused("renamed", "", 1, "LOCK-01");
    assert!(refused.err.contains("`stack.moved(\"Jobs\", \"Tasks\")`"), "{}", refused.err);
    assert!(refused.err.contains("`Tasks` is new, and of that type"), "{}", refused.err);
    let says = "updated innovate.lock: 1 stateful resource; commit it\n\
        `acme-data/Jobs` is `acme-data/Tasks` now: `deploy` moves it; with another tool: move it with a stack refactor \
        (`aws cloudformation create-stack-refactor`) before the deployment, or it is made anew\n";
    let moved = bench.good("moved", "");
    assert!(moved.out.ends_with(says), "{}", moved.out);
    assert_eq!(lock(&bench), LOCK.replace("Jobs", "Tasks"));
    // The declaration may stay.
    assert!(!bench.good("moved", "--locked").out.contains("refactor"));
    let moves = serde_json::json!([{ "from": "acme-data/Jobs", "to": "acme-data/Tasks" }]);
    let index = fs::read_to_string(bench.out().join("manifest.json")).unwrap();
    let index: Value = serde_json::from_str(&index).unwrap();
    assert_eq!(index["stacks"][1]["moved"], moves);

    fs::write(bench.folder.join("innovate.lock"), LOCK).unwrap();
    let json: Value = serde_json::from_str(&bench.good("moved", "--json").out).unwrap();
    assert_eq!(json["moved"], moves);
}

#[test]
fn what_holds_data_keeps_its_type() {
    let bench = Bench::new();
    bench.good("", "");
    let refused = bench.refused("retyped", "", 1, "error[LOCK-02]: the stateful resource `Jobs`");
    assert!(refused.err.contains("AWS::SQS::Queue, as the lock file says"), "{}", refused.err);
}

#[test]
fn locked_refuses_any_change() {
    let bench = Bench::new();
    bench.refused("", "--locked", 1, "error[LOCK-03]");
    bench.good("", "");
    bench.good("", "--locked");
    bench.refused("moved", "--locked", 1, "acme-data/Jobs, acme-data/Tasks");
}

#[test]
fn programs_that_share_a_file_keep_their_parts() {
    let bench = Bench::new();
    bench.good("", "");
    let other = bench.called("other");
    // It makes no stack that the first one makes with data in it, so nothing of the first is lost.
    other.good("gone", "");
    assert_eq!(lock(&bench), LOCK);
    // It takes over the stack, and from then on it is the one that must keep it.
    other.good("", "");
    assert_eq!(lock(&bench), LOCK.replace("innovate-cli-tests", "other"));
    bench.good("gone", "");
    other.refused("gone", "", 1, "LOCK-01");
}

#[test]
fn programs_that_make_the_file_at_once_keep_their_parts() {
    for _ in 0..5 {
        let bench = Bench::new();
        let teams: Vec<String> = (0..8).map(|team| format!("team{team}")).collect();
        let benches: Vec<Bench> = teams.iter().map(|team| bench.called(team)).collect();
        let start = |(bench, team): (&Bench, &String)| {
            let mut command = bench.command(&format!("data of {team}"), "");
            command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
        };
        let children: Vec<_> = benches.iter().zip(&teams).map(start).collect();
        for mut child in children {
            assert!(child.wait().unwrap().success());
        }
        let lock = lock(&bench);
        for team in &teams {
            assert!(lock.contains(&format!("name = \"acme-{team}\"")), "{team}: {lock}");
        }
        let left = fs::read_dir(&bench.folder).unwrap();
        let hidden = |name: &std::ffi::OsString| name.to_string_lossy().starts_with('.');
        assert_eq!(left.map(|entry| entry.unwrap().file_name()).filter(hidden).count(), 0);
    }
}

#[test]
fn a_file_that_is_no_lock_file_stays_as_it_is() {
    let bench = Bench::new();
    for (text, says) in [
        (
            "<<<<<<< HEAD\nversion = 1\n",
            "`innovate.lock` is no lock file: TOML parse error at line 1",
        ),
        ("version = 1\nstacks = 3\n", "unknown field `stacks`"),
        ("", "missing field `version`"),
        ("version = 2\n", "`innovate.lock` is of version 2, which is not known here"),
        ("version = 2\nnew = 1\n", "`innovate.lock` is of version 2, which is not known here"),
    ] {
        fs::write(bench.folder.join("innovate.lock"), text).unwrap();
        for arguments in ["", "check", "--update-lock"] {
            bench.refused("", arguments, 2, says);
        }
    }
    fs::remove_file(bench.folder.join("innovate.lock")).unwrap();
    fs::create_dir(bench.folder.join("innovate.lock")).unwrap();
    bench.refused("", "", 2, "can't read the lock file `innovate.lock`: is a directory");
}

#[test]
fn a_lock_file_that_can_not_be_written_leaves_the_output() {
    let bench = Bench::new();
    bench.refused(
        "",
        "--lock none/innovate.lock",
        2,
        "can't write the lock file `none/innovate.lock`: no such file",
    );
}

#[test]
fn a_program_that_waits_for_the_file_says_so() {
    let bench = Bench::new();
    for place in [".innovate.lock.innovate-lock", "innovate.lock"] {
        let path = bench.folder.join(place);
        let held = File::options().create(true).append(true).open(&path).unwrap();
        held.lock().unwrap();
        let mut child =
            bench.command("", "").stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let line = lines.next().unwrap().unwrap();
        assert_eq!(line, "waiting for another program that holds `innovate.lock`");
        drop(held);
        assert!(child.wait().unwrap().success());
        assert_eq!(lock(&bench), LOCK);
    }
}

#[test]
fn what_a_run_that_was_killed_left_of_the_file_goes_with_the_next() {
    let bench = Bench::new();
    let left = bench.folder.join(".innovate.lock.innovate-new");
    fs::write(&left, "version = ").unwrap();
    bench.good("", "");
    assert_eq!(lock(&bench), LOCK);
    assert!(!left.exists());
}
