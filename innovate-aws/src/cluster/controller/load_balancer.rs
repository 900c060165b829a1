//! The AWS Load Balancer Controller.

use innovate_cfn::policy::{Condition, Statement};
use innovate_core::{AnyStack, Construct, Scope, Text, Value, text, value::pseudo};

use crate::{
    cluster::Cluster,
    identity::{Permissions, PodIdentity, PodRole},
    load_balancer::TargetGroupHandle,
    name::TargetGroupName,
    service_account,
};

/// The role of the AWS Load Balancer Controller v3.5, as the service account
/// `kube-system/aws-load-balancer-controller`.
///
/// The permissions are those that its authors publish, with these differences: what it makes must
/// carry this cluster's name in its tag, so that it can't touch another cluster's load balancers; it
/// changes load balancers, listeners and web ACLs of the cluster's account and region only; it
/// opens the security groups of this cluster's nodes only; web ACLs may be found by name; about WAF
/// Classic and Shield Advanced it can ask, which it does for every load balancer, and change nothing.
///
/// Source: "IAM policy", AWS Load Balancer Controller documentation.
#[derive(Clone, Debug)]
pub struct LoadBalancerController {
    cluster: Cluster,
    /// The only target groups that it may change, if it makes no load balancers.
    bound: Option<Vec<TargetGroupName>>,
}

impl LoadBalancerController {
    /// The controller of a cluster, which makes load balancers of its ingresses.
    pub fn new(cluster: &Cluster) -> Self {
        Self { cluster: cluster.clone(), bound: None }
    }

    /// The controller of a cluster whose load balancers are made by CloudFormation: all it may do is to
    /// put pods into these target groups, and take them out. It makes nothing, and opens no security
    /// group.
    ///
    /// Source: "TargetGroupBinding", AWS Load Balancer Controller documentation.
    pub fn binding<'a>(
        cluster: &Cluster,
        groups: impl IntoIterator<Item = &'a TargetGroupHandle>,
    ) -> Self {
        let groups = groups.into_iter().map(|group| group.target_group_name().clone());
        Self { cluster: cluster.clone(), bound: Some(groups.collect()) }
    }
}

impl Construct for LoadBalancerController {
    type Handle = PodRole;
    type Needs = AnyStack;

    fn build(self, scope: &mut Scope<'_>) -> PodRole {
        PodIdentity::builder()
            .cluster(&self.cluster)
            .service_account(service_account!("kube-system", "aws-load-balancer-controller"))
            .permissions(match &self.bound {
                None => permissions(&self.cluster),
                Some(groups) => binding(&self.cluster, groups),
            })
            .build()
            .build(scope)
    }
}

/// The tag that the controller puts on all it makes. Its value is the cluster's name.
const TAG: &str = "elbv2.k8s.aws/cluster";

/// What it takes to bind target groups that exist. They are named by name, since their ARNs are known
/// only at deployment.
fn binding(cluster: &Cluster, groups: &[TargetGroupName]) -> Permissions {
    let (region, account) = (cluster.site().region(), cluster.site().account());
    let arns = groups.iter().map(|name| {
        let place = format!(":elasticloadbalancing:{region}:{account}:targetgroup/{name}/*");
        text!["arn:", pseudo::partition(), place]
    });
    let describe = Statement::allow([
        "ec2:DescribeAvailabilityZones",
        "ec2:DescribeInstances",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeVpcs",
        "elasticloadbalancing:DescribeTargetGroups",
        "elasticloadbalancing:DescribeTargetHealth",
    ])
    .sid("Describe")
    .on_all();
    let permissions = Permissions::new([describe]);
    if groups.is_empty() {
        return permissions;
    }
    let register = Statement::allow([
        "elasticloadbalancing:DeregisterTargets",
        "elasticloadbalancing:RegisterTargets",
    ]);
    permissions.with(register.sid("RegisterTargets").on(arns.collect::<Vec<_>>()))
}

