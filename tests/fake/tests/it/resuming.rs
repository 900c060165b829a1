//! A client that is killed at any point: the same steps again end in the same state.

use aws_sdk_cloudformation::Client;
use aws_sdk_cloudformation::error::ProvideErrorMetadata;
use aws_sdk_cloudformation::types::{ChangeSetStatus, ChangeSetType};
use fake_cloudformation::{Fate, Fault, Script, StackStatus};
use serde_json::{Value, json};

use crate::cloud::{ACCOUNT, Cloud, REGION, queue, refused, template};

fn body(size: u32) -> Value {
    template(json!({
        "First": queue(json!({ "Size": size })),
        "Second": queue(json!({ "After": { "Ref": "First" } })),
    }))
}

/// Deploys as far as `calls` reach: each step can be repeated, whatever became of the last.
async fn deploy(client: &Client, body: &Value, change: &str, calls: &mut u32) -> Option<()> {
    let mut take = || {
        *calls = calls.checked_sub(1)?;
        Some(())
    };
    loop {
        take()?;
        let stack = client.describe_stacks().stack_name("shop").send().await;
        let status = match &stack {
            Ok(answer) => {
                answer.stacks()[0].stack_status().map(|status| status.as_str().to_owned())
            }
            Err(error) if error.message().is_some_and(|text| text.ends_with("does not exist")) => {
                None
            }
            Err(_) => continue,
        };
        let creates = status.as_deref().is_none_or(|status| status == "REVIEW_IN_PROGRESS");
        if !creates && status.as_deref().is_some_and(|status| status.ends_with("_IN_PROGRESS")) {
            continue;
        }
        take()?;
        let set = client.describe_change_set().stack_name("shop").change_set_name(change);
        let set = match set.send().await {
            Ok(set) => set,
            Err(error) if error.code() == Some("ChangeSetNotFound") => {
                take()?;
                let kind = if creates { ChangeSetType::Create } else { ChangeSetType::Update };
                let request = client.create_change_set().stack_name("shop").change_set_name(change);
                let request = request.change_set_type(kind).client_token(change);
                let _repeated = request.template_body(body.to_string()).send().await;
                continue;
            }
            Err(_) => continue,
        };
        if set.execution_status().is_some_and(|status| status.as_str() == "EXECUTE_COMPLETE") {
            return Some(());
        }
        if set.status() != Some(&ChangeSetStatus::CreateComplete) {
            continue;
        }
        take()?;
        let execute = client.execute_change_set().stack_name("shop").change_set_name(change);
        let _repeated = execute.client_request_token(change).disable_rollback(false).send().await;
    }
}

#[tokio::test]
async fn a_killed_client_resumes_wherever_it_was() {
    let mut killed = 0;
    for at in 0..30 {
        let cloud = Cloud::new(Script::new().replaced_by("AWS::SQS::Queue", "Size"));
        for (change, size) in [("one", 1), ("two", 2)] {
            let mut calls = at;
            if deploy(&cloud.client, &body(size), change, &mut calls).await.is_none() {
                killed += 1;
                let again = deploy(&cloud.client, &body(size), change, &mut u32::MAX.clone()).await;
                assert_eq!(again, Some(()));
            }
        }
        ends_well(&cloud);
    }
    assert!(killed > 20, "{killed}");
}

#[tokio::test]
async fn faults_at_every_call_end_in_the_same_state() {
    for n in 1..15 {
        for fault in [Fault::DropBefore, Fault::DropAfter, Fault::Truncate, Fault::Error500] {
            let script = Script::new().replaced_by("AWS::SQS::Queue", "Size").fault("*", n, fault);
            let cloud = Cloud::new(script);
            for (change, size) in [("one", 1), ("two", 2)] {
                let done = deploy(&cloud.client, &body(size), change, &mut 1000).await;
                assert_eq!(done, Some(()), "{fault:?} at call {n}");
            }
            ends_well(&cloud);
        }
    }
}

fn ends_well(cloud: &Cloud) {
    let seen = cloud.stack("shop");
    assert_eq!(seen.status, StackStatus::UpdateComplete);
    assert_eq!(seen.resources["First"].properties["Size"], 2);
    let made = cloud.fake.made(ACCOUNT, REGION);
    let of = |id: &str, fate| made.iter().filter(|m| m.logical_id == id && m.fate == fate).count();
    assert_eq!((of("First", Fate::Live), of("First", Fate::Deleted)), (1, 1));
    assert_eq!((of("Second", Fate::Live), of("Second", Fate::Deleted)), (1, 0));
    assert_eq!(made.len(), 3);
    let creations = seen.events.iter().filter(|event| event.status == "CREATE_COMPLETE");
    assert_eq!(creations.count(), 3);
}

#[tokio::test]
async fn a_token_serves_one_operation_only() {
    let cloud = Cloud::new(Script::new());
    cloud.change("shop", &body(1)).await;
    let execute = || {
        let request =
            cloud.client.execute_change_set().stack_name("shop").change_set_name("change");
        request.client_request_token("token").send()
    };
    execute().await.unwrap();
    execute().await.unwrap();
    cloud.rest("shop").await;
    let delete = cloud.client.delete_stack().stack_name("shop").client_request_token("token");
    assert_eq!(refused(delete.send().await).0, "TokenAlreadyExistsException");
    let delete =
        || cloud.client.delete_stack().stack_name("shop").client_request_token("other").send();
    delete().await.unwrap();
    delete().await.unwrap();
    assert_eq!(cloud.rest("shop").await.status, StackStatus::DeleteComplete);
    let last =
        cloud.client.describe_stack_events().stack_name(cloud_id(&cloud)).send().await.unwrap();
    assert_eq!(last.stack_events()[0].client_request_token(), Some("other"));
}

fn cloud_id(cloud: &Cloud) -> String {
    let requests = cloud.fake.requests();
    let last = requests.iter().rev().find(|request| request.action == "DescribeStacks").unwrap();
    last.parameters["StackName"].clone()
}
