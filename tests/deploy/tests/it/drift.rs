//! What was changed in AWS since it was deployed.

use std::time::Duration;

use fake_cloudformation::{Failing, Fake, Fault, Script, StackStatus, Step};
use innovate::{
    aws::deploy::{Detection, Difference, Drift, PropertyDrift, ResourceState, StackDrift},
    core::check::Coloring,
};
use serde_json::{Value, json};

use crate::{
    cloud::{ACCOUNT, REGION, access, deploy_template, id},
    command::{deployed, run_against},
};

const AT: (&str, &str, &str) = (ACCOUNT, REGION, "app");

fn template() -> Value {
    json!({
        "Parameters": { "Key": { "Type": "String", "NoEcho": true, "Default": "very-secret" } },
        "Resources": {
            "Jobs": { "Type": "AWS::SQS::Queue", "Properties": {
                "DelaySeconds": 5, "RedrivePolicy": { "maxReceiveCount": 3 }, "Tags": [{ "Key": "a", "Value": "b" }]
            } },
            "Mail": { "Type": "AWS::SQS::Queue", "Properties": { "DelaySeconds": 1 } },
            "Table": { "Type": "AWS::DynamoDB::Table", "Properties": { "TableName": "orders" } },
            "Worker": { "Type": "AWS::Lambda::Function", "Properties": {
                "Timeout": 3, "Environment": { "Variables": { "KEY": { "Ref": "Key" }, "MODE": "fast" } }
            } },
        },
    })
}

async fn cloud(script: Script) -> Fake {
    let fake = Fake::start(script).unwrap();
    deploy_template(&fake, "app", &template()).await;
    fake
}

async fn detect(fake: &Fake, stacks: &[&str]) -> Drift {
    let stacks: Vec<_> = stacks.iter().map(|name| id(name)).collect();
    Drift::detect(&access(fake), &stacks, Duration::from_millis(1)).await
}

async fn app(fake: &Fake) -> StackDrift {
    detect(fake, &["app"]).await.stacks.pop().unwrap()
}

/// Path, kind, and both values.
fn told(found: &PropertyDrift) -> (&str, Difference, Option<&Value>, Option<&Value>) {
    (&found.path, found.difference, found.expected.as_ref(), found.actual.as_ref())
}

