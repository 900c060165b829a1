//! How the volumes are made that pods claim.

use innovate_aws::cluster::Cluster;
use k8s_openapi::api::storage::v1 as storage;
use typed_builder::TypedBuilder;

use crate::{
    AnyCluster, ManifestConstruct, ManifestScope, ObjectName,
    meta::{cluster_metadata, strings},
};

/// What makes volumes of EBS.
pub(crate) const EBS_DRIVER: &str = "ebs.csi.aws.com";

/// A class of volumes of EBS that pods claim: gp3, encrypted with the cluster's volume key, made in
/// the zone of the first pod that uses one, and free to grow.
///
/// EKS makes no class that is the default one: unless a class is, claims that name none stay pending.
///
/// Source: "CreateVolume Parameters", Amazon EBS CSI driver documentation; "Storage Classes",
/// Kubernetes documentation.
#[derive(Clone, Debug, TypedBuilder)]
pub struct StorageClass {
    name: ObjectName,
    /// The cluster, whose volume key encrypts the volumes.
    #[builder(setter(transform = |cluster: &Cluster| cluster.clone()))]
    cluster: Cluster,
    /// Gives a volume of this class to claims that name none. A cluster has one such class.
    #[builder(setter(strip_bool))]
    default_class: bool,
    /// What becomes of a volume whose claim is deleted. It is deleted as well by default.
    #[builder(default)]
    reclaim: ReclaimPolicy,
}

/// What becomes of a volume whose claim is deleted.
///
/// Source: "Reclaim policy", Kubernetes documentation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReclaimPolicy {
    /// It is deleted with all that is on it.
    #[default]
    Delete,
    /// It stays, until someone deletes it by hand.
    Retain,
}

impl ReclaimPolicy {
    /// Kubernetes' name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Delete => "Delete",
            Self::Retain => "Retain",
        }
    }
}

/// A class of volumes of the cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StorageClassRef {
    name: ObjectName,
}

impl StorageClassRef {
    /// Its name, which a claim gives as `storageClassName`.
    pub const fn name(&self) -> &ObjectName {
        &self.name
    }
}

impl ManifestConstruct for StorageClass {
    type Handle = StorageClassRef;
    type Needs = AnyCluster;

    fn build(self, scope: &mut ManifestScope<'_>) -> StorageClassRef {
        scope.check_cluster(self.cluster.name().as_str(), "cluster");
        let (site, alias) = (self.cluster.site(), self.cluster.volume_key().alias_name());
        // The driver asks for an ARN, and EC2 takes that of an alias, which is known now.
        let key = format!("arn:aws:kms:{}:{}:{alias}", site.region(), site.account());
        let mut metadata = cluster_metadata(&self.name);
        if self.default_class {
            metadata.annotations =
                strings([("storageclass.kubernetes.io/is-default-class", "true")]);
        }
        scope.add(&storage::StorageClass {
            metadata,
            provisioner: EBS_DRIVER.to_owned(),
            parameters: strings([("type", "gp3"), ("encrypted", "true"), ("kmsKeyId", &key)]),
            // A volume is in one zone, and so are the pods that use it.
            volume_binding_mode: Some("WaitForFirstConsumer".to_owned()),
            allow_volume_expansion: Some(true),
            reclaim_policy: Some(self.reclaim.name().to_owned()),
            ..storage::StorageClass::default()
        });
        StorageClassRef { name: self.name }
    }
}
