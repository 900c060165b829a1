//! A program is destroyed.

use std::{collections::BTreeSet, time::Duration};

use aws_sdk_cloudformation::{Client, types::ChangeSetType};
use fake_cloudformation::{Failing, Fake, Fate, Fault, Script, StackStatus, Step};
use innovate::{
    aws::{
        deploy::{AwsError, Destroyer, Destruction, Event, Operation, Outcome, Summary},
        plan::RemnantKind,
    },
    cfn::schema::Registry,
    core::{check::Registry as _, diff::StackId},
};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::cloud::{ACCOUNT, REGION, access, config, deploy, id, program, stack, synthesized};

const STACKS: [&str; 3] = ["acme-network", "acme-data", "acme-edge"];

fn destroyer(fake: &Fake) -> Destroyer {
    let destroyer = Destroyer::new(access(fake), &synthesized(program(4)));
    destroyer.poll_every(Duration::from_millis(1))
}

async fn look(fake: &Fake) -> Destruction {
    destroyer(fake).look().await.unwrap()
}

/// Runs it to its end.
async fn run(destruction: Destruction) -> (Vec<Event>, Summary) {
    let mut deployment = destruction.start().unwrap();
    let mut events = Vec::new();
    while let Some(event) = deployment.events().next().await {
        events.push(event);
    }
    (events, deployment.finish().await)
}

fn outcome<'a>(summary: &'a Summary, name: &str) -> &'a Outcome {
    &summary.stacks.iter().find(|stack| stack.id.name == name).unwrap().outcome
}

fn there(fake: &Fake, name: &str) -> bool {
    fake.stack(ACCOUNT, REGION, name).is_some_and(|it| it.status != StackStatus::DeleteComplete)
}

fn codes(destruction: &Destruction) -> Vec<(&'static str, String, String)> {
    let each = |refusal: &innovate::core::diff::Refusal| {
        let (code, id) = (refusal.finding.code(), refusal.logical_id.clone());
        (code, refusal.stack.name.clone(), id)
    };
    destruction.refusals().map(each).collect()
}

/// What became of a resource in the end.
fn fate(fake: &Fake, logical_id: &str) -> Fate {
    let made = fake.made(ACCOUNT, REGION);
    made.iter().rev().find(|made| made.logical_id == logical_id).unwrap().fate
}

fn asked(fake: &Fake, action: &str) -> usize {
    fake.requests().iter().filter(|request| request.action == action).count()
}

fn client(fake: &Fake) -> Client {
    Client::new(&config(fake, ACCOUNT))
}

/// Somebody makes a stack of this template, or changes it.
async fn put(fake: &Fake, name: &str, template: &Value, kind: ChangeSetType) {
    let client = client(fake);
    let set = format!("set-{}", fake.requests().len());
    client
        .create_change_set()
        .stack_name(name)
        .change_set_name(&set)
        .change_set_type(kind)
        .template_body(template.to_string())
        .send()
        .await
        .unwrap();
    fake.tick(10);
    client.execute_change_set().stack_name(name).change_set_name(&set).send().await.unwrap();
}

async fn make(fake: &Fake, name: &str, template: &Value) {
    put(fake, name, template, ChangeSetType::Create).await;
    fake.tick(100);
}

fn queue(policy: &str) -> Value {
    json!({ "Resources": { "Jobs": { "Type": "AWS::SQS::Queue", "DeletionPolicy": policy } } })
}

fn handle(metadata: &str) -> Value {
    json!({ "Resources": { "Door": {
        "Type": "AWS::CloudFormation::WaitConditionHandle", "Metadata": { "Is": metadata }
    } } })
}

