//! A program, and the cloud in memory that it is deployed to.

use std::time::Duration;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use aws_sdk_cloudformation::{Client, types::ChangeSetType};
use aws_smithy_async::rt::sleep::{AsyncSleep, SharedAsyncSleep, Sleep};
use fake_cloudformation::{Fake, SeenStack};
use innovate::{
    aws::deploy::{Access, Deployer, Deployment, Event, Summary},
    cfn::{cloudformation::WaitConditionHandle, sqs::Queue},
    checks,
    core::{
        App, DeletionPolicy, Node, ResourceType, Site, Stack, StageKind, Staging, Synthesis,
        TemplateFormat, Text, diff::StackId,
    },
};

pub(crate) const ACCOUNT: &str = "111122223333";
pub(crate) const REGION: &str = "eu-west-1";

pub(crate) fn id(name: &str) -> StackId {
    StackId { name: name.to_owned(), account: ACCOUNT.to_owned(), region: REGION.to_owned() }
}

pub(crate) fn site() -> Site {
    Site::new("acme", StageKind::Staging, ACCOUNT, REGION)
        .tag("application", "acme")
        .tag("environment", "staging")
        .tag("owner", "platform")
        .tag("cost-center", "1")
        .tag("data-classification", "internal")
}

/// Three stacks: `acme-network`, `acme-data` that reads from it, and `acme-edge` that reads from nothing.
/// Each has a handle that the width changes; `acme-data` has a queue, which holds data.
pub(crate) fn program(width: i64) -> App {
    let mut network: Stack<Staging> = Stack::new("acme-network", site());
    let gate = network.add("Gate", handle(width));
    let mut data: Stack<Staging> = Stack::new("acme-data", site());
    let reads = gate.as_ref().reference::<Text>().into_node();
    data.add("Reader", handle(width).metadata("Reads", reads));
    let jobs = Queue::new().sqs_managed_sse_enabled(true);
    data.add("Jobs", jobs.removal_policy(DeletionPolicy::Retain));
    let mut edge: Stack<Staging> = Stack::new("acme-edge", site());
    edge.add("Door", handle(width));
    App::new("acme").stack(network).stack(data).stack(edge)
}

pub(crate) fn handle(width: i64) -> WaitConditionHandle {
    WaitConditionHandle::new().metadata("Width", Node::Integer(width))
}

pub(crate) fn synthesized(app: App) -> Synthesis {
    let synthesis = app.synth(checks(), TemplateFormat::Json);
    assert!(synthesis.assembly.is_some(), "{:?}", synthesis.report);
    synthesis
}

/// The configuration of the SDK for the fake, with credentials of the account.
pub(crate) fn config(fake: &Fake, account: &str) -> SdkConfig {
    let credentials = Credentials::new(format!("AKIA{account}"), "secret", None, None, "test");
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .endpoint_url(fake.endpoint())
        .region(Region::new(REGION))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .sleep_impl(SharedAsyncSleep::new(Hasty))
        .build()
}

/// A clock for which the pauses between attempts are short. Timeouts stay what they are.
#[derive(Debug)]
pub(crate) struct Hasty;

/// The timeouts of a connection, of a stream that stands still, and of an attempt.
const TIMEOUTS: [Duration; 3] =
    [Duration::from_millis(3_100), Duration::from_secs(5), Duration::from_secs(20)];

impl AsyncSleep for Hasty {
    fn sleep(&self, duration: Duration) -> Sleep {
        let duration = if TIMEOUTS.contains(&duration) { duration } else { duration / 2_000 };
        Sleep::new(tokio::time::sleep(duration))
    }
}

pub(crate) fn access(fake: &Fake) -> Access {
    Access::new(config(fake, ACCOUNT), None)
}

pub(crate) fn deployer(fake: &Fake, synthesis: &Synthesis) -> Deployer {
    let assembly = synthesis.assembly.as_ref().unwrap();
    let deployer = Deployer::new(access(fake), assembly, &synthesis.app).unwrap();
    deployer.poll_every(Duration::from_millis(1))
}

/// Runs it to its end.
pub(crate) async fn run(deployer: Deployer) -> (Vec<Event>, Summary) {
    follow(deployer.start().unwrap()).await
}

/// Follows what was begun to its end.
pub(crate) async fn follow(mut deployment: Deployment) -> (Vec<Event>, Summary) {
    let mut events = Vec::new();
    while let Some(event) = deployment.events().next().await {
        events.push(event);
    }
    (events, deployment.finish().await)
}

/// Deploys the program, and looks at the cloud.
pub(crate) async fn deploy(fake: &Fake, app: App) -> (Vec<Event>, Summary) {
    run(deployer(fake, &synthesized(app))).await
}

pub(crate) fn stack(fake: &Fake, name: &str) -> SeenStack {
    fake.stack(ACCOUNT, REGION, name).unwrap()
}

/// Deploys a template as a new stack, by no program.
pub(crate) async fn deploy_template(fake: &Fake, name: &str, body: &serde_json::Value) {
    let client = Client::new(&config(fake, ACCOUNT));
    client
        .create_change_set()
        .stack_name(name)
        .change_set_name("by-the-test")
        .change_set_type(ChangeSetType::Create)
        .template_body(body.to_string())
        .send()
        .await
        .unwrap();
    fake.tick(10);
    let execute = client.execute_change_set().stack_name(name).change_set_name("by-the-test");
    execute.send().await.unwrap();
    fake.tick(100);
}
