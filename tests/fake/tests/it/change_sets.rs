//! Change sets.

use aws_sdk_cloudformation::types::{
    ChangeAction, ChangeSetStatus, ChangeSetType, ExecutionStatus, Parameter, PolicyAction,
};
use fake_cloudformation::{Finding, Script, StackStatus};
use serde_json::json;

use crate::cloud::{Cloud, queue, refused, template};

#[tokio::test]
async fn a_change_set_is_pending_then_in_progress_then_complete() {
    let cloud = Cloud::new(Script::new().planning_takes(2));
    let request = cloud.client.create_change_set().stack_name("shop").change_set_name("change");
    let request = request.change_set_type(ChangeSetType::Create);
    let body = template(json!({ "Queue": queue(json!({})) })).to_string();
    request.template_body(body).send().await.unwrap();
    let mut seen = Vec::new();
    for _ in 0..6 {
        let request = cloud.client.describe_change_set().stack_name("shop");
        let set = request.change_set_name("change").send().await.unwrap();
        seen.extend(set.status().map(|status| status.as_str().to_owned()));
    }
    seen.dedup();
    assert_eq!(seen, ["CREATE_PENDING", "CREATE_IN_PROGRESS", "CREATE_COMPLETE"]);
}

#[tokio::test]
async fn a_change_set_without_changes_fails_and_cannot_be_executed() {
    let cloud = Cloud::new(Script::new());
    let body = template(json!({ "Queue": queue(json!({})) }));
    cloud.deploy("shop", &body).await;
    let set = cloud.change("shop", &body).await;
    assert_eq!(set.status(), Some(&ChangeSetStatus::Failed));
    assert_eq!(set.execution_status(), Some(&ExecutionStatus::Unavailable));
    let reason = set.status_reason().unwrap();
    assert!(reason.starts_with("The submitted information didn't contain changes."), "{reason}");
    let execute = cloud.client.execute_change_set().stack_name("shop").change_set_name("change");
    let (code, message) = refused(execute.send().await);
    assert_eq!(code, "InvalidChangeSetStatus");
    assert!(message.ends_with("cannot be executed in its current status of [FAILED]"), "{message}");
    assert_eq!(cloud.stack("shop").status, StackStatus::CreateComplete);
}

#[tokio::test]
async fn a_change_of_outputs_alone_is_a_change() {
    let cloud = Cloud::new(Script::new());
    let mut body = template(json!({ "Queue": queue(json!({})) }));
    cloud.deploy("shop", &body).await;
    body["Outputs"] = json!({ "Name": { "Value": { "Ref": "Queue" } } });
    let set = cloud.change("shop", &body).await;
    assert_eq!(set.status(), Some(&ChangeSetStatus::CreateComplete));
    assert!(set.changes().is_empty());
    cloud.execute("shop").await;
    let seen = cloud.rest("shop").await;
    assert_eq!(seen.outputs["Name"], seen.resources["Queue"].physical_id);
}

