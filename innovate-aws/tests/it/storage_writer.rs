//! The buckets that services of AWS write to.

use innovate_aws::{
    keys::{KmsKey, LogDelivery},
    network::{FlowLogs, Vpc},
    storage::{AwsConfig, CloudTrail, LoadBalancerLogBucket, LogBucket, LogWriter, VendedLogs},
    vpc_cidr, zones,
};
use innovate_core::{App, Node, Prod, Stack};

use crate::{
    program::{program, resource, text},
    storage::{said, storage},
};

const ALGORITHM: &str = "BucketEncryption/ServerSideEncryptionConfiguration/0/ServerSideEncryptionByDefault/SSEAlgorithm";

/// The statements of a policy that allow something.
fn allowed<'a>(stack: &'a Stack<Prod>, policy: &str) -> Vec<&'a Node> {
    let statements = resource(stack.model(), policy).properties().at("PolicyDocument/Statement");
    let statements = statements.and_then(Node::as_list).unwrap();
    let allows = |statement: &&Node| statement.get("Effect").unwrap().as_text() == Some("Allow");
    statements.iter().filter(allows).collect()
}

fn at<'a>(statement: &'a Node, path: &str) -> &'a str {
    statement.at(path).and_then(Node::as_text).unwrap_or_else(|| panic!("{path}: {statement:#?}"))
}

fn list<'a>(statement: &'a Node, path: &str) -> Vec<&'a str> {
    let items = statement.at(path).and_then(Node::as_list);
    items.unwrap().iter().filter_map(Node::as_text).collect()
}

#[test]
fn load_balancers_write_below_any_prefix_of_their_account() {
    let (mut stack, _, logs) = storage::<Prod>();
    let bucket = LoadBalancerLogBucket::builder().access_logs(&logs).build();
    stack.add("LoadBalancerLogs", bucket);
    assert_eq!(text(resource(stack.model(), "LoadBalancerLogs"), ALGORITHM), "AES256");
    let [write] = allowed(&stack, "LoadBalancerLogsPolicy")[..] else { panic!() };
    assert_eq!(at(write, "Principal/Service"), "logdelivery.elasticloadbalancing.amazonaws.com");
    assert_eq!(at(write, "Action"), "s3:PutObject");
    let arn = "arn:aws:s3:::innovate-prod-load-balancer-logs-444455556666-eu-west-1-an";
    assert_eq!(
        list(write, "Resource"),
        [format!("{arn}/AWSLogs/444455556666/*"), format!("{arn}/*/AWSLogs/444455556666/*")]
    );
    assert_eq!(
        at(write, "Condition/ArnLike/aws:SourceArn"),
        "arn:aws:elasticloadbalancing:eu-west-1:444455556666:loadbalancer/*"
    );
    assert_eq!(said(App::new("test").stack(stack)), [""; 0]);
}

/// A stack with the bucket `Logs` of a writer, which is good.
fn log_bucket<W: LogWriter>() -> Stack<Prod> {
    let (mut stack, _, logs) = storage::<Prod>();
    let key = stack.add("Delivery", KmsKey::<LogDelivery>::new());
    stack.add("Logs", LogBucket::<W>::builder().key(&key).access_logs(&logs).build());
    let bucket = resource(stack.model(), "Logs");
    assert_eq!(text(bucket, ALGORITHM), "aws:kms");
    let days = bucket.properties().at("LifecycleConfiguration/Rules/0/ExpirationInDays");
    assert_eq!(days.unwrap().as_integer(), Some(365));
    stack
}

const LOGS: &str = "arn:aws:s3:::innovate-prod-logs-444455556666-eu-west-1-an";

#[test]
fn log_delivery_writes_for_this_account_and_region() {
    let stack = log_bucket::<VendedLogs>();
    let [look, write] = allowed(&stack, "LogsPolicy")[..] else { panic!() };
    assert_eq!(list(look, "Action"), ["s3:GetBucketAcl", "s3:ListBucket"]);
    assert_eq!(at(look, "Resource"), LOGS);
    assert_eq!(at(write, "Action"), "s3:PutObject");
    for statement in [look, write] {
        assert_eq!(at(statement, "Principal/Service"), "delivery.logs.amazonaws.com");
        assert_eq!(
            at(statement, "Condition/ArnLike/aws:SourceArn"),
            "arn:aws:logs:eu-west-1:444455556666:*"
        );
        assert_eq!(at(statement, "Condition/StringEquals/aws:SourceAccount"), "444455556666");
    }
    assert_eq!(at(write, "Condition/StringEquals/s3:x-amz-acl"), "bucket-owner-full-control");
    assert_eq!(said(App::new("test").stack(stack)), [""; 0]);
}

