//! StackSets: operations, their results by account and region, and instances.

use aws_sdk_cloudformation::types::{
    CallAs, OperationResultFilter, OperationResultFilterName, StackInstanceStatus,
    StackSetOperationAction, StackSetOperationResultStatus, StackSetOperationResultSummary,
    StackSetOperationStatus, StackSetOperationSummary,
};
use fake_cloudformation::{Script, StackStatus};
use serde_json::{Value, json};

use crate::cloud::{Cloud, refused, template};

const ACCOUNTS: [&str; 4] = ["222222222222", "333333333333", "444444444444", "555555555555"];

/// A StackSet in two regions with these preferences.
fn stack_set(body: &str, preferences: Value) -> Value {
    template(json!({ "Set": { "Type": "AWS::CloudFormation::StackSet", "Properties": {
        "StackSetName": "baseline",
        "PermissionModel": "SERVICE_MANAGED",
        "ManagedExecution": { "Active": true },
        "TemplateBody": body,
        "OperationPreferences": preferences,
        "StackInstancesGroup": [{
            "DeploymentTargets": { "OrganizationalUnitIds": ["ou-ab12-11111111"] },
            "Regions": ["eu-west-1", "us-east-1"],
        }],
    } } }))
}

fn script() -> Script {
    Script::new().unit("ou-ab12-11111111", &ACCOUNTS)
}

async fn begin(cloud: &Cloud, template: &Value) {
    cloud.change("organization", template).await;
    cloud.execute("organization").await;
}

async fn operations(cloud: &Cloud) -> Vec<StackSetOperationSummary> {
    let answer = cloud.client.list_stack_set_operations().stack_set_name("baseline").send().await;
    answer.unwrap().summaries.unwrap()
}

async fn results(cloud: &Cloud, operation: &str) -> Vec<StackSetOperationResultSummary> {
    let request = cloud.client.list_stack_set_operation_results().stack_set_name("baseline");
    let pages = request.operation_id(operation).into_paginator().items().send();
    pages.collect::<Result<_, _>>().await.unwrap()
}

fn with(
    results: &[StackSetOperationResultSummary],
    status: &StackSetOperationResultStatus,
) -> usize {
    results.iter().filter(|result| result.status() == Some(status)).count()
}

#[tokio::test]
async fn an_operation_is_queued_then_runs_as_many_at_a_time_as_said() {
    let cloud = Cloud::new(script().takes("Set", 3));
    let preferences = json!({ "MaxConcurrentCount": 2, "FailureToleranceCount": 1 });
    begin(&cloud, &stack_set("{}", preferences)).await;
    let mut statuses = Vec::new();
    for _ in 0..60 {
        let Some(answer) = operations_or_none(&cloud).await else { continue };
        let Some(operation) = answer.first() else { continue };
        let status = operation.status().unwrap().clone();
        if statuses.last() != Some(&status) {
            statuses.push(status);
        }
        let results = results(&cloud, operation.operation_id().unwrap()).await;
        assert_eq!(results.len(), 8);
        assert!(with(&results, &StackSetOperationResultStatus::Running) <= 2, "{results:#?}");
    }
    use StackSetOperationStatus::{Queued, Running, Succeeded};
    assert_eq!(statuses, [Queued, Running, Succeeded]);
    assert_eq!(cloud.stack("organization").status, StackStatus::CreateComplete);
    cloud.fake.change(|script| script.page(3));
    let instances = cloud.client.list_stack_instances().stack_set_name("baseline");
    let instances = instances.stack_instance_region("us-east-1").send().await.unwrap();
    let all = instances.summaries();
    assert_eq!((all.len(), instances.next_token()), (3, Some("page-3")));
    assert!(all.iter().all(|it| it.status() == Some(&StackInstanceStatus::Current)));
}

async fn operations_or_none(cloud: &Cloud) -> Option<Vec<StackSetOperationSummary>> {
    let answer = cloud.client.list_stack_set_operations().stack_set_name("baseline").send().await;
    answer.ok().and_then(|answer| answer.summaries)
}

