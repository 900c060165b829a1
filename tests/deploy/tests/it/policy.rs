//! Stack policies, as CloudFormation enforces them.

use std::collections::BTreeSet;

use aws_sdk_cloudformation::{Client, types::ChangeSetType};
use fake_cloudformation::{Fake, Script, StackStatus};
use innovate::{
    aws::deploy::policy,
    cfn::{schema::Registry, sqs::Queue},
    core::{App, DeletionPolicy, ResourceType, Stack, Staging},
};
use serde_json::{Value, json};

use crate::cloud::{ACCOUNT, config, deploy, deployer, id, run, site, stack, synthesized};

struct Cloud {
    fake: Fake,
    client: Client,
}

impl Cloud {
    fn new() -> Self {
        let bucket = Script::new().named_by("AWS::S3::Bucket", "BucketName");
        let fake = Fake::start(bucket).unwrap();
        Self { client: Client::new(&config(&fake, ACCOUNT)), fake }
    }

    async fn deploy(&self, kind: ChangeSetType, template: &Value) -> StackStatus {
        let set = self.client.create_change_set().stack_name("data").change_set_name("change");
        set.change_set_type(kind).template_body(template.to_string()).send().await.unwrap();
        self.fake.tick(3);
        let execute = self.client.execute_change_set().stack_name("data").change_set_name("change");
        execute.send().await.unwrap();
        self.fake.tick(20);
        self.fake.stack(ACCOUNT, "eu-west-1", "data").unwrap().status
    }

    async fn set(&self, body: String) {
        let request = self.client.set_stack_policy().stack_name("data").stack_policy_body(body);
        request.send().await.unwrap();
    }
}

fn template(buckets: &[(&str, &str)]) -> Value {
    let bucket =
        |name: &str| json!({ "Type": "AWS::S3::Bucket", "Properties": { "BucketName": name } });
    let resources: serde_json::Map<String, Value> =
        buckets.iter().map(|(id, name)| ((*id).to_owned(), bucket(name))).collect();
    json!({ "Resources": resources })
}

#[tokio::test]
async fn a_standing_policy_lets_no_update_lose_what_holds_data() {
    let cloud = Cloud::new();
    let deployed = template(&[("Uploads", "uploads"), ("Logs", "logs")]);
    assert_eq!(cloud.deploy(ChangeSetType::Create, &deployed).await, StackStatus::CreateComplete);
    cloud.set(policy::standing([&deployed], &Registry)).await;
    let replaced = template(&[("Uploads", "others"), ("Logs", "logs")]);
    let status = cloud.deploy(ChangeSetType::Update, &replaced).await;
    assert_eq!(status, StackStatus::UpdateRollbackComplete);
    let more = template(&[("Uploads", "uploads"), ("Logs", "logs"), ("New", "new")]);
    let status = cloud.deploy(ChangeSetType::Update, &more).await;
    assert_eq!(status, StackStatus::UpdateComplete, "what loses nothing goes on");
}

#[tokio::test]
async fn a_temporary_policy_lets_go_what_is_named_and_nothing_else() {
    let cloud = Cloud::new();
    let deployed = template(&[("Uploads", "uploads"), ("Logs", "logs")]);
    cloud.deploy(ChangeSetType::Create, &deployed).await;
    let named = BTreeSet::from(["Uploads".to_owned()]);
    let both = template(&[("Uploads", "others"), ("Logs", "other-logs")]);
    cloud.set(policy::during(&deployed, &both, &named, &Registry)).await;
    let status = cloud.deploy(ChangeSetType::Update, &both).await;
    assert_eq!(status, StackStatus::UpdateRollbackComplete);
    let one = template(&[("Uploads", "others"), ("Logs", "logs")]);
    cloud.set(policy::during(&deployed, &one, &named, &Registry)).await;
    assert_eq!(cloud.deploy(ChangeSetType::Update, &one).await, StackStatus::UpdateComplete);
}

fn program(name: &'static str) -> App {
    let mut data: Stack<Staging> = Stack::new("acme-data", site());
    for (id, name) in [("Jobs", name), ("Mails", "mails")] {
        let queue = Queue::new().queue_name(name).sqs_managed_sse_enabled(true);
        data.add(id, queue.removal_policy(DeletionPolicy::Retain));
    }
    App::new("acme").stack(data)
}

fn sets(fake: &Fake) -> usize {
    fake.requests().iter().filter(|request| request.action == "SetStackPolicy").count()
}

#[tokio::test]
async fn a_deployment_guards_what_holds_data_if_asked_and_opens_only_what_is_named() {
    let fake = Fake::start(Script::new().named_by("AWS::SQS::Queue", "QueueName")).unwrap();
    deploy(&fake, program("jobs")).await;
    assert_eq!(stack(&fake, "acme-data").policy, None, "nobody asked for one");
    let (_, summary) = run(deployer(&fake, &synthesized(program("jobs"))).stack_policies()).await;
    assert!(summary.is_good(), "{summary:?}");
    let guarded = stack(&fake, "acme-data").policy;
    let body = guarded.as_ref().unwrap().to_string();
    assert!(policy::is_ours(&body) && body.contains("AWS::SQS::Queue"), "{body}");
    deploy(&fake, program("jobs")).await;
    assert_eq!(sets(&fake), 1, "it is set already");

    let synthesis = synthesized(program("others"));
    let (_, summary) = run(deployer(&fake, &synthesis)).await;
    assert!(!summary.is_good(), "nobody named it");
    let (_, summary) = run(deployer(&fake, &synthesis).lose(&id("acme-data"), "Jobs")).await;
    assert!(summary.is_good(), "{summary:?}");
    let after = stack(&fake, "acme-data");
    assert_eq!(after.resources["Jobs"].physical_id, "others");
    assert_eq!(after.policy, guarded, "and it is guarded again");
    assert_eq!(sets(&fake), 3);
}

#[tokio::test]
async fn a_policy_of_somebody_else_stays() {
    let fake = Fake::start(Script::new()).unwrap();
    deploy(&fake, program("jobs")).await;
    let other = json!({ "Statement": [
        { "Effect": "Deny", "Principal": "*", "Action": "Update:*", "Resource": "LogicalResourceId/Mails" },
        { "Effect": "Allow", "Principal": "*", "Action": "Update:*", "Resource": "*" },
    ] });
    let client = Client::new(&config(&fake, ACCOUNT));
    let request = client.set_stack_policy().stack_name("acme-data");
    request.stack_policy_body(other.to_string()).send().await.unwrap();
    deploy(&fake, program("others")).await;
    assert_eq!(stack(&fake, "acme-data").policy, Some(other));
}
