//! What texts mean: ids, names and ARNs by their format, and policies by their name.

use serde_json::Value;

use super::{kind::Kind, model::Schema};

/// The meaning of a property that the schema's types don't tell, if there is one.
pub(crate) fn of(_schema: &Schema, _place: &str, node: &Value, _property: &str) -> Option<Kind> {
    let format = node.get("format").and_then(Value::as_str);
    let list = node.get("type").and_then(Value::as_str) == Some("array");
    let kind = by_format(format?)?;
    Some(if list { kind.list() } else { kind })
}

/// The kind of a format.
fn by_format(format: &str) -> Option<Kind> {
    let name = match format {
        "AWS::ACM::Certificate.Arn" => "CertificateArn",
        "AWS::EC2::Image.Id" => "ImageId",
        "AWS::EC2::SecurityGroup.Id" | "AWS::EC2::SecurityGroup.Ids" => "SecurityGroupId",
        "AWS::EC2::SecurityGroup.Name" | "AWS::EC2::SecurityGroup.Names" => "SecurityGroupName",
        "AWS::EC2::Subnet.Id" | "AWS::EC2::Subnet.Ids" => "SubnetId",
        "AWS::EC2::VPC.Id" => "VpcId",
        "AWS::IAM::Role.Arn" => "RoleArn",
        "AWS::KMS::Alias.AliasName" => "AliasName",
        "AWS::KMS::Key.Arn" => "KeyArn",
        "AWS::KMS::Key.Id" => "KeyId",
        "AWS::Lambda::Function.Arn" => "FunctionArn",
        "AWS::Logs::LogGroup.Name" => "LogGroupName",
        "AWS::Route53::HostedZone.Id" | "AWS::Route53::AliasTarget.HostedZoneId" => "HostedZoneId",
        "AWS::S3::Bucket.Name" => "BucketName",
        "AWS::SNS::Topic.Arn" => "TopicArn",
        "AWS::SQS::Queue.Arn" => "QueueArn",
        "ipv4-network" => "Cidr",
        _ => return None,
    };
    Some(Kind::Common(name))
}

/// The kind of free JSON under a property's name.
pub(crate) fn of_json(property: &str) -> Kind {
    match property {
        "AccessPolicies"
        | "AssumeRolePolicyDocument"
        | "FileSystemPolicy"
        | "InlinePolicy"
        | "KeyPolicy"
        | "ModelPackageGroupPolicy"
        | "NamespaceResourcePolicy"
        | "Policy"
        | "PolicyDocument"
        | "PolicyText"
        | "RepositoryPolicyText"
        | "ResourcePolicy" => Kind::POLICY,
        _ => Kind::JSON,
    }
}
