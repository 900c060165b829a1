//! What Karpenter's controller may do.

use innovate_cfn::{
    kind::{QueueArn, RoleArn},
    policy::{Condition, PolicyDocument, Statement},
};
use innovate_core::{Site, Text, Value, text, value::pseudo};

use crate::name::ClusterName;

/// What the permissions are scoped to.
pub(super) struct Names<'a> {
    pub(super) cluster: &'a ClusterName,
    pub(super) cluster_arn: Value<Text>,
    pub(super) node_role: Value<RoleArn>,
    pub(super) queue: Value<QueueArn>,
    pub(super) site: &'a Site,
}

/// The six policies, each with its id. One would be longer than IAM allows.
pub(super) fn policies(names: &Names<'_>) -> [(&'static str, PolicyDocument); 6] {
    [
        ("NodeLifecyclePolicy", node_lifecycle(names)),
        ("IamIntegrationPolicy", iam_integration(names)),
        ("EksIntegrationPolicy", eks_integration(names)),
        ("InterruptionPolicy", interruption(names)),
        ("ZonalShiftPolicy", zonal_shift(names)),
        ("ResourceDiscoveryPolicy", resource_discovery(names)),
    ]
}

const NODE_POOL: &str = "karpenter.sh/nodepool";

impl Names<'_> {
    /// Resources of EC2 in the cluster's region and account.
    fn ec2<const N: usize>(&self, kinds: [&str; N]) -> [Value<Text>; N] {
        let (region, account) = (self.site.region(), self.site.account());
        kinds.map(|kind| {
            text!["arn:", pseudo::partition(), format!(":ec2:{region}:{account}:{kind}/*")]
        })
    }

    /// Resources of EC2 in the cluster's region and any account.
    fn of_any_account<const N: usize>(&self, kinds: [&str; N]) -> [Value<Text>; N] {
        let region = self.site.region();
        kinds.map(|kind| text!["arn:", pseudo::partition(), format!(":ec2:{region}:*:{kind}/*")])
    }

    /// Images and snapshots, whose ARNs have no account.
    fn without_account<const N: usize>(&self, kinds: [&str; N]) -> [Value<Text>; N] {
        let region = self.site.region();
        kinds.map(|kind| text!["arn:", pseudo::partition(), format!(":ec2:{region}::{kind}/*")])
    }

    /// The tag that makes a resource the cluster's.
    fn owned(&self, of: &str) -> Condition {
        Condition::string_equals(
            format!("aws:{of}/kubernetes.io/cluster/{}", self.cluster),
            "owned",
        )
    }

    /// The tag that names the cluster.
    fn names_cluster(&self) -> Condition {
        Condition::string_equals("aws:RequestTag/eks:eks-cluster-name", self.cluster.to_string())
    }
}

/// The tag that makes a resource a node pool's.
fn of_a_node_pool(of: &str) -> Condition {
    Condition::string_like(format!("aws:{of}/{NODE_POOL}"), "*")
}

/// Making, tagging and deleting instances and what belongs to them, as far as they carry the
/// cluster's tags.
fn node_lifecycle(names: &Names<'_>) -> PolicyDocument {
    const MADE: [&str; 6] = [
        "fleet",
        "instance",
        "volume",
        "network-interface",
        "launch-template",
        "spot-instances-request",
    ];
    const LAUNCH: [&str; 2] = ["ec2:RunInstances", "ec2:CreateFleet"];
    PolicyDocument::new([
        // Subnets and security groups may be shared from the network's account.
        Statement::allow(LAUNCH)
            .sid("LaunchFrom")
            .on(names.without_account(["image", "snapshot"]))
            .on(names.of_any_account([
                "security-group",
                "subnet",
                "capacity-reservation",
                "placement-group",
            ])),
        Statement::allow(LAUNCH)
            .sid("LaunchFromOwnTemplates")
            .on(names.ec2(["launch-template"]))
            .when(names.owned("ResourceTag"))
            .when(of_a_node_pool("ResourceTag")),
        Statement::allow(LAUNCH.into_iter().chain(["ec2:CreateLaunchTemplate"]))
            .sid("LaunchTagged")
            .on(names.ec2(MADE))
            .when(names.owned("RequestTag"))
            .when(names.names_cluster())
            .when(of_a_node_pool("RequestTag")),
        Statement::allow(["ec2:CreateTags"])
            .sid("TagWhatIsLaunched")
            .on(names.ec2(MADE))
            .when(names.owned("RequestTag"))
            .when(names.names_cluster())
            .when(Condition::string_equals(
                "ec2:CreateAction",
                ["RunInstances", "CreateFleet", "CreateLaunchTemplate"],
            ))
            .when(of_a_node_pool("RequestTag")),
        Statement::allow(["ec2:CreateTags"])
            .sid("TagOwnInstances")
            .on(names.ec2(["instance"]))
            .when(names.owned("ResourceTag"))
            .when(of_a_node_pool("ResourceTag"))
            .when(names.names_cluster().if_exists())
            .when(
                Condition::string_equals(
                    "aws:TagKeys",
                    ["eks:eks-cluster-name", "karpenter.sh/nodeclaim", "Name"],
                )
                .for_all_values(),
            ),
        Statement::allow(["ec2:TerminateInstances", "ec2:DeleteLaunchTemplate"])
            .sid("DeleteOwn")
            .on(names.ec2(["instance", "launch-template"]))
            .when(names.owned("ResourceTag"))
            .when(of_a_node_pool("ResourceTag")),
    ])
}

