//! Each fault does what it says.

use std::time::{Duration, Instant};

use aws_sdk_cloudformation::Client;
use aws_sdk_cloudformation::config::retry::RetryConfig;
use aws_sdk_cloudformation::error::SdkError;
use aws_sdk_cloudformation::types::ChangeSetType;
use fake_cloudformation::{Fault, FaultPlan, FaultProxy, Forwarded, Script};
use serde_json::json;

use crate::cloud::{ACCOUNT, Cloud, REGION, client, queue, refused, template};

/// What became of a call that would make a change set, and whether it was processed: the same where
/// the fake lets it suffer and where a proxy before the fake does.
async fn suffered(fault: Fault) -> (Result<(), String>, bool) {
    let cloud = Cloud::new(Script::new().fault("CreateChangeSet", 1, fault));
    let suffered = asked(&cloud, &cloud.client).await;
    assert_eq!(cloud.fake.requests()[0].fault, Some(fault));

    let cloud = Cloud::new(Script::new());
    let mut plan = FaultPlan::default();
    plan.nth("CreateChangeSet", 1, fault);
    let proxy = FaultProxy::start(cloud.fake.endpoint(), plan).unwrap();
    let client = client(proxy.endpoint(), ACCOUNT, REGION, RetryConfig::disabled());
    assert_eq!(asked(&cloud, &client).await, suffered);
    let status = suffered.1.then_some(200);
    let action = "CreateChangeSet".to_owned();
    assert_eq!(proxy.requests(), [Forwarded { action, fault: Some(fault), status }]);
    suffered
}

async fn asked(cloud: &Cloud, client: &Client) -> (Result<(), String>, bool) {
    let body = template(json!({ "Queue": queue(json!({})) }));
    let request = client.create_change_set().stack_name("shop").change_set_name("change");
    let request = request.change_set_type(ChangeSetType::Create).template_body(body.to_string());
    let answer = request.send().await.map(|_| ()).map_err(|error| match &error {
        SdkError::ServiceError(of) => {
            let status = of.raw().status().as_u16();
            format!("{status} {}", of.err().meta().code().unwrap_or_default())
        }
        SdkError::DispatchFailure(_) => "connection".to_owned(),
        SdkError::TimeoutError(_) => "timeout".to_owned(),
        SdkError::ResponseError(_) => "answer".to_owned(),
        other => format!("{other:?}"),
    });
    (answer, cloud.fake.stack(ACCOUNT, REGION, "shop").is_some())
}

#[tokio::test]
async fn a_throttled_request_is_refused_and_not_processed() {
    assert_eq!(suffered(Fault::Throttle).await, (Err("400 Throttling".to_owned()), false));
}

#[tokio::test]
async fn a_500_is_answered_and_the_request_not_processed() {
    assert_eq!(suffered(Fault::Error500).await, (Err("500 InternalFailure".to_owned()), false));
}

#[tokio::test]
async fn a_drop_before_closes_the_connection_and_does_not_process() {
    assert_eq!(suffered(Fault::DropBefore).await, (Err("connection".to_owned()), false));
}

#[tokio::test]
async fn a_drop_after_processes_and_closes_the_connection() {
    assert_eq!(suffered(Fault::DropAfter).await, (Err("connection".to_owned()), true));
}

#[tokio::test]
async fn a_truncated_answer_is_of_a_processed_request() {
    let (answer, processed) = suffered(Fault::Truncate).await;
    assert!(processed);
    assert_eq!(answer, Err("answer".to_owned()));
}

#[tokio::test]
async fn a_hang_does_not_process() {
    let fault = Fault::Hang(Duration::from_secs(5));
    assert_eq!(suffered(fault).await, (Err("timeout".to_owned()), false));
}

#[expect(clippy::disallowed_methods, reason = "how long it takes is what is tested")]
#[tokio::test]
async fn a_slow_answer_comes() {
    let start = Instant::now();
    let fault = Fault::Slow(Duration::from_millis(50));
    assert_eq!(suffered(fault).await, (Ok(()), true));
    assert!(start.elapsed() >= Duration::from_millis(50));
}

#[tokio::test]
async fn only_the_nth_call_suffers() {
    let cloud = Cloud::new(Script::new().fault("DescribeStacks", 2, Fault::Throttle));
    let describe = || cloud.client.describe_stacks().send();
    assert!(describe().await.is_ok());
    assert_eq!(refused(describe().await).0, "Throttling");
    assert!(describe().await.is_ok());
    assert_eq!(cloud.fake.requests().iter().filter(|r| r.fault.is_some()).count(), 1);
}

#[tokio::test]
async fn a_client_that_tries_again_gets_through_a_rate_of_faults() {
    let body = template(json!({ "Queue": queue(json!({})) }));
    for seed in 0..4 {
        let script = Script::new()
            .fault_rate("DescribeStacks", 20, seed, Fault::Truncate)
            .fault_rate("DescribeChangeSet", 20, seed, Fault::DropBefore);
        let cloud = Cloud::patient(script);
        let seen = cloud.deploy("shop", &body).await;
        assert_eq!(seen.resources.len(), 1);
    }
}
