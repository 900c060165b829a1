//! Creating a stack.

use aws_sdk_cloudformation::types::{OnStackFailure, StackStatus as Status};
use fake_cloudformation::{Failing, Fate, Hook, Script, StackStatus, Step};
use serde_json::json;

use crate::cloud::{ACCOUNT, Cloud, REGION, queue, refused, states, template};

fn two() -> serde_json::Value {
    template(json!({
        "First": queue(json!({ "QueueName": "first" })),
        "Second": queue(json!({ "After": { "Fn::GetAtt": ["First", "Arn"] } })),
    }))
}

#[tokio::test]
async fn a_stack_with_a_change_set_that_creates_it_is_in_review() {
    let cloud = Cloud::new(Script::new());
    cloud.change("shop", &two()).await;
    let answer = cloud.client.describe_stacks().stack_name("shop").send().await.unwrap();
    let stack = &answer.stacks()[0];
    assert_eq!(stack.stack_status(), Some(&Status::ReviewInProgress));
    assert!(stack.last_updated_time().is_none());
    assert!(cloud.stack("shop").resources.is_empty());
}

#[tokio::test]
async fn resources_are_created_in_the_order_of_what_they_need() {
    let cloud = Cloud::new(Script::new().named_by("AWS::SQS::Queue", "QueueName"));
    let seen = cloud.deploy("shop", &two()).await;
    assert_eq!(seen.status, StackStatus::CreateComplete);
    assert_eq!(
        states(&seen, "shop"),
        ["REVIEW_IN_PROGRESS", "CREATE_IN_PROGRESS", "CREATE_COMPLETE"]
    );
    let of: Vec<_> = seen
        .events
        .iter()
        .filter(|event| event.logical_id != "shop")
        .map(|event| (event.logical_id.as_str(), event.status.as_str(), event.reason.as_deref()))
        .collect();
    assert_eq!(
        of,
        [
            ("First", "CREATE_IN_PROGRESS", None),
            ("First", "CREATE_IN_PROGRESS", Some("Resource creation Initiated")),
            ("First", "CREATE_COMPLETE", None),
            ("Second", "CREATE_IN_PROGRESS", None),
            ("Second", "CREATE_IN_PROGRESS", Some("Resource creation Initiated")),
            ("Second", "CREATE_COMPLETE", None),
        ]
    );
    let arn = &seen.resources["Second"].properties["After"];
    assert_eq!(arn, "arn:aws:sqs:eu-west-1:111111111111:first");
    assert_eq!(seen.resources["First"].physical_id, "first");
    assert_eq!(seen.tags["team"], "shop");
}

#[tokio::test]
async fn independent_resources_are_created_at_once() {
    let cloud = Cloud::new(Script::new().ticks(3));
    let seen = cloud
        .deploy("shop", &template(json!({ "A": queue(json!({})), "B": queue(json!({})) })))
        .await;
    let order: Vec<_> = seen.events.iter().map(|event| event.logical_id.as_str()).collect();
    assert_eq!(order, ["shop", "shop", "A", "B", "A", "B", "A", "B", "shop"]);
}

#[tokio::test]
async fn what_a_failed_creation_made_is_deleted() {
    let script = Script::new().failing(Failing::new("Second", Step::Create, "no more queues"));
    let cloud = Cloud::new(script);
    let seen = cloud.deploy("shop", &two()).await;
    assert_eq!(seen.status, StackStatus::RollbackComplete);
    assert_eq!(
        states(&seen, "shop"),
        ["REVIEW_IN_PROGRESS", "CREATE_IN_PROGRESS", "ROLLBACK_IN_PROGRESS", "ROLLBACK_COMPLETE"]
    );
    let why = seen.events.iter().find(|event| event.status == "ROLLBACK_IN_PROGRESS").unwrap();
    assert_eq!(
        why.reason.as_deref(),
        Some("The following resource(s) failed to create: [Second]. Rollback requested by user.")
    );
    let first = seen.events.iter().find(|event| event.status == "CREATE_FAILED").unwrap();
    assert_eq!(first.reason.as_deref(), Some("no more queues"));
    assert!(cloud.fake.made(ACCOUNT, REGION).iter().all(|made| made.fate == Fate::Deleted));

    // It can only be deleted.
    let answer = cloud
        .client
        .create_change_set()
        .stack_name("shop")
        .change_set_name("again")
        .template_body(two().to_string())
        .send()
        .await;
    let (code, message) = refused(answer);
    assert_eq!(code, "ValidationError");
    assert!(
        message.ends_with("is in ROLLBACK_COMPLETE state and can not be updated."),
        "{message}"
    );
    cloud.client.delete_stack().stack_name("shop").send().await.unwrap();
    assert_eq!(cloud.rest("shop").await.status, StackStatus::DeleteComplete);
}

