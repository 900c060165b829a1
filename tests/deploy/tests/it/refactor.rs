//! Resources are moved before a program is deployed.

use std::time::Duration;

use fake_cloudformation::{Fake, Fault, Script};
use innovate::{
    aws::deploy::{Deployed, Event, Operation, Outcome, Summary},
    cfn::{schema::Registry, sqs::Queue},
    core::{
        App, DeletionPolicy, ResourceType, Site, Stack, StageKind, Staging, Synthesis, Text,
        diff::{Diff, Snapshot},
    },
};

use crate::cloud::{ACCOUNT, REGION, access, deployer, id, run, stack, synthesized};

fn site() -> Site {
    Site::new("acme", StageKind::Staging, ACCOUNT, REGION)
        .tag("application", "acme")
        .tag("environment", "staging")
        .tag("owner", "platform")
        .tag("cost-center", "1")
        .tag("data-classification", "internal")
}

fn queue() -> Queue {
    Queue::new().sqs_managed_sse_enabled(true).removal_policy(DeletionPolicy::Retain)
}

/// A queue, and another that reads it, in one stack.
fn before() -> App {
    let mut app: Stack<Staging> = Stack::new("acme-app", site());
    let jobs = app.add("Jobs", queue());
    let reads = jobs.as_ref().reference::<Text>().into_node();
    app.add("Reader", queue().metadata("Reads", reads));
    App::new("acme").stack(app)
}

/// The queue is called otherwise.
fn renamed() -> App {
    let mut app: Stack<Staging> = Stack::new("acme-app", site());
    let work = app.add("Work", queue().moved_from("Jobs"));
    let reads = work.as_ref().reference::<Text>().into_node();
    app.add("Reader", queue().metadata("Reads", reads));
    App::new("acme").stack(app)
}

/// The queue has a stack of its own.
fn split() -> App {
    let mut work: Stack<Staging> = Stack::new("acme-work", site());
    let jobs = work.add("Work", queue().moved_from("acme-app/Jobs"));
    let mut app: Stack<Staging> = Stack::new("acme-app", site());
    let reads = jobs.as_ref().reference::<Text>().into_node();
    app.add("Reader", queue().metadata("Reads", reads));
    App::new("acme").stack(work).stack(app)
}

/// What is to be done of a program.
async fn planned(fake: &Fake, synthesis: &Synthesis) -> Diff {
    let assembly = synthesis.assembly.as_ref().unwrap();
    let after = Snapshot::of(assembly).unwrap().with_places(&synthesis.app);
    let stacks = ["acme-app", "acme-work"].map(id);
    let before = Deployed::read(&access(fake), &stacks).await.unwrap();
    Diff::between(&before.snapshot, &after, &Registry)
}

async fn deploy(fake: &Fake, app: App) -> (Vec<Event>, Summary) {
    let synthesis = synthesized(app);
    let diff = planned(fake, &synthesis).await;
    assert!(diff.refusals.is_empty(), "{:?}", diff.refusals);
    run(deployer(fake, &synthesis).refactors(diff.refactors)).await
}

/// The physical id of what is at that place now.
fn physical(fake: &Fake, name: &str, logical_id: &str) -> String {
    stack(fake, name).resources[logical_id].physical_id.clone()
}

fn count(fake: &Fake, action: &str) -> usize {
    fake.requests().iter().filter(|request| request.action == action).count()
}

#[tokio::test]
async fn a_resource_with_another_logical_id_stays_the_same_one() {
    let fake = Fake::start(Script::new()).unwrap();
    deploy(&fake, before()).await;
    let jobs = physical(&fake, "acme-app", "Jobs");
    let (events, summary) = deploy(&fake, renamed()).await;
    assert!(summary.is_good(), "{summary:?}");
    assert_eq!(physical(&fake, "acme-app", "Work"), jobs);
    assert!(!stack(&fake, "acme-app").resources.contains_key("Jobs"));
    assert_eq!(fake.made(ACCOUNT, REGION).len(), 2, "nothing was made anew");
    let begun = |event: &Event| {
        matches!(event, Event::Begun { operation: Operation::Refactor, resumed: false, .. })
    };
    assert_eq!(events.iter().filter(|event| begun(event)).count(), 1);
    let again = planned(&fake, &synthesized(renamed())).await;
    assert!(again.is_empty(), "{again:?}");
}

