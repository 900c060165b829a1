//! An account of ministack, asked by the library, by the SDK and past CloudFormation.

use std::{
    collections::BTreeMap,
    io::{Read, Write},
    net::TcpStream,
};

use aws_config::{BehaviorVersion, Region, SdkConfig, retry::RetryConfig};
use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use aws_sdk_cloudformation::Client;
use innovate::aws::deploy::Access;
use serde_json::{Value, json};

/// Where ministack answers: `cargo xtask test ministack` says it.
#[allow(clippy::disallowed_methods, reason = "the tests are told where ministack is")]
pub(super) fn ministack() -> String {
    std::env::var("INNOVATE_MINISTACK").unwrap_or_else(|_| {
        panic!("the variable INNOVATE_MINISTACK has no endpoint: run `cargo xtask test ministack`")
    })
}

/// An account, and where to ask.
#[derive(Clone, Debug)]
pub(super) struct Cloud {
    pub(super) account: String,
    /// ministack itself, or a proxy before it.
    pub(super) endpoint: String,
}

impl Cloud {
    /// An account that no other test has.
    pub(super) fn new(account: &str) -> Self {
        Self { account: account.to_owned(), endpoint: ministack() }
    }

    /// The same account, asked elsewhere.
    pub(super) fn through(&self, endpoint: &str) -> Self {
        Self { account: self.account.clone(), endpoint: endpoint.to_owned() }
    }

    pub(super) fn config(&self) -> SdkConfig {
        let keys = Credentials::new(&self.account, "secret", None, None, "test");
        SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("eu-west-1"))
            .endpoint_url(&self.endpoint)
            .credentials_provider(SharedCredentialsProvider::new(keys))
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .build()
    }

    /// The library's way to ask.
    pub(super) fn access(&self) -> Access {
        Access::new(self.config(), None)
    }

    /// A client that asks once.
    pub(super) fn client(&self, region: &str) -> Client {
        let config = self.config().into_builder().region(Region::new(region.to_owned()));
        Client::new(&config.retry_config(RetryConfig::disabled()).build())
    }

    /// How many things of each kind there are in a region, whoever made them.
    pub(super) fn inventory(&self, region: &str) -> BTreeMap<&'static str, usize> {
        let count = |kind: &Kind| (kind.name, self.count(region, kind));
        KINDS.iter().map(count).collect()
    }

    fn count(&self, region: &str, kind: &Kind) -> usize {
        match kind.ask {
            Ask::Form { action, version, each } => {
                let form = "application/x-www-form-urlencoded";
                let body = format!("Action={action}&Version={version}");
                self.ask(region, kind.service, &[("Content-Type", form)], &body)
                    .matches(each)
                    .count()
            }
            Ask::Target { target, list } => {
                let answer = self.json(region, kind.service, target, "{}");
                answer[list].as_array().map_or(0, Vec::len)
            }
        }
    }

    /// The URL of the queue with this in its name.
    pub(super) fn queue(&self, region: &str, name: &str) -> String {
        let listed = self.json(region, "sqs", "AmazonSQS.ListQueues", "{}");
        let mut urls =
            listed["QueueUrls"].as_array().unwrap().iter().map(|url| url.as_str().unwrap());
        urls.find(|url| url.contains(name)).unwrap().to_owned()
    }

    /// Changes the delay of a queue behind CloudFormation's back.
    pub(super) fn set_delay(&self, region: &str, queue: &str, delay: &str) {
        let url = self.queue(region, queue);
        let body = json!({ "QueueUrl": url, "Attributes": { "DelaySeconds": delay } });
        self.json(region, "sqs", "AmazonSQS.SetQueueAttributes", &body.to_string());
    }

    /// An action of a service that speaks JSON.
    pub(super) fn json(&self, region: &str, service: &str, target: &str, body: &str) -> Value {
        let headers = [("Content-Type", "application/x-amz-json-1.1"), ("X-Amz-Target", target)];
        let answer = self.ask(region, service, &headers, body);
        if answer.is_empty() { Value::Null } else { serde_json::from_str(&answer).unwrap() }
    }

    /// Asks a service past the SDK. ministack verifies no signature, but reads whose it is.
    fn ask(&self, region: &str, service: &str, headers: &[(&str, &str)], body: &str) -> String {
        let host = ministack();
        let host = host.strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(host).unwrap();
        let account = &self.account;
        let scope = format!("{account}/20260101/{region}/{service}/aws4_request");
        let mut request = format!(
            "POST / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {}\r\n\
             Authorization: AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0\r\n",
            body.len()
        );
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        write!(stream, "{request}\r\n{body}").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 200"), "{answer}");
        body.to_owned()
    }
}

/// A kind of thing, and how to ask for all of it.
struct Kind {
    name: &'static str,
    service: &'static str,
    ask: Ask,
}

#[derive(Clone, Copy)]
enum Ask {
    /// An action of the Query protocol, and what its answer has once for each thing.
    Form { action: &'static str, version: &'static str, each: &'static str },
    /// An action in JSON, and the list in its answer.
    Target { target: &'static str, list: &'static str },
}

const fn form(
    name: &'static str,
    service: &'static str,
    version: &'static str,
    action: &'static str,
    each: &'static str,
) -> Kind {
    Kind { name, service, ask: Ask::Form { action, version, each } }
}

const fn target(
    name: &'static str,
    service: &'static str,
    target: &'static str,
    list: &'static str,
) -> Kind {
    Kind { name, service, ask: Ask::Target { target, list } }
}

const EC2: &str = "2016-11-15";
const IAM: &str = "2010-05-08";

const KINDS: [Kind; 13] = [
    form("VPCs", "ec2", EC2, "DescribeVpcs", "<cidrBlockAssociationSet>"),
    form("subnets", "ec2", EC2, "DescribeSubnets", "<subnetId>"),
    form("route tables", "ec2", EC2, "DescribeRouteTables", "<routeSet>"),
    form("security groups", "ec2", EC2, "DescribeSecurityGroups", "<groupDescription>"),
    form("roles", "iam", IAM, "ListRoles", "<RoleName>"),
    form("policies", "iam", IAM, "ListPolicies&Scope=Local", "<PolicyName>"),
    form("topics", "sns", "2010-03-31", "ListTopics", "<TopicArn>"),
    form("alarms", "monitoring", "2010-08-01", "DescribeAlarms", "<AlarmName>"),
    target("queues", "sqs", "AmazonSQS.ListQueues", "QueueUrls"),
    target("keys", "kms", "TrentService.ListKeys", "Keys"),
    target("log groups", "logs", "Logs_20140328.DescribeLogGroups", "logGroups"),
    target("secrets", "secretsmanager", "secretsmanager.ListSecrets", "SecretList"),
    target(
        "repositories",
        "ecr",
        "AmazonEC2ContainerRegistry_V20150921.DescribeRepositories",
        "repositories",
    ),
];
