//! A program is deployed.

use fake_cloudformation::{Failing, Fake, Fault, Hook, Script, StackStatus, Step};
use innovate::aws::deploy::{Event, Operation, Outcome, Summary};

use crate::cloud::{ACCOUNT, REGION, deploy, deployer, id, program, run, stack, synthesized};

fn outcomes(summary: &Summary) -> Vec<(&str, &Outcome)> {
    summary.stacks.iter().map(|stack| (&*stack.id.name, &stack.outcome)).collect()
}

fn outcome<'a>(summary: &'a Summary, name: &str) -> &'a Outcome {
    &summary.stacks.iter().find(|stack| stack.id.name == name).unwrap().outcome
}

#[tokio::test]
async fn a_program_is_made_changed_and_left_alone() {
    let fake = Fake::start(Script::new()).unwrap();
    let (events, summary) = deploy(&fake, program(4)).await;
    let all = |outcome| ["acme-network", "acme-data", "acme-edge"].map(|name| (name, outcome));
    let mut made = outcomes(&summary);
    made.sort_by_key(|(name, _)| {
        ["acme-network", "acme-data", "acme-edge"].iter().position(|it| it == name)
    });
    assert_eq!(made, all(&Outcome::Created));
    for name in ["acme-network", "acme-data", "acme-edge"] {
        assert_eq!(stack(&fake, name).status, StackStatus::CreateComplete);
        assert_eq!(stack(&fake, name).tags["owner"], "platform");
    }
    let begun: Vec<&str> = events
        .iter()
        .filter_map(|event| match event {
            Event::Begun { stack, operation: Operation::Create, resumed: false } => {
                Some(&*stack.name)
            }
            _ => None,
        })
        .collect();
    let at = |name| begun.iter().position(|begun| *begun == name).unwrap();
    assert!(at("acme-network") < at("acme-data"), "{begun:?}");
    let line = events.iter().find_map(|event| match event {
        Event::Resource { progress, .. } if progress.logical_id == "Jobs" => progress.place.clone(),
        _ => None,
    });
    assert!(line.is_some_and(|line| line.file.ends_with("cloud.rs")));

    let (_, summary) = deploy(&fake, program(4)).await;
    assert!(summary.stacks.iter().all(|stack| stack.outcome == Outcome::Unchanged), "{summary:?}");

    let (_, summary) = deploy(&fake, program(9)).await;
    assert!(summary.stacks.iter().all(|stack| stack.outcome == Outcome::Updated), "{summary:?}");
    assert_eq!(stack(&fake, "acme-data").status, StackStatus::UpdateComplete);
    assert_eq!(stack(&fake, "acme-data").change_sets, Vec::<String>::new());
}

#[tokio::test]
async fn the_first_cause_comes_first_and_only_what_depends_on_it_is_skipped() {
    let why = "Queue quota exceeded";
    let script = Script::new().failing(Failing::new("Gate", Step::Create, why));
    let fake = Fake::start(script).unwrap();
    let (_, summary) = deploy(&fake, program(4)).await;
    let Outcome::Failed { failure } = outcome(&summary, "acme-network") else {
        panic!("{summary:?}")
    };
    assert_eq!(failure.causes[0].logical_id, "Gate");
    assert!(failure.causes[0].reason.contains(why));
    assert!(failure.causes[0].place.as_ref().unwrap().file.ends_with("cloud.rs"));
    assert_eq!(*outcome(&summary, "acme-data"), Outcome::Skipped { because: id("acme-network") });
    assert_eq!(*outcome(&summary, "acme-edge"), Outcome::Created);
    assert!(!summary.is_good());

    // What is left of it goes, and it is made anew.
    fake.change(Script::mended);
    let (events, summary) = deploy(&fake, program(4)).await;
    assert_eq!(*outcome(&summary, "acme-network"), Outcome::Created);
    assert_eq!(*outcome(&summary, "acme-data"), Outcome::Created);
    assert_eq!(*outcome(&summary, "acme-edge"), Outcome::Unchanged);
    let deleted =
        |event: &Event| matches!(event, Event::Begun { operation: Operation::Delete, .. });
    assert_eq!(events.iter().filter(|event| deleted(event)).count(), 1);
}

#[tokio::test]
async fn an_answer_that_is_lost_is_no_failure_and_nothing_is_done_twice() {
    let mut cases = tokio::task::JoinSet::new();
    for action in
        ["CreateChangeSet", "DescribeChangeSet", "ExecuteChangeSet", "DescribeStackEvents"]
    {
        for fault in
            [Fault::DropBefore, Fault::DropAfter, Fault::Truncate, Fault::Throttle, Fault::Error500]
        {
            cases.spawn(async move {
                let fake = Fake::start(Script::new().fault(action, 1, fault)).unwrap();
                let (_, summary) = deploy(&fake, program(4)).await;
                let made = fake.made(ACCOUNT, REGION);
                (action, fault, summary, made)
            });
        }
    }
    for (action, fault, summary, made) in cases.join_all().await {
        let created = summary.stacks.iter().all(|stack| stack.outcome == Outcome::Created);
        assert!(created && made.len() == 4, "{action} {fault:?}: {summary:?}, {made:?}");
    }
}

