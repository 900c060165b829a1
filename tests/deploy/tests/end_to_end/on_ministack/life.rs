//! The life of a program's stacks: made, left alone, changed, failed and rolled back, made anew.

use innovate::{
    aws::deploy::{Deployed, Outcome, Summary},
    cfn::schema::Registry,
    core::diff::{Diff, Snapshot, StackId},
};
use serde_json::{Value, json};

use super::{
    assembly::{Wanted, all, assembly, deploy, outcomes},
    by_hand::{events, told},
    cloud::Cloud,
    example::example,
    state::State,
};

#[tokio::test]
#[ignore = "asks ministack: cargo xtask test ministack"]
async fn the_examples_are_made_left_alone_and_changed_in_three_regions() {
    for (name, account) in
        [("dev", "300000000040"), ("staging", "300000000041"), ("prod", "300000000042")]
    {
        let cloud = Cloud::new(account);
        let mut stacks: Vec<Wanted> = example(name, account).into_iter().map(|it| it.cut).collect();
        all(&deploy(cloud.access(), &stacks).await, &Outcome::Created);
        let made = State::of(&cloud, &stacks).await;
        assert_eq!(made.statuses(), ["CREATE_COMPLETE"], "{name}");
        assert!(plan(&cloud, &stacks).await.is_empty(), "{name}");

        all(&deploy(cloud.access(), &stacks).await, &Outcome::Unchanged);
        assert_eq!(
            State::of(&cloud, &stacks).await,
            made,
            "{name}: nothing is done to what is as it should be"
        );

        // A topic comes, and goes again.
        let keys = stacks.iter_mut().find(|stack| stack.id.name.ends_with("-keys")).unwrap();
        let (id, before) = (keys.id.clone(), keys.template.clone());
        keys.template["Resources"]["Extra"] = json!({ "Type": "AWS::SNS::Topic" });
        let diff = plan(&cloud, &stacks).await;
        assert_eq!(diff.stacks.iter().filter(|it| !it.resources.is_empty()).count(), 1);
        only(&deploy(cloud.access(), &stacks).await, &id, &Outcome::Updated);
        let topics = |state: &State| state.things[&id.region]["topics"];
        assert_eq!(topics(&State::of(&cloud, &stacks).await), topics(&made) + 1, "{name}");
        stacks.iter_mut().find(|stack| stack.id == id).unwrap().template = before;
        only(&deploy(cloud.access(), &stacks).await, &id, &Outcome::Updated);
        let again = State::of(&cloud, &stacks).await;
        assert_eq!(again.things, made.things, "{name}: nothing was made twice or lost");
        assert_eq!(again.templates, made.templates, "{name}");
    }
}

/// Asserts that it ended so with one stack, and that the others were left alone.
#[track_caller]
fn only(summary: &Summary, id: &StackId, outcome: &Outcome) {
    for stack in &summary.stacks {
        let expected = if stack.id == *id { outcome } else { &Outcome::Unchanged };
        assert_eq!(stack.outcome, *expected, "{}", stack.id);
    }
}

/// What a plan finds to change.
async fn plan(cloud: &Cloud, stacks: &[Wanted]) -> Diff {
    let wanted = Snapshot::of(&assembly(stacks)).unwrap();
    let ids: Vec<StackId> = wanted.stacks().map(|stack| stack.id.clone()).collect();
    let deployed = Deployed::read(&cloud.access(), &ids).await.unwrap();
    Diff::between(&deployed.snapshot, &wanted, &Registry)
}

fn queue(delay: u32) -> Value {
    json!({ "Type": "AWS::SQS::Queue", "Properties": { "DelaySeconds": delay } })
}

/// An alarm that ministack refuses: it names no metric.
fn refused() -> Value {
    json!({
        "Type": "AWS::CloudWatch::Alarm",
        "DependsOn": "Queue",
        "Properties": { "EvaluationPeriods": 1, "ComparisonOperator": "LessThanThreshold" },
    })
}

