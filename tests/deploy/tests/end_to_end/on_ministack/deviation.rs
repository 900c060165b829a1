//! Where ministack is not as AWS, so that what its tests can't say is known, and a version of it that
//! comes closer is noticed.

use aws_sdk_cloudformation::{
    error::ProvideErrorMetadata,
    types::{Capability, ChangeSetStatus, ChangeSetType},
};
use serde_json::{Value, json};

use super::{
    by_hand::{change, deploy, events, told},
    cloud::Cloud,
};

fn queues(first: u32, second: u32) -> Value {
    let queue =
        |delay: u32| json!({ "Type": "AWS::SQS::Queue", "Properties": { "DelaySeconds": delay } });
    json!({ "Resources": { "First": queue(first), "Second": queue(second) } })
}

#[tokio::test]
#[ignore = "asks ministack: cargo xtask test ministack"]
async fn an_update_tells_of_resources_that_do_not_change_and_of_no_cleanup() {
    let cloud = Cloud::new("300000000010");
    let client = cloud.client("eu-west-1");
    deploy(&client, "queues", &queues(1, 1)).await;
    let before = events(&client, "queues").await.len();
    deploy(&client, "queues", &queues(1, 2)).await;
    let events = events(&client, "queues").await;
    assert_eq!(
        told(&events[before..]),
        [
            "queues UPDATE_IN_PROGRESS",
            // AWS says nothing about `First`.
            "First UPDATE_IN_PROGRESS",
            "First UPDATE_COMPLETE",
            "Second UPDATE_IN_PROGRESS",
            "Second UPDATE_COMPLETE",
            // AWS has UPDATE_COMPLETE_CLEANUP_IN_PROGRESS before this.
            "queues UPDATE_COMPLETE",
        ]
    );
}

#[tokio::test]
#[ignore = "asks ministack: cargo xtask test ministack"]
async fn independent_resources_are_made_one_after_another() {
    let cloud = Cloud::new("300000000011");
    let client = cloud.client("eu-west-1");
    deploy(&client, "queues", &queues(1, 1)).await;
    let told = told(&events(&client, "queues").await);
    let at = |what: &str| told.iter().position(|event| event == what).unwrap();
    // AWS begins both at once.
    assert!(at("First CREATE_COMPLETE") < at("Second CREATE_IN_PROGRESS"), "{told:?}");
}

#[tokio::test]
#[ignore = "asks ministack: cargo xtask test ministack"]
async fn capabilities_are_not_asked_for() {
    let client = Cloud::new("300000000012").client("eu-west-1");
    let trust = json!({ "Statement": [] });
    let role = json!({ "Type": "AWS::IAM::Role", "Properties": { "RoleName": "named", "AssumeRolePolicyDocument": trust } });
    let template = json!({ "Resources": { "Role": role } });
    let request = client.create_change_set().stack_name("roles").change_set_name("first");
    let request =
        request.change_set_type(ChangeSetType::Create).capabilities(Capability::CapabilityIam);
    // AWS answers InsufficientCapabilitiesException: a role with a name needs CAPABILITY_NAMED_IAM.
    request.template_body(template.to_string()).send().await.unwrap();
}

#[tokio::test]
#[ignore = "asks ministack: cargo xtask test ministack"]
async fn an_output_of_another_region_is_not_found() {
    let cloud = Cloud::new("300000000013");
    let mut producer = queues(1, 1);
    producer["Outputs"] = json!({ "Name": { "Value": { "Fn::GetAtt": ["First", "QueueName"] } } });
    deploy(&cloud.client("us-east-1"), "producer", &producer).await;
    let output = json!({ "StackName": "producer", "OutputName": "Name", "Region": "us-east-1" });
    let topic = json!({ "Type": "AWS::SNS::Topic", "Properties": { "DisplayName": { "Fn::GetStackOutput": output } } });
    let template = json!({ "Resources": { "Topic": topic } });
    let consumer = deploy(&cloud.client("eu-west-1"), "consumer", &template).await;
    // AWS finds it.
    assert_eq!(consumer.stack_status().unwrap().as_str(), "ROLLBACK_COMPLETE");
}

#[tokio::test]
#[ignore = "asks ministack: cargo xtask test ministack"]
async fn there_are_no_stack_sets_and_no_refactors() {
    let client = Cloud::new("300000000014").client("eu-west-1");
    let sets = client.list_stack_sets().send().await.unwrap_err();
    assert_eq!(sets.code(), Some("InvalidAction"));
    let refactors = client.list_stack_refactors().send().await.unwrap_err();
    assert_eq!(refactors.code(), Some("InvalidAction"));
}

#[tokio::test]
#[ignore = "asks ministack: cargo xtask test ministack"]
async fn a_change_set_without_changes_fails_with_the_words_of_aws() {
    let client = Cloud::new("300000000015").client("eu-west-1");
    deploy(&client, "queues", &queues(1, 1)).await;
    let (status, reason) = change(&client, "queues", &queues(1, 1), ChangeSetType::Update).await;
    assert_eq!(status, ChangeSetStatus::Failed);
    assert!(reason.starts_with("The submitted information didn't contain changes."), "{reason}");
}
