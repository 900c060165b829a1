//! Flow logs: who talked to whom.

use innovate_cfn::{
    ec2::{self, flow_log},
    iam,
    policy::{Condition, PolicyDocument, Principal, Statement},
};
use innovate_core::Scope;

use crate::{
    keys::{Key, Logs},
    observability::{LogGroup, LogGroupHandle, Retention},
};

/// Where a network's flow logs go: a log group of its own.
#[derive(Clone, Debug)]
pub struct FlowLogs {
    key: Key<Logs>,
    retention: Retention,
}

impl FlowLogs {
    /// To a log group that is encrypted with `key` and keeps each record for `retention`.
    pub fn to(key: &Key<Logs>, retention: Retention) -> Self {
        Self { key: key.clone(), retention }
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
pub(super) fn add(scope: &mut Scope<'_>, vpc: &ec2::VPCRef, logs: FlowLogs) -> LogGroupHandle {
    let (region, account) = (scope.site().region().to_owned(), scope.site().account().to_owned());
    let log_group = LogGroup::builder().retention(logs.retention).key(&logs.key).build();
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
    let format = FIELDS.map(|field| format!("${{{field}}}")).join(" ");
    let flow_log = ec2::FlowLog::new(vpc, flow_log::ResourceType::VPC)
        .traffic_type(flow_log::TrafficType::ALL)
        .log_destination_type(flow_log::LogDestinationType::CLOUD_WATCH_LOGS)
        .log_group_name(group.group_name())
        .deliver_logs_permission_arn(role.arn())
        .max_aggregation_interval(60)
        .log_format(format);
    scope.add(innovate_core::MAIN, flow_log);
    group
}
