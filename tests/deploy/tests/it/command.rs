//! The command line of a program that may ask AWS.

use std::{
    process::{Command, Output},
    sync::atomic::{AtomicU32, Ordering},
};

use aws_credential_types::Credentials;
use aws_sdk_cloudformation::{
    Client,
    types::{ChangeSetType, Tag},
};
use fake_cloudformation::{Failing, Fake, Fault, Script, StackStatus, Step};

pub(crate) fn run(arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    let home = std::env::temp_dir();
    Command::new(env!("CARGO_BIN_EXE_innovate-deploy-tests"))
        .args(arguments)
        .env_clear()
        .env("HOME", &home)
        // No instance is asked for credentials, and nothing leaves this machine.
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
        .env("AWS_REGION", "eu-west-1")
        .envs(environment.iter().copied())
        .output()
        .unwrap()
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn a_plan_without_credentials_says_how_to_get_them() {
    let ended = run(&["plan"], &[]);
    assert_eq!(ended.status.code(), Some(2), "{ended:?}");
    let said = text(&ended.stderr);
    assert!(said.contains("there are no credentials"), "{said}");
    assert!(said.contains("--profile"), "{said}");
}

#[test]
fn a_plan_says_that_aws_can_not_be_reached_and_shows_no_secret() {
    let keys = [("AWS_ACCESS_KEY_ID", "AKIA"), ("AWS_SECRET_ACCESS_KEY", "very-secret")];
    let ended = run(&["plan"], &keys);
    assert_eq!(ended.status.code(), Some(2), "{ended:?}");
    let said = text(&ended.stderr);
    assert!(said.contains("AWS can't be reached"), "{said}");
    assert!(!said.contains("very-secret"), "{said}");
}

/// The account of the program's stacks, as the fake reads it from the access key.
pub(crate) const KEYS: [(&str, &str); 2] =
    [("AWS_ACCESS_KEY_ID", "AKIA111122223333"), ("AWS_SECRET_ACCESS_KEY", "secret")];

/// A cloud in which the program's stacks are deployed as a variation of it yields them.
pub(crate) async fn deployed(variation: &str) -> Fake {
    let fake = Fake::start(Script::new()).unwrap();
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let folder = format!("innovate-plan-{}-{number}", std::process::id());
    let folder = std::env::temp_dir().join(folder);
    std::fs::create_dir_all(&folder).unwrap();
    let (out, lock) = (folder.join("out"), folder.join("innovate.lock"));
    let out = out.to_str().unwrap().to_owned();
    let arguments = ["synth", "--out", &out, "--lock", lock.to_str().unwrap()];
    let ended = run(&arguments, &[("VARIATION", variation)]);
    assert!(ended.status.success(), "{ended:?}");
    let index = std::fs::read_to_string(format!("{out}/manifest.json")).unwrap();
    let index: serde_json::Value = serde_json::from_str(&index).unwrap();
    for stack in index["stacks"].as_array().unwrap() {
        let text = |key: &str| stack[key].as_str().unwrap().to_owned();
        let body = std::fs::read_to_string(format!("{out}/{}", text("template"))).unwrap();
        let tags = stack["tags"].as_object().unwrap().iter();
        let tags = tags.map(|(key, value)| (key.clone(), value.as_str().unwrap().to_owned()));
        create(&fake, &text("name"), body, tags.collect()).await;
        assert_eq!(standing(&fake, &text("name")), StackStatus::CreateComplete);
    }
    std::fs::remove_dir_all(folder).unwrap();
    fake
}

fn standing(fake: &Fake, name: &str) -> StackStatus {
    fake.stack("111122223333", "eu-west-1", name).unwrap().status
}

async fn create(fake: &Fake, name: &str, body: String, tags: Vec<(String, String)>) {
    let config = aws_sdk_cloudformation::Config::builder()
        .behavior_version(aws_config::BehaviorVersion::latest())
        .endpoint_url(fake.endpoint())
        .region(aws_config::Region::new("eu-west-1"))
        .credentials_provider(Credentials::new("AKIA111122223333", "secret", None, None, "test"))
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .build();
    let client = Client::from_conf(config);
    let tag = |(key, value): (String, String)| Tag::builder().key(key).value(value).build();
    client
        .create_change_set()
        .stack_name(name)
        .change_set_name("first")
        .change_set_type(ChangeSetType::Create)
        .template_body(body)
        .set_tags(Some(tags.into_iter().map(tag).collect()))
        .send()
        .await
        .unwrap();
    fake.tick(10);
    let execute = client.execute_change_set().stack_name(name).change_set_name("first");
    execute.send().await.unwrap();
    fake.tick(100);
}

fn plan(fake: &Fake, variation: &str, arguments: &[&str]) -> (Option<i32>, String, String) {
    run_against(fake, variation, &[&["plan"], arguments].concat())
}

/// Runs the program, varied, against a fake: its exit code, and what it printed to both outputs.
pub(crate) fn run_against(
    fake: &Fake,
    variation: &str,
    arguments: &[&str],
) -> (Option<i32>, String, String) {
    run_with(fake, variation, &KEYS, arguments)
}

/// The same with other credentials.
pub(crate) fn run_with(
    fake: &Fake,
    variation: &str,
    keys: &[(&str, &str)],
    arguments: &[&str],
) -> (Option<i32>, String, String) {
    let endpoint = fake.endpoint();
    let mut environment = vec![("VARIATION", variation), ("AWS_ENDPOINT_URL", endpoint)];
    environment.extend(keys);
    let ended = run(arguments, &environment);
    (ended.status.code(), text(&ended.stdout), text(&ended.stderr))
}

#[tokio::test]
async fn a_plan_compares_with_what_is_deployed_and_changes_nothing() {
    let fake = deployed("").await;
    let (code, out, err) = plan(&fake, "", &[]);
    assert_eq!((code, &*out, &*err), (Some(0), "no changes in 2 stacks\n", ""));
    let (code, out, err) = plan(&fake, "wider", &[]);
    assert_eq!((code, &*err), (Some(0), ""));
    assert!(out.contains("      ~ Metadata.Width: 4 -> 9\n"), "{out}");
    let (code, _, err) = plan(&fake, "lost", &[]);
    assert_eq!(code, Some(1));
    assert!(err.contains("error[PLAN-03]") && err.contains("--delete acme-data/Jobs"), "{err}");
    let asked = fake.requests();
    let reads = ["GetCallerIdentity", "DescribeStacks", "GetTemplate"];
    let by_plans = asked.iter().filter(|request| !request.action.contains("ChangeSet"));
    for request in by_plans {
        assert!(reads.contains(&&*request.action), "{request:?}");
    }
}

#[tokio::test]
async fn a_plan_says_what_stands_in_the_way_of_a_deployment() {
    let fake = Fake::start(Script::new()).unwrap();
    fake.change(|script| script.failing(Failing::new("Reader", Step::Create, "it is taken")));
    let body = r#"{ "Resources": { "Reader": { "Type": "AWS::SQS::Queue" } } }"#;
    create(&fake, "acme-data", body.to_owned(), Vec::new()).await;
    assert_eq!(standing(&fake, "acme-data"), StackStatus::RollbackComplete);
    let (code, out, err) = plan(&fake, "", &[]);
    assert_eq!(code, Some(1), "{err}");
    assert!(out.contains("acme-data (111122223333, eu-west-1): new"), "{out}");
    assert!(err.contains("can't be deployed to: its creation failed; "), "{err}");
    let (code, out, _) = plan(&fake, "", &["--json"]);
    let document: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(code, Some(1));
    let obstacle = document["obstacles"][0].as_str().unwrap();
    assert!(obstacle.contains("its creation failed"), "{obstacle}");
    let (_, out, _) = plan(&fake, "", &["--markdown"]);
    let refused = out.split_once("\n### Refused\n\n").unwrap().1;
    assert_eq!(refused, format!("* {obstacle}\n"));
}

#[tokio::test]
async fn a_plan_in_markdown_says_what_is_refused_and_how_it_is_named() {
    let fake = deployed("").await;
    let (code, out, _) = plan(&fake, "lost", &["--markdown", "--fail-on", "destroy"]);
    assert_eq!(code, Some(1));
    let refused = out.split_once("\n### Refused\n\n").unwrap().1;
    let lines: Vec<&str> = refused.lines().collect();
    assert!(lines[0].starts_with("* **PLAN-03**"), "{refused}");
    assert!(lines[0].ends_with("; if that is meant: `--delete acme-data/Jobs`"), "{refused}");
    let (_, out, _) = plan(&fake, "lost", &["--markdown", "--delete", "acme-data/Jobs"]);
    assert!(!out.contains("### Refused"), "{out}");
}

#[test]
fn warnings_of_the_program_are_shown_and_machines_find_them_in_the_document() {
    let fake = Fake::start(Script::new()).unwrap();
    let (code, out, err) = plan(&fake, "warning", &[]);
    assert_eq!(code, Some(0), "{err}");
    assert!(err.starts_with("warning[") && out.contains("to create"), "{out}{err}");
    let (_, out, err) = plan(&fake, "warning", &["--json"]);
    let document: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!((&*err, &document["findings"][0]["severity"]), ("", &"warning".into()));
    let (code, _, err) = run_against(&fake, "broken", &["deploy", "--yes"]);
    assert_eq!(code, Some(1));
    assert!(err.ends_with("nothing was deployed\n"), "{err}");
}

#[tokio::test]
async fn a_plan_of_what_is_not_deployed_yet_makes_everything() {
    let fake = Fake::start(Script::new()).unwrap();
    let (code, out, err) = plan(&fake, "", &[]);
    assert_eq!((code, &*err), (Some(0), ""));
    assert!(out.ends_with("3 to create in 2 stacks; 0 stay as they are\n"), "{out}");
}

#[tokio::test]
async fn a_plan_gets_through_throttling_errors_and_lost_answers() {
    let fake = deployed("").await;
    fake.change(|script| {
        script
            .fault("DescribeStacks", 1, Fault::Throttle)
            .fault("GetTemplate", 1, Fault::Error500)
            .fault("GetTemplate", 2, Fault::DropAfter)
            .fault("DescribeStacks", 3, Fault::Truncate)
    });
    let (code, out, err) = plan(&fake, "", &[]);
    assert_eq!((code, &*out, &*err), (Some(0), "no changes in 2 stacks\n", ""));
}

#[tokio::test]
async fn credentials_of_another_account_are_refused_before_a_stack_is_asked_for() {
    let fake = Fake::start(Script::new()).unwrap();
    let endpoint = fake.endpoint();
    let environment = [
        ("AWS_ENDPOINT_URL", endpoint),
        ("AWS_ACCESS_KEY_ID", "AKIA999999999999"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
    ];
    let ended = run(&["plan"], &environment);
    assert_eq!(ended.status.code(), Some(2), "{ended:?}");
    let said = text(&ended.stderr);
    assert!(said.contains("the credentials are those of account 999999999999"), "{said}");
    assert!(said.contains("--role"), "{said}");
    assert!(fake.requests().iter().all(|request| request.action == "GetCallerIdentity"));
}
