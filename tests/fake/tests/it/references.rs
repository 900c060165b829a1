//! Values that come from other stacks, and those that follow from functions.

use fake_cloudformation::{Script, StackStatus};
use serde_json::{Value, json};

use crate::cloud::{Cloud, queue, refused, template};

fn producer(value: &str) -> Value {
    json!({
        "Resources": { "Queue": queue(json!({ "Name": value })) },
        "Outputs": { "Name": { "Value": value, "Export": { "Name": { "Fn::Sub": "${AWS::StackName}-name" } } } },
    })
}

fn consumer() -> Value {
    template(json!({ "Queue": queue(json!({ "Of": { "Fn::ImportValue": "network-name" } })) }))
}

#[tokio::test]
async fn an_export_in_use_can_neither_go_nor_change() {
    let cloud = Cloud::new(Script::new());
    cloud.deploy("network", &producer("a")).await;
    let seen = cloud.deploy("shop", &consumer()).await;
    assert_eq!(seen.resources["Queue"].properties["Of"], "a");
    let users = cloud.client.list_imports().export_name("network-name").send().await.unwrap();
    assert_eq!(users.imports(), ["shop"]);

    let seen = cloud.deploy("network", &producer("b")).await;
    assert_eq!(seen.status, StackStatus::UpdateRollbackComplete);
    let what = "Export network-name cannot be updated as it is in use by shop";
    assert!(seen.events.iter().any(|event| event.reason.as_deref() == Some(what)));
    assert_eq!(seen.outputs["Name"], "a");

    cloud.client.delete_stack().stack_name("network").send().await.unwrap();
    let seen = cloud.rest("network").await;
    assert_eq!(seen.status, StackStatus::UpdateRollbackComplete);
    let what = "Delete canceled. Cannot delete export network-name as it is in use by shop.";
    assert_eq!(seen.reason.as_deref(), Some(what));

    cloud.client.delete_stack().stack_name("shop").send().await.unwrap();
    cloud.rest("shop").await;
    let (_, message) =
        refused(cloud.client.list_imports().export_name("network-name").send().await);
    assert_eq!(message, "Export 'network-name' is not imported by any stack.");
    cloud.client.delete_stack().stack_name("network").send().await.unwrap();
    assert_eq!(cloud.rest("network").await.status, StackStatus::DeleteComplete);
}

#[tokio::test]
async fn an_export_that_is_not_there_fails_the_change_set() {
    let cloud = Cloud::new(Script::new());
    let set = cloud.change("shop", &consumer()).await;
    assert_eq!(set.status_reason(), Some("No export named network-name found."));
}

#[tokio::test]
async fn an_output_of_another_stack_is_a_weak_reference() {
    let cloud = Cloud::new(Script::new());
    cloud.deploy("network", &producer("a")).await;
    let of = json!({ "Fn::GetStackOutput": { "StackName": "network", "OutputName": "Name" } });
    let body = template(json!({ "Queue": queue(json!({ "Of": of })) }));
    let seen = cloud.deploy("shop", &body).await;
    assert_eq!(seen.resources["Queue"].properties["Of"], "a");
    // The producer may change, and the consumer follows with its next update only.
    assert_eq!(cloud.deploy("network", &producer("b")).await.status, StackStatus::UpdateComplete);
    assert_eq!(cloud.stack("shop").resources["Queue"].properties["Of"], "a");
    let seen = cloud.deploy("shop", &body).await;
    assert_eq!(seen.resources["Queue"].properties["Of"], "b");
}

#[tokio::test]
async fn functions_give_what_they_say() {
    let cloud = Cloud::new(Script::new());
    let body = json!({
        "Mappings": { "Sizes": { "eu-west-1": { "small": 3 } } },
        "Conditions": {
            "Here": { "Fn::Equals": [{ "Ref": "AWS::Region" }, "eu-west-1"] },
            "Elsewhere": { "Fn::Not": [{ "Condition": "Here" }] },
        },
        "Resources": {
            "Queue": queue(json!({
                "Joined": { "Fn::Join": ["-", ["a", { "Ref": "AWS::AccountId" }]] },
                "Sub": { "Fn::Sub": ["${x} ${AWS::Partition} ${!kept}", { "x": "y" }] },
                "Mapped": { "Fn::FindInMap": ["Sizes", { "Ref": "AWS::Region" }, "small"] },
                "Chosen": { "Fn::If": ["Here", "yes", "no"] },
                "Left": { "Fn::If": ["Elsewhere", "x", { "Ref": "AWS::NoValue" }] },
                "Zone": { "Fn::Select": [1, { "Fn::GetAZs": "" }] },
                "Blocks": { "Fn::Cidr": ["10.0.0.0/16", 2, 8] },
                "Part": { "Fn::Select": ["0", { "Fn::Split": ["|", "p|q"] }] },
            })),
            "Absent": { "Type": "AWS::SQS::Queue", "Condition": "Elsewhere" },
        },
    });
    let seen = cloud.deploy("shop", &body).await;
    assert_eq!(seen.status, StackStatus::CreateComplete);
    assert_eq!(
        seen.resources["Queue"].properties,
        json!({
            "Joined": "a-111111111111", "Sub": "y aws ${kept}", "Mapped": 3, "Chosen": "yes",
            "Zone": "eu-west-1b", "Blocks": ["10.0.0.0/24", "10.0.1.0/24"], "Part": "p",
        })
    );
    assert!(!seen.resources.contains_key("Absent"));
}
