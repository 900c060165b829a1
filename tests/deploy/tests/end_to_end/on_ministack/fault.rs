//! What goes wrong on the way to ministack, by a proxy before it: whatever it is, all ends as it does
//! without.

use std::time::Duration;

use fake_cloudformation::{Fault, FaultPlan, FaultProxy, Forwarded};
use innovate::{
    aws::deploy::{Deployed, Outcome},
    core::diff::StackId,
};
use serde_json::json;
use tokio::task::JoinSet;

use super::{
    assembly::{Wanted, all, deploy, deployer},
    cloud::Cloud,
    state::State,
};

/// Each kind of fault.
const FAULTS: [Fault; 7] = [
    Fault::Throttle,
    Fault::Error500,
    Fault::DropBefore,
    Fault::DropAfter,
    Fault::Truncate,
    Fault::Hang(Duration::from_millis(100)),
    Fault::Slow(Duration::from_millis(100)),
];

/// What a deployment asks.
const ACTIONS: [&str; 8] = [
    "GetCallerIdentity",
    "DescribeStacks",
    "CreateChangeSet",
    "DescribeChangeSet",
    "DescribeEvents",
    "ExecuteChangeSet",
    "DescribeStackEvents",
    "UpdateTerminationProtection",
];

/// The account of a case.
fn account(case: usize) -> Cloud {
    Cloud::new(&format!("{}", 310_000_000_000_usize + case))
}

/// Two stacks in two regions, one after the other, which hold things that would be there twice if they
/// were made twice. The first one is protected from deletion.
fn program(cloud: &Cloud, delay: u32) -> Vec<Wanted> {
    let id = |name: &str, region: &str| StackId {
        name: name.to_owned(),
        account: cloud.account.clone(),
        region: region.to_owned(),
    };
    let resources = json!({
        "Queue": { "Type": "AWS::SQS::Queue", "Properties": { "DelaySeconds": delay } },
        "Topic": { "Type": "AWS::SNS::Topic" },
        "Key": { "Type": "AWS::KMS::Key", "Properties": { "KeyPolicy": {} } },
    });
    let template = json!({ "Resources": resources });
    let mut first = Wanted::new(id("first", "eu-west-1"), template.clone());
    first.termination_protection = true;
    vec![first, Wanted::new(id("second", "us-east-1"), template).after("first")]
}

/// The stacks as they are without faults, made and then changed.
async fn without_faults(case: usize) -> [State; 2] {
    let cloud = account(case);
    all(&deploy(cloud.access(), &program(&cloud, 5)).await, &Outcome::Created);
    let made = State::of(&cloud, &program(&cloud, 5)).await;
    all(&deploy(cloud.access(), &program(&cloud, 6)).await, &Outcome::Updated);
    let changed = State::of(&cloud, &program(&cloud, 6)).await;
    assert!(made.left_over.is_empty() && changed.left_over.is_empty());
    [made, changed]
}

/// Makes the stacks and changes them, both with faults on the way: all that was asked.
async fn with_faults(case: usize, plan: &FaultPlan, expected: &[State; 2]) -> Vec<Forwarded> {
    let cloud = account(case);
    let mut asked = Vec::new();
    let rounds = [(5, Outcome::Created), (6, Outcome::Updated)];
    for ((delay, outcome), expected) in rounds.into_iter().zip(expected) {
        let proxy = FaultProxy::start(&cloud.endpoint, plan.clone()).unwrap();
        let access = cloud.through(proxy.endpoint()).access();
        let summary = deploy(access, &program(&cloud, delay)).await;
        asked.extend(proxy.requests());
        let ended = summary.stacks.iter().all(|stack| stack.outcome == outcome);
        assert!(ended, "{plan:?}: {summary:?}");
        assert_eq!(State::of(&cloud, &program(&cloud, delay)).await, *expected, "{plan:?}");
    }
    asked
}

#[tokio::test]
#[ignore = "asks ministack: cargo xtask test ministack"]
async fn a_fault_of_any_request_changes_nothing_of_how_it_ends() {
    let expected = without_faults(0).await;
    let mut cases = JoinSet::new();
    let faults = FAULTS.iter().flat_map(|fault| ACTIONS.map(|action| (*fault, action)));
    for (number, (fault, action)) in faults.enumerate() {
        let expected = expected.clone();
        cases.spawn(async move {
            let mut plan = FaultPlan::default();
            plan.nth(action, 1, fault);
            let asked = with_faults(1 + number, &plan, &expected).await;
            let suffered = asked.iter().any(|asked| asked.fault == Some(fault));
            assert!(suffered, "nothing asked for {action}");
        });
    }
    cases.join_all().await;
}

#[tokio::test]
#[ignore = "asks ministack: cargo xtask test ministack"]
async fn many_faults_change_nothing_of_how_it_ends() {
    let expected = without_faults(1_000).await;
    let mut cases = JoinSet::new();
    for seed in 0..8 {
        let expected = expected.clone();
        cases.spawn(async move {
            let mut plan = FaultPlan::default();
            for (number, fault) in (0..).zip(FAULTS) {
                plan.percent("*", 2, seed * 100 + number, fault);
            }
            let case = 1_001 + usize::try_from(seed).unwrap();
            let asked = with_faults(case, &plan, &expected).await;
            asked.iter().filter(|asked| asked.fault.is_some()).count()
        });
    }
    let suffered: usize = cases.join_all().await.iter().sum();
    assert!(suffered >= 20, "{suffered}");
}

#[tokio::test]
#[ignore = "asks ministack: cargo xtask test ministack"]
async fn a_deployment_that_is_cut_off_anywhere_is_gone_on_with() {
    let expected = without_faults(2_000).await;
    let mut cases = JoinSet::new();
    for after in 0..16 {
        let expected = expected.clone();
        cases.spawn(async move {
            let cloud = account(2_001 + after);
            for (delay, expected) in [5, 6].into_iter().zip(&expected) {
                let stacks = program(&cloud, delay);
                let mut deployment = deployer(cloud.access(), &stacks).start().unwrap();
                for _ in 0..after {
                    let _event = deployment.events().next().await;
                }
                // As if the process had died.
                drop(deployment);
                let summary = deploy(cloud.access(), &stacks).await;
                assert!(summary.is_good(), "after {after} events: {summary:?}");
                let state = State::of(&cloud, &stacks).await;
                assert_eq!(state, *expected, "after {after} events");
            }
        });
    }
    cases.join_all().await;
}

#[tokio::test]
#[ignore = "asks ministack: cargo xtask test ministack"]
async fn what_is_deployed_is_read_through_every_fault() {
    let cloud = account(3_000);
    let stacks = program(&cloud, 5);
    all(&deploy(cloud.access(), &stacks).await, &Outcome::Created);
    let ids: Vec<StackId> = stacks.iter().map(|stack| stack.id.clone()).collect();
    let there = Deployed::read(&cloud.access(), &ids).await.unwrap();
    for fault in FAULTS {
        let mut plan = FaultPlan::default();
        for action in ["GetCallerIdentity", "DescribeStacks", "GetTemplate"] {
            plan.nth(action, 1, fault);
        }
        let proxy = FaultProxy::start(&cloud.endpoint, plan).unwrap();
        let access = cloud.through(proxy.endpoint()).access();
        assert_eq!(Deployed::read(&access, &ids).await.as_ref(), Ok(&there), "{fault:?}");
        let suffered = proxy.requests().iter().filter(|request| request.fault.is_some()).count();
        assert_eq!(suffered, 3, "{fault:?}");
    }
}
