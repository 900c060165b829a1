//! Where the stacks stand, through the command line.

use aws_sdk_cloudformation::{Client, types::OnStackFailure};
use fake_cloudformation::{Failing, Fake, Fault, Script, Step};
use serde_json::Value;

use crate::{
    cloud::{ACCOUNT, config},
    command::{KEYS, run, text},
};

#[derive(Debug)]
struct Ended {
    code: Option<i32>,
    out: String,
    err: String,
}

fn command(fake: &Fake, variation: &str, arguments: &str) -> Ended {
    let endpoint = fake.endpoint();
    let mut environment = vec![("VARIATION", variation), ("AWS_ENDPOINT_URL", endpoint)];
    environment.extend(KEYS);
    let ended = run(&arguments.split_whitespace().collect::<Vec<_>>(), &environment);
    Ended { code: ended.status.code(), out: text(&ended.stdout), err: text(&ended.stderr) }
}

/// Deploys a variation of the program, however that ends.
fn deploy(fake: &Fake, variation: &str) {
    command(fake, variation, "deploy --yes --poll-every 1");
}

fn status(fake: &Fake) -> Ended {
    command(fake, "", "status")
}

fn json(fake: &Fake, variation: &str) -> (Option<i32>, Value) {
    let ended = command(fake, variation, "status --json");
    (ended.code, serde_json::from_str(&ended.out).unwrap())
}

fn stack<'a>(status: &'a Value, name: &str) -> &'a Value {
    let stacks = status["stacks"].as_array().unwrap();
    stacks.iter().find(|stack| stack["name"] == name).unwrap()
}

fn client(fake: &Fake) -> Client {
    Client::new(&config(fake, ACCOUNT))
}

fn failing(id: &str, step: Step, why: &str) -> Failing {
    Failing::new(id, step, why)
}

/// What `acme-data` says, after a failed attempt at changing it.
fn after_update(script: impl FnOnce(Script) -> Script) -> (Fake, Ended) {
    let fake = Fake::start(Script::new()).unwrap();
    deploy(&fake, "");
    fake.change(script);
    deploy(&fake, "wider");
    let ended = status(&fake);
    (fake, ended)
}

#[test]
fn what_is_not_deployed_is_missing() {
    let fake = Fake::start(Script::new()).unwrap();
    let ended = status(&fake);
    assert_eq!((ended.code, &*ended.err), (Some(1), ""));
    assert_eq!(
        ended.out,
        "acme-network (111122223333, eu-west-1): not deployed\n  next: `deploy` creates it\n\
         acme-data (111122223333, eu-west-1): not deployed\n  next: `deploy` creates it\n\
         0 of 2 stacks in good standing\n"
    );
    let (_, said) = json(&fake, "");
    assert_eq!(stack(&said, "acme-data")["standing"], "absent");
    assert_eq!(stack(&said, "acme-data")["template"], "missing");
}

#[test]
fn what_is_deployed_is_compared_with_the_program_and_no_more_is_asked_than_that() {
    let fake = Fake::start(Script::new()).unwrap();
    deploy(&fake, "");
    let before = fake.requests().len();
    let ended = status(&fake);
    assert_eq!((ended.code, &*ended.err), (Some(0), ""), "{ended:?}");
    assert!(ended.out.ends_with("2 of 2 stacks in good standing\n"), "{ended:?}");
    assert!(
        ended
            .out
            .contains("(111122223333, eu-west-1): CREATE_COMPLETE, last changed at 2026-01-01T00:")
    );
    assert!(ended.out.contains("  template: as the program's\n"), "{ended:?}");
    assert!(ended.out.contains("  termination protection: off; drift: NOT_CHECKED\n"));
    assert!(!ended.out.contains("next:"), "{ended:?}");
    let asked: Vec<String> =
        fake.requests().into_iter().skip(before).map(|request| request.action).collect();
    let count = |action: &str| asked.iter().filter(|asked| *asked == action).count();
    assert_eq!((count("DescribeStacks"), count("GetTemplate"), asked.len()), (2, 2, 5));

    let wider = command(&fake, "wider", "status --stack data");
    assert_eq!(wider.code, Some(0));
    assert!(
        wider.out.contains("template: not as the program's: 1 resource to change"),
        "{wider:?}"
    );
    assert!(wider.out.contains("next: `deploy` updates it\n"), "{wider:?}");
    assert!(wider.out.ends_with("1 of 1 stack in good standing\n"), "{wider:?}");
    let (code, said) = json(&fake, "wider");
    assert_eq!((code, &said["good"]), (Some(0), &true.into()));
    assert_eq!(stack(&said, "acme-data")["template"], "differs");
    assert_eq!(stack(&said, "acme-data")["changes"], 1);
    assert_eq!(stack(&said, "acme-network")["template"], "same");
    let arn = stack(&said, "acme-data")["arn"].as_str().unwrap();
    assert!(arn.starts_with("arn:aws:cloudformation:eu-west-1:111122223333:stack/acme-data/"));
}

