//! Roles of pods, through the cluster's OpenID Connect provider (IRSA).

use innovate_cfn::iam;
use innovate_core::{
    AnyStack, Construct, MAIN, Scope, Site, Text, Value,
    value::intrinsic::{select, split, sub},
};
use typed_builder::TypedBuilder;

use super::Permissions;
use crate::{
    cluster::Cluster,
    name::{RoleName, ServiceAccountRef},
};

/// The identity provider of a cluster's service accounts, for [`Irsa`]. A cluster has one.
///
/// [`PodIdentity`](super::PodIdentity) needs none and is the better choice, except for what can't use
/// it, such as pods on Fargate. IAM fetches the provider's certificate itself, so there is no
/// thumbprint.
///
/// Source: "Create an IAM OIDC provider for your cluster", Amazon EKS User Guide.
#[derive(Clone, Debug)]
pub struct OidcProvider {
    cluster: Cluster,
}

impl OidcProvider {
    /// The provider of a cluster.
    pub fn new(cluster: &Cluster) -> Self {
        Self { cluster: cluster.clone() }
    }
}

impl Construct for OidcProvider {
    type Handle = OidcProviderHandle;
    type Needs = AnyStack;

    fn build(self, scope: &mut Scope<'_>) -> OidcProviderHandle {
        let provider =
            iam::OIDCProvider::new().url(self.cluster.issuer_url()).client_id_list([AUDIENCE]);
        OidcProviderHandle { provider: scope.add(MAIN, provider), cluster: self.cluster }
    }
}

const AUDIENCE: &str = "sts.amazonaws.com";

/// The identity provider of a cluster that is in a stack.
#[derive(Clone, Debug)]
pub struct OidcProviderHandle {
    provider: iam::OIDCProviderRef,
    cluster: Cluster,
}

impl OidcProviderHandle {
    /// The provider.
    pub const fn provider(&self) -> &iam::OIDCProviderRef {
        &self.provider
    }
}

/// The role of one service account, through the cluster's identity provider. Its trust names the
/// service account and the audience exactly; there is no way to write a wildcard.
///
/// The service account's manifest needs the annotation that the handle has: a `WebService` takes the
/// handle itself, by `irsa`.
///
/// Source: "IAM roles for service accounts", Amazon EKS User Guide.
#[derive(Clone, Debug, TypedBuilder)]
pub struct Irsa {
    /// The cluster's identity provider.
    #[builder(setter(transform = |provider: &OidcProviderHandle| provider.clone()))]
    provider: OidcProviderHandle,
    /// The service account: the value from which its manifest is made too.
    service_account: ServiceAccountRef,
    /// The role's name. It is fixed, since the manifest has the role's ARN.
    role_name: RoleName,
    /// What its pods may do. Nothing by default.
    #[builder(default, setter(into))]
    permissions: Permissions,
}

impl Construct for Irsa {
    type Handle = IrsaRole;
    type Needs = AnyStack;

    fn build(self, scope: &mut Scope<'_>) -> IrsaRole {
        let Self { provider, service_account, role_name, permissions } = self;
        let policies = permissions.add_to(scope, "Permissions of a service account");
        let mut role = iam::Role::new(trust(&provider, &service_account))
            .description("Pods of a service account")
            .role_name(&role_name);
        if !policies.is_empty() {
            role = role.managed_policy_arns(policies);
        }
        let site = scope.site().clone();
        let arn = format!("arn:aws:iam::{}:role/{role_name}", site.account());
        IrsaRole { role: scope.add(MAIN, role), service_account, arn, site }
    }
}

/// The trust policy, as text: the issuer is part of its keys, and CloudFormation has no functions in
/// keys.
fn trust(provider: &OidcProviderHandle, service_account: &ServiceAccountRef) -> Value<Text> {
    let (namespace, name) = (service_account.namespace(), service_account.name());
    let template = format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"Federated":"${{Provider}}"}},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{{"StringEquals":{{"${{Issuer}}:aud":"{AUDIENCE}","${{Issuer}}:sub":"system:serviceaccount:{namespace}:{name}"}}}}}}]}}"#
    );
    let issuer = select(1, split("//", provider.cluster.issuer_url()));
    sub(template, [("Issuer", issuer), ("Provider", provider.provider.arn().assume())])
}

/// A role that pods have through the cluster's identity provider.
#[derive(Clone, Debug)]
pub struct IrsaRole {
    role: iam::RoleRef,
    service_account: ServiceAccountRef,
    arn: String,
    site: Site,
}

impl IrsaRole {
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

    /// The annotation that the service account's manifest needs.
    pub fn annotation(&self) -> (&'static str, &str) {
        ("eks.amazonaws.com/role-arn", &self.arn)
    }
}