/// Handing the nodes' role to instances. The permissions to make instance profiles, which Karpenter's
/// template has too, are left out: node classes name one that exists.
fn iam_integration(names: &Names<'_>) -> PolicyDocument {
    PolicyDocument::new([Statement::allow(["iam:PassRole"])
        .sid("PassNodeRole")
        .on(&names.node_role)
        .when(Condition::string_equals("iam:PassedToService", "ec2.amazonaws.com"))])
}

/// Finding the cluster's endpoint and version.
fn eks_integration(names: &Names<'_>) -> PolicyDocument {
    PolicyDocument::new([Statement::allow(["eks:DescribeCluster"])
        .sid("DescribeOwnCluster")
        .on(&names.cluster_arn)])
}

/// Reading the queue.
fn interruption(names: &Names<'_>) -> PolicyDocument {
    PolicyDocument::new([Statement::allow([
        "sqs:DeleteMessage",
        "sqs:GetQueueUrl",
        "sqs:ReceiveMessage",
    ])
    .sid("ReadInterruptions")
    .on(&names.queue)])
}

/// Seeing which zone traffic was shifted away from.
fn zonal_shift(names: &Names<'_>) -> PolicyDocument {
    PolicyDocument::new([Statement::allow(["arc-zonal-shift:GetManagedResource"])
        .sid("SeeZonalShifts")
        .on_all()
        .when(Condition::string_equals("arc-zonal-shift:ResourceIdentifier", &names.cluster_arn))])
}

/// Finding out what there is to launch, and at which price.
fn resource_discovery(names: &Names<'_>) -> PolicyDocument {
    let (region, account) = (names.site.region(), names.site.account());
    let parameters = format!(":ssm:{region}::parameter/aws/service/*");
    let profiles = format!(":iam::{account}:instance-profile/*");
    PolicyDocument::new([
        Statement::allow([
            "ec2:DescribeCapacityReservations",
            "ec2:DescribeImages",
            "ec2:DescribeInstances",
            "ec2:DescribeInstanceStatus",
            "ec2:DescribeInstanceTypeOfferings",
            "ec2:DescribeInstanceTypes",
            "ec2:DescribeLaunchTemplates",
            "ec2:DescribePlacementGroups",
            "ec2:DescribeSecurityGroups",
            "ec2:DescribeSpotPriceHistory",
            "ec2:DescribeSubnets",
        ])
        .sid("DescribeInRegion")
        .on_all()
        .when(Condition::string_equals("aws:RequestedRegion", region.to_owned())),
        Statement::allow(["ssm:GetParameter"]).sid("ReadImageParameters").on(text![
            "arn:",
            pseudo::partition(),
            parameters
        ]),
        Statement::allow(["pricing:GetProducts", "iam:ListInstanceProfiles"])
            .sid("ReadPricesAndProfiles")
            .on_all(),
        Statement::allow(["iam:GetInstanceProfile"]).sid("ReadInstanceProfiles").on(text![
            "arn:",
            pseudo::partition(),
            profiles
        ]),
    ])
}