#[tokio::test]
async fn protection_and_the_last_detection_of_drift_are_told() {
    let fake = Fake::start(Script::new()).unwrap();
    deploy(&fake, "");
    let client = client(&fake);
    let protect = client.update_termination_protection().stack_name("acme-data");
    protect.enable_termination_protection(true).send().await.unwrap();
    let width = serde_json::json!(false);
    assert!(fake.meddle(
        (ACCOUNT, "eu-west-1", "acme-data"),
        "Jobs",
        "/SqsManagedSseEnabled",
        width
    ));
    client.detect_stack_drift().stack_name("acme-data").send().await.unwrap();
    fake.tick(10);
    let ended = status(&fake);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(
        ended.out.contains("termination protection: on; drift: DRIFTED at 2026-01-01T00:"),
        "{ended:?}"
    );
    let (_, said) = json(&fake, "");
    assert_eq!(stack(&said, "acme-data")["drift"]["status"], "DRIFTED");
    assert_eq!(stack(&said, "acme-data")["terminationProtection"], true);
}

#[test]
fn an_update_that_was_rolled_back_says_why() {
    let (_fake, ended) =
        after_update(|script| script.failing(failing("Reader", Step::Update, "no")));
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(
        ended
            .out
            .contains("acme-data (111122223333, eu-west-1): UPDATE_ROLLBACK_COMPLETE since 2026-")
    );
    assert!(
        ended.out.contains("  failed: Reader UPDATE_FAILED (tests/deploy/src/main.rs:"),
        "{ended:?}"
    );
    assert!(ended.out.contains("): no\n"), "{ended:?}");
    assert!(ended.out.contains("  template: as the program's\n"), "{ended:?}");
    assert!(ended.out.contains("next: its last operation was rolled back: mend"), "{ended:?}");
}

#[test]
fn a_rollback_that_failed_names_the_first_cause_first_and_what_goes_on() {
    let (fake, ended) = after_update(|script| {
        script.failing(failing("Reader", Step::Update, "no").times(1)).failing(failing(
            "Reader",
            Step::Restore,
            "stuck",
        ))
    });
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.out.contains("UPDATE_ROLLBACK_FAILED since 2026-"), "{ended:?}");
    assert!(ended.out.contains(
        "next: mend what failed in the rollback, then `deploy --continue-rollback`; `--skip acme-data/Reader` leaves"
    ));
    let (_, said) = json(&fake, "");
    let data = stack(&said, "acme-data");
    assert_eq!((&data["standing"], &data["good"]), (&"stuck".into(), &false.into()));
    assert_eq!(data["causes"][0]["reason"], "no");
    assert_eq!(data["causes"][0]["logicalId"], "Reader");
    assert_eq!(data["rollbackCauses"][0]["reason"], "stuck");
    assert!(ended.out.contains("  failed in the rollback: Reader UPDATE_FAILED (tests/deploy"));
    assert_eq!(data["complete"], true);
}

#[test]
fn a_creation_that_failed_says_why_whether_or_not_its_rollback_ended() {
    let script = Script::new().failing(failing("Gate", Step::Create, "it is taken"));
    let fake = Fake::start(script).unwrap();
    deploy(&fake, "");
    let ended = status(&fake);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.out.contains("acme-network (111122223333, eu-west-1): ROLLBACK_COMPLETE since"));
    assert!(
        ended.out.contains("  failed: Gate CREATE_FAILED (tests/deploy/src/main.rs:"),
        "{ended:?}"
    );
    assert!(ended.out.contains("next: its creation failed"), "{ended:?}");
    assert!(ended.out.contains("acme-data (111122223333, eu-west-1): not deployed"), "{ended:?}");

    let script = Script::new()
        .failing(failing("Reader", Step::Create, "it is taken"))
        .failing(failing("Jobs", Step::Delete, "it is in use"));
    let fake = Fake::start(script).unwrap();
    deploy(&fake, "");
    let (code, said) = json(&fake, "");
    let data = stack(&said, "acme-data");
    assert_eq!(code, Some(1), "{said}");
    assert_eq!((&data["standing"], &data["template"]), (&"ruined".into(), &"missing".into()));
    assert_eq!(data["causes"][0]["reason"], "it is taken");
}

const TWO: &str = r#"{ "Resources": { "Reader": { "Type": "AWS::SQS::Queue" }, "Jobs": { "Type": "AWS::SNS::Topic" } } }"#;

#[tokio::test]
async fn what_was_left_when_it_failed_is_no_good_standing() {
    let script = Script::new().failing(failing("Reader", Step::Create, "it is taken"));
    let fake = Fake::start(script).unwrap();
    let client = client(&fake);
    let change = client.create_change_set().stack_name("acme-data").change_set_name("first");
    let change = change.change_set_type("CREATE".into()).template_body(TWO);
    change.on_stack_failure(OnStackFailure::DoNothing).send().await.unwrap();
    fake.tick(10);
    let ended = status(&fake);
    assert!(
        ended.out.contains("acme-data (111122223333, eu-west-1): REVIEW_IN_PROGRESS since"),
        "{ended:?}"
    );
    assert!(ended.out.contains("next: `deploy` creates it"), "{ended:?}");
    let execute = client.execute_change_set().stack_name("acme-data").change_set_name("first");
    execute.send().await.unwrap();
    fake.tick(100);
    let ended = status(&fake);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(
        ended.out.contains("acme-data (111122223333, eu-west-1): CREATE_FAILED since"),
        "{ended:?}"
    );
    assert!(ended.out.contains("next: it was left as it was"), "{ended:?}");
    let (_, said) = json(&fake, "");
    assert_eq!(stack(&said, "acme-data")["standing"], "halted");
    assert_eq!(stack(&said, "acme-data")["template"], "differs");
}