#[tokio::test]
async fn what_reads_from_a_stack_goes_before_it_and_what_is_retained_stays() {
    let fake = Fake::start(Script::new()).unwrap();
    deploy(&fake, program(4)).await;
    let destruction = look(&fake).await;
    assert_eq!(codes(&destruction), [], "what holds data is retained");
    let kept = destruction.remnants().iter().find(|it| it.kind == RemnantKind::Retained).unwrap();
    assert_eq!(kept.logical_id, "Jobs");
    assert!(kept.place.as_ref().unwrap().file.ends_with("cloud.rs"));
    assert_eq!(
        kept.physical_id.as_deref(),
        Some(&*stack(&fake, "acme-data").resources["Jobs"].physical_id)
    );
    let (events, summary) = run(destruction).await;
    assert!(summary.stacks.iter().all(|it| it.outcome == Outcome::Deleted), "{summary:?}");
    assert!(STACKS.iter().all(|name| !there(&fake, name)));
    assert_eq!(fate(&fake, "Jobs"), Fate::Retained);
    assert_eq!(fate(&fake, "Reader"), Fate::Deleted);
    let at = |wanted: &dyn Fn(&Event) -> bool| events.iter().position(wanted).unwrap();
    let data_is_gone = at(
        &|event| matches!(event, Event::Ended { stack, outcome: Outcome::Deleted, .. } if stack.name == "acme-data"),
    );
    let network_begins = at(
        &|event| matches!(event, Event::Begun { stack, operation: Operation::Delete, resumed: false } if stack.name == "acme-network"),
    );
    assert!(data_is_gone < network_begins, "{events:?}");

    let again = look(&fake).await;
    assert!(again.is_empty() && again.remnants().is_empty());
    let (_, summary) = run(again).await;
    assert!(summary.stacks.iter().all(|it| it.outcome == Outcome::Unchanged), "{summary:?}");
}

#[tokio::test]
async fn what_holds_data_goes_only_if_it_is_named() {
    for policy in ["Delete", "Snapshot"] {
        let fake = Fake::start(Script::new()).unwrap();
        make(&fake, "acme-data", &queue(policy)).await;
        make(&fake, "acme-edge", &handle("a")).await;
        let destruction = look(&fake).await;
        let wanted = ("PLAN-03", "acme-data".to_owned(), "Jobs".to_owned());
        assert_eq!(codes(&destruction), [wanted]);
        // The name of another stack's resource answers for nothing.
        let destruction =
            destruction.lose(&id("acme-edge"), "Jobs").lifted(&id("acme-data"), "Jobs");
        let error = destruction.start().unwrap_err();
        assert!(error.to_string().contains("`Jobs` holds data"), "{error}");
        assert_eq!(asked(&fake, "DeleteStack"), 0);
        let (_, summary) = run(look(&fake).await.lose(&id("acme-data"), "Jobs")).await;
        assert_eq!(*outcome(&summary, "acme-data"), Outcome::Deleted);
        assert_eq!(*outcome(&summary, "acme-network"), Outcome::Unchanged, "it was never there");
        assert_ne!(fate(&fake, "Jobs"), Fate::Live);
    }
}

#[tokio::test]
async fn a_protected_stack_goes_only_if_it_is_named() {
    let fake = Fake::start(Script::new()).unwrap();
    make(&fake, "acme-edge", &handle("a")).await;
    let protect = client(&fake).update_termination_protection();
    protect.stack_name("acme-edge").enable_termination_protection(true).send().await.unwrap();
    let destruction = look(&fake).await;
    assert_eq!(codes(&destruction), [("PLAN-07", "acme-edge".to_owned(), String::new())]);
    destruction.start().unwrap_err();
    assert!(stack(&fake, "acme-edge").termination_protection);
    let (_, summary) = run(look(&fake).await.unprotect(&id("acme-edge"))).await;
    assert_eq!(*outcome(&summary, "acme-edge"), Outcome::Deleted);
}

