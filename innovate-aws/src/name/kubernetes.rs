//! What a manifest calls a namespace and a service account.

use std::fmt;

use super::host::is_labels;

names! {
    /// The name of a Kubernetes namespace. Source: "Object Names and IDs" (RFC 1123 label names),
    /// Kubernetes documentation.
    NamespaceName "namespace name" 1..=63 "a-z0-9" "a-z0-9-" "a-z0-9"
        "1 to 63 lower-case letters, digits and hyphens, beginning and ending with a letter or digit"
}

/// The name of a Kubernetes service account. Source: "Object Names and IDs" (DNS subdomain names),
/// Kubernetes documentation.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ServiceAccountName(innovate_core::value::Str);

impl ServiceAccountName {
    const fn fits(text: &str) -> bool {
        is_labels(text, 1)
    }
}

name_methods! {
    ServiceAccountName "service account name"
    "lower-case letters, digits and hyphens, with dots between, up to 253"
}

/// A service account in its namespace: what a Pod Identity association binds to a role, and what a
/// manifest makes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ServiceAccountRef {
    namespace: NamespaceName,
    name: ServiceAccountName,
}

impl ServiceAccountRef {
    /// The service account `name` in `namespace`.
    pub const fn new(namespace: NamespaceName, name: ServiceAccountName) -> Self {
        Self { namespace, name }
    }

    /// Its namespace.
    pub const fn namespace(&self) -> &NamespaceName {
        &self.namespace
    }

    /// Its name.
    pub const fn name(&self) -> &ServiceAccountName {
        &self.name
    }
}

impl fmt::Display for ServiceAccountRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.namespace, self.name)
    }
}

/// A service account that the compiler has checked: `service_account!("kube-system", "karpenter")`.
#[macro_export]
macro_rules! service_account {
    ($namespace:literal, $name:literal) => {
        $crate::name::ServiceAccountRef::new(
            $crate::name!(NamespaceName: $namespace),
            $crate::name!(ServiceAccountName: $name),
        )
    };
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_service_account_is_written_with_its_namespace() {
        assert_eq!(
            service_account!("kube-system", "karpenter").to_string(),
            "kube-system/karpenter"
        );
    }
}
