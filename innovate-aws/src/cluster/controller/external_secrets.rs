//! External Secrets Operator.

use innovate_cfn::policy::{Condition, Statement};
use innovate_core::{AnyStack, Construct, Scope, text, value::pseudo};
use typed_builder::TypedBuilder;

use crate::{
    cluster::Cluster,
    identity::{Permissions, PodIdentity, PodRole},
    keys::{Key, Secrets},
    name::ClusterName,
    secrets::secret_prefix,
    service_account,
};

/// The role of the External Secrets Operator, as the service account
/// `external-secrets/external-secrets`. It reads the secrets of the environment,
/// `<application>/<stage>/*`, and no others.
///
/// The stores in Kubernetes name no service account: the operator's own identity is used.
///
/// Source: "AWS Secrets Manager", External Secrets Operator documentation.
#[derive(Clone, Debug, TypedBuilder)]
pub struct ExternalSecrets {
    /// The cluster.
    #[builder(setter(transform = |cluster: &Cluster| cluster.clone()))]
    cluster: Cluster,
    /// The key that the secrets are encrypted with.
    #[builder(setter(transform = |key: &Key<Secrets>| key.clone()))]
    key: Key<Secrets>,
}

impl Construct for ExternalSecrets {
    type Handle = ExternalSecretsHandle;
    type Needs = AnyStack;

    fn build(self, scope: &mut Scope<'_>) -> ExternalSecretsHandle {
        let site = self.cluster.site();
        let (region, account) = (site.region(), site.account());
        let prefix = secret_prefix(site);
        let secrets = format!(":secretsmanager:{region}:{account}:secret:{prefix}*");
        let permissions = Permissions::new([
            Statement::allow([
                "secretsmanager:DescribeSecret",
                "secretsmanager:GetResourcePolicy",
                "secretsmanager:GetSecretValue",
                "secretsmanager:ListSecretVersionIds",
            ])
            .sid("ReadOwnSecrets")
            .on(text!["arn:", pseudo::partition(), secrets]),
            Statement::allow(["kms:Decrypt"]).sid("DecryptSecrets").on(self.key.arn()).when(
                Condition::string_equals(
                    "kms:ViaService",
                    format!("secretsmanager.{region}.amazonaws.com"),
                ),
            ),
        ]);
        let identity = PodIdentity::builder()
            .cluster(&self.cluster)
            .service_account(service_account!("external-secrets", "external-secrets"))
            .permissions(permissions)
            .build();
        let cluster = self.cluster.name().clone();
        ExternalSecretsHandle { role: identity.build(scope), cluster, prefix }
    }
}

/// The External Secrets Operator's part of AWS.
#[derive(Clone, Debug)]
pub struct ExternalSecretsHandle {
    role: PodRole,
    cluster: ClusterName,
    prefix: String,
}

impl ExternalSecretsHandle {
    /// The name of the cluster that it is in.
    pub const fn cluster_name(&self) -> &ClusterName {
        &self.cluster
    }

    /// Its role and service account.
    pub const fn pod_role(&self) -> &PodRole {
        &self.role
    }

    /// What the names of the secrets that it reads begin with.
    pub fn secret_prefix(&self) -> &str {
        &self.prefix
    }
}
