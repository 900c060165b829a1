//! What the examples synthesize is created, is the same afterwards, and goes again.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;

use aws_sdk_cloudformation::Client;
use aws_sdk_cloudformation::config::retry::RetryConfig;
use aws_sdk_cloudformation::types::{Capability, ChangeSetType};
use fake_cloudformation::{Fake, Script, StackStatus};
use serde_json::Value;

use crate::cloud::client;

struct Place<'a> {
    account: &'a str,
    region: &'a str,
    name: &'a str,
}

/// Lets time pass until the stack is at rest.
fn rested(fake: &Fake, at: &Place<'_>, id: &str) -> StackStatus {
    for _ in 0..2000 {
        fake.tick(1);
        let status = fake.stack(at.account, at.region, id).unwrap().status;
        if !status.is_busy() {
            return status;
        }
    }
    panic!("{id} is never at rest")
}

/// Puts an object, as a deployer does with a template that is too long for a request.
fn put(fake: &Fake, key: &str, body: &str) -> String {
    let address = fake.endpoint().strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    write!(
        stream,
        "PUT /templates/{key} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    format!("https://templates.s3.eu-west-1.amazonaws.com/{key}")
}

async fn change(fake: &Fake, client: &Client, at: &Place<'_>, body: &str, kind: ChangeSetType) {
    let request = client.create_change_set().stack_name(at.name).change_set_name("change");
    let request = request.change_set_type(kind).capabilities(Capability::CapabilityNamedIam);
    let request = if body.len() > 51_200 {
        request.template_url(put(fake, at.name, body))
    } else {
        request.template_body(body)
    };
    request.send().await.unwrap();
    fake.tick(2);
}

async fn comes_and_goes(example: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../golden").join(example);
    let manifest = fs::read_to_string(folder.join("manifest.json")).unwrap();
    let manifest: Value = serde_json::from_str(&manifest).unwrap();
    let stacks = manifest["stacks"].as_array().unwrap();
    let fake = Fake::start(Script::new()).unwrap();
    let text = |stack: &'_ Value, field: &str| stack[field].as_str().unwrap().to_owned();
    for stack in stacks {
        let (account, region, name) =
            (text(stack, "account"), text(stack, "region"), text(stack, "name"));
        let at = Place { account: &account, region: &region, name: &name };
        let body = fs::read_to_string(folder.join(text(stack, "template"))).unwrap();
        let body = serde_json::from_str::<Value>(&body).unwrap().to_string();
        let client = client(fake.endpoint(), at.account, at.region, RetryConfig::disabled());
        change(&fake, &client, &at, &body, ChangeSetType::Create).await;
        let describe = || client.describe_change_set().stack_name(&name).change_set_name("change");
        let set = describe().send().await.unwrap();
        assert_eq!(set.status_reason(), None, "{name}");
        client
            .execute_change_set()
            .stack_name(&name)
            .change_set_name("change")
            .send()
            .await
            .unwrap();
        let status = rested(&fake, &at, &name);
        let seen = fake.stack(&account, &region, &name).unwrap();
        assert_eq!(status, StackStatus::CreateComplete, "{name}: {:?}", seen.reason);
        assert_eq!(
            seen.resources.len(),
            usize::try_from(stack["resources"].as_u64().unwrap()).unwrap()
        );

        change(&fake, &client, &at, &body, ChangeSetType::Update).await;
        let set = describe().send().await.unwrap();
        assert!(set.status_reason().unwrap().contains("didn't contain changes"), "{name}");
    }
    for stack in stacks.iter().rev() {
        let (account, region, name) =
            (text(stack, "account"), text(stack, "region"), text(stack, "name"));
        let at = Place { account: &account, region: &region, name: &name };
        let id = fake.stack(&account, &region, &name).unwrap().id;
        let client = client(fake.endpoint(), &account, &region, RetryConfig::disabled());
        client.delete_stack().stack_name(&name).send().await.unwrap();
        assert_eq!(rested(&fake, &at, &id), StackStatus::DeleteComplete, "{name}");
    }
    assert!(fake.stacks().is_empty());
}

#[tokio::test]
async fn the_example_in_development_comes_and_goes() {
    comes_and_goes("dev").await;
}

#[tokio::test]
async fn the_example_in_production_comes_and_goes() {
    comes_and_goes("prod").await;
}

#[tokio::test]
async fn the_example_with_a_load_balancer_comes_and_goes() {
    comes_and_goes("load_balancer").await;
}

#[tokio::test]
async fn the_example_with_rds_comes_and_goes() {
    comes_and_goes("rds").await;
}