#[tokio::test]
async fn what_exceeds_the_tolerance_cancels_the_rest_and_rolls_the_stack_back() {
    let cloud = Cloud::new(script().instance_fails(ACCOUNTS[1], "eu-west-1", "taken"));
    begin(&cloud, &stack_set("{}", json!({ "MaxConcurrentCount": 1 }))).await;
    cloud.fake.tick(100);
    let stack = cloud.stack("organization");
    assert_eq!(stack.status, StackStatus::RollbackComplete);
    let failed = stack.events.iter().find(|event| event.status == "CREATE_FAILED").unwrap();
    assert!(failed.reason.as_ref().unwrap().contains("was unexpectedly stopped or failed"));
    // The set is gone; by its id it is found, and so is what happened.
    let id = stack.resources["Set"].physical_id.clone();
    let by_name = cloud.client.describe_stack_set().stack_set_name("baseline").send().await;
    assert_eq!(refused(by_name).0, "StackSetNotFoundException");
    let request = cloud.client.list_stack_set_operations().stack_set_name(&id);
    let operations = request.send().await.unwrap().summaries.unwrap();
    let actions: Vec<_> = operations.iter().filter_map(StackSetOperationSummary::action).collect();
    assert_eq!(actions, [&StackSetOperationAction::Delete, &StackSetOperationAction::Create]);
    let request = cloud.client.list_stack_set_operation_results().stack_set_name(&id);
    let results = request.operation_id(operations[1].operation_id().unwrap()).send().await;
    let results = results.unwrap().summaries.unwrap();
    use StackSetOperationResultStatus::{Cancelled, Failed, Succeeded};
    assert_eq!(with(&results, &Succeeded), 1);
    assert_eq!(with(&results, &Failed), 1);
    assert_eq!(with(&results, &Cancelled), 6, "{results:#?}");
}

#[tokio::test]
async fn an_update_works_on_what_is_there_and_results_are_filtered() {
    let cloud = Cloud::new(script());
    let all = json!({ "MaxConcurrentPercentage": 100, "ConcurrencyMode": "SOFT_FAILURE_TOLERANCE",
        "RegionConcurrencyType": "PARALLEL", "FailureTolerancePercentage": 50 });
    begin(&cloud, &stack_set("{}", all.clone())).await;
    cloud.fake.tick(50);
    assert_eq!(cloud.stack("organization").status, StackStatus::CreateComplete);
    cloud.fake.change(|script| script.instance_fails(ACCOUNTS[0], "us-east-1", "no quota"));
    begin(&cloud, &stack_set("{\"Other\":1}", all)).await;
    cloud.fake.tick(50);
    // It is tolerated.
    assert_eq!(cloud.stack("organization").status, StackStatus::UpdateComplete);
    let operations = operations(&cloud).await;
    assert_eq!(operations[0].action(), Some(&StackSetOperationAction::Update));
    assert_eq!(operations[0].status_details().unwrap().failed_stack_instances_count(), Some(1));
    let filter = OperationResultFilter::builder()
        .name(OperationResultFilterName::OperationResultStatus)
        .values("FAILED")
        .build();
    let request = cloud.client.list_stack_set_operation_results().stack_set_name("baseline");
    let request = request.operation_id(operations[0].operation_id().unwrap()).filters(filter);
    let failed = request.send().await.unwrap();
    let [failed] = failed.summaries() else { panic!("{failed:?}") };
    assert_eq!(failed.status_reason(), Some("no quota"));
    assert_eq!(failed.organizational_unit_id(), Some("ou-ab12-11111111"));
}

#[tokio::test]
async fn an_operation_that_is_stopped_begins_nothing_more() {
    let cloud = Cloud::new(script().takes("Set", 8));
    begin(&cloud, &stack_set("{}", json!({ "MaxConcurrentCount": 1 }))).await;
    cloud.fake.tick(8);
    let id = operations(&cloud).await[0].operation_id().unwrap().to_owned();
    let stop = cloud.client.stop_stack_set_operation().stack_set_name("baseline");
    stop.operation_id(&id).send().await.unwrap();
    let stopping = operations(&cloud).await[0].status().unwrap().clone();
    assert_eq!(stopping, StackSetOperationStatus::Stopping);
    cloud.fake.tick(100);
    assert_eq!(cloud.stack("organization").status, StackStatus::RollbackComplete);
    let again = cloud.client.stop_stack_set_operation().stack_set_name("baseline");
    let answer = again.operation_id(&id).send().await;
    assert_eq!(refused(answer).0, "StackSetNotFoundException");
}

#[tokio::test]
async fn who_calls_as_another_finds_nothing() {
    let cloud = Cloud::new(script());
    begin(&cloud, &stack_set("{}", json!({}))).await;
    cloud.fake.tick(50);
    let request = cloud.client.describe_stack_set().stack_set_name("baseline");
    let described = request.clone().send().await.unwrap();
    assert_eq!(described.stack_set().unwrap().template_body(), Some("{}"));
    let answer = request.call_as(CallAs::DelegatedAdmin).send().await;
    assert_eq!(refused(answer).0, "StackSetNotFoundException");
    let listed = cloud.client.list_stack_sets().send().await.unwrap();
    assert_eq!(listed.summaries().len(), 1);
}