#[tokio::test]
async fn a_protected_resource_stops_everything_unless_somebody_lifted_that() {
    let fake = Fake::start(Script::new()).unwrap();
    let mut template = json!({ "Resources": { "Pool": {
        "Type": "AWS::Cognito::UserPool", "DeletionPolicy": "Delete",
        "Properties": { "DeletionProtection": "ACTIVE" },
    } } });
    template["Resources"]["Door"] = handle("a")["Resources"]["Door"].clone();
    make(&fake, "acme-edge", &template).await;
    let destruction = look(&fake).await;
    let found: Vec<&str> = codes(&destruction).iter().map(|(code, ..)| *code).collect();
    assert_eq!(found, ["PLAN-03", "PLAN-08"]);
    let first = &destruction.remnants()[0];
    assert_eq!((first.kind, &*first.logical_id), (RemnantKind::Obstacle, "Pool"));
    let edge = id("acme-edge");
    let (_, summary) = run(destruction.lose(&edge, "Pool").lifted(&edge, "Pool")).await;
    assert_eq!(*outcome(&summary, "acme-edge"), Outcome::Deleted);
}

#[tokio::test]
async fn a_failure_names_its_cause_and_its_line_and_what_it_reads_from_stays() {
    let why = "the handle is in use";
    let fake = Fake::start(Script::new()).unwrap();
    deploy(&fake, program(4)).await;
    fake.change(|script| script.failing(Failing::new("Reader", Step::Delete, why)));
    let (_, summary) = run(look(&fake).await).await;
    let Outcome::Failed { failure } = outcome(&summary, "acme-data") else { panic!("{summary:?}") };
    assert!(failure.message.contains("DELETE_FAILED"), "{failure:?}");
    assert_eq!(failure.causes[0].reason, why);
    assert!(failure.causes[0].place.as_ref().unwrap().file.ends_with("cloud.rs"));
    assert!(failure.help.as_ref().unwrap().contains("--retain acme-data/Reader"), "{failure:?}");
    assert_eq!(*outcome(&summary, "acme-network"), Outcome::Skipped { because: id("acme-data") });
    assert_eq!(*outcome(&summary, "acme-edge"), Outcome::Deleted);

    // The same command tries again, and fails again as long as the cause is there.
    let (_, summary) = run(look(&fake).await).await;
    assert!(matches!(outcome(&summary, "acme-data"), Outcome::Failed { .. }), "{summary:?}");

    let left = destroyer(&fake).retain(&id("acme-data"), "Reader").look().await.unwrap();
    let retained = left.remnants().iter().any(|it| it.logical_id == "Reader");
    assert!(retained, "it is shown as retained");
    let (_, summary) = run(left).await;
    assert_eq!(*outcome(&summary, "acme-data"), Outcome::Deleted, "{summary:?}");
    assert_eq!(*outcome(&summary, "acme-network"), Outcome::Deleted);
    assert_eq!(fate(&fake, "Reader"), Fate::Retained);
}

#[tokio::test]
async fn a_cause_that_is_mended_is_none_the_next_time() {
    let fake = Fake::start(Script::new()).unwrap();
    deploy(&fake, program(4)).await;
    fake.change(|script| script.failing(Failing::new("Gate", Step::Delete, "no").times(1)));
    let (_, summary) = run(look(&fake).await).await;
    assert!(matches!(outcome(&summary, "acme-network"), Outcome::Failed { .. }), "{summary:?}");
    let (_, summary) = run(look(&fake).await).await;
    assert_eq!(*outcome(&summary, "acme-network"), Outcome::Deleted);
    assert_eq!(*outcome(&summary, "acme-data"), Outcome::Unchanged, "it is gone already");
}

#[tokio::test]
async fn nothing_is_retained_before_its_deletion_has_failed() {
    let fake = Fake::start(Script::new()).unwrap();
    make(&fake, "acme-edge", &handle("a")).await;
    let error: AwsError =
        destroyer(&fake).retain(&id("acme-edge"), "Door").look().await.unwrap_err();
    assert!(error.to_string().contains("whose deletion has failed"), "{error}");
    assert!(error.help_text().unwrap().contains("DeletionPolicy"));
    // What is gone needs nothing to be retained, so that the same command can be repeated.
    destroyer(&fake).retain(&id("acme-data"), "Reader").look().await.unwrap();
}

