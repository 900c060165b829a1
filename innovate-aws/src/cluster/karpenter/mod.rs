//! What Karpenter needs in AWS: permissions, the queue of interruptions, and the role of its nodes.
//!
//! * [`Karpenter`]: the construct; [`KarpenterHandle`] has the names that node pools, node classes
//!   and Karpenter's own settings need,
//! * [`SpotServiceRole`]: whether the account's role for Spot Instances is made with it,
//! * `permission`: what the controller may do, `interruption`: the queue and what is sent to it.
//!
//! The policies follow Karpenter's own CloudFormation template of v1.14, tightened where a name is
//! known here.

mod alarm;
mod interruption;
mod permission;
mod spot;

use innovate_cfn::{eks, iam};
use innovate_core::{AnyStack, Construct, Diagnostic, ResourceType as _, Scope, Site};

use self::permission::Names;
pub use self::{alarm::KarpenterAlarm, spot::SpotServiceRole};
use super::{Cluster, nodes::node_role};
use crate::{
    identity::{RoleHandle, associate, pod_trust},
    name::{ClusterName, InstanceProfileName, QueueName, RoleName, ServiceAccountRef},
    service_account,
};

/// Everything in AWS that Karpenter v1.14 needs to make nodes for a cluster.
///
/// The controller has its role through Pod Identity, as the service account
/// `kube-system/karpenter`, with the six policies that Karpenter's authors divide its permissions
/// into. The nodes' role and instance profile have fixed names, so the controller doesn't make
/// instance profiles and has no permission to. Warnings of interruptions reach it through a queue.
///
/// Source: "CloudFormation" and "Getting Started with Karpenter", Karpenter documentation.
#[derive(Clone, Debug)]
pub struct Karpenter {
    cluster: Cluster,
    spot: SpotServiceRole,
}

impl Karpenter {
    /// Karpenter for a cluster.
    pub fn new(cluster: &Cluster) -> Self {
        Self { cluster: cluster.clone(), spot: SpotServiceRole::default() }
    }

    /// Whether the account's role for Spot Instances is made here. It isn't by default.
    #[must_use]
    pub const fn spot_service_role(mut self, role: SpotServiceRole) -> Self {
        self.spot = role;
        self
    }
}

impl Construct for Karpenter {
    type Handle = KarpenterHandle;
    type Needs = AnyStack;

    fn build(self, scope: &mut Scope<'_>) -> KarpenterHandle {
        let cluster = self.cluster;
        let mut handle = KarpenterHandle::of(&cluster);
        handle.findings().into_iter().for_each(|finding| scope.report(finding));

        // Karpenter's nodes get the CNI's permissions from the CNI's own role.
        let node_role = scope.add(
            "NodeRole",
            node_role("Nodes that Karpenter makes", &[]).role_name(&handle.node_role),
        );
        let title = format!("nodes that Karpenter makes for {}", cluster.name());
        handle.nodes = RoleHandle::new(title, &node_role, scope.site());
        scope.add(
            "InstanceProfile",
            iam::InstanceProfile::new([&node_role]).instance_profile_name(&handle.instance_profile),
        );
        let entry = eks::AccessEntry::new(cluster.name_in(scope), node_role.arn())
            .type_("EC2_LINUX")
            .depends_on(&cluster);
        scope.add("NodeAccess", entry);

        self.spot.add_to(scope);

        let queue =
            scope.within("InterruptionQueue", |scope| interruption::add_to(scope, &handle.queue));

        let names = Names {
            cluster: cluster.name(),
            cluster_arn: cluster.arn(),
            node_role: node_role.arn(),
            queue: queue.arn(),
            site: cluster.site(),
        };
        let policies = permission::policies(&names).map(|(id, policy)| {
            let policy = iam::ManagedPolicy::new(policy).description("Karpenter's controller");
            scope.add(id, policy).reference()
        });
        let trust = pod_trust(cluster.site(), cluster.name(), &handle.service_account);
        let role = iam::Role::new(trust)
            .description("Karpenter's controller")
            .managed_policy_arns(policies);
        let role = scope.add("ControllerRole", role);
        associate(scope, &cluster, &handle.service_account, &role);
        handle
    }
}

/// Karpenter's part of AWS: the names that its node classes and settings in Kubernetes need. All are
/// known at synthesis.
#[derive(Clone, Debug)]
pub struct KarpenterHandle {
    cluster: Cluster,
    queue: QueueName,
    node_role: RoleName,
    nodes: RoleHandle,
    instance_profile: InstanceProfileName,
    service_account: ServiceAccountRef,
}

impl KarpenterHandle {
    fn of(cluster: &Cluster) -> Self {
        let (name, region) = (cluster.name(), cluster.site().region());
        // Roles and instance profiles are the account's, not the region's.
        let regional = |what: &str| format!("{name}-{region}-{what}");
        let node_role = RoleName::trusted(regional("karpenter-node"));
        Self {
            cluster: cluster.clone(),
            queue: QueueName::trusted(format!("{name}-karpenter")),
            nodes: RoleHandle::existing(&node_role, cluster.site()),
            node_role,
            instance_profile: InstanceProfileName::trusted(regional("karpenter-node")),
            service_account: service_account!("kube-system", "karpenter"),
        }
    }

    /// Names that are longer than AWS allows.
    fn findings(&self) -> Vec<Diagnostic> {
        let too_long = |what: &str, name: &str, most: usize| {
            (name.len() > most).then(|| {
                Diagnostic::error(
                    "KAR-05",
                    format!("Karpenter's {what} would have too long a name"),
                )
                .given(format!("`{name}`, {} characters", name.len()))
                .allowed(format!("up to {most}"))
                .help("give the cluster a shorter name: `.name(name!(ClusterName: \"..\"))`")
            })
        };
        [
            too_long("node role", self.node_role.as_str(), 64),
            too_long("queue", self.queue.as_str(), 80),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// The cluster.
    pub const fn cluster(&self) -> &Cluster {
        &self.cluster
    }

    /// The cluster's name: the setting `clusterName`.
    pub fn cluster_name(&self) -> &ClusterName {
        self.cluster.name()
    }

    /// Account, region, stage and tags.
    pub fn site(&self) -> &Site {
        self.cluster.site()
    }

    /// The queue of interruptions: the setting `interruptionQueue`.
    pub const fn queue_name(&self) -> &QueueName {
        &self.queue
    }

    /// The role of nodes.
    pub const fn node_role_name(&self) -> &RoleName {
        &self.node_role
    }

    /// The role of nodes, to be granted what every pod on them may then do too: to pull images through a
    /// cache, and little else.
    pub const fn node_role(&self) -> &RoleHandle {
        &self.nodes
    }

    /// The instance profile of nodes: `instanceProfile` of a node class.
    pub const fn instance_profile_name(&self) -> &InstanceProfileName {
        &self.instance_profile
    }

    /// The tag of the subnets that nodes may be in: a subnet selector of a node class.
    pub fn discovery_tag(&self) -> (&'static str, &str) {
        (Self::DISCOVERY_TAG, self.cluster.name().as_str())
    }

    /// The tag of the security group that nodes have: a security group selector of a node class.
    pub fn security_group_tag(&self) -> (&'static str, &str) {
        self.cluster.security_group_tag()
    }

    /// The service account of the controller.
    pub const fn service_account(&self) -> &ServiceAccountRef {
        &self.service_account
    }

    /// The key of the tag by which Karpenter finds subnets. Its value is the cluster's name.
    pub const DISCOVERY_TAG: &'static str = "karpenter.sh/discovery";
}
