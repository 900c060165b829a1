//! What the command `deploy` shows.

use std::process::{Command, Output, Stdio};

use fake_cloudformation::{Failing, Fake, Script, StackStatus, Step};

use crate::cloud::stack;

fn deploy(fake: &Fake, variation: &str, arguments: &[&str]) -> Output {
    command(fake, variation, arguments).output().unwrap()
}

fn command(fake: &Fake, variation: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_innovate-deploy-tests"));
    command
        .args(["deploy", "--poll-every", "1"])
        .args(arguments)
        .env_clear()
        .env("HOME", std::env::temp_dir())
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_ENDPOINT_URL", fake.endpoint())
        .env("AWS_REGION", "eu-west-1")
        .env("AWS_ACCESS_KEY_ID", "AKIA111122223333")
        .env("AWS_SECRET_ACCESS_KEY", "secret")
        .env("VARIATION", variation);
    command
}

/// Its exit code, and what it said on both outputs; durations are the machine's.
fn said(output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn without_a_terminal_lines_tell_what_happens_and_how_it_ended() {
    let fake = Fake::start(Script::new()).unwrap();
    let (code, out, err) = said(&deploy(&fake, "", &["--yes"]));
    assert_eq!(code, Some(0), "{err}");
    assert!(out.ends_with("2 stacks: 2 created\n"), "{out}");
    let lines: Vec<&str> = err.lines().collect();
    assert_eq!(
        lines,
        [
            "create acme-network: 1 resource",
            "created acme-network in 0 s",
            "create acme-data: 2 resources",
            "created acme-data in 0 s",
        ]
    );
    let (code, out, err) = said(&deploy(&fake, "", &["--yes", "--stack", "acme-network"]));
    assert_eq!((code, &*err), (Some(0), "acme-network is as it should be\n"));
    assert!(out.ends_with("1 stack: 1 unchanged\n"), "{out}");
}

#[test]
fn every_event_is_told_to_who_asks_for_it() {
    let fake = Fake::start(Script::new()).unwrap();
    let (_, _, err) = said(&deploy(&fake, "", &["--yes", "--verbose"]));
    assert!(err.contains("acme-data/Jobs CREATE_IN_PROGRESS\n"), "{err}");
    assert!(err.contains("acme-data/Jobs CREATE_COMPLETE\n"), "{err}");
}

#[test]
fn machines_get_the_plan_each_event_and_the_summary_on_a_line_each() {
    let fake = Fake::start(Script::new()).unwrap();
    let (code, out, err) = said(&deploy(&fake, "", &["--yes", "--json"]));
    assert_eq!((code, &*err), (Some(0), ""));
    let events: Vec<serde_json::Value> =
        out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(events.first().unwrap()["event"], "plan");
    let last = events.last().unwrap();
    assert_eq!(last["event"], "summary");
    assert_eq!(last["good"], true);
    assert_eq!(last["stacks"][0]["name"], "acme-network");
    assert_eq!(last["stacks"][0]["outcome"], "created");
    let jobs = events.iter().find(|event| event["logicalId"] == "Jobs").unwrap();
    assert_eq!(jobs["event"], "resource");
    assert_eq!(jobs["stack"]["region"], "eu-west-1");
    assert_eq!(jobs["place"]["file"], "tests/deploy/src/main.rs");
}

fn line_of(text: &str) -> usize {
    let found = include_str!("../../src/main.rs").lines().position(|line| line.contains(text));
    found.unwrap() + 1
}

#[test]
fn a_failure_shows_the_line_of_the_program_that_caused_it() {
    let failing = Failing::new("Gate", Step::Create, "the quota is used up");
    let fake = Fake::start(Script::new().failing(failing)).unwrap();
    let (code, out, err) = said(&deploy(&fake, "", &["--yes"]));
    assert_eq!(code, Some(1));
    assert!(out.ends_with("2 stacks: 1 failed, 1 skipped\n"), "{out}");
    let place = format!("tests/deploy/src/main.rs:{}", line_of("network.add(\"Gate\""));
    let last: Vec<&str> = err.lines().rev().take(2).collect();
    assert_eq!(
        last,
        [
            "skipped acme-data: acme-network is not as it should be",
            &format!("failed acme-network: Gate: the quota is used up ({place})"),
        ]
    );
    let shown = err.split_once("failed acme-network").unwrap().1;
    let code = "DEP-01";
    assert!(shown.contains(&format!("error[{code}]: `Gate`: ")), "{shown}");
    assert!(shown.contains("the quota is used up"), "{shown}");
    assert!(shown.contains("network.add(\"Gate\""), "{shown}");
    assert!(shown.contains("help: mend the cause"), "{shown}");
    assert!(err.ends_with("skipped acme-data: acme-network is not as it should be\n"), "{err}");
}

#[test]
fn nothing_is_deployed_that_nobody_confirmed_or_named() {
    let fake = Fake::start(Script::new()).unwrap();
    let (code, _, err) = said(&deploy(&fake, "", &[]));
    assert_eq!(code, Some(2));
    assert!(err.contains("nobody is here to confirm this") && err.contains("--yes"), "{err}");
    assert!(fake.stacks().is_empty());

    deploy(&fake, "", &["--yes"]);
    let (code, _, err) = said(&deploy(&fake, "lost", &["--yes"]));
    assert_eq!(code, Some(1));
    assert!(err.contains("error[PLAN-03]") && err.contains("--delete acme-data/Jobs"), "{err}");
    assert!(err.ends_with("nothing was deployed\n"), "{err}");
    assert!(stack(&fake, "acme-data").resources.contains_key("Jobs"));

    let (code, _, err) = said(&deploy(&fake, "lost", &["--yes", "--delete", "acme-data/Jobs"]));
    assert_eq!(code, Some(0), "{err}");
    assert!(!stack(&fake, "acme-data").resources.contains_key("Jobs"));
}

#[test]
fn a_command_that_names_what_is_lost_can_be_repeated_once_that_is_gone() {
    let fake = Fake::start(Script::new()).unwrap();
    deploy(&fake, "", &["--yes"]);
    let named = ["--yes", "--delete", "data/Jobs"];
    for _ in 0..2 {
        let (code, _, err) = said(&deploy(&fake, "lost", &named));
        assert_eq!(code, Some(0), "{err}");
        assert!(!stack(&fake, "acme-data").resources.contains_key("Jobs"));
    }
}

#[test]
fn what_only_a_change_set_shows_to_be_lost_can_be_named_as_it_says() {
    let script = Script::new().replaced_by("AWS::SQS::Queue", "DelaySeconds");
    let fake = Fake::start(script).unwrap();
    deploy(&fake, "", &["--yes"]);
    let before = stack(&fake, "acme-data").resources["Jobs"].clone();
    let (code, out, err) = said(&deploy(&fake, "slower", &["--yes"]));
    assert_eq!(code, Some(1), "{out}");
    assert!(err.contains("if that is meant: --replace acme-data/Jobs\n"), "{err}");
    assert_eq!(stack(&fake, "acme-data").resources["Jobs"], before);
    let misspelt = ["--yes", "--replace", "acme-data/Jbs"];
    let (code, _, err) = said(&deploy(&fake, "slower", &misspelt));
    assert_eq!(code, Some(2));
    assert!(
        err.contains("has no such resource") && err.contains("there is `acme-data/Jobs`"),
        "{err}"
    );
    let named = ["--yes", "--replace", "acme-data/Jobs"];
    let (code, _, err) = said(&deploy(&fake, "slower", &named));
    assert_eq!(code, Some(0), "{err}");
    assert_ne!(stack(&fake, "acme-data").resources["Jobs"], before);
}

#[test]
fn a_plan_that_is_stopped_says_that_nothing_was_deployed() {
    let fake = Fake::start(Script::new()).unwrap();
    deploy(&fake, "spare", &["--yes"]);
    let (code, _, err) = said(&deploy(&fake, "", &["--fail-on", "destroy"]));
    assert_eq!(code, Some(1), "nobody is asked");
    assert!(err.contains("stopped by --fail-on destroy: 1 resource"), "{err}");
    assert!(err.ends_with("nothing was deployed\n"), "{err}");
}

#[test]
fn what_no_stack_has_is_refused_before_anything_is_asked() {
    let fake = Fake::start(Script::new()).unwrap();
    for (arguments, words) in [
        (["--parameter", "acme-data/Size"], "gives no parameter a value"),
        (["--parameter", "nowhere/Size=1"], "the program has no stack `nowhere`"),
        (["--delete", "acme-dta/Jobs"], "there is `acme-data`"),
        (["--replace", "Jobs"], "write STACK/ID"),
        (["--stack", "acme-dta"], "there is `acme-data`"),
    ] {
        let (code, _, err) = said(&deploy(&fake, "", &arguments));
        assert_eq!(code, Some(2), "{arguments:?}");
        assert!(err.contains(words), "{err}");
    }
    assert!(fake.requests().is_empty());
}

/// Interrupts the process as Ctrl-C does.
#[cfg(unix)]
fn interrupt(process: u32) {
    send("INT", process);
}

/// Sends the process a signal by the shell's own command: not every machine has a program for it.
#[cfg(unix)]
fn send(signal: &str, process: u32) {
    let line = format!("kill -{signal} {process}");
    assert!(Command::new("/bin/sh").args(["-c", &line]).status().unwrap().success());
}

#[cfg(unix)]
fn begun(fake: &Fake) -> bool {
    let network = fake.stack("111122223333", "eu-west-1", "acme-network");
    network.is_some_and(|stack| stack.status == StackStatus::CreateInProgress)
}

/// Starts a deployment, and waits until the first stack is under way.
#[cfg(unix)]
fn under_way(fake: &Fake) -> std::process::Child {
    let mut command = command(fake, "", &["--yes"]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    while !begun(fake) {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    child
}

#[cfg(unix)]
#[test]
fn who_interrupts_once_waits_for_what_is_under_way() {
    let fake = Fake::start(Script::new().takes("Gate", 300)).unwrap();
    let child = under_way(&fake);
    interrupt(child.id());
    let (code, out, err) = said(&child.wait_with_output().unwrap());
    assert_eq!(code, Some(1), "{err}");
    assert!(err.contains("waiting for acme-network; press Ctrl-C again"), "{err}");
    assert!(err.contains("created acme-network"), "{err}");
    assert!(err.ends_with("did not begin with acme-data\n"), "{err}");
    assert!(out.ends_with("2 stacks: 1 created, 1 not begun\n"), "{out}");
}

#[cfg(unix)]
#[test]
fn a_job_that_is_cancelled_waits_for_what_is_under_way_and_ends_at_once_when_told_again() {
    let fake = Fake::start(Script::new().takes("Gate", 300)).unwrap();
    let child = under_way(&fake);
    send("TERM", child.id());
    let (code, out, err) = said(&child.wait_with_output().unwrap());
    assert_eq!(code, Some(1), "{err}");
    assert!(err.contains("waiting for acme-network"), "{err}");
    assert!(out.ends_with("2 stacks: 1 created, 1 not begun\n"), "{out}");

    // A runner interrupts first, and terminates when its patience ends.
    let fake = Fake::start(Script::new().stuck("Gate")).unwrap();
    let child = under_way(&fake);
    interrupt(child.id());
    std::thread::sleep(std::time::Duration::from_millis(300));
    send("TERM", child.id());
    let (code, _, err) = said(&child.wait_with_output().unwrap());
    assert_eq!(code, Some(2), "{err}");
    assert!(err.contains("CloudFormation goes on with acme-network"), "{err}");
}

#[cfg(unix)]
#[test]
fn who_interrupts_twice_leaves_at_once_and_the_same_command_goes_on() {
    let fake = Fake::start(Script::new().stuck("Gate")).unwrap();
    let child = under_way(&fake);
    interrupt(child.id());
    // Two signals at once are one.
    std::thread::sleep(std::time::Duration::from_millis(300));
    interrupt(child.id());
    let (code, _, err) = said(&child.wait_with_output().unwrap());
    assert_eq!(code, Some(2), "{err}");
    assert!(err.contains("CloudFormation goes on with acme-network"), "{err}");
    assert!(begun(&fake));
}