#[tokio::test]
async fn a_resource_that_gets_a_new_stack_stays_the_same_one() {
    let fake = Fake::start(Script::new()).unwrap();
    deploy(&fake, before()).await;
    let jobs = physical(&fake, "acme-app", "Jobs");
    let (_, summary) = deploy(&fake, split()).await;
    assert!(summary.is_good(), "{summary:?}");
    assert_eq!(physical(&fake, "acme-work", "Work"), jobs);
    assert_eq!(fake.made(ACCOUNT, REGION).len(), 2, "nothing was made anew");
    assert_eq!(stack(&fake, "acme-work").tags["owner"], "platform");
    let again = planned(&fake, &synthesized(split())).await;
    assert!(again.is_empty(), "{again:?}");
}

#[tokio::test]
async fn an_answer_that_is_lost_moves_nothing_twice() {
    let mut cases = tokio::task::JoinSet::new();
    for action in [
        "CreateStackRefactor",
        "DescribeStackRefactor",
        "ListStackRefactors",
        "ListStackRefactorActions",
        "ExecuteStackRefactor",
        "GetStackPolicy",
    ] {
        for fault in
            [Fault::DropBefore, Fault::DropAfter, Fault::Truncate, Fault::Throttle, Fault::Error500]
        {
            cases.spawn(async move {
                let fake = Fake::start(Script::new().fault(action, 1, fault)).unwrap();
                deploy(&fake, before()).await;
                let jobs = physical(&fake, "acme-app", "Jobs");
                let (_, summary) = deploy(&fake, split()).await;
                assert!(summary.is_good(), "{action} {fault:?}: {summary:?}");
                assert_eq!(physical(&fake, "acme-work", "Work"), jobs);
                assert_eq!(fake.made(ACCOUNT, REGION).len(), 2);
            });
        }
    }
    cases.join_all().await;
}

#[tokio::test]
async fn who_dies_on_the_way_comes_to_the_same_end() {
    let mut cases = tokio::task::JoinSet::new();
    for requests in (1..40).step_by(2) {
        cases.spawn(async move {
            let fake = Fake::start(Script::new()).unwrap();
            deploy(&fake, before()).await;
            let jobs = physical(&fake, "acme-app", "Jobs");
            let synthesis = synthesized(split());
            let diff = planned(&fake, &synthesis).await;
            let begin = fake.requests().len();
            let deployment = deployer(&fake, &synthesis).refactors(diff.refactors).start().unwrap();
            for _ in 0..2000 {
                if fake.requests().len() >= begin + requests {
                    break;
                }
                tokio::time::sleep(Duration::from_micros(300)).await;
            }
            // As if the process had died.
            drop(deployment);
            let (_, summary) = deploy(&fake, split()).await;
            assert!(summary.is_good(), "{requests}: {summary:?}");
            assert_eq!(physical(&fake, "acme-work", "Work"), jobs, "{requests}");
            assert!(!stack(&fake, "acme-app").resources.contains_key("Jobs"), "{requests}");
            assert_eq!(fake.made(ACCOUNT, REGION).len(), 2, "{requests}");
        });
    }
    cases.join_all().await;
}

#[tokio::test]
async fn a_refactor_that_was_made_and_not_executed_is_the_one_that_is_executed() {
    let fake = Fake::start(Script::new()).unwrap();
    deploy(&fake, before()).await;
    let synthesis = synthesized(split());
    let diff = planned(&fake, &synthesis).await;
    let deployment = deployer(&fake, &synthesis).refactors(diff.refactors).start().unwrap();
    while count(&fake, "ListStackRefactorActions") == 0 {
        tokio::time::sleep(Duration::from_micros(100)).await;
    }
    let executed = count(&fake, "ExecuteStackRefactor") > 0;
    drop(deployment);
    let (_, summary) = deploy(&fake, split()).await;
    assert!(summary.is_good(), "{summary:?}");
    // Whichever of the two came first, only one was made.
    assert!(executed || count(&fake, "CreateStackRefactor") == 1);
}

