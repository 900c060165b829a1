//! EKS add-ons: which there are, which a cluster has, and in which order they are installed.
//!
//! * [`Addon`]: every add-on that this version knows, [`Addons`]: those of a cluster,
//! * [`AddonVersion`]: a version as EKS writes it; `version` has the pinned ones,
//! * `configuration`: what each is told.

mod catalogue;
mod configuration;
mod version;

use std::collections::BTreeMap;

pub(crate) use catalogue::aws_managed_policy;
pub use catalogue::{Addon, Phase};
pub(crate) use configuration::configuration;
pub use version::{AddonVersion, AddonVersionError};

use super::KubernetesVersion;

/// The add-ons of a cluster, each with the version that is pinned for the cluster's Kubernetes
/// version unless the program names another.
///
/// All have at least [`Addons::core`]: a node without them never becomes ready.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct Addons(BTreeMap<Addon, Option<AddonVersion>>);

impl Addons {
    /// Networking, DNS and Pod Identity: what every cluster needs.
    pub fn core() -> Self {
        let core = [Addon::VpcCni, Addon::KubeProxy, Addon::PodIdentityAgent, Addon::CoreDns];
        Self(core.into_iter().map(|addon| (addon, None)).collect())
    }

    /// What a platform needs: the core, metrics for autoscaling, volumes, Container Insights with
    /// logs, and the agent by which nodes are found broken and repaired.
    pub fn platform() -> Self {
        [
            Addon::MetricsServer,
            Addon::EbsCsiDriver,
            Addon::CloudWatchObservability,
            Addon::NodeMonitoringAgent,
        ]
        .into_iter()
        .fold(Self::core(), Self::with)
    }

    /// One more add-on, at its pinned version.
    pub fn with(mut self, addon: Addon) -> Self {
        self.0.entry(addon).or_default();
        self
    }

    /// An add-on at another version than the pinned one.
    pub fn with_version(mut self, addon: Addon, version: AddonVersion) -> Self {
        self.0.insert(addon, Some(version));
        self
    }

    /// Whether the cluster has it.
    pub fn contains(&self, addon: Addon) -> bool {
        self.0.contains_key(&addon)
    }

    /// The add-ons and the versions that they have on a cluster of `kubernetes`; `None` where
    /// neither the program nor the table names one.
    pub fn versions(
        &self,
        kubernetes: KubernetesVersion,
    ) -> impl Iterator<Item = (Addon, Option<AddonVersion>)> + '_ {
        self.0.iter().map(move |(addon, version)| {
            (*addon, version.clone().or_else(|| version::pinned(*addon, kubernetes)))
        })
    }
}

impl Default for Addons {
    /// [`Addons::platform`].
    fn default() -> Self {
        Self::platform()
    }
}
