//! One secret of Secrets Manager as a secret of the cluster.

use innovate_aws::name::SecretName;
use innovate_core::Diagnostic;
use serde::Serialize;
use typed_builder::TypedBuilder;

use super::{API, ClusterSecretStoreRef, SecretRef};
use crate::{
    AnyCluster, ManifestConstruct, ManifestScope, NamespaceRef, ObjectName,
    meta::{CustomObject, metadata},
};

/// A secret of the cluster with the keys and values of a secret in Secrets Manager, which are read
/// again every hour. It goes with its manifest.
///
/// Where a database answers comes to pods in this way, too, since only AWS knows it before deployment:
///
/// ```
/// # use innovate_aws::{database::PostgresEndpoint, identity::Grantee, keys::{Key, Secrets}, name};
/// # use innovate_aws::secrets::ConnectionSecret;
/// # use innovate_core::{Prod, Stack};
/// # use innovate_k8s::{ClusterSecretStoreRef, ExternalSecret, Manifests, NamespaceRef, object_name};
/// fn connect(
///     data: &mut Stack<Prod>,
///     manifests: &mut Manifests<Prod>,
///     database: &impl PostgresEndpoint,
///     role: &impl Grantee,
///     key: &Key<Secrets>,
///     namespace: &NamespaceRef,
///     store: &ClusterSecretStoreRef,
/// ) {
///     let app = name!(DatabaseUser: "app");
///     let path = name!(SecretPath: "database/main");
///     let facts = database.connection_facts().username(&app);
///     let facts = ConnectionSecret::builder().path(path).key(key).facts(facts).build();
///     let facts = data.add("Connection", facts);
///     data.add("ApiConnects", database.grant_connect(&app, role));
///     // The API has it as `.secret_files(&connection, "/etc/database")`, and says
///     // `.connects_to(&database)` and `.connects_to(&AwsCredentials)`.
///     let connection = ExternalSecret::builder()
///         .namespace(namespace)
///         .name(object_name!("database"))
///         .store(store)
///         .secret(&facts)
///         .build();
///     manifests.add(connection);
/// }
/// ```
///
/// Source: "ExternalSecret", External Secrets Operator documentation.
#[derive(Clone, Debug, TypedBuilder)]
pub struct ExternalSecret {
    /// The namespace that the secret is made in.
    #[builder(setter(into))]
    namespace: NamespaceRef,
    /// The secret's name in the cluster.
    name: ObjectName,
    /// Where it is read.
    #[builder(setter(into))]
    store: ClusterSecretStoreRef,
    /// The secret in Secrets Manager, by its handle or its name: a JSON object of keys and values.
    #[builder(setter(into))]
    secret: SecretName,
    /// How often it is read again, in minutes: 1 or more, 60 by default.
    #[builder(default = 60)]
    refresh_minutes: u16,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Spec {
    refresh_interval: String,
    secret_store_ref: StoreRef,
    target: Target,
    data_from: [DataFrom; 1],
}

#[derive(Serialize)]
struct StoreRef {
    kind: &'static str,
    name: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Target {
    name: String,
    creation_policy: &'static str,
    deletion_policy: &'static str,
}

#[derive(Serialize)]
struct DataFrom {
    extract: Extract,
}

#[derive(Serialize)]
struct Extract {
    key: String,
}

impl ExternalSecret {
    /// The operator reads what its role and the store let it read, as often as it is told to.
    fn check(&self, scope: &mut ManifestScope<'_>) {
        if self.refresh_minutes == 0 {
            let message = "the External Secrets Operator reads this secret once and never again";
            let finding = Diagnostic::error("K8S-02", message)
                .setter("refresh_minutes")
                .given(self.refresh_minutes)
                .allowed("1 or more minutes")
                .help("a password that is rotated would stay the old one in the cluster");
            scope.report(finding);
        }
        let prefix = self.store.secret_prefix();
        if !self.secret.as_str().starts_with(prefix) {
            let message = "the External Secrets Operator may not read this secret";
            let finding = Diagnostic::error("K8S-04", message)
                .setter("secret")
                .given(&self.secret)
                .allowed(format!("names that begin with `{prefix}`"))
                .help("give the secret such a name: the operator's role reads this environment's alone");
            scope.report(finding);
        }
        if !self.store.serves(&self.namespace) {
            let (store, namespace) = (self.store.name(), self.namespace.name());
            let message = format!("the store `{store}` serves no secrets to `{namespace}`");
            let finding = Diagnostic::error("K8S-04", message)
                .setter("store")
                .given(namespace)
                .help("name the namespace when the store is made: `.namespace(&namespace)`");
            scope.report(finding);
        }
    }
}

impl ManifestConstruct for ExternalSecret {
    type Handle = SecretRef;
    type Needs = AnyCluster;

    fn build(self, scope: &mut ManifestScope<'_>) -> SecretRef {
        self.check(scope);
        scope.add(&CustomObject {
            api_version: API,
            kind: "ExternalSecret",
            metadata: metadata(&self.namespace, &self.name),
            spec: Spec {
                refresh_interval: format!("{}m", self.refresh_minutes),
                secret_store_ref: StoreRef {
                    kind: "ClusterSecretStore",
                    name: self.store.name().to_string(),
                },
                target: Target {
                    name: self.name.to_string(),
                    creation_policy: "Owner",
                    deletion_policy: "Retain",
                },
                data_from: [DataFrom { extract: Extract { key: self.secret.to_string() } }],
            },
        });
        SecretRef { namespace: self.namespace, name: self.name }
    }
}
