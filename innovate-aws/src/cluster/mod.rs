//! Kubernetes on EKS.
//!
//! * [`EksCluster`]: the construct; [`Cluster`] is what the rest of the program needs of it,
//! * [`KubernetesVersion`]: the versions in standard support and their end,
//! * [`Endpoint`], [`AllowList`]: from where the API can be reached,
//! * [`Access`], [`AccessPolicy`], [`Principal`]: who may use it for what,
//! * [`CoreNodes`]: the nodes for what the cluster itself needs,
//! * [`Karpenter`], [`KarpenterHandle`]: what makes all other nodes; [`SpotServiceRole`]: who makes
//!   the account's role for Spot Instances,
//! * [`LoadBalancerController`], [`ExternalSecrets`]: controllers that act on AWS,
//! * [`Addons`], [`Addon`], [`AddonVersion`]: what EKS installs; [`ContainerInsights`]: how it is measured,
//! * [`ClusterMetric`], [`ClusterAlarm`], [`IngressAlarm`], [`KarpenterAlarm`]: what is measured, and
//!   what alarms watch.

mod access;
pub(crate) mod addon;
mod alarm;
mod container_insights;
mod controller;
mod eks;
mod endpoint;
mod handle;
mod karpenter;
mod metric;
mod nodes;
pub(crate) mod version;

pub use access::{Access, AccessPolicy, Principal};
pub use addon::{Addon, AddonVersion, AddonVersionError, Addons, Phase};
pub use alarm::{ClusterAlarm, IngressAlarm, ServiceAlarm};
pub use container_insights::ContainerInsights;
pub use controller::{ExternalSecrets, ExternalSecretsHandle, LoadBalancerController};
pub use eks::EksCluster;
#[doc(hidden)]
pub use endpoint::CheckedBlock;
pub use endpoint::{AllowList, AllowListError, Endpoint};
pub use handle::Cluster;
pub(crate) use handle::arn;
pub use karpenter::{Karpenter, KarpenterAlarm, KarpenterHandle, SpotServiceRole};
pub use metric::{ClusterMetric, ServiceMetric};
pub use nodes::{Architecture, CORE_LABEL, CORE_TAINT, CoreNodes};
pub use version::{Date, KubernetesVersion};
