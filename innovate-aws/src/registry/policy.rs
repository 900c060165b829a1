//! What others may do with a whole registry.

use innovate_cfn::{
    ecr,
    kind::RoleArn,
    policy::{PolicyDocument, Principal, Statement},
};
use innovate_core::{AnyStack, Construct, Diagnostic, MAIN, Scope, Site, Text, Value};

use super::{PullThroughCacheHandle, Puller, cache::FETCH, puller, repository::repositories};
use crate::{
    identity::Grantee,
    name::{AccountId, RepositoryPrefix},
};

/// What others may do with a registry as a whole: copy their images into it, fill its caches, or pull
/// whatever is in it.
///
/// A registry has one policy, so it is made once for an account and region, with all that it allows. What the
/// account's own roles may, their grants say too: of a grant and the policy one is enough.
///
/// ```
/// use innovate_aws::{
///     account,
///     cluster::{Cluster, KarpenterHandle},
///     registry::{PullThroughCacheHandle, RegistryPermission, RegistryPolicy},
/// };
/// use innovate_core::{Prod, Stack};
///
/// fn policy(
///     images: &mut Stack<Prod>,
///     public: &PullThroughCacheHandle,
///     cluster: &Cluster,
///     karpenter: &KarpenterHandle,
/// ) {
///     let nodes = [cluster.core_node_role(), karpenter.node_role()];
///     images.add(
///         "RegistryPolicy",
///         RegistryPolicy::of(RegistryPermission::filling(public, nodes))
///             .and(RegistryPermission::replication_from(account!("555566667777"))),
///     );
/// }
/// ```
///
/// Source: "Private registry permissions in Amazon ECR", Amazon ECR User Guide.
#[derive(Clone, Debug)]
#[must_use]
pub struct RegistryPolicy(Vec<RegistryPermission>);

impl RegistryPolicy {
    /// A policy that allows this.
    pub fn of(permission: RegistryPermission) -> Self {
        Self(vec![permission])
    }

    /// Allows this as well.
    pub fn and(mut self, permission: RegistryPermission) -> Self {
        self.0.push(permission);
        self
    }
}

/// One thing that a [`RegistryPolicy`] allows.
#[derive(Clone, Debug)]
#[must_use]
pub struct RegistryPermission(Permission);

#[derive(Clone, Debug)]
enum Permission {
    Replicate { from: AccountId, prefix: Option<RepositoryPrefix> },
    Fill { cache: PullThroughCacheHandle, roles: Vec<Value<RoleArn>> },
    Pull(Puller),
}

impl RegistryPermission {
    /// Another account's registry copies its images here, as its own replication says. ECR makes the
    /// repositories as a [`RepositoryTemplate::for_replicas`](super::RepositoryTemplate::for_replicas) of this
    /// registry says; without one it is a finding (`ECR-07`). Between regions of one account nothing has
    /// to be allowed.
    ///
    /// Source: "Granting registry permissions for cross account replication in Amazon ECR", Amazon ECR User
    /// Guide.
    pub const fn replication_from(account: AccountId) -> Self {
        Self(Permission::Replicate { from: account, prefix: None })
    }

    /// The same of repositories alone whose names begin so.
    pub const fn replication_of(prefix: RepositoryPrefix, account: AccountId) -> Self {
        Self(Permission::Replicate { from: account, prefix: Some(prefix) })
    }

    /// These roles have ECR fetch images that a cache doesn't hold yet, and make their repositories: the roles
    /// of all nodes that a pod of the cluster can be on, since it is the node that pulls. Pulling itself, a
    /// node may anyway.
    ///
    /// A role that is named here exists before the policy. One that is made anew under its name is
    /// another role, until the policy is deployed again: where that may happen, use
    /// [`grant_pull`](PullThroughCacheHandle::grant_pull), which goes with the role.
    ///
    /// Source: "IAM permissions required to sync an upstream registry with an Amazon ECR private registry",
    /// Amazon ECR User Guide.
    pub fn filling<G: Grantee>(
        cache: &PullThroughCacheHandle,
        roles: impl IntoIterator<Item = G>,
    ) -> Self {
        let roles = roles.into_iter().map(|role| role.grantee().arn()).collect();
        Self(Permission::Fill { cache: cache.clone(), roles })
    }

