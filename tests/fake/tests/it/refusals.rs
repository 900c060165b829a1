//! What is refused, in AWS's words; and answers in pages.

use aws_sdk_cloudformation::types::{Capability, ChangeSetType};
use fake_cloudformation::Script;
use serde_json::{Value, json};

use crate::cloud::{Cloud, queue, refused, template};

async fn creating(stack: &str, name: &str, body: &str) -> (String, String) {
    let cloud = Cloud::new(Script::new());
    let request = cloud.client.create_change_set().stack_name(stack).change_set_name(name);
    refused(request.change_set_type(ChangeSetType::Create).template_body(body).send().await)
}

async fn refused_template(body: Value) -> String {
    let (code, message) = creating("shop", "change", &body.to_string()).await;
    assert_eq!(code, "ValidationError");
    message
}

#[tokio::test]
async fn a_bad_template_is_refused() {
    let of = |properties| template(json!({ "Queue": queue(properties) }));
    assert_eq!(
        refused_template(of(json!({ "X": { "Ref": "Nothing" } }))).await,
        "Template format error: Unresolved resource dependencies [Nothing] in the Resources block \
         of the template"
    );
    let circle = json!({
        "A": queue(json!({ "X": { "Ref": "B" } })),
        "B": queue(json!({ "X": { "Fn::Sub": "${A.Arn}" } })),
    });
    let message = refused_template(template(circle)).await;
    assert_eq!(message, "Circular dependency between resources: [A, B]");
    let message = refused_template(json!({ "Resources": {} })).await;
    assert!(message.ends_with("At least one Resources member must be defined."), "{message}");
    let (_, message) = creating("shop", "change", "{").await;
    assert!(message.starts_with("Template format error: JSON not well-formed."), "{message}");
    let long = of(json!({ "X": "x".repeat(51_200) }));
    let message = refused_template(long).await;
    assert!(message.ends_with("less than or equal to 51200"), "{message}");
    let many: serde_json::Map<_, _> =
        (0..501).map(|n| (format!("Q{n}"), json!({ "Type": "T" }))).collect();
    let message = refused_template(template(Value::Object(many))).await;
    assert!(message.contains("Number of resources, 501"), "{message}");
}

#[tokio::test]
async fn a_bad_name_is_refused() {
    let body = template(json!({ "Queue": queue(json!({})) })).to_string();
    for (stack, change) in [("shop", "1-change"), ("sh_op", "change"), ("shop", &"x".repeat(129))] {
        let (code, message) = creating(stack, change, &body).await;
        assert_eq!(code, "ValidationError");
        assert!(message.contains("must satisfy regular expression pattern"), "{message}");
    }
}

#[tokio::test]
async fn what_is_not_there_is_refused_in_awss_words() {
    let cloud = Cloud::new(Script::new());
    let client = &cloud.client;
    let missing = "Stack with id shop does not exist";
    assert_eq!(refused(client.describe_stacks().stack_name("shop").send().await).1, missing);
    assert_eq!(refused(client.get_template().stack_name("shop").send().await).1, missing);
    let events = client.describe_stack_events().stack_name("shop").send().await;
    assert_eq!(refused(events).1, "Stack [shop] does not exist");
    let body = template(json!({ "Queue": queue(json!({})) })).to_string();
    let request = client.create_change_set().stack_name("shop").change_set_name("change");
    let (code, message) = refused(request.template_body(body).send().await);
    assert_eq!(
        (code.as_str(), message.as_str()),
        ("ValidationError", "Stack [shop] does not exist")
    );
    let (code, _) = refused(client.validate_template().template_body("{}").send().await);
    assert_eq!(code, "InvalidAction");
}

#[tokio::test]
async fn a_stack_that_is_there_is_not_created_and_a_type_does_not_change() {
    let cloud = Cloud::new(Script::new());
    let body = template(json!({ "Queue": queue(json!({})) }));
    cloud.deploy("shop", &body).await;
    let request = || cloud.client.create_change_set().stack_name("shop").change_set_name("again");
    let creating = request().change_set_type(ChangeSetType::Create).template_body(body.to_string());
    let (_, message) = refused(creating.send().await);
    let what =
        "Stack [shop] already exists and cannot be created again with the changeSet [again].";
    assert_eq!(message, what);
    let other = template(json!({ "Queue": { "Type": "AWS::SNS::Topic" } }));
    let (_, message) = refused(request().template_body(other.to_string()).send().await);
    assert!(message.starts_with("Update of resource type is not permitted."), "{message}");
}

#[tokio::test]
async fn iam_needs_a_capability() {
    let cloud = Cloud::new(Script::new());
    let body = template(json!({
        "Role": { "Type": "AWS::IAM::Role", "Properties": { "RoleName": "deploy" } }
    }));
    let request = cloud.client.create_change_set().stack_name("shop").change_set_name("change");
    let request = request.change_set_type(ChangeSetType::Create).template_body(body.to_string());
    let request = request.capabilities(Capability::CapabilityIam);
    let (code, message) = refused(request.send().await);
    assert_eq!(code, "InsufficientCapabilitiesException");
    assert_eq!(message, "Requires capabilities : [CAPABILITY_NAMED_IAM]");
}

#[tokio::test]
async fn long_answers_come_in_pages() {
    let cloud = Cloud::new(Script::new().page(2));
    let body =
        template(json!({ "A": queue(json!({})), "B": queue(json!({})), "C": queue(json!({})) }));
    for name in ["one", "two", "three"] {
        // Changes come in pages too, and so the change set is awaited by its first.
        cloud.deploy(name, &body).await;
    }
    let mut stacks = cloud.client.describe_stacks().into_paginator().items().send();
    let mut names = Vec::new();
    while let Some(stack) = stacks.next().await {
        names.push(stack.unwrap().stack_name().unwrap().to_owned());
    }
    assert_eq!(names, ["three", "two", "one"]);
    let mut events =
        cloud.client.describe_stack_events().stack_name("one").into_paginator().items().send();
    let mut statuses = Vec::new();
    while let Some(event) = events.next().await {
        statuses.push(event.unwrap().resource_status().unwrap().as_str().to_owned());
    }
    assert_eq!(statuses.len(), cloud.stack("one").events.len());
    assert_eq!(statuses.first().map(String::as_str), Some("CREATE_COMPLETE"));
    assert_eq!(statuses.last().map(String::as_str), Some("REVIEW_IN_PROGRESS"));
}

#[tokio::test]
async fn a_template_comes_back_as_it_was_given_and_a_long_one_from_s3() {
    let cloud = Cloud::new(Script::new());
    let body =
        format!("{{\n  \"Resources\": {{ \"A\": {} }}\n}}\n", queue(json!({ "X": "<&\">" })));
    let request = |stack: &str| {
        let request = cloud.client.create_change_set().stack_name(stack).change_set_name("change");
        request.change_set_type(ChangeSetType::Create)
    };
    request("shop").template_body(&body).send().await.unwrap();
    cloud.planned("shop").await;
    cloud.execute("shop").await;
    cloud.rest("shop").await;
    let answer = cloud.client.get_template().stack_name("shop").send().await.unwrap();
    assert_eq!(answer.template_body(), Some(body.as_str()));
    let nowhere = "https://templates.s3.eu-west-1.amazonaws.com/shop.json";
    let (_, message) = refused(request("long").template_url(nowhere).send().await);
    assert_eq!(message, "S3 error: The specified key does not exist.");
}
