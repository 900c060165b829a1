//! What the properties of resources mean: ids, names and ARNs beside the kinds of the core.
//!
//! A handle gives the id that `Ref` returns, its methods give the others. For a resource outside the
//! program there is `literal`:
//!
//! ```
//! use innovate_cfn::{ec2, kind::VpcId};
//! use innovate_core::cidr;
//!
//! let vpc = VpcId::literal("vpc-0123456789abcdef0");
//! let subnet = ec2::Subnet::new(vpc).cidr_block(cidr!("10.30.0.0/24"));
//! ```

pub use innovate_core::value::{Boolean, Cidr, Integer, Json, List, Map, Number, Scalar, Text};

use innovate_core::Is;

pub use crate::{Tag, policy::PolicyDocument};

id! {
    /// The ARN of an S3 access point.
    AccessPointArn
    /// The ARN of a CloudWatch alarm.
    AlarmArn
    /// The name of a KMS key's alias, such as `alias/volumes`.
    AliasName
    /// The allocation id of an elastic IP address: `eipalloc-...`.
    AllocationId
    /// The name of an EC2 Auto Scaling group.
    AutoScalingGroupName
    /// The id of an AWS Backup plan.
    BackupPlanId
    /// The ARN of a backup vault.
    BackupVaultArn
    /// The name of a backup vault.
    BackupVaultName
    /// The ARN of an S3 bucket.
    BucketArn
    /// The name of an S3 bucket.
    BucketName
    /// The id of a CloudFront cache policy, one of AWS's own or the program's.
    CachePolicyId
    /// The id of a carrier gateway.
    CarrierGatewayId
    /// The ARN of a certificate in AWS Certificate Manager.
    CertificateArn
    /// The id of a customer gateway: `cgw-...`.
    CustomerGatewayId
    /// The identifier of an RDS or Aurora cluster.
    DbClusterIdentifier
    /// The name of an RDS cluster parameter group.
    DbClusterParameterGroupName
    /// The identifier of an RDS instance.
    DbInstanceIdentifier
    /// The name of an RDS instance parameter group.
    DbParameterGroupName
    /// The name of an RDS Proxy.
    DbProxyName
    /// The name of an RDS subnet group.
    DbSubnetGroupName
    /// The id of a set of DHCP options: `dopt-...`.
    DhcpOptionsId
    /// The id of a CloudFront distribution.
    DistributionId
    /// The id of an egress-only internet gateway: `eigw-...`.
    EgressOnlyInternetGatewayId
    /// The ARN of an EKS cluster.
    EksClusterArn
    /// The name of an EKS cluster.
    EksClusterName
    /// The name of an EventBridge bus.
    EventBusName
    /// The ARN of a Network Firewall policy.
    FirewallPolicyArn
    /// The ARN of a Lambda function.
    FunctionArn
    /// The id of a gateway that routes lead to: an internet gateway or a virtual private gateway.
    GatewayId
    /// The identifier of an Aurora global cluster.
    GlobalClusterIdentifier
    /// The id of a Route 53 health check.
    HealthCheckId
    /// The id of a Route 53 hosted zone.
    HostedZoneId
    /// The id of an Amazon machine image: `ami-...`.
    ImageId
    /// The id of an EC2 instance: `i-...`.
    InstanceId
    /// The ARN of an instance profile.
    InstanceProfileArn
    /// The name of an instance profile.
    InstanceProfileName
    /// The id of an internet gateway: `igw-...`.
    InternetGatewayId
    /// The ARN of a WAF IP set.
    IpSetArn
    /// The id of an IPAM.
    IpamId
    /// The id of an IPAM pool.
    IpamPoolId
    /// The id of an IPAM scope.
    IpamScopeId
    /// The ARN of a KMS key.
    KeyArn
    /// The id of a KMS key.
    KeyId
    /// A KMS key by its ARN, its id, or the name of an alias.
    KeyIdentifier
    /// The id of a launch template: `lt-...`.
    LaunchTemplateId
    /// The ARN of a listener of a load balancer.
    ListenerArn
    /// The ARN of an application, network or gateway load balancer.
    LoadBalancerArn
    /// The ARN of a CloudWatch Logs group, with `:*` at its end.
    LogGroupArn
    /// The name of a CloudWatch Logs group.
    LogGroupName
    /// The ARN of a managed IAM policy.
    ManagedPolicyArn
    /// The id of a NAT gateway: `nat-...`.
    NatGatewayId
    /// The id of a network ACL: `acl-...`.
    NetworkAclId
    /// The id of a network interface: `eni-...`.
    NetworkInterfaceId
    /// The ARN of an OpenID Connect provider in IAM.
    OidcProviderArn
    /// The id of a CloudFront origin access control.
    OriginAccessControlId
    /// The id of a CloudFront origin request policy, one of AWS's own or the program's.
    OriginRequestPolicyId
    /// The id of a prefix list: `pl-...`.
    PrefixListId
    /// The ARN of an SQS queue.
    QueueArn
    /// The name of an SQS queue.
    QueueName
    /// The URL of an SQS queue.
    QueueUrl
    /// The ARN of a WAF set of regular expressions.
    RegexPatternSetArn
    /// The ARN of an ECR repository.
    RepositoryArn
    /// The name of an ECR repository.
    RepositoryName
    /// The id of a CloudFront response headers policy, one of AWS's own or the program's.
    ResponseHeadersPolicyId
    /// The ARN of an IAM role.
    RoleArn
    /// The name of an IAM role.
    RoleName
    /// The id of a route table: `rtb-...`.
    RouteTableId
    /// The ARN of a WAF rule group.
    RuleGroupArn
    /// The ARN of a secret in Secrets Manager.
    SecretArn
    /// The id of a security group: `sg-...`.
    SecurityGroupId
    /// A security group by its id, or, in a default VPC, by its name.
    SecurityGroupIdentifier
    /// The name of a security group.
    SecurityGroupName
    /// The id of a subnet: `subnet-...`.
    SubnetId
    /// The ARN of a target group.
    TargetGroupArn
    /// The ARN of an SNS topic.
    TopicArn
    /// The id of an attachment to a transit gateway: `tgw-attach-...`.
    TransitGatewayAttachmentId
    /// The id of a transit gateway: `tgw-...`.
    TransitGatewayId
    /// The id of a transit gateway's route table: `tgw-rtb-...`.
    TransitGatewayRouteTableId
    /// The id of an EBS volume: `vol-...`.
    VolumeId
    /// The id of a VPC endpoint: `vpce-...`.
    VpcEndpointId
    /// The id of a VPC: `vpc-...`.
    VpcId
    /// The id of a VPC peering connection: `pcx-...`.
    VpcPeeringConnectionId
    /// The id of a VPN connection: `vpn-...`.
    VpnConnectionId
    /// The id of a virtual private gateway: `vgw-...`.
    VpnGatewayId
    /// The ARN of a WAF web ACL.
    WebAclArn
}

impl Is<GatewayId> for InternetGatewayId {}
impl Is<GatewayId> for VpnGatewayId {}
impl Is<KeyIdentifier> for AliasName {}
impl Is<KeyIdentifier> for KeyArn {}
impl Is<KeyIdentifier> for KeyId {}
impl Is<SecurityGroupIdentifier> for SecurityGroupId {}
impl Is<SecurityGroupIdentifier> for SecurityGroupName {}
