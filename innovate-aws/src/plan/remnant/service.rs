//! What AWS services made beside the stack's resources.

use serde_json::Value;

use super::{
    Found,
    RemnantKind::{After, Before, Delayed, Obstacle},
    Said, Subject,
};

pub(super) fn of(subject: &Subject<'_>, all: &[Subject<'_>], found: Found<'_>) {
    match subject.type_name() {
        "AWS::EC2::VPC" => found(
            Obstacle,
            Said::new(
                "the endpoint `guardduty-data` and its security group",
                "GuardDuty makes them in the network of what it watches, if Runtime Monitoring manages its agents, and keeps them; subnets and network can't be deleted then",
                "delete that endpoint and its group before, or when the stack's deletion has failed at a subnet; then destroy again",
            ),
        ),
        "AWS::CloudFront::VpcOrigin" => found(
            Obstacle,
            Said::new(
                "CloudFront's network interfaces and its security group `CloudFront-VPCOrigins-Service-SG`",
                "CloudFront makes them in the network of the origin, and takes them away after the origin is gone: until then its load balancer, subnets and network can't be deleted",
                "if a subnet or the network fails, wait until the interfaces are gone, delete the group, and destroy again",
            ),
        ),
        "AWS::CloudFront::Distribution" if associates_functions(subject.properties) => found(
            Obstacle,
            Said::new(
                "replicas of its Lambda@Edge functions",
                "CloudFront deletes them within hours after the distribution, and a function can't be deleted before",
                "destroy again some hours later",
            ),
        ),
        "AWS::Lambda::Function" => function(subject, all, found),
        "AWS::RDS::DBCluster" | "AWS::RDS::DBInstance" => database(subject, all, found),
        "AWS::EKS::Cluster" => control_plane(subject, all, found),
        "AWS::Route53::HostedZone" => found(
            After,
            Said::new(
                "the delegation to its name servers, at the parent zone or the registrar",
                "it is in no stack here, or outlives this one: whoever is given these name servers next answers for the domain",
                "take the NS records from the parent zone, or the name servers from the registrar, before the zone goes",
            ),
        ),
        "AWS::Route53::DNSSEC" => found(
            Before,
            Said::new(
                "the DS record at the parent zone or the registrar",
                "as long as it is there, nobody who validates resolves the domain without signatures",
                "delete the DS record, and wait as long as its time to live, before the stack goes",
            ),
        ),
        _ => {}
    }
}

fn associates_functions(properties: &Value) -> bool {
    match properties {
        Value::Object(map) => map.iter().any(|(key, value)| {
            let some = value.as_array().is_some_and(|all| !all.is_empty());
            (key == "LambdaFunctionAssociations" && some) || associates_functions(value)
        }),
        Value::Array(all) => all.iter().any(associates_functions),
        _ => false,
    }
}

fn function(subject: &Subject<'_>, all: &[Subject<'_>], found: Found<'_>) {
    if subject.at("VpcConfig").is_some() {
        found(
            Delayed,
            Said::new(
                "its network interfaces",
                "Lambda deletes them some twenty minutes after the last function that uses them; the subnets and security groups wait for that",
                "nothing: it takes that long",
            ),
        );
    }
    if subject.at("LoggingConfig/LogGroup").is_none()
        && let Some(name) = subject.name("FunctionName")
    {
        log_group(&format!("/aws/lambda/{name}"), "Lambda made it", all, found);
    }
}

fn database(subject: &Subject<'_>, all: &[Subject<'_>], found: Found<'_>) {
    // Those of a cluster are the cluster's.
    let member = subject.at("DBClusterIdentifier").is_some();
    if member {
        return;
    }
    if subject.at("DeleteAutomatedBackups").is_some_and(|value| *value == Value::Bool(false)) {
        found(
            After,
            Said::new(
                "automated backups",
                "`DeleteAutomatedBackups` is false: they stay until their retention is over",
                "delete them earlier if nobody needs them",
            ),
        );
    }
    let (kind, property) = match subject.type_name() {
        "AWS::RDS::DBCluster" => ("cluster", "DBClusterIdentifier"),
        _ => ("instance", "DBInstanceIdentifier"),
    };
    let exports = subject.at("EnableCloudwatchLogsExports").and_then(Value::as_array);
    let name = (subject.text(property)).or(subject.physical_id);
    for export in exports.into_iter().flatten().filter_map(Value::as_str) {
        if let Some(name) = name {
            let group = format!("/aws/rds/{kind}/{name}/{export}");
            log_group(&group, "RDS made it for the logs that it exports", all, found);
        }
    }
}

fn control_plane(subject: &Subject<'_>, all: &[Subject<'_>], found: Found<'_>) {
    let types = subject.at("Logging/ClusterLogging/EnabledTypes").and_then(Value::as_array);
    if types.is_some_and(|types| !types.is_empty())
        && let Some(name) = subject.name("Name")
    {
        let group = format!("/aws/eks/{name}/cluster");
        log_group(&group, "EKS made it for the logs of the control plane", all, found);
    }
}

/// A log group that a service made, unless a stack has it.
pub(super) fn log_group(name: &str, why: &str, all: &[Subject<'_>], found: Found<'_>) {
    let has = |subject: &Subject<'_>| {
        subject.type_name() == "AWS::Logs::LogGroup" && subject.name("LogGroupName") == Some(name)
    };
    if !all.iter().any(has) {
        let advice = format!("`aws logs delete-log-group --log-group-name {name}`");
        found(After, Said::new(format!("the log group `{name}`"), why, advice));
    }
}
