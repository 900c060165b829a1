//! What somebody changed behind CloudFormation's back.

use aws_sdk_cloudformation::error::ProvideErrorMetadata;
use aws_sdk_cloudformation::types::{
    DeploymentMode, DifferenceType, StackDriftDetectionStatus, StackDriftStatus,
    StackResourceDriftStatus as Status,
};
use fake_cloudformation::{Script, StackStatus};
use serde_json::json;

use crate::cloud::{ACCOUNT, Cloud, REGION, queue, template};

const AT: (&str, &str, &str) = (ACCOUNT, REGION, "shop");

async fn deployed() -> (Cloud, serde_json::Value) {
    let cloud = Cloud::new(Script::new());
    let body = template(json!({
        "Same": queue(json!({ "Size": 1 })),
        "Changed": queue(json!({ "Size": 1, "Config": { "Deep": true } })),
        "Gone": queue(json!({})),
    }));
    cloud.deploy("shop", &body).await;
    (cloud, body)
}

async fn detect(cloud: &Cloud) -> Option<StackDriftStatus> {
    let answer = cloud.client.detect_stack_drift().stack_name("shop").send().await.unwrap();
    let id = answer.stack_drift_detection_id().unwrap();
    let mut waited = 0;
    loop {
        let request = cloud.client.describe_stack_drift_detection_status();
        let answer = request.stack_drift_detection_id(id).send().await.unwrap();
        if answer.detection_status() == Some(&StackDriftDetectionStatus::DetectionComplete) {
            assert!(waited > 0);
            return answer.stack_drift_status().cloned();
        }
        waited += 1;
    }
}

#[tokio::test]
async fn drift_is_found_property_by_property() {
    let (cloud, _) = deployed().await;
    assert_eq!(detect(&cloud).await, Some(StackDriftStatus::InSync));
    assert!(cloud.fake.meddle(AT, "Changed", "/Config/Deep", json!(false)));
    assert!(cloud.fake.vanish(AT, "Gone"));
    assert!(!cloud.fake.vanish(AT, "Nothing"));
    assert_eq!(detect(&cloud).await, Some(StackDriftStatus::Drifted));

    let answer = cloud.client.describe_stack_resource_drifts().stack_name("shop");
    let answer = answer
        .stack_resource_drift_status_filters(Status::Modified)
        .stack_resource_drift_status_filters(Status::Deleted)
        .send()
        .await
        .unwrap();
    let drifts = answer.stack_resource_drifts();
    assert_eq!(drifts.len(), 2);
    let differences = drifts[0].property_differences();
    assert_eq!(differences[0].property_path(), Some("/Config/Deep"));
    assert_eq!(differences[0].expected_value(), Some("true"));
    assert_eq!(differences[0].actual_value(), Some("false"));
    assert_eq!(differences[0].difference_type(), Some(&DifferenceType::NotEqual));
    assert_eq!(drifts[1].stack_resource_drift_status(), Some(&Status::Deleted));
}

#[tokio::test]
async fn a_change_set_takes_drift_back_if_asked_to() {
    let (cloud, body) = deployed().await;
    cloud.fake.meddle(AT, "Changed", "/Size", json!(9));
    let request = cloud.client.create_change_set().stack_name("shop").change_set_name("change");
    let request = request.deployment_mode(DeploymentMode::RevertDrift);
    request.template_body(body.to_string()).send().await.unwrap();
    let set = cloud.planned("shop").await;
    let change = set.changes()[0].resource_change().unwrap();
    assert_eq!(change.logical_resource_id(), Some("Changed"));
    cloud.execute("shop").await;
    assert_eq!(cloud.rest("shop").await.status, StackStatus::UpdateComplete);
    assert_eq!(detect(&cloud).await, Some(StackDriftStatus::InSync));
}

#[tokio::test]
async fn what_can_not_be_looked_at_has_no_drift_and_one_detection_is_under_way_at_a_time() {
    let script =
        Script::new().undetectable("AWS::SNS::Topic").undetected("Changed", "it is denied");
    let cloud = Cloud::new(script);
    let topic = json!({ "Type": "AWS::SNS::Topic" });
    let body = template(json!({ "Changed": queue(json!({})), "Unseen": topic }));
    cloud.deploy("shop", &body).await;
    let begin = || cloud.client.detect_stack_drift().stack_name("shop").send();
    let answer = begin().await.unwrap();
    let refused = begin().await.unwrap_err();
    let words = "Drift detection is already in progress for stack [";
    assert!(refused.message().unwrap().starts_with(words), "{refused:?}");
    cloud.fake.tick(10);

    let request = cloud.client.describe_stack_drift_detection_status();
    let id = answer.stack_drift_detection_id().unwrap();
    let answer = request.stack_drift_detection_id(id).send().await.unwrap();
    assert_eq!(answer.detection_status(), Some(&StackDriftDetectionStatus::DetectionFailed));
    assert_eq!(
        answer.detection_status_reason(),
        Some("Failed to detect drift on resource [Changed]: it is denied")
    );
    assert_eq!(answer.stack_drift_status(), Some(&StackDriftStatus::UnknownValue));
    assert_eq!(answer.drifted_stack_resource_count(), None);

    let answer = cloud.client.describe_stack_resource_drifts().stack_name("shop").send();
    let answer = answer.await.unwrap();
    let [drift] = answer.stack_resource_drifts() else { panic!("{answer:?}") };
    assert_eq!(drift.stack_resource_drift_status(), Some(&Status::UnknownValue));
    assert_eq!(drift.drift_status_reason(), Some("it is denied"));
    let answer = cloud.client.list_stack_resources().stack_name("shop").send().await.unwrap();
    let unseen = answer.stack_resource_summaries().last().unwrap();
    let status = unseen.drift_information().unwrap().stack_resource_drift_status().unwrap();
    assert_eq!((unseen.logical_resource_id(), status), (Some("Unseen"), &Status::NotChecked));
}
