//! Deleting a stack.

use aws_sdk_cloudformation::types::DeletionMode;
use fake_cloudformation::{Failing, Fate, Script, StackStatus, Step};
use serde_json::{Value, json};

use crate::cloud::{ACCOUNT, Cloud, REGION, queue, refused, template};

fn three() -> Value {
    template(json!({
        "First": queue(json!({})),
        "Second": queue(json!({ "After": { "Ref": "First" } })),
        "Kept": { "Type": "AWS::S3::Bucket", "DeletionPolicy": "RetainExceptOnCreate" },
    }))
}

#[tokio::test]
async fn resources_go_before_what_they_need_and_what_is_retained_stays() {
    let cloud = Cloud::new(Script::new());
    cloud.deploy("shop", &three()).await;
    cloud.client.delete_stack().stack_name("shop").send().await.unwrap();
    let seen = cloud.rest("shop").await;
    assert_eq!(seen.status, StackStatus::DeleteComplete);
    let gone: Vec<_> = seen
        .events
        .iter()
        .filter(|event| event.status.starts_with("DELETE_") && event.status != "DELETE_IN_PROGRESS")
        .map(|event| (event.logical_id.as_str(), event.status.as_str()))
        .collect();
    assert_eq!(
        gone,
        [
            ("Kept", "DELETE_SKIPPED"),
            ("Second", "DELETE_COMPLETE"),
            ("First", "DELETE_COMPLETE"),
            ("shop", "DELETE_COMPLETE"),
        ]
    );
    let kept = cloud.fake.made(ACCOUNT, REGION);
    assert_eq!(kept.iter().filter(|made| made.fate == Fate::Retained).count(), 1);

    // A deleted stack is found by its id, and in the list of stacks; another may have its name.
    assert!(cloud.client.describe_stacks().stack_name(&seen.id).send().await.is_ok());
    assert!(cloud.fake.stack(ACCOUNT, REGION, "shop").is_none());
    assert_eq!(cloud.deploy("shop", &three()).await.status, StackStatus::CreateComplete);
    let listed = cloud.client.list_stacks().send().await.unwrap();
    assert_eq!(listed.stack_summaries().len(), 2);
}

#[tokio::test]
async fn a_stack_that_is_not_there_is_deleted() {
    let cloud = Cloud::new(Script::new());
    assert!(cloud.client.delete_stack().stack_name("nothing").send().await.is_ok());
}

#[tokio::test]
async fn a_stack_in_review_is_deleted() {
    let cloud = Cloud::new(Script::new());
    cloud.change("shop", &three()).await;
    cloud.client.delete_stack().stack_name("shop").send().await.unwrap();
    assert_eq!(cloud.rest("shop").await.status, StackStatus::DeleteComplete);
}

#[tokio::test]
async fn a_protected_stack_is_not_deleted() {
    let cloud = Cloud::new(Script::new());
    cloud.deploy("shop", &three()).await;
    let protect = |on| {
        let request = cloud.client.update_termination_protection().stack_name("shop");
        request.enable_termination_protection(on).send()
    };
    protect(true).await.unwrap();
    let (code, message) = refused(cloud.client.delete_stack().stack_name("shop").send().await);
    assert_eq!(code, "ValidationError");
    let what = "Stack [shop] cannot be deleted while TerminationProtection is enabled";
    assert_eq!(message, what);
    protect(false).await.unwrap();
    cloud.client.delete_stack().stack_name("shop").send().await.unwrap();
    assert_eq!(cloud.rest("shop").await.status, StackStatus::DeleteComplete);
}

#[tokio::test]
async fn what_could_not_be_deleted_is_retained_or_let_go_by_force() {
    for force in [false, true] {
        let script = Script::new().failing(Failing::new("First", Step::Delete, "it is in use"));
        let cloud = Cloud::new(script);
        cloud.deploy("shop", &three()).await;
        let delete = || cloud.client.delete_stack().stack_name("shop");
        let (code, _) = refused(delete().retain_resources("First").send().await);
        assert_eq!(code, "ValidationError");

        delete().send().await.unwrap();
        let seen = cloud.rest("shop").await;
        assert_eq!(seen.status, StackStatus::DeleteFailed);
        assert_eq!(seen.resources["First"].status, "DELETE_FAILED");
        assert_eq!(seen.resources["Second"].status, "DELETE_COMPLETE");
        if force {
            delete().deletion_mode(DeletionMode::ForceDeleteStack).send().await.unwrap();
        } else {
            delete().retain_resources("First").send().await.unwrap();
        }
        assert_eq!(cloud.rest("shop").await.status, StackStatus::DeleteComplete);
        let first = cloud.fake.made(ACCOUNT, REGION).into_iter().find(|m| m.logical_id == "First");
        assert_eq!(first.map(|made| made.fate), Some(Fate::Retained));
    }
}
