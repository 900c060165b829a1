//! Who may use the Kubernetes API: access entries.

use std::collections::BTreeMap;

use innovate_cfn::{
    eks::{self, access_entry},
    iam,
    kind::RoleArn,
};
use innovate_core::{Gives, Scope, Text, Value, text, value::pseudo};

use crate::name::{NamespaceName, RoleName};

/// What EKS lets a role do with the objects of a cluster.
///
/// Source: "Review access policy permissions", Amazon EKS User Guide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum AccessPolicy {
    /// Everything, as the Kubernetes group `system:masters`.
    ClusterAdmin,
    /// Most objects, also roles and their bindings.
    Admin,
    /// Reading all objects, also secrets.
    AdminView,
    /// Reading and writing most objects, also secrets; no roles.
    Edit,
    /// Reading most objects; no secrets.
    View,
}

impl AccessPolicy {
    /// AWS's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ClusterAdmin => "AmazonEKSClusterAdminPolicy",
            Self::Admin => "AmazonEKSAdminPolicy",
            Self::AdminView => "AmazonEKSAdminViewPolicy",
            Self::Edit => "AmazonEKSEditPolicy",
            Self::View => "AmazonEKSViewPolicy",
        }
    }

    /// Its ARN.
    pub fn arn(self) -> Value<Text> {
        let path = format!(":eks::aws:cluster-access-policy/{}", self.name());
        text!["arn:", pseudo::partition(), path]
    }
}

/// A role that uses the Kubernetes API. EKS refuses an access entry for a role that doesn't exist: one
/// that the program doesn't make must be there before the stack is deployed.
#[derive(Clone, Debug)]
pub struct Principal {
    id: String,
    arn: Value<Text>,
}

impl Principal {
    /// A role by its ARN, such as one that IAM Identity Center made:
    /// `arn!(RoleArn: "arn:aws:iam::111122223333:role/ci")`. `id` is its name within the stack.
    pub fn arn(id: impl Into<String>, arn: impl Gives<RoleArn>) -> Self {
        Self { id: id.into(), arn: arn.give().assume() }
    }
}

impl From<RoleName> for Principal {
    /// A role of the cluster's own account, without a path.
    fn from(name: RoleName) -> Self {
        let id = name.to_string();
        let arn =
            text!["arn:", pseudo::partition(), ":iam::", pseudo::account_id(), ":role/", name];
        Self { id, arn }
    }
}

impl From<&iam::RoleRef> for Principal {
    /// A role of this program.
    fn from(role: &iam::RoleRef) -> Self {
        Self { id: role.address().logical_id().to_owned(), arn: role.arn().assume() }
    }
}

/// Where a policy applies.
#[derive(Clone, Debug, PartialEq, Eq)]
enum AccessScope {
    Cluster,
    Namespaces(Vec<NamespaceName>),
}

/// What a role may do in the cluster: an access entry with its policies.
///
/// ```
/// use innovate_aws::{cluster::{Access, AccessPolicy}, name};
///
/// let developers = Access::of(name!(RoleName: "developers"))
///     .in_cluster(AccessPolicy::View)
///     .in_namespace(AccessPolicy::Edit, name!(NamespaceName: "api"));
/// ```
///
/// Source: "Grant IAM users access to Kubernetes with EKS access entries", Amazon EKS User Guide.
#[derive(Clone, Debug)]
#[must_use]
pub struct Access {
    principal: Principal,
    policies: BTreeMap<AccessPolicy, AccessScope>,
    groups: Vec<String>,
}

impl Access {
    /// A role that may sign in, and do nothing yet.
    pub fn of(principal: impl Into<Principal>) -> Self {
        Self { principal: principal.into(), policies: BTreeMap::new(), groups: Vec::new() }
    }

    /// Applies a policy to the whole cluster.
    pub fn in_cluster(mut self, policy: AccessPolicy) -> Self {
        self.policies.insert(policy, AccessScope::Cluster);
        self
    }

    /// Applies a policy to one more namespace. A policy that applies to the whole cluster stays so.
    pub fn in_namespace(mut self, policy: AccessPolicy, namespace: NamespaceName) -> Self {
        let scope = self.policies.entry(policy).or_insert(AccessScope::Namespaces(Vec::new()));
        if let AccessScope::Namespaces(namespaces) = scope {
            namespaces.push(namespace);
        }
        self
    }

    /// Puts the role into a group that the cluster's own role bindings name. Groups beginning with
    /// `system:` are Kubernetes' own; EKS refuses them.
    pub fn group(mut self, group: impl Into<String>) -> Self {
        self.groups.push(group.into());
        self
    }

    /// Adds the access entry.
    pub(super) fn add_to(
        self,
        scope: &mut Scope<'_>,
        cluster: &eks::ClusterRef,
    ) -> eks::AccessEntryRef {
        let policies: Vec<_> = self.policies.into_iter().map(policy).collect();
        let mut entry = eks::AccessEntry::new(cluster, self.principal.arn);
        if !policies.is_empty() {
            entry = entry.access_policies(policies);
        }
        if !self.groups.is_empty() {
            entry = entry.kubernetes_groups(self.groups);
        }
        scope.within("Access", |scope| scope.add(self.principal.id, entry))
    }
}

fn policy((policy, scope): (AccessPolicy, AccessScope)) -> access_entry::AccessPolicy {
    let scope = match scope {
        AccessScope::Cluster => {
            access_entry::AccessScope::new(access_entry::AccessScopeType::CLUSTER)
        }
        AccessScope::Namespaces(namespaces) => {
            access_entry::AccessScope::new(access_entry::AccessScopeType::NAMESPACE)
                .namespaces(namespaces)
        }
    };
    access_entry::AccessPolicy::new(scope, policy.arn())
}