fn failure(found: &StackDrift) -> String {
    match &found.detection {
        Detection::Failed { failure } => failure.message.clone(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_nobody_touched_is_as_deployed() {
    let fake = cloud(Script::new()).await;
    let found = detect(&fake, &["app"]).await;
    assert_eq!(found.stacks[0].detection, Detection::Complete);
    assert_eq!(
        (found.stacks[0].in_sync, found.is_drifted(), found.is_complete()),
        (4, false, true)
    );
    assert_eq!(found.to_text(Coloring::Plain), "no drift in 1 stack; 4 resources as deployed\n");
    // Nothing but questions, and no template where there is nothing to show.
    let asked: Vec<String> = fake.requests().into_iter().map(|request| request.action).collect();
    let after = asked.iter().position(|action| action == "GetCallerIdentity").unwrap();
    for action in &asked[after..] {
        let reads = action.starts_with("Describe") || action.starts_with("List");
        assert!(reads || matches!(&**action, "GetCallerIdentity" | "DetectStackDrift"), "{action}");
    }
}

#[tokio::test]
async fn each_property_is_told_with_what_is_expected_and_what_is_there() {
    // Pages of one, so that all of them are read.
    let fake = cloud(Script::new().page(1)).await;
    fake.meddle(AT, "Jobs", "/DelaySeconds", json!(9));
    fake.meddle(AT, "Jobs", "/RedrivePolicy", json!({}));
    let more = json!([{ "Key": "a", "Value": "b" }, { "Key": "by", "Value": "hand" }]);
    fake.meddle(AT, "Jobs", "/Tags", more);
    fake.vanish(AT, "Table");
    let found = app(&fake).await;
    let [jobs, table] = &found.resources[..] else { panic!("{:?}", found.resources) };
    assert_eq!((jobs.state, found.in_sync), (ResourceState::Modified, 2));
    let tag = json!({ "Key": "by", "Value": "hand" });
    let properties: Vec<_> = jobs.properties.iter().map(told).collect();
    assert_eq!(
        properties,
        [
            ("DelaySeconds", Difference::Changed, Some(&json!("5")), Some(&json!("9"))),
            ("RedrivePolicy/maxReceiveCount", Difference::Removed, Some(&json!("3")), None),
            ("Tags/1", Difference::Added, None, Some(&tag)),
        ]
    );
    assert_eq!((table.state, table.stateful), (ResourceState::Deleted, true));
    let text = Drift { stacks: vec![found] }.to_text(Coloring::Plain);
    let expected = "\
app (111122223333, eu-west-1)
  ~ Jobs  AWS::SQS::Queue
      ~ DelaySeconds: 5 -> 9
      - RedrivePolicy.maxReceiveCount: 3
      + Tags.1: {\"Key\":\"by\",\"Value\":\"hand\"}
  - Table  AWS::DynamoDB::Table  was deleted, with what it held

1 resource changed since, 1 resource deleted since in 1 stack; 2 resources as deployed
to bring back what was deployed: deploy --revert-drift --stack app
to keep what is there: write it into the program, then deploy the same way
what is made again is empty: restore its data from a backup
";
    assert_eq!(text, expected);
}

#[tokio::test]
async fn values_of_secrets_are_not_told() {
    let fake = cloud(Script::new()).await;
    fake.meddle(AT, "Worker", "/Environment/Variables/KEY", json!("stolen-key"));
    fake.meddle(AT, "Worker", "/Environment/Variables/MODE", json!("slow"));
    fake.meddle(AT, "Worker", "/Environment/Variables/DB_PASSWORD", json!("stolen-password"));
    let found = app(&fake).await;
    let hidden: Vec<(&str, bool)> = found.resources[0]
        .properties
        .iter()
        .map(|property| (&*property.path, property.hidden))
        .collect();
    let variable = |name: &str| format!("Environment/Variables/{name}");
    assert_eq!(
        hidden,
        [(&*variable("DB_PASSWORD"), true), (&*variable("KEY"), true), (&*variable("MODE"), false)]
    );
    let found = Drift { stacks: vec![found] };
    let json = serde_json::to_string(&found).unwrap();
    for said in [json, found.to_text(Coloring::Plain), format!("{found:?}")] {
        assert!(said.contains("slow"), "{said}");
        for secret in ["very-secret", "stolen"] {
            assert!(!said.contains(secret), "{said}");
        }
    }
}

#[tokio::test]
async fn what_was_not_looked_at_is_named_and_never_as_deployed() {
    let script = Script::new()
        .undetectable("AWS::Lambda::Function")
        .undetected("Table", "dynamodb:DescribeTable is denied");
    let fake = cloud(script).await;
    let found = detect(&fake, &["app"]).await;
    let stack = &found.stacks[0];
    let states: Vec<_> =
        stack.resources.iter().map(|found| (&*found.logical_id, found.state)).collect();
    assert_eq!(states, [("Table", ResourceState::Failed), ("Worker", ResourceState::NotLookedAt)]);
    assert_eq!(stack.in_sync, 2);
    assert!(!found.is_drifted() && !found.is_complete());
    let Detection::Incomplete { reason } = &stack.detection else { panic!("{stack:?}") };
    assert!(reason.contains("dynamodb:DescribeTable is denied"), "{reason}");
    let text = found.to_text(Coloring::Plain);
    assert!(text.contains("  ? Table  AWS::DynamoDB::Table  could not be looked at\n"), "{text}");
    assert!(text.contains("? Worker  AWS::Lambda::Function  not looked at: "), "{text}");
    let summary =
        "no drift in 1 stack; 2 resources as deployed, 1 could not be looked at, 1 not looked at\n";
    assert!(text.ends_with(summary), "{text}");
}

#[tokio::test]
async fn a_stack_without_resources_is_not_asked_about() {
    let failing = Failing::new("Jobs", Step::Create, "it is taken");
    let fake = cloud(Script::new().failing(failing)).await;
    assert_eq!(fake.stack(ACCOUNT, REGION, "app").unwrap().status, StackStatus::RollbackComplete);
    let found = detect(&fake, &["app", "other"]).await;
    let reason = "its creation failed: it has nothing that is in use".to_owned();
    let told: Vec<&Detection> = found.stacks.iter().map(|stack| &stack.detection).collect();
    assert_eq!(told, [&Detection::Nothing { reason }, &Detection::Missing]);
    assert!(found.is_complete() && found.is_drifted());
    let ruined = detect(&fake, &["app"]).await;
    assert!(ruined.is_complete() && !ruined.is_drifted());
    assert!(fake.requests().iter().all(|request| request.action != "DetectStackDrift"));
}

#[tokio::test]
async fn a_stack_that_is_busy_keeps_no_other_from_being_looked_at() {
    let fake = cloud(Script::new()).await;
    fake.change(|script| script.stuck("Stuck"));
    let stuck = json!({ "Resources": { "Stuck": { "Type": "AWS::SQS::Queue" } } });
    deploy_template(&fake, "busy", &stuck).await;
    fake.meddle(AT, "Mail", "/DelaySeconds", json!(2));
    let found = detect(&fake, &["busy", "app"]).await;
    assert_eq!(
        failure(&found.stacks[0]),
        "can't look at the stack busy (111122223333, eu-west-1): an operation is under way (CREATE_IN_PROGRESS)"
    );
    assert!(found.is_drifted() && !found.is_complete());
    assert_eq!(found.stacks[1].resources[0].logical_id, "Mail");
}

#[tokio::test]
async fn another_detection_is_waited_for_and_so_is_one_whose_answer_was_lost() {
    let fake =
        cloud(Script::new().planning_takes(5).fault("DetectStackDrift", 1, Fault::DropAfter)).await;
    fake.meddle(AT, "Mail", "/DelaySeconds", json!(2));
    let found = app(&fake).await;
    assert_eq!(found.detection, Detection::Complete);
    assert_eq!(found.resources[0].logical_id, "Mail");
    let begun = fake.requests().iter().filter(|asked| asked.action == "DetectStackDrift").count();
    assert!(begun > 2, "{begun}");
}

#[tokio::test]
async fn every_question_is_asked_again_when_an_answer_is_lost() {
    let faults = [Fault::Throttle, Fault::Error500, Fault::DropAfter, Fault::Truncate];
    let actions = [
        "DescribeStacks",
        "DescribeStackDriftDetectionStatus",
        "DescribeStackResourceDrifts",
        "ListStackResources",
    ];
    for (action, fault) in actions.into_iter().zip(faults) {
        let fake = cloud(Script::new()).await;
        fake.meddle(AT, "Mail", "/DelaySeconds", json!(2));
        let so_far = fake.requests().iter().filter(|asked| asked.action == action).count();
        let next = u64::try_from(so_far).unwrap() + 1;
        fake.change(|script| script.fault(action, next, fault));
        let found = app(&fake).await;
        assert_eq!(found.resources.len(), 1, "{action}: {found:?}");
    }
}

#[tokio::test]
async fn the_command_points_at_the_lines_and_exits_with_one() {
    let fake = deployed("mail").await;
    let at = (ACCOUNT, REGION, "acme-data");
    assert!(fake.meddle(at, "Mail", "/DelaySeconds", json!(9)));
    let arguments = ["drift", "--poll-every", "1"];
    let (code, out, err) = run_against(&fake, "mail", &arguments);
    assert_eq!((code, &*err), (Some(1), ""));
    let source = include_str!("../../src/main.rs");
    let line = |text: &str| source.lines().position(|line| line.contains(text)).unwrap() + 1;
    let (resource, setter) = (line("\"Mail\",") - 1, line("                .delay_seconds("));
    assert!(
        out.contains(&format!("~ Mail  AWS::SQS::Queue  tests/deploy/src/main.rs:{resource}\n")),
        "{out}"
    );
    assert!(
        out.contains(&format!("~ DelaySeconds: 5 -> 9  tests/deploy/src/main.rs:{setter}\n")),
        "{out}"
    );

    let (code, out, _) = run_against(&fake, "mail", &[&arguments[..], &["--json"]].concat());
    assert_eq!(code, Some(1));
    let document: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(document["drifted"], true);
    let mail = &document["stacks"][1]["resources"][0];
    assert_eq!((&mail["logicalId"], &mail["state"]), (&json!("Mail"), &json!("modified")));
    assert_eq!(mail["place"]["line"], resource);
    assert_eq!(mail["properties"][0]["place"]["line"], setter);

    let (code, out, _) =
        run_against(&fake, "mail", &[&arguments[..], &["--stack", "acme-network"]].concat());
    assert_eq!((code, &*out), (Some(0), "no drift in 1 stack; 1 resource as deployed\n"));
}

#[tokio::test]
async fn the_command_exits_with_one_if_a_whole_stack_is_gone() {
    let fake = deployed("").await;
    let client = access(&fake).client(&id("acme-data")).await.unwrap();
    client.delete_stack().stack_name("acme-data").send().await.unwrap();
    fake.tick(100);
    let arguments = ["drift", "--poll-every", "1"];
    let (code, out, err) = run_against(&fake, "", &arguments);
    assert_eq!((code, &*err), (Some(1), ""), "{out}");
    let expected = "\
acme-data (111122223333, eu-west-1): it isn't there: it was never deployed, or somebody deleted it

1 stack not there; no other drift in 1 stack; 1 resource as deployed
to make what isn't there: deploy --stack acme-data
";
    assert_eq!(out, expected);
    let (code, out, _) = run_against(&fake, "", &[&arguments[..], &["--json"]].concat());
    let document: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &document["drifted"]), (Some(1), &json!(true)));
    assert_eq!(document["stacks"][1]["detection"], "missing");
}

#[tokio::test]
async fn the_command_exits_with_two_if_not_everything_could_be_looked_at() {
    let fake = deployed("").await;
    fake.change(|script| script.undetected("Jobs", "sqs:GetQueueAttributes is denied"));
    let (code, out, err) = run_against(&fake, "", &["drift", "--poll-every", "1"]);
    assert_eq!(code, Some(2));
    assert!(out.contains("? Jobs  AWS::SQS::Queue  could not be looked at"), "{out}");
    assert!(
        err.starts_with("error: no drift was found, but not everything could be looked at"),
        "{err}"
    );
    let (code, out, err) = run_against(&fake, "", &["drift", "--stack", "acme-dat"]);
    assert_eq!((code, &*out), (Some(2), ""));
    assert!(err.contains("there is `acme-data`"), "{err}");
}

#[tokio::test]
async fn credentials_that_fit_no_stack_are_told_once() {
    let fake = Fake::start(Script::new()).unwrap();
    let keys = [("AWS_ACCESS_KEY_ID", "AKIA999999999999"), ("AWS_SECRET_ACCESS_KEY", "secret")];
    let (code, out, err) = crate::command::run_with(&fake, "", &keys, &["drift"]);
    assert_eq!((code, &*out), (Some(2), ""));
    assert_eq!(
        err.matches("the credentials are those of account 999999999999").count(),
        1,
        "{err}"
    );
    assert!(err.contains("--role"), "{err}");
}