#[tokio::test]
async fn a_deletion_that_failed_is_to_be_done_again() {
    let fake = Fake::start(Script::new()).unwrap();
    deploy(&fake, "");
    fake.change(|script| script.failing(failing("Reader", Step::Delete, "it is in use")));
    client(&fake).delete_stack().stack_name("acme-data").send().await.unwrap();
    fake.tick(100);
    let ended = status(&fake);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(
        ended.out.contains("acme-data (111122223333, eu-west-1): DELETE_FAILED since"),
        "{ended:?}"
    );
    assert!(ended.out.contains("failed: Reader DELETE_FAILED"), "{ended:?}");
    assert!(ended.out.contains(": it is in use\n"), "{ended:?}");
    assert!(ended.out.contains("then delete it again with `destroy`"), "{ended:?}");
}

#[tokio::test]
async fn what_is_under_way_is_named_with_its_line() {
    let fake = Fake::start(Script::new()).unwrap();
    deploy(&fake, "");
    fake.change(|script| script.stuck("Reader"));
    client(&fake).delete_stack().stack_name("acme-data").send().await.unwrap();
    fake.tick(3);
    let ended = status(&fake);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(
        ended.out.contains("acme-data (111122223333, eu-west-1): DELETE_IN_PROGRESS since"),
        "{ended:?}"
    );
    assert!(
        ended.out.contains("  under way: Reader DELETE_IN_PROGRESS (tests/deploy/src/main.rs:"),
        "{ended:?}"
    );
    assert!(ended.out.contains("next: wait until that has ended"), "{ended:?}");
    let (_, said) = json(&fake, "");
    let data = stack(&said, "acme-data");
    assert_eq!(data["standing"], "busy");
    assert_eq!(data["underWay"][0]["logicalId"], "Reader");
    assert_eq!(data["causes"].as_array().unwrap().len(), 0);
}

#[test]
fn a_program_with_errors_is_asked_about_all_the_same() {
    let fake = Fake::start(Script::new()).unwrap();
    deploy(&fake, "");
    let ended = command(&fake, "broken", "status");
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.out.ends_with("2 of 2 stacks in good standing\n"), "{ended:?}");
    assert!(!ended.out.contains("template:"), "{ended:?}");
    assert!(ended.err.contains("nothing was compared with it; `check` shows them"), "{ended:?}");
    let (_, said) = json(&fake, "broken");
    assert_eq!(stack(&said, "acme-data")["template"], "unknown");
    assert_eq!(said["programHasErrors"], true);
    assert_eq!(json(&fake, "").1["programHasErrors"], false);
}

#[test]
fn events_of_an_earlier_operation_are_no_reason_now() {
    let fake = Fake::start(Script::new().page(3)).unwrap();
    deploy(&fake, "");
    fake.change(|script| {
        script.failing(failing("Reader", Step::Update, "the first time").times(1))
    });
    deploy(&fake, "wider");
    fake.change(|script| {
        script.failing(failing("Reader", Step::Update, "the second time").times(1))
    });
    deploy(&fake, "wider");
    let (_, said) = json(&fake, "wider");
    let causes = stack(&said, "acme-data")["causes"].as_array().unwrap();
    assert_eq!(causes.len(), 1, "{said}");
    assert_eq!(causes[0]["reason"], "the second time");
    deploy(&fake, "wider");
    let (_, said) = json(&fake, "wider");
    assert!(stack(&said, "acme-data").get("causes").is_none(), "{said}");
}

#[test]
fn lost_answers_are_asked_for_again_and_other_credentials_refused() {
    let fake = Fake::start(Script::new()).unwrap();
    deploy(&fake, "");
    fake.change(|script| {
        script
            .fault("DescribeStacks", 1, Fault::Throttle)
            .fault("GetTemplate", 1, Fault::DropAfter)
            .fault("GetTemplate", 2, Fault::Truncate)
    });
    assert_eq!(status(&fake).code, Some(0));
    let endpoint = fake.endpoint();
    let other = [
        ("AWS_ENDPOINT_URL", endpoint),
        ("AWS_ACCESS_KEY_ID", "AKIA999999999999"),
        ("AWS_SECRET_ACCESS_KEY", "very-secret"),
    ];
    let ended = run(&["status"], &other);
    let said = text(&ended.stderr);
    assert_eq!(ended.status.code(), Some(2), "{said}");
    assert!(said.contains("are those of account 999999999999") && !said.contains("very-secret"));
    let unknown = command(&fake, "", "status --stack date");
    assert_eq!(unknown.code, Some(2));
    assert!(unknown.err.contains("there is `data`"), "{unknown:?}");
}
