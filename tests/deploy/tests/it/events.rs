//! What machines read of the commands that change something, however they end.

use fake_cloudformation::{Failing, Fake, Script, Step};
use serde_json::{Value, json};

use crate::command::{deployed, run_against};

/// The exit code, and the events; each line is one, and the last says how it ended.
fn events(fake: &Fake, variation: &str, arguments: &[&str]) -> (i32, Vec<Value>) {
    let all = [arguments, &["--json", "--poll-every", "1"]].concat();
    let (code, out, err) = run_against(fake, variation, &all);
    let parsed = out.lines().map(serde_json::from_str::<Value>);
    let events: Vec<Value> = parsed.collect::<Result<_, _>>().unwrap_or_else(|error| {
        panic!("{arguments:?}: {error}: {out}{err}");
    });
    let names = events.iter().map(|event| event["event"].as_str().unwrap());
    assert_eq!(names.filter(|name| *name == "summary").count(), 1, "{out}");
    let last = events.last().unwrap();
    assert_eq!(last["event"], "summary", "{out}");
    assert_eq!(last["good"], code == Some(0), "{out}");
    assert_eq!(last.get("error").is_some(), code == Some(2), "{out}");
    (code.unwrap(), events)
}

fn names(events: &[Value]) -> Vec<&str> {
    events.iter().map(|event| event["event"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_deployment_that_is_not_begun_says_why() {
    let fake = deployed("").await;
    let (code, told) = events(&fake, "broken", &["deploy", "--yes"]);
    assert_eq!((code, names(&told)), (1, vec!["findings", "summary"]));
    assert_eq!(told[0]["findings"][0]["severity"], "error");
    let (code, told) = events(&fake, "lost", &["deploy", "--yes", "--fail-on", "destroy"]);
    assert_eq!((code, names(&told)), (1, vec!["plan", "refused", "summary"]));
    assert_eq!(told[1]["reasons"][0]["option"], "--delete acme-data/Jobs");
    let (code, told) = events(&fake, "wider", &["deploy"]);
    assert_eq!((code, names(&told)), (2, vec!["plan", "summary"]));
    assert!(told[1]["error"]["help"].as_str().unwrap().contains("--yes"));
    let (code, told) = events(&fake, "", &["deploy", "--stack", "acme-dat"]);
    assert_eq!((code, names(&told)), (2, vec!["summary"]));
}

#[test]
fn a_saved_plan_that_no_longer_fits_is_refused() {
    let fake = Fake::start(Script::new()).unwrap();
    let path = std::env::temp_dir().join(format!("innovate-events-{}.json", std::process::id()));
    let path = path.to_str().unwrap();
    assert_eq!(run_against(&fake, "", &["plan", "--save", path]).0, Some(0));
    let (code, told) = events(&fake, "wider", &["deploy", "--yes", "--plan", path]);
    assert_eq!((code, names(&told)), (1, vec!["refused", "summary"]));
    let why = told[0]["reasons"][0]["reason"].as_str().unwrap();
    assert!(why.contains("the program yields another one"), "{why}");
    std::fs::remove_file(path).unwrap();
}

#[test]
fn a_deployment_ends_with_its_stacks_be_it_good_or_not() {
    let failing = Failing::new("Gate", Step::Create, "the quota is used up").times(1);
    let fake = Fake::start(Script::new().failing(failing)).unwrap();
    for (ends, outcome) in [(1, "failed"), (0, "created")] {
        let (code, told) = events(&fake, "warning", &["deploy", "--yes"]);
        assert_eq!((code, &names(&told)[..2]), (ends, &["findings", "plan"][..]));
        assert_eq!(told.last().unwrap()["stacks"][0]["outcome"], outcome);
    }
}

#[tokio::test]
async fn a_destruction_says_what_has_to_be_named_and_that_nothing_is_there() {
    let fake = deployed("").await;
    let (code, told) = events(&fake, "", &["destroy"]);
    assert_eq!(*names(&told).last().unwrap(), "summary");
    assert!(code > 0);
    let nothing = Fake::start(Script::new()).unwrap();
    let (code, told) = events(&nothing, "", &["destroy", "--yes"]);
    assert_eq!((code, names(&told)), (0, vec!["plan", "summary"]));
    assert_eq!(told[1]["stacks"], json!([]));
    let (code, told) = events(&fake, "", &["destroy", "--yes", "--stack", "dat"]);
    assert_eq!((code, names(&told)), (2, vec!["summary"]));
}

#[tokio::test]
async fn an_import_that_is_not_begun_says_why() {
    let fake = deployed("").await;
    let (code, told) = events(&fake, "mail", &["import", "data/Post=x", "--yes"]);
    assert_eq!((code, names(&told)), (1, vec!["refused", "summary"]));
    assert_eq!(told[0]["reasons"][0]["logicalId"], "Post");
    let (code, told) = events(&fake, "mail", &["import", "data/Mail=https://x"]);
    assert_eq!((code, names(&told)), (2, vec!["plan", "summary"]));
    let (code, told) = events(&fake, "broken", &["import", "data/Jobs=x"]);
    assert_eq!((code, names(&told)), (1, vec!["findings", "summary"]));
    let (code, told) = events(&fake, "mail", &["import", "data/Mail"]);
    assert_eq!((code, names(&told)), (2, vec!["summary"]));
}