    /// Another account, or those of a unit or an organization, pull whatever is in the registry. A
    /// [`Repository`](super::Repository) opens itself alone, with `pulled_by`, which is better unless there
    /// are many of them.
    ///
    /// It needs the policy's scope `V2`, which every account has that was new to ECR when AWS made it the
    /// default; an older one is switched once, in each region, which CloudFormation can't do:
    ///
    /// ```text
    /// aws ecr put-account-setting --name REGISTRY_POLICY_SCOPE --value V2
    /// ```
    ///
    /// Source: "Switching to the extended registry policy scope", Amazon ECR User Guide.
    pub fn pulling(puller: impl Into<Puller>) -> Self {
        Self(Permission::Pull(puller.into()))
    }

    fn finding(&self, site: &Site) -> Option<Diagnostic> {
        match &self.0 {
            Permission::Fill { roles, .. } if roles.is_empty() => Some(
                Diagnostic::error("ECR-11", "no role is named that may fill a cache")
                    .setter("filling")
                    .given("no role")
                    .help("name the roles of all nodes: `[cluster.core_node_role(), karpenter.node_role()]`"),
            ),
            Permission::Fill { cache, .. } => {
                let place = |site: &Site| format!("{}/{}", site.account(), site.region());
                let (here, there) = (place(site), place(cache.site()));
                (here != there).then(|| {
                    Diagnostic::error("ECR-11", "a registry's policy speaks of another registry")
                        .setter("filling")
                        .given(format!("a cache in {there}"))
                        .allowed(format!("a cache in {here}"))
                        .help("add the policy to a stack of the cache's account and region")
                })
            }
            Permission::Replicate { from, prefix } if from.to_string() == site.account() => Some(
                Diagnostic::error("ECR-11", "a registry's policy lets in its own account")
                    .setter(if prefix.is_some() { "replication_of" } else { "replication_from" })
                    .given(from)
                    .allowed("another account")
                    .help("leave it out: between regions of one account nothing has to be allowed"),
            ),
            Permission::Replicate { .. } | Permission::Pull(_) => None,
        }
    }

    fn statements(self, site: &Site, number: usize) -> Vec<Statement> {
        match self.0 {
            Permission::Replicate { from, prefix } => {
                let below = prefix.map_or_else(|| "*".to_owned(), |prefix| format!("{prefix}/*"));
                vec![
                    Statement::allow(["ecr:CreateRepository", "ecr:ReplicateImage"])
                        .sid(format!("Replicate{number}"))
                        .to(Principal::account(from.to_string()))
                        .on(repositories(site, &below)),
                ]
            }
            Permission::Fill { cache, roles } => {
                let fill = Statement::allow(FETCH)
                    .sid(format!("Fill{number}"))
                    .on(repositories(site, &format!("{}/*", cache.prefix())));
                let named = |statement: Statement, role: Value<RoleArn>| {
                    statement.to(Principal::aws(role.assume::<Text>()))
                };
                vec![roles.into_iter().fold(fill, named)]
            }
            Permission::Pull(puller) => puller::statements(&[puller])
                .into_iter()
                .map(|statement| statement.sid(format!("Pull{number}")).on(repositories(site, "*")))
                .collect(),
        }
    }
}

impl Construct for RegistryPolicy {
    type Handle = ();
    type Needs = AnyStack;

    fn build(self, scope: &mut Scope<'_>) {
        let site = scope.site().clone();
        let mut statements = Vec::new();
        for (number, permission) in (1..).zip(self.0) {
            if let Some(finding) = permission.finding(&site) {
                scope.report(finding);
            }
            statements.extend(permission.statements(&site, number));
        }
        scope.add(MAIN, ecr::RegistryPolicy::new(PolicyDocument::new(statements)));
    }
}
