//! StackSets of a program are watched like stacks.

use std::collections::BTreeSet;

use fake_cloudformation::{Fake, Fault, Script, StackStatus};
use innovate::{
    aws::{
        deploy::{Event, Outcome},
        stack_set::{Rollout, StackSet, Targets},
    },
    cfn::ssm,
    core::{App, Stack, Staging},
    prelude::{Environment, Region, account, domain, name},
};

use crate::cloud::{ACCOUNT, REGION, deploy};

const ACCOUNTS: [&str; 3] = ["222222222222", "333333333333", "444444444444"];
const UNIT: &str = "ou-ab12-11111111";

/// A stack with a StackSet for the unit, in two regions.
fn program(level: &'static str, rollout: Rollout, delegated: bool) -> App {
    let environment = Environment::<Staging>::builder()
        .application(name!("acme"))
        .account(account!("111122223333"))
        .region(Region::EuWest1)
        .domain(domain!("acme.example"))
        .owner("platform")
        .build();
    let mut baseline = environment.template("baseline");
    baseline.add("Level", ssm::Parameter::new(ssm::parameter::Type::STRING, level));
    let targets = Targets::units([name!(OrganizationalUnitId: "ou-ab12-11111111")]);
    let targets = if delegated { targets.as_delegated_administrator() } else { targets };
    let mut stack: Stack<Staging> = environment.stack("organization");
    let set = StackSet::builder().template(baseline).targets(targets);
    let set = set.regions([Region::EuWest1, Region::UsEast1]).rollout(rollout).build();
    stack.add("Baseline", set);
    App::new("acme").stack(stack)
}

fn script() -> Script {
    Script::new().unit(UNIT, &ACCOUNTS)
}

/// What was told of instances: account, region, status and reason.
fn instances(events: &[Event]) -> Vec<(&str, &str, &str, Option<&str>)> {
    let told = events.iter().filter_map(|event| match event {
        Event::Instance { logical_id, account, region, status, reason, .. } => {
            assert_eq!(logical_id, "Baseline");
            Some((&**account, &**region, &**status, reason.as_deref()))
        }
        _ => None,
    });
    told.collect()
}

fn succeeded<'a>(told: &[(&'a str, &'a str, &str, Option<&str>)]) -> BTreeSet<(&'a str, &'a str)> {
    let done = told.iter().filter(|(_, _, status, _)| *status == "SUCCEEDED");
    done.map(|(account, region, ..)| (*account, *region)).collect()
}

fn everywhere() -> BTreeSet<(&'static str, &'static str)> {
    let places = |region| ACCOUNTS.map(|account| (account, region));
    places("eu-west-1").into_iter().chain(places("us-east-1")).collect()
}

#[tokio::test]
async fn a_stack_set_is_told_account_by_account() {
    // Pages of two: what is told is all there is.
    let fake = Fake::start(script().page(2).takes("Baseline", 12)).unwrap();
    let (events, summary) = deploy(&fake, program("low", Rollout::default(), false)).await;
    assert_eq!(summary.stacks[0].outcome, Outcome::Created, "{summary:?}");
    let told = instances(&events);
    assert_eq!(succeeded(&told), everywhere());
    assert!(told.iter().any(|(_, _, status, _)| *status == "RUNNING"), "{told:?}");
    let distinct: BTreeSet<_> = told.iter().collect();
    assert_eq!(distinct.len(), told.len(), "nothing is told twice: {told:?}");
    let first = told.iter().position(|(_, region, ..)| *region == "us-east-1").unwrap();
    let ended = told[..first].iter().filter(|(_, _, status, _)| *status == "SUCCEEDED");
    assert_eq!(ended.count(), 3, "one region after another: {told:?}");
    let asked = fake.requests();
    let of = |action: &str| asked.iter().filter(|it| it.action == action).count();
    assert!(of("ListStackSetOperations") <= of("DescribeStackEvents"), "asked less than the stack");

    // An update begins an operation of its own, and tells nothing of the one before.
    let (events, summary) = deploy(&fake, program("high", Rollout::default(), false)).await;
    assert_eq!(summary.stacks[0].outcome, Outcome::Updated, "{summary:?}");
    assert_eq!(succeeded(&instances(&events)), everywhere());
}

