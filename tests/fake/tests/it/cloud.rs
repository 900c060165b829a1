//! A fake and a client of it, and what most tests do with them.

use aws_credential_types::Credentials;
use aws_sdk_cloudformation::Client;
use aws_sdk_cloudformation::config::retry::RetryConfig;
use aws_sdk_cloudformation::config::timeout::TimeoutConfig;
use aws_sdk_cloudformation::config::{BehaviorVersion, Config, Region};
use aws_sdk_cloudformation::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_cloudformation::operation::describe_change_set::DescribeChangeSetOutput;
use aws_sdk_cloudformation::types::{Capability, ChangeSetStatus, ChangeSetType, Tag};
use fake_cloudformation::{Fake, Script, SeenStack};
use serde_json::{Value, json};
use std::time::Duration;

pub(crate) const ACCOUNT: &str = "111111111111";
pub(crate) const REGION: &str = "eu-west-1";

/// A queue: what is to be deployed where it does not matter what it is.
pub(crate) fn queue(properties: Value) -> Value {
    json!({ "Type": "AWS::SQS::Queue", "Properties": properties })
}

/// A template of those resources.
pub(crate) fn template(resources: Value) -> Value {
    json!({ "Resources": resources })
}

pub(crate) struct Cloud {
    pub(crate) fake: Fake,
    pub(crate) client: Client,
}

impl Cloud {
    pub(crate) fn new(script: Script) -> Self {
        let fake = Fake::start(script).unwrap();
        let client = client(fake.endpoint(), ACCOUNT, REGION, RetryConfig::disabled());
        Self { fake, client }
    }

    /// One whose client tries again, as deployers do.
    pub(crate) fn patient(script: Script) -> Self {
        let fake = Fake::start(script).unwrap();
        let retries = RetryConfig::standard()
            .with_max_attempts(4)
            .with_initial_backoff(Duration::from_millis(1))
            .with_max_backoff(Duration::from_millis(2));
        let client = client(fake.endpoint(), ACCOUNT, REGION, retries);
        Self { fake, client }
    }

    pub(crate) fn stack(&self, name: &str) -> SeenStack {
        self.fake.stack(ACCOUNT, REGION, name).unwrap()
    }

    /// Makes a change set and waits for it.
    pub(crate) async fn change(&self, stack: &str, template: &Value) -> DescribeChangeSetOutput {
        let there = self.fake.stack(ACCOUNT, REGION, stack);
        let creates = there.is_none_or(|stack| stack.status.as_str() == "REVIEW_IN_PROGRESS");
        let kind = if creates { ChangeSetType::Create } else { ChangeSetType::Update };
        self.change_as(stack, template, kind).await
    }

    pub(crate) async fn change_as(
        &self,
        stack: &str,
        template: &Value,
        kind: ChangeSetType,
    ) -> DescribeChangeSetOutput {
        self.client
            .create_change_set()
            .stack_name(stack)
            .change_set_name("change")
            .change_set_type(kind)
            .template_body(template.to_string())
            .capabilities(Capability::CapabilityNamedIam)
            .tags(Tag::builder().key("team").value("shop").build())
            .send()
            .await
            .unwrap();
        self.planned(stack).await
    }

    pub(crate) async fn planned(&self, stack: &str) -> DescribeChangeSetOutput {
        for _ in 0..50 {
            let set = self
                .client
                .describe_change_set()
                .stack_name(stack)
                .change_set_name("change")
                .include_property_values(true)
                .send()
                .await
                .unwrap();
            let over = [ChangeSetStatus::CreateComplete, ChangeSetStatus::Failed];
            if set.status().is_some_and(|status| over.contains(status)) {
                return set;
            }
        }
        panic!("the change set was never planned");
    }

    pub(crate) async fn execute(&self, stack: &str) {
        let request = self.client.execute_change_set().stack_name(stack).change_set_name("change");
        request.disable_rollback(false).send().await.unwrap();
    }

    /// Waits until the stack is at rest.
    pub(crate) async fn rest(&self, stack: &str) -> SeenStack {
        let id = self.stack(stack).id;
        for _ in 0..200 {
            self.client.describe_stacks().stack_name(&id).send().await.unwrap();
            let seen = self.stack(&id);
            if !seen.status.is_busy() {
                return seen;
            }
        }
        panic!("{stack} is never at rest: {:?}", self.stack(&id).status);
    }

    pub(crate) async fn deploy(&self, stack: &str, template: &Value) -> SeenStack {
        let set = self.change(stack, template).await;
        assert_eq!(
            set.status(),
            Some(&ChangeSetStatus::CreateComplete),
            "{:?}",
            set.status_reason()
        );
        self.execute(stack).await;
        self.rest(stack).await
    }
}

pub(crate) fn client(endpoint: &str, account: &str, region: &str, retries: RetryConfig) -> Client {
    let key = format!("AKIA{account}");
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(region.to_owned()))
        .credentials_provider(Credentials::new(key, "secret", None, None, "test"))
        .endpoint_url(endpoint)
        .retry_config(retries)
        .timeout_config(
            TimeoutConfig::builder().operation_attempt_timeout(Duration::from_millis(500)).build(),
        )
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .build();
    Client::from_conf(config)
}

/// The states of the stack, in order.
pub(crate) fn states(seen: &SeenStack, of: &str) -> Vec<String> {
    seen.events
        .iter()
        .filter(|event| event.logical_id == of)
        .map(|event| event.status.clone())
        .collect()
}

/// The code and message of an answer that refuses.
pub(crate) fn refused<
    T: std::fmt::Debug,
    E: ProvideErrorMetadata + std::fmt::Debug,
    R: std::fmt::Debug,
>(
    answer: Result<T, SdkError<E, R>>,
) -> (String, String) {
    let error = answer.unwrap_err();
    let of = |text: Option<&str>| text.unwrap_or_default().to_owned();
    (of(error.code()), of(error.message()))
}
