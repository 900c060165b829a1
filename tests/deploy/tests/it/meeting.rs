//! Somebody else works on the same stacks at the same time.

use std::{future::Future, time::Duration};

use aws_sdk_cloudformation::Client;
use fake_cloudformation::{Failing, Fake, Script, StackStatus, Step};
use innovate::aws::deploy::{Deployment, Event, Operation, Outcome, StackSummary, Summary};

use crate::cloud::{ACCOUNT, config, deploy, deployer, program, stack, synthesized};

/// More requests than any of this needs.
const MOST: usize = 1_000;

/// What it comes to, if it does before it asked too often.
pub(crate) async fn bounded<T>(fake: &Fake, work: impl Future<Output = T>) -> T {
    let before = fake.requests().len();
    let too_many = async {
        // The second bound is for what waits for nothing without asking.
        for _ in 0..6_000 {
            tokio::time::sleep(Duration::from_millis(20)).await;
            let asked = fake.requests().len() - before;
            assert!(asked < MOST, "it asks without end: {:?}", fake.requests().pop());
        }
        panic!("it waits without end");
    };
    tokio::select! {
        done = work => done,
        () = too_many => unreachable!(),
    }
}

/// Runs it until an operation on the stack has begun.
async fn begun(deployment: &mut Deployment, name: &str, operation: Operation) {
    while let Some(event) = deployment.events().next().await {
        if matches!(&event, Event::Begun { stack, operation: it, .. } if stack.name == name && *it == operation)
        {
            return;
        }
    }
    panic!("{operation:?} of {name} never began");
}

fn outcome<'a>(summary: &'a Summary, name: &str) -> &'a Outcome {
    let of = |stack: &&StackSummary| stack.id.name == name;
    &summary.stacks.iter().find(of).unwrap().outcome
}

/// A deployment that looks so seldom that much may happen in between.
fn slow(fake: &Fake, width: i64) -> Deployment {
    let deployer = deployer(fake, &synthesized(program(width)));
    deployer.poll_every(Duration::from_millis(400)).start().unwrap()
}

#[tokio::test]
async fn an_operation_that_another_one_followed_at_once_is_seen_to_its_end() {
    let fake = Fake::start(Script::new().page(5).takes("Gate", 60)).unwrap();
    let mut first = slow(&fake, 4);
    begun(&mut first, "acme-network", Operation::Create).await;
    // The first look is taken before anything has ended, the second one when all is over.
    let looks = || {
        let asked = fake.requests();
        asked.iter().filter(|request| request.action == "DescribeStackEvents").count()
    };
    while looks() == 0 {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    assert_eq!(stack(&fake, "acme-network").status, StackStatus::CreateInProgress);
    fake.tick(100);
    let (_, second) = bounded(&fake, deploy(&fake, program(9))).await;
    assert_eq!(*outcome(&second, "acme-network"), Outcome::Updated);
    let summary = bounded(&fake, first.finish()).await;
    assert_eq!(*outcome(&summary, "acme-network"), Outcome::Created, "{summary:?}");
}

#[tokio::test]
async fn an_operation_that_somebody_ends_by_deleting_the_stack_is_a_failure_that_says_so() {
    let fake = Fake::start(Script::new().takes("Gate", 60)).unwrap();
    let mut deployment = deployer(&fake, &synthesized(program(4))).start().unwrap();
    begun(&mut deployment, "acme-network", Operation::Create).await;
    let client = Client::new(&config(&fake, ACCOUNT));
    client.delete_stack().stack_name("acme-network").send().await.unwrap();
    let summary = bounded(&fake, deployment.finish()).await;
    let Outcome::Failed { failure } = outcome(&summary, "acme-network") else {
        panic!("{summary:?}")
    };
    assert!(failure.message.contains("somebody else"), "{failure:?}");
    assert!(failure.message.contains("DELETE_"), "{failure:?}");
    assert!(failure.help.is_some());
}

#[tokio::test]
async fn two_who_clear_away_a_failed_creation_at_once_both_see_it_gone() {
    let script = Script::new().failing(Failing::new("Gate", Step::Create, "no").times(1));
    let fake = Fake::start(script).unwrap();
    deploy(&fake, program(4)).await;
    assert_eq!(stack(&fake, "acme-network").status, StackStatus::RollbackComplete);
    let arn = stack(&fake, "acme-network").id;
    fake.change(|script| script.takes("AWS::CloudFormation::WaitConditionHandle", 5));
    // The same stack by two programs: only one of the two deletions counts.
    let (first, second) = bounded(&fake, async {
        tokio::join!(deploy(&fake, program(4)), deploy(&fake, program(9)))
    })
    .await;
    for (_, summary) in [first, second] {
        let fine = match outcome(&summary, "acme-network") {
            Outcome::Failed { failure } => failure.message.contains("another deployment"),
            outcome => outcome.is_good(),
        };
        assert!(fine, "{summary:?}");
    }
    assert_ne!(stack(&fake, "acme-network").id, arn);
}