fn permissions(cluster: &Cluster) -> Permissions {
    let name = cluster.name().to_string();
    let requested = || Condition::string_equals(format!("aws:RequestTag/{TAG}"), name.clone());
    let own = || Condition::string_equals(format!("aws:ResourceTag/{TAG}"), name.clone());
    // Retagging what it owns must not take the tag off, or put it on what it doesn't own.
    let not_requested = || Condition::null(format!("aws:RequestTag/{TAG}"), true);
    let of_nodes = || {
        Condition::string_equals(format!("aws:ResourceTag/kubernetes.io/cluster/{name}"), "owned")
    };

    let groups = || arns(cluster, "ec2", ["security-group/*"]);
    let balancers = || {
        arns(
            cluster,
            "elasticloadbalancing",
            ["targetgroup/*/*", "loadbalancer/net/*/*", "loadbalancer/app/*/*"],
        )
    };
    let listeners = || {
        arns(
            cluster,
            "elasticloadbalancing",
            [
                "listener/net/*/*/*",
                "listener/app/*/*/*",
                "listener-rule/net/*/*/*",
                "listener-rule/app/*/*/*",
            ],
        )
    };
    const OPEN: [&str; 2] = ["ec2:AuthorizeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress"];
    const TAGGING: [&str; 2] = ["elasticloadbalancing:AddTags", "elasticloadbalancing:RemoveTags"];

    let targets = || arns(cluster, "elasticloadbalancing", ["targetgroup/*/*"]);
    let all = || balancers().into_iter().chain(listeners());
    Permissions::new([
        Statement::allow(["iam:CreateServiceLinkedRole"])
            .sid("CreateServiceLinkedRole")
            .on_all()
            .when(Condition::string_equals(
                "iam:AWSServiceName",
                "elasticloadbalancing.amazonaws.com",
            )),
        Statement::allow(DESCRIBE).sid("Describe").on_all(),
        Statement::allow(FIND).sid("FindCertificatesAndWebAcls").on_all(),
        Statement::allow(PROTECT).sid("ProtectBalancers").on(balancers()).on(arns(
            cluster,
            "wafv2",
            ["regional/webacl/*/*"],
        )),
        Statement::allow(OPEN).sid("OpenNodes").on(groups()).when(of_nodes()),
        Statement::allow(["ec2:CreateSecurityGroup"]).sid("CreateGroups").on(groups()).on(arns(
            cluster,
            "ec2",
            ["vpc/*"],
        )),
        Statement::allow(["ec2:CreateTags"])
            .sid("TagNewGroups")
            .on(groups())
            .when(Condition::string_equals("ec2:CreateAction", "CreateSecurityGroup"))
            .when(requested()),
        Statement::allow(["ec2:CreateTags", "ec2:DeleteTags"])
            .sid("TagOwnGroups")
            .on(groups())
            .when(not_requested())
            .when(own()),
        Statement::allow(OPEN.into_iter().chain(["ec2:DeleteSecurityGroup"]))
            .sid("ChangeOwnGroups")
            .on(groups())
            .when(own()),
        Statement::allow([
            "elasticloadbalancing:CreateLoadBalancer",
            "elasticloadbalancing:CreateTargetGroup",
        ])
        .sid("CreateBalancers")
        .on(balancers())
        .when(requested()),
        Statement::allow([
            "elasticloadbalancing:CreateListener",
            "elasticloadbalancing:DeleteListener",
            "elasticloadbalancing:CreateRule",
            "elasticloadbalancing:DeleteRule",
        ])
        .sid("ChangeListeners")
        .on(all().collect::<Vec<_>>()),
        Statement::allow(TAGGING)
            .sid("TagOwnBalancers")
            .on(balancers())
            .when(not_requested())
            .when(own()),
        Statement::allow(TAGGING).sid("TagListeners").on(listeners()),
        Statement::allow(["elasticloadbalancing:AddTags"])
            .sid("TagNewBalancers")
            .on(balancers())
            .when(Condition::string_equals(
                "elasticloadbalancing:CreateAction",
                ["CreateTargetGroup", "CreateLoadBalancer"],
            ))
            .when(requested()),
        Statement::allow(CHANGE)
            .sid("ChangeOwnBalancers")
            .on(all().collect::<Vec<_>>())
            .when(own()),
        Statement::allow([
            "elasticloadbalancing:RegisterTargets",
            "elasticloadbalancing:DeregisterTargets",
        ])
        .sid("RegisterTargets")
        .on(targets()),
        Statement::allow([
            "elasticloadbalancing:SetWebAcl",
            "elasticloadbalancing:ModifyListener",
            "elasticloadbalancing:AddListenerCertificates",
            "elasticloadbalancing:RemoveListenerCertificates",
            "elasticloadbalancing:ModifyRule",
            "elasticloadbalancing:SetRulePriorities",
        ])
        .sid("ConfigureListeners")
        .on(all().collect::<Vec<_>>()),
    ])
}

