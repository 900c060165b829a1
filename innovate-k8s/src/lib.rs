//! Kubernetes objects as constructs that agree with the AWS side, and the rules about them.
//!
//! * [`manifests`]: the objects of one cluster, and what a construct adds them to,
//! * [`name`], [`quantity`]: names, labels, taints and amounts that Kubernetes accepts,
//! * [`namespace`], [`config_map`], [`secret`]: what a workload is in and what it reads,
//! * [`storage_class`]: the volumes that pods claim,
//! * [`velero`]: what Velero saves of the cluster,
//! * [`workload`]: what runs in the cluster,
//! * [`ingress`]: how requests reach it from outside,
//! * [`karpenter`]: the nodes that it runs on,
//! * [`rules`]: what good manifests hold to, one policy a file; `view` is how they read objects, and
//!   `cluster` what they ask the AWS side.

mod cluster;
pub mod config_map;
pub mod ingress;
pub mod karpenter;
pub mod manifests;
mod meta;
pub mod name;
pub mod namespace;
pub mod quantity;
pub mod rules;
pub mod secret;
pub mod storage_class;
pub mod velero;
mod view;
pub mod workload;

pub use config_map::{ConfigMap, ConfigMapRef};
pub use ingress::{
    AccessLogs, Exposure, Ingress, IngressClass, IngressClassRef, TargetGroupBinding, TlsPolicy,
};
#[doc(hidden)]
pub use innovate_core::literal;
pub use karpenter::{
    Ami, Budget, Consolidation, DisruptionReason, EC2NodeClass, EC2NodeClassRef, LatestAmi, Limits,
    NodePool, NodePoolRef, Purchase,
};
pub use manifests::{
    AnyCluster, ClusterForDevelopment, ClusterManifests, ClusterNetwork, ClusterOutsideProduction,
    HostedBy, LetsNodeImagesMove, ManifestConstruct, ManifestScope, Manifests, TakesTaggedImages,
};
pub use name::{Label, ObjectName, Taint};
pub use namespace::{Namespace, NamespaceRef, PodSecurity, Quota};
pub use quantity::{Cpu, Memory};
pub use secret::{ClusterSecretStore, ClusterSecretStoreRef, ExternalSecret, SecretRef};
pub use storage_class::{ReclaimPolicy, StorageClass, StorageClassRef};
pub use workload::{
    Architecture, AwsCredentials, AwsEndpoints, Destination, Digest, Image, ImageError, Internet,
    Language, Listen, Probes, Replicas, Resources, ServiceRef, TaggedImage, Telemetry, WebService,
};
