//! Flow logs: who talked to whom.

use innovate_cfn::{
    ec2::{self, flow_log},
    iam,
    policy::{Condition, PolicyDocument, Principal, Statement},
};
use innovate_core::{ResourceType as _, Scope};

use crate::{
    keys::{Key, Logs},
    observability::{LogGroup, LogGroupHandle, Retention},
    storage::{LogBucketHandle, VendedLogs},
};

/// Where a network's flow logs go: to a log group of its own, where an alarm or a query of the last
/// hour finds them, or to a bucket, where they cost a fraction and can be kept for years.
#[derive(Clone, Debug)]
pub struct FlowLogs(Destination);

#[derive(Clone, Debug)]
enum Destination {
    LogGroup(Key<Logs>, Retention),
    Bucket(LogBucketHandle<VendedLogs>),
}

impl FlowLogs {
    /// To a log group that is encrypted with `key` and keeps each record for `retention`.
    pub fn to(key: &Key<Logs>, retention: Retention) -> Self {
        Self(Destination::LogGroup(key.clone(), retention))
    }

    /// To a bucket of the network's region, as Parquet in partitions by the hour that Athena and other
    /// tools of Hive's kind find by themselves. The bucket's lifecycle says how long a record is kept.
    ///
    /// Source: "Publish flow logs to Amazon S3", Amazon VPC User Guide.
    pub fn to_bucket(bucket: &LogBucketHandle<VendedLogs>) -> Self {
        Self(Destination::Bucket(bucket.clone()))
    }
}

/// The default fields, and those that tell which zone, which way and which service.
const FIELDS: [&str; 23] = [
    "version",
    "account-id",
    "vpc-id",
    "subnet-id",
    "az-id",
    "instance-id",
    "interface-id",
    "srcaddr",
    "dstaddr",
    "srcport",
    "dstport",
    "protocol",
    "packets",
    "bytes",
    "start",
    "end",
    "action",
    "log-status",
    "tcp-flags",
    "pkt-srcaddr",
    "pkt-dstaddr",
    "flow-direction",
    "traffic-path",
];

/// Logs every flow of the VPC, in records of a minute.
pub(super) fn add(scope: &mut Scope<'_>, vpc: &ec2::VPCRef, logs: FlowLogs) {
    let format = FIELDS.map(|field| format!("${{{field}}}")).join(" ");
    let flow_log = ec2::FlowLog::new(vpc, flow_log::ResourceType::VPC)
        .traffic_type(flow_log::TrafficType::ALL)
        .max_aggregation_interval(60)
        .log_format(format);
    let flow_log = match logs.0 {
        Destination::LogGroup(key, retention) => {
            let (group, role) = log_group(scope, &key, retention);
            flow_log
                .log_destination_type(flow_log::LogDestinationType::CLOUD_WATCH_LOGS)
                .log_group_name(group.group_name())
                .deliver_logs_permission_arn(role.arn())
        }
        Destination::Bucket(bucket) => {
            let format = flow_log::DestinationOptionsFileFormat::PARQUET;
            // Of Hive's partitions, and of an hour.
            let options = flow_log::DestinationOptions::new(format, true, true);
            flow_log
                .log_destination_type(flow_log::LogDestinationType::S3)
                .log_destination(bucket.bucket().arn())
                .destination_options(options)
                .depends_on(&bucket)
        }
    };
    scope.add(innovate_core::MAIN, flow_log);
}

/// A log group, and the role that writes to it.
fn log_group(
    scope: &mut Scope<'_>,
    key: &Key<Logs>,
    retention: Retention,
) -> (LogGroupHandle, iam::RoleRef) {
    let (region, account) = (scope.site().region().to_owned(), scope.site().account().to_owned());
    let log_group = LogGroup::builder().retention(retention).key(key).build();
    let group = scope.add("LogGroup", log_group);
    let trust = PolicyDocument::new([Statement::allow(["sts:AssumeRole"])
        .to(Principal::service("vpc-flow-logs.amazonaws.com"))
        .when(Condition::string_equals("aws:SourceAccount", account.clone()))
        .when(Condition::arn_like(
            "aws:SourceArn",
            format!("arn:aws:ec2:{region}:{account}:vpc-flow-log/*"),
        ))]);
    let write = PolicyDocument::new([
        Statement::allow(["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"])
            .on([group.arn()]),
        Statement::allow(["logs:DescribeLogGroups"])
            .on([format!("arn:aws:logs:{region}:{account}:log-group:*")]),
    ]);
    let role = iam::Role::new(trust)
        .description("Delivers the flow logs of a network")
        .policies([iam::role::Policy::new(write, "write-flow-logs")]);
    let role = scope.add("Role", role);
    (group, role)
}