/// Resources of a service in the cluster's region and account.
fn arns<const N: usize>(cluster: &Cluster, service: &str, paths: [&str; N]) -> [Value<Text>; N] {
    let (region, account) = (cluster.site().region(), cluster.site().account());
    paths.map(|path| {
        text!["arn:", pseudo::partition(), format!(":{service}:{region}:{account}:{path}")]
    })
}

const DESCRIBE: [&str; 29] = [
    "ec2:DescribeAccountAttributes",
    "ec2:DescribeAddresses",
    "ec2:DescribeAvailabilityZones",
    "ec2:DescribeCoipPools",
    "ec2:DescribeInstances",
    "ec2:DescribeInternetGateways",
    "ec2:DescribeIpamPools",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeRouteTables",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeTags",
    "ec2:DescribeVpcPeeringConnections",
    "ec2:DescribeVpcs",
    "ec2:GetCoipPoolUsage",
    "ec2:GetSecurityGroupsForVpc",
    "elasticloadbalancing:DescribeCapacityReservation",
    "elasticloadbalancing:DescribeListenerAttributes",
    "elasticloadbalancing:DescribeListenerCertificates",
    "elasticloadbalancing:DescribeListeners",
    "elasticloadbalancing:DescribeLoadBalancerAttributes",
    "elasticloadbalancing:DescribeLoadBalancers",
    "elasticloadbalancing:DescribeRules",
    "elasticloadbalancing:DescribeSSLPolicies",
    "elasticloadbalancing:DescribeTags",
    "elasticloadbalancing:DescribeTargetGroupAttributes",
    "elasticloadbalancing:DescribeTargetGroups",
    "elasticloadbalancing:DescribeTargetHealth",
    "elasticloadbalancing:DescribeTrustStores",
];

/// Certificates by host, user pools for authentication, and web ACLs by name. Where it can't ask WAF
/// Classic about a load balancer, the controller doesn't finish with the ingress.
const FIND: [&str; 9] = [
    "acm:DescribeCertificate",
    "acm:ListCertificates",
    "cognito-idp:DescribeUserPoolClient",
    "iam:GetServerCertificate",
    "iam:ListServerCertificates",
    "shield:DescribeProtection",
    "shield:GetSubscriptionState",
    "waf-regional:GetWebACLForResource",
    "wafv2:ListWebACLs",
];

/// What it does with a web ACL and a load balancer.
const PROTECT: [&str; 4] = [
    "wafv2:AssociateWebACL",
    "wafv2:DisassociateWebACL",
    "wafv2:GetWebACL",
    "wafv2:GetWebACLForResource",
];

const CHANGE: [&str; 11] = [
    "elasticloadbalancing:DeleteLoadBalancer",
    "elasticloadbalancing:DeleteTargetGroup",
    "elasticloadbalancing:ModifyCapacityReservation",
    "elasticloadbalancing:ModifyIpPools",
    "elasticloadbalancing:ModifyListenerAttributes",
    "elasticloadbalancing:ModifyLoadBalancerAttributes",
    "elasticloadbalancing:ModifyTargetGroup",
    "elasticloadbalancing:ModifyTargetGroupAttributes",
    "elasticloadbalancing:SetIpAddressType",
    "elasticloadbalancing:SetSecurityGroups",
    "elasticloadbalancing:SetSubnets",
];