#[tokio::test]
async fn the_accounts_that_failed_come_before_the_stack_set_that_failed_of_them() {
    let why = "ResourceLogicalId:Level, ResourceStatusReason: the parameter is taken";
    let fake = Fake::start(script().instance_fails(ACCOUNTS[1], "eu-west-1", why)).unwrap();
    let (events, summary) = deploy(&fake, program("low", Rollout::default(), false)).await;
    let Outcome::Failed { failure } = &summary.stacks[0].outcome else { panic!("{summary:?}") };
    let [instance, set] = &*failure.causes else { panic!("{failure:#?}") };
    assert_eq!(instance.reason, format!("account 333333333333, eu-west-1: {why}"));
    assert_eq!((&*instance.logical_id, &*instance.status), ("Baseline", "FAILED"));
    assert_eq!((&*set.logical_id, &*set.status), ("Baseline", "CREATE_FAILED"));
    assert!(set.reason.contains("Stack set operation"), "{set:?}");
    for cause in &failure.causes {
        assert!(cause.place.as_ref().unwrap().file.ends_with("stack_set.rs"), "{cause:?}");
    }
    let told = instances(&events);
    assert!(told.contains(&(ACCOUNTS[1], "eu-west-1", "FAILED", Some(why))), "{told:?}");
    let cancelled = told.iter().filter(|(_, _, status, _)| *status == "CANCELLED");
    assert_eq!(cancelled.count(), 4, "the rest of the region, and the next one: {told:?}");
    let at = |is: &dyn Fn(&Event) -> bool| events.iter().position(is).unwrap();
    let failed = at(&|event| matches!(event, Event::Instance { status, .. } if status == "FAILED"));
    let set = at(
        &|event| matches!(event, Event::Resource { progress, .. } if progress.status == "CREATE_FAILED"),
    );
    assert!(failed < set);

    fake.change(Script::mended);
    let (_, summary) = deploy(&fake, program("low", Rollout::default(), false)).await;
    assert_eq!(summary.stacks[0].outcome, Outcome::Created, "{summary:?}");
}

#[tokio::test]
async fn what_is_tolerated_is_said_and_fails_nothing() {
    let fake = Fake::start(script().instance_fails(ACCOUNTS[0], "us-east-1", "no quota")).unwrap();
    let rollout = Rollout::concurrent(3).tolerate(1).despite_failures();
    let (events, summary) = deploy(&fake, program("low", rollout, false)).await;
    assert_eq!(summary.stacks[0].outcome, Outcome::Created, "{summary:?}");
    let warned = events.iter().find_map(|event| match event {
        Event::Warning { logical_id: Some(id), message, .. } if id == "Baseline" => Some(message),
        _ => None,
    });
    let said = "failed, and was tolerated: account 222222222222, us-east-1: no quota";
    assert_eq!(warned.unwrap(), said);
    assert_eq!(succeeded(&instances(&events)).len(), 5);
}

#[tokio::test]
async fn a_delegated_administrator_is_asked_as_one() {
    let fake = Fake::start(script()).unwrap();
    let (events, summary) = deploy(&fake, program("low", Rollout::default(), true)).await;
    assert_eq!(summary.stacks[0].outcome, Outcome::Created, "{summary:?}");
    assert_eq!(succeeded(&instances(&events)), everywhere());
}

#[tokio::test]
async fn answers_that_are_lost_or_refused_stop_nothing() {
    let script = script()
        .takes("Baseline", 6)
        .fault("ListStackSetOperations", 1, Fault::Error500)
        .fault("ListStackSetOperationResults", 2, Fault::DropAfter)
        .fault("ListStackSetOperationResults", 4, Fault::Throttle);
    let fake = Fake::start(script).unwrap();
    let (events, summary) = deploy(&fake, program("low", Rollout::default(), false)).await;
    assert_eq!(summary.stacks[0].outcome, Outcome::Created, "{summary:?}");
    assert_eq!(succeeded(&instances(&events)), everywhere());
    let stack = fake.stack(ACCOUNT, REGION, "acme-staging-organization").unwrap();
    assert_eq!(stack.status, StackStatus::CreateComplete);
}