#[tokio::test]
async fn who_comes_back_watches_what_is_under_way() {
    let fake = Fake::start(Script::new().takes("Gate", 60)).unwrap();
    let mut deployment = deployer(&fake, &synthesized(program(4))).start().unwrap();
    while let Some(event) = deployment.events().next().await {
        if matches!(&event, Event::Begun { stack, .. } if stack.name == "acme-network") {
            break;
        }
    }
    // As if the process had died.
    drop(deployment);
    assert_eq!(stack(&fake, "acme-network").status, StackStatus::CreateInProgress);
    let (events, summary) = deploy(&fake, program(4)).await;
    assert!(summary.is_good(), "{summary:?}");
    let resumed = |event: &Event| matches!(event, Event::Begun { stack, resumed: true, .. } if stack.name == "acme-network");
    assert!(events.iter().any(resumed), "{events:?}");
    assert_eq!(fake.made(ACCOUNT, REGION).len(), 4);
}

#[tokio::test]
async fn who_asks_to_stop_waits_for_what_is_under_way_and_begins_nothing_more() {
    let fake = Fake::start(Script::new().takes("Gate", 60)).unwrap();
    let mut deployment = deployer(&fake, &synthesized(program(4))).start().unwrap();
    let stop = deployment.stop();
    let mut named = Vec::new();
    while let Some(event) = deployment.events().next().await {
        match event {
            Event::Begun { stack, .. } if stack.name == "acme-network" => stop.ask(),
            Event::Stopping { under_way } => named = under_way,
            _ => {}
        }
    }
    let summary = deployment.finish().await;
    assert!(named.contains(&id("acme-network")), "{named:?}");
    assert_eq!(*outcome(&summary, "acme-network"), Outcome::Created);
    assert_eq!(*outcome(&summary, "acme-data"), Outcome::NotBegun);
    assert!(fake.stack(ACCOUNT, REGION, "acme-data").is_none());
}

#[tokio::test]
async fn a_rollback_that_failed_goes_on_only_if_that_is_asked_for() {
    let fake = Fake::start(Script::new()).unwrap();
    deploy(&fake, program(4)).await;
    fake.change(|script| {
        script.failing(Failing::new("Reader", Step::Update, "no").times(1)).failing(Failing::new(
            "Reader",
            Step::Restore,
            "stuck",
        ))
    });
    let (_, summary) = deploy(&fake, program(9)).await;
    let Outcome::Failed { failure } = outcome(&summary, "acme-data") else { panic!("{summary:?}") };
    assert!(failure.message.contains("UPDATE_ROLLBACK_FAILED"), "{failure:?}");
    assert_eq!(failure.causes[0].reason, "no");

    let (_, summary) = deploy(&fake, program(9)).await;
    let Outcome::Failed { failure } = outcome(&summary, "acme-data") else { panic!("{summary:?}") };
    assert!(failure.help.as_ref().unwrap().contains("--skip acme-data/Reader"), "{failure:?}");
    assert_eq!(failure.causes[0].reason, "stuck");

    // Nothing is mended, and nothing skipped.
    for _ in 0..2 {
        let again = deployer(&fake, &synthesized(program(9))).continue_rollback(&[].into());
        let (events, summary) = run(again).await;
        assert!(matches!(outcome(&summary, "acme-data"), Outcome::Failed { .. }), "{summary:?}");
        let tried = |event: &Event| matches!(event, Event::Resource { progress, .. } if progress.reason.as_deref() == Some("stuck"));
        assert_eq!(events.iter().filter(|event| tried(event)).count(), 1);
    }

    let skip = [(id("acme-data"), "Reader".to_owned())].into();
    let again = deployer(&fake, &synthesized(program(9))).continue_rollback(&skip);
    let (_, summary) = run(again).await;
    assert_eq!(*outcome(&summary, "acme-data"), Outcome::Updated, "{summary:?}");
    assert_eq!(stack(&fake, "acme-data").status, StackStatus::UpdateComplete);
}

#[tokio::test]
async fn what_a_hook_finds_is_said_whether_it_stops_the_resource_or_not() {
    let name = "Acme::Tags::Hook";
    let hook = Hook::new("Gate", name, "the tag `team` is missing");
    let fake = Fake::start(Script::new().hook(hook.clone())).unwrap();
    let (_, summary) = deploy(&fake, program(4)).await;
    let Outcome::Failed { failure } = outcome(&summary, "acme-network") else {
        panic!("{summary:?}")
    };
    let reason = &failure.causes[0].reason;
    assert!(reason.contains(name) && reason.ends_with("the tag `team` is missing"), "{reason}");

    let fake = Fake::start(Script::new().hook(hook.warns())).unwrap();
    let (events, summary) = deploy(&fake, program(4)).await;
    assert!(summary.is_good(), "{summary:?}");
    let warned = events.iter().any(|event| {
        matches!(event, Event::Warning { message, .. } if message.ends_with("the tag `team` is missing"))
    });
    assert!(warned, "{events:?}");
}
