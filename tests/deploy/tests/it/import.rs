//! Existing resources become a stack's own.

use fake_cloudformation::{Failing, Fake, Fault, Script, StackStatus, Step};
use innovate::{
    aws::deploy::{Event, Importer, Operation, Outcome, Summary},
    cfn::sqs::Queue,
    core::{App, DeletionPolicy, ResourceType, Site, Stack, StageKind, Staging},
};
use serde_json::{Value, json};

use crate::{
    cloud::{ACCOUNT, REGION, access, id, stack, synthesized},
    command::{deployed, run_against},
};

const URL: &str = "https://sqs.eu-west-1.amazonaws.com/111122223333/by-hand";

fn site() -> Site {
    Site::new("acme", StageKind::Staging, ACCOUNT, REGION)
        .tag("application", "acme")
        .tag("environment", "staging")
        .tag("owner", "platform")
        .tag("cost-center", "1")
        .tag("data-classification", "internal")
}

/// A stack with a queue, and with some more that were made by hand.
fn program(queues: &[&'static str]) -> App {
    let mut data: Stack<Staging> = Stack::new("acme-data", site());
    for name in queues {
        let queue = Queue::new().sqs_managed_sse_enabled(true).delay_seconds(5);
        data.add(*name, queue.removal_policy(DeletionPolicy::Retain));
    }
    App::new("acme").stack(data)
}

async fn import(fake: &Fake, app: App, wanted: &[(&str, &str)]) -> (Vec<Event>, Summary) {
    let synthesis = synthesized(app);
    let assembly = synthesis.assembly.as_ref().unwrap();
    let mut importer = Importer::new(access(fake), assembly, &synthesis.app)
        .unwrap()
        .poll_every(std::time::Duration::from_millis(1));
    for (logical_id, identifier) in wanted {
        importer = importer.resource(&id("acme-data"), *logical_id, *identifier);
    }
    crate::cloud::follow(importer.start().unwrap()).await
}

fn outcome(summary: &Summary) -> &Outcome {
    &summary.stacks[0].outcome
}

fn causes(summary: &Summary) -> Vec<(String, String)> {
    match outcome(summary) {
        Outcome::Failed { failure } => failure
            .causes
            .iter()
            .map(|cause| (cause.logical_id.clone(), cause.reason.clone()))
            .collect(),
        other => panic!("{other:?}"),
    }
}

fn executed(fake: &Fake) -> usize {
    fake.requests().iter().filter(|asked| asked.action == "ExecuteChangeSet").count()
}

#[tokio::test]
async fn a_resource_becomes_the_stack_s_own_and_nothing_else_changes() {
    let fake = Fake::start(Script::new()).unwrap();
    crate::cloud::deploy(&fake, program(&["Jobs"])).await;
    let before = stack(&fake, "acme-data");
    // What is new beside it waits for the next deployment.
    let app = program(&["Jobs", "Mail", "More"]);
    let (events, summary) = import(&fake, app, &[("Mail", URL)]).await;
    assert_eq!(outcome(&summary), &Outcome::Imported);
    let after = stack(&fake, "acme-data");
    assert_eq!(after.status, StackStatus::ImportComplete);
    assert_eq!(after.resources["Mail"].physical_id, URL);
    assert_eq!(after.resources["Jobs"], before.resources["Jobs"]);
    assert_eq!(after.tags, before.tags);
    assert!(!after.resources.contains_key("More"));
    let begun = |event: &Event| matches!(event, Event::Begun { operation: Operation::Import, .. });
    assert!(events.iter().any(begun));
    // And then the program is deployed as ever.
    let (_, summary) = crate::cloud::deploy(&fake, program(&["Jobs", "Mail", "More"])).await;
    assert_eq!(outcome(&summary), &Outcome::Updated);
    assert_eq!(stack(&fake, "acme-data").resources["Mail"].physical_id, URL);
}

#[tokio::test]
async fn a_stack_is_made_by_an_import() {
    let fake = Fake::start(Script::new()).unwrap();
    let (_, summary) = import(&fake, program(&["Jobs", "Mail"]), &[("Mail", URL)]).await;
    assert_eq!(outcome(&summary), &Outcome::Imported);
    let made = stack(&fake, "acme-data");
    assert_eq!(made.resources.keys().collect::<Vec<_>>(), ["Mail"]);
    let (_, summary) = crate::cloud::deploy(&fake, program(&["Jobs", "Mail"])).await;
    assert_eq!(outcome(&summary), &Outcome::Updated);
    let there = stack(&fake, "acme-data");
    assert_eq!(
        (&*there.resources["Mail"].physical_id, there.tags.len()),
        (URL, made.tags.len() + 5)
    );
}

#[tokio::test]
async fn the_same_import_again_changes_nothing_and_another_is_refused() {
    let fake = Fake::start(Script::new()).unwrap();
    import(&fake, program(&["Mail"]), &[("Mail", URL)]).await;
    let (_, summary) = import(&fake, program(&["Mail"]), &[("Mail", URL)]).await;
    assert_eq!((outcome(&summary), executed(&fake)), (&Outcome::Unchanged, 1));
    let (_, summary) = import(&fake, program(&["Mail"]), &[("Mail", "https://other")]).await;
    assert_eq!(
        causes(&summary),
        [("Mail".to_owned(), format!("it is deployed already, as {URL}"))]
    );
    assert_eq!(executed(&fake), 1);
}

#[tokio::test]
async fn what_is_not_declared_is_refused_and_so_is_every_other_with_it() {
    let fake = Fake::start(Script::new()).unwrap();
    let (_, summary) = import(&fake, program(&["Mail"]), &[("Mail", ""), ("Post", URL)]).await;
    let told = causes(&summary);
    assert_eq!(told[0].0, "Mail");
    assert!(told[0].1.contains("QueueUrl is missing"), "{told:?}");
    assert_eq!(told[1].1, "the program has no such resource in the stack");
    assert!(fake.requests().iter().all(|asked| !asked.action.contains("ChangeSet")));
}

#[tokio::test]
async fn an_import_that_fails_is_rolled_back_and_tells_the_cause() {
    let failing = Failing::new("Mail", Step::Import, "it is another stack's").times(1);
    let fake = Fake::start(Script::new().failing(failing)).unwrap();
    crate::cloud::deploy(&fake, program(&["Jobs"])).await;
    let (_, summary) = import(&fake, program(&["Jobs", "Mail"]), &[("Mail", URL)]).await;
    assert_eq!(causes(&summary), [("Mail".to_owned(), "it is another stack's".to_owned())]);
    assert_eq!(stack(&fake, "acme-data").status, StackStatus::ImportRollbackComplete);
    // The cause is gone: the same again.
    let (_, summary) = import(&fake, program(&["Jobs", "Mail"]), &[("Mail", URL)]).await;
    assert_eq!(outcome(&summary), &Outcome::Imported);
}

#[tokio::test]
async fn lost_answers_import_nothing_twice() {
    for action in ["CreateChangeSet", "DescribeChangeSet", "ExecuteChangeSet", "ListStackResources"]
    {
        for fault in [Fault::DropBefore, Fault::DropAfter, Fault::Truncate, Fault::Error500] {
            let fake = Fake::start(Script::new().fault(action, 1, fault)).unwrap();
            let (_, summary) = import(&fake, program(&["Mail"]), &[("Mail", URL)]).await;
            assert_eq!(outcome(&summary), &Outcome::Imported, "{action} {fault:?}");
            let made = fake.made(ACCOUNT, REGION);
            assert_eq!(made.iter().filter(|made| made.physical_id == URL).count(), 1);
        }
    }
}

#[tokio::test]
async fn the_command_imports_and_shows_what_is_not_as_the_program_says() {
    let fake = deployed("").await;
    let actual = json!({ "SqsManagedSseEnabled": true, "DelaySeconds": 60 });
    fake.change(|script| script.existing(URL, actual));
    let named = format!("data/Mail={URL}");
    let arguments = ["import", &named, "--poll-every", "1"];
    let (code, _, err) = run_against(&fake, "mail", &arguments);
    assert_eq!(code, Some(2));
    assert!(err.contains("nobody is here to confirm") && err.contains("--yes"), "{err}");
    assert!(!stack(&fake, "acme-data").resources.contains_key("Mail"));

    let (code, out, err) = run_against(&fake, "mail", &[&arguments[..], &["--yes"]].concat());
    assert_eq!(code, Some(1), "{err}");
    assert!(
        out.starts_with(
            "into acme-data (111122223333, eu-west-1):\n  + Mail  AWS::SQS::Queue  QueueUrl=https"
        ),
        "{out}"
    );
    assert!(out.contains("imported, but not as the program says"), "{out}");
    assert!(out.contains("~ DelaySeconds: 5 -> 60  tests/deploy/src/main.rs:"), "{out}");
    assert_eq!(stack(&fake, "acme-data").resources["Mail"].physical_id, URL);

    let (code, out, err) =
        run_against(&fake, "mail", &[&arguments[..], &["--yes", "--json"]].concat());
    // It still isn't as the program says.
    assert_eq!((code, &*err), (Some(1), ""));
    let lines: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let [plan, drift, summary] = &lines[..] else { panic!("{out}") };
    assert_eq!(plan["imports"][0]["done"], json!(["Mail"]));
    assert_eq!((&drift["event"], &drift["drifted"]), (&json!("drift"), &json!(true)));
    assert_eq!(summary, &json!({ "event": "summary", "good": false }));
}

#[tokio::test]
async fn the_command_says_what_it_can_not_import_at_its_line() {
    let fake = deployed("").await;
    for (named, ends, words) in [
        ("data/Mail", 2, "write STACK/LOGICAL_ID=IDENTIFIER"),
        ("date/Mail=x", 2, "there is `data`"),
        ("data/Post=x", 1, "Post: the program has no such resource in the stack"),
        ("data/Jobs=https://other", 1, "it is deployed already, as "),
    ] {
        let (code, out, err) = run_against(&fake, "mail", &["import", named, "--yes"]);
        assert_eq!((code, &*out), (Some(ends), ""), "{named}");
        assert!(err.contains(words), "{err}");
    }
    assert_eq!(executed(&fake), 2);
}