#[tokio::test]
async fn what_was_under_way_when_another_failed_is_cancelled() {
    let script =
        Script::new().takes("Slow", 9).failing(Failing::new("Quick", Step::Create, "broken"));
    let cloud = Cloud::new(script);
    let resources = json!({ "Slow": queue(json!({})), "Quick": queue(json!({})) });
    let seen = cloud.deploy("shop", &template(resources)).await;
    let slow = seen
        .events
        .iter()
        .find(|event| event.logical_id == "Slow" && event.status == "CREATE_FAILED")
        .unwrap();
    assert_eq!(slow.reason.as_deref(), Some("Resource creation cancelled"));
    assert_eq!(seen.status, StackStatus::RollbackComplete);
}

#[tokio::test]
async fn a_rollback_that_cannot_delete_fails() {
    let script = Script::new()
        .failing(Failing::new("Second", Step::Create, "broken"))
        .failing(Failing::new("First", Step::Delete, "it is in use").times(1));
    let cloud = Cloud::new(script);
    let seen = cloud.deploy("shop", &two()).await;
    assert_eq!(seen.status, StackStatus::RollbackFailed);
    let what = "The following resource(s) failed to delete: [First]. ";
    assert_eq!(seen.reason.as_deref(), Some(what));
    cloud.client.delete_stack().stack_name("shop").send().await.unwrap();
    assert_eq!(cloud.rest("shop").await.status, StackStatus::DeleteComplete);
}

#[tokio::test]
async fn what_a_failed_creation_made_is_kept_if_asked_for_and_rolled_back_later() {
    let script = Script::new().failing(Failing::new("Second", Step::Create, "broken").times(1));
    let cloud = Cloud::new(script);
    cloud.change("shop", &two()).await;
    let execute = cloud.client.execute_change_set().stack_name("shop").change_set_name("change");
    execute.disable_rollback(true).send().await.unwrap();
    let seen = cloud.rest("shop").await;
    assert_eq!(seen.status, StackStatus::CreateFailed);
    assert_eq!(seen.resources["First"].status, "CREATE_COMPLETE");
    assert_eq!(seen.resources["Second"].status, "CREATE_FAILED");

    cloud.client.rollback_stack().stack_name("shop").send().await.unwrap();
    assert_eq!(cloud.rest("shop").await.status, StackStatus::RollbackComplete);
}

#[tokio::test]
async fn a_creation_that_was_kept_half_done_is_completed_by_an_update() {
    let script = Script::new().failing(Failing::new("Second", Step::Create, "broken").times(1));
    let cloud = Cloud::new(script);
    cloud.change("shop", &two()).await;
    let execute = cloud.client.execute_change_set().stack_name("shop").change_set_name("change");
    execute.disable_rollback(true).send().await.unwrap();
    let kept = cloud.rest("shop").await;
    let seen = cloud.deploy("shop", &two()).await;
    assert_eq!(seen.status, StackStatus::UpdateComplete);
    assert_eq!(seen.resources["First"].physical_id, kept.resources["First"].physical_id);
    assert_eq!(seen.resources["Second"].status, "CREATE_COMPLETE");
}

