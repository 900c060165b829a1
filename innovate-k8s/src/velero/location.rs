//! Where Velero keeps what it saves.

use innovate_aws::backup::VeleroHandle;
use serde::Serialize;
use typed_builder::TypedBuilder;

use super::{API, metadata, namespace};
use crate::{AnyCluster, ManifestConstruct, ManifestScope, ObjectName, meta::CustomObject};

/// The bucket that Velero's backups go to: that of its role in AWS, so that it may. It is the default
/// one. The bucket encrypts what is put into it with its own key.
///
/// Source: "Backup Storage Location", Velero documentation, and that of velero-plugin-for-aws.
#[derive(Clone, Debug, TypedBuilder)]
pub struct BackupStorageLocation {
    /// Its name. `default` is what backups on demand go to, unless they name another.
    name: ObjectName,
    /// Velero's part of AWS.
    #[builder(setter(transform = |velero: &VeleroHandle| velero.clone()))]
    velero: VeleroHandle,
}

/// A location of backups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackupStorageLocationRef {
    pub(super) namespace: String,
    pub(super) name: ObjectName,
    /// After how many days the bucket deletes what is in it, if it does.
    pub(super) expiry: Option<u16>,
}

impl BackupStorageLocationRef {
    /// Its name.
    pub const fn name(&self) -> &ObjectName {
        &self.name
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct StorageSpec {
    provider: &'static str,
    default: bool,
    access_mode: &'static str,
    object_storage: ObjectStorage,
    config: Config,
}

#[derive(Serialize)]
struct ObjectStorage {
    bucket: String,
}

#[derive(Serialize)]
struct Config {
    region: String,
}

impl ManifestConstruct for BackupStorageLocation {
    type Handle = BackupStorageLocationRef;
    type Needs = AnyCluster;

    fn build(self, scope: &mut ManifestScope<'_>) -> BackupStorageLocationRef {
        let Self { name, velero } = self;
        scope.check_cluster(velero.cluster_name().as_str(), "velero");
        let namespace = namespace(&velero);
        scope.add(&CustomObject {
            api_version: API,
            kind: "BackupStorageLocation",
            metadata: metadata(&namespace, &name),
            spec: StorageSpec {
                provider: "aws",
                default: true,
                access_mode: "ReadWrite",
                object_storage: ObjectStorage { bucket: velero.bucket_name().to_string() },
                config: Config { region: velero.bucket_region().to_owned() },
            },
        });
        let expiry = velero.objects_expire_after_days();
        BackupStorageLocationRef { namespace, name, expiry }
    }
}

/// Where Velero takes snapshots of volumes: in the cluster's own region, where the volumes are.
///
/// Source: "Volume Snapshot Location", Velero documentation, and that of velero-plugin-for-aws.
#[derive(Clone, Debug, TypedBuilder)]
pub struct VolumeSnapshotLocation {
    /// Its name.
    name: ObjectName,
    /// Velero's part of AWS.
    #[builder(setter(transform = |velero: &VeleroHandle| velero.clone()))]
    velero: VeleroHandle,
}

/// A location of snapshots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VolumeSnapshotLocationRef {
    pub(super) name: ObjectName,
}

impl VolumeSnapshotLocationRef {
    /// Its name.
    pub const fn name(&self) -> &ObjectName {
        &self.name
    }
}

#[derive(Serialize)]
struct SnapshotSpec {
    provider: &'static str,
    config: Config,
}

impl ManifestConstruct for VolumeSnapshotLocation {
    type Handle = VolumeSnapshotLocationRef;
    type Needs = AnyCluster;

    fn build(self, scope: &mut ManifestScope<'_>) -> VolumeSnapshotLocationRef {
        let Self { name, velero } = self;
        scope.check_cluster(velero.cluster_name().as_str(), "velero");
        let namespace = namespace(&velero);
        let region = scope.site().region().to_owned();
        scope.add(&CustomObject {
            api_version: API,
            kind: "VolumeSnapshotLocation",
            metadata: metadata(&namespace, &name),
            spec: SnapshotSpec { provider: "aws", config: Config { region } },
        });
        VolumeSnapshotLocationRef { name }
    }
}