#[tokio::test]
async fn an_answer_that_is_lost_is_no_failure() {
    let mut cases = tokio::task::JoinSet::new();
    for action in [
        "DeleteStack",
        "DescribeStacks",
        "DescribeStackEvents",
        "ListStackResources",
        "GetTemplate",
    ] {
        for fault in
            [Fault::DropBefore, Fault::DropAfter, Fault::Truncate, Fault::Throttle, Fault::Error500]
        {
            cases.spawn(async move {
                let fake = Fake::start(Script::new()).unwrap();
                deploy(&fake, program(4)).await;
                // The next call of the action, counted from the beginning.
                let next = u64::try_from(asked(&fake, action)).unwrap() + 1;
                fake.change(|script| script.fault(action, next, fault));
                let (_, summary) = run(look(&fake).await).await;
                (action, fault, summary, fate(&fake, "Jobs"))
            });
        }
    }
    for (action, fault, summary, jobs) in cases.join_all().await {
        let gone = summary.stacks.iter().all(|it| it.outcome == Outcome::Deleted);
        assert!(gone && jobs == Fate::Retained, "{action} {fault:?}: {summary:?}");
    }
}

#[tokio::test]
async fn who_comes_back_watches_the_deletion_that_is_under_way() {
    let fake = Fake::start(Script::new()).unwrap();
    deploy(&fake, program(4)).await;
    fake.change(|script| script.takes("Reader", 60));
    let mut deployment = look(&fake).await.start().unwrap();
    while let Some(event) = deployment.events().next().await {
        if matches!(&event, Event::Begun { stack, .. } if stack.name == "acme-data") {
            break;
        }
    }
    // As if the process had died.
    drop(deployment);
    assert_eq!(stack(&fake, "acme-data").status, StackStatus::DeleteInProgress);
    let (events, summary) = run(look(&fake).await).await;
    assert!(summary.is_good(), "{summary:?}");
    let resumed = |event: &Event| matches!(event, Event::Begun { stack, resumed: true, .. } if stack.name == "acme-data");
    assert!(events.iter().any(resumed), "{events:?}");
    assert!(STACKS.iter().all(|name| !there(&fake, name)));
}

#[tokio::test]
async fn who_asks_to_stop_waits_for_what_is_under_way_and_begins_nothing_more() {
    let fake = Fake::start(Script::new()).unwrap();
    deploy(&fake, program(4)).await;
    fake.change(|script| script.takes("Reader", 60));
    let mut deployment = look(&fake).await.start().unwrap();
    let stop = deployment.stop();
    let mut named = Vec::new();
    while let Some(event) = deployment.events().next().await {
        match event {
            Event::Begun { stack, .. } if stack.name == "acme-data" => stop.ask(),
            Event::Stopping { under_way } => named = under_way,
            _ => {}
        }
    }
    let summary = deployment.finish().await;
    assert!(named.contains(&id("acme-data")), "{named:?}");
    assert_eq!(*outcome(&summary, "acme-data"), Outcome::Deleted);
    assert_eq!(*outcome(&summary, "acme-network"), Outcome::NotBegun);
    assert!(there(&fake, "acme-network"));
}

#[tokio::test]
async fn another_s_operation_is_not_disturbed() {
    let fake = Fake::start(Script::new()).unwrap();
    make(&fake, "acme-edge", &handle("a")).await;
    fake.change(|script| script.stuck("Door"));
    put(&fake, "acme-edge", &handle("b"), ChangeSetType::Update).await;
    let (_, summary) = run(look(&fake).await).await;
    let Outcome::Failed { failure } = outcome(&summary, "acme-edge") else { panic!("{summary:?}") };
    assert!(failure.message.contains("another operation is under way (UPDATE_IN_PROGRESS)"));
    assert_eq!(asked(&fake, "DeleteStack"), 0);
}

