//! What was changed behind CloudFormation's back.

use std::time::Duration;

use innovate::{
    aws::deploy::{Drift, Outcome, ResourceDrift, ResourceState},
    core::diff::StackId,
};
use serde_json::json;

use super::{
    assembly::{Wanted, all, deploy, deployer, run},
    cloud::Cloud,
};

fn program(cloud: &Cloud) -> Vec<Wanted> {
    let stack = |name: &str, region: &str| {
        let (name, account) = (name.to_owned(), cloud.account.clone());
        let properties = json!({ "QueueName": format!("{name}-queue"), "DelaySeconds": 5 });
        let queue = json!({ "Type": "AWS::SQS::Queue", "Properties": properties });
        let id = StackId { name, account, region: region.to_owned() };
        // ministack can't look at keys.
        let key = json!({ "Type": "AWS::KMS::Key", "Properties": { "KeyPolicy": {} } });
        Wanted::new(id, json!({ "Resources": { "Queue": queue, "Key": key } }))
    };
    vec![stack("jobs", "eu-west-1"), stack("mail", "us-east-1")]
}

async fn detect(cloud: &Cloud) -> Drift {
    let ids: Vec<StackId> = program(cloud).into_iter().map(|stack| stack.id).collect();
    Drift::detect(&cloud.access(), &ids, Duration::from_millis(5)).await
}

/// The resources that were looked at and differ.
fn drifted(drift: &Drift) -> Vec<(&str, &ResourceDrift)> {
    let differs = drift.resources().filter(|(_, resource)| resource.state.is_drift());
    differs.map(|(stack, resource)| (&*stack.name, resource)).collect()
}

#[tokio::test]
#[ignore = "asks ministack: cargo xtask test ministack"]
async fn a_property_that_was_changed_is_found_in_its_region_with_both_values() {
    let cloud = Cloud::new("300000000060");
    all(&deploy(cloud.access(), &program(&cloud)).await, &Outcome::Created);
    let before = detect(&cloud).await;
    assert!(before.is_complete() && !before.is_drifted(), "{before:?}");
    let unseen = before.resources().filter(|(_, it)| it.state == ResourceState::NotLookedAt);
    assert_eq!(unseen.count(), 2, "the keys: {before:?}");

    cloud.set_delay("us-east-1", "mail-queue", "9");
    let after = detect(&cloud).await;
    let drifted = drifted(&after);
    assert_eq!(drifted.len(), 1, "{after:?}");
    let (stack, resource) = drifted[0];
    assert_eq!((stack, &*resource.logical_id), ("mail", "Queue"));
    assert_eq!((resource.state, resource.stateful), (ResourceState::Modified, true));
    let property = &resource.properties[0];
    assert_eq!(property.path, "DelaySeconds");
    let values = [&property.expected, &property.actual].map(|it| it.clone().unwrap());
    assert_eq!(values, [json!("5"), json!("9")]);
}

#[tokio::test]
#[ignore = "asks ministack: cargo xtask test ministack"]
async fn a_resource_that_is_gone_is_found() {
    let cloud = Cloud::new("300000000061");
    all(&deploy(cloud.access(), &program(&cloud)).await, &Outcome::Created);
    let url = json!({ "QueueUrl": cloud.queue("eu-west-1", "jobs-queue") });
    cloud.json("eu-west-1", "sqs", "AmazonSQS.DeleteQueue", &url.to_string());
    let found = detect(&cloud).await;
    let states: Vec<_> = drifted(&found).iter().map(|(name, it)| (*name, it.state)).collect();
    assert_eq!(states, [("jobs", ResourceState::Deleted)]);
}

#[tokio::test]
#[ignore = "asks ministack: cargo xtask test ministack"]
async fn ministack_does_not_revert_drift() {
    let cloud = Cloud::new("300000000062");
    all(&deploy(cloud.access(), &program(&cloud)).await, &Outcome::Created);
    cloud.set_delay("eu-west-1", "jobs-queue", "9");
    let (_, summary) = run(deployer(cloud.access(), &program(&cloud)).revert_drift()).await;
    // AWS has a change set for it, and updates the stack.
    all(&summary, &Outcome::Unchanged);
    assert!(detect(&cloud).await.is_drifted());
}