#[tokio::test]
async fn a_change_set_says_what_is_added_and_removed() {
    let cloud = Cloud::new(Script::new());
    let old = json!({ "Type": "AWS::S3::Bucket", "DeletionPolicy": "Retain" });
    cloud.deploy("shop", &template(json!({ "Old": old }))).await;
    let set = cloud.change("shop", &template(json!({ "New": queue(json!({ "Size": 1 })) }))).await;
    let changes: Vec<_> = set.changes().iter().filter_map(|c| c.resource_change()).collect();
    assert_eq!(changes[0].action(), Some(&ChangeAction::Add));
    assert_eq!(changes[0].physical_resource_id(), None);
    assert_eq!(changes[0].after_context(), Some(r#"{"Properties":{"Size":1}}"#));
    assert_eq!(changes[1].action(), Some(&ChangeAction::Remove));
    assert_eq!(changes[1].policy_action(), Some(&PolicyAction::Retain));
    assert_eq!(changes[1].resource_type(), Some("AWS::S3::Bucket"));
}

#[tokio::test]
async fn executing_one_deletes_the_others() {
    let cloud = Cloud::new(Script::new());
    cloud.deploy("shop", &template(json!({ "Queue": queue(json!({})) }))).await;
    for name in ["one", "two"] {
        let body = template(json!({ "Queue": queue(json!({ "Name": name })) }));
        let request = cloud.client.create_change_set().stack_name("shop").change_set_name(name);
        request.template_body(body.to_string()).send().await.unwrap();
    }
    cloud.fake.tick(5);
    assert_eq!(cloud.stack("shop").change_sets, ["one", "two"]);
    let two = cloud.client.describe_change_set().stack_name("shop").change_set_name("two");
    let id = two.send().await.unwrap().change_set_id().unwrap().to_owned();
    cloud.client.execute_change_set().change_set_name(&id).send().await.unwrap();
    let one = cloud.client.describe_change_set().stack_name("shop").change_set_name("one");
    let (code, message) = refused(one.send().await);
    assert_eq!(
        (code.as_str(), message.as_str()),
        ("ChangeSetNotFound", "ChangeSet [one] does not exist")
    );
    cloud.rest("shop").await;
    let executed = cloud.client.describe_change_set().change_set_name(&id).send().await.unwrap();
    assert_eq!(executed.execution_status(), Some(&ExecutionStatus::ExecuteComplete));
    assert_eq!(cloud.stack("shop").resources["Queue"].properties["Name"], "two");
}

#[tokio::test]
async fn a_name_is_taken_but_for_the_request_that_took_it() {
    let cloud = Cloud::new(Script::new());
    let body = template(json!({ "Queue": queue(json!({})) })).to_string();
    let request = |token: &str| {
        let request = cloud.client.create_change_set().stack_name("shop").change_set_name("change");
        let request = request.change_set_type(ChangeSetType::Create).client_token(token);
        request.template_body(&body).send()
    };
    let first = request("a-token").await.unwrap();
    let again = request("a-token").await.unwrap();
    assert_eq!(first.id(), again.id());
    let (code, message) = refused(request("another").await);
    assert_eq!(code, "AlreadyExistsException");
    let what =
        "ChangeSet change cannot be created due to a mismatch with existing attribute ClientToken";
    assert_eq!(message, what);
    // Deleted, it is free; and a deletion may be repeated.
    for _ in 0..2 {
        let delete = cloud.client.delete_change_set().stack_name("shop").change_set_name("change");
        delete.send().await.unwrap();
    }
    assert!(request("another").await.is_ok());
}

#[tokio::test]
async fn what_validation_finds_fails_the_change_set_and_is_described() {
    let finding =
        Finding::new("shop", "Queue", "NAME_CONFLICT_VALIDATION", "orders already exists");
    let cloud = Cloud::new(Script::new().finding(finding));
    let set = cloud.change("shop", &template(json!({ "Queue": queue(json!({})) }))).await;
    assert_eq!(set.status(), Some(&ChangeSetStatus::Failed));
    assert_eq!(
        set.status_reason(),
        Some(
            "The following hook(s)/validation failed: \
             [AWS::EarlyValidation::ResourceExistenceCheck]. To troubleshoot Early Validation \
             errors, use the DescribeEvents API for detailed failure information."
        )
    );
    let by_name = cloud.client.describe_events().change_set_name("change").send().await;
    assert_eq!(refused(by_name).0, "ValidationError");
    let id = set.change_set_id().unwrap();
    let answer = cloud.client.describe_events().change_set_name(id).send().await.unwrap();
    let event = &answer.operation_events()[0];
    assert_eq!(event.validation_name(), Some("NAME_CONFLICT_VALIDATION"));
    assert_eq!(event.validation_status_reason(), Some("orders already exists"));
    assert_eq!(event.validation_path(), Some("/Resources/Queue"));
    assert_eq!(event.resource_type(), Some("AWS::SQS::Queue"));
}

#[tokio::test]
async fn parameters_have_values_or_are_refused() {
    let cloud = Cloud::new(Script::new());
    let body = json!({
        "Parameters": { "Size": { "Type": "Number" }, "Name": { "Type": "String", "Default": "n" } },
        "Resources": { "Queue": queue(json!({ "Size": { "Ref": "Size" }, "Name": { "Ref": "Name" } })) },
    })
    .to_string();
    let request = |stack: &str| {
        let request = cloud.client.create_change_set().stack_name(stack).change_set_name("change");
        request.change_set_type(ChangeSetType::Create).template_body(&body)
    };
    let (_, message) = refused(request("shop").send().await);
    assert_eq!(message, "Parameters: [Size] must have values");
    let parameter =
        |key: &str| Parameter::builder().parameter_key(key).parameter_value("3").build();
    let (_, message) = refused(
        request("shop").parameters(parameter("Size")).parameters(parameter("X")).send().await,
    );
    assert_eq!(message, "Parameters: [X] do not exist in the template");
    request("shop").parameters(parameter("Size")).send().await.unwrap();
    cloud.planned("shop").await;
    cloud.execute("shop").await;
    let seen = cloud.rest("shop").await;
    assert_eq!(seen.resources["Queue"].properties, json!({ "Size": "3", "Name": "n" }));

    let update = cloud.client.create_change_set().stack_name("shop").change_set_name("change");
    let previous = Parameter::builder().parameter_key("Size").use_previous_value(true).build();
    let name = Parameter::builder().parameter_key("Name").parameter_value("m").build();
    let update = update.use_previous_template(true).parameters(previous).parameters(name);
    update.send().await.unwrap();
    cloud.planned("shop").await;
    cloud.execute("shop").await;
    let seen = cloud.rest("shop").await;
    assert_eq!(seen.resources["Queue"].properties, json!({ "Size": "3", "Name": "m" }));
}