#[tokio::test]
async fn a_stack_that_changed_since_it_was_looked_at_is_not_deleted() {
    let fake = Fake::start(Script::new()).unwrap();
    make(&fake, "acme-edge", &handle("a")).await;
    let destruction = look(&fake).await;
    let mut more = handle("b");
    more["Resources"]["Jobs"] = queue("Delete")["Resources"]["Jobs"].clone();
    put(&fake, "acme-edge", &more, ChangeSetType::Update).await;
    fake.tick(100);
    let (_, summary) = run(destruction).await;
    let Outcome::Failed { failure } = outcome(&summary, "acme-edge") else { panic!("{summary:?}") };
    assert!(failure.message.contains("changed since it was looked at"), "{failure:?}");
    assert_eq!(fate(&fake, "Jobs"), Fate::Live);
}

#[tokio::test]
async fn an_export_that_a_stack_elsewhere_imports_is_named_with_that_stack() {
    let fake = Fake::start(Script::new()).unwrap();
    let mut exporting = handle("a");
    exporting["Outputs"] = json!({ "O": { "Value": "v", "Export": { "Name": "shared" } } });
    make(&fake, "acme-network", &exporting).await;
    let importing = |metadata: &str| {
        let mut importing = handle(metadata);
        let door = &mut importing["Resources"]["Door"];
        door["Metadata"] = json!({ "Reads": { "Fn::ImportValue": "shared" } });
        importing
    };
    make(&fake, "acme-data", &importing("b")).await;
    assert_eq!(codes(&look(&fake).await), [], "who imports it goes before it");
    make(&fake, "another-team", &importing("c")).await;
    let destruction = look(&fake).await;
    let refused: Vec<_> = destruction.refusals().collect();
    assert!(!refused[0].by_name && refused.len() == 1);
    let message = refused[0].finding.message();
    assert!(message.contains("another-team") && !message.contains("acme-data"), "{message}");
    destruction.start().unwrap_err();
    client(&fake).delete_stack().stack_name("another-team").send().await.unwrap();
    fake.tick(100);
    let (_, summary) = run(look(&fake).await).await;
    assert_eq!(*outcome(&summary, "acme-network"), Outcome::Deleted);
}

#[tokio::test]
async fn a_stack_that_was_never_made_whole_is_deleted_too() {
    let fake = Fake::start(Script::new()).unwrap();
    fake.change(|script| script.failing(Failing::new("Door", Step::Create, "no").times(1)));
    make(&fake, "acme-edge", &handle("a")).await;
    assert_eq!(stack(&fake, "acme-edge").status, StackStatus::RollbackComplete);
    let review = client(&fake).create_change_set().stack_name("acme-data").change_set_name("first");
    let review = review.change_set_type(ChangeSetType::Create);
    review.template_body(queue("Delete").to_string()).send().await.unwrap();
    fake.tick(10);
    assert_eq!(stack(&fake, "acme-data").status, StackStatus::ReviewInProgress);
    let destruction = look(&fake).await;
    assert_eq!(codes(&destruction), [], "there is nothing in them");
    let (_, summary) = run(destruction).await;
    for name in ["acme-edge", "acme-data"] {
        assert_eq!(*outcome(&summary, name), Outcome::Deleted);
        assert!(!there(&fake, name));
    }
}

#[tokio::test]
async fn a_stack_that_is_named_takes_along_what_reads_from_it() {
    let fake = Fake::start(Script::new()).unwrap();
    deploy(&fake, program(4)).await;
    let destruction = destroyer(&fake).only(&id("acme-network")).look().await.unwrap();
    let names: Vec<&str> =
        destruction.diff().stacks.iter().map(|change| &*change.id.name).collect();
    assert_eq!(names, ["acme-data", "acme-network"]);
    let (_, summary) = run(destruction).await;
    assert_eq!(summary.stacks.len(), 2);
    assert!(there(&fake, "acme-edge"));
}

/// A resource of a template: whether it may hold data, and how it leaves.
#[derive(Clone, Debug)]
struct Made {
    type_name: &'static str,
    policy: Option<&'static str>,
    named: bool,
    fails: bool,
}

