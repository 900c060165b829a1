//! Taking resources that are there into a stack.

use aws_sdk_cloudformation::types::{ChangeAction, ChangeSetType, ResourceToImport};
use fake_cloudformation::{Failing, Fate, Script, StackStatus, Step};
use serde_json::{Value, json};

use crate::cloud::{ACCOUNT, Cloud, REGION, queue, refused, template};

fn body() -> Value {
    template(json!({
        "Queue": queue(json!({})),
        "Data": { "Type": "AWS::S3::Bucket", "DeletionPolicy": "Retain",
                  "Properties": { "BucketName": "data" } },
    }))
}

async fn import(cloud: &Cloud, body: &Value) -> Result<(), (String, String)> {
    let data = ResourceToImport::builder()
        .resource_type("AWS::S3::Bucket")
        .logical_resource_id("Data")
        .resource_identifier("BucketName", "data")
        .build();
    let request = cloud.client.create_change_set().stack_name("shop").change_set_name("change");
    let request = request.change_set_type(ChangeSetType::Import).resources_to_import(data);
    let answer = request.template_body(body.to_string()).send().await;
    answer.map(|_| ()).map_err(|error| refused::<(), _, _>(Err(error)))
}

#[tokio::test]
async fn a_resource_is_imported_under_its_physical_id() {
    let cloud = Cloud::new(Script::new());
    cloud.deploy("shop", &template(json!({ "Queue": queue(json!({})) }))).await;
    let mut unkept = body();
    unkept["Resources"]["Data"].as_object_mut().unwrap().remove("DeletionPolicy");
    let (_, message) = import(&cloud, &unkept).await.unwrap_err();
    assert!(message.contains("must have DeletionPolicy"), "{message}");

    import(&cloud, &body()).await.unwrap();
    let set = cloud.planned("shop").await;
    let change = set.changes()[0].resource_change().unwrap();
    assert_eq!(change.action(), Some(&ChangeAction::Import));
    assert_eq!(change.physical_resource_id(), Some("data"));
    cloud.execute("shop").await;
    let seen = cloud.rest("shop").await;
    assert_eq!(seen.status, StackStatus::ImportComplete);
    assert_eq!(seen.resources["Data"].physical_id, "data");
    assert_eq!(seen.resources["Data"].status, "IMPORT_COMPLETE");
}

#[tokio::test]
async fn a_failed_import_lets_go_of_what_it_took() {
    let script = Script::new().failing(Failing::new("Data", Step::Import, "it is not there"));
    let cloud = Cloud::new(script);
    let before = cloud.deploy("shop", &template(json!({ "Queue": queue(json!({})) }))).await;
    import(&cloud, &body()).await.unwrap();
    cloud.planned("shop").await;
    cloud.execute("shop").await;
    let seen = cloud.rest("shop").await;
    assert_eq!(seen.status, StackStatus::ImportRollbackComplete);
    assert_eq!(seen.template, before.template);
    assert!(!seen.resources.contains_key("Data"));
    let made = cloud.fake.made(ACCOUNT, REGION);
    assert!(made.iter().all(|made| made.fate != Fate::Deleted));
}