#[test]
fn trails_write_below_their_account() {
    let stack = log_bucket::<CloudTrail>();
    let [look, write] = allowed(&stack, "LogsPolicy")[..] else { panic!() };
    assert_eq!(at(look, "Action"), "s3:GetBucketAcl");
    assert_eq!(at(write, "Resource"), format!("{LOGS}/AWSLogs/444455556666/*"));
    for statement in [look, write] {
        assert_eq!(at(statement, "Principal/Service"), "cloudtrail.amazonaws.com");
        assert_eq!(
            at(statement, "Condition/ArnLike/aws:SourceArn"),
            "arn:aws:cloudtrail:eu-west-1:444455556666:trail/*"
        );
    }
    assert_eq!(said(App::new("test").stack(stack)), [""; 0]);
}

#[test]
fn config_writes_its_history_below_its_account() {
    let stack = log_bucket::<AwsConfig>();
    let [look, write] = allowed(&stack, "LogsPolicy")[..] else { panic!() };
    assert_eq!(list(look, "Action"), ["s3:GetBucketAcl", "s3:ListBucket"]);
    assert_eq!(at(write, "Resource"), format!("{LOGS}/AWSLogs/444455556666/Config/*"));
    for statement in [look, write] {
        assert_eq!(at(statement, "Principal/Service"), "config.amazonaws.com");
        assert_eq!(at(statement, "Condition/StringEquals/aws:SourceAccount"), "444455556666");
    }
    assert_eq!(said(App::new("test").stack(stack)), [""; 0]);
}

#[test]
fn flow_logs_go_to_a_bucket_as_parquet_in_partitions() {
    let (mut stack, _, logs) = storage::<Prod>();
    let key = stack.add("Delivery", KmsKey::<LogDelivery>::new());
    let flows = LogBucket::<VendedLogs>::builder().key(&key).access_logs(&logs).build();
    let flows = stack.add("Flows", flows);
    let app = program::<Prod>(
        |_| {
            Vpc::builder()
                .cidr(vpc_cidr!("10.30.0.0/16"))
                .zones(zones!(EuWest1: az1, az2, az3))
                .flow_logs(FlowLogs::to_bucket(&flows))
                .build()
        },
        |network, _| {
            let log = resource(network.model(), "VpcFlowLog");
            assert_eq!(text(log, "LogDestinationType"), "s3");
            assert_eq!(
                text(log, "LogDestination"),
                "arn:aws:s3:::innovate-prod-flows-444455556666-eu-west-1-an"
            );
            assert_eq!(text(log, "DestinationOptions/FileFormat"), "parquet");
            for option in ["HiveCompatiblePartitions", "PerHourPartition"] {
                let path = format!("DestinationOptions/{option}");
                assert_eq!(log.properties().at(&path).unwrap().as_bool(), Some(true));
            }
            assert!(network.model().resource("VpcFlowLogRole").is_none());
        },
    );
    assert_eq!(said(app.stack(stack)), [""; 0]);
}

#[test]
fn a_key_for_delivered_logs_lets_each_writer_do_what_it_asks_for() {
    let stack = log_bucket::<CloudTrail>();
    let policy = resource(stack.model(), "Delivery").properties().at("KeyPolicy/Statement");
    let by = |service: &str| -> Vec<&str> {
        let statements = policy.and_then(Node::as_list).unwrap().iter();
        let named = |statement: &&Node| match statement.at("Principal/Service") {
            Some(Node::List(all)) => all.iter().any(|one| one.as_text() == Some(service)),
            Some(one) => one.as_text() == Some(service),
            None => false,
        };
        statements.filter(named).flat_map(|statement| list(statement, "Action")).collect()
    };
    let trail = ["kms:Decrypt", "kms:GenerateDataKey*", "kms:DescribeKey"];
    assert_eq!(by("cloudtrail.amazonaws.com"), trail);
    assert_eq!(by("config.amazonaws.com"), trail);
    assert_eq!(
        by("delivery.logs.amazonaws.com"),
        ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"]
    );
}
