//! Updating a stack.

use aws_sdk_cloudformation::types::{
    Replacement, RequiresRecreation, RollbackConfiguration, RollbackTrigger,
};
use fake_cloudformation::{Failing, Fate, Script, StackStatus, Step};
use serde_json::{Value, json};

use crate::cloud::{ACCOUNT, Cloud, REGION, queue, refused, states, template};

fn pair(delay: u32, size: u32) -> Value {
    template(json!({
        "First": queue(json!({ "Delay": delay, "Size": size })),
        "Second": queue(json!({ "After": { "Ref": "First" } })),
    }))
}

fn script() -> Script {
    Script::new().replaced_by("AWS::SQS::Queue", "Size").replaced_by("AWS::SQS::Queue", "After")
}

#[tokio::test]
async fn only_what_differs_is_touched() {
    let cloud = Cloud::new(script());
    let before = cloud.deploy("shop", &pair(1, 1)).await;
    let after = cloud.deploy("shop", &pair(2, 1)).await;
    assert_eq!(after.status, StackStatus::UpdateComplete);
    let new = &after.events[before.events.len()..];
    let new: Vec<_> = new.iter().map(|e| (e.logical_id.as_str(), e.status.as_str())).collect();
    assert_eq!(
        new,
        [
            ("shop", "UPDATE_IN_PROGRESS"),
            ("First", "UPDATE_IN_PROGRESS"),
            ("First", "UPDATE_COMPLETE"),
            ("shop", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"),
            ("shop", "UPDATE_COMPLETE"),
        ]
    );
    assert_eq!(before.resources["First"].physical_id, after.resources["First"].physical_id);
}

#[tokio::test]
async fn a_replacement_follows_references_and_deletes_the_old_ones_last() {
    let cloud = Cloud::new(script());
    let before = cloud.deploy("shop", &pair(1, 1)).await;
    let set = cloud.change("shop", &pair(1, 2)).await;
    let changes: Vec<_> =
        set.changes().iter().filter_map(|change| change.resource_change()).collect();
    assert_eq!(changes.len(), 2);
    assert_eq!(changes[0].replacement(), Some(&Replacement::True));
    let target = changes[0].details()[0].target().unwrap();
    assert_eq!(target.requires_recreation(), Some(&RequiresRecreation::Always));
    assert_eq!(target.path(), Some("/Properties/Size"));
    assert_eq!((target.before_value(), target.after_value()), (Some("1"), Some("2")));
    assert_eq!(changes[1].replacement(), Some(&Replacement::Conditional));
    assert!(changes[1].after_context().unwrap().contains("KNOWN_AFTER_APPLY"));

    cloud.execute("shop").await;
    let after = cloud.rest("shop").await;
    assert_eq!(after.status, StackStatus::UpdateComplete);
    let of = |id: &str| {
        (before.resources[id].physical_id.clone(), after.resources[id].physical_id.clone())
    };
    let ((first, new_first), (second, new_second)) = (of("First"), of("Second"));
    assert_ne!(first, new_first);
    assert_ne!(second, new_second);
    assert_eq!(after.resources["Second"].properties["After"], json!(new_first));
    let fates: Vec<_> =
        cloud.fake.made(ACCOUNT, REGION).into_iter().map(|m| (m.physical_id, m.fate)).collect();
    assert_eq!(
        fates,
        [
            (first, Fate::Deleted),
            (second, Fate::Deleted),
            (new_first, Fate::Live),
            (new_second, Fate::Live)
        ]
    );
    // What needs the other goes first.
    let gone: Vec<_> = after
        .events
        .iter()
        .filter(|event| event.status == "DELETE_COMPLETE")
        .map(|event| event.logical_id.as_str())
        .collect();
    assert_eq!(gone, ["Second", "First"]);
}

#[tokio::test]
async fn what_is_to_be_retained_outlives_removal_and_replacement() {
    let cloud = Cloud::new(script());
    let kept = |size: u32| {
        json!({ "Type": "AWS::SQS::Queue", "DeletionPolicy": "Snapshot",
                "UpdateReplacePolicy": "Retain", "Properties": { "Size": size } })
    };
    let other = queue(json!({}));
    cloud.deploy("shop", &template(json!({ "Data": kept(1), "Other": other }))).await;
    cloud.deploy("shop", &template(json!({ "Data": kept(2), "Other": other }))).await;
    let seen = cloud.deploy("shop", &template(json!({ "Other": other }))).await;
    assert_eq!(seen.resources.len(), 1);
    let fates: Vec<_> = cloud
        .fake
        .made(ACCOUNT, REGION)
        .into_iter()
        .filter(|made| made.logical_id == "Data")
        .map(|made| made.fate)
        .collect();
    assert_eq!(fates, [Fate::Retained, Fate::Snapshotted]);
    assert!(seen.events.iter().any(|event| event.status == "DELETE_SKIPPED"));
}

#[tokio::test]
async fn a_failed_update_is_rolled_back() {
    let cloud = Cloud::new(script().failing(Failing::new("Second", Step::Create, "broken")));
    cloud.fake.change(Script::mended);
    let before = cloud.deploy("shop", &pair(1, 1)).await;
    cloud.fake.change(|script| script.failing(Failing::new("Second", Step::Create, "broken")));
    let mut wanted = pair(2, 2);
    wanted["Resources"]["Third"] = queue(json!({}));
    let after = cloud.deploy("shop", &wanted).await;
    assert_eq!(after.status, StackStatus::UpdateRollbackComplete);
    assert_eq!(
        states(&after, "shop")[3..],
        [
            "UPDATE_IN_PROGRESS",
            "UPDATE_ROLLBACK_IN_PROGRESS",
            "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
            "UPDATE_ROLLBACK_COMPLETE"
        ]
    );
    assert_eq!(before.template, after.template);
    for (id, resource) in &before.resources {
        assert_eq!(resource.physical_id, after.resources[id].physical_id, "{id}");
        assert_eq!(resource.properties, after.resources[id].properties, "{id}");
    }
    assert_eq!(after.resources.len(), 2);
    let live: Vec<_> = cloud
        .fake
        .made(ACCOUNT, REGION)
        .into_iter()
        .filter(|made| made.fate == Fate::Live)
        .map(|made| made.logical_id)
        .collect();
    assert_eq!(live, ["First", "Second"]);
    // It can be updated again.
    cloud.fake.change(Script::mended);
    assert_eq!(cloud.deploy("shop", &wanted).await.status, StackStatus::UpdateComplete);
}

#[tokio::test]
async fn a_rollback_that_fails_is_continued_with_what_fails_skipped() {
    let cloud = Cloud::new(script());
    let three = |delay: u32| {
        template(json!({
            "First": queue(json!({ "Delay": delay })),
            "Other": queue(json!({ "Delay": delay })),
            "Last": { "Type": "AWS::SQS::Queue", "DependsOn": ["First", "Other"],
                      "Properties": { "Delay": delay } },
        }))
    };
    cloud.deploy("shop", &three(1)).await;
    cloud.fake.change(|script| {
        script.failing(Failing::new("Last", Step::Update, "broken")).failing(Failing::new(
            "First",
            Step::Restore,
            "it will not go back",
        ))
    });
    let failed = cloud.deploy("shop", &three(2)).await;
    assert_eq!(failed.status, StackStatus::UpdateRollbackFailed);
    assert_eq!(failed.resources["First"].status, "UPDATE_FAILED");
    assert_eq!(
        failed.reason.as_deref(),
        Some("The following resource(s) failed to update: [First]. ")
    );

    let go_on = || cloud.client.continue_update_rollback().stack_name("shop");
    go_on().send().await.unwrap();
    assert_eq!(cloud.rest("shop").await.status, StackStatus::UpdateRollbackFailed);
    let (code, _) = refused(go_on().resources_to_skip("Other").send().await);
    assert_eq!(code, "ValidationError");
    go_on().resources_to_skip("First").send().await.unwrap();
    let seen = cloud.rest("shop").await;
    assert_eq!(seen.status, StackStatus::UpdateRollbackComplete);
    assert_eq!(seen.resources["Other"].properties["Delay"], 1);
    assert_eq!(seen.resources["Last"].properties["Delay"], 1);
    // What was skipped stays as the update made it.
    assert_eq!(seen.resources["First"].properties["Delay"], 2);
}

#[tokio::test]
async fn an_update_that_is_kept_half_done_can_be_rolled_back_or_mended() {
    for mends in [true, false] {
        let cloud = Cloud::new(script());
        cloud.deploy("shop", &pair(1, 1)).await;
        cloud.fake.change(|script| script.failing(Failing::new("First", Step::Update, "broken")));
        cloud.change("shop", &pair(2, 1)).await;
        let execute =
            cloud.client.execute_change_set().stack_name("shop").change_set_name("change");
        execute.disable_rollback(true).send().await.unwrap();
        assert_eq!(cloud.rest("shop").await.status, StackStatus::UpdateFailed);
        cloud.fake.change(Script::mended);
        let seen = if mends {
            cloud.deploy("shop", &pair(2, 1)).await
        } else {
            cloud.client.rollback_stack().stack_name("shop").send().await.unwrap();
            cloud.rest("shop").await
        };
        let (status, delay) = if mends {
            (StackStatus::UpdateComplete, 2)
        } else {
            (StackStatus::UpdateRollbackComplete, 1)
        };
        assert_eq!(seen.status, status);
        assert_eq!(seen.resources["First"].properties["Delay"], delay);
    }
}

#[tokio::test]
async fn an_update_that_is_cancelled_is_rolled_back() {
    let cloud = Cloud::new(script());
    cloud.deploy("shop", &pair(1, 1)).await;
    cloud.fake.change(|script| script.takes("First", 10));
    cloud.change("shop", &pair(2, 1)).await;
    cloud.execute("shop").await;
    let (_, message) = refused(cloud.client.delete_stack().stack_name("shop").send().await);
    assert_eq!(message, "Stack [shop] cannot be deleted while in status UPDATE_IN_PROGRESS");
    cloud.client.cancel_update_stack().stack_name("shop").send().await.unwrap();
    let seen = cloud.rest("shop").await;
    assert_eq!(seen.status, StackStatus::UpdateRollbackComplete);
    assert_eq!(seen.resources["First"].properties["Delay"], 1);
}

#[tokio::test]
async fn an_update_that_leaves_something_behind_says_so() {
    let cloud = Cloud::new(script().failing(Failing::new("Old", Step::Delete, "it is in use")));
    let other = queue(json!({}));
    cloud.deploy("shop", &template(json!({ "Old": other, "Other": other }))).await;
    let seen = cloud.deploy("shop", &template(json!({ "Other": other }))).await;
    assert_eq!(seen.status, StackStatus::UpdateComplete);
    let what = "Update successful. One or more resources could not be deleted.";
    assert_eq!(seen.reason.as_deref(), Some(what));
    assert!(!seen.resources.contains_key("Old"));
    assert!(cloud.fake.made(ACCOUNT, REGION).iter().any(|made| made.fate == Fate::Lost));
}

#[tokio::test]
async fn a_stack_policy_denies_what_it_denies() {
    let cloud = Cloud::new(script());
    cloud.deploy("shop", &pair(1, 1)).await;
    let policy = json!({ "Statement": [
        { "Effect": "Allow", "Principal": "*", "Action": "Update:*", "Resource": "*" },
        { "Effect": "Deny", "Principal": "*", "Action": ["Update:Replace", "Update:Delete"],
          "Resource": "LogicalResourceId/First" },
    ] });
    let request = cloud.client.set_stack_policy().stack_name("shop");
    request.stack_policy_body(policy.to_string()).send().await.unwrap();
    assert_eq!(cloud.deploy("shop", &pair(2, 1)).await.status, StackStatus::UpdateComplete);
    let seen = cloud.deploy("shop", &pair(2, 2)).await;
    assert_eq!(seen.status, StackStatus::UpdateRollbackComplete);
    let denied = "Action denied by stack policy: Statement [#2] does not allow [Update:Replace]";
    assert!(seen.events.iter().any(|e| e.reason.as_deref().is_some_and(|r| r.contains(denied))));
}

#[tokio::test]
async fn an_alarm_that_goes_off_rolls_an_update_back() {
    let alarm = "arn:aws:cloudwatch:eu-west-1:111111111111:alarm:errors";
    let cloud = Cloud::new(script().firing(alarm));
    cloud.deploy("shop", &pair(1, 1)).await;
    let trigger = RollbackTrigger::builder().arn(alarm).r#type("AWS::CloudWatch::Alarm").build();
    let watched = RollbackConfiguration::builder().rollback_triggers(trigger).build();
    let request = cloud.client.create_change_set().stack_name("shop").change_set_name("change");
    let request = request.template_body(pair(2, 1).to_string()).rollback_configuration(watched);
    request.send().await.unwrap();
    cloud.planned("shop").await;
    cloud.execute("shop").await;
    let seen = cloud.rest("shop").await;
    assert_eq!(seen.status, StackStatus::UpdateRollbackComplete);
    assert_eq!(seen.resources["First"].properties["Delay"], 1);
    let why = seen.events.iter().find(|event| event.status == "UPDATE_ROLLBACK_IN_PROGRESS");
    assert!(why.and_then(|event| event.reason.as_deref()).unwrap().contains(alarm));
}