#[tokio::test]
async fn a_creation_that_fails_deletes_the_stack_if_asked_for() {
    let script = Script::new().failing(Failing::new("Second", Step::Create, "broken"));
    let cloud = Cloud::new(script);
    cloud
        .client
        .create_change_set()
        .stack_name("shop")
        .change_set_name("change")
        .change_set_type(aws_sdk_cloudformation::types::ChangeSetType::Create)
        .template_body(two().to_string())
        .on_stack_failure(OnStackFailure::Delete)
        .send()
        .await
        .unwrap();
    cloud.planned("shop").await;
    let id = cloud.stack("shop").id;
    let execute = || cloud.client.execute_change_set().stack_name("shop").change_set_name("change");
    let (code, _) = refused(execute().disable_rollback(true).send().await);
    assert_eq!(code, "ValidationError");
    execute().send().await.unwrap();
    let seen = cloud.rest("shop").await;
    assert_eq!((seen.id, seen.status), (id, StackStatus::DeleteComplete));
    let (_, message) = refused(cloud.client.describe_stacks().stack_name("shop").send().await);
    assert_eq!(message, "Stack with id shop does not exist");
}

#[tokio::test]
async fn a_stuck_creation_stays_in_progress_until_it_is_no_longer_stuck() {
    let cloud = Cloud::new(Script::new().stuck("First"));
    cloud.change("shop", &two()).await;
    cloud.execute("shop").await;
    cloud.fake.tick(500);
    assert_eq!(cloud.stack("shop").status, StackStatus::CreateInProgress);
    let (_, message) = refused(cloud.client.cancel_update_stack().stack_name("shop").send().await);
    assert_eq!(message, "CancelUpdateStack cannot be called from current stack status");
    // A stack that is being created can be deleted; one that is being updated can not.
    cloud.fake.change(|script| script.takes("First", 1));
    cloud.client.delete_stack().stack_name("shop").send().await.unwrap();
    assert_eq!(cloud.rest("shop").await.status, StackStatus::DeleteComplete);
}

#[tokio::test]
async fn a_name_that_is_taken_fails_the_creation() {
    let cloud = Cloud::new(Script::new().named_by("AWS::SQS::Queue", "QueueName"));
    let of = |name: &str| template(json!({ "Queue": queue(json!({ "QueueName": name })) }));
    cloud.deploy("one", &of("orders")).await;
    let seen = cloud.deploy("two", &of("orders")).await;
    assert_eq!(seen.status, StackStatus::RollbackComplete);
    assert!(seen.events.iter().any(|e| e.reason.as_deref() == Some("orders already exists")));
    assert_eq!(cloud.stack("one").status, StackStatus::CreateComplete);
}

#[tokio::test]
async fn a_hook_keeps_a_resource_from_being_created_or_warns() {
    for fails in [true, false] {
        let hook = Hook::new("Second", "Shop::Guard::Hook", "queues are to be encrypted");
        let hook = if fails { hook } else { hook.warns() };
        let cloud = Cloud::new(Script::new().hook(hook));
        let seen = cloud.deploy("shop", &two()).await;
        let (status, mode) = if fails {
            (StackStatus::RollbackComplete, "FAIL")
        } else {
            (StackStatus::CreateComplete, "WARN")
        };
        assert_eq!(seen.status, status);
        let answer = cloud.client.describe_stack_events().stack_name("shop").send().await.unwrap();
        let said = answer
            .stack_events()
            .iter()
            .find(|event| event.hook_status().is_some_and(|s| s.as_str() == "HOOK_COMPLETE_FAILED"))
            .unwrap();
        assert_eq!(said.hook_type(), Some("Shop::Guard::Hook"));
        assert_eq!(said.hook_status_reason(), Some("queues are to be encrypted"));
        assert_eq!(said.hook_failure_mode().map(|mode| mode.as_str()), Some(mode));
        let failed = seen.events.iter().find(|event| event.status == "CREATE_FAILED");
        let why = failed.and_then(|event| event.reason.as_deref());
        let what = "The following hook(s) failed: [Shop::Guard::Hook]";
        assert_eq!(why, fails.then_some(what));
    }
}

#[tokio::test]
async fn a_creation_may_pass_through_configuration_complete() {
    let cloud = Cloud::new(Script::new().configuration_complete());
    cloud.deploy("shop", &two()).await;
    let answer = cloud.client.describe_stack_events().stack_name("shop").send().await.unwrap();
    let of: Vec<_> = answer
        .stack_events()
        .iter()
        .filter(|event| event.logical_resource_id() == Some("First"))
        .map(|event| event.detailed_status().map(|status| status.as_str()))
        .collect();
    assert_eq!(of, [None, Some("CONFIGURATION_COMPLETE"), None, None]);
}
