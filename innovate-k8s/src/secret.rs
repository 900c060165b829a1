//! Secrets that pods may read.

use crate::{NamespaceRef, ObjectName};

/// A secret of the cluster. The program never holds what is in it.
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
