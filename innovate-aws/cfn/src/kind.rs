//! What the properties of resources mean: ids, names and ARNs beside the kinds of the core.

pub use innovate_core::value::{Boolean, Cidr, Integer, Json, List, Map, Number, Scalar, Text};

pub use crate::{Tag, policy::PolicyDocument};

id! {
    /// The name of a KMS key's alias, such as `alias/volumes`.
    AliasName
    /// The name of an S3 bucket.
    BucketName
    /// The ARN of an ACM certificate.
    CertificateArn
    /// The ARN of a Lambda function.
    FunctionArn
    /// The id of a Route 53 hosted zone.
    HostedZoneId
    /// The id of an Amazon machine image.
    ImageId
    /// The ARN of a KMS key.
    KeyArn
    /// The id of a KMS key.
    KeyId
    /// The name of a CloudWatch Logs group.
    LogGroupName
    /// The ARN of an SQS queue.
    QueueArn
    /// The ARN of an IAM role.
    RoleArn
    /// The id of a security group.
    SecurityGroupId
    /// The name of a security group.
    SecurityGroupName
    /// The id of a subnet.
    SubnetId
    /// The ARN of an SNS topic.
    TopicArn
    /// The id of a VPC.
    VpcId
}
