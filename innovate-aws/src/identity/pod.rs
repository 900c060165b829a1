//! Roles of pods, through EKS Pod Identity.

use innovate_cfn::{
    eks, iam,
    policy::{Condition, PolicyDocument, Principal, Statement},
};
use innovate_core::{AnyStack, Construct, MAIN, ResourceType as _, Scope, Site};
use typed_builder::TypedBuilder;

use super::Permissions;
use crate::{
    cluster::Cluster,
    name::{ClusterName, ServiceAccountRef},
};

/// The role that the pods of one service account have: made here, bound to the service account, and
/// assumable by no one else.
///
/// The service account's manifest needs no annotation. A service account has one such role in a
/// cluster.
///
/// Source: "Learn how EKS Pod Identity grants Pods access to AWS services", Amazon EKS User Guide.
#[derive(Clone, Debug, TypedBuilder)]
pub struct PodIdentity {
    /// The cluster.
    #[builder(setter(transform = |cluster: &Cluster| cluster.clone()))]
    cluster: Cluster,
    /// The service account: the value from which its manifest is made too.
    service_account: ServiceAccountRef,
    /// What its pods may do. Nothing by default.
    #[builder(default, setter(into))]
    permissions: Permissions,
}

impl Construct for PodIdentity {
    type Handle = PodRole;
    type Needs = AnyStack;

    fn build(self, scope: &mut Scope<'_>) -> PodRole {
        let Self { cluster, service_account, permissions } = self;
        let policies = permissions.add_to(scope, "Permissions of a service account");
        let trust = pod_trust(cluster.site(), cluster.name(), &service_account);
        let mut role = iam::Role::new(trust).description("Pods of a service account");
        if !policies.is_empty() {
            role = role.managed_policy_arns(policies);
        }
        let role = scope.add("Role", role);
        associate(scope, &cluster, &service_account, &role);
        PodRole { role, service_account, site: scope.site().clone() }
    }
}

/// A role that pods have.
#[derive(Clone, Debug)]
pub struct PodRole {
    role: iam::RoleRef,
    service_account: ServiceAccountRef,
    site: Site,
}

impl PodRole {
    /// The service account that has it.
    pub const fn service_account(&self) -> &ServiceAccountRef {
        &self.service_account
    }

    /// The role.
    pub const fn role(&self) -> &iam::RoleRef {
        &self.role
    }

    /// Account, region, stage and tags of the stack that it is in.
    pub const fn site(&self) -> &Site {
        &self.site
    }
}

/// Binds a service account to a role.
pub(crate) fn associate(
    scope: &mut Scope<'_>,
    cluster: &Cluster,
    service_account: &ServiceAccountRef,
    role: &iam::RoleRef,
) {
    let association = eks::PodIdentityAssociation::new(
        cluster.name_in(scope),
        service_account.namespace(),
        role.arn(),
        service_account.name(),
    )
    .depends_on(cluster);
    scope.add(MAIN, association);
}

/// The trust policy of a role for one service account of one cluster.
///
/// Source: "Create IAM role with trust policy required by EKS Pod Identity" and "Cross-service
/// confused deputy prevention in Amazon EKS", Amazon EKS User Guide.
pub(crate) fn pod_trust(
    site: &Site,
    cluster: &ClusterName,
    service_account: &ServiceAccountRef,
) -> PolicyDocument {
    let account = site.account().to_owned();
    let arn = crate::cluster::arn(site, cluster);
    let (namespace, name) = (service_account.namespace(), service_account.name());
    PolicyDocument::new([Statement::allow(["sts:AssumeRole", "sts:TagSession"])
        .to(Principal::service("pods.eks.amazonaws.com"))
        .when(Condition::string_equals("aws:SourceAccount", account))
        .when(Condition::arn_equals("aws:SourceArn", arn))
        .when(Condition::string_equals(
            "aws:RequestTag/kubernetes-namespace",
            namespace.to_string(),
        ))
        .when(Condition::string_equals(
            "aws:RequestTag/kubernetes-service-account",
            name.to_string(),
        ))])
}