fn made() -> impl Strategy<Value = Made> {
    let types = prop::sample::select(vec![
        "AWS::SQS::Queue",
        "AWS::S3::Bucket",
        "AWS::RDS::DBCluster",
        "AWS::CloudFormation::WaitConditionHandle",
    ]);
    let policies =
        prop::sample::select(vec![None, Some("Delete"), Some("Retain"), Some("Snapshot")]);
    (types, policies, any::<bool>(), prop::bool::weighted(0.2))
        .prop_map(|(type_name, policy, named, fails)| Made { type_name, policy, named, fails })
}

fn id_of(stack: &str, at: usize) -> String {
    format!("{}{at}", stack.trim_start_matches("acme-"))
}

/// Makes stacks, names some of what holds data, and destroys again and again, with failures and lost
/// answers: what went, although it held data, without being named.
async fn lost(stacks: Vec<Vec<Made>>, seed: u64, retain: bool) -> Vec<String> {
    let fake = Fake::start(Script::new()).unwrap();
    let mut named: BTreeSet<(StackId, String)> = BTreeSet::new();
    for (name, resources) in STACKS.iter().zip(&stacks) {
        let mut template = json!({ "Resources": {} });
        for (at, made) in resources.iter().enumerate() {
            let logical_id = id_of(name, at);
            let mut resource = json!({ "Type": made.type_name });
            if let Some(policy) = made.policy {
                resource["DeletionPolicy"] = policy.into();
            }
            template["Resources"][&logical_id] = resource;
            if made.named {
                named.insert((id(name), logical_id.clone()));
            }
            if made.fails {
                fake.change(|script| {
                    script.failing(Failing::new(&logical_id, Step::Delete, "no").times(1))
                });
            }
        }
        if !resources.is_empty() {
            make(&fake, name, &template).await;
        }
    }
    fake.change(|script| script.fault_rate("*", 2, seed, Fault::DropAfter));
    let mut failed: Vec<(StackId, String)> = Vec::new();
    for _ in 0..3 {
        let mut destroyer = destroyer(&fake);
        for (stack, logical_id) in failed.drain(..).filter(|_| retain) {
            destroyer = destroyer.retain(&stack, logical_id);
        }
        let Ok(mut destruction) = destroyer.look().await else { break };
        for (stack, logical_id) in &named {
            destruction = destruction.lose(stack, logical_id);
        }
        let Ok(deployment) = destruction.start() else { break };
        for ended in deployment.finish().await.stacks {
            if let Outcome::Failed { failure } = ended.outcome {
                let causes = failure.causes.into_iter();
                failed.extend(causes.map(|cause| (ended.id.clone(), cause.logical_id)));
            }
        }
    }
    let stateful = |kind: &str| Registry.facts(kind).is_some_and(|facts| facts.stateful);
    fake.made(ACCOUNT, REGION)
        .into_iter()
        .filter(|made| !matches!(made.fate, Fate::Live | Fate::Retained) && stateful(&made.kind))
        .filter(|made| !named.contains(&(id(&made.stack), made.logical_id.clone())))
        .map(|made| format!("{}/{} ({:?})", made.stack, made.logical_id, made.fate))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Whatever stacks hold, whatever is named, whatever fails and is repeated.
    #[test]
    fn nothing_that_holds_data_is_deleted_unnamed(
        stacks in prop::collection::vec(prop::collection::vec(made(), 0..3), 3),
        seed in any::<u64>(),
        retain in any::<bool>(),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let lost = runtime.block_on(lost(stacks, seed, retain));
        prop_assert!(lost.is_empty(), "{lost:?}");
    }
}

