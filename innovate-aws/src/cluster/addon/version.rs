//! The versions of add-ons that are pinned: the one table of them.
//!
//! Of 2026-08, as `aws eks describe-addon-versions` showed them to public programs of that month: for
//! Kubernetes 1.35 EKS's default versions, for the others versions that those programs ran. For the
//! file systems of EFS, the node monitoring agent, snapshots, certificates and DNS records only 1.35
//! was seen. AWS adds builds every week and keeps older ones installable; to use another, write
//! [`Addons::with_version`](super::Addons::with_version).

use std::fmt;

use innovate_core::value::Str;

use super::{super::KubernetesVersion, Addon};

/// The version that is pinned for an add-on on a Kubernetes version.
pub(crate) fn pinned(addon: Addon, kubernetes: KubernetesVersion) -> Option<AddonVersion> {
    use Addon::*;
    use KubernetesVersion::{V1_34, V1_35, V1_36};

    let version = match (addon, kubernetes) {
        (VpcCni, _) => "v1.22.3-eksbuild.1",
        (KubeProxy, V1_34) => "v1.34.6-eksbuild.18",
        (KubeProxy, V1_35) => "v1.35.3-eksbuild.17",
        (KubeProxy, V1_36) => "v1.36.0-eksbuild.13",
        (PodIdentityAgent, _) => "v1.3.10-eksbuild.3",
        (CoreDns, V1_34 | V1_35) => "v1.13.2-eksbuild.11",
        (CoreDns, V1_36) => "v1.14.3-eksbuild.3",
        (MetricsServer, _) => "v0.9.0-eksbuild.5",
        (EbsCsiDriver, _) => "v1.63.1-eksbuild.1",
        (EfsCsiDriver, _) => "v3.4.0-eksbuild.1",
        (CloudWatchObservability, _) => "v6.4.0-eksbuild.1",
        (NodeMonitoringAgent, _) => "v1.6.4-eksbuild.1",
        (SnapshotController, _) => "v8.5.0-eksbuild.3",
        (CertManager, V1_34 | V1_35) => "v1.21.0-eksbuild.3",
        (ExternalDns, V1_34 | V1_35) => "v0.21.0-eksbuild.6",
        (CertManager | ExternalDns, V1_36) => return None,
    };
    Some(AddonVersion(Str::Borrowed(version)))
}

/// A version of an add-on, such as `v1.35.3-eksbuild.17`. [`addon_version!`](crate::addon_version)
/// makes one that the compiler has checked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AddonVersion(Str);

/// A text is no version of an add-on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddonVersionError(String);

impl fmt::Display for AddonVersionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a version of an add-on: `{}`: {RULE}", self.0)
    }
}

impl std::error::Error for AddonVersionError {}

const RULE: &str = "written as v1.35.3-eksbuild.17";

impl AddonVersion {
    /// The version, if the text is one.
    ///
    /// # Errors
    ///
    /// If the text isn't of the form `v1.35.3-eksbuild.17`.
    pub fn new(text: impl Into<Str>) -> Result<Self, AddonVersionError> {
        let text = text.into();
        if fits(&text) { Ok(Self(text)) } else { Err(AddonVersionError(text.into_owned())) }
    }

    #[doc(hidden)]
    #[track_caller]
    pub const fn checked(text: &'static str) -> Self {
        if !fits(text) {
            innovate_core::literal::reject(&["not a version of an add-on: `", text, "`: ", RULE]);
        }
        Self(Str::Borrowed(text))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AddonVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether the text is `v`, three numbers with dots between, `-eksbuild.` and a number.
#[allow(clippy::indexing_slicing, reason = "the index is compared with the length first")]
const fn fits(text: &str) -> bool {
    let (bytes, build) = (text.as_bytes(), b"-eksbuild.");
    let (mut at, mut part) = (0, 0);
    while part < 4 {
        let before: &[u8] = match part {
            0 => b"v",
            3 => build,
            _ => b".",
        };
        let mut step = 0;
        while step < before.len() {
            if at == bytes.len() || bytes[at] != before[step] {
                return false;
            }
            at += 1;
            step += 1;
        }
        let start = at;
        while at < bytes.len() && bytes[at].is_ascii_digit() {
            at += 1;
        }
        if at == start {
            return false;
        }
        part += 1;
    }
    at == bytes.len()
}

/// A version of an add-on that the compiler has checked: `addon_version!("v1.35.3-eksbuild.17")`.
#[macro_export]
macro_rules! addon_version {
    ($text:literal) => {{
        #[allow(clippy::declare_interior_mutable_const, reason = "text that is never changed")]
        const VERSION: $crate::cluster::AddonVersion =
            $crate::cluster::AddonVersion::checked($text);
        VERSION
    }};
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::version::minor_of;

    #[test]
    fn every_pinned_version_is_one() {
        for kubernetes in KubernetesVersion::ALL {
            for addon in Addon::ALL {
                if let Some(version) = pinned(*addon, *kubernetes) {
                    assert!(fits(version.as_str()), "{version}");
                }
            }
        }
    }

    #[test]
    fn the_pinned_proxy_has_the_minor_version_of_its_cluster() {
        for kubernetes in KubernetesVersion::ALL {
            let proxy = pinned(Addon::KubeProxy, *kubernetes).unwrap();
            assert_eq!(minor_of(proxy.as_str()), Some(kubernetes.minor()));
        }
    }

    #[test]
    fn only_what_eks_writes_is_a_version() {
        assert_eq!(addon_version!("v1.0.0-eksbuild.1").as_str(), "v1.0.0-eksbuild.1");
        for wrong in [
            "latest",
            "1.22.3-eksbuild.1",
            "v1.22.3",
            "v1.22-eksbuild.1",
            "v1.22.3-eksbuild.1 ",
            "v1.22.3-eksbuild.",
        ] {
            assert!(AddonVersion::new(wrong).is_err(), "{wrong}");
        }
    }
}
