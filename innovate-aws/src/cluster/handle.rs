//! A cluster that is in a stack.

use std::sync::Arc;

use innovate_cfn::{
    eks,
    kind::{EksClusterName, LogGroupName},
    policy::Statement,
};
use innovate_core::{Gives, ResourceRef, Scope, Site, Text, Value, text, value::pseudo};

use super::KubernetesVersion;
use crate::{
    identity::{Grant, Grantee, RoleHandle},
    keys::{Ebs, Key},
    name::ClusterName,
    network::{Egress, HasSecurityGroup, SecurityGroupHandle, Subnets, tier::Private},
};

/// A cluster that is in a stack: what the rest of the program needs of it. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Cluster(Arc<Inner>);

#[derive(Debug)]
pub(super) struct Inner {
    pub(super) name: ClusterName,
    pub(super) version: KubernetesVersion,
    pub(super) site: Site,
    pub(super) cluster: eks::ClusterRef,
    pub(super) id: String,
    pub(super) nodes: Subnets<Private>,
    pub(super) volume_key: Key<Ebs>,
    pub(super) core_nodes: RoleHandle,
    pub(super) application_logs: Option<ResourceRef>,
}

impl Cluster {
    pub(super) fn new(inner: Inner) -> Self {
        Self(Arc::new(inner))
    }

    /// Its name.
    pub fn name(&self) -> &ClusterName {
        &self.0.name
    }

    /// Its version of Kubernetes.
    pub fn version(&self) -> KubernetesVersion {
        self.0.version
    }

    /// Where it is: account, region, stage and tags.
    pub fn site(&self) -> &Site {
        &self.0.site
    }

    /// The subnets of its nodes.
    pub fn node_subnets(&self) -> &Subnets<Private> {
        &self.0.nodes
    }

    /// The key that encrypts the volumes of its nodes, and of pods by the cluster's `StorageClass`.
    pub fn volume_key(&self) -> &Key<Ebs> {
        &self.0.volume_key
    }

    /// The role of its core nodes, to be granted what every pod on them may then do too: to pull images
    /// through a cache, and little else. Karpenter's nodes have another.
    pub fn core_node_role(&self) -> &RoleHandle {
        &self.0.core_nodes
    }

    /// The log group of what pods write, which the add-on
    /// [`CloudWatchObservability`](super::Addon::CloudWatchObservability) fills:
    /// `/aws/containerinsights/<cluster>/application`.
    pub fn application_logs(&self) -> Value<LogGroupName> {
        match &self.0.application_logs {
            Some(group) => group.reference(),
            None => Value::literal(format!("/aws/containerinsights/{}/application", self.0.name)),
        }
    }

    /// The URL of the Kubernetes API.
    pub fn api_endpoint(&self) -> Value<Text> {
        self.0.cluster.endpoint()
    }

    /// The issuer of the tokens of its service accounts, as a URL.
    pub fn issuer_url(&self) -> Value<Text> {
        self.0.cluster.open_id_connect_issuer_url()
    }

    /// Its ARN, made of what is known now: a policy that has it doesn't wait for the cluster.
    pub fn arn(&self) -> Value<Text> {
        arn(&self.0.site, &self.0.name)
    }

    /// Lets a role find the cluster, as `aws eks update-kubeconfig` does: for a pipeline that deploys to it.
    /// What it may do there, an access entry says.
    pub fn grant_describe(&self, to: &impl Grantee) -> Grant {
        let find = Statement::allow(["eks:DescribeCluster"]).sid("FindCluster").on(self.arn());
        Grant::new(to, self.site(), [find])
    }

    /// The tag by which its security group is found: EKS puts it on the group that it makes.
    ///
    /// Source: "View Amazon EKS security group requirements for clusters", Amazon EKS User Guide.
    pub fn security_group_tag(&self) -> (&'static str, &str) {
        ("aws:eks:cluster-name", self.0.name.as_str())
    }

    /// The cluster, for a resource that takes its name: in the cluster's own stack by reference,
    /// in others by the name, which is known, so that no output is needed. Wait for it beside.
    pub(crate) fn name_in(&self, scope: &Scope<'_>) -> Value<EksClusterName> {
        if scope.stack_name() == self.0.cluster.address().stack() {
            self.0.cluster.reference()
        } else {
            (&self.0.name).give()
        }
    }
}

/// The ARN of the cluster with a name.
pub(crate) fn arn(site: &Site, name: &ClusterName) -> Value<Text> {
    let rest = format!(":eks:{}:{}:cluster/{name}", site.region(), site.account());
    text!["arn:", pseudo::partition(), rest]
}

impl AsRef<ResourceRef> for Cluster {
    fn as_ref(&self) -> &ResourceRef {
        self.0.cluster.as_ref()
    }
}

impl HasSecurityGroup for Cluster {
    /// The group that EKS makes and puts on the control plane's interfaces and on every node. EKS
    /// lets its members connect anywhere.
    fn security_group(&self) -> SecurityGroupHandle {
        let id = self.0.cluster.cluster_security_group_id();
        SecurityGroupHandle::existing(self.0.id.clone(), id, Egress::Anywhere)
    }
}