fn jobs(cloud: &Cloud, delay: u32, alarm: Option<Value>) -> Vec<Wanted> {
    let mut resources = json!({ "Queue": queue(delay) });
    if let Some(alarm) = alarm {
        resources["Alarm"] = alarm;
    }
    let account = cloud.account.clone();
    let id = |name: &str| StackId {
        name: name.to_owned(),
        account: account.clone(),
        region: "eu-west-1".to_owned(),
    };
    let jobs = Wanted::new(id("jobs"), json!({ "Resources": resources }));
    let readers =
        Wanted::new(id("readers"), json!({ "Resources": { "Queue": queue(1) } })).after("jobs");
    vec![jobs, readers]
}

fn delay(cloud: &Cloud) -> Value {
    let body = json!({ "QueueUrl": cloud.queue("eu-west-1", "jobs-"), "AttributeNames": ["All"] });
    let target = "AmazonSQS.GetQueueAttributes";
    let answer = cloud.json("eu-west-1", "sqs", target, &body.to_string());
    answer["Attributes"]["DelaySeconds"].clone()
}

#[tokio::test]
#[ignore = "asks ministack: cargo xtask test ministack"]
async fn an_update_that_fails_is_rolled_back_and_says_why() {
    let cloud = Cloud::new("300000000043");
    all(&deploy(cloud.access(), &jobs(&cloud, 5, None)).await, &Outcome::Created);
    let before = State::of(&cloud, &jobs(&cloud, 5, None)).await;

    let summary = deploy(cloud.access(), &jobs(&cloud, 6, Some(refused()))).await;
    let ended = outcomes(&summary);
    let Outcome::Failed { failure } = ended[&("eu-west-1", "jobs")] else { panic!("{summary:?}") };
    assert!(failure.message.contains("UPDATE_ROLLBACK_COMPLETE"), "{failure:?}");
    assert_eq!(failure.causes[0].logical_id, "Alarm");
    assert!(
        failure.causes[0].reason.contains("MetricName and Namespace are required"),
        "{failure:?}"
    );
    let Outcome::Skipped { because } = ended[&("eu-west-1", "readers")] else {
        panic!("{summary:?}")
    };
    assert_eq!(because.name, "jobs");
    assert_eq!(delay(&cloud), "5", "the queue is as it was");
    let after = State::of(&cloud, &jobs(&cloud, 5, None)).await;
    assert_eq!((&after.things, &after.templates), (&before.things, &before.templates));

    let summary = deploy(cloud.access(), &jobs(&cloud, 6, None)).await;
    let ended = outcomes(&summary);
    assert_eq!(*ended[&("eu-west-1", "jobs")], Outcome::Updated);
    assert_eq!(*ended[&("eu-west-1", "readers")], Outcome::Unchanged);
    assert_eq!(delay(&cloud), "6");
}

#[tokio::test]
#[ignore = "asks ministack: cargo xtask test ministack"]
async fn a_creation_that_failed_is_deleted_and_made_anew() {
    let cloud = Cloud::new("300000000044");
    let summary = deploy(cloud.access(), &jobs(&cloud, 5, Some(refused()))).await;
    let ended = outcomes(&summary);
    let Outcome::Failed { failure } = ended[&("eu-west-1", "jobs")] else { panic!("{summary:?}") };
    assert!(failure.message.contains("ROLLBACK_COMPLETE"), "{failure:?}");
    assert_eq!(cloud.inventory("eu-west-1")["queues"], 0);
    let events = told(&events(&cloud.client("eu-west-1"), "jobs").await);
    assert_eq!(events.last().map(String::as_str), Some("jobs ROLLBACK_COMPLETE"));

    all(&deploy(cloud.access(), &jobs(&cloud, 5, None)).await, &Outcome::Created);
    assert_eq!(cloud.inventory("eu-west-1")["queues"], 2);
}

#[tokio::test]
#[ignore = "asks ministack: cargo xtask test ministack"]
async fn the_protection_of_a_stack_follows_the_program() {
    let cloud = Cloud::new("300000000045");
    let mut stacks = jobs(&cloud, 5, None);
    stacks[0].termination_protection = true;
    all(&deploy(cloud.access(), &stacks).await, &Outcome::Created);
    let client = cloud.client("eu-west-1");
    let refused = client.delete_stack().stack_name("jobs").send().await;
    assert!(refused.is_err(), "ministack deletes no stack that is protected");
    stacks[0].termination_protection = false;
    all(&deploy(cloud.access(), &stacks).await, &Outcome::Unchanged);
    client.delete_stack().stack_name("jobs").send().await.unwrap();
}
