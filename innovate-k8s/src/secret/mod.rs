//! Secrets that pods may read. The program never holds what is in one: Secrets Manager does, and the
//! External Secrets Operator brings it into the cluster.
//!
//! * [`ClusterSecretStore`]: where the operator reads, and for which namespaces,
//! * [`ExternalSecret`]: one secret of Secrets Manager as a secret of the cluster,
//! * [`SecretRef`]: a secret of the cluster.

mod external;
mod store;

pub use external::ExternalSecret;
pub use store::{ClusterSecretStore, ClusterSecretStoreRef};

use crate::{NamespaceRef, ObjectName};

/// The API version of the operator's kinds.
const API: &str = "external-secrets.io/v1";

/// A secret of the cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretRef {
    namespace: NamespaceRef,
    name: ObjectName,
}

impl SecretRef {
    /// A secret that something else makes: a certificate's, or a chart's.
    pub fn existing(namespace: impl Into<NamespaceRef>, name: ObjectName) -> Self {
        Self { namespace: namespace.into(), name }
    }

    /// The namespace that it is in.
    pub const fn namespace(&self) -> &NamespaceRef {
        &self.namespace
    }

    /// Its name.
    pub const fn name(&self) -> &ObjectName {
        &self.name
    }
}
