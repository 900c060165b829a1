//! Moving resources between stacks.

use aws_sdk_cloudformation::operation::describe_stack_refactor::DescribeStackRefactorOutput;
use aws_sdk_cloudformation::types::{
    ResourceLocation, ResourceMapping, StackDefinition, StackRefactorActionType as Action,
    StackRefactorExecutionStatus as Execution, StackRefactorStatus as Status,
};
use fake_cloudformation::Script;
use serde_json::{Value, json};

use crate::cloud::{Cloud, queue, template};

fn definition(name: &str, body: &Value) -> StackDefinition {
    StackDefinition::builder().stack_name(name).template_body(body.to_string()).build()
}

fn mapping(from: (&str, &str), to: (&str, &str)) -> ResourceMapping {
    let place = |(stack, id): (&str, &str)| {
        ResourceLocation::builder().stack_name(stack).logical_resource_id(id).build()
    };
    ResourceMapping::builder().source(place(from)).destination(place(to)).build()
}

async fn refactor(
    cloud: &Cloud,
    definitions: Vec<StackDefinition>,
    mappings: Vec<ResourceMapping>,
) -> DescribeStackRefactorOutput {
    let request = cloud.client.create_stack_refactor().set_stack_definitions(Some(definitions));
    let request = request.set_resource_mappings(Some(mappings)).enable_stack_creation(true);
    let answer = request.send().await.unwrap();
    let id = answer.stack_refactor_id().unwrap();
    loop {
        let request = cloud.client.describe_stack_refactor().stack_refactor_id(id);
        let answer = request.send().await.unwrap();
        if answer.status() != Some(&Status::CreateInProgress) {
            return answer;
        }
    }
}

#[tokio::test]
async fn a_resource_moves_to_another_logical_id_and_another_stack() {
    let cloud = Cloud::new(Script::new().page(1));
    let (a, b) = (queue(json!({ "Size": 1 })), queue(json!({ "Size": 2 })));
    let old = cloud.deploy("shop", &template(json!({ "A": a, "B": b }))).await;
    let made = refactor(
        &cloud,
        vec![
            definition("shop", &template(json!({ "Renamed": a }))),
            definition("data", &template(json!({ "B": b }))),
        ],
        vec![mapping(("shop", "A"), ("shop", "Renamed")), mapping(("shop", "B"), ("data", "B"))],
    )
    .await;
    assert_eq!(made.status(), Some(&Status::CreateComplete), "{:?}", made.status_reason());
    assert_eq!(made.execution_status(), Some(&Execution::Available));
    let id = made.stack_refactor_id().unwrap();
    let actions = cloud.client.list_stack_refactor_actions().stack_refactor_id(id);
    let mut actions = actions.into_paginator().items().send();
    let mut kinds = Vec::new();
    while let Some(action) = actions.next().await {
        kinds.extend(action.unwrap().action().cloned());
    }
    assert_eq!(kinds, [Action::Create, Action::Move, Action::Move]);

    cloud.client.execute_stack_refactor().stack_refactor_id(id).send().await.unwrap();
    cloud.fake.tick(2);
    let request = cloud.client.describe_stack_refactor().stack_refactor_id(id);
    let done = request.send().await.unwrap();
    assert_eq!(done.execution_status(), Some(&Execution::ExecuteComplete));
    assert_eq!(done.stack_ids().len(), 2);
    let (shop, data) = (cloud.stack("shop"), cloud.stack("data"));
    assert_eq!(shop.resources["Renamed"].physical_id, old.resources["A"].physical_id);
    assert_eq!(data.resources["B"].physical_id, old.resources["B"].physical_id);
    assert_eq!(shop.resources.len() + data.resources.len(), 2);
}

#[tokio::test]
async fn a_refactor_changes_creates_and_deletes_nothing() {
    let cloud = Cloud::new(Script::new());
    let (a, b) = (queue(json!({ "Size": 1 })), queue(json!({ "Size": 2 })));
    cloud.deploy("shop", &template(json!({ "A": a, "B": b }))).await;
    let bad = [
        (json!({ "New": queue(json!({ "Size": 3 })), "B": b }), "modifications"),
        (json!({ "New": a, "B": b, "C": { "Type": "AWS::SNS::Topic" } }), "creation"),
        (json!({ "New": a }), "deletion"),
    ];
    for (resources, what) in bad {
        let definitions = vec![definition("shop", &template(resources))];
        let mappings = vec![mapping(("shop", "A"), ("shop", "New"))];
        let made = refactor(&cloud, definitions, mappings).await;
        assert_eq!(made.status(), Some(&Status::CreateFailed), "{what}");
        let reason = made.status_reason().unwrap();
        assert!(reason.contains(what), "{reason}");
    }
}