/// Runs the program of the command line on the fake.
async fn command(fake: &Fake, arguments: &[&str]) -> (Option<i32>, String, String) {
    let endpoint = fake.endpoint().to_owned();
    let arguments: Vec<String> = arguments.iter().map(|argument| (*argument).to_owned()).collect();
    let ended = std::process::Command::new(env!("CARGO_BIN_EXE_innovate-deploy-tests"))
        .args(["destroy", "--poll-every", "1"])
        .args(arguments)
        .env_clear()
        .env("HOME", std::env::temp_dir())
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_REGION", REGION)
        .env("AWS_ENDPOINT_URL", endpoint)
        .env("AWS_ACCESS_KEY_ID", format!("AKIA{ACCOUNT}"))
        .env("AWS_SECRET_ACCESS_KEY", "very-secret")
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (ended.status.code(), text(&ended.stdout), text(&ended.stderr))
}

/// A cloud in which a queue would be deleted with its stack, and another stack is protected.
async fn kept() -> Fake {
    let fake = Fake::start(Script::new()).unwrap();
    make(&fake, "acme-network", &handle("a")).await;
    make(&fake, "acme-data", &queue("Delete")).await;
    let protect = client(&fake).update_termination_protection();
    protect.stack_name("acme-network").enable_termination_protection(true).send().await.unwrap();
    fake
}

#[tokio::test]
async fn the_command_says_what_has_to_be_named_and_deletes_nothing() {
    let fake = kept().await;
    let (code, out, err) = command(&fake, &["--yes"]).await;
    assert_eq!(code, Some(1), "{err}");
    assert!(out.contains("acme-data (111122223333, eu-west-1): deleted\n"), "{out}");
    assert!(out.contains("- Jobs  AWS::SQS::Queue  is deleted, with what it holds"), "{out}");
    assert!(out.contains("2 stacks to delete: 2 to delete\n"), "{out}");
    for told in [
        "error[PLAN-03]",
        "if that is meant: --delete acme-data/Jobs\n",
        "error[PLAN-07]",
        "if that is meant: --unprotect acme-network\n",
        "nothing was deleted\n",
    ] {
        assert!(err.contains(told), "{told}: {err}");
    }
    let (code, _, err) = command(&fake, &["--yes", "--delete", "acme-dat/Jobs"]).await;
    assert_eq!(code, Some(2));
    assert!(
        err.contains("the program has no stack `acme-dat`") && err.contains("there is `acme-data`")
    );
    let named = ["--delete", "acme-data/Jobs", "--unprotect", "acme-network"];
    let (code, _, err) = command(&fake, &named).await;
    assert_eq!(code, Some(2), "nobody is there to confirm it");
    assert!(err.contains("--yes"), "{err}");
    assert_eq!(asked(&fake, "DeleteStack") + asked(&fake, "UpdateTerminationProtection"), 1);
}

#[tokio::test]
async fn the_command_deletes_what_is_named_and_may_be_repeated() {
    let fake = kept().await;
    let named = ["--yes", "--delete", "acme-data/Jobs", "--unprotect", "acme-network"];
    let (code, out, err) = command(&fake, &named).await;
    assert_eq!(code, Some(0), "{out}{err}");
    assert!(STACKS.iter().all(|name| !there(&fake, name)));
    let named = ["--yes", "--delete", "data/Jobs", "--unprotect", "network"];
    let (code, out, err) = command(&fake, &named).await;
    assert_eq!(
        (code, &*out, &*err),
        (Some(0), "nothing to destroy: of 2 stacks none is there\n", "")
    );
}

#[tokio::test]
async fn machines_read_the_plan_as_the_first_event() {
    let fake = kept().await;
    let named = ["--yes", "--json", "--stack", "data", "--delete", "data/Jobs"];
    let (code, out, err) = command(&fake, &named).await;
    assert_eq!(code, Some(0), "{out}{err}");
    let lines: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines[0]["event"], "plan");
    assert_eq!(lines[0]["stacks"][0]["name"], "acme-data");
    assert_eq!(lines[0]["stacks"][0]["action"], "delete");
    assert_eq!(lines[0]["refusals"], json!([]));
    assert_eq!(lines.last().unwrap()["event"], "summary");
    assert!(!there(&fake, "acme-data") && there(&fake, "acme-network"));
}