#[tokio::test]
async fn a_stack_with_a_policy_is_not_refactored_and_nothing_of_it_is_deployed() {
    let fake = Fake::start(Script::new()).unwrap();
    deploy(&fake, before()).await;
    let client = access(&fake).client(&id("acme-app")).await.unwrap();
    let policy =
        r#"{"Statement":[{"Effect":"Allow","Action":"Update:*","Principal":"*","Resource":"*"}]}"#;
    client
        .set_stack_policy()
        .stack_name("acme-app")
        .stack_policy_body(policy)
        .send()
        .await
        .unwrap();
    let (_, summary) = deploy(&fake, split()).await;
    let Outcome::Failed { failure } = &summary.stacks[0].outcome else { panic!("{summary:?}") };
    assert!(failure.message.contains("`acme-app` has a stack policy"), "{failure:?}");
    assert_eq!(summary.stacks[1].outcome, Outcome::Skipped { because: id("acme-work") });
    assert!(stack(&fake, "acme-app").resources.contains_key("Jobs"));
    assert_eq!(count(&fake, "CreateStackRefactor"), 0);
}

#[tokio::test]
async fn what_cloudformation_refuses_is_told_with_the_line_and_nothing_is_deployed() {
    let fake = Fake::start(Script::new()).unwrap();
    deploy(&fake, before()).await;
    let synthesis = synthesized(split());
    let mut diff = planned(&fake, &synthesis).await;
    // The refactor would also change a property of what it moves.
    for stack in &mut diff.refactors[0].stacks {
        if stack.is_new {
            stack.template["Resources"]["Work"]["Properties"]["DelaySeconds"] = 5.into();
        }
    }
    let (_, summary) = run(deployer(&fake, &synthesis).refactors(diff.refactors)).await;
    let Outcome::Failed { failure } = &summary.stacks[0].outcome else { panic!("{summary:?}") };
    assert!(failure.message.contains("CloudFormation refuses the moves"), "{failure:?}");
    let place = failure.causes[0].place.as_ref().unwrap();
    assert!(place.file.ends_with("refactor.rs"), "{place:?}");
    assert!(stack(&fake, "acme-app").resources.contains_key("Jobs"));
    assert_eq!(count(&fake, "ExecuteStackRefactor"), 0);
}

#[tokio::test]
async fn a_refactor_that_would_move_something_else_is_not_executed() {
    let fake = Fake::start(Script::new()).unwrap();
    deploy(&fake, before()).await;
    let synthesis = synthesized(split());
    let mut diff = planned(&fake, &synthesis).await;
    // CloudFormation finds by itself what the mappings don't name.
    diff.refactors[0].moves.clear();
    let (_, summary) = run(deployer(&fake, &synthesis).refactors(diff.refactors)).await;
    let Outcome::Failed { failure } = &summary.stacks[0].outcome else { panic!("{summary:?}") };
    assert_eq!(failure.message, "CloudFormation would do more than the moves: nothing was moved");
    assert!(!failure.causes.is_empty());
    assert_eq!(count(&fake, "ExecuteStackRefactor"), 0);
}

#[tokio::test]
async fn nothing_is_moved_once_somebody_asked_to_stop() {
    let fake = Fake::start(Script::new()).unwrap();
    deploy(&fake, before()).await;
    let synthesis = synthesized(split());
    let diff = planned(&fake, &synthesis).await;
    let deployment = deployer(&fake, &synthesis).refactors(diff.refactors).start().unwrap();
    deployment.stop().ask();
    let summary = deployment.finish().await;
    assert!(!summary.is_good());
    assert_eq!(count(&fake, "ExecuteStackRefactor"), 0);
    assert!(stack(&fake, "acme-app").resources.contains_key("Jobs"));
}
